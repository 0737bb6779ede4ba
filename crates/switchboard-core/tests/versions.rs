//! One model from 1.4 to master: the same call looks the same, whatever the server.
//!
//! Recordings are found by their folders and names: one that is dropped in is held to the story of
//! its scenario, if there is one, and to what is claimed of all. What no recording shows is told by
//! bodies made by hand, and each says so.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ajam::ami::Parked;
use ajam::ami::event::EventKind;
use ajam::ami::message::{self, Message};
use ajam::ami::xml;
use ajam::session::Keep;
use ajam::time::Moment;
use support::talk;
use support::{Recording, events, fuzz, recordings};
use switchboard_core::board::row::Peer;
use switchboard_core::board::{Connected, Lamp, Row};
use switchboard_core::live::{Pbx, Snapshot};

const T0: Moment = Moment::from_millis(0);

/// A scenario, and the moments that every version must come through, in this order: each is all
/// rows there are, as [`rows`] writes them. A star stands for what versions tell differently: the
/// state of the phone's half of a Local channel, and its caller before it answers.
const STORIES: &[(&str, &[&[&str]])] = &[
    (
        "call-simple",
        &[
            &[
                "805;1 823 Ringing < 900;1",
                "805;2 * Ring",
                "900;1 1001 Up > 805;1",
                "900;2 1001 *",
            ],
            TALKING_805,
            &[],
        ],
    ),
    (
        "call-busy",
        &[
            &[
                "811;1 824 Down < 900;1",
                "811;2 * Busy",
                "900;1 1001 Up > 811;1",
                "900;2 1001 *",
            ],
            &[],
        ],
    ),
    ("hangup-caller-leg", &[TALKING_800, &[]]),
    (
        "redirect-one-leg",
        &[TALKING_800, &["900;1 1001 Up", "900;2 1001 *"]],
    ),
    (
        "redirect-both-legs",
        &[
            TALKING_800,
            &[
                "800;1 820 Up",
                "800;2 1001 *",
                "900;1 1001 Up",
                "900;2 1001 *",
            ],
        ],
    ),
    (
        "local-optimise",
        &[
            &[
                "803;1 829 Up = 829;2",
                "803;2 1001 *",
                "829;1 822 Up = 900;1",
                "829;2 1001 Up = 803;1",
                "900;1 1001 Up = 829;1",
                "900;2 1001 *",
            ],
            // Up to 11 the leg that stays has the caller of the one whose place it took.
            &[
                "803;1 * Up = 900;1",
                "803;2 1001 *",
                "900;1 1001 Up = 803;1",
                "900;2 1001 *",
            ],
        ],
    ),
    (
        "park-retrieve",
        &[
            &["900;1 1001 Up parked", "900;2 1001 *"],
            &[
                "900;1 1001 Up = 901;1",
                "900;2 1001 *",
                "901;1 1002 Up = 900;1",
                "901;2 * *",
            ],
            &[],
        ],
    ),
    (
        "park-timeout",
        &[
            TALKING_800,
            &["900;1 1001 Up parked", "900;2 1001 *"],
            &["900;1 1001 Up", "900;2 1001 *"],
            &[],
        ],
    ),
    (
        "queue-complete",
        &[
            &["900;1 1001 Up in queue support", "900;2 1001 *"],
            &[
                "805;1 * Up = 900;1",
                "805;2 1001 Up",
                "900;1 1001 Up = 805;1",
                "900;2 1001 *",
            ],
            &[],
        ],
    ),
    (
        "queue-abandon",
        &[&["900;1 1001 Up in queue sales", "900;2 1001 *"], &[]],
    ),
    (
        "conference",
        &[
            &["900;1 1001 Up in conference 900 of 1", "900;2 1001 *"],
            &[
                "900;1 1001 Up in conference 900 of 2",
                "900;2 1001 *",
                "901;1 1002 Up in conference 900 of 2",
                "901;2 1002 *",
            ],
            &[],
        ],
    ),
    (
        "transfer-attended",
        &[
            TALKING_800,
            &[
                "800;1 820 Up = 801;1",
                "800;2 1001 *",
                "801;1 * Up = 800;1",
                "801;2 * Up",
            ],
        ],
    ),
    (
        "sip-call",
        &[
            &["alice 2001 Up > bob", "bob bob Ringing < alice"],
            &["alice 2001 Up = bob", "bob bob Up = alice"],
            &[],
        ],
    ),
    (
        "sip-hold",
        &[&["alice 2001 Up = bob", "bob bob Up = alice"], &[]],
    ),
    (
        "sip-attended-transfer",
        &[
            &["alice 2001 Up = bob", "bob bob Up = alice"],
            &["alice 2001 Up", "alice 2001 Up = bob", "bob bob Up = alice"],
            &["bob bob Up"],
        ],
    ),
];

