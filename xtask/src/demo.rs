//! The page on a real Asterisk, with calls that come and go.

use std::{
    fs,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use switchboard_lab::{
    Asterisk, COMEBACK, Home, Missing, Phones, Release, SUBSCRIBERS, Settings, Traffic,
    TrafficNews, TrafficSettings, port_is_free,
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
    set_page_up(&asterisk)?;
    let phones = step("start of the telephones", || Phones::start(&asterisk))?;
    let phones = Arc::new(phones);
    let listening = phone::listen(options.port, &phones)?;
    announce(&asterisk, options.port)?;
    live(asterisk, phones, options.calls, &interrupted, &say)?;
    drop(listening);
    say("Nothing is left running.");
    Ok(())
}

/// Settings of the page that are right for this server's dial plan: a number is looked for where
/// the telephones are, and not where a caller happens to be.
const CONFIG: &str = include_str!("demo/config.json");

fn set_page_up(asterisk: &Asterisk) -> Result<()> {
    let file = asterisk.static_folder().join("switchboard/config.json");
    fs::write(&file, CONFIG).with_context(|| format!("cannot write {}", file.display()))
}

/// Makes calls until it is interrupted, and ends the server. What there is to tell is said.
fn live(
    asterisk: Asterisk,
    phones: Arc<Phones>,
    calls: u16,
    interrupted: &Receiver<()>,
    say: &dyn Fn(&str),
) -> Result<()> {
    let company = (calls > 0).then(|| Company::start(&phones));
    let traffic = Traffic::start(
        &asterisk,
        TrafficSettings {
            // The telephones have about so many; Local channels make up for the rest.
            calls: usize::from(calls.saturating_sub(BY_PHONE)),
            seed: None,
        },
    )?;
    // Looks now and then whether the server is still there.
    while let Err(RecvTimeoutError::Timeout) = interrupted.recv_timeout(Duration::from_secs(1)) {
        let ended = |one: &&Asterisk| !one.is_running();
        if let Some(ended) = [&asterisk]
            .into_iter()
            .chain(asterisk.provider())
            .find(ended)
        {
            bail!(
                "Asterisk has ended by itself. Its last words:\n{}",
                ended.log()
            );
        }
        for news in traffic.news() {
            match news {
                TrafficNews::Lost => say(&format!(
                    "\nAsterisk has closed its connections, as when it restarts. \
                     It has {} s to come back ...",
                    COMEBACK.as_secs()
                )),
                TrafficNews::Back => {
                    if let Some(company) = &company {
                        company.begin_anew();
                    }
                    say("Asterisk is back, and the calls begin anew.");
                }
            }
        }
        if !traffic.is_running() {
            return traffic.stop();
        }
    }
    say("\nEnding the calls and the server ...");
    drop(company);
    drop(phones);
    // Calls end with the server anyway, and whoever waits for it waits no longer.
    drop(asterisk);
    drop(traffic);
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
        let number = match one.is_inside() {
            true => String::new(),
            false => format!(" {}, outside", one.number),
        };
        say(&format!(
            "    {:9} {}{number}{free}",
            one.endpoint, one.name
        ));
    }
    say("\n    Numbers in the house (context internal)");
    for (number, what) in company::NUMBERS {
        say(&format!("    {number:12} {what}"));
    }
    say("\n    Numbers for those outside, who come over the trunk (context from-trunk)");
    for (number, what) in company::NUMBERS_OUTSIDE {
        say(&format!("    {number:12} {what}"));
    }
    let chosen = match port {
        8088 => String::new(),
        port => format!("--port {port} "),
    };
    let [free, other] = company::FREE;
    say(&format!(
        "\nTo call, pick up and take parked calls in the page, set {free} as your phone (menu of \
         the account, My phone), and answer it from a second terminal:\n\n    \
         cargo xtask phone {chosen}{free} answer"
    ));
    say(&format!(
        "\nFrom a second terminal:\n\n    \
         cargo xtask phone {chosen}{free} call {other}\n    \
         cargo xtask phone {chosen}{other} answer\n    \
         cargo xtask phone {chosen}list\n\n\
         It is reachable from this machine only. Ctrl-C ends it."
    ));
    Ok(())
}

/// On real servers: `cargo xtask test` has them set up.
#[cfg(test)]
mod tests {
    use std::{
        env,
        sync::mpsc::{self, Sender},
        thread::{self, JoinHandle},
        time::Instant,
    };

    use switchboard_lab::{Ami, Door};

