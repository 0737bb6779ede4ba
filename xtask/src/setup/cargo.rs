//! Tools that cargo builds, of the sources in a lock file of our own.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use switchboard_lab::{Home, Tool};

use crate::say::step;

struct CargoTool {
    package: &'static str,
    version: &'static str,
    programs: &'static [&'static str],
    for_tests: bool,
}

/// The versions are exact, and those of `xtask/tools/cargo`.
const TOOLS: [CargoTool; 3] = [
    CargoTool {
        package: "wasm-bindgen-cli",
        version: "0.2.130",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        for_tests: false,
    },
    CargoTool {
        package: "trunk",
        version: "0.21.14",
        programs: &["trunk"],
        for_tests: false,
    },
    CargoTool {
        package: "geckodriver",
        version: "0.37.0",
        programs: &["geckodriver"],
        for_tests: true,
    },
];

/// The package that lists them, with its lock file.
const LIST: &str = "xtask/tools/cargo/Cargo.toml";

/// Installs what is not there in its exact version.
pub(crate) fn install(home: &Home, tests: bool) -> Result<()> {
    for tool in TOOLS.iter().filter(|tool| tests || !tool.for_tests) {
        if is_there(home, tool) {
            continue;
        }
        step(&format!("{} {}", tool.package, tool.version), || {
            build(home, tool)?;
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
    let bin = home.tools().join("bin");
    tool.programs.iter().all(|name| bin.join(name).is_file())
        && stamp.is_ok_and(|version| version == tool.version)
}

fn stamp(home: &Home, tool: &CargoTool) -> PathBuf {
    home.tools().join("versions").join(tool.package)
}

fn build_folder(home: &Home) -> PathBuf {
    home.path().join("build")
}

/// Builds just what the lock file says: if that cannot be had, this fails, and takes nothing else.
fn build(home: &Home, tool: &CargoTool) -> Result<()> {
    let mut cargo = Tool::new("cargo", home.logs().join(format!("{}.log", tool.package)))
        .args(["build", "--locked", "--manifest-path", LIST])
        .args(["--package", tool.package]);
    for program in tool.programs {
        cargo = cargo.args(["--bin", program]);
    }
    cargo
        // Built quickly rather than to be quick: each runs for seconds at a time.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // One folder for all, so that they share the crates that they have in common.
        .env("CARGO_TARGET_DIR", build_folder(home))
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        .current_dir(Home::workspace())
        .run()?;
    let bin = home.tools().join("bin");
    fs::create_dir_all(&bin).with_context(|| format!("cannot create {}", bin.display()))?;
    for program in tool.programs {
        let (from, to) = (
            build_folder(home).join("debug").join(program),
            bin.join(program),
        );
        // A new file: an old one may be running.
        let _ = fs::remove_file(&to);
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{LIST, TOOLS};
    use switchboard_lab::Home;

    #[test]
    fn the_lock_file_has_every_tool_in_its_version() {
        let list = fs::read_to_string(Home::workspace().join(LIST)).expect("a list");
        let lock = Home::workspace().join(LIST).with_extension("lock");
        let lock = fs::read_to_string(lock).expect("a lock file");
        let page = fs::read_to_string(Home::workspace().join("Cargo.lock")).expect("a lock file");
        let has = |lock: &str, name: &str, version: &str| {
            lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n"))
        };
        for tool in &TOOLS {
            assert!(
                list.contains(&format!("\"={}\"", tool.version)),
                "{}",
                tool.package
            );
            assert!(has(&lock, tool.package, tool.version), "{}", tool.package);
        }
        assert!(has(&page, "wasm-bindgen", TOOLS[0].version));
    }
}
