//! Recording what real servers answer, for tests that need no server.

mod files;
mod scenarios;
mod session;

use std::path::PathBuf;

use anyhow::Result;
use switchboard_lab::{Asterisk, Home, Release, Settings};

use crate::{
    say::{say, step},
    setup,
};
use files::Files;

/// What may be chosen.
pub(crate) struct Options {
    pub(crate) release: Release,
    pub(crate) out: Option<PathBuf>,
}

/// Starts a server, plays all scenarios on it and writes what it answered.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::server(options.release)?;
    let asterisk = Asterisk::start(Settings::new(options.release))?;
    let version = asterisk.version()?;
    let folder = match &options.out {
        Some(folder) => folder.clone(),
        None => Home::workspace()
            .join("crates/ajam/tests/fixtures")
            .join(&version),
    };
    let mut files = Files::new(&folder, &version)?;
    for scenario in scenarios::ALL {
        step(scenario.name, || scenario.play(&asterisk, &mut files))?;
    }
    drop(asterisk);
    step("waitevent-expired", || {
        scenarios::expired(options.release, &mut files)
    })?;
    let bytes = files.finish()?;
    say(&format!(
        "{} holds {} kB of answers of Asterisk {version}.",
        folder.display(),
        bytes / 1000
    ));
    Ok(())
}