const TALKING_805: &[&str] = &[
    "805;1 823 Up = 900;1",
    "805;2 1001 Up",
    "900;1 1001 Up = 805;1",
    "900;2 1001 *",
];

const TALKING_800: &[&str] = &[
    "800;1 820 Up = 900;1",
    "800;2 1001 *",
    "900;1 1001 Up = 800;1",
    "900;2 1001 *",
];

/// Every folder of recordings, ours and the ready-made ones.
fn folders() -> Vec<String> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ajam/tests/fixtures");
    let mut found = Vec::new();
    for (path, prefix) in [
        (fixtures.clone(), "own/"),
        (fixtures.join("many-versions"), ""),
    ] {
        for entry in fs::read_dir(path).expect("fixtures") {
            let path = entry.expect("entry").path();
            if path.join("manifest.json").exists() {
                let name = path.file_name().and_then(|name| name.to_str());
                found.push(format!("{prefix}{}", name.expect("a name")));
            }
        }
    }
    found.sort();
    found
}

fn all() -> impl Iterator<Item = Recording> {
    folders().into_iter().flat_map(|folder| recordings(&folder))
}

/// What a person sees, one line for each channel: its name, cut to what is the same on every
/// server, its number, its state, and whom or what it is connected to.
fn rows(pbx: &Pbx) -> Vec<String> {
    let mut rows: Vec<_> = pbx
        .channels()
        .map(|channel| {
            let row = Row::of(channel, pbx);
            let mut text = format!(
                "{} {} {}",
                short(&row.channel),
                row.caller.num,
                row.status.state.words()
            );
            let peer = |sign: &str, peer: &Peer| format!(" {sign} {}", short(&peer.channel));
            text += &match &row.connected {
                _ if row.status.parked.is_some() => " parked".to_owned(),
                Connected::With(other) => peer("=", other),
                Connected::Dialling(other) => peer(">", other),
                Connected::DialledBy(other) => peer("<", other),
                Connected::Queue(name) => format!(" in queue {name}"),
                Connected::Conference(name, count) => format!(" in conference {name} of {count}"),
                Connected::Several(count) => format!(" among {count}"),
                Connected::Nobody | Connected::Told(_) | Connected::Running(_) => String::new(),
            };
            text
        })
        .collect();
    rows.sort();
    rows
}

/// `Local/900@default-0000001a;2` is `900;2`, `PJSIP/alice-00000001` is `alice`.
fn short(name: &str) -> String {
    let name = name.replace(',', ";");
    let Some((before, rest)) = name.split_once('/') else {
        return name;
    };
    if before == "Local" {
        let exten = rest.split('@').next().unwrap_or_default();
        let half = rest.rfind(';').map_or("", |at| &rest[at..]);
        return format!("{exten}{half}");
    }
    match rest.rsplit_once('-') {
        Some((peer, _)) if matches!(before, "SIP" | "PJSIP") => peer.to_owned(),
        _ => name,
    }
}

fn is_like(rows: &[String], moment: &[&str]) -> bool {
    rows.len() == moment.len()
        && rows.iter().zip(moment).all(|(row, like)| {
            let (mut row, mut like) = (row.split(' '), like.split(' '));
            loop {
                match (row.next(), like.next()) {
                    (None, None) => return true,
                    // A state may have several words, and the number may be empty.
                    (_, Some("*")) if like.clone().next().is_none() => return true,
                    (Some(_), Some("*")) => {}
                    (one, other) if one == other => {}
                    _ => return false,
                }
            }
        })
}

