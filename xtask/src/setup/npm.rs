//! Tools that npm has.

use std::fs;

use anyhow::{Context, Result};
use switchboard_lab::{Home, Tool};

use crate::say::step;

/// Name, version, and whether only the tests need it.
const PACKAGES: [(&str, &str, bool); 3] = [
    ("binaryen", "132.0.0", false),
    ("esbuild", "0.28.2", false),
    ("axe-core", "4.14.1", true),
];

/// Installs what is not there in its exact version.
pub(crate) fn install(home: &Home, tests: bool) -> Result<()> {
    let wanted: Vec<_> = PACKAGES
        .iter()
        .filter(|(_, _, for_tests)| tests || !for_tests)
        .collect();
    if wanted
        .iter()
        .all(|(name, version, _)| is_there(home, name, version))
    {
        return Ok(());
    }
    let names: Vec<String> = wanted
        .iter()
        .map(|(name, version, _)| format!("{name}@{version}"))
        .collect();
    step(&names.join(", "), || {
        let folder = home.npm();
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("package.json"), "{ \"private\": true }\n"))
            .with_context(|| format!("cannot write into {}", folder.display()))?;
        Tool::new("npm", home.logs().join("npm.log"))
            .args([
                "install",
                "--save-exact",
                "--no-audit",
                "--no-fund",
                "--prefix",
            ])
            .arg(&folder)
            .args(&names)
            .current_dir(&folder)
            .run()
    })
}

fn is_there(home: &Home, name: &str, version: &str) -> bool {
    let file = home
        .npm()
        .join("node_modules")
        .join(name)
        .join("package.json");
    fs::read_to_string(file)
        .ok()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .is_some_and(|package| package["version"] == version)
}
