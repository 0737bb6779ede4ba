//! Recorded bodies of seven versions, read whole.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::BTreeMap;

use ajam::ami::event::EventKind;
use ajam::ami::message::{self, Message};
use ajam::ami::{ChannelState, Packet, xml};
use support::{ALL, MODERN, events, everywhere, recording};

#[test]
fn every_event_of_every_recording_is_found() {
    for recording in everywhere() {
        let mut found = BTreeMap::new();
        for event in events(&recording.body) {
            *found.entry(event.name.to_string()).or_insert(0) += 1;
        }
        let (version, name) = (&recording.version, &recording.name);
        assert_eq!(found, recording.events, "{version} {name}");
    }
}

#[test]
fn no_recorded_body_of_1_8_and_later_has_a_packet_that_cannot_be_read() {
    for recording in everywhere().filter(|r| r.version != "1.4.44") {
        let problems = xml::read(&recording.body).problems;
        let name = &recording.name;
        // An HTML page or nothing at all: the server refused the length of the body.
        let expected = if name.starts_with("post-") && problems == [xml::Problem::NotAjax] {
            vec![xml::Problem::NotAjax]
        } else {
            vec![]
        };
        assert_eq!(problems, expected, "{} {name}", recording.version);
    }
}

#[test]
fn headers_that_repeat_collide_or_begin_with_a_digit_are_all_kept() {
    for version in MODERN {
        let body = recording(version, "userevent-odd");
        let packets = xml::read(&body).packets;
        let of = |event: &str| -> Vec<(String, String)> {
            packets
                .iter()
                .find(|p| p.get("userevent").as_deref() == Some(event))
                .map(|p| {
                    p.headers()
                        .map(|(n, v)| (n.to_owned(), v.into_owned()))
                        .collect()
                })
                .unwrap_or_default()
        };
        let notes: Vec<_> = of("Repeat")
            .into_iter()
            .filter(|(n, _)| n.starts_with("note"))
            .collect();
        let notes: Vec<_> = notes
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            notes,
            [
                ("note", "one"),
                ("note-2", "two"),
                ("note-3", "three"),
                ("note", "four")
            ],
            "{version}"
        );
        assert_eq!(
            of("Collide")
                .iter()
                .filter(|(n, _)| n == "chan_var")
                .count(),
            3,
            "{version}"
        );
        assert!(
            of("Digit")
                .iter()
                .any(|(n, v)| n.ends_with("100rel") && v == "yes"),
            "{version}"
        );
        let opaque = of("Names").pop();
        assert_eq!(
            opaque,
            Some((
                "opaque_data".into(),
                "NoColonHere\nAfter: still here".into()
            )),
            "{version}"
        );
    }
}

#[test]
fn caller_names_come_through_as_they_were_set() {
    for version in MODERN {
        let names = |scenario: &str| -> Vec<String> {
            let body = recording(version, scenario);
            let mut names: Vec<_> = events(&body)
                .iter()
                .filter_map(|event| match &event.kind {
                    EventKind::Channel(block) => block.caller_name.as_deref().map(str::to_owned),
                    _ => None,
                })
                .filter(|name| !name.is_empty())
                .collect();
            names.sort();
            names.dedup();
            names
        };
        let control = names("names-control");
        assert!(
            control.contains(&"a\u{1}b\u{8}c\u{b}d".to_owned()),
            "{version} {control:?}"
        );
        assert!(
            control.contains(&"e\u{1f}f\u{7f}g\th".to_owned()),
            "{version} {control:?}"
        );
        assert_eq!(
            names("names-markup"),
            [
                "&lt;b&gt; 'x'",
                "<script>alert(1)</script>",
                "O'Brien & Sons",
                "a\"b\"c \\ d"
            ],
            "{version}"
        );
        let broken = names("names-cr-lf");
        assert!(
            broken.iter().any(|n| n.contains("\r\n")),
            "{version} {broken:?}"
        );
    }
}

#[test]
fn both_lists_of_channels_tell_the_same() {
    for version in MODERN {
        let list = |scenario: &str| -> BTreeMap<String, (Option<ChannelState>, String, String)> {
            let body = recording(version, scenario);
            events(&body)
                .iter()
                .filter_map(|event| match &event.kind {
                    EventKind::ListedChannel(item) => Some((
                        item.channel.uniqueid.to_string(),
                        (
                            item.channel.state,
                            item.application.clone().unwrap_or_default().to_string(),
                            item.bridge.to_string(),
                        ),
                    )),
                    _ => None,
                })
                .collect()
        };
        let (core, status) = (list("coreshowchannels"), list("status"));
        assert!(core.len() > 8, "{version}");
        for (id, item) in &core {
            assert_eq!(status.get(id), Some(item), "{version} {id}");
        }
    }
}

#[test]
fn answers_are_told_apart_by_success_and_by_words() {
    for version in ALL {
        for (scenario, success, words) in [
            ("login-ok", true, "Authentication accepted"),
            ("login-md5", true, "Authentication accepted"),
            ("login-wrong-secret", false, "Authentication failed"),
            ("login-unknown-user", false, "Authentication failed"),
            ("permission-denied", false, "Permission denied"),
            ("logoff", true, "Thanks for all the fish"),
            ("ping", true, ""),
        ] {
            let body = recording(version, scenario);
            let (messages, _) = message::messages(&body);
            let Some(Message::Answer(answer)) = messages.first() else {
                panic!("{version} {scenario}: no answer");
            };
            assert_eq!(answer.success, success, "{version} {scenario}");
            assert!(
                answer.message.starts_with(words),
                "{version} {scenario}: {}",
                answer.message
            );
            assert_eq!(
                answer.is_denied(),
                scenario == "permission-denied",
                "{version} {scenario}"
            );
        }
        let body = recording(version, "ping-no-login");
        let (messages, _) = message::messages(&body);
        let denied = matches!(messages.first(), Some(Message::Answer(a)) if a.is_denied());
        assert!(denied, "{version}");
    }
}

#[test]
fn a_displaced_waitevent_holds_nothing() {
    for version in ALL {
        let body = recording(version, "waitevent-displaced");
        let found = xml::read(&body);
        assert!(found.packets.iter().all(Packet::is_empty), "{version}");
        assert!(found.is_whole(), "{version}");
    }
}
