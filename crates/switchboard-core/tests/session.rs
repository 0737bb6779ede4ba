//! Conversations with a scripted Asterisk.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::{Apart, Input, LogOff, Next, Outcome, Phase, Role, SignedOut, Trouble, Way};
use support::talk::{DENIED, SUCCESS, Talk, body, event, happened, listed, whole};
use switchboard_core::acts::Reached;
use switchboard_core::console::{Act, Command, Note, Target};

fn id(text: &str) -> Uniqueid {
    Uniqueid::new(text).expect("an id")
}

/// Beside what it is told what came of an act on this channel.
fn of(channel: &str) -> Target {
    Target::from(&id(channel))
}

/// How far it has come by what the events show.
fn reached(talk: &Talk, id: &str) -> Option<Reached> {
    talk.console.note(&of(id))?.reached.clone()
}

fn note(talk: &Talk, id: &str) -> Option<(Act, Option<Outcome>)> {
    talk.console
        .note(&of(id))
        .map(|Note { act, outcome, .. }| (*act, outcome.clone()))
}

// Logging in.

#[test]
fn a_page_without_a_session_shows_the_log_in_form() {
    let talk = Talk::signed_out();
    assert_eq!(*talk.phase(), Phase::SignedOut(SignedOut::NotYet));
    assert!(talk.open.is_empty());
}

#[test]
fn a_log_in_lists_everything_and_only_then_waits_for_events() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    assert_eq!(talk.waiting(), ["Challenge"]);
    talk.challenge();
    assert_eq!(talk.waiting(), ["Login"]);
    talk.answer(
        "Login",
        &body(&["response='Success' message='Authentication accepted'"]),
    );
    assert_eq!(*talk.phase(), Phase::Loading);
    assert_eq!(
        talk.waiting(),
        [
            "CoreShowChannels",
            "BridgeList",
            "ParkedCalls",
            "ListCommands",
            "CoreSettings"
        ]
    );
    talk.list(&["1.1", "1.2"]);
    assert!(talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn the_secret_is_never_posted_and_never_printed() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    // `printf 123hunter2 | md5sum`
    assert!(
        talk.posted
            .iter()
            .any(|b| b.contains("Key=e9610284598507f8573f5acb3a1f0a7d"))
    );
    assert!(talk.posted.iter().all(|b| !b.contains("hunter2")));
    assert!(!format!("{:?}", talk.console).contains("hunter2"));
}

#[test]
fn log_in_pressed_twice_logs_in_once() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.sign_in();
    assert_eq!(talk.waiting(), ["Challenge"]);
    assert_eq!(talk.aborted.len(), 1);
    talk.challenge_and_login();
    talk.list(&[]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn a_refused_log_in_says_so_in_asterisks_words_and_forgets_the_secret() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge();
    talk.answer(
        "Login",
        &body(&["response='Error' message='Authentication failed'"]),
    );
    let refused = SignedOut::Refused("Authentication failed".into());
    assert_eq!(*talk.phase(), Phase::SignedOut(refused));
}

#[test]
fn a_log_in_that_cannot_be_tried_says_why() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.fail("Challenge");
    let why = SignedOut::Unreachable(Trouble::Network("connection reset".into()));
    assert_eq!(*talk.phase(), Phase::SignedOut(why));
}

#[test]
fn somebody_elses_session_is_ended_before_logging_in() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge();
    talk.answer(
        "Login",
        &body(&["response='Success' message='Already authenticated'"]),
    );
    talk.answer("Logoff", &body(&["response='Goodbye'"]));
    talk.challenge_and_login();
    talk.list(&[]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_challenge_that_changes_means_that_no_cookie_is_kept() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    for challenge in ["123", "456"] {
        let answer = format!("response='Success' challenge='{challenge}'");
        talk.answer("Challenge", &body(&[&answer]));
    }
    assert_eq!(talk.waiting(), ["Events"]);
    assert!(
        talk.posted
            .iter()
            .all(|body| !body.contains("Action=Login"))
    );
}

#[test]
fn where_no_cookie_is_kept_it_goes_on_by_digest_with_what_was_typed() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.answer("ListCommands", &body(&[DENIED]));
    assert_eq!(talk.waiting(), ["Events"]);
    talk.demand("Events", "1a", false);
    assert!(talk.signed().contains("nonce=\"1a\""));
    talk.answer("Events", &body(&["response='Success' events='On'"]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list_one_by_one(&["1.1"]);
    assert!(talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1"]);
    assert_eq!(talk.console.session().apart(), Some(Apart::NoCookie));
}

#[test]
fn a_cookie_that_is_not_kept_is_named_where_there_is_no_digest_either() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.answer("ListCommands", &body(&[DENIED]));
    talk.answer_with("Events", 404, b"Not Found");
    let why = SignedOut::Unreachable(Trouble::CookieNotKept);
    assert_eq!(*talk.phase(), Phase::SignedOut(why));
    assert!(talk.open.is_empty());
}

#[test]
fn a_server_that_restarts_during_a_log_in_is_not_taken_for_a_lost_cookie() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.fail("ListCommands");
    talk.sleep();
    talk.answer("Ping", &body(&[DENIED]));
    talk.challenge_and_login();
    talk.list(&["1.1"]);
    assert_eq!(talk.rows(), ["1.1"]);
    assert!(talk.phase().is_live());
}

