//! Building the page.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use switchboard_lab::{Home, Tool};

use crate::{
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
    // The compiler writes the names of source files into the module, for the messages of panics.
    // They must not tell where it was built, and must be the same wherever it is built.
    let flags: Vec<String> = private
        .iter()
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
        .collect();
    let log = home.logs().join("page.log");
    // The log of this build only; that of an earlier one is of no use.
    let _ = fs::remove_file(&log);
    step("the page, for release", || {
        Tool::new(home.tools().join("bin/trunk"), &log)
            .args(["build", "--release", "--locked", "--dist"])
            .arg(&dist)
            .env("PATH", setup::path(&home)?)
            // A unit separator, so that folders may hold blanks.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .env_remove("RUSTFLAGS")
            .env_remove("NO_COLOR")
            .current_dir(Home::workspace())
            .run()
    })?;
    for (folder, _) in &private {
        refuse_traces(&dist, folder)?;
    }
    Ok(dist)
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