    use super::*;

    const SOON: Duration = Duration::from_secs(60);

    struct Demo {
        door: Door,
        said: Receiver<String>,
        interrupt: Sender<()>,
        ended: Receiver<Result<()>>,
        thread: JoinHandle<()>,
    }

    impl Demo {
        /// None where no servers are wanted.
        fn start(release: Release) -> Result<Option<Self>> {
            if env::var_os("SWITCHBOARD_E2E").is_none() {
                return Ok(None);
            }
            let asterisk = Asterisk::start(company::settings(Settings::new(release)))?;
            let phones = Arc::new(Phones::start(&asterisk)?);
            let door = asterisk.door();
            let (interrupt, interrupted) = mpsc::channel();
            let ((tell, said), (end, ended)) = (mpsc::channel(), mpsc::channel());
            let thread = thread::spawn(move || {
                let say = |text: &str| {
                    let _ = tell.send(text.to_owned());
                };
                let _ = end.send(live(asterisk, phones, BY_PHONE + 2, &interrupted, &say));
            });
            Ok(Some(Self {
                door,
                said,
                interrupt,
                ended,
                thread,
            }))
        }

        fn hear(&self, words: &str) -> Result<()> {
            let deadline = Instant::now() + SOON;
            loop {
                let left = deadline.saturating_duration_since(Instant::now());
                let said = self.said.recv_timeout(left);
                if said.with_context(|| words.to_owned())?.contains(words) {
                    return Ok(());
                }
            }
        }

        /// Ends as Ctrl-C does, and soon.
        fn end(self) -> Result<()> {
            let _ = self.interrupt.send(());
            let ended = self.ended.recv_timeout(Duration::from_secs(15));
            ended.context("it does not end")??;
            assert!(self.thread.join().is_ok());
            assert!(self.door.ami().is_err(), "the server runs still");
            Ok(())
        }
    }

    /// Müller and Schmidt, over the trunk.
    const CALLERS: [(&str, &str); 2] = [
        ("PJSIP/trunk-", "0301234567"),
        ("PJSIP/trunk-", "0895550118"),
    ];

    /// Waits until each of these has called, in any order: such a channel, and part of the number.
    fn await_calls(ami: &mut Ami, callers: &[(&str, &str)]) -> Result<()> {
        let mut left = callers.to_vec();
        let called = ami.wait_for(SOON, |event| {
            left.retain(|(channel, number)| {
                event.event() != Some("Newchannel")
                    || !event.text("Channel").starts_with(channel)
                    || !event.text("CallerIDNum").contains(number)
            });
            left.is_empty()
        });
        called.with_context(|| format!("no calls of {left:?}"))?;
        Ok(())
    }

    /// Waits until somebody is in the conference, by its hint.
    fn await_conference(ami: &mut Ami) -> Result<()> {
        let place = [("Exten", "650"), ("Context", "internal")];
        while ami.action("ExtensionState", &place)?.text("StatusText") != "InUse" {
            let changed = ami.wait_for(SOON, |event| {
                event.event() == Some("ExtensionStatus") && event.text("Exten") == "650"
            });
            changed.context("nobody is in the conference")?;
        }
        Ok(())
    }

    fn restart(ami: &mut Ami) {
        // It may be gone before it has answered.
        let _ = ami.command("core restart now");
    }

    #[test]
    fn the_company_goes_on_calling_when_asterisk_has_restarted() -> Result<()> {
        for release in Release::ALL {
            let Some(demo) = Demo::start(release)? else {
                return Ok(());
            };
            let mut ami = demo.door.ami()?;
            await_calls(&mut ami, &CALLERS[..1])?;
            restart(&mut ami);
            demo.hear("closed its connections")?;
            demo.hear("Asterisk is back")?;
            // Two calls of two parts, and one without a telephone.
            let [mueller, schmidt] = CALLERS;
            let mut ami = demo.door.ami()?;
            await_calls(&mut ami, &[mueller, schmidt, ("Local/300@phones-", "")])?;
            await_conference(&mut ami)?;
            demo.end()?;
        }
        Ok(())
    }

    #[test]
    fn ctrl_c_ends_it_while_asterisk_restarts() -> Result<()> {
        let Some(demo) = Demo::start(Release::V22)? else {
            return Ok(());
        };
        let mut ami = demo.door.ami()?;
        await_calls(&mut ami, &CALLERS[..1])?;
        restart(&mut ami);
        demo.hear("closed its connections")?;
        demo.end()
    }
}
