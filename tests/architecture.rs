//! The layers of `ARCHITECTURE.md`, held to their word.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer, lowest first, with what it must not name.
const LAYERS: [(&str, &[&str]); 15] = [
    (
        "recipe.rs",
        &[
            "ami", "live", "session", "board", "tabs", "console", "doctor", "shell", "ui", "words",
            "time", "config",
        ],
    ),
    (
        "config.rs",
        &[
            "ami", "live", "session", "board", "tabs", "console", "doctor", "shell", "ui", "words",
            "time",
        ],
    ),
    (
        "ami",
        &[
            "live", "session", "board", "console", "doctor", "shell", "ui", "words", "time",
        ],
    ),
    (
        "time.rs",
        &[
            "ami", "live", "session", "board", "console", "doctor", "shell", "ui", "words",
        ],
    ),
    (
        "budget",
        &[
            "live", "session", "board", "tabs", "console", "doctor", "shell", "ui", "words",
        ],
    ),
    (
        "live",
        &[
            "session", "board", "console", "doctor", "shell", "ui", "words",
        ],
    ),
    (
        "session",
        &["board", "tabs", "console", "doctor", "shell", "ui", "words"],
    ),
    (
        "tabs.rs",
        &["board", "console", "doctor", "shell", "ui", "words"],
    ),
    (
        "board",
        &["session", "console", "doctor", "shell", "ui", "words"],
    ),
    (
        "acts",
        &["board", "tabs", "console", "doctor", "shell", "ui", "words"],
    ),
    ("console.rs", &["doctor", "shell", "ui", "words"]),
    ("console", &["doctor", "shell", "ui", "words"]),
    (
        "doctor",
        &["live", "board", "tabs", "console", "shell", "ui", "words"],
    ),
    ("words", &["shell", "ui"]),
    ("shell", &["ui", "words"]),
];

#[test]
fn no_layer_names_one_above_it() {
    for (layer, above) in LAYERS {
        each(layer, |path, code| {
            for name in above {
                assert!(
                    !code.contains(&format!("crate::{name}")),
                    "{} names `{name}`, which is above it",
                    path.display()
                );
            }
        });
    }
}

#[test]
fn only_the_shell_and_the_view_know_a_browser() {
    for layer in [
        "ami",
        "config.rs",
        "time.rs",
        "budget",
        "live",
        "session",
        "tabs.rs",
        "board",
        "acts",
        "console.rs",
        "console",
        "doctor",
        "words",
    ] {
        each(layer, |path, code| {
            for library in ["web_sys", "js_sys", "wasm_bindgen", "gloo_", "leptos"] {
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
    each("", |path, code| {
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
    for layer in [
        "ami",
        "time.rs",
        "budget",
        "live",
        "session",
        "board",
        "acts",
        "console.rs",
        "console",
        "doctor",
    ] {
        each(layer, |path, code| {
            for clock in ["Instant", "SystemTime", "Date::now"] {
                assert!(!code.contains(clock), "{} reads {clock}", path.display());
            }
        });
    }
}

#[test]
fn nothing_is_ever_put_into_the_page_as_html() {
    each("", |path, code| {
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

/// Every source file of a layer, without comments.
fn each(layer: &str, check: impl Fn(&Path, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src")
        .join(layer);
    for path in files(&root) {
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
