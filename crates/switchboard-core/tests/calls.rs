//! What people call a call: one row, whatever channels it is made of.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::ami::event::EventKind;
use ajam::session::Keep;
use ajam::time::Moment;
use support::scene::{Scene, ids};
use support::talk::body;
use support::{events, everywhere};
use switchboard_core::board::Table;
use switchboard_core::board::calls::{Call, CallTable};
use switchboard_core::live::{Calls, Pbx, Snapshot};
use switchboard_core::words::calls as words;

const ANNA: (&str, &str) = ("Anna Berg", "0301234567");
const DESK: (&str, &str) = ("", "201");

/// A scene, and the table that follows it.
#[derive(Default)]
struct Desk {
    scene: Scene,
    calls: Calls,
    table: CallTable,
}

impl Desk {
    fn follow(&mut self) {
        follow(
            &mut self.scene.pbx,
            &mut self.calls,
            &mut self.table,
            self.scene.now,
        );
    }

    /// Lets this happen, one frame after each event.
    fn when(&mut self, happens: impl FnOnce(&mut Scene)) -> &mut Self {
        happens(&mut self.scene);
        self.follow();
        self
    }

    /// The rows of the calls that live, each in words.
    fn says(&self) -> Vec<String> {
        rows(&self.table)
    }

    /// The names of those rows.
    fn names(&self) -> Vec<String> {
        let rows = (0..self.table.len()).filter_map(|place| self.table.row(place));
        let living = rows.filter(|row| row.ended.is_none());
        living.map(|row| row.id.to_string()).collect()
    }
}

fn follow(pbx: &mut Pbx, calls: &mut Calls, table: &mut CallTable, now: Moment) {
    let touched = pbx.take_touched();
    let changes = calls.follow(pbx, &touched);
    table.update(pbx, calls, changes, true, now);
}

fn rows(table: &Table<Call>) -> Vec<String> {
    let rows = (0..table.len()).filter_map(|place| table.row(place));
    rows.filter(|row| row.ended.is_none()).map(said).collect()
}

fn said(call: &Call) -> String {
    let (from, to) = (words::from(call).whole(), words::to(call).whole());
    format!("{from} > {to}: {}", words::state(&call.state))
}

/// Anna calls 100, which rings these phones.
fn ringing(phones: &[&str]) -> Desk {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene.leg("a", "a", ANNA, 4, "Dial").later(1);
        for phone in phones {
            scene
                .leg(phone, "a", ("", phone), 5, "AppDial")
                .rings("a", "a", phone);
        }
    });
    desk
}

/// Anna talks with 201.
fn talking() -> Desk {
    let mut desk = ringing(&["201"]);
    desk.when(|scene| {
        scene
            .later(5)
            .is("201", "a", 6)
            .dial_ends("a", "a", "201", "ANSWER")
            .is("a", "a", 6)
            .enters("b", "a", "201")
            .enters("b", "a", "a");
    });
    desk
}

#[test]
fn a_call_is_one_row_from_its_first_ring_to_its_end() {
    let desk = ringing(&["201"]);
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 201 dialled 100: Ringing"]
    );
    let name = desk.names();
    let mut desk = talking();
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 201 dialled 100: Talking"]
    );
    assert_eq!(desk.names(), name);
    let row = desk.table.row(0).expect("it is there");
    assert_eq!(
        row.since,
        Some(Moment::from_millis(6000)),
        "since the answer"
    );
    assert_eq!(row.began, Moment::from_millis(0));
    desk.when(|scene| {
        scene.ends("201", "a").ends("a", "a");
    });
    assert!(desk.says().is_empty());
    let row = desk.table.row(0).expect("it fades");
    assert_eq!(words::state(&row.state), "Ended");
}

#[test]
fn of_a_group_that_rings_whoever_answers_is_left() {
    let mut desk = ringing(&["201", "202", "203"]);
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 201, 202, 203 dialled 100: Ringing"]
    );
    let is_shared = |desk: &Desk| desk.table.row(0).expect("it is there").is_shared();
    assert!(!is_shared(&desk), "its caller is meant");
    desk.when(|scene| {
        scene
            .is("202", "a", 6)
            .dial_ends("a", "a", "202", "ANSWER")
            .ends("201", "a")
            .ends("203", "a")
            .is("a", "a", 6)
            .enters("b", "a", "202")
            .enters("b", "a", "a");
    });
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 202 dialled 100: Talking"]
    );
}