#[test]
fn an_account_without_the_list_of_channels_gets_it_from_status() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.answer("CoreShowChannels", &body(&[DENIED]));
    let item = listed("1.1").replace("CoreShowChannel'", "Status'");
    talk.answer(
        "Status",
        &body(&[SUCCESS, &item, "event='StatusComplete' items='1'"]),
    );
    talk.answer("ListCommands", &body(&["response='Success' status='x'"]));
    talk.answer("CoreSettings", &body(&[DENIED]));
    talk.answer("BridgeList", &body(&[SUCCESS]));
    talk.answer("ParkedCalls", &body(&[DENIED]));
    assert!(talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1"]);
    assert!(talk.console.session().abilities().lists_channels);
}

#[test]
fn an_account_that_may_list_nothing_still_sees_what_happens() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    for action in ["CoreSettings", "CoreShowChannels", "Status"] {
        talk.answer(action, &body(&[DENIED]));
    }
    talk.answer("ListCommands", &body(&[SUCCESS]));
    talk.answer("BridgeList", &body(&[SUCCESS]));
    talk.answer("ParkedCalls", &body(&[DENIED]));
    assert!(talk.phase().is_live());
    assert!(!talk.console.session().abilities().lists_channels);
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.1")]));
    assert_eq!(talk.rows(), ["1.1"]);
}

// A page that is opened again.