/// Goes through a stream, and tells of every moment at which the board looks different.
fn moments<'a>(bodies: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
    let mut pbx = Pbx::default();
    let mut seen: Vec<Vec<String>> = Vec::new();
    for body in bodies {
        for event in &events(body) {
            pbx.apply(event, T0);
            let now = rows(&pbx);
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
    }
    seen
}

fn assert_story(about: &str, seen: &[Vec<String>], story: &[&[&str]]) {
    let mut rest = seen.iter();
    for moment in story {
        assert!(
            rest.any(|rows| is_like(rows, moment)),
            "{about}: not, or not in this order: {moment:#?}\namong {seen:#?}"
        );
    }
    if let Some(last) = story.last() {
        assert!(
            seen.last().is_some_and(|rows| is_like(rows, last)),
            "{about}: ends otherwise: {:#?}",
            seen.last()
        );
    }
}

#[test]
fn every_version_tells_the_same_story_of_the_same_scenario() {
    let mut told = BTreeMap::new();
    for recording in all() {
        let Some((name, story)) = STORIES.iter().find(|(name, _)| *name == recording.name) else {
            continue;
        };
        // Our own lab has other numbers.
        if !recording.body.contains("Local/900@") && !recording.body.contains("/alice-") {
            continue;
        }
        let about = format!("{} {name}", recording.version);
        assert_story(&about, &moments([&*recording.body]), story);
        *told.entry(*name).or_insert(0) += 1;
    }
    for (name, _) in STORIES {
        assert!(told.get(name) >= Some(&5), "{name}: {told:?}");
    }
}

#[test]
fn a_call_watched_as_it_happens_tells_the_same_story_as_in_one_piece() {
    let (_, story) = STORIES[0];
    for folder in folders() {
        let live: Vec<_> = recordings(&folder)
            .into_iter()
            .filter(|r| r.name.starts_with("call-simple-live-"))
            .map(|r| r.body)
            .collect();
        if live.iter().any(|body| body.contains("Local/900@")) {
            assert_story(&folder, &moments(live.iter().map(String::as_str)), story);
        }
    }
}

#[test]
fn who_is_on_hold_is_shown_wherever_the_server_tells() {
    for recording in all().filter(|r| r.name == "sip-hold") {
        let mut pbx = Pbx::default();
        let mut held = Vec::new();
        for event in &events(&recording.body) {
            pbx.apply(event, T0);
            let now = pbx
                .channels()
                .any(|c| Row::of(c, &pbx).status.lamp == Lamp::Held);
            if held.last() != Some(&now) {
                held.push(now);
            }
        }
        // chan_sip up to 11 sends Hold only with callevents=yes, and 1.4 not even MusicOnHold. In
        // 11 and 1.8 the call is linked anew while it is on hold.
        let told = recording.body.contains("Hold'");
        assert_eq!(told, held.contains(&true), "{}", recording.version);
        assert_eq!(held.last(), Some(&false), "{}", recording.version);
    }
}

/// Which channels there are after each packet, by the plainest reading there is: no parser, no
/// model. None for a stream that names channels which were there before it began.
fn living_by_text(body: &str) -> Option<Vec<BTreeSet<&str>>> {
    let mut living = BTreeSet::new();
    let mut after = Vec::new();
    for packet in body.split("<response ").skip(1) {
        let born = packet.contains("event='Newchannel'");
        let gone = packet.contains("event='Hangup'");
        if born || gone {
            let id = between(packet, " uniqueid='", "'")
                .or_else(|| between(packet, "\nUniqueid: ", "\n"))?;
            if born {
                living.insert(id);
            } else if !living.remove(id) {
                return None;
            }
        }
        after.push(living.clone());
    }
    Some(after)
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split(end).next()
}

