//! Topics beside the calls: listed when somebody looks, after every doubt, and told of by events; and
//! what an account or a server lacks is said.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::session::{Input, Lack, Topic, Topics};
use support::talk::{DENIED, SUCCESS, Talk, body, event, happened, shown};
use switchboard_core::live::ExtensionState::{self, Free, InUse, Ringing, Unavailable};

const LIST: &str = "ExtensionStateList";

/// As 16 and 22 write it, item and event.
fn status(exten: &str, status: i32) -> String {
    format!(
        "event='ExtensionStatus' exten='{exten}' context='internal' hint='PJSIP/{exten}' \
         status='{status}' statustext='x'"
    )
}

fn items(all: &[(&str, i32)]) -> String {
    let items: Vec<String> = all.iter().map(|(exten, at)| status(exten, *at)).collect();
    let mut packets = vec![SUCCESS];
    packets.extend(items.iter().map(String::as_str));
    packets.push("event='ExtensionStateListComplete' eventlist='Complete'");
    body(&packets)
}

fn look(talk: &mut Talk) {
    talk.input(Input::Topics(Topics::CALLS.with(Topic::Extensions)));
}

/// Those that are there, by their numbers.
fn states(talk: &mut Talk) -> Vec<(String, ExtensionState)> {
    talk.console.commit(talk.now);
    let table = &talk.console.tables().extensions;
    let rows = (0..table.len()).filter_map(|place| table.row(place));
    let rows = rows.filter(|row| !table.has_ended(&row.id));
    rows.map(|row| (row.exten.clone(), row.state)).collect()
}

fn knows(talk: &Talk) -> bool {
    talk.console.session().knows(Topic::Extensions)
}

fn named(states: &[(&str, ExtensionState)]) -> Vec<(String, ExtensionState)> {
    let named = states.iter();
    named
        .map(|(exten, at)| ((*exten).to_owned(), *at))
        .collect()
}

#[test]
fn what_somebody_looks_at_is_listed_alone_and_the_calls_are_not() {
    let mut talk = live();
    look(&mut talk);
    assert_eq!(talk.waiting(), ["WaitEvent", LIST]);
    assert!(!knows(&talk));
    talk.answer(LIST, &items(&[("201", 0), ("202", 8)]));
    assert_eq!(states(&mut talk), named(&[("201", Free), ("202", Ringing)]));
    assert!(knows(&talk) && talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1"]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn events_set_one_and_those_that_came_during_the_list_count_behind_it() {
    let mut talk = live();
    look(&mut talk);
    let (busy, gone, hang_up) = (status("201", 1), status("202", -1), event("Hangup", "1.1"));
    let news = [busy.as_str(), &gone, &format!("{hang_up} cause='16'")];
    talk.answer("WaitEvent", &happened(&news));
    assert!(talk.rows().is_empty());
    talk.answer(LIST, &items(&[("201", 0), ("202", 0), ("203", 4)]));
    assert_eq!(
        states(&mut talk),
        named(&[("201", InUse), ("203", Unavailable)])
    );
    talk.answer("WaitEvent", &happened(&[&status("203", 0)]));
    assert_eq!(states(&mut talk), named(&[("201", InUse), ("203", Free)]));
    assert!(talk.rows().is_empty());
}

#[test]
fn after_a_doubt_it_is_listed_with_the_rest_and_what_is_gone_goes() {
    let mut talk = live();
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 0), ("202", 0)]));
    talk.input(Input::Refresh);
    assert!(talk.waiting().contains(&LIST));
    talk.answer(LIST, &items(&[("202", 1)]));
    talk.list(&["1.2"]);
    assert_eq!(states(&mut talk), named(&[("202", InUse)]));
    assert_eq!(talk.rows(), ["1.2"]);
}

#[test]
fn nobody_who_does_not_look_lists_or_keeps_it() {
    let mut talk = live();
    talk.answer("WaitEvent", &happened(&[&status("201", 1)]));
    talk.input(Input::Refresh);
    assert!(!talk.waiting().contains(&LIST));
    talk.list(&["1.1"]);
    assert!(states(&mut talk).is_empty() && !knows(&talk));
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 0)]));
    // Who looked away, and back, does not trust what it left behind.
    talk.input(Input::Topics(shown(true)));
    assert!(!knows(&talk));
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 8)]));
    assert!(knows(&talk));
    assert_eq!(states(&mut talk), named(&[("201", Ringing)]));
}

