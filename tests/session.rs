//! Conversations with a scripted Asterisk.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use support::talk::{DENIED, SUCCESS, Talk, body, event, happened, listed};
use switchboard::ami::Uniqueid;
use switchboard::ami::action::{Context, Exten};
use switchboard::console::{Command, Note, Verb};
use switchboard::session::{Input, LogOff, Outcome, Phase, SignedOut, Trouble};

fn id(text: &str) -> Uniqueid {
    Uniqueid::new(text).expect("an id")
}

fn note(talk: &Talk, id: &str) -> Option<(Verb, Option<Outcome>)> {
    talk.console
        .note(id)
        .map(|Note { verb, outcome, .. }| (*verb, outcome.clone()))
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
    talk.answer("Challenge", &body(&["response='Success' challenge='123'"]));
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
    talk.answer("Challenge", &body(&["response='Success' challenge='123'"]));
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
    talk.answer("Challenge", &body(&["response='Success' challenge='123'"]));
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
fn a_cookie_that_is_not_kept_is_named_and_not_tried_for_ever() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    talk.answer("ListCommands", &body(&[DENIED]));
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
    talk.answer("WaitEvent", &happened(&[]));
    talk.list(&["1.2"]);
    assert_eq!(talk.rows(), ["1.2"]);
    assert!(talk.phase().is_live());
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
            retry_at: Some(_)
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
    let waited = talk.sleep();
    assert!(waited <= Duration::from_secs(40), "{waited:?}");
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
        (503, "<html>", Trouble::Http(503)),
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
    assert_eq!(note(&talk, "1.1"), Some((Verb::HangUp, None)));
    talk.answer(
        "Hangup",
        &body(&["response='Success' message='Channel Hungup'"]),
    );
    let done = Outcome::Done("Channel Hungup".into());
    assert_eq!(note(&talk, "1.1"), Some((Verb::HangUp, Some(done))));
    assert_eq!(
        talk.rows(),
        ["1.1"],
        "the answer does not take the row away"
    );
    talk.answer("WaitEvent", &happened(&[&event("Hangup", "1.1")]));
    assert!(talk.rows().is_empty());
}

#[test]
fn a_refusal_stands_beside_the_row_in_asterisks_words() {
    let mut talk = Talk::live(&["1.1"]);
    talk.console.ask(
        Command::Transfer {
            channel: id("1.1"),
            exten: Exten::new("801").expect("exten"),
            context: Context::new("target").expect("context"),
            both: false,
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
    assert_eq!(note(&talk, "1.1"), Some((Verb::Transfer, refused)));
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
        assert_eq!(note(&talk, "1.1"), Some((Verb::HangUp, refused)));
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
    assert_eq!(note(&talk, "1.1"), Some((Verb::HangUp, Some(unknown))));
    talk.fail("WaitEvent");
    talk.sleep();
    talk.answer("Ping", &body(&[SUCCESS]));
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
        Some((Verb::HangUp, Some(Outcome::NotConnected)))
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
    assert_eq!(orphans[0].channel, "PJSIP/1.1");
    assert_eq!(
        orphans[0].note.outcome,
        Some(Outcome::Refused("No such channel".into()))
    );
}

#[test]
fn a_channel_named_like_a_pattern_is_never_sent() {
    let mut talk = Talk::live(&[]);
    let odd = event("Newchannel", "1.1").replace("PJSIP/1.1", "/.*/");
    talk.answer("WaitEvent", &happened(&[&odd]));
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent"]);
    assert_eq!(
        note(&talk, "1.1"),
        Some((Verb::HangUp, Some(Outcome::NoChannel))),
        "in our words, not in words put into Asterisk's mouth"
    );
}

#[test]
fn an_action_uses_the_name_that_the_channel_has_now() {
    let mut talk = Talk::live(&["1.1"]);
    let rename = "event='Rename' channel='PJSIP/1.1' newname='PJSIP/new' uniqueid='1.1'";
    talk.answer("WaitEvent", &happened(&[rename]));
    talk.console.ask(Command::HangUp(id("1.1")), talk.now);
    talk.drain();
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
