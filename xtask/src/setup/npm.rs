//! Tools that npm has: just those that the lock file lists, with its checksums, and none of their
//! scripts is run. What they make is shipped.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;
use switchboard_lab::{Home, Tool};

use crate::say::step;

/// What is wanted, at exact versions; what only the tests need stands under `devDependencies`.
const PACKAGE: &str = include_str!("../../tools/npm/package.json");
/// All that this takes, with checksums. No address stands in it: npm asks the registry it is set to.
const LOCK: &str = include_str!("../../tools/npm/package-lock.json");

/// Installs what is not there in its exact version.
pub(crate) fn install(home: &Home, tests: bool) -> Result<()> {
    let wanted = wanted(tests)?;
    if wanted
        .iter()
        .all(|(name, version)| is_there(home, name, version))
    {
        return Ok(());
    }
    let names: Vec<String> = wanted
        .iter()
        .map(|(name, version)| format!("{name}@{version}"))
        .collect();
    step(&names.join(", "), || {
        let folder = home.npm();
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("package.json"), PACKAGE))
            .and_then(|()| fs::write(folder.join("package-lock.json"), LOCK))
            .with_context(|| format!("cannot write into {}", folder.display()))?;
        let tool = Tool::new("npm", home.logs().join("npm.log")).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]);
        let tool = if tests {
            tool
        } else {
            tool.args(["--omit=dev"])
        };
        tool.current_dir(&folder).run()
    })
}

/// Names and versions.
fn wanted(tests: bool) -> Result<Vec<(String, String)>> {
    let package: Value = serde_json::from_str(PACKAGE).context("package.json is no JSON")?;
    let mut all = Vec::new();
    for (part, needed) in [("dependencies", true), ("devDependencies", tests)] {
        let packages = package[part].as_object().into_iter().flatten();
        for (name, version) in packages.filter(|_| needed) {
            let version = version.as_str().context("a version is no text")?;
            all.push((name.clone(), version.to_owned()));
        }
    }
    Ok(all)
}

fn is_there(home: &Home, name: &str, version: &str) -> bool {
    let file = home
        .npm()
        .join("node_modules")
        .join(name)
        .join("package.json");
    fs::read_to_string(file)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .is_some_and(|package| package["version"] == version)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{LOCK, wanted};

    #[test]
    fn every_package_has_a_checksum_and_none_an_address() {
        let lock: Value = serde_json::from_str(LOCK).expect("JSON");
        let packages = lock["packages"].as_object().expect("packages");
        assert!(packages.len() > 3);
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            let sum = package["integrity"].as_str().unwrap_or_default();
            assert!(sum.starts_with("sha512-"), "{name} has no checksum");
            assert!(package["resolved"].is_null(), "{name} has an address");
        }
        assert!(!LOCK.contains("://"));
    }

    #[test]
    fn the_lock_file_is_that_of_the_packages() {
        let lock: Value = serde_json::from_str(LOCK).expect("JSON");
        for (name, version) in wanted(true).expect("packages") {
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{name}");
            let locked = &lock["packages"][format!("node_modules/{name}")]["version"];
            assert_eq!(*locked, version, "{name}");
        }
        assert_eq!(wanted(false).expect("packages").len(), 2);
    }
}