#[test]
fn at_every_event_the_rows_are_the_channels_that_were_made_and_not_hung_up() {
    let mut streams = 0;
    for recording in all() {
        // A storm takes too long to look at after every event; the others begin in the middle.
        if recording.name.starts_with("burst") || recording.name.contains("-live-") {
            continue;
        }
        let about = format!("{} {}", recording.version, recording.name);
        if !recording.body.contains("event='Newchannel'") {
            continue;
        }
        let Some(living) = living_by_text(&recording.body) else {
            continue;
        };
        let mut pbx = Pbx::default();
        for (packet, living) in xml::read(&recording.body).packets.iter().zip(&living) {
            let alone = Message::of(packet.clone());
            if let Message::Event(event) = &alone {
                pbx.apply(event, T0);
            }
            let rows: BTreeSet<_> = pbx.channels().map(|c| c.uniqueid.as_str()).collect();
            assert_eq!(rows, *living, "{about}: {alone:?}");
            fuzz::model::in_step(&pbx, &about);
        }
        streams += usize::from(!living.is_empty());
        if living.last().is_some_and(BTreeSet::is_empty) {
            let seats: usize = pbx.bridges().map(|(_, b)| b.members.len()).sum();
            assert_eq!((pbx.calls(), seats), (0, 0), "{about}");
        }
    }
    assert!(streams > 150, "{streams}");
}

/// The model after the lists of one moment.
fn listed(lists: &[&str]) -> Pbx {
    let mut snapshot = Snapshot::default();
    for body in lists {
        let (messages, _) = message::messages(body);
        let parking = messages
            .iter()
            .any(|m| matches!(m, Message::Event(event) if event.name.starts_with("ParkedCall")));
        if parking {
            snapshot.parked_calls();
        }
        for message in &messages {
            let Message::Event(event) = message else {
                continue;
            };
            match &event.kind {
                EventKind::ListedChannel(item) => snapshot.channel(item, T0),
                EventKind::ListedBridge(block) => snapshot.bridge(block),
                EventKind::ParkedCall { parkee, lot, space } => {
                    let (lot, space) = (lot.to_string(), space.to_string());
                    snapshot.parked(parkee, Parked { lot, space });
                }
                _ => {}
            }
        }
    }
    let mut pbx = Pbx::default();
    pbx.adopt(snapshot, Keep::ListedOnly);
    pbx
}

/// What stood while the lists were recorded; the conference from 11 on. From 13 on, where a call has
/// an id, lists let it be seen who dials whom.
const STANDING: &[&str] = &[
    "800;1 820 Up = 900;1",
    "800;2 1003 Up",
    "810;1 * *",
    "810;2 * Ring",
    "900;1 1001 Up",
    "900;1 1003 Up = 800;1",
    "900;1 1005 Up parked",
    "900;2 1001 Up",
    "900;2 1003 Up",
    "900;2 1005 Up",
    "901;1 1002 *",
    "901;2 1002 *",
];

#[test]
fn lists_of_one_moment_make_the_same_board_on_every_version() {
    for folder in folders() {
        let all = recordings(&folder);
        let body = |name: &str| all.iter().find(|r| r.name == name).map(|r| &*r.body);
        let (Some(status), Some(bridges), Some(parked)) =
            (body("status"), body("bridgelist"), body("parkedcalls"))
        else {
            continue;
        };
        let by_status = listed(&[status, bridges, parked]);
        let shown = rows(&by_status);
        for like in STANDING.iter().filter(|_| !folder.starts_with("own/")) {
            assert!(
                shown
                    .iter()
                    .any(|row| is_like(std::slice::from_ref(row), &[like])),
                "{folder}: {like} is not among {shown:#?}"
            );
        }
        fuzz::model::in_step(&by_status, &folder);

        // Both lists tell of the same channels, where there are both.
        let core = body("coreshowchannels").filter(|body| body.contains("event="));
        if let Some(core) = core {
            let by_core = listed(&[core, bridges, parked]);
            let without_application = |pbx: &Pbx| -> Vec<String> {
                let cut = |row: String| match row.find(" in ") {
                    Some(at) => row[..at].to_owned(),
                    None => row,
                };
                // 13 lists the channels that announce in a conference only in Status.
                let rows = rows(pbx).into_iter().map(cut);
                rows.filter(|row| !row.contains("CBAnn")).collect()
            };
            assert_eq!(
                without_application(&by_core),
                without_application(&by_status),
                "{folder}"
            );
        }
        // What Asterisk itself counts.
        let counted = body("command-core-show-channels")
            .and_then(|text| between(text, " active channels", ".").and(Some(text)))
            .and_then(|text| {
                let before = text.split(" active channel").next()?;
                let count: usize = before.rsplit(['\'', '\n', ' ']).next()?.parse().ok()?;
                // It counts the two channels that announce in a conference.
                Some(count - if text.contains("CBAnn") { 2 } else { 0 })
            });
        if let Some(counted) = counted {
            let listed = shown.iter().filter(|row| !row.contains("CBAnn")).count();
            assert_eq!(listed, counted, "{folder}");
        }
    }
}

