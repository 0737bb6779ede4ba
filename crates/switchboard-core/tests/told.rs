//! What is believed, and how the board finds out that it is not told everything.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::event::is_read;
use ajam::ami::{EventKind, xml};
use ajam::session::{Input, Lack, Missing, Phase, Topic, Trouble, Way};
use support::talk::{DENIED, SUCCESS, Talk, body, event, happened, listed, whole};
use support::{ALL, MODERN, OWN, events, recordings};

/// A body of an answer to `WaitEvent` with these packets as they are.
fn raw(packets: &[&str]) -> String {
    let mut all = vec!["response='Success' message='Waiting for Event completed.'"];
    all.extend(packets);
    all.push("event='WaitEventComplete'");
    body(&all)
}

fn lists(talk: &Talk) -> usize {
    let lists = talk.posted.iter();
    lists.filter(|form| form.contains("=BridgeList&")).count()
}

/// A live board on a server that answers no comparison by itself.
fn doubted(channels: &[&str]) -> Talk {
    let mut talk = Talk::live(channels);
    talk.agrees = false;
    talk
}

/// Answers `WaitEvent` with nothing until the channels are asked for, to be compared or for a list.
fn until_asked(talk: &mut Talk) {
    let begun = talk.now;
    while !talk.waiting().contains(&talk.lister()) {
        let due = talk.console.wake_at().expect("something to wake for");
        talk.now = talk.now.max(due);
        talk.input(Input::Tick);
        assert!(talk.now.since(begun) < Duration::from_secs(60), "never");
        if talk.now.since(begun) > Duration::from_secs(1) && talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &happened(&[]));
        }
    }
}

/// The next comparison finds these channels; when what was on its way has come, a list follows or
/// not. Whether it did.
fn compare(talk: &mut Talk, channels: &[&str]) -> bool {
    until_asked(talk);
    assert!(talk.compares());
    let before = lists(talk);
    let lister = talk.lister();
    talk.list_channels_by(lister, channels);
    for _ in 0..4 {
        talk.now = talk.now + Duration::from_secs(1);
        talk.input(Input::Tick);
        if talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &happened(&[]));
        }
    }
    lists(talk) > before
}

/// Time passes, and nothing more differs: what seemed to be missing is taken for missing.
fn become_certain(talk: &mut Talk) {
    talk.agrees = true;
    for _ in 0..13 {
        talk.now = talk.now + Duration::from_secs(1);
        talk.input(Input::Tick);
        if talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &happened(&[]));
        }
    }
    talk.agrees = false;
}

// What is believed.

#[test]
fn no_event_that_a_server_has_sent_is_disbelieved() {
    for version in ALL.into_iter().chain(OWN) {
        let modern = MODERN.contains(&version) || OWN.contains(&version);
        for recording in recordings(version) {
            // What was written into these by the test that recorded them is what is meant.
            if recording.name.contains("crlf") || recording.name.contains("odd") {
                continue;
            }
            for event in events(&recording.body) {
                let item = event.action_id().is_some() && event.packet.get("privilege").is_none();
                let list = matches!(
                    event.kind,
                    EventKind::ListedChannel(_)
                        | EventKind::ListedBridge(_)
                        | EventKind::ListComplete
                );
                if !is_read(&event.name) || item || list || event.name.ends_with("Complete") {
                    assert!(!list || event.is_genuine_item(), "{version} {event:?}");
                    continue;
                }
                let name = &recording.name;
                assert!(event.is_genuine(modern), "{version} {name}: {event:?}");
            }
        }
    }
}

#[test]
fn no_packet_that_a_server_has_sent_is_taken_for_a_spoiled_one() {
    for version in ALL {
        for recording in recordings(version) {
            let start = xml::begin(&recording.body).unwrap_or(recording.body.len());
            let mut pieces = xml::Pieces::from(&recording.body, start);
            let at = format!("{version} {}", recording.name);
            assert!(pieces.all(|piece| piece.is_one()), "{at}");
        }
    }
}

