//! The layers of `ARCHITECTURE.md`, held to their word.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

const AJAM: &str = "crates/ajam/src";
const CORE: &str = "crates/switchboard-core/src";
const PAGE: &str = "src";

/// Each layer of a crate, lowest first, with what it must not name. What another crate must not name
/// is kept by Cargo.
const LAYERS: [(&str, &str, &[&str]); 17] = [
    (AJAM, "ami", &["session", "time"]),
    (AJAM, "time.rs", &["ami", "session"]),
    (
        CORE,
        "recipe.rs",
        &[
            "live", "board", "budget", "tabs", "acts", "route", "console", "doctor", "words",
            "config",
        ],
    ),
    (
        CORE,
        "config.rs",
        &[
            "live", "board", "budget", "tabs", "acts", "route", "console", "doctor", "words",
        ],
    ),
    (
        CORE,
        "budget",
        &[
            "live", "board", "tabs", "acts", "route", "console", "doctor", "words",
        ],
    ),
    (
        CORE,
        "live",
        &[
            "board", "tabs", "acts", "route", "console", "doctor", "words",
        ],
    ),
    (
        CORE,
        "tabs.rs",
        &[
            "live", "board", "acts", "route", "console", "doctor", "words",
        ],
    ),
    (
        CORE,
        "tabs",
        &[
            "live", "board", "acts", "route", "console", "doctor", "words",
        ],
    ),
    (
        CORE,
        "board",
        &["tabs", "route", "console", "doctor", "words"],
    ),
    (
        CORE,
        "acts",
        &["board", "tabs", "route", "console", "doctor", "words"],
    ),
    (
        CORE,
        "trunks.rs",
        &[
            "board",
            "tabs",
            "acts",
            "directory",
            "route",
            "console",
            "doctor",
            "words",
        ],
    ),
    (
        CORE,
        "directory.rs",
        &["tabs", "acts", "route", "console", "doctor", "words"],
    ),
    (
        CORE,
        "route.rs",
        &[
            "live", "budget", "tabs", "acts", "console", "doctor", "words",
        ],
    ),
    (CORE, "console.rs", &["route", "doctor", "words"]),
    (CORE, "console", &["route", "doctor", "words"]),
    (
        CORE,
        "doctor",
        &["live", "board", "tabs", "acts", "route", "console", "words"],
    ),
    (PAGE, "shell", &["ui"]),
];

/// What a layer must not name of the crates below its own.
const APART: [(&str, &str, &[&str]); 6] = [
    (CORE, "recipe.rs", &["ajam::"]),
    (CORE, "config.rs", &["ajam::"]),
    (CORE, "budget", &["ajam::session"]),
    (CORE, "board", &["ajam::session"]),
    (CORE, "route.rs", &["ajam::"]),
    (PAGE, "shell", &["switchboard_core::words"]),
];

#[test]
fn no_layer_names_one_above_it() {
    for (krate, layer, above) in LAYERS {
        each(krate, layer, |path, code| {
            for name in above {
                assert!(
                    !code.contains(&format!("crate::{name}")),
                    "{} names `{name}`, which is above it",
                    path.display()
                );
            }
        });
    }
    for (krate, layer, apart) in APART {
        each(krate, layer, |path, code| {
            for name in apart {
                assert!(!code.contains(name), "{} names {name}", path.display());
            }
        });
    }
}

/// The rest Cargo keeps: what is not among these cannot be named.
#[test]
fn each_crate_stands_on_those_below_it() {
    for (krate, unknown) in [(AJAM, &["switchboard"][..]), (CORE, &["switchboard ="][..])] {
        let path = root().join(krate).join("../Cargo.toml");
        let manifest = fs::read_to_string(path).expect("a manifest");
        let needs = manifest
            .split_once("[dependencies]")
            .expect("dependencies")
            .1;
        for name in unknown.iter().chain(&BROWSER) {
            let line = needs.lines().find(|line| line.starts_with(name));
            assert_eq!(line, None, "{krate} must not need it");
        }
    }
}

/// Libraries that know a browser.
const BROWSER: [&str; 8] = [
    "web_sys",
    "web-sys",
    "js_sys",
    "js-sys",
    "wasm_bindgen",
    "wasm-bindgen",
    "gloo",
    "leptos",
];

#[test]
fn only_the_shell_and_the_view_know_a_browser() {
    for krate in [AJAM, CORE] {
        each(krate, "", |path, code| {
            for library in BROWSER {
                assert!(
                    !code.contains(library),
                    "{} names {library}",
                    path.display()
                );
            }
        });
    }
}

#[test]
fn only_one_file_knows_how_xml_is_read() {
    everywhere(|path, code| {
        let may = path.ends_with("ami/xml.rs") || path.ends_with("ami/packet.rs");
        assert!(
            may || !code.contains("quick_xml"),
            "{} names quick_xml",
            path.display()
        );
    });
}

#[test]
fn no_clock_is_read_below_the_shell() {
    for krate in [AJAM, CORE] {
        each(krate, "", |path, code| {
            for clock in ["Instant", "SystemTime", "Date::now"] {
                assert!(!code.contains(clock), "{} reads {clock}", path.display());
            }
        });
    }
}

#[test]
fn nothing_is_ever_put_into_the_page_as_html() {
    everywhere(|path, code| {
        for way in [
            "inner_html",
            "insert_adjacent_html",
            "outer_html",
            "document.write",
        ] {
            assert!(!code.contains(way), "{} uses {way}", path.display());
        }
    });
}

/// Views are components; by hand only what has to be is made.
#[test]
fn only_the_grid_and_the_early_form_are_made_by_hand() {
    each(PAGE, "ui", |path, code| {
        let may =
            path.starts_with(root().join("src/ui/grid")) || path.ends_with("views/log_in/early.rs");
        for way in ["create_element", "set_attribute", "unchecked_into"] {
            assert!(may || !code.contains(way), "{} uses {way}", path.display());
        }
    });
}

#[test]
fn what_views_are_made_of_knows_no_channel() {
    for layer in ["ui/kit", "ui/grid"] {
        each(PAGE, layer, |path, code| {
            for name in [
                "ajam::ami",
                "ajam::session",
                "console",
                "views",
                "use_store",
            ] {
                assert!(!code.contains(name), "{} names {name}", path.display());
            }
        });
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn everywhere(check: impl Fn(&Path, &str)) {
    for krate in [AJAM, CORE, PAGE] {
        each(krate, "", &check);
    }
}

/// Every source file of a layer, without comments.
fn each(krate: &str, layer: &str, check: impl Fn(&Path, &str)) {
    let found = files(&root().join(krate).join(layer));
    assert!(!found.is_empty(), "nothing in {krate}/{layer}");
    for path in found {
        let text = fs::read_to_string(&path).expect("source");
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        check(&path, &code);
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten();
    entries
        .filter_map(|e| e.ok())
        .flat_map(|e| files(&e.path()))
        .collect()
}