#[test]
fn a_reloaded_page_displaces_its_dead_waitevent_before_it_lists() {
    let mut talk = Talk::begin();
    talk.answer("Ping", &body(&["response='Success' ping='Pong'"]));
    assert_eq!(*talk.phase(), Phase::Loading);
    talk.answer("Events", &body(&["response='Success' events='On'"]));
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    assert!(talk.posted.last().is_some_and(|b| b.ends_with("Timeout=0")));
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.1")]));
    talk.list(&["1.2"]);
    assert_eq!(talk.rows(), ["1.2"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_page_reloaded_after_its_session_ended_says_so() {
    let mut talk = Talk::begin_as(Some("demo"));
    talk.answer("Ping", &body(&[DENIED]));
    assert_eq!(*talk.phase(), Phase::SignedOut(SignedOut::Expired));
}

// Events.

#[test]
fn one_waitevent_follows_another_and_never_two_at_once() {
    let mut talk = Talk::live(&[]);
    for n in 0..50 {
        assert_eq!(talk.waiting(), ["WaitEvent"]);
        talk.answer(
            "WaitEvent",
            &happened(&[&event("Newchannel", &format!("1.{n}"))]),
        );
    }
    assert_eq!(talk.rows().len(), 50);
}

#[test]
fn instant_empty_replies_do_not_make_a_busy_loop() {
    let mut talk = Talk::live(&[]);
    let before = talk.posted.len();
    let begun = talk.now;
    while talk.now.since(begun) < Duration::from_secs(10) {
        if talk.waiting().is_empty() {
            talk.sleep();
        } else {
            talk.answer("WaitEvent", &happened(&[]));
        }
    }
    assert!(
        talk.posted.len() - before < 30,
        "{}",
        talk.posted.len() - before
    );
}

#[test]
fn an_event_after_a_pause_is_asked_for_at_once_again() {
    let mut talk = Talk::live(&[]);
    for _ in 0..4 {
        talk.answer("WaitEvent", &happened(&[]));
        if talk.waiting().is_empty() {
            talk.sleep();
        }
    }
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.1")]));
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn an_empty_envelope_means_that_another_page_took_over() {
    let mut talk = Talk::live(&["1.1"]);
    talk.answer("WaitEvent", "<ajax-response>\n</ajax-response>\n");
    assert_eq!(*talk.phase(), Phase::TakenOver);
    assert!(talk.open.is_empty());
    talk.input(Input::Refresh);
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.2"]);
    assert_eq!(talk.rows(), ["1.2"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_wait_that_the_browser_sent_twice_is_not_taken_for_another_page() {
    let mut talk = Talk::live(&["1.1"]);
    // The first copy came in behind the second.
    talk.answer("WaitEvent", "<ajax-response>\n</ajax-response>\n");
    talk.input(Input::EventsLost);
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.1", "1.2"]);
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
    assert!(talk.phase().is_live());
}

#[test]
fn connections_that_break_again_and_again_are_not_taken_for_another_page() {
    let displaced = |talk: &mut Talk| {
        loop {
            let asked = talk.waiting();
            if asked.contains(&"Events") {
                talk.answer("Events", &body(&[SUCCESS]));
            } else if asked.contains(&talk.lister()) {
                talk.list(&["1.1"]);
            } else if !asked.contains(&"WaitEvent") {
                talk.sleep();
            } else if talk.form("WaitEvent").contains("Timeout=0") {
                talk.answer("WaitEvent", &happened(&[]));
            } else {
                return talk.answer("WaitEvent", "<ajax-response>\n</ajax-response>\n");
            }
        }
    };
    let mut talk = Talk::live(&["1.1"]);
    talk.input(Input::Role(Role::Lead));
    for _ in 0..6 {
        displaced(&mut talk);
        assert_ne!(*talk.phase(), Phase::TakenOver);
        talk.input(Input::EventsLost);
    }
    // Nothing broke meanwhile: that is somebody else.
    for _ in 0..6 {
        displaced(&mut talk);
        if *talk.phase() == Phase::TakenOver {
            return;
        }
    }
    panic!("{:?}", talk.phase());
}

// Listing anew.

#[test]
fn what_happens_while_the_list_is_on_its_way_is_not_undone_by_it() {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    talk.input(Input::Refresh);
    // The server has made the list: 1.1 and 1.2. Then 1.1 ends and 1.3 begins, and that is here
    // first.
    let hangup = format!("{} cause='16' cause_txt='x'", event("Hangup", "1.1"));
    talk.answer(
        "WaitEvent",
        &happened(&[&hangup, &event("Newchannel", "1.3")]),
    );
    assert_eq!(talk.rows(), ["1.2", "1.3"]);
    talk.list(&["1.1", "1.2"]);
    assert_eq!(talk.rows(), ["1.2", "1.3"]);
}

#[test]
fn what_the_account_can_do_is_asked_once_for_each_log_in() {
    let mut talk = Talk::live(&[]);
    for _ in 0..3 {
        talk.input(Input::Refresh);
        assert_eq!(
            talk.waiting(),
            ["WaitEvent", "CoreShowChannels", "BridgeList", "ParkedCalls"]
        );
        talk.list(&[]);
    }
    talk.answer("WaitEvent", &body(&[DENIED]));
    talk.challenge_and_login();
    assert!(talk.waiting().contains(&"ListCommands"));
}

#[test]
fn a_row_that_should_not_be_there_is_gone_after_a_refresh() {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    talk.input(Input::Refresh);
    talk.list(&["1.2"]);
    assert_eq!(talk.rows(), ["1.2"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_parked_call_is_known_as_parked_after_a_reload() {
    let mut talk = Talk::begin();
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    let parked = "event='ParkedCall' parkeechannel='PJSIP/1.1' parkeeuniqueid='1.1' \
                  parkeelinkedid='1.1' parkinglot='default' parkingspace='701'";
    talk.answer("ParkedCalls", &body(&[SUCCESS, parked]));
    talk.list(&["1.1", "1.2"]);
    let space = |id| {
        talk.console
            .pbx()
            .channel(id)?
            .parked
            .as_ref()
            .map(|p| p.space.clone())
    };
    assert_eq!([space("1.1"), space("1.2")], [Some("701".to_owned()), None]);
}

// Trouble.

#[test]
fn a_broken_connection_is_said_and_mended_with_a_full_list() {
    let mut talk = Talk::live(&["1.1"]);
    talk.fail("WaitEvent");
    assert!(matches!(
        talk.phase(),
        Phase::Reconnecting {
            trouble: Trouble::Network(_),
            attempt: 1,
            next: Next::At(_)
        }
    ));
    assert_eq!(talk.rows(), ["1.1"], "what was last known is still there");
    for _ in 0..5 {
        assert!(talk.sleep() <= Duration::from_secs(3));
        talk.fail("Ping");
    }
    talk.sleep();
    talk.answer("Ping", &body(&[SUCCESS]));
    assert!(!talk.phase().is_live(), "not before the list is here");
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.7"]);
    assert_eq!(talk.rows(), ["1.7"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_server_that_lost_the_session_is_logged_in_to_again_without_asking() {
    let mut talk = Talk::live(&["1.1"]);
    talk.fail("WaitEvent");
    talk.sleep();
    talk.answer("Ping", &body(&[DENIED]));
    talk.challenge_and_login();
    talk.list(&["2.1"]);
    assert_eq!(talk.rows(), ["2.1"]);
    assert!(talk.phase().is_live());
}

#[test]
fn an_ended_session_without_a_secret_asks_for_it() {
    let mut talk = Talk::begin();
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.1"]);
    talk.answer("WaitEvent", &body(&[DENIED]));
    assert_eq!(*talk.phase(), Phase::SignedOut(SignedOut::Expired));
    assert!(talk.rows().is_empty());
    assert_eq!(talk.console.board().len(), 0);
}

#[test]
fn a_silent_server_is_noticed() {
    let mut talk = Talk::live(&["1.1"]);
    let late = talk.sleep();
    assert!(late <= Duration::from_secs(12), "{late:?}");
    assert!(matches!(talk.phase(), Phase::Late { .. }));
    let waited = talk.sleep();
    assert!(waited <= Duration::from_secs(4), "{waited:?}");
    assert!(matches!(
        talk.phase(),
        Phase::Reconnecting {
            trouble: Trouble::NoAnswer,
            ..
        }
    ));
    assert_eq!(talk.aborted.len(), 1);
}

#[test]
fn each_kind_of_wrong_answer_is_told_apart() {
    for (status, page, trouble) in [
        (404, "<html>", Trouble::ManagerOff),
        (502, "<html>", Trouble::Http(502)),
        (
            200,
            "<html><body>Sign in to the guest network",
            Trouble::NotAsterisk,
        ),
        (200, "<ajax-response>\n<response type='obj", Trouble::Cut),
        (
            200,
            &body(&["response='Error' message='Asterisk is shutting down'"]),
            Trouble::Refused("Asterisk is shutting down".into()),
        ),
    ] {
        let mut talk = Talk::live(&["1.1"]);
        talk.answer_with("WaitEvent", status, page.as_bytes());
        let Phase::Reconnecting { trouble: found, .. } = talk.phase() else {
            panic!("{page}: {:?}", talk.phase());
        };
        assert_eq!(*found, trouble);
    }
}

#[test]
fn events_before_a_cut_count_and_everything_is_listed_again() {
    let mut talk = Talk::live(&[]);
    let whole = happened(&[&event("Newchannel", "1.1"), &event("Newchannel", "1.2")]);
    let cut = whole.find("1.2").expect("the second event");
    talk.answer("WaitEvent", &whole[..cut]);
    assert_eq!(talk.rows(), ["1.1"]);
    assert!(matches!(
        talk.phase(),
        Phase::Reconnecting {
            trouble: Trouble::Cut,
            ..
        }
    ));
}

#[test]
fn events_too_many_to_read_lead_to_a_list() {
    let mut talk = Talk::live(&["1.1"]);
    let id = talk.take("WaitEvent");
    talk.input(Input::TooLarge(id));
    assert!(matches!(
        talk.phase(),
        Phase::Reconnecting {
            trouble: Trouble::TooLarge,
            ..
        }
    ));
    assert!(talk.sleep() < Duration::from_secs(1));
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.1", "1.2"]);
    assert!(talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
}

#[test]
fn a_list_too_long_to_read_is_not_asked_for_over_and_over() {
    let mut talk = Talk::live(&["1.1"]);
    talk.input(Input::Refresh);
    let id = talk.take("CoreShowChannels");
    talk.input(Input::TooLarge(id));
    assert_eq!(talk.waiting(), [""; 0]);
    assert!(talk.sleep() > Duration::from_secs(200));
    assert_eq!(talk.waiting(), ["Ping"]);
}

#[test]
fn try_now_does_not_wait() {
    let mut talk = Talk::live(&[]);
    talk.fail("WaitEvent");
    talk.input(Input::Refresh);
    assert_eq!(talk.waiting(), ["Ping"]);
    talk.input(Input::Refresh);
    assert_eq!(talk.waiting(), ["Ping"], "and asks once");
}

#[test]
fn a_list_that_fails_midway_leaves_no_half_board() {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    talk.input(Input::Refresh);
    talk.list_channels(&["1.9"]);
    talk.fail("BridgeList");
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
    assert!(matches!(talk.phase(), Phase::Reconnecting { .. }));
}

// Actions.

#[test]
fn a_hang_up_is_asked_then_done_and_the_row_goes_by_its_event() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    assert!(
        talk.posted
            .last()
            .is_some_and(|b| b.contains("Channel=PJSIP%2F1.1"))
    );
    assert_eq!(note(&talk, "1.1"), Some((Act::HangUp, None)));
    talk.answer(
        "Hangup",
        &body(&["response='Success' message='Channel Hungup'"]),
    );
    let done = Outcome::Done("Channel Hungup".into());
    assert_eq!(note(&talk, "1.1"), Some((Act::HangUp, Some(done))));
    assert_eq!(reached(&talk, "1.1"), Some(Reached::Sent));
    assert_eq!(
        talk.rows(),
        ["1.1"],
        "the answer does not take the row away"
    );
    talk.answer("WaitEvent", &happened(&[&event("Hangup", "1.1")]));
    assert!(talk.rows().is_empty());
    assert_eq!(reached(&talk, "1.1"), Some(Reached::Gone));
}

#[test]
fn a_refusal_stands_beside_the_row_in_asterisks_words() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(
        Command::Transfer {
            channel: id("1.1"),
            exten: Exten::new("801").expect("exten"),
            context: Context::new("target").expect("context"),
            with: None,
        },
        talk.now,
    );
    talk.drain();
    let words = "Redirect failed, channel not up.";
    talk.answer(
        "Redirect",
        &body(&[&format!("response='Error' message='{words}'")]),
    );
    let refused = Some(Outcome::Refused(words.into()));
    assert_eq!(note(&talk, "1.1"), Some((Act::Transfer, refused)));
}

#[test]
fn a_missing_right_is_told_from_an_ended_session() {
    for (ping, live) in [(SUCCESS, true), (DENIED, false)] {
        let mut talk = Talk::live(&["1.1"]);
        talk.console.ask(Command::HangUp(id("1.1")), talk.now);
        talk.drain();
        talk.answer("Hangup", &body(&[DENIED]));
        talk.answer("Ping", &body(&[ping]));
        let refused = Some(Outcome::Refused("Permission denied".into()));
        assert_eq!(note(&talk, "1.1"), Some((Act::HangUp, refused)));
        assert_eq!(talk.phase().is_live(), live);
    }
}

#[test]
fn an_action_cut_off_has_an_unknown_outcome_and_is_not_sent_again() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    talk.fail("Hangup");
    let unknown = Outcome::Unknown(Trouble::Network("connection reset".into()));
    assert_eq!(note(&talk, "1.1"), Some((Act::HangUp, Some(unknown))));
    talk.fail("WaitEvent");
    talk.sleep();
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.1"]);
    let hangups = talk
        .posted
        .iter()
        .filter(|b| b.starts_with("Action=Hangup"))
        .count();
    assert_eq!(hangups, 1);
}

#[test]
fn nothing_is_sent_while_the_board_is_in_doubt() {
    let mut talk = Talk::live(&["1.1"]);
    talk.fail("WaitEvent");
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    assert_eq!(
        note(&talk, "1.1"),
        Some((Act::HangUp, Some(Outcome::NotConnected)))
    );
    assert!(talk.waiting().is_empty());
}

#[test]
fn an_outcome_whose_row_is_gone_is_not_lost() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    talk.answer("WaitEvent", &happened(&[&event("Hangup", "1.1")]));
    talk.answer(
        "Hangup",
        &body(&["response='Error' message='No such channel'"]),
    );
    let orphans = talk.console.take_orphans();
    assert_eq!(orphans.len(), 1);
    assert_eq!(orphans[0].about.channel, "PJSIP/1.1");
    assert_eq!(
        orphans[0].note.outcome,
        Some(Outcome::Refused("No such channel".into()))
    );
}

/// Names that would reach other channels, as they are or once cleaned on the way out.
const PATTERNS: [&str; 8] = [
    "/.*/",
    "&#127;/.*/",
    "&#1;/.*/",
    "&#133;/.*/",
    "&#13;&#10;/.*/",
    " /.*/",
    "&#127; /.*/",
    "PJSIP/1&#155;.1",
];

#[test]
fn a_channel_named_like_a_pattern_is_never_sent() {
    for name in PATTERNS {
        for command in [
            Command::HangUp(id("1.1")),
            transfer("1.1", None),
            transfer("1.2", Some("1.1")),
        ] {
            let mut talk = Talk::live(&["1.2"]);
            let odd = event("Newchannel", "1.1").replace("PJSIP/1.1", name);
            talk.answer("WaitEvent", &happened(&[&odd]));
            let about = command.channel().clone();
            ask(&mut talk, command);
            assert_eq!(talk.waiting(), ["WaitEvent"], "{name:?}");
            let outcome = note(&talk, &about).and_then(|(_, outcome)| outcome);
            // In our words, not in words put into Asterisk's mouth.
            assert_eq!(outcome, Some(Outcome::NoChannel), "{name:?}");
        }
    }
}

#[test]
fn a_channel_that_another_is_named_like_is_asked_for_first() {
    for command in [Command::HangUp(id("1.1")), transfer("1.2", Some("1.1"))] {
        // A row that was made to bear the victim's name.
        let mut talk = Talk::live(&["1.1", "1.2", "9.9"]);
        let rename = "event='Rename' channel='PJSIP/1.1' newname='pjsip/9.9' uniqueid='1.1'";
        talk.answer("WaitEvent", &happened(&[rename]));
        let about = command.channel().clone();
        ask(&mut talk, command);
        assert_eq!(talk.waiting(), ["WaitEvent", "Status"]);
        let owner = listed("9.9").replace("CoreShowChannel'", "Status'");
        talk.answer("Status", &body(&[SUCCESS, &owner]));
        assert!(talk.has_not_acted());
        let outcome = note(&talk, &about).and_then(|(_, outcome)| outcome);
        assert_eq!(outcome, Some(Outcome::NoChannel));
    }
}

#[test]
fn a_channel_that_only_an_event_has_named_is_asked_for_first() {
    // Each is whole, and of a name that nobody else on the board bears.
    let end = event("Hangup", "9.9");
    let named = |id: &str, name: &str| {
        let made = event("Newchannel", id);
        made.replace(&format!("PJSIP/{id}"), name)
    };
    let lies: [&[String]; 4] = [
        // The victim is said to have ended, and another to bear its name.
        &[end.clone(), named("1.1", "PJSIP/9.9")],
        // Asterisk takes a Uniqueid for a name.
        &[named("1.1", "9.9")],
        // A name that is not known to be anybody's.
        &[named("1.1", "PJSIP/not-told-yet")],
        &[named("1.2", "9.9").replace("Newchannel", "Newstate")],
    ];
    for lies in lies {
        let told: Vec<&str> = lies.iter().map(String::as_str).collect();
        let liar = if told[0].contains("Newstate") {
            "1.2"
        } else {
            "1.1"
        };
        for command in [Command::HangUp(id(liar)), transfer(liar, None)] {
            let mut talk = Talk::live(&["1.2", "9.9"]);
            talk.answer("WaitEvent", &happened(&told));
            ask(&mut talk, command);
            assert_eq!(talk.waiting(), ["WaitEvent", "Status"], "{told:?}");
            let owner = listed("9.9").replace("CoreShowChannel'", "Status'");
            talk.answer("Status", &body(&[SUCCESS, &owner]));
            assert!(talk.has_not_acted(), "{told:?}");
            // What was found to be a lie is made good at once.
            assert!(talk.console.session().is_listing(), "{told:?}");
            talk.list(&["1.2", "9.9"]);
            assert!(talk.console.pbx().channel("1.1").is_none(), "{told:?}");
        }
    }
    // A list tells whose name it is.
    let mut talk = Talk::live(&[]);
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.1")]));
    talk.input(Input::Refresh);
    talk.list(&["1.1"]);
    ask(&mut talk, Command::HangUp(id("1.1")));
    assert_eq!(talk.waiting(), ["WaitEvent", "Hangup"]);
}

#[test]
fn a_channel_renamed_while_it_is_asked_for_is_asked_for_again() {
    let mut talk = Talk::live(&["1.1"]);
    let rename = |to: &str| format!("event='Rename' newname='PJSIP/{to}' uniqueid='1.1'");
    let item = |name: &str| {
        let item = listed("1.1").replace("CoreShowChannel'", "Status'");
        item.replace("PJSIP/1.1", &format!("PJSIP/{name}"))
    };
    talk.answer("WaitEvent", &happened(&[&rename("b")]));
    ask(&mut talk, Command::HangUp(id("1.1")));
    talk.answer("WaitEvent", &happened(&[&rename("c")]));
    talk.answer("Status", &body(&[SUCCESS, &item("b")]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Status"]);
    talk.answer("Status", &body(&[SUCCESS, &item("c")]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Hangup"]);
    assert!(
        talk.posted
            .iter()
            .all(|b| !b.contains("=Hangup&") || b.contains("PJSIP%2Fc"))
    );
    // And one that gets a pattern's name meanwhile is not touched.
    let mut talk = Talk::live(&["1.1"]);
    talk.answer("WaitEvent", &happened(&[&rename("b")]));
    ask(&mut talk, Command::HangUp(id("1.1")));
    let pattern = "event='Rename' newname='&#127;/.*/' uniqueid='1.1'";
    talk.answer("WaitEvent", &happened(&[pattern]));
    talk.answer("Status", &body(&[SUCCESS, &item("b")]));
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn an_act_pressed_twice_is_sent_once() {
    for command in [Command::HangUp(id("1.1")), transfer("1.1", None)] {
        let mut talk = Talk::live(&["1.1"]);
        ask(&mut talk, command.clone());
        ask(&mut talk, command);
        assert_eq!(talk.waiting().len(), 2, "{:?}", talk.waiting());
    }
}

fn ask(talk: &mut Talk, command: Command) {
    talk.console.ask(command, talk.now);
    talk.drain();
}

fn transfer(channel: &str, with: Option<&str>) -> Command {
    Command::Transfer {
        channel: id(channel),
        with: with.map(id),
        exten: Exten::new("801").expect("exten"),
        context: Context::new("target").expect("context"),
    }
}

#[test]
fn an_action_uses_the_name_that_the_channel_has_now() {
    let mut talk = Talk::live(&["1.1"]);
    let rename = "event='Rename' channel='PJSIP/1.1' newname='PJSIP/new' uniqueid='1.1'";
    talk.answer("WaitEvent", &happened(&[rename]));
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    let item = listed("1.1").replace("CoreShowChannel'", "Status'");
    let item = item.replace("PJSIP/1.1", "PJSIP/new");
    talk.answer("Status", &body(&[SUCCESS, &item]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Hangup"]);
    assert!(
        talk.posted
            .last()
            .is_some_and(|b| b.contains("Channel=PJSIP%2Fnew"))
    );
}

// Logging off.

#[test]
fn logging_off_gives_everything_up_and_ends_the_session_on_the_server() {
    let mut talk = Talk::live(&["1.1"]);
    talk.input(Input::SignOut);
    assert_eq!(talk.waiting(), ["Logoff"]);
    assert_eq!(
        *talk.phase(),
        Phase::SignedOut(SignedOut::LoggedOff(LogOff::Asked))
    );
    assert_eq!(talk.console.board().len(), 0);
    talk.answer(
        "Logoff",
        &body(&["response='Goodbye' message='Thanks for all the fish.'"]),
    );
    assert_eq!(
        *talk.phase(),
        Phase::SignedOut(SignedOut::LoggedOff(LogOff::Confirmed))
    );
}

#[test]
fn a_log_off_that_could_not_be_told_says_so() {
    let mut talk = Talk::live(&[]);
    talk.input(Input::SignOut);
    talk.fail("Logoff");
    assert_eq!(
        *talk.phase(),
        Phase::SignedOut(SignedOut::LoggedOff(LogOff::Unconfirmed))
    );
}

#[test]
fn a_log_in_right_after_a_log_off_waits_for_its_answer() {
    let mut talk = Talk::live(&[]);
    talk.input(Input::SignOut);
    talk.sign_in();
    assert_eq!(
        talk.waiting(),
        ["Logoff"],
        "its answer still carries the old cookie"
    );
    talk.answer("Logoff", &body(&["response='Goodbye'"]));
    talk.challenge_and_login();
    talk.list(&[]);
    assert!(talk.phase().is_live());
}

// Doubt.

#[test]
fn a_late_server_is_doubted_and_trusted_again_when_it_answers() {
    let mut talk = Talk::live(&["1.1"]);
    talk.sleep();
    assert!(matches!(talk.phase(), Phase::Late { .. }));
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.2")]));
    assert!(talk.phase().is_live());
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
    assert!(talk.aborted.is_empty());
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}

#[test]
fn an_action_on_a_doubtful_row_looks_at_the_channel_first() {
    let mut talk = Talk::live(&["1.1"]);
    talk.sleep();
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent", "Status"]);
    let item = listed("1.1").replace("CoreShowChannel'", "Status'");
    talk.answer("Status", &body(&[SUCCESS, &item]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Hangup"]);
    // And nothing is done to one that is gone.
    let mut talk = Talk::live(&["1.1"]);
    talk.sleep();
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    talk.answer(
        "Status",
        &body(&["response='Error' message='No such channel'"]),
    );
    assert!(!talk.waiting().contains(&"Hangup"));
    let refused = Outcome::Refused("No such channel".into());
    assert_eq!(note(&talk, "1.1"), Some((Act::HangUp, Some(refused))));
}

#[test]
fn an_action_that_nobody_answers_makes_the_board_late_within_three_seconds() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    let late = talk.sleep();
    assert!(late <= Duration::from_secs(3), "{late:?}");
    assert!(matches!(talk.phase(), Phase::Late { .. }));
}

#[test]
fn a_server_that_says_it_goes_down_is_not_called_unreachable() {
    let mut talk = Talk::live(&["1.1"]);
    talk.answer("WaitEvent", &happened(&["event='Shutdown' restart='True'"]));
    talk.fail("WaitEvent");
    let Phase::Reconnecting { trouble, .. } = talk.phase() else {
        panic!("{:?}", talk.phase());
    };
    assert_eq!(*trouble, Trouble::Restarting);
}

#[test]
fn a_new_connection_refused_while_another_stands_names_the_limit() {
    let mut talk = Talk::live(&["1.1"]);
    talk.now = talk.now + Duration::from_millis(1);
    talk.input(Input::Refresh);
    talk.fail("CoreShowChannels");
    let Phase::Reconnecting { trouble, .. } = talk.phase() else {
        panic!("{:?}", talk.phase());
    };
    assert!(matches!(trouble, Trouble::Full(_)), "{trouble:?}");
}

#[test]
fn an_answer_that_trickles_in_is_waited_for_but_not_for_ever() {
    let mut talk = Talk::live(&["1.1"]);
    let wait = *talk.open.keys().next().expect("a poll");
    for _ in 0..20 {
        talk.now = talk.now + Duration::from_secs(5);
        talk.input(Input::Progress(wait));
        talk.input(Input::Tick);
    }
    assert!(
        matches!(talk.phase(), Phase::Late { .. }),
        "{:?}",
        talk.phase()
    );
    for _ in 0..20 {
        talk.now = talk.now + Duration::from_secs(5);
        talk.input(Input::Progress(wait));
        talk.input(Input::Tick);
    }
    assert!(talk.aborted.contains(&wait));
}

#[test]
fn what_was_cut_off_is_known_to_be_done_as_soon_as_the_board_shows_it() {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    talk.fail("Hangup");
    talk.fail("WaitEvent");
    assert!(matches!(
        note(&talk, "1.1"),
        Some((Act::HangUp, Some(Outcome::Unknown(_))))
    ));
    talk.sleep();
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.2"]);
    let told = talk.console.take_orphans();
    let outcomes: Vec<_> = told.into_iter().filter_map(|o| o.note.outcome).collect();
    let notes = note(&talk, "1.1").and_then(|(_, outcome)| outcome);
    assert!(
        outcomes.contains(&Outcome::Shown) || notes == Some(Outcome::Shown),
        "{outcomes:?} {notes:?}"
    );
    assert_eq!(
        talk.posted
            .iter()
            .filter(|b| b.contains("=Hangup&"))
            .count(),
        1
    );
}

#[test]
fn a_page_that_slept_lists_everything_again() {
    let mut talk = Talk::live(&["1.1"]);
    talk.now = talk.now + Duration::from_secs(3600);
    // The answer had come while nobody was awake to take it.
    talk.answer("WaitEvent", &happened(&[]));
    assert_eq!(talk.waiting(), ["Ping"]);
    talk.answer("Ping", &body(&[SUCCESS]));
    talk.answer("Events", &body(&[SUCCESS]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["9.1"]);
    assert_eq!(talk.rows(), ["9.1"]);
}

#[test]
fn nobody_there_for_too_long_is_logged_off() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.set_idle_limit(Some(Duration::from_secs(60)));
    for _ in 0..5 {
        talk.now = talk.now + Duration::from_secs(10);
        talk.answer("WaitEvent", &happened(&[]));
    }
    talk.input(Input::Active);
    for _ in 0..5 {
        talk.now = talk.now + Duration::from_secs(10);
        talk.answer("WaitEvent", &happened(&[]));
        talk.input(Input::Tick);
    }
    assert!(talk.phase().is_live());
    talk.now = talk.now + Duration::from_secs(10);
    talk.input(Input::Tick);
    assert_eq!(
        *talk.phase(),
        Phase::SignedOut(SignedOut::Idle(LogOff::Asked))
    );
    assert_eq!(talk.waiting(), ["Logoff"]);
    assert!(talk.rows().is_empty());
}

#[test]
fn a_server_without_post_is_talked_to_by_get() {
    let mut talk = Talk::begin();
    talk.answer_with("Ping", 501, b"Not Implemented");
    assert_eq!(talk.ways.last(), Some(&Way::Get));
    talk.answer(
        "Ping",
        &body(&["response='Error' message='Authentication Required'"]),
    );
    assert_eq!(*talk.phase(), Phase::SignedOut(SignedOut::NotYet));
    talk.sign_in();
    talk.challenge_and_login();
    talk.list(&["1.1"]);
    assert!(talk.ways[1..].iter().all(|way| *way == Way::Get));
    // Events come with any answer there.
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    let newcomer = whole(&event("Newchannel", "1.2"));
    talk.answer("Hangup", &body(&[SUCCESS, &newcomer]));
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
}

#[test]
fn a_request_that_the_browser_sent_twice_leads_to_a_list() {
    let mut talk = Talk::live(&["1.1"]);
    talk.input(Input::EventsLost);
    talk.input(Input::EventsLost);
    assert!(talk.phase().is_live());
    talk.list(&["1.1", "1.2"]);
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
    assert_eq!(talk.waiting(), ["WaitEvent"]);
}