#[test]
fn an_item_counts_only_with_the_id_of_its_own_list_and_that_cannot_be_guessed() {
    let mut talk = Talk::live(&["1.1"]);
    let mut forms = talk.posted.iter();
    let form = forms.find(|form| form.contains("=CoreShowChannels&"));
    let id = form.and_then(|form| form.split("ActionID=").nth(1));
    let id = id.expect("an id").to_owned();
    assert!(id.len() > 20, "{id}");
    talk.input(Input::Refresh);
    // Between the items stands what a caller has written, with an id that was good once.
    let forged = format!("{} actionid='{id}'", listed("6.6"));
    for _ in 0..3 {
        let form = talk.form("CoreShowChannels");
        let ours = form.split("ActionID=").nth(1).expect("an id").to_owned();
        let items = ["1.1", "1.2", "1.3"].map(|item| format!("{} actionid='{ours}'", listed(item)));
        let packets = [SUCCESS, &items[0], &items[1], &forged, &items[2]];
        talk.answer_with("CoreShowChannels", 200, body(&packets).as_bytes());
        for name in ["BridgeList", "ParkedCalls"] {
            talk.answer(name, &body(&[SUCCESS]));
        }
    }
    // The one before it was cut, and may be another's; the list was asked for again, and not for ever.
    assert_eq!(talk.rows(), ["1.1", "1.3"]);
    assert!(talk.phase().is_live());
}

#[test]
fn an_event_that_lacks_what_its_version_writes_is_not_believed_and_leads_to_a_list() {
    let good = whole(&event("Hangup", "1.1"));
    for lost in ["privilege", "uniqueid", "channel", "linkedid", "cause"] {
        let start = good.find(&format!(" {lost}='")).expect("a header");
        let end = start + lost.len() + 3;
        let end = end + good[end..].find('\'').expect("an end") + 1;
        let bad = format!("{}{}", &good[..start], &good[end..]);
        let mut talk = Talk::live(&["1.1", "1.2"]);
        talk.answer("WaitEvent", &raw(&[&bad]));
        assert_eq!(talk.rows(), ["1.1", "1.2"], "without {lost}");
        assert!(talk.console.session().is_listing(), "without {lost}");
        talk.list(&["1.2"]);
        assert_eq!(talk.rows(), ["1.2"]);
        assert!(talk.phase().is_live());
    }
}

#[test]
fn whole_events_written_into_another_one_are_not_believed() {
    let mut talk = Talk::live(&["1.1", "1.2"]);
    let begins = whole(&event("Newchannel", "1.3"));
    let cut = begins.find(" exten='").expect("a header");
    let (head, rest) = begins.split_at(cut);
    let forged = [
        whole(&event("Hangup", "1.1")),
        whole(&event("Newchannel", "6.6")),
    ];
    talk.answer(
        "WaitEvent",
        &raw(&[
            head,
            &forged[0],
            &forged[1],
            rest,
            &whole(&event("Newchannel", "1.4")),
        ]),
    );
    assert_eq!(talk.rows(), ["1.1", "1.2", "1.4"]);
    talk.list(&["1.1", "1.2", "1.3", "1.4"]);
    assert_eq!(talk.rows(), ["1.1", "1.2", "1.3", "1.4"]);
}

#[test]
fn an_unreadable_packet_leads_to_a_list_and_one_spoiled_each_time_to_ever_rarer_ones() {
    let mut talk = Talk::live(&["1.1"]);
    let spoiled = raw(&["event='Hangup' =''x uniqueid='1.1'"]);
    talk.answer("WaitEvent", &spoiled);
    assert!(talk.phase().is_live());
    talk.list(&[]);
    assert!(talk.rows().is_empty());
    let (before, begun) = (lists(&talk), talk.now);
    while talk.now.since(begun) < Duration::from_secs(600) {
        talk.now = talk.now + Duration::from_millis(500);
        if talk.waiting().contains(&"WaitEvent") {
            talk.answer("WaitEvent", &spoiled);
        }
        talk.input(Input::Tick);
        if talk.console.session().is_listing() {
            talk.list(&[]);
        }
    }
    let more = lists(&talk) - before;
    assert!((5..25).contains(&more), "{more}");
}

// Lists that are refused, and ways that are closed.

#[test]
fn who_may_not_list_keeps_the_rows_at_a_refresh() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    let refuse = |talk: &mut Talk| {
        for action in ["CoreShowChannels", "Status", "ParkedCalls"] {
            talk.answer(action, &body(&[DENIED]));
        }
        talk.answer("BridgeList", &body(&[SUCCESS]));
    };
    talk.answer("CoreSettings", &body(&[DENIED]));
    talk.answer("ListCommands", &body(&[SUCCESS]));
    refuse(&mut talk);
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.1")]));
    assert_eq!(talk.rows(), ["1.1"]);
    talk.input(Input::Refresh);
    refuse(&mut talk);
    assert_eq!(talk.rows(), ["1.1"]);
    assert!(talk.phase().is_live());
    assert!(!talk.console.session().abilities().lists_channels);
}

