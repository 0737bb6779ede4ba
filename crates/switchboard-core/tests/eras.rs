//! Whole conversations with each version, in its own recorded words: from log-in to log-off.
//!
//! How requests travel (1.4 takes GET alone) is not looked at here; what is said is.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::{LogOff, Outcome, Phase, SignedOut};
use support::talk::{DENIED, SUCCESS, Talk, body};
use support::{ALL, recording, recordings};
use switchboard_core::console::{Command, Target};

/// The same session gives the same challenge, however often it is asked.
fn challenge(talk: &mut Talk, version: &str) {
    while talk.waiting().contains(&"Challenge") {
        talk.answer("Challenge", &recording(version, "challenge"));
    }
}

/// A live board, all that was asked for answered as this version was recorded to answer.
fn live(version: &str) -> Talk {
    let mut talk = Talk::begin();
    talk.answer("Ping", &recording(version, "ping-no-login"));
    assert_eq!(
        *talk.phase(),
        Phase::SignedOut(SignedOut::NotYet),
        "{version}"
    );
    talk.sign_in();
    challenge(&mut talk, version);
    talk.answer("Login", &recording(version, "login-md5"));
    while let Some(action) = talk.waiting().first().map(|action| (*action).to_owned()) {
        if action == "WaitEvent" {
            break;
        }
        let answer = match action.as_str() {
            // Every version that has it says no more than that; none was recorded.
            "Filter" => body(&[SUCCESS]),
            other => recording(version, &other.to_lowercase()),
        };
        talk.answer(&action, &answer);
    }
    assert!(talk.phase().is_live(), "{version}: {:?}", talk.phase());
    talk
}

#[test]
fn every_version_is_logged_in_to_listed_watched_and_logged_off() {
    for version in ALL {
        let mut talk = live(version);
        let listed = talk.rows();
        // 1.8 and 1.4 have no conference, which is four channels.
        let wanted = match version {
            "1.4.44" => 14,
            "1.8.32.3" => 18,
            _ => 22,
        };
        assert_eq!(listed.len(), wanted, "{version}");
        assert!(
            talk.console.session().abilities().lists_channels,
            "{version}"
        );
        assert_eq!(talk.console.board().len(), wanted, "{version}");

        // A call comes and goes while we watch.
        let mut most = 0;
        for reply in recordings(version) {
            if reply.name.starts_with("call-simple-live-") {
                while !talk.waiting().contains(&"WaitEvent") {
                    talk.sleep();
                }
                talk.answer("WaitEvent", &reply.body);
                most = most.max(talk.rows().len());
            }
        }
        assert!(talk.phase().is_live(), "{version}: {:?}", talk.phase());
        assert_eq!(talk.rows(), listed, "{version}");
        assert!(most >= wanted + 2, "{version}: {most}");

        talk.input(ajam::session::Input::SignOut);
        talk.answer("Logoff", &recording(version, "logoff"));
        let off = Phase::SignedOut(SignedOut::LoggedOff(LogOff::Confirmed));
        assert_eq!(*talk.phase(), off, "{version}");
    }
}

#[test]
fn every_version_tells_a_refusal_a_missing_right_and_an_ended_session_apart() {
    for version in ALL {
        let mut talk = live(version);
        let id = Uniqueid::new(&talk.rows()[0]).expect("a row");
        let note = |talk: &Talk| {
            talk.console
                .note(&Target::from(&id))
                .and_then(|note| note.outcome.clone())
        };
        let ask = |talk: &mut Talk, command| {
            talk.console.ask(command, talk.now);
            talk.drain();
        };
        let transfer = || Command::Transfer {
            channel: id.clone(),
            exten: Exten::new("801").expect("fit"),
            context: Context::new("target").expect("fit"),
            with: None,
        };

        ask(&mut talk, Command::HangUp(id.clone()));
        talk.answer("Hangup", &recording(version, "hangup-ok"));
        assert_eq!(
            note(&talk),
            Some(Outcome::Done("Channel Hungup".into())),
            "{version}"
        );

        ask(&mut talk, transfer());
        look_up(&mut talk);
        talk.answer("Redirect", &recording(version, "redirect-missing-channel"));
        let Some(Outcome::Refused(words)) = note(&talk) else {
            panic!("{version}: {:?}", note(&talk));
        };
        assert!(
            words.starts_with("Channel does not exist"),
            "{version}: {words}"
        );

        // A missing right reads like an ended session from 1.8 on: a Ping tells.
        ask(&mut talk, transfer());
        look_up(&mut talk);
        talk.answer("Redirect", &recording(version, "permission-denied"));
        talk.answer("Ping", &recording(version, "ping"));
        assert_eq!(
            note(&talk),
            Some(Outcome::Refused("Permission denied".into())),
            "{version}"
        );
        assert!(talk.phase().is_live(), "{version}");

        // And a session that has ended is opened anew with the secret at hand.
        talk.answer("WaitEvent", &recording(version, "waitevent-expired"));
        challenge(&mut talk, version);
        assert_eq!(talk.waiting(), ["Login"], "{version}");
    }
}

#[test]
fn an_empty_wait_and_a_displaced_one_are_told_apart_on_every_version() {
    for version in ALL {
        let mut talk = live(version);
        talk.answer("WaitEvent", &recording(version, "waitevent-empty"));
        assert!(talk.phase().is_live(), "{version}");
        while !talk.waiting().contains(&"WaitEvent") {
            talk.sleep();
        }
        talk.answer("WaitEvent", &recording(version, "waitevent-displaced"));
        assert_eq!(*talk.phase(), Phase::TakenOver, "{version}");
    }
}

#[test]
fn what_a_version_lacks_is_lacking_and_not_broken() {
    for version in ALL {
        let talk = live(version);
        let abilities = talk.console.session().abilities();
        assert!(
            abilities.may("Redirect") && abilities.may("Hangup"),
            "{version}"
        );
        let has = |action| abilities.may(action);
        assert_eq!(has("CoreShowChannels"), version != "1.4.44", "{version}");
        let bridges = !matches!(version, "1.4.44" | "1.8.32.3" | "11.25.3");
        assert_eq!(has("BridgeList"), bridges, "{version}");
        // Two that talk are shown to do so all the same, and a parked one with its space.
        let pbx = talk.console.pbx();
        let joined = pbx
            .channels()
            .filter(|c| pbx.only_peer(&c.uniqueid).is_some());
        assert!(joined.count() >= 2, "{version}");
        let parked = pbx.channels().find_map(|c| c.parked.as_ref());
        assert_eq!(parked.map(|p| p.space.as_str()), Some("832"), "{version}");
    }
}

#[test]
fn a_wrong_secret_is_refused_in_the_words_of_every_version() {
    for version in ALL {
        let mut talk = Talk::begin();
        talk.answer("Ping", &body(&[DENIED]));
        talk.sign_in();
        challenge(&mut talk, version);
        talk.answer("Login", &recording(version, "login-wrong-secret"));
        let refused = SignedOut::Refused("Authentication failed".into());
        assert_eq!(*talk.phase(), Phase::SignedOut(refused), "{version}");
    }
}

/// Where the account may ask, it is asked whether the number is there.
fn look_up(talk: &mut Talk) {
    if talk.waiting().contains(&"Getvar") {
        talk.answer(
            "Getvar",
            &support::talk::body(&["response='Success' value='1'"]),
        );
    }
}
