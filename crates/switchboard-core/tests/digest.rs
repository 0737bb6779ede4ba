//! Conversations without a cookie, with a scripted Asterisk.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::session::{LogOff, Outcome, Phase, SignedOut, Trouble, Way};
use support::talk::{Talk, body, event, happened};
use switchboard_core::console::{Command, Target};

const ON: &str = "response='Success' events='On'";

/// A live board of this tab only.
fn live(channels: &[&str]) -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in_apart();
    talk.demand("Events", "aa", false);
    talk.answer("Events", &body(&[ON]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list_one_by_one(channels);
    assert!(talk.phase().is_live(), "{:?}", talk.phase());
    talk
}

/// The value behind `name=` in the newest `Authorization`.
fn part(talk: &Talk, name: &str) -> String {
    let header = talk.signed();
    let rest = header
        .split_once(&format!("{name}="))
        .map_or("", |(_, rest)| rest);
    let end = rest.find(',').unwrap_or(rest.len());
    rest[..end].trim_matches('"').to_owned()
}

#[test]
fn nothing_goes_by_cookie_and_the_secret_stays_here() {
    let talk = live(&["1.1"]);
    assert_eq!(talk.rows(), ["1.1"]);
    assert!(matches!(talk.ways[0], Way::Post));
    assert!(
        talk.ways[1..]
            .iter()
            .all(|way| matches!(way, Way::Digest(_)))
    );
    assert!(!format!("{:?} {:?}", talk.console, talk.ways).contains("hunter2"));
    assert!(!format!("{:?}", talk.ways).contains("response="));
}

#[test]
fn each_request_on_a_nonce_counts_one_more() {
    let mut talk = live(&[]);
    let before = part(&talk, "nc");
    talk.answer("WaitEvent", &happened(&[]));
    let after = part(&talk, "nc");
    let number = |text: &str| u32::from_str_radix(text, 16).unwrap_or_default();
    assert_eq!(number(&after), number(&before) + 1);
}

#[test]
fn an_old_nonce_is_changed_and_the_same_request_sent_again_with_nothing_lost() {
    let mut talk = live(&["1.1"]);
    for nonce in ["bb", "cc", "dd"] {
        talk.demand("WaitEvent", nonce, true);
        assert_eq!(part(&talk, "nonce"), nonce);
        assert_eq!(part(&talk, "nc"), "00000001");
        assert!(talk.phase().is_live());
        talk.answer("WaitEvent", &happened(&[&event("Newchannel", nonce)]));
    }
    assert_eq!(talk.rows(), ["1.1", "bb", "cc", "dd"]);
}

#[test]
fn an_action_signed_with_an_old_nonce_is_done_once() {
    let mut talk = live(&["1.1"]);
    let id = Uniqueid::new("1.1").expect("an id");
    talk.console.ask(Command::HangUp(id), talk.now);
    talk.drain();
    talk.demand("Hangup", "bb", true);
    talk.answer(
        "Hangup",
        &body(&["response='Success' message='Channel Hungup'"]),
    );
    let outcome = talk
        .console
        .note(&Target::from(&Uniqueid::new("1.1").expect("an id")))
        .and_then(|n| n.outcome.clone());
    assert_eq!(outcome, Some(Outcome::Done("Channel Hungup".into())));
}

#[test]
fn a_wrong_secret_is_refused_after_one_try() {
    let mut talk = Talk::signed_out();
    talk.sign_in_apart();
    talk.demand("Events", "aa", false);
    talk.demand("Events", "bb", false);
    let refused = SignedOut::Refused("Unauthorized".into());
    assert_eq!(*talk.phase(), Phase::SignedOut(refused));
    assert!(talk.open.is_empty());
}

#[test]
fn a_server_that_never_accepts_a_nonce_is_not_asked_for_ever() {
    let mut talk = Talk::signed_out();
    talk.sign_in_apart();
    for round in 0..100 {
        if talk.open.is_empty() {
            break;
        }
        talk.demand("Events", &format!("a{round}"), true);
    }
    let why = SignedOut::Unreachable(Trouble::Http(401));
    assert_eq!(*talk.phase(), Phase::SignedOut(why));
}

#[test]
fn after_a_break_the_wanted_events_are_named_again_and_everything_listed() {
    let mut talk = live(&["1.1"]);
    talk.fail("WaitEvent");
    talk.sleep();
    assert_eq!(talk.waiting(), ["Events"]);
    talk.answer("Events", &body(&[ON]));
    talk.answer("WaitEvent", &happened(&[]));
    talk.list_one_by_one(&["2.1"]);
    assert_eq!(talk.rows(), ["2.1"]);
    assert!(talk.phase().is_live());
}

#[test]
fn a_log_off_with_an_old_nonce_still_reaches_the_server() {
    let mut talk = live(&["1.1"]);
    talk.now = talk.now + Duration::from_secs(1);
    talk.input(ajam::session::Input::SignOut);
    talk.demand("Logoff", "bb", true);
    assert_eq!(part(&talk, "nonce"), "bb");
    talk.answer("Logoff", &body(&["response='Goodbye'"]));
    let off = SignedOut::LoggedOff(LogOff::Confirmed);
    assert_eq!(*talk.phase(), Phase::SignedOut(off));
}

#[test]
fn a_server_without_digest_says_so() {
    let mut talk = Talk::signed_out();
    talk.sign_in_apart();
    talk.answer_with("Events", 404, b"Not Found");
    let why = SignedOut::Unreachable(Trouble::NoDigest);
    assert_eq!(*talk.phase(), Phase::SignedOut(why));
}
