//! The WebAssembly target of the Rust compiler.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use switchboard_lab::{Home, Missing, Tool, program_on_path};

use crate::say::step;

const TARGET: &str = "wasm32-unknown-unknown";

/// What stands in the way of having the target.
pub(crate) fn preflight() -> Option<Missing> {
    let there = has_target().unwrap_or(false) || program_on_path("rustup").is_some();
    (!there).then(|| {
        Missing::new(
            format!("The Rust compiler has no target {TARGET}, and there is no rustup to add it."),
            "Install Rust with rustup, or the target's standard library with the package \
             manager that Rust came from.",
        )
    })
}

/// Adds the target unless it is there.
pub(crate) fn add_target(home: &Home) -> Result<()> {
    if has_target()? {
        return Ok(());
    }
    step(&format!("Rust's target {TARGET}"), || {
        Tool::new("rustup", home.logs().join("rustup.log"))
            .args(["target", "add", TARGET])
            .current_dir(Home::workspace())
            .run()
    })
}

/// Where the compiler and its libraries are.
pub(crate) fn sysroot() -> Result<PathBuf> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(Home::workspace())
        .output()
        .context("cannot run rustc: install Rust with rustup")?;
    let text = String::from_utf8(output.stdout).context("rustc's folder is not UTF-8")?;
    Ok(PathBuf::from(text.trim()))
}

fn has_target() -> Result<bool> {
    Ok(sysroot()?
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib")
        .is_dir())
}
