//! Claims about bodies that are worked off a piece at a time.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::ami::event::is_read;
use ajam::ami::{EventKind, xml};
use ajam::session::{Input, Reply};
use support::talk::{Talk, answering, body, event, happened, listed};
use support::{events, everywhere};
use switchboard_core::console::Console;

/// The answer, taken in so many bytes at a time; and how many steps that took.
fn in_pieces(talk: &mut Talk, name: &str, body: &str, bytes: usize) -> usize {
    let form = talk.form(name);
    let reply = Reply {
        status: 200,
        body: answering(&form, body).into_bytes(),
        authenticate: None,
    };
    let id = talk.take(name);
    talk.console.feed(Input::Replied(id, reply), talk.now);
    let mut steps = 1;
    while talk.console.work(bytes, talk.now) {
        // The board may be drawn at any time.
        talk.console.commit(talk.now);
        steps += 1;
    }
    talk.drain();
    steps
}

fn names(console: &Console) -> Vec<(String, Option<String>)> {
    let name = |c: &switchboard_core::live::Channel| c.name.as_ref().map(ToString::to_string);
    let mut names: Vec<_> = console
        .pbx()
        .channels()
        .map(|channel| (channel.uniqueid.to_string(), name(channel)))
        .collect();
    names.sort();
    names
}

#[test]
fn a_body_in_pieces_of_any_size_leaves_the_same_model() {
    for recording in everywhere().filter(|r| xml::is_whole(&r.body) && r.body.len() < 200_000) {
        let mut whole = Talk::live(&["1.1"]);
        whole.answer("WaitEvent", &recording.body);
        for bytes in [1, 777, 20_000] {
            let mut talk = Talk::live(&["1.1"]);
            in_pieces(&mut talk, "WaitEvent", &recording.body, bytes);
            let at = format!("{} {}, {bytes}", recording.version, recording.name);
            assert!(talk.console.pbx() == whole.console.pbx(), "{at}");
            assert_eq!(talk.phase(), whole.phase(), "{at}");
            assert_eq!(talk.waiting(), whole.waiting(), "{at}");
        }
    }
}

#[test]
fn a_long_list_is_read_and_taken_over_in_steps_and_events_go_behind_it() {
    let mut talk = Talk::live(&[]);
    talk.input(Input::Refresh);
    // It comes while the list is on its way, and is newer.
    talk.answer("WaitEvent", &happened(&[&event("Hangup", "1.7")]));
    for name in ["BridgeList", "ParkedCalls"] {
        talk.answer(name, &body(&["response='Success' eventlist='start'"]));
    }
    let items: Vec<String> = (0..3000).map(|n| listed(&format!("1.{n}"))).collect();
    let mut packets = vec!["response='Success' eventlist='start'"];
    packets.extend(items.iter().map(String::as_str));
    let steps = in_pieces(&mut talk, "CoreShowChannels", &body(&packets), 10_000);
    assert!(steps > 50, "{steps}");
    assert_eq!(talk.console.pbx().len(), 2999);
    assert!(talk.console.pbx().channel("1.7").is_none());
    assert!(talk.phase().is_live());
}

#[test]
fn what_comes_while_a_body_is_worked_off_waits_for_its_turn() {
    let mut talk = Talk::live(&["1.1"]);
    let id = talk.take("WaitEvent");
    let begun: Vec<String> = (0..50)
        .map(|n| event("Newchannel", &format!("2.{n}")))
        .collect();
    let begun: Vec<&str> = begun.iter().map(String::as_str).collect();
    let reply = Reply {
        status: 200,
        body: happened(&begun).into_bytes(),
        authenticate: None,
    };
    talk.console.feed(Input::Replied(id, reply), talk.now);
    assert!(talk.console.work(100, talk.now));
    talk.console.feed(Input::SignOut, talk.now);
    while talk.console.work(100, talk.now) {
        assert!(names(&talk.console).len() > 1);
    }
    assert_eq!(names(&talk.console), []);
    assert!(!talk.phase().has_board());
}

#[test]
fn no_event_that_means_something_is_left_unread() {
    for recording in everywhere() {
        for event in &events(&recording.body) {
            let meant = event.kind != EventKind::Other;
            assert!(!meant || is_read(&event.name), "{}", event.name);
        }
    }
}
