//! What `cargo xtask test` prepares: servers, the built page, drivers.

use std::{env, ffi::OsString, path::PathBuf};

/// Panics unless everything was prepared: a test that did nothing must not count as a pass.
pub(crate) fn prepared() {
    value("SWITCHBOARD_E2E");
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    let folder = PathBuf::from(value("SWITCHBOARD_DIST"));
    assert!(
        folder.join("index.html").is_file(),
        "there is no built page in {}: run `cargo xtask test`",
        folder.display()
    );
    folder
}

/// The driver of Firefox.
pub(crate) fn geckodriver() -> PathBuf {
    value("GECKODRIVER").into()
}

/// The file `axe.min.js`.
pub(crate) fn axe() -> PathBuf {
    value("AXE").into()
}

fn value(name: &str) -> OsString {
    match env::var_os(name) {
        Some(value) if !value.is_empty() => value,
        _ => {
            panic!("{name} is not set: run `cargo xtask test`, which prepares servers and browsers")
        }
    }
}