// From here on, bodies made by hand from how the servers write them: no recording shows these.

/// The board after these packets.
fn after(packets: &[&str]) -> (Vec<String>, usize) {
    let body = talk::body(packets);
    let mut pbx = Pbx::default();
    for event in &events(&body) {
        pbx.apply(event, T0);
        fuzz::model::in_step(&pbx, "by hand");
    }
    (rows(&pbx), pbx.calls())
}

/// As 1.6 to 11 write a channel that is made.
fn made(name: &str, id: &str, state: &str) -> String {
    format!(
        "event='Newchannel' channel='SIP/{name}-{id}' channelstate='{state}' calleridnum='{name}' \
         calleridname='' accountcode='' exten='' context='default' uniqueid='{id}'"
    )
}

#[test]
fn by_hand_1_6_to_11_a_phone_group_rings_at_two_places_and_is_answered_at_one() {
    let story = [
        &made("a", "1.1", "6"),
        &made("b", "1.2", "5"),
        &made("c", "1.3", "5"),
        "event='Dial' subevent='Begin' channel='SIP/a-1.1' destination='SIP/b-1.2' \
         calleridnum='a' calleridname='&lt;unknown&gt;' uniqueid='1.1' destuniqueid='1.2'",
        "event='Dial' subevent='Begin' channel='SIP/a-1.1' destination='SIP/c-1.3' \
         calleridnum='a' calleridname='&lt;unknown&gt;' uniqueid='1.1' destuniqueid='1.3'",
        "event='Hangup' channel='SIP/c-1.3' uniqueid='1.3' cause='26'",
        "event='Newstate' channel='SIP/b-1.2' channelstate='6' uniqueid='1.2'",
        "event='Bridge' bridgestate='Link' bridgetype='core' channel1='SIP/a-1.1' \
         channel2='SIP/b-1.2' uniqueid1='1.1' uniqueid2='1.2' callerid1='a' callerid2='b'",
        "event='Dial' subevent='End' channel='SIP/a-1.1' uniqueid='1.1' dialstatus='ANSWER'",
        "event='Bridge' bridgestate='Unlink' bridgetype='core' channel1='SIP/a-1.1' \
         channel2='SIP/b-1.2' uniqueid1='1.1' uniqueid2='1.2'",
        "event='Unlink' channel1='SIP/a-1.1' channel2='SIP/b-1.2' uniqueid1='1.1' uniqueid2='1.2'",
    ];
    let (rings, calls) = after(&story[..5]);
    assert_eq!(calls, 1);
    assert_eq!(rings[1..], ["b b Ringing < a", "c c Ringing < a"]);
    assert!(rings[0].starts_with("a a Up > "));
    assert_eq!(
        after(&story[..9]),
        (vec!["a a Up = b".into(), "b b Up = a".into()], 1)
    );
    assert_eq!(after(&story), (vec!["a a Up".into(), "b b Up".into()], 2));
}