#[test]
fn one_501_behind_posts_that_worked_is_a_trouble_like_any_other() {
    let mut talk = Talk::live(&["1.1"]);
    talk.answer_with("WaitEvent", 501, b"");
    let Phase::Reconnecting { trouble, .. } = talk.phase() else {
        panic!("{:?}", talk.phase());
    };
    assert_eq!(*trouble, Trouble::Http(501));
    talk.sleep();
    assert_eq!(talk.ways.last(), Some(&Way::Post));
}

#[test]
fn one_501_before_any_post_worked_takes_no_answer_to_a_challenge_into_an_address() {
    let mut talk = Talk::begin();
    talk.fail("Ping");
    talk.sign_in();
    talk.answer_with("Challenge", 501, b"");
    assert_eq!(talk.ways.last(), Some(&Way::Get));
    assert_eq!(talk.waiting(), ["Ping"]);
    // In the words of 1.6 and later: GET was wrong.
    talk.answer("Ping", &body(&[DENIED]));
    talk.challenge_and_login();
    talk.list(&["1.1"]);
    assert!(talk.phase().is_live());
    let by_get = talk
        .ways
        .iter()
        .zip(&talk.posted)
        .filter(|(way, _)| **way == Way::Get);
    let by_get: Vec<_> = by_get.map(|(_, form)| form).collect();
    assert!(
        by_get.iter().all(|form| form.contains("=Ping&")),
        "{by_get:?}"
    );
}

// What does not come.

#[test]
fn an_account_that_gets_no_call_events_is_told_and_lists_instead() {
    let mut talk = doubted(&["1.1", "1.2"]);
    assert!(compare(&mut talk, &["1.2", "1.3"]));
    talk.list(&["1.2", "1.3"]);
    assert_eq!(talk.rows(), ["1.2", "1.3"]);
    become_certain(&mut talk);
    assert!(talk.console.session().missing().calls);
    // What else comes in that class does not come either.
    for topic in [Topic::Channels, Topic::Extensions] {
        let lack = talk.console.session().lack(topic);
        assert_eq!(lack, Some(Lack::Events("call")), "{topic:?}");
    }
    assert_eq!(
        talk.console.session().lists_every(),
        Some(Duration::from_secs(10))
    );
    let begun = talk.now;
    until_asked(&mut talk);
    assert!(talk.now.since(begun) <= Duration::from_secs(10));
    talk.list(&["1.3"]);
    assert_eq!(talk.rows(), ["1.3"]);
    // One is enough to know better.
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.4")]));
    assert_eq!(talk.console.session().missing(), Missing::default());
    assert_eq!(talk.console.session().lists_every(), None);
}

#[test]
fn nobody_is_blamed_for_events_that_a_broken_connection_took_along() {
    let mut talk = doubted(&["1.1"]);
    assert!(compare(&mut talk, &["1.1", "1.2"]));
    talk.list(&["1.1", "1.2"]);
    // The browser had sent the WaitEvent again, which is found out when that is answered.
    talk.input(Input::EventsLost);
    talk.list(&["1.1", "1.2"]);
    become_certain(&mut talk);
    assert_eq!(talk.console.session().missing(), Missing::default());
    assert_eq!(talk.rows(), ["1.1", "1.2"]);
}

#[test]
fn an_account_that_hears_of_no_end_is_told_so() {
    let mut talk = doubted(&["1.1"]);
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.2")]));
    talk.now = talk.now + Duration::from_secs(1);
    assert!(compare(&mut talk, &["1.2"]));
    talk.list(&["1.2"]);
    become_certain(&mut talk);
    let missing = talk.console.session().missing();
    assert!(
        missing.hangup && !missing.calls && !missing.newchannel,
        "{missing:?}"
    );
    assert_eq!(talk.rows(), ["1.2"]);
}

