//! What a row says is so: not what was so, and not what somebody was told once.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::Parked;
use ajam::ami::event::EventKind;
use ajam::session::Keep;
use ajam::time::Moment;
use support::talk::{self, Talk};
use support::{MODERN, events, recording};
use switchboard_core::board::{Connected, Lamp, Row};
use switchboard_core::live::{Pbx, Snapshot};

const T0: Moment = Moment::from_millis(0);

fn hear(pbx: &mut Pbx, packets: &[&str]) {
    let body = talk::body(packets);
    events(&body).iter().for_each(|event| pbx.apply(event, T0));
}

/// A page that is in doubt, or was just opened, takes these lists for the truth.
fn list(pbx: &mut Pbx, packets: &[&str]) {
    let body = talk::body(packets);
    let mut snapshot = Snapshot::default();
    snapshot.parked_calls();
    for event in &events(&body) {
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
    pbx.ask_for_list();
    pbx.adopt(snapshot, Keep::ListedOnly);
}

fn row(pbx: &Pbx, id: &str) -> Row {
    Row::of(pbx.channel(id).expect("a channel"), pbx)
}

fn connected(pbx: &Pbx, id: &str) -> Connected {
    row(pbx, id).connected
}

/// As 22 writes a channel: who it is, and whom it was told it talks to.
fn block(id: &str, caller: &str, told: &str) -> String {
    format!(
        "channel='PJSIP/{id}-00000001' channelstate='6' channelstatedesc='Up' \
         calleridnum='{caller}' calleridname='&lt;unknown&gt;' connectedlinenum='{told}' \
         connectedlinename='&lt;unknown&gt;' context='default' exten='810' priority='2' \
         uniqueid='{id}' linkedid='anna'"
    )
}

const BASIC: &str = "bridgeuniqueid='b1' bridgetype='basic' bridgetechnology='simple_bridge' \
                     bridgecreator='' bridgename=''";
const LOT: &str = "bridgeuniqueid='lot' bridgetype='parking' bridgetechnology='holding_bridge' \
                   bridgecreator='Parking' bridgename='default'";

fn event(name: &str, more: &str, block: &str) -> String {
    format!("event='{name}' {more} {block}")
}

/// Anna called 200, and talks with it.
fn talking() -> Pbx {
    let (anna, bob) = (block("anna", "100", "200"), block("bob", "200", "100"));
    let mut pbx = Pbx::default();
    let story = [
        event("Newchannel", "", &anna),
        event("Newchannel", "", &bob),
        event("BridgeEnter", BASIC, &anna),
        event("BridgeEnter", BASIC, &bob),
    ];
    hear(&mut pbx, &story.each_ref().map(String::as_str));
    assert!(matches!(connected(&pbx, "anna"), Connected::With(_)));
    pbx
}

#[test]
fn both_legs_of_a_call_that_were_sent_elsewhere_say_where_and_not_with_whom() {
    let (anna, bob) = (block("anna", "100", "200"), block("bob", "200", "100"));
    let mut pbx = talking();
    let story = [
        event("BridgeLeave", BASIC, &anna),
        event("BridgeLeave", BASIC, &bob),
        event("BridgeDestroy", BASIC, ""),
        // Who was sent says once more what it ran, already at the new place.
        event(
            "Newexten",
            "application='AppDial' appdata='(Outgoing Line)'",
            &bob.replace("priority='2'", "priority='1'"),
        ),
        event("Newexten", "application='Background' appdata='menu'", &anna),
        event(
            "Newexten",
            "application='MusicOnHold' appdata='default'",
            &bob,
        ),
    ];
    let story = story.each_ref().map(String::as_str);
    hear(&mut pbx, &story[..3]);
    let told = |id: &str, num: &str, pbx: &Pbx| matches!(connected(pbx, id), Connected::Told(party) if party.num == num);
    assert!(told("anna", "200", &pbx) && told("bob", "100", &pbx));
    hear(&mut pbx, &story[3..4]);
    assert!(told("bob", "100", &pbx));
    hear(&mut pbx, &story[4..]);
    let running = |pbx: &Pbx| ["anna", "bob"].map(|id| connected(pbx, id));
    let where_ = ["Background", "MusicOnHold"].map(|name| Connected::Running(name.to_owned()));
    assert_eq!(running(&pbx), where_);
    // A list still has both connected lines.
    let items = [(&anna, "Background"), (&bob, "MusicOnHold")]
        .map(|(block, application)| listed(block, application, ""));
    list(&mut pbx, &items.each_ref().map(String::as_str));
    assert_eq!(running(&pbx), where_);
}

fn listed(block: &str, application: &str, bridge: &str) -> String {
    format!(
        "event='CoreShowChannel' {block} application='{application}' applicationdata='x' \
         duration='00:00:05' bridgeid='{bridge}'"
    )
}

#[test]
fn the_recorded_redirects_leave_nobody_connected_to_who_is_not_there() {
    for version in MODERN {
        for name in ["redirect-both-legs", "redirect-one-leg"] {
            let body = recording(version, name);
            let mut pbx = Pbx::default();
            for event in &events(&body) {
                pbx.apply(event, T0);
                for channel in pbx.channels() {
                    let with = matches!(row(&pbx, &channel.uniqueid).connected, Connected::With(_));
                    assert_eq!(
                        with,
                        channel.bridge.is_some() && pbx.only_peer(&channel.uniqueid).is_some(),
                        "{version} {name}: {channel:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn who_is_put_on_hold_is_shown_on_hold_too() {
    for version in MODERN {
        let body = recording(version, "sip-hold");
        let mut pbx = Pbx::default();
        let mut held = Vec::new();
        for event in &events(&body) {
            pbx.apply(event, T0);
            let rows = pbx.channels().map(|c| row(&pbx, &c.uniqueid));
            let now = rows.filter(|row| row.status.lamp == Lamp::Held).count();
            if held.last() != Some(&now) {
                held.push(now);
            }
        }
        // The music ends a moment behind the hold.
        assert!(
            matches!(held[..], [0, 2, 0] | [0, 2, 1, 0]),
            "{version}: {held:?}"
        );
    }
}

#[test]
fn whom_a_queue_has_let_go_waits_in_it_no_more() {
    let caller = block("anna", "100", "");
    let parkee = caller
        .replace(' ', " parkee")
        .replace("channel=", "parkeechannel=");
    let waits = |pbx: &Pbx| matches!(connected(pbx, "anna"), Connected::Queue(_));
    let queue = "application='Queue' appdata='sales,t'";
    let mut waiting = Pbx::default();
    let story = [
        event("Newchannel", "", &caller),
        event("Newexten", queue, &caller),
    ];
    hear(&mut waiting, &story.each_ref().map(String::as_str));
    assert!(waits(&waiting), "by its application alone");

    // A member took it, and parked it. Its application stays.
    let mut parked = waiting.clone();
    let story = [
        event("BridgeEnter", BASIC, &caller),
        event("BridgeLeave", BASIC, &caller),
        format!("event='ParkedCall' {parkee} parkinglot='default' parkingspace='701'"),
        event("BridgeEnter", LOT, &caller),
        format!("event='ParkedCallTimeOut' {parkee} parkinglot='default' parkingspace='701'"),
        event("BridgeLeave", LOT, &caller),
        event("Newexten", queue, &caller),
    ];
    for (number, packet) in story.iter().enumerate() {
        hear(&mut parked, &[packet]);
        assert!(!waits(&parked), "{number}");
    }
    // The same by lists.
    let item = listed(&caller, "Queue", "lot");
    let lot = format!("event='BridgeListItem' {LOT} bridgenumchannels='1'");
    list(&mut parked, &[&item, &lot, &story[2]]);
    assert!(!waits(&parked) && row(&parked, "anna").status.lamp == Lamp::Parked);

    // A member transfers it: for a while it is alone in the call; no event tells of the queue.
    let mut alone = waiting.clone();
    hear(&mut alone, &[&event("BridgeEnter", BASIC, &caller)]);
    assert!(!waits(&alone));
    let item = listed(&caller, "Queue", "b1");
    let bridge = format!("event='BridgeListItem' {BASIC} bridgenumchannels='1'");
    list(&mut alone, &[&item, &bridge]);
    assert!(!waits(&alone));

    // And one that does wait is shown so, also to a page that was just opened.
    let mut opened = Pbx::default();
    list(&mut opened, &[&listed(&caller, "Queue", "")]);
    assert!(waits(&opened));
}

#[test]
fn two_calls_parked_in_one_lot_are_not_connected() {
    let mut pbx = Pbx::default();
    for id in ["anna", "bob"] {
        let block = block(id, "100", "");
        let story = [
            event("Newchannel", "", &block),
            event("BridgeEnter", LOT, &block),
        ];
        hear(&mut pbx, &story.each_ref().map(String::as_str));
    }
    assert_eq!(row(&pbx, "anna").other_leg, None);
    assert_eq!(connected(&pbx, "anna"), Connected::Nobody);
}

#[test]
fn a_parking_lot_that_gives_a_call_back_does_not_send_it_to_an_older_step() {
    let mut pbx = Pbx::default();
    let now = block("anna", "100", "");
    let then = now
        .replace(' ', " parkee")
        .replace("channel=", "parkeechannel=")
        .replace("'810'", "'700'");
    let story = [
        event("Newchannel", "", &now),
        event("Newexten", "application='Playback' appdata='x'", &now),
        format!("event='ParkedCallTimeOut' {then} parkinglot='default' parkingspace='701'"),
    ];
    hear(&mut pbx, &story.each_ref().map(String::as_str));
    assert_eq!(row(&pbx, "anna").location, "810@default:2");
}

#[test]
fn an_id_that_ended_is_not_hidden_for_ever() {
    let block = block("anna", "100", "");
    let (made, gone, up) = (
        event("Newchannel", "", &block),
        event("Hangup", "", &block),
        event("Newstate", "", &block),
    );
    let mut pbx = Pbx::default();
    hear(&mut pbx, &[&made, &gone, &up]);
    assert!(pbx.is_empty(), "a late event");
    hear(&mut pbx, &[&made]);
    assert_eq!(pbx.len(), 1, "the same name and id once more");
    // The server comes up again, or everything is listed because events were lost: its ids are new,
    // and one whose first event this page did not hear lives all the same.
    for restart in ["event='FullyBooted'", "event='Shutdown'"] {
        let mut pbx = Pbx::default();
        hear(&mut pbx, &[&made, &gone, restart, &up]);
        assert_eq!(pbx.len(), 1, "{restart}");
    }
    let mut pbx = Pbx::default();
    hear(&mut pbx, &[&made, &gone]);
    list(&mut pbx, &[]);
    hear(&mut pbx, &[&up]);
    assert_eq!(pbx.len(), 1);
}

#[test]
fn no_event_gives_a_row_the_name_of_another() {
    let name = |pbx: &Pbx, id: &str| row(pbx, id).channel;
    let mut pbx = talking();
    assert!(!pbx.take_doubt() && !pbx.is_doubtful("anna"));
    // Somebody says that Bob's channel is Anna's.
    let lie = block("anna", "100", "").replace("uniqueid='anna'", "uniqueid='bob'");
    let rename = "event='Rename' channel='PJSIP/bob-00000001' newname='PJSIP/anna-00000001' \
                  uniqueid='bob'";
    for lie in [&*event("Newstate", "", &lie), rename] {
        let mut pbx = pbx.clone();
        hear(&mut pbx, &[lie]);
        assert_eq!(name(&pbx, "bob"), "PJSIP/bob-00000001", "{lie}");
        assert!(pbx.is_doubtful("anna") && pbx.is_doubtful("bob"), "{lie}");
        assert!(pbx.take_doubt(), "{lie}");
        assert!(!pbx.take_doubt(), "once");
    }
    // An invented channel of that name cannot be told from a true one.
    let made = event("Newchannel", "", &lie.replace("'bob'", "'mallory'"));
    hear(&mut pbx, &[&made]);
    assert_eq!(pbx.named("PJSIP/anna-00000001").count(), 2);
    assert!(pbx.is_doubtful("anna") && pbx.is_doubtful("mallory") && !pbx.is_doubtful("bob"));
    assert!(pbx.take_doubt());
    // The next list can.
    let items = ["anna", "bob"].map(|id| listed(&block(id, "100", ""), "Wait", ""));
    list(&mut pbx, &items.each_ref().map(String::as_str));
    assert_eq!(pbx.named("PJSIP/anna-00000001").count(), 1);
    assert!(["anna", "bob"].iter().all(|id| !pbx.is_doubtful(id)));
    assert!(!pbx.take_doubt());
}

#[test]
fn the_end_of_a_channel_under_another_name_is_left_to_a_list() {
    let mut pbx = talking();
    let end = event(
        "Hangup",
        "",
        &block("anna", "100", "").replace("PJSIP/anna", "PJSIP/x"),
    );
    hear(&mut pbx, &[&end]);
    assert!(matches!(connected(&pbx, "anna"), Connected::With(_)));
    assert!(pbx.take_doubt() && pbx.is_doubtful("anna"));
    list(&mut pbx, &[]);
    assert!(pbx.is_empty());
}

#[test]
fn what_is_told_of_a_hold_under_another_name_is_left_to_a_list() {
    for name in ["Hold", "Unhold", "MusicOnHoldStart", "MusicOnHoldStop"] {
        let on = !name.ends_with("Stop") && name != "Unhold";
        let mut pbx = talking();
        let own = |name: &str| event(name, "", &block("anna", "100", ""));
        if !on {
            hear(&mut pbx, &[&own("Hold"), &own("MusicOnHoldStart")]);
        }
        let before = pbx.clone();
        let lie = own(name).replace("PJSIP/anna", "PJSIP/x");
        hear(&mut pbx, &[&lie]);
        assert_eq!(pbx, before, "{name}");
        assert!(pbx.take_doubt() && pbx.is_doubtful("anna"), "{name}");
        hear(&mut pbx, &[&own(name)]);
        assert_ne!(pbx, before, "{name}");
    }
}

/// Events that a caller wrote, each whole. What no list tells, who holds and who hears music, is not
/// among them.
#[test]
fn what_somebody_forged_is_found_by_comparing() {
    let of = |prefix: &str, id: &str| {
        let names = [
            "channel='",
            "channelstate",
            "calleridn",
            "connectedlinen",
            "context",
            "exten=",
            "priority",
            "uniqueid",
            "linkedid",
        ];
        let whole = talk::event("", id).replace("event='' ", "");
        names.iter().fold(format!(" {whole}"), |block, name| {
            block.replace(&format!(" {name}"), &format!(" {prefix}{name}"))
        })
    };
    let caller = talk::event("NewCallerid", "1.1").replace("'A'", "'Boss'");
    let queue = format!(
        "{} queue='sales' position='1' count='1'",
        talk::event("QueueCallerJoin", "1.1")
    );
    let dial = format!(
        "event='DialBegin'{}{} dialstring='1'",
        of("", "1.2"),
        of("dest", "1.1")
    );
    let ringing = "channelstate='5' channelstatedesc='Ringing'";
    let dest = of("dest", "1.1").replace("destchannelstate='6'", "destchannelstate='5'");
    let rings =
        talk::event("Newstate", "1.1").replace("channelstate='6' channelstatedesc='Up'", ringing);
    let other = format!("event='DialBegin'{}{dest} dialstring='1'", of("", "1.2"));
    let parked = format!(
        "event='ParkedCall'{} parkinglot='default' parkingspace='701'",
        of("parkee", "1.1")
    );
    heals(&[], &caller, false);
    heals(&[], &dial, false);
    // Of another call, which is not its caller's.
    heals(&[&rings], &other, true);
    heals(&[], &parked, false);
    heals(&[], &queue, false);
}

/// What was forged shows, and is gone within a minute.
fn heals(first: &[&str], forged: &str, rings: bool) {
    let list = |talk: &mut Talk, list: &str| {
        let item = list.trim_end_matches('s').replace("Statu", "Status");
        let items = ["1.1", "1.2"].map(|id| {
            let listed = talk::listed(id).replace("CoreShowChannel", &item);
            match rings && id == "1.1" {
                true => listed.replace("channelstate='6'", "channelstate='5'"),
                false => listed,
            }
            .replace(" bridgeid", " application='Wait' bridgeid")
        });
        let start = "response='Success' eventlist='start'";
        let end = format!("event='{list}Complete' eventlist='Complete' listitems='2'");
        talk.answer(list, &talk::body(&[start, &items[0], &items[1], &end]));
    };
    let others = |talk: &mut Talk| {
        for list in ["BridgeList", "ParkedCalls"] {
            if talk.waiting().contains(&list) {
                talk.answer(list, &talk::body(&["response='Success' eventlist='start'"]));
            }
        }
    };
    let mut talk = Talk::live(&["1.1", "1.2"]);
    talk.answer("WaitEvent", &talk::happened(first));
    talk.input(ajam::session::Input::Refresh);
    let lister = talk.lister();
    list(&mut talk, lister);
    others(&mut talk);
    let shown = |talk: &Talk| {
        ["1.1", "1.2"].map(|id| {
            let row = row(talk.console.pbx(), id);
            (row.caller, row.connected, row.status, row.location)
        })
    };
    let before = shown(&talk);
    talk.agrees = false;
    talk.answer("WaitEvent", &talk::happened(&[forged]));
    assert_ne!(shown(&talk), before, "{forged}");
    let begun = talk.now;
    while talk.now.since(begun) < Duration::from_secs(60) {
        talk.now = talk.now + Duration::from_secs(1);
        talk.input(ajam::session::Input::Tick);
        if talk.console.session().is_listing() || talk.compares() {
            let lister = talk.lister();
            list(&mut talk, lister);
        }
        others(&mut talk);
        if talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &talk::happened(&[]));
        }
    }
    assert_eq!(shown(&talk), before, "{forged}");
}

#[test]
fn a_page_that_is_opened_while_a_phone_rings_knows_who_rings_whom() {
    let mut pbx = Pbx::default();
    let caller = listed(&block("anna", "100", ""), "Dial", "").replace("'x'", "'PJSIP/bob,30'");
    let rung = listed(&block("bob", "200", "100"), "AppDial", "")
        .replace("channelstate='6'", "channelstate='5'");
    list(&mut pbx, &[&caller, &rung]);
    let to = |c: Connected| match c {
        Connected::Dialling(peer) => format!("> {}", peer.channel),
        Connected::DialledBy(peer) => format!("< {}", peer.channel),
        other => format!("{other:?}"),
    };
    assert_eq!(to(connected(&pbx, "anna")), "> PJSIP/bob-00000001");
    assert_eq!(to(connected(&pbx, "bob")), "< PJSIP/anna-00000001");
    assert_eq!(pbx.caller_of("bob").map(|c| &*c.uniqueid), Some("anna"));
    assert!(pbx.caller_of("anna").is_none());
}

#[test]
fn a_call_is_as_old_as_it_was_when_the_list_was_asked_for() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    // The list says five seconds, and takes as long to get here.
    let asked = talk.now;
    talk.now = talk.now + Duration::from_secs(5);
    talk.list(&["1.1"]);
    let started = |talk: &Talk| talk.console.pbx().channel("1.1").expect("listed").started;
    assert_eq!(asked.since(started(&talk)), Duration::from_secs(5));
    // A clock that is right is not moved by a list, however late.
    let before = started(&talk);
    talk.input(ajam::session::Input::Refresh);
    talk.now = talk.now + Duration::from_secs(5);
    let age = talk.now.since(before).as_secs() - 3;
    let item = talk::listed("1.1").replace("00:00:05", &format!("00:00:{age:02}"));
    let list = ["response='Success' eventlist='start'", &*item];
    talk.answer("CoreShowChannels", &talk::body(&list));
    let start = talk::body(&["response='Success' eventlist='start'"]);
    talk.answer("BridgeList", &start);
    talk.answer("ParkedCalls", &start);
    assert_eq!(started(&talk), before);
}

/// Two who talk, on a page that has compared a while ago, and hears all events.
fn settled() -> Talk {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    let mut story = vec![
        talk::event("Newchannel", "1.9"),
        talk::event("Hangup", "1.9"),
    ];
    story.extend(["1.1", "1.2"].map(|id| format!("{} {BASIC}", talk::event("BridgeEnter", id))));
    let story: Vec<_> = story.iter().map(String::as_str).collect();
    talk.answer("WaitEvent", &talk::happened(&story));
    pass(&mut talk, 20, "b1");
    talk
}

/// So many seconds pass, in which lists and comparisons tell of both channels in this bridge. How many
/// comparisons there were, and lists.
fn pass(talk: &mut Talk, seconds: u64, bridge: &str) -> (usize, usize) {
    talk.agrees = false;
    let (mut compared, mut listed) = (0, 0);
    let (begun, mut waits) = (talk.now, talk.now);
    while talk.now.since(begun) < Duration::from_secs(seconds) {
        talk.now = talk.now + Duration::from_millis(500);
        talk.input(ajam::session::Input::Tick);
        let lists = talk.console.session().is_listing();
        if lists || talk.compares() {
            compared += usize::from(!lists);
            listed += usize::from(lists);
            let list = talk.lister();
            let item = list.trim_end_matches('s').replace("Statu", "Status");
            let items = ["1.1", "1.2"].map(|id| {
                talk::listed(id).replace("CoreShowChannel", &item).replace(
                    "bridgeid=''",
                    &format!("bridgeid='{bridge}' application=''"),
                )
            });
            let start = "response='Success' eventlist='start'";
            let end = format!("event='{list}Complete' eventlist='Complete' listitems='2'");
            talk.answer(list, &talk::body(&[start, &items[0], &items[1], &end]));
        }
        let start = talk::body(&["response='Success' eventlist='start'"]);
        if talk.waiting().contains(&"BridgeList") {
            let item = format!("event='BridgeListItem' {BASIC} bridgenumchannels='2'");
            let list = ["response='Success' eventlist='start'", &*item];
            talk.answer("BridgeList", &talk::body(&list));
        }
        if talk.waiting().contains(&"ParkedCalls") {
            talk.answer("ParkedCalls", &start);
        }
        let long = talk.now.since(waits) >= Duration::from_secs(9);
        if long && talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &talk::happened(&[]));
            waits = talk.now;
        }
    }
    (compared, listed)
}

#[test]
fn one_who_is_said_to_leave_a_call_alone_is_looked_at_soon() {
    let talks = |talk: &Talk| {
        let pbx = talk.console.pbx();
        matches!(connected(pbx, "1.1"), Connected::With(_))
            && matches!(connected(pbx, "1.2"), Connected::With(_))
    };
    let mut talk = settled();
    assert!(talks(&talk));
    let leave = format!("{} {BASIC}", talk::event("BridgeLeave", "1.1"));
    talk.answer("WaitEvent", &talk::happened(&[&leave]));
    assert!(!talks(&talk));
    assert_eq!(pass(&mut talk, 8, "b1"), (1, 1));
    assert!(talks(&talk));
}

#[test]
fn two_who_part_lead_to_no_look_and_one_who_waits_alone_to_no_list() {
    let leave = |id: &str| format!("{} {BASIC}", talk::event("BridgeLeave", id));
    let mut talk = settled();
    let both = ["1.1", "1.2"].map(leave);
    for one in &both {
        talk.answer("WaitEvent", &talk::happened(&[one]));
        talk.now = talk.now + Duration::from_millis(300);
    }
    assert_eq!(pass(&mut talk, 8, ""), (0, 0));
    // By a feature code, somebody asks back: the other one waits in the call.
    let mut talk = settled();
    talk.answer("WaitEvent", &talk::happened(&[&leave("1.1")]));
    talk.answer(
        "WaitEvent",
        &talk::happened(&[&format!(
            "{} {}",
            talk::event("BridgeEnter", "1.1"),
            BASIC.replace("b1", "b2")
        )]),
    );
    let shown = talk
        .console
        .pbx()
        .channel("1.2")
        .and_then(|c| c.bridge.clone());
    assert_eq!(shown.as_deref(), Some("b1"));
    assert!(talk.console.pbx().alone_at().is_some());
}