#[test]
fn local_channels_between_people_are_nobody() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene
            .leg("a", "a", ANNA, 6, "Dial")
            .leg("x1", "a", DESK, 6, "AppDial")
            .leg("x2", "a", ("", ""), 6, "Dial")
            .leg("201", "a", DESK, 6, "AppDial")
            .pair("x1", "x2", "a")
            .enters("b1", "a", "a")
            .enters("b1", "a", "x1")
            .enters("b2", "a", "x2")
            .enters("b2", "a", "201");
    });
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 201 dialled 100: Talking"]
    );
}

#[test]
fn who_waits_in_a_queue_waits_also_while_a_member_rings() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene.leg("a", "a", ANNA, 6, "Queue");
    });
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 100: Waiting in sales"]
    );
    desk.when(|scene| {
        scene
            .leg("201", "a", ANNA, 5, "AppQueue")
            .rings("a", "a", "201");
    });
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 201 dialled 100: Waiting in sales"]
    );
}

#[test]
fn a_parked_caller_is_a_call_and_two_in_one_lot_are_two() {
    let mut desk = talking();
    desk.when(|scene| {
        scene
            .leaves("b", "a", "a")
            .parks("a", "a")
            .leaves("b", "a", "201")
            .ends("201", "a");
    });
    assert_eq!(desk.says(), ["Anna Berg 0301234567 > 100: Parked 701"]);
    desk.when(|scene| {
        scene.leg("o", "o", ("Otto", "0309"), 6, "").parks("o", "o");
    });
    assert_eq!(
        desk.says(),
        [
            "Anna Berg 0301234567 > 100: Parked 701",
            "Otto 0309 > 100: Parked 701"
        ]
    );
}

#[test]
fn a_conference_is_one_row_with_its_people() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        for (id, name) in [("1", "Anna"), ("2", "Ben"), ("3", "Cara"), ("4", "Dora")] {
            scene.leg(id, id, (name, id), 6, "ConfBridge").meets(id, id);
        }
    });
    assert_eq!(
        desk.says(),
        ["Anna, Ben, Cara and 1 more > Conference 650 4 people: In a conference"]
    );
    let row = desk.table.row(0).expect("it is there");
    assert!(row.is_shared(), "nobody is meant more than the others");
}

#[test]
fn two_who_are_sent_away_apart_are_two_calls_though_they_share_a_linkedid() {
    let mut desk = talking();
    let name = desk.names();
    desk.when(|scene| {
        scene.later(1).leaves("b", "a", "a").leaves("b", "a", "201");
        for id in ["a", "201"] {
            scene.tell(&format!(
                "event='Newexten' {} channelstate='6' context='in' exten='500' priority='1' \
                 application='BackGround' appdata='hello'",
                ids(id, "a")
            ));
        }
    });
    assert_eq!(desk.says().len(), 2, "{:?}", desk.says());
    let kept = desk.table.find(&name[0]).expect("the row stays");
    assert_eq!(
        kept.from[0].party.name, "Anna Berg",
        "whoever was first keeps it"
    );
}

/// Both are sent into a menu, and a list is the first to tell of it.
#[test]
fn who_was_called_and_runs_something_of_its_own_by_a_list_is_a_call_of_its_own() {
    let mut desk = talking();
    desk.when(|scene| {
        scene.leaves("b", "a", "a").leaves("b", "a", "201");
        scene.pbx.ask_for_list();
        let items = ["a", "201"].map(|id| {
            format!(
                "event='CoreShowChannel' {} channelstate='6' context='in' exten='500' priority='1' \
                 application='BackGround' applicationdata='hello' duration='00:00:06' bridgeid=''",
                ids(id, "a")
            )
        });
        let mut list = Snapshot::default();
        for event in &events(&body(&items.each_ref().map(String::as_str))) {
            if let EventKind::ListedChannel(item) = &event.kind {
                list.channel(item, scene.now);
            }
        }
        scene.pbx.adopt(list, Keep::Unlisted);
    });
    assert_eq!(desk.says().len(), 2, "{:?}", desk.says());
}

#[test]
fn who_is_transferred_keeps_the_row() {
    let mut desk = talking();
    let name = desk.names();
    desk.when(|scene| {
        scene
            .later(1)
            .leaves("b", "a", "a")
            .leaves("b", "a", "201")
            .ends("201", "a")
            .leg("204", "a", ("", "204"), 5, "AppDial")
            .rings("a", "a", "204");
    });
    assert_eq!(desk.names(), name);
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 204 dialled 100: Ringing"]
    );
    assert_eq!(
        desk.table.row(0).expect("it is there").began,
        Moment::from_millis(0)
    );
}

