//! What Asterisk is asked to send, and what not.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::ami::{EventKind, Message, message};
use ajam::session::{EVERY_CALL, Input, UNWANTED};
use support::talk::{DENIED, SUCCESS, Talk, body, event, happened, shown};

const WIDE: &str = "call%2Cdialplan%2Csystem%2Cagent";
const NARROW: &str = "call%2Csystem%2Cagent";

fn look(talk: &mut Talk, location: bool) {
    talk.input(Input::Topics(shown(location)));
}

/// What was last posted of this action.
fn last(talk: &Talk, action: &str) -> String {
    let start = format!("Action={action}&");
    let found = talk.posted.iter().rev().find(|b| b.starts_with(&start));
    found.cloned().unwrap_or_default()
}

fn location(talk: &Talk, id: &str) -> String {
    let row = talk.console.board().find(id);
    row.map(|row| row.location.clone()).unwrap_or_default()
}

/// Lets the time pass after which less is asked for.
fn look_away(talk: &mut Talk) {
    look(talk, false);
    talk.sleep();
    assert!(last(talk, "Events").ends_with(&format!("EventMask={NARROW}")));
}

/// A live board of an account that may set filters, on a server of these versions.
fn live_on(asterisk: &str, ami: &str) -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    know(&mut talk, asterisk, ami);
    talk
}

fn know(talk: &mut Talk, asterisk: &str, ami: &str) {
    let commands = "response='Success' coreshowchannels='x' filter='x'";
    talk.answer("ListCommands", &body(&[commands]));
    let settings = format!("response='Success' amiversion='{ami}' asteriskversion='{asterisk}'");
    talk.answer("CoreSettings", &body(&[&settings]));
}

// Classes of events.

#[test]
fn a_page_without_locations_asks_for_no_steps_in_the_dial_plan() {
    let mut talk = Talk::signed_out();
    look(&mut talk, false);
    talk.sign_in();
    talk.challenge();
    assert!(last(&talk, "Login").contains(&format!("Events={NARROW}")));
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge();
    assert!(last(&talk, "Login").contains(&format!("Events={WIDE}")));
}

