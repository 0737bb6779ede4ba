//! What is played on a server while its answers are recorded.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{Asterisk, Call, Calls, Originate, Release, Settings};

use super::{
    files::Files,
    session::{SOON, Session},
};

/// Something that is played.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    play: Play,
}

enum Play {
    /// Events that are fetched afterwards, in one answer.
    Events(&'static str, fn(&mut Calls) -> Result<()>),
    /// Anything else.
    Own(fn(&mut Stage<'_>) -> Result<()>),
}

struct Stage<'a> {
    asterisk: &'a Asterisk,
    calls: Calls,
    files: &'a mut Files,
}

impl Scenario {
    const fn events(
        name: &'static str,
        how: &'static str,
        play: fn(&mut Calls) -> Result<()>,
    ) -> Self {
        Self {
            name,
            play: Play::Events(how, play),
        }
    }

    const fn own(name: &'static str, play: fn(&mut Stage<'_>) -> Result<()>) -> Self {
        Self {
            name,
            play: Play::Own(play),
        }
    }

    /// Plays it on a server without calls, and leaves it without calls.
    pub(crate) fn play(&self, asterisk: &Asterisk, files: &mut Files) -> Result<()> {
        let mut calls = Calls::on(asterisk)?;
        match self.play {
            Play::Events(how, play) => {
                let mut session = Session::listening(asterisk)?;
                calls.ami().forget_events();
                play(&mut calls)?;
                calls.hang_up_all()?;
                session.record_events(files, self.name, how)
            }
            Play::Own(play) => {
                let mut stage = Stage {
                    asterisk,
                    calls,
                    files,
                };
                play(&mut stage)?;
                stage.calls.hang_up_all()
            }
        }
    }
}

/// All scenarios for a server with the usual settings.
pub(crate) const ALL: &[Scenario] = &[
    Scenario::own("log-in", log_in),
    Scenario::own("lists", lists),
    Scenario::own("denied", denied),
    Scenario::own("call-simple-live", call_live),
    Scenario::own("hangup-ok", hangup),
    Scenario::own("waitevent-displaced", displaced),
    Scenario::events(
        "call-simple",
        "a caller dials 201, which rings 2 s and answers; bridged; hung up by the caller",
        call_simple,
    ),
    Scenario::events("call-busy", "a caller dials 401, which is busy", |calls| {
        let call = calls.call("Anna", "1001", "401")?;
        ended(calls, &call)
    }),
    Scenario::events(
        "hangup-caller-leg",
        "a bridged call; Hangup of the caller's channel with Cause 16",
        |calls| {
            let call = bridged(calls)?;
            calls
                .ami()
                .action("Hangup", &[("Channel", &call.uniqueid), ("Cause", "16")])?;
            ended(calls, &call)
        },
    ),
    Scenario::events(
        "local-optimise",
        "Local channels without /n that optimise themselves away once bridged",
        local_optimise,
    ),
    Scenario::events(
        "queue-complete",
        "a caller joins queue support; a member rings 2 s and answers; the caller hangs up",
        |calls| {
            let call = calls.call("Anna", "1001", "610")?;
            calls.until(&call.uniqueid, SOON, |channel| !channel.bridge.is_empty())?;
            calls.hang_up(&call)?;
            ended(calls, &call)
        },
    ),
    Scenario::events(
        "queue-abandon",
        "a caller joins queue sales, whose member only rings, and hangs up",
        |calls| {
            let call = calls.call("Anna", "1001", "600")?;
            calls
                .ami()
                .wait_for(SOON, |event| event.event() == Some("AgentCalled"))?;
            calls.hang_up(&call)?;
            ended(calls, &call)
        },
    ),
    Scenario::events(
        "park-retrieve",
        "a caller is parked; another dials the parking space; bridged; hung up",
        |calls| {
            let parked = calls.call("Anna", "1001", "700")?;
            let event = calls
                .ami()
                .wait_for(SOON, |event| event.event() == Some("ParkedCall"))?;
            let space = event.text("ParkingSpace").to_owned();
            let fetching = calls.call("Ben", "1002", &space)?;
            calls.until(&fetching.uniqueid, SOON, |channel| {
                !channel.bridge.is_empty()
            })?;
            calls.hang_up(&parked)?;
            ended(calls, &parked)
        },
    ),
    Scenario::events(
        "conference",
        "two callers join conference 650, one is muted and unmuted, then both leave",
        conference,
    ),
    Scenario::events(
        "redirect-one-leg",
        "a bridged call; Redirect of the caller's channel to 801 in context target; the other leg is hung up",
        |calls| {
            let call = bridged(calls)?;
            calls
                .ami()
                .redirect(&call.uniqueid, None, "801", "target")?;
            transferred(calls, &call.uniqueid)
        },
    ),
    Scenario::events(
        "redirect-both-legs",
        "a bridged call; Redirect with ExtraChannel: both legs to 801 in context target",
        |calls| {
            let call = bridged(calls)?;
            let other = other_leg(calls, &call)?;
            calls
                .ami()
                .redirect(&call.uniqueid, Some(&other), "801", "target")?;
            transferred(calls, &call.uniqueid)?;
            transferred(calls, &other)
        },
    ),
    Scenario::events(
        "names-markup",
        "caller names with markup and quotes",
        |calls| {
            ring_all(
                calls,
                &[
                    "<b>Bold</b>",
                    "Tom & 'Jerry'",
                    "a \"quoted\" name",
                    "<script>alert(1)</script>",
                    "back\\slash",
                    "&amp;&lt;",
                ],
            )
        },
    ),
    Scenario::events(
        "names-utf8",
        "caller names with UTF-8: umlauts, Greek, emoji, right to left",
        |calls| {
            ring_all(
                calls,
                &[
                    "Jörg Müller",
                    "Ελένη",
                    "☎ 😀",
                    "ليلى الحسن",
                    "נועה לוי",
                    "王小明",
                    "e\u{301}",
                ],
            )
        },
    ),
    Scenario::events(
        "names-control",
        "caller names with control characters 0x01 0x08 0x0b 0x1f 0x7f and tab",
        |calls| {
            ring_all(
                calls,
                &[
                    "a\u{1}b", "a\u{8}b", "a\u{b}b", "a\u{1f}b", "a\u{7f}b", "a\tb",
                ],
            )
        },
    ),
    Scenario::own("names-cr-lf", names_cr_lf),
    Scenario::events(
        "userevent-odd",
        "UserEvents with a repeated header, names that collide, a name that starts with a digit, one with blanks, one with UTF-8, and an empty value",
        userevent_odd,
    ),
    Scenario::events(
        "burst-50",
        "50 calls of four Local channels, half ringing, half bridged, started as fast as the server takes them, then all hung up",
        burst,
    ),
];

fn log_in(stage: &mut Stage<'_>) -> Result<()> {
    let Stage {
        asterisk, files, ..
    } = stage;
    let mut session = Session::new(asterisk);
    session.record(
        files,
        "ping-no-login",
        "Ping on a session that is not logged in",
        &[("Action", "Ping"), ("ActionID", "s1")],
    )?;
    session.record(
        files,
        "challenge",
        "Challenge, AuthType=MD5",
        &[
            ("Action", "Challenge"),
            ("AuthType", "MD5"),
            ("ActionID", "s2"),
        ],
    )?;
    let login = |user, secret| {
        [
            ("Action", "Login"),
            ("Username", user),
            ("Secret", secret),
            ("ActionID", "s3"),
        ]
    };
    Session::new(asterisk).record(
        files,
        "login-wrong-secret",
        "Login with a wrong secret",
        &login("demo", "wrong"),
    )?;
    Session::new(asterisk).record(
        files,
        "login-unknown-user",
        "Login of a user that does not exist",
        &login("nobody", "x"),
    )?;
    let mut session = Session::new(asterisk);
    session.record(
        files,
        "login-ok",
        "Login with user name and secret",
        &login("demo", "demo"),
    )?;
    session.record(
        files,
        "login-again",
        "Login on a session that is logged in",
        &login("demo", "demo"),
    )?;
    session.record(
        files,
        "ping",
        "Ping with an ActionID",
        &[("Action", "Ping"), ("ActionID", "s4")],
    )?;
    for (name, action) in [
        ("coresettings", "CoreSettings"),
        ("corestatus", "CoreStatus"),
        ("listcommands", "ListCommands"),
    ] {
        session.record(
            files,
            name,
            &format!("{action} as demo, who has all rights"),
            &[("Action", action), ("ActionID", "s5")],
        )?;
    }
    session.record(
        files,
        "coreshowchannels-none",
        "CoreShowChannels with no channel",
        &[("Action", "CoreShowChannels"), ("ActionID", "s6")],
    )?;
    session.record(
        files,
        "unknown-action",
        "an action that does not exist",
        &[("Action", "NoSuchThing"), ("ActionID", "s7")],
    )?;
    session.record(
        files,
        "missing-action",
        "a request without action",
        &[("ActionID", "s8")],
    )?;
    session.record(
        files,
        "waitevent-empty",
        "WaitEvent Timeout=2, nothing happens",
        &[
            ("Action", "WaitEvent"),
            ("Timeout", "2"),
            ("ActionID", "s9"),
        ],
    )?;
    session.record(
        files,
        "logoff",
        "Logoff",
        &[("Action", "Logoff"), ("ActionID", "s10")],
    )?;
    Ok(())
}

fn lists(stage: &mut Stage<'_>) -> Result<()> {
    let calls = &mut stage.calls;
    let ringing = calls.call("Zoë", "1001", "101")?;
    calls.until(&ringing.uniqueid, SOON, |channel| {
        channel.application == "Dial"
    })?;
    bridged(calls)?;
    for (exten, application) in [
        ("600", "Queue"),
        ("700", "Park"),
        ("650", "ConfBridge"),
        ("801", "Wait"),
    ] {
        let call = calls.call("Łukasz", "1003", exten)?;
        calls.until(&call.uniqueid, SOON, |channel| {
            channel.application == application
        })?;
    }
    let standing = "calls stand: ringing, bridged, in a queue, parked, in a conference, waiting";
    let mut session = Session::logged_in(stage.asterisk, "demo")?;
    for (name, action) in [
        ("coreshowchannels", "CoreShowChannels"),
        ("status", "Status"),
        ("bridgelist", "BridgeList"),
        ("parkedcalls", "ParkedCalls"),
        ("queuestatus", "QueueStatus"),
        ("confbridgelistrooms", "ConfbridgeListRooms"),
    ] {
        session.record(
            stage.files,
            name,
            &format!("{action}; {standing}"),
            &[("Action", action), ("ActionID", "s1")],
        )?;
    }
    session.record(
        stage.files,
        "command-core-show-channels",
        &format!("Command core show channels; {standing}"),
        &[
            ("Action", "Command"),
            ("Command", "core show channels"),
            ("ActionID", "s2"),
        ],
    )?;
    Ok(())
}

fn denied(stage: &mut Stage<'_>) -> Result<()> {
    let call = stage.calls.ring("Anna", "1001")?;
    stage.calls.until(&call.uniqueid, SOON, |_| true)?;
    let mut session = Session::logged_in(stage.asterisk, "viewer")?;
    session.record(
        stage.files,
        "listcommands-viewer",
        "ListCommands as viewer, who may only watch",
        &[("Action", "ListCommands"), ("ActionID", "s1")],
    )?;
    session.record(
        stage.files,
        "permission-denied",
        "Hangup by viewer, who lacks the right",
        &[
            ("Action", "Hangup"),
            ("Channel", &call.uniqueid),
            ("ActionID", "s2"),
        ],
    )?;
    session.record(
        stage.files,
        "permission-denied-redirect",
        "Redirect by viewer, who lacks the right",
        &[
            ("Action", "Redirect"),
            ("Channel", &call.uniqueid),
            ("Context", "target"),
            ("Exten", "801"),
            ("Priority", "1"),
            ("ActionID", "s3"),
        ],
    )?;
    Ok(())
}

fn hangup(stage: &mut Stage<'_>) -> Result<()> {
    let call = stage.calls.call("Anna", "1001", "801")?;
    stage.calls.until(&call.uniqueid, SOON, |channel| {
        channel.application == "Wait"
    })?;
    let mut session = Session::logged_in(stage.asterisk, "demo")?;
    let redirect = |channel, exten| {
        [
            ("Action", "Redirect"),
            ("Channel", channel),
            ("Context", "target"),
            ("Exten", exten),
            ("Priority", "1"),
            ("ActionID", "s1"),
        ]
    };
    session.record(
        stage.files,
        "redirect-ok",
        "Redirect of a channel",
        &redirect(&call.uniqueid, "801"),
    )?;
    session.record(
        stage.files,
        "redirect-missing-channel",
        "Redirect of a channel that does not exist",
        &redirect("Local/none", "801"),
    )?;
    session.record(
        stage.files,
        "hangup-ok",
        "Hangup of a channel",
        &[
            ("Action", "Hangup"),
            ("Channel", &call.uniqueid),
            ("ActionID", "s2"),
        ],
    )?;
    session.record(
        stage.files,
        "hangup-missing-channel",
        "Hangup of a channel that does not exist",
        &[
            ("Action", "Hangup"),
            ("Channel", "Local/none"),
            ("ActionID", "s3"),
        ],
    )?;
    session.record(
        stage.files,
        "hangup-no-channel",
        "Hangup without Channel",
        &[("Action", "Hangup"), ("ActionID", "s4")],
    )?;
    Ok(())
}

/// A call as a client sees it: one WaitEvent after the other, until all four channels have gone.
fn call_live(stage: &mut Stage<'_>) -> Result<()> {
    let mut session = Session::listening(stage.asterisk)?;
    let calls = &mut stage.calls;
    let files = &mut *stage.files;
    thread::scope(|scope| {
        let caller = scope.spawn(|| call_simple(calls));
        let begin = Instant::now();
        let mut hangups = 0;
        for number in 1.. {
            ensure!(begin.elapsed() < SOON, "the call did not end");
            let reply = session.record(
                files,
                &format!("call-simple-live-{number:02}"),
                "call-simple as a client sees it: one WaitEvent after the other",
                &[("Action", "WaitEvent"), ("Timeout", "5")],
            )?;
            hangups += reply.text().matches("event='Hangup'").count();
            if hangups >= 4 {
                break;
            }
        }
        caller
            .join()
            .map_err(|_| anyhow::anyhow!("the caller's thread panicked"))?
    })
}

fn displaced(stage: &mut Stage<'_>) -> Result<()> {
    let session = Session::listening(stage.asterisk)?;
    let wait = [
        ("Action", "WaitEvent"),
        ("Timeout", "10"),
        ("ActionID", "s1"),
    ];
    let begin = Instant::now();
    let first = session.send(&wait)?;
    // Nothing tells that a WaitEvent waits, and two that come at once are served in any order.
    thread::sleep(Duration::from_millis(500));
    let second = session.send(&[
        ("Action", "WaitEvent"),
        ("Timeout", "10"),
        ("ActionID", "s2"),
    ])?;
    let reply = first.finish()?;
    let form = "Action=WaitEvent&Timeout=10&ActionID=s1";
    stage.files.add(
        "waitevent-displaced",
        "first of two WaitEvents on one session: what it got when the second came",
        form,
        &reply,
        begin.elapsed(),
    )?;
    stage
        .calls
        .ami()
        .action("UserEvent", &[("UserEvent", "Displacing")])?;
    let reply = second.finish()?;
    let form = "Action=WaitEvent&Timeout=10&ActionID=s2";
    stage.files.add(
        "waitevent-displacing",
        "second of two WaitEvents on one session, ended by a UserEvent",
        form,
        &reply,
        begin.elapsed(),
    )
}

fn names_cr_lf(stage: &mut Stage<'_>) -> Result<()> {
    let mut listening = Session::listening(stage.asterisk)?;
    let mut session = Session::logged_in(stage.asterisk, "demo")?;
    stage.calls.ami().forget_events();
    for name in [
        "a\r\nX-Inject: 1",
        "a\nb",
        "a\rb",
        "a\r\nEvent: Hangup\r\nUniqueid: 1",
    ] {
        session.ask(&[
            ("Action", "Originate"),
            ("Channel", "Local/300@phones/n"),
            ("Application", "Wait"),
            ("Data", "60"),
            ("Async", "true"),
            ("CallerID", &format!("\"{name}\" <1001>")),
        ])?;
        stage
            .calls
            .ami()
            .wait_for(SOON, |event| event.event() == Some("OriginateResponse"))?;
    }
    stage.calls.hang_up_all()?;
    listening.record_events(
        stage.files,
        "names-cr-lf",
        "caller names with CR LF and a header look-alike, set by a form-encoded Originate",
    )
}

fn call_simple(calls: &mut Calls) -> Result<()> {
    let call = calls.call("Zoë Müller", "1001", "201")?;
    calls.until(&call.uniqueid, SOON, |channel| !channel.bridge.is_empty())?;
    calls.hang_up(&call)?;
    ended(calls, &call)
}

fn bridged(calls: &mut Calls) -> Result<Call> {
    let call = calls.call("Anna", "1001", "301")?;
    calls.until(&call.uniqueid, SOON, |channel| !channel.bridge.is_empty())?;
    calls.until(&call.uniqueid, SOON, |channel| channel.state == "Up")?;
    other_leg(calls, &call)?;
    Ok(call)
}

fn other_leg(calls: &mut Calls, call: &Call) -> Result<String> {
    let own = calls
        .ami()
        .channel(&call.uniqueid)?
        .context("the caller has gone")?;
    let all = calls.ami().channels()?;
    all.into_iter()
        .find(|channel| channel.bridge == own.bridge && channel.uniqueid != own.uniqueid)
        .map(|channel| channel.uniqueid)
        .context("the caller is alone in the bridge")
}

fn transferred(calls: &mut Calls, channel: &str) -> Result<()> {
    calls.until(channel, SOON, |channel| {
        channel.context == "target" && channel.application == "Wait"
    })?;
    Ok(())
}

fn ended(calls: &mut Calls, call: &Call) -> Result<()> {
    let id = call.uniqueid.clone();
    calls.ami().wait_for(SOON, |event| {
        event.event() == Some("Hangup") && event.text("Uniqueid") == id
    })?;
    Ok(())
}

fn local_optimise(calls: &mut Calls) -> Result<()> {
    let originate = Originate::to_application("Local/300@phones/n", "Dial", "Local/901@relay,60")
        .caller("Anna", "1001")
        .id("optimise-1");
    calls.ami().originate(&originate)?;
    calls
        .ami()
        .wait_for(SOON, |event| event.event() == Some("LocalOptimizationEnd"))?;
    calls.ami().hangup("optimise-1")?;
    Ok(())
}

fn conference(calls: &mut Calls) -> Result<()> {
    let first = calls.call("Anna", "1001", "650")?;
    let second = calls.call("Ben", "1002", "650")?;
    for call in [&first, &second] {
        calls.until(&call.uniqueid, SOON, |channel| !channel.bridge.is_empty())?;
    }
    let name = calls
        .ami()
        .channel(&second.uniqueid)?
        .context("the second has gone")?
        .name;
    for action in ["ConfbridgeMute", "ConfbridgeUnmute"] {
        calls
            .ami()
            .action(action, &[("Conference", "650"), ("Channel", &name)])?;
    }
    calls.hang_up(&first)?;
    ended(calls, &first)?;
    calls.hang_up(&second)?;
    ended(calls, &second)
}

fn ring_all(calls: &mut Calls, names: &[&str]) -> Result<()> {
    for (name, number) in names.iter().zip(1001..) {
        let call = calls.ring(name, &number.to_string())?;
        calls.until(&call.uniqueid, SOON, |channel| channel.state != "Down")?;
    }
    Ok(())
}

fn userevent_odd(calls: &mut Calls) -> Result<()> {
    let events: [&[(&str, &str)]; 4] = [
        &[
            ("UserEvent", "Repeats"),
            ("Note", "1"),
            ("Note", "2"),
            ("note", "3"),
        ],
        &[
            ("UserEvent", "Collides"),
            ("Chan-Var", "1"),
            ("Chan_Var", "2"),
            ("CHAN_VAR", "3"),
        ],
        &[
            ("UserEvent", "Names"),
            ("100rel", "yes"),
            ("with blanks in it", "1"),
            ("Größe", "2"),
            ("Empty", ""),
        ],
        &[
            ("UserEvent", "Values"),
            ("Markup", "<b a=\"1\">&'x'</b>"),
            ("Long", "0123456789 0123456789 0123456789 0123456789"),
        ],
    ];
    for event in events {
        calls.ami().action("UserEvent", event)?;
    }
    Ok(())
}

fn burst(calls: &mut Calls) -> Result<()> {
    for number in 0..50 {
        let exten = if number % 2 == 0 { "101" } else { "301" };
        calls.call(&format!("Caller {number}"), &format!("2{number:03}"), exten)?;
    }
    // Each call has four channels once its telephone has been dialled.
    let mut begun = 0;
    while begun < 50 {
        calls.ami().wait_for(SOON, |event| {
            event.event() == Some("DialState") || event.event() == Some("DialEnd")
        })?;
        begun = calls.ami().channels()?.len() / 4;
    }
    Ok(())
}

/// A session whose time is over: on a server of its own, where that time is short.
pub(crate) fn expired(release: Release, files: &mut Files) -> Result<()> {
    let mut settings = Settings::new(release);
    settings.http_timeout = 1;
    let asterisk = Asterisk::start(settings)?;
    let mut session = Session::logged_in(&asterisk, "demo")?;
    // Nothing tells when the server forgets a session, and a look at it would keep it alive. It
    // looks for old ones every five seconds.
    thread::sleep(Duration::from_secs(13));
    let reply = session.record(
        files,
        "waitevent-expired",
        "WaitEvent with the cookie of a session that was not used for longer than httptimeout",
        &[
            ("Action", "WaitEvent"),
            ("Timeout", "5"),
            ("ActionID", "s1"),
        ],
    )?;
    ensure!(
        reply.text().contains("Permission denied"),
        "the session has not expired"
    );
    Ok(())
}
