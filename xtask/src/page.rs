//! Building the page.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use switchboard_lab::{Home, Tool};

use crate::{
    pack,
    say::step,
    setup::{self, sysroot},
};

/// Where the page is built.
pub(crate) fn folder() -> PathBuf {
    Home::workspace().join("dist")
}

/// Builds the page for release, with the tools of [`setup`].
pub(crate) fn build() -> Result<PathBuf> {
    let home = Home::find();
    let dist = folder();
    let private = private_folders()?;
    let log = home.logs().join("page.log");
    // The log of this build only; that of an earlier one is of no use.
    let _ = fs::remove_file(&log);
    step("the page, for release", || {
        Tool::new(home.tools().join("bin/trunk"), &log)
            .args(["build", "--release", "--locked", "--dist"])
            .arg(&dist)
            .env("PATH", setup::path(&home)?)
            .env("CARGO_ENCODED_RUSTFLAGS", flags(&private))
            .env_remove("RUSTFLAGS")
            .env_remove("NO_COLOR")
            .current_dir(Home::workspace())
            .run()
    })?;
    // Before the modules are packed: nothing is found in them then.
    for (folder, _) in &private {
        refuse_traces(&dist, folder)?;
    }
    step("the page, packed", || pack::pack(&dist))?;
    Ok(dist)
}

/// Builds another module, named `name`, with the options of the page's own, into a folder.
pub(crate) fn build_module(package: &str, name: &str, folder: &Path) -> Result<()> {
    let home = Home::find();
    let log = home.logs().join("module.log");
    let path = setup::path(&home)?;
    let private = private_folders()?;
    let built = Home::workspace()
        .join("target/wasm32-unknown-unknown/release")
        .join(format!("{}.wasm", package.replace('-', "_")));
    let module = folder.join(format!("{name}_bg.wasm"));
    let tool = |program: &str| {
        Tool::new(program, &log)
            .env("PATH", &path)
            .env("CARGO_ENCODED_RUSTFLAGS", flags(&private))
            .env_remove("RUSTFLAGS")
            .current_dir(Home::workspace())
    };
    step(&format!("the module {name}, for release"), || {
        tool("cargo")
            .args(["build", "--release", "--locked"])
            .args(["--target", "wasm32-unknown-unknown", "--package", package])
            .run()?;
        tool(&home.tools().join("bin/wasm-bindgen").display().to_string())
            .args(["--target", "web", "--no-typescript", "--out-name", name])
            .arg("--out-dir")
            .arg(folder)
            .arg(&built)
            .run()?;
        // As Trunk does with the page's own.
        tool(
            &home
                .npm()
                .join("node_modules/.bin/wasm-opt")
                .display()
                .to_string(),
        )
        .args([
            "-Oz",
            "--one-caller-inline-max-function-size=50",
            "--output",
        ])
        .arg(&module)
        .arg(&module)
        .run()
    })
}

/// The compiler writes the names of source files into the module, for the messages of panics. They
/// must not tell where it was built, and must be the same wherever it is built.
fn flags(private: &[(PathBuf, &str)]) -> String {
    let mut flags: Vec<String> = private
        .iter()
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
        .collect();
    // Flags in the environment take the place of those in `.cargo/config.toml`.
    flags.push("--cfg=erase_components".to_owned());
    // A unit separator, so that folders may hold blanks.
    flags.join("\u{1f}")
}

/// Folders of the builder, and what the module calls them instead. The last that fits is taken.
fn private_folders() -> Result<Vec<(PathBuf, &'static str)>> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let cargo = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| home.map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor HOME is set")?;
    Ok(vec![
        (sysroot()?, "/rust"),
        (cargo, "/cargo"),
        (Home::workspace(), "/switchboard"),
    ])
}

fn refuse_traces(dist: &Path, private: &Path) -> Result<()> {
    let needle = private.as_os_str().as_encoded_bytes();
    for entry in fs::read_dir(dist).context("trunk built no dist folder")? {
        let file = entry.context("cannot look into dist")?.path();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if bytes.windows(needle.len()).any(|part| part == needle) {
            bail!(
                "{} tells the builder's folder {}",
                file.display(),
                private.display()
            );
        }
    }
    Ok(())
}

/// The names of the files that lie in this folder itself.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot look into {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot look into {}", folder.display()))?;
        if entry.path().is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    Ok(names)
}