#[test]
fn by_hand_hold_of_1_4_and_of_1_6_to_11_with_callevents() {
    for (on, off) in [
        ("event='Hold'", "event='Unhold'"),
        ("event='Hold' status='On'", "event='Hold' status='Off'"),
    ] {
        let whole = |event: &str| format!("{event} channel='SIP/a-1' uniqueid='1.1'");
        let held = |packets: &[&str]| {
            let body = talk::body(packets);
            let mut pbx = Pbx::default();
            events(&body).iter().for_each(|event| pbx.apply(event, T0));
            pbx.channels().any(|c| c.holding)
        };
        let (new, on, off) = (made("a", "1.1", "6"), whole(on), whole(off));
        assert!(held(&[&new, &on]), "{on}");
        assert!(!held(&[&new, &on, &off]), "{off}");
    }
}

#[test]
fn by_hand_meetme_is_a_conference_on_every_version() {
    let join = |id: &str| {
        format!("event='MeetmeJoin' channel='SIP/x-{id}' uniqueid='{id}' meetme='600' usernum='1'")
    };
    let (a, b) = (made("a", "1.1", "6"), made("b", "1.2", "6"));
    let (in_a, in_b) = (join("1.1"), join("1.2"));
    let (rows, calls) = after(&[&a, &b, &in_a, &in_b]);
    assert_eq!(calls, 1);
    assert!(
        rows.iter()
            .all(|row| row.ends_with("in conference 600 of 2")),
        "{rows:?}"
    );
    let left = "event='MeetmeLeave' channel='SIP/a-1.1' uniqueid='1.1' meetme='600' usernum='1'";
    assert_eq!(
        after(&[&a, &b, &in_a, &in_b, left]).0,
        ["a a Up", "b b Up in conference 600 of 1"]
    );
}

#[test]
fn by_hand_12_speaks_of_bridges_and_dials_but_of_no_linkedid() {
    let block = |prefix: &str, name: &str, state: &str| {
        format!(
            "{prefix}channel='SIP/{name}-1' {prefix}channelstate='{state}' \
             {prefix}calleridnum='{name}' {prefix}calleridname='C:\\new' \
             {prefix}connectedlinenum='&lt;unknown&gt;' {prefix}connectedlinename='&lt;unknown&gt;' \
             {prefix}accountcode='' {prefix}context='default' {prefix}exten='s' {prefix}priority='1' \
             {prefix}uniqueid='{name}.1'"
        )
    };
    let bridge = "bridgeuniqueid='b1' bridgetype='basic' bridgetechnology='simple_bridge' \
                  bridgecreator='' bridgename='' bridgenumchannels='2'";
    let story = [
        format!("event='Newchannel' {}", block("", "a", "6")),
        format!("event='Newchannel' {}", block("", "b", "0")),
        format!(
            "event='DialBegin' {} {}",
            block("", "a", "6"),
            block("dest", "b", "0")
        ),
        format!("event='Newstate' {}", block("", "b", "5")),
        format!(
            "event='DialEnd' {} {} dialstatus='ANSWER'",
            block("", "a", "6"),
            block("dest", "b", "5")
        ),
        format!("event='Newstate' {}", block("", "b", "6")),
        format!("event='BridgeEnter' {bridge} {}", block("", "a", "6")),
        format!("event='BridgeEnter' {bridge} {}", block("", "b", "5")),
        format!("event='BridgeDestroy' {bridge}"),
        format!(
            "event='Hangup' {} cause='16' cause-txt='Normal'",
            block("", "a", "6")
        ),
        format!(
            "event='Hangup' {} cause='16' cause-txt='Normal'",
            block("", "b", "6")
        ),
    ];
    let story: Vec<_> = story.iter().map(String::as_str).collect();
    assert_eq!(
        after(&story[..4]),
        (vec!["a a Up > b".into(), "b b Ringing < a".into()], 1)
    );
    assert_eq!(
        after(&story[..8]),
        (vec!["a a Up = b".into(), "b b Up = a".into()], 1)
    );
    assert_eq!(after(&story[..9]).0, ["a a Up", "b b Up"]);
    assert_eq!(after(&story), (vec![], 0));
    // What is no escape before 13 stays as it is.
    let body = talk::body(&story[..1]);
    let mut pbx = Pbx::default();
    events(&body).iter().for_each(|event| pbx.apply(event, T0));
    let name = pbx.channel("a.1").map(|c| c.caller.name.clone());
    assert_eq!(name.as_deref(), Some("C:\\new"));
}

