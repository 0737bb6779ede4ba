//! Tools that cargo builds.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use switchboard_lab::{Home, Tool};

use crate::say::{complain, step};

struct CargoTool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    options: &'static [&'static str],
    for_tests: bool,
}

/// The versions are exact. wasm-bindgen's has to be that of `Cargo.lock`, to the last digit.
const TOOLS: [CargoTool; 3] = [
    CargoTool {
        package: "wasm-bindgen-cli",
        version: "0.2.130",
        program: "wasm-bindgen",
        options: &[],
        for_tests: false,
    },
    CargoTool {
        package: "trunk",
        version: "0.21.14",
        program: "trunk",
        // No TLS: it has nothing to download, as its tools are set up here.
        options: &["--no-default-features"],
        for_tests: false,
    },
    CargoTool {
        package: "geckodriver",
        version: "0.37.0",
        program: "geckodriver",
        options: &[],
        for_tests: true,
    },
];

/// Installs what is not there in its exact version.
pub(crate) fn install(home: &Home, tests: bool) -> Result<()> {
    for tool in TOOLS.iter().filter(|tool| tests || !tool.for_tests) {
        if is_there(home, tool) {
            continue;
        }
        step(&format!("{} {}", tool.package, tool.version), || {
            // The versions that its authors tested; a registry need not have all of them any more.
            if build(home, tool, &["--locked"]).is_err() {
                complain(&format!(
                    "{} {} could not be built of just the sources that its authors locked (see {}): \
                     building it of the newest that fit",
                    tool.package,
                    tool.version,
                    log(home, tool).display()
                ));
                build(home, tool, &[])?;
            }
            let stamp = stamp(home, tool);
            fs::create_dir_all(home.tools().join("versions"))
                .and_then(|()| fs::write(&stamp, tool.version))
                .with_context(|| format!("cannot write {}", stamp.display()))
        })?;
    }
    if TOOLS.iter().all(|tool| is_there(home, tool)) {
        // Nothing more will be built there, and it is large.
        let _ = fs::remove_dir_all(build_folder(home));
    }
    Ok(())
}

fn is_there(home: &Home, tool: &CargoTool) -> bool {
    let stamp = fs::read_to_string(stamp(home, tool));
    home.tools().join("bin").join(tool.program).is_file()
        && stamp.is_ok_and(|version| version == tool.version)
}

fn stamp(home: &Home, tool: &CargoTool) -> PathBuf {
    home.tools().join("versions").join(tool.package)
}

fn log(home: &Home, tool: &CargoTool) -> PathBuf {
    home.logs().join(format!("{}.log", tool.package))
}

fn build_folder(home: &Home) -> PathBuf {
    home.path().join("build")
}

fn build(home: &Home, tool: &CargoTool, more: &[&str]) -> Result<()> {
    Tool::new("cargo", log(home, tool))
        .args([
            "install",
            tool.package,
            "--version",
            tool.version,
            "--force",
        ])
        // Built quickly rather than to be quick: each runs for seconds at a time.
        .arg("--debug")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(tool.options)
        .args(more)
        .arg("--root")
        .arg(home.tools())
        // One folder for all, so that they share the crates that they have in common.
        .env("CARGO_TARGET_DIR", build_folder(home))
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        .current_dir(Home::workspace())
        .run()
}
