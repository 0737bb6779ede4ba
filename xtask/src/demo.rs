//! The page on a real Asterisk, with calls that come and go.

use std::{sync::mpsc::RecvTimeoutError, time::Duration};

use anyhow::{Result, bail};
use switchboard_lab::{
    Asterisk, Home, Missing, Release, Settings, Traffic, TrafficSettings, port_is_free,
};

use crate::{
    interrupt, page,
    say::{say, step},
    setup::{self, Want},
};

/// What may be chosen.
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) calls: u16,
    pub(crate) release: Release,
}

/// Sets up what is missing, starts the server and makes calls until it is interrupted.
pub(crate) fn run(options: &Options) -> Result<()> {
    let want = Want {
        tests: false,
        releases: vec![options.release],
    };
    let home = Home::find();
    let mut missing = setup::missing(&home, &want);
    if !port_is_free(options.port) {
        missing.push(Missing::new(
            format!("Port {} of 127.0.0.1 is in use.", options.port),
            "Choose another with --port, or end what uses it.",
        ));
    }
    setup::refuse(&missing)?;
    setup::run(&want)?;
    let dist = page::build()?;
    let interrupted = interrupt::listen();
    let mut settings = Settings::new(options.release).page(dist);
    settings.http_port = options.port;
    let asterisk = step(&format!("start of Asterisk {}", options.release), || {
        Asterisk::start(settings)
    })?;
    let traffic = Traffic::start(
        &asterisk,
        TrafficSettings {
            calls: options.calls.into(),
            seed: None,
        },
    )?;
    announce(&asterisk)?;
    // Looks now and then whether the server is still there.
    while let Err(RecvTimeoutError::Timeout) = interrupted.recv_timeout(Duration::from_secs(1)) {
        if !asterisk.is_running() {
            bail!(
                "Asterisk has ended by itself. Its last words:\n{}",
                asterisk.log()
            );
        }
        if !traffic.is_running() {
            return traffic.stop();
        }
    }
    say("\nEnding the calls and the server ...");
    // Calls end with the server anyway.
    drop(traffic);
    drop(asterisk);
    say("Nothing is left running.");
    Ok(())
}

fn announce(asterisk: &Asterisk) -> Result<()> {
    say(&format!(
        "\nAsterisk {} serves the page:\n\n    {}\n",
        asterisk.version()?,
        asterisk.page_url()
    ));
    for user in &asterisk.settings().users {
        let rights = if user.write == "all" {
            "may do everything"
        } else {
            "may only watch"
        };
        say(&format!(
            "    Username {:8} Secret {:8} {rights}",
            user.name, user.secret
        ));
    }
    say(
        "\nIt is reachable from this machine only. Transfer calls to 801 in context target, for \
         example. Ctrl-C ends it.",
    );
    Ok(())
}
