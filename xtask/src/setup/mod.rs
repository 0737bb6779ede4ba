//! Setting up what the other commands need: tools of exact versions in the project's own folder,
//! and Debian packages where a program is missing.

mod cargo;
mod debian;
mod npm;
mod rust;

pub(crate) use rust::sysroot;

use std::{env, ffi::OsString, thread};

use anyhow::{Context, Result, bail};
use switchboard_lab::{
    Home, Missing, Release, has_phones, has_proxies, is_provisioned, preflight, provision,
    provision_phones, provision_proxies,
};

use crate::say::step;

/// What is to be set up, besides the tools that build the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Want {
    /// What only the tests need: browsers and their drivers, and with Asterisk 22 the proxies and telephones.
    pub(crate) tests: bool,
    /// The telephones, which go beside Asterisk 22.
    pub(crate) phones: bool,
    /// Servers.
    pub(crate) releases: Vec<Release>,
}

/// Sets up what is missing; quick when nothing is.
pub(crate) fn run(want: &Want) -> Result<()> {
    let home = Home::find();
    refuse(&missing(&home, want))?;
    rust::add_target(&home)?;
    // What mostly waits for the network goes beside what keeps the processors busy.
    thread::scope(|scope| {
        let downloads = scope.spawn(|| downloads(&home, want));
        let tools = cargo::install(&home, want.tests);
        let downloads = match downloads.join() {
            Ok(result) => result,
            Err(_) => bail!("the set-up of packages and servers panicked"),
        };
        tools.and(downloads)
    })
}

/// What stands in the way, found out without changing anything.
pub(crate) fn missing(home: &Home, want: &Want) -> Vec<Missing> {
    let mut missing = Vec::new();
    if !want.releases.is_empty() {
        missing.extend(preflight(home, &want.releases));
    }
    let packages = debian::needed(want.tests);
    missing.extend(debian::preflight(&packages));
    missing.extend(rust::preflight());
    missing
}

/// Says what is missing, and goes no further if anything is.
pub(crate) fn refuse(missing: &[Missing]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let list: String = missing.iter().map(|one| format!("\n- {one}")).collect();
    bail!("this cannot be done here yet; nothing was changed.{list}");
}

/// `PATH` with the project's own tools before all others.
pub(crate) fn path(home: &Home) -> Result<OsString> {
    let own = [
        home.tools().join("bin"),
        home.npm().join("node_modules/.bin"),
    ];
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&old)))
        .context("a folder's name holds a colon, so that it cannot be on PATH")
}

fn downloads(home: &Home, want: &Want) -> Result<()> {
    debian::install(home, &debian::needed(want.tests))?;
    npm::install(home, want.tests)?;
    for release in &want.releases {
        add_server(home, *release)?;
    }
    // What only the tests need: they go beside the server of the newest release.
    let beside = want.releases.contains(&Release::V22);
    if want.tests && beside && !has_proxies(home) {
        step("nginx, Apache and openssl beside Asterisk 22", || {
            provision_proxies(home)
        })?;
    }
    let phones = want.tests || want.phones;
    if phones && beside && !has_phones(home) {
        step("SIP telephones beside Asterisk 22", || {
            provision_phones(home)
        })?;
    }
    Ok(())
}

/// Sets up a server and nothing else.
pub(crate) fn server(release: Release) -> Result<()> {
    let home = Home::find();
    refuse(&preflight(&home, &[release]))?;
    add_server(&home, release)
}

fn add_server(home: &Home, release: Release) -> Result<()> {
    if is_provisioned(home, release) {
        return Ok(());
    }
    let what = format!("Asterisk {release} from Debian {}", release.suite());
    step(&what, || provision(home, release).map(drop))
}