/// A live page whose account may use these actions on a server of this version.
fn with(commands: &str, version: &str) -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.answer(
        "ListCommands",
        &body(&[&format!("response='Success' {commands}")]),
    );
    let settings = format!("response='Success' amiversion='5.0' asteriskversion='{version}'");
    talk.answer("CoreSettings", &body(&[&settings]));
    talk.list(&["1.1"]);
    talk
}

fn live() -> Talk {
    with(
        "redirect='x' hangup='x' coreshowchannels='x' extensionstatelist='x'",
        "22.10.1",
    )
}

#[test]
fn what_is_lacking_is_told_with_the_reason_and_nothing_breaks() {
    let reasons = [
        ("12.8.2", "ping='x'", Some(Lack::Version(13))),
        (
            "22.10.1",
            "ping='x'",
            Some(Lack::Right(&["call", "reporting"])),
        ),
        // Refused for once: the next list asks again.
        ("22.10.1", "extensionstatelist='x'", None),
    ];
    for (version, commands, lack) in reasons {
        let mut talk = with(commands, version);
        look(&mut talk);
        // Who may not is not asked: Asterisk would log that as an attack.
        assert_eq!(talk.waiting().contains(&LIST), lack.is_none(), "{version}");
        if lack.is_none() {
            talk.answer(LIST, &body(&[DENIED]));
        }
        let session = talk.console.session();
        assert_eq!(session.lack(Topic::Extensions), lack, "{version}");
        assert!(talk.phase().is_live());
        assert_eq!(talk.waiting(), ["WaitEvent"]);
        assert_eq!(talk.rows(), ["1.1"]);
    }
    let talk = live();
    assert_eq!(talk.console.session().lack(Topic::Channels), None);
}

#[test]
fn an_item_or_an_event_that_is_not_whole_is_not_believed() {
    let mut talk = live();
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 0)]));
    for forged in [
        status("201", 1).replace("status='1'", ""),
        format!("{} exten-2='202'", status("201", 1)),
    ] {
        talk.answer("WaitEvent", &happened(&[&forged]));
        assert_eq!(states(&mut talk), named(&[("201", Free)]), "{forged}");
    }
}

#[test]
fn what_another_page_shows_is_not_known_here_once_events_may_have_been_lost() {
    let mut talk = live();
    talk.input(Input::Others(Topics::CALLS.with(Topic::Extensions)));
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 0)]));
    talk.input(Input::Topics(shown(true)));
    // The other page shows it still, and its events go on coming.
    assert!(knows(&talk));
    talk.input(Input::Behind);
    talk.list(&["1.1"]);
    assert!(!knows(&talk));
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 8)]));
    assert_eq!(states(&mut talk), named(&[("201", Ringing)]));
}

#[test]
fn events_that_are_lost_while_only_a_topic_is_listed_lead_to_a_list_of_everything() {
    for lost in [Input::EventsLost, Input::Refresh] {
        let mut talk = live();
        look(&mut talk);
        talk.input(lost);
        talk.list(&["1.2"]);
        talk.answer(LIST, &items(&[("201", 0)]));
        assert_eq!(talk.rows(), ["1.2"]);
        assert!(knows(&talk) && talk.phase().is_live());
    }
}

#[test]
fn what_no_event_tells_of_is_listed_again_for_a_filter_may_keep_them_back() {
    let mut talk = live();
    look(&mut talk);
    talk.answer(LIST, &items(&[("201", 0)]));
    let listed = talk.now;
    let again = |talk: &mut Talk| {
        while talk.now.since(listed).as_secs() < 90 {
            talk.sleep();
            if talk.waiting().contains(&LIST) {
                return true;
            }
            if talk.waiting().contains(&"WaitEvent") {
                talk.answer("WaitEvent", &happened(&[]));
            }
        }
        false
    };
    assert!(again(&mut talk));
    assert_eq!(talk.now.since(listed).as_secs(), 60);
    talk.answer(LIST, &items(&[("201", 1)]));
    assert_eq!(states(&mut talk), named(&[("201", InUse)]));
    // Once they come there is no need.
    talk.answer("WaitEvent", &happened(&[&status("201", 0)]));
    assert!(!again(&mut talk));
    assert!(knows(&talk));
}
