//! The project's own folder, where everything it downloads or installs is kept.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::Release;

/// The project's own folder: `.switchboard` in the workspace, or `SWITCHBOARD_HOME`.
///
/// Deleting it undoes all that was set up.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// The folder for this workspace. It need not exist yet.
    pub fn find() -> Self {
        match env::var_os("SWITCHBOARD_HOME") {
            Some(folder) => Self(PathBuf::from(folder)),
            None => Self(Self::workspace().join(".switchboard")),
        }
    }

    /// A home in a folder of the caller's choice.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The workspace that this crate was built from.
    pub fn workspace() -> PathBuf {
        let lab = Path::new(env!("CARGO_MANIFEST_DIR"));
        lab.parent().unwrap_or(lab).to_path_buf()
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where cargo installs programs; they are in its `bin`.
    pub fn tools(&self) -> PathBuf {
        self.0.join("tools")
    }

    /// Packages that were installed by npm.
    pub fn npm(&self) -> PathBuf {
        self.0.join("npm")
    }

    /// What the programs that were run had to say, one file each.
    pub fn logs(&self) -> PathBuf {
        self.0.join("log")
    }

    /// The root folder of a release's own small Debian.
    pub fn asterisk(&self, release: Release) -> PathBuf {
        self.0.join("asterisk").join(release.name())
    }

    pub(crate) fn create(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))
    }
}