#[test]
fn a_channel_that_only_core_show_channels_names_is_no_row_and_no_fault_of_the_accounts() {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    let commands = "response='Success' status='x' coreshowchannels='x'";
    talk.answer("ListCommands", &body(&[commands]));
    talk.list(&["1.1", "1.2"]);
    talk.agrees = false;
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "1.3")]));
    talk.now = talk.now + Duration::from_secs(1);
    assert!(compare(&mut talk, &["1.2", "1.3"]));
    // A ChanSpy listens for it: the one goes on naming it.
    talk.list_channels_by("CoreShowChannels", &["1.1", "1.2", "1.3"]);
    talk.list_channels_by("Status", &["1.2", "1.3"]);
    for name in ["BridgeList", "ParkedCalls"] {
        talk.answer(name, &body(&[SUCCESS]));
    }
    assert_eq!(talk.rows(), ["1.2", "1.3"]);
    assert_eq!(talk.console.session().missing(), Missing::default());
    // Nor does a refresh bring it back.
    talk.input(Input::Refresh);
    assert!(!talk.waiting().contains(&"CoreShowChannels"));
}

#[test]
fn an_account_that_hears_of_no_beginning_is_told_so() {
    let mut talk = doubted(&["1.1"]);
    let begun = [event("Newstate", "1.2"), event("Newstate", "1.3")];
    talk.answer("WaitEvent", &happened(&[&begun[0], &begun[1]]));
    assert_eq!(talk.rows(), ["1.1", "1.2", "1.3"]);
    compare(&mut talk, &["1.1", "1.2", "1.3"]);
    become_certain(&mut talk);
    assert!(talk.console.session().missing().newchannel);
}

#[test]
fn what_an_event_on_its_way_explains_leads_to_no_list() {
    let mut talk = doubted(&["1.1"]);
    until_asked(&mut talk);
    let before = lists(&talk);
    let lister = talk.lister();
    talk.list_channels_by(lister, &["1.2"]);
    assert_eq!(talk.rows(), ["1.1"], "and nothing flickers");
    let (ends, begins) = (event("Hangup", "1.1"), event("Newchannel", "1.2"));
    talk.answer("WaitEvent", &happened(&[&ends, &begins]));
    for _ in 0..5 {
        talk.now = talk.now + Duration::from_secs(1);
        talk.input(Input::Tick);
    }
    assert_eq!(lists(&talk), before);
    assert_eq!(talk.rows(), ["1.2"]);
    assert_eq!(talk.console.session().missing(), Missing::default());
}

#[test]
fn nothing_is_compared_in_a_storm_of_calls() {
    let mut talk = doubted(&[]);
    let begun = talk.now;
    let mut n = 0;
    while talk.now.since(begun) < Duration::from_secs(120) {
        talk.now = talk.now + Duration::from_millis(500);
        talk.input(Input::Tick);
        if talk.waiting().contains(&"WaitEvent") {
            let events: Vec<String> = (0..100)
                .map(|k| event(["Newchannel", "Hangup"][k % 2], &format!("1.{}", n + k / 2)))
                .collect();
            n += 50;
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            talk.answer("WaitEvent", &happened(&events));
        }
        assert!(!talk.compares());
    }
}

#[test]
fn locations_that_nobody_tells_of_are_not_known() {
    let mut talk = doubted(&["1.1"]);
    talk.answer("WaitEvent", &happened(&[&event("Newstate", "1.1")]));
    assert!(talk.console.session().knows(Topic::Locations));
    for exten in ["7", "8"] {
        until_asked(&mut talk);
        let item = listed("1.1").replace("exten='s'", &format!("exten='{exten}'"));
        let lister = talk.lister();
        talk.answer(lister, &body(&[SUCCESS, &item]));
        for _ in 0..4 {
            talk.now = talk.now + Duration::from_secs(1);
            talk.input(Input::Tick);
            if talk.waiting().contains(&"WaitEvent") {
                talk.answer("WaitEvent", &happened(&[]));
            }
        }
        if talk.console.session().is_listing() {
            talk.answer(talk.lister(), &body(&[SUCCESS, &item]));
            for name in ["BridgeList", "ParkedCalls"] {
                talk.answer(name, &body(&[SUCCESS]));
            }
        }
    }
    become_certain(&mut talk);
    assert!(talk.console.session().missing().newexten);
    assert!(!talk.console.session().knows(Topic::Locations));
    assert_eq!(talk.console.session().lists_every(), None);
}