#[test]
fn who_looks_away_asks_for_less_after_a_while_and_lists_nothing() {
    let mut talk = Talk::live(&["1.1"]);
    assert_eq!(location(&talk, "1.1"), "s@default:1");
    look(&mut talk, false);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    let slept = talk.sleep();
    assert_eq!(slept.as_secs(), 3);
    assert_eq!(talk.waiting(), ["WaitEvent", "Events"]);
    talk.answer("Events", &body(&["response='Success' events='On'"]));
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_look_away_and_back_asks_for_nothing() {
    let mut talk = Talk::live(&["1.1"]);
    look(&mut talk, false);
    look(&mut talk, true);
    talk.sleep();
    assert_eq!(last(&talk, "Events"), "");
    assert_eq!(location(&talk, "1.1"), "s@default:1");
}

#[test]
fn who_looks_again_sees_no_location_before_it_is_right() {
    let mut talk = Talk::live(&["1.1"]);
    look_away(&mut talk);
    assert_eq!(location(&talk, "1.1"), "");
    talk.answer("Events", &body(&[SUCCESS]));
    look(&mut talk, true);
    assert_eq!(talk.waiting(), ["WaitEvent", "Events"]);
    assert!(last(&talk, "Events").ends_with(&format!("EventMask={WIDE}")));
    // What was there before the answer may have gone on since.
    talk.answer("Events", &body(&[SUCCESS]));
    assert_eq!(
        talk.waiting(),
        ["WaitEvent", "CoreShowChannels", "BridgeList", "ParkedCalls"]
    );
    assert_eq!(location(&talk, "1.1"), "");
    // It goes on while the list is on its way.
    let step = event("Newexten", "1.1").replace("exten='s'", "exten='700'");
    talk.answer("WaitEvent", &happened(&[&step]));
    talk.list(&["1.1"]);
    assert_eq!(location(&talk, "1.1"), "700@default:1");
    assert!(talk.phase().is_live());
}

#[test]
fn what_lists_do_not_tell_outlives_a_look_away() {
    let mut talk = Talk::live(&["1.1"]);
    talk.answer("WaitEvent", &happened(&[&event("Hold", "1.1")]));
    look_away(&mut talk);
    talk.answer("Events", &body(&[SUCCESS]));
    look(&mut talk, true);
    talk.answer("Events", &body(&[SUCCESS]));
    talk.list(&["1.1"]);
    let channel = talk.console.pbx().channel("1.1").expect("a channel");
    assert!(channel.holding);
}

#[test]
fn looks_that_come_and_go_are_asked_for_one_after_the_other() {
    let mut talk = Talk::live(&["1.1"]);
    look_away(&mut talk);
    look(&mut talk, true);
    assert_eq!(talk.waiting(), ["WaitEvent", "Events"]);
    talk.answer("Events", &body(&[SUCCESS]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Events"]);
    assert!(last(&talk, "Events").ends_with(WIDE));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.list(&["1.1"]);
    assert_eq!(location(&talk, "1.1"), "s@default:1");
}

#[test]
fn a_session_that_is_opened_anew_asks_for_what_is_shown_then() {
    let mut talk = Talk::live(&["1.1"]);
    look_away(&mut talk);
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &body(&[DENIED]));
    talk.challenge();
    assert!(last(&talk, "Login").contains(&format!("Events={NARROW}")));
    talk.answer("Login", &body(&[SUCCESS]));
    talk.list(&["1.1"]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn by_digest_the_same_is_asked_for() {
    let mut talk = Talk::signed_out();
    look(&mut talk, false);
    talk.sign_in_apart();
    assert!(last(&talk, "Events").ends_with(NARROW));
    talk.demand("Events", "1a", false);
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list_one_by_one(&["1.1"]);
    look(&mut talk, true);
    assert!(last(&talk, "Events").ends_with(WIDE));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.list_one_by_one(&["1.1"]);
    assert_eq!(location(&talk, "1.1"), "s@default:1");
}

// Filters.

/// Says the same to every filter that is asked for; how many there were.
fn answer_filters(talk: &mut Talk, says: &str) -> usize {
    let mut asked = 0;
    while talk.waiting().contains(&"Filter") {
        talk.answer("Filter", &body(&[says]));
        asked += 1;
    }
    asked
}

#[test]
fn what_every_call_brings_is_kept_on_the_server_before_the_first_event_is_asked_for() {
    for (asterisk, ami, last_one, requests) in [
        (
            "22.10.1",
            "11.0.0",
            "MatchCriteria=action%28exclude%29%2Cname%28SoftHangupRequest%29",
            4,
        ),
        (
            "16.28.0",
            "5.0.4",
            "Filter=%21%5EEvent%3A+%28VarSet%7CDeviceStateChange%7CHangupRequest%7C\
             SoftHangupRequest%29%5B%5B%3Aspace%3A%5D%5D",
            1,
        ),
    ] {
        let mut talk = live_on(asterisk, ami);
        let filter = last(&talk, "Filter");
        let filter = filter.replace("%20", "+");
        assert!(filter.contains("Operation=Add"), "{filter}");
        assert!(filter.ends_with(last_one), "{filter}");
        talk.list(&["1.1"]);
        assert_eq!(talk.waiting(), vec!["Filter"; requests]);
        assert_eq!(answer_filters(&mut talk, SUCCESS), requests);
        assert_eq!(talk.waiting(), ["WaitEvent"]);
        assert!(talk.phase().is_live());
        let filtered: Vec<_> = talk.console.session().filtered().collect();
        assert_eq!(filtered, EVERY_CALL);
    }
}

#[test]
fn by_digest_the_filters_are_more_parts_of_the_list() {
    let mut talk = Talk::signed_out();
    talk.sign_in_apart();
    talk.demand("Events", "1a", false);
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list_channels(&["1.1"]);
    let start = body(&["response='Success' eventlist='start'"]);
    talk.answer("BridgeList", &start);
    talk.answer("ParkedCalls", &start);
    know(&mut talk, "22.10.1", "11.0.0");
    assert_eq!(answer_filters(&mut talk, SUCCESS), EVERY_CALL.len());
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    assert!(talk.phase().is_live());
}

#[test]
fn who_may_set_no_filter_is_not_tried_with_one() {
    let mut talk = Talk::live(&[]);
    for _ in 0..3 {
        talk.answer("WaitEvent", &happened(&[&event("VarSet", "1.1")]));
    }
    assert_eq!(last(&talk, "Filter"), "");
}

#[test]
fn a_refused_filter_is_not_tried_again() {
    let mut talk = live_on("22.10.1", "11.0.0");
    talk.list(&[]);
    answer_filters(&mut talk, "response='Error' message='no'");
    assert!(talk.phase().is_live());
    for _ in 0..3 {
        talk.answer("WaitEvent", &happened(&[&event("VarSet", "1.1")]));
    }
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn a_page_that_finds_a_session_sets_a_filter_only_if_there_is_none() {
    let mut talk = Talk::begin();
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    know(&mut talk, "22.10.1", "11.0.0");
    talk.list(&[]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    talk.answer("WaitEvent", &happened(&[&event("VarSet", "1.1")]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Filter"]);
    talk.answer("Filter", &body(&[SUCCESS]));
    // On its way before the filter was.
    talk.answer("WaitEvent", &happened(&[&event("VarSet", "1.1")]));
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn a_session_that_was_made_anew_unsaid_gets_its_filter_again_but_not_for_ever() {
    let mut talk = live_on("22.10.1", "11.0.0");
    talk.list(&[]);
    answer_filters(&mut talk, SUCCESS);
    let mut set = 1;
    for _ in 0..10 {
        talk.now = talk.now + std::time::Duration::from_millis(5);
        talk.answer("WaitEvent", &happened(&[&event("VarSet", "1.1")]));
        if talk.waiting().contains(&"Filter") {
            set += 1;
            talk.answer("Filter", &body(&[SUCCESS]));
        }
    }
    assert_eq!(set, 3);
}

#[test]
fn other_events_that_nothing_reads_are_kept_back_once_they_have_come_often() {
    let mut talk = live_on("22.10.1", "11.0.0");
    talk.list(&[]);
    answer_filters(&mut talk, SUCCESS);
    let packet = "event='PeerStatus' peer='PJSIP/1' peerstatus='Reachable'";
    talk.answer("WaitEvent", &happened(&[packet; 199]));
    talk.now = talk.now + std::time::Duration::from_secs(2);
    talk.input(Input::Tick);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    talk.answer("WaitEvent", &happened(&[packet]));
    assert!(last(&talk, "Filter").contains("PeerStatus"));
}

#[test]
fn nothing_that_any_version_says_is_kept_back_though_it_is_read() {
    let mut met = std::collections::BTreeSet::new();
    for recording in support::everywhere() {
        let (messages, _) = message::messages(&recording.body);
        for message in messages {
            let Message::Event(event) = message else {
                continue;
            };
            if let Some(name) = UNWANTED.into_iter().find(|name| **name == *event.name) {
                assert_eq!(event.kind, EventKind::Other, "{name}");
                met.insert(name);
            }
        }
    }
    assert!(met.len() > 5, "{met:?}");
}