#[test]
fn by_hand_a_masquerade_that_exchanges_ids_too_leaves_no_name_between_two() {
    // A picked-up call: the three Renames, the last under the other id.
    let story = [
        made("a", "1.1", "4"),
        made("b", "1.2", "6"),
        "event='Rename' channel='SIP/b-1.2' newname='SIP/b-1.2&lt;MASQ&gt;' uniqueid='1.2'".into(),
        "event='Rename' channel='SIP/a-1.1' newname='SIP/b-1.2' uniqueid='1.1'".into(),
        "event='Rename' channel='SIP/b-1.2&lt;MASQ&gt;' newname='SIP/a-1.1&lt;ZOMBIE&gt;' \
         uniqueid='1.1'"
            .into(),
        "event='Hangup' channel='SIP/a-1.1&lt;ZOMBIE&gt;' uniqueid='1.1' cause='16'".into(),
    ];
    let story: Vec<_> = story.iter().map(String::as_str).collect();
    assert_eq!(after(&story).0, ["b b Up"]);
}

#[test]
fn by_hand_placeholders_are_nobody_and_unknown_events_change_nothing() {
    let known = [made("a", "1.1", "6")];
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    for nobody in [
        "&lt;unknown&gt;",
        "&lt;Unknown&gt;",
        "unknown",
        "",
        "&lt;null&gt;",
    ] {
        let told = format!(
            "event='NewCallerid' channel='SIP/a-1.1' calleridnum='{nobody}' calleridname='{nobody}' \
             uniqueid='1.1'"
        );
        assert_eq!(after(&[known[0], &told]).0, ["a  Up"], "{nobody}");
    }
    for event in [
        "event='Transfer' transfermethod='SIP' transfertype='Attended' channel='SIP/a-1.1' \
         uniqueid='1.1' targetchannel='SIP/b-1' targetuniqueid='1.2'",
        "event='Masquerade' clone='SIP/a-1.1' clonestate='Up' original='X' originalstate='Down'",
        "event='Pickup' channel='SIP/a-1.1' targetchannel='SIP/b-1'",
        "event='ChanSpyStart' spyerchannel='SIP/b-1' spyeechannel='SIP/a-1.1'",
        "event='Hangup' channel='SIP/a-1.1'",
        "event='Newstate' channel='SIP/z-1' channelstate='6'",
        "event='QueueMemberPaused' queue='sales' location='SIP/a' membername='A' paused='1'",
        "event='AgentComplete' queue='sales' membername='A'",
        "event='BridgeEnter' bridgeuniqueid='' channel='SIP/a-1.1' uniqueid='1.1'",
        "event='Surprise' channel='SIP/a-1.1' uniqueid='1.1' channelstate='0'",
    ] {
        assert_eq!(after(&[known[0], event]).0, ["a a Up"], "{event}");
    }
}

#[test]
fn by_hand_1_4_queues_and_parks_by_name_where_it_tells_no_id() {
    let new = "event='Newchannel' channel='SIP/a-1' state='Up' calleridnum='7' uniqueid='1.1'";
    let join = "event='Join' channel='SIP/a-1' callerid='7' queue='sales' position='1' count='1'";
    let leave = "event='Leave' channel='SIP/a-1' queue='sales' count='0'";
    let park = "event='ParkedCall' exten='701' channel='SIP/a-1' from='SIP/b-1' timeout='45' \
                callerid='7' calleridname='&lt;unknown&gt;'";
    let end = "event='ParkedCallGiveUp' exten='701' channel='SIP/a-1' callerid='7'";
    assert_eq!(after(&[new, join]).0, ["a 7 Up in queue sales"]);
    assert_eq!(after(&[new, join, leave]).0, ["a 7 Up"]);
    assert_eq!(after(&[new, park]).0, ["a 7 Up parked"]);
    assert_eq!(after(&[new, park, end]).0, ["a 7 Up"]);
    // Nobody of that name: nobody is made up.
    assert_eq!(after(&[park, join]).0, Vec::<String>::new());
}