#[test]
fn a_consultation_that_is_completed_becomes_one_call_and_has_not_ended() {
    let mut desk = talking();
    // 201 calls 204 on another line, and joins both.
    desk.when(|scene| {
        scene
            .leg("201b", "c", DESK, 6, "Dial")
            .leg("204", "c", ("", "204"), 6, "AppDial")
            .enters("b2", "c", "201b")
            .enters("b2", "c", "204");
    });
    assert_eq!(desk.says().len(), 2);
    desk.when(|scene| {
        scene
            .leaves("b2", "c", "201b")
            .leaves("b2", "c", "204")
            .enters("b", "c", "204")
            .leaves("b", "a", "201")
            .ends("201", "a")
            .ends("201b", "c");
    });
    assert_eq!(
        desk.says(),
        ["Anna Berg 0301234567 > 204 dialled 100: Talking"]
    );
    let gone = desk.table.find("201b").expect("it fades");
    assert_eq!(words::state(&gone.state), "Joined with another call");
}

#[test]
fn on_hold_is_told_of_the_call_and_since_when() {
    let mut desk = talking();
    desk.when(|scene| {
        scene.later(30);
        let hold = format!("event='Hold' {}", ids("201", "a"));
        scene.tell(&hold);
    });
    assert!(desk.says()[0].ends_with("On hold"), "{:?}", desk.says());
    let row = desk.table.row(0).expect("it is there");
    assert_eq!(row.since, Some(Moment::from_millis(36_000)));
}

#[test]
fn who_is_alone_with_the_dial_plan_is_told_in_words() {
    for (application, words) in [
        ("BackGround", "In a menu"),
        ("Playback", "Hears an announcement"),
        ("VoiceMail", "Leaves a message"),
        ("ChanSpy", "Listens in"),
        ("FancyApp", "In FancyApp"),
    ] {
        let mut desk = Desk::default();
        desk.when(|scene| {
            scene.leg("a", "a", ANNA, 6, application);
        });
        assert_eq!(
            desk.says(),
            [format!("Anna Berg 0301234567 > 100: {words}")]
        );
    }
}

#[test]
fn what_waits_longest_stands_first_in_its_section() {
    let mut desk = talking();
    desk.when(|scene| {
        scene.later(10).leg("q1", "q1", ("Q1", "1"), 6, "Queue");
        scene.later(10).leg("q2", "q2", ("Q2", "2"), 6, "Queue");
        scene.later(10).leg("r", "r", ("R", "3"), 4, "Dial");
    });
    desk.table.expire(desk.scene.now);
    let first: Vec<_> = desk.says().iter().map(|row| row[..2].to_owned()).collect();
    assert_eq!(first, ["R ", "Q1", "Q2", "An"]);
}

#[test]
fn on_every_version_each_channel_is_of_one_call_and_each_call_has_a_row() {
    let mut looked = 0;
    for recording in everywhere() {
        let mut pbx = Pbx::default();
        let (mut calls, mut table) = (Calls::default(), CallTable::default());
        for event in &events(&recording.body) {
            pbx.apply(event, Moment::default());
            follow(&mut pbx, &mut calls, &mut table, Moment::default());
            // Of many channels not each time: each look goes through all.
            if looked % (pbx.len() / 4 + 1) == 0 {
                let at = format!("{} {}", recording.version, recording.name);
                assert_is_whole(&pbx, &calls, &table, &at);
            }
            looked += 1;
        }
    }
    assert!(looked > 1000, "{looked}");
}

/// Each channel is of one call, and what is known event by event is what is found all at once.
fn assert_is_whole(pbx: &Pbx, calls: &Calls, table: &CallTable, at: &str) {
    let mut anew = Calls::default();
    let all: Vec<_> = pbx.channels().map(|c| c.uniqueid.clone()).collect();
    anew.follow(pbx, &all);
    for id in &all {
        let of = |calls: &Calls| {
            let call = calls.of(id).expect("it is of a call").clone();
            let members = calls.members(&call).expect("of which there are").clone();
            (call, members.channels)
        };
        let (call, members) = of(calls);
        let channel = pbx.channel(id);
        assert_eq!(members, of(&anew).1, "{at}: {channel:#?}");
        assert!(table.find(&call).is_some_and(|row| row.ended.is_none()));
    }
    assert_eq!(anew.len(), calls.len());
}
