//! Debian packages for programs that are missing.

use std::{collections::BTreeSet, process::Command};

use anyhow::{Context, Result};
use switchboard_lab::{Home, Missing, Tool, debian_family, is_root, program_on_path};

use crate::say::step;

/// A program and the package that has it.
const BROWSERS: [(&str, &str); 6] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
];

/// Fonts for the scripts in which the callers' names are written.
const FONTS: [&str; 4] = [
    "fonts-dejavu-core",
    "fonts-noto-core",
    "fonts-noto-cjk",
    "fonts-noto-color-emoji",
];

/// Packages that are needed and not there.
pub(crate) fn needed(tests: bool) -> BTreeSet<&'static str> {
    let mut packages = BTreeSet::new();
    if !node_is_usable() {
        packages.extend(["nodejs", "npm"]);
    }
    if tests {
        let missing = |(program, _): &&(&str, _)| program_on_path(program).is_none();
        packages.extend(BROWSERS.iter().filter(missing).map(|(_, package)| *package));
        packages.extend(FONTS.into_iter().filter(|package| !is_installed(package)));
    }
    packages
}

/// What stands in the way of installing them.
pub(crate) fn preflight(packages: &BTreeSet<&'static str>) -> Option<Missing> {
    if packages.is_empty() || (debian_family() && is_root()) {
        return None;
    }
    let list: Vec<&str> = packages.iter().copied().collect();
    Some(Missing::new(
        format!("These packages are missing: {}.", list.join(" ")),
        if debian_family() {
            "Run it again as root, which installs them, or install them with apt-get."
        } else {
            "This is not Debian or Ubuntu: install the programs that they stand for."
        },
    ))
}

/// Installs packages.
pub(crate) fn install(home: &Home, packages: &BTreeSet<&'static str>) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list: Vec<&str> = packages.iter().copied().collect();
    step(&format!("Debian packages {}", list.join(" ")), || {
        let apt = || {
            Tool::new("apt-get", home.logs().join("apt.log"))
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(["--option", "DPkg::Lock::Timeout=600"])
        };
        apt().arg("update").run()?;
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&list)
            .run()
            .context("Debian's packages could not be installed")
    })
}

/// wasm-opt from npm wants a Node of this century's third decade.
fn node_is_usable() -> bool {
    let Ok(output) = Command::new("node").arg("--version").output() else {
        return false;
    };
    let version = String::from_utf8_lossy(&output.stdout);
    let major = version.trim_start_matches('v').split('.').next();
    major
        .and_then(|text| text.parse().ok())
        .is_some_and(|major: u32| major >= 18)
        && program_on_path("npm").is_some()
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}
