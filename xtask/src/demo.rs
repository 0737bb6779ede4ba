//! The page on a real Asterisk, with calls that come and go.

use std::{
    sync::{Arc, mpsc::RecvTimeoutError},
    time::Duration,
};

use anyhow::{Result, bail};
use switchboard_lab::{
    Asterisk, Home, Missing, Phones, Release, SUBSCRIBERS, Settings, Traffic, TrafficSettings,
    port_is_free,
};

use crate::{
    company::{self, Company},
    interrupt, page, phone,
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
        phones: true,
        // The telephones stand beside the newest release, whichever they are registered at.
        releases: match options.release {
            Release::V22 => vec![Release::V22],
            other => vec![Release::V22, other],
        },
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
    let mut settings = company::settings(Settings::new(options.release).page(dist));
    settings.http_port = options.port;
    let asterisk = step(&format!("start of Asterisk {}", options.release), || {
        Asterisk::start(settings)
    })?;
    let phones = step("start of the telephones", || Phones::start(&asterisk))?;
    let phones = Arc::new(phones);
    let listening = phone::listen(options.port, &phones)?;
    let company = (options.calls > 0).then(|| Company::start(&phones));
    let traffic = Traffic::start(
        &asterisk,
        TrafficSettings {
            // The telephones have about so many; Local channels make up for the rest.
            calls: usize::from(options.calls.saturating_sub(BY_PHONE)),
            seed: None,
        },
    )?;
    announce(&asterisk, options.port)?;
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
    drop(listening);
    drop(company);
    drop(phones);
    // Calls end with the server anyway.
    drop(traffic);
    drop(asterisk);
    say("Nothing is left running.");
    Ok(())
}

/// How many calls the telephones of the company have at a time, about.
const BY_PHONE: u16 = 4;

fn announce(asterisk: &Asterisk, port: u16) -> Result<()> {
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
    say("\n    Telephones");
    for one in &SUBSCRIBERS {
        let free = if company::FREE.contains(&one.endpoint) {
            " (does nothing by itself: play with it)"
        } else {
            ""
        };
        let number = match one.context {
            "internal" => String::new(),
            _ => format!(" {}, outside", one.number),
        };
        say(&format!(
            "    {:9} {}{number}{free}",
            one.endpoint, one.name
        ));
    }
    say("\n    Numbers in context internal");
    for (number, what) in company::NUMBERS {
        say(&format!("    {number:9} {what}"));
    }
    let chosen = match port {
        8088 => String::new(),
        port => format!("--port {port} "),
    };
    let [free, other] = company::FREE;
    say(&format!(
        "\nFrom a second terminal:\n\n    \
         cargo xtask phone {chosen}{free} call {other}\n    \
         cargo xtask phone {chosen}{other} answer\n    \
         cargo xtask phone {chosen}list\n\n\
         It is reachable from this machine only. Ctrl-C ends it."
    ));
    Ok(())
}
