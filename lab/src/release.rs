//! The Asterisk releases that the project is tested against.

use std::{fmt, str::FromStr};

use anyhow::{Result, bail};

/// An Asterisk release, by the Debian suite that carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Release {
    /// Asterisk 22, from Debian forky.
    V22,
    /// Asterisk 16, from Debian bullseye.
    V16,
}

impl Release {
    /// All releases, newest first.
    pub const ALL: [Self; 2] = [Self::V22, Self::V16];

    /// The major version, as it is written on the command line and in folder names.
    pub fn name(self) -> &'static str {
        match self {
            Self::V22 => "22",
            Self::V16 => "16",
        }
    }

    /// The Debian suite that carries this release.
    pub fn suite(self) -> &'static str {
        match self {
            Self::V22 => "forky",
            Self::V16 => "bullseye",
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Release {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match Self::ALL.into_iter().find(|release| release.name() == text) {
            Some(release) => Ok(release),
            None => bail!("there is no release {text}; choose 22 or 16"),
        }
    }
}
