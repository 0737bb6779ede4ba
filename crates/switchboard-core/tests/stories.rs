//! What is kept of a call: what happened in it, and what became of it.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::session::Keep;
use ajam::time::Moment;
use support::scene::{Scene, ids};
use switchboard_core::board::ended::{Ended, EndedAs};
use switchboard_core::board::{Story, Table};
use switchboard_core::live::{Calls, Snapshot, Stories};
use switchboard_core::trunks::Trunks;
use switchboard_core::words::ended as words;

const ANNA: (&str, &str) = ("Anna Berg", "0301234567");

/// A scene, and what is kept of its calls.
#[derive(Default)]
struct Desk {
    scene: Scene,
    calls: Calls,
    stories: Stories,
    table: Table<Ended>,
}

impl Desk {
    /// Lets this happen, and looks at it only then.
    fn when(&mut self, happens: impl FnOnce(&mut Scene)) -> &mut Self {
        happens(&mut self.scene);
        let pbx = &mut self.scene.pbx;
        let (touched, gone) = (pbx.take_touched(), pbx.take_gone());
        let (_, over) = self.stories.follow(pbx, gone, &mut self.calls, &touched);
        self.table.add(over, self.scene.now);
        self
    }

    /// The calls that are over, in words.
    fn kept(&self) -> Vec<String> {
        let rows = (0..self.table.len()).filter_map(|place| self.table.row(place));
        rows.map(said).collect()
    }

    fn story(&self) -> Vec<String> {
        let row = self.table.row(0).expect("one is over");
        told(&row.story)
    }
}

fn said(row: &Ended) -> String {
    use switchboard_core::board::ended::Column;
    let cell = |by| words::cell(row, by, None, |at| at.millis().to_string());
    format!(
        "{} > {}: {} ({})",
        cell(Column::From),
        cell(Column::To),
        cell(Column::State),
        cell(Column::Duration)
    )
}

fn told(story: &Story) -> Vec<String> {
    let lines = words::told(story).into_iter();
    lines
        .map(|(at, line)| format!("{} {line}", at.millis() / 1000))
        .collect()
}

/// Anna calls 100, which rings these phones after a second.
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

fn answers(scene: &mut Scene, phone: &str) {
    scene
        .later(4)
        .is(phone, "a", 6)
        .dial_ends("a", "a", phone, "ANSWER")
        .is("a", "a", 6)
        .enters("b", "a", phone)
        .enters("b", "a", "a");
}

fn hang_up(scene: &mut Scene, id: &str, cause: u16) {
    scene.tell(&format!(
        "event='Hangup' {} cause='{cause}' cause-txt='As Asterisk has it'",
        ids(id, "a")
    ));
}

#[test]
fn a_call_that_was_answered_tells_who_talked_and_for_how_long() {
    let mut desk = ringing(&["201", "202"]);
    desk.when(|scene| {
        answers(scene, "201");
        scene.dial_ends("a", "a", "202", "CANCEL");
        hang_up(scene, "202", 26);
    });
    assert!(desk.kept().is_empty(), "it goes on");
    desk.when(|scene| {
        scene.later(60).leaves("b", "a", "201");
        hang_up(scene, "201", 16);
        scene.leaves("b", "a", "a");
        hang_up(scene, "a", 16);
    });
    assert_eq!(
        desk.kept(),
        ["Anna Berg 0301234567 > 201 · dialled 100: Talked 1:00 (1:05)"]
    );
    assert_eq!(
        desk.story(),
        [
            "0 Anna Berg dials 100.",
            "1 The phone of 201 rings.",
            "1 The phone of 202 rings.",
            "5 201 answers.",
            "5 201 and Anna Berg are connected.",
            "5 The phone of 202 stops ringing.",
            "65 201 is off the line.",
            "65 Anna Berg is off the line.",
        ]
    );
}

#[test]
fn a_call_that_nobody_took_is_missed_and_says_why() {
    for (status, cause, why) in [
        ("BUSY", 17, "Missed: busy"),
        ("NOANSWER", 21, "Missed: declined"),
        ("NOANSWER", 19, "Missed: no answer"),
        ("CANCEL", 0, "Missed: gave up"),
        ("CHANUNAVAIL", 20, "Missed: could not be reached"),
    ] {
        let mut desk = ringing(&["201"]);
        desk.when(|scene| {
            scene.later(9).dial_ends("a", "a", "201", status);
            hang_up(scene, "201", cause);
            hang_up(scene, "a", 16);
        });
        assert_eq!(
            desk.kept(),
            [format!(
                "Anna Berg 0301234567 > 201 · dialled 100: {why} (0:10)"
            )]
        );
        let row = desk.table.row(0).expect("it is kept");
        assert!(row.result.is_missed());
    }
}

#[test]
fn who_gives_up_in_a_queue_is_missed_there() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene.leg("a", "a", ANNA, 6, "Queue").later(40);
    });
    desk.when(|scene| hang_up(scene, "a", 16));
    assert_eq!(
        desk.kept(),
        ["Anna Berg 0301234567 > 100: Missed: gave up waiting in sales (0:40)"]
    );
}

#[test]
fn phones_that_rang_and_end_behind_their_caller_are_no_calls_of_their_own() {
    let mut desk = ringing(&["201", "202"]);
    desk.when(|scene| {
        scene.later(9);
        for phone in ["201", "202"] {
            scene.dial_ends("a", "a", phone, "CANCEL");
        }
        hang_up(scene, "a", 16);
    });
    desk.when(|scene| {
        hang_up(scene, "201", 26);
        hang_up(scene, "202", 26);
    });
    assert_eq!(
        desk.kept(),
        ["Anna Berg 0301234567 > 201, 202 · dialled 100: Missed: gave up (0:10)"]
    );
}

#[test]
fn a_call_that_came_and_went_unlooked_at_is_kept_all_the_same_and_as_one() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene.leg("a", "a", ANNA, 4, "Dial");
        scene
            .leg("201", "a", ("", "201"), 5, "AppDial")
            .rings("a", "a", "201");
        answers(scene, "201");
        scene.later(3);
        hang_up(scene, "201", 16);
        hang_up(scene, "a", 16);
    });
    assert_eq!(
        desk.kept(),
        ["Anna Berg 0301234567 > 201 · dialled 100: Talked 0:03 (0:07)"]
    );
}

#[test]
fn hold_and_parking_are_told_and_the_story_can_be_copied() {
    let mut desk = ringing(&["201"]);
    desk.when(|scene| {
        answers(scene, "201");
        scene
            .later(5)
            .tell(&format!("event='Hold' {}", ids("201", "a")));
        scene
            .later(5)
            .tell(&format!("event='Unhold' {}", ids("201", "a")));
        scene.later(5).leaves("b", "a", "a").parks("a", "a");
        hang_up(scene, "201", 16);
    });
    assert!(desk.kept().is_empty());
    desk.when(|scene| {
        scene.later(30);
        hang_up(scene, "a", 16);
    });
    let row = desk.table.row(0).expect("it is kept");
    let text = words::as_text("Anna Berg", &row.story, |at| at.millis().to_string());
    assert_eq!(
        text,
        "Anna Berg\n0  Anna Berg dials 100.\n1000  The phone of 201 rings.\n5000  201 answers.\n\
         5000  201 and Anna Berg are connected.\n10000  201 puts the other on hold.\n\
         15000  201 takes the other off hold.\n20000  Anna Berg leaves the others.\n\
         20000  Anna Berg is parked at 701.\n20000  201 is off the line.\n\
         50000  Anna Berg is off the line."
    );
}

#[test]
fn what_was_gone_when_everything_was_listed_is_told_as_that() {
    let mut desk = ringing(&["201"]);
    desk.when(|scene| {
        scene.later(60);
        scene.pbx.adopt(Snapshot::default(), Keep::Unlisted);
    });
    let row = desk.table.row(0).expect("it is kept");
    assert_eq!(
        row.result,
        EndedAs::Unanswered(switchboard_core::board::story::Unanswered::Stopped)
    );
    let story = desk.story();
    assert!(
        story
            .iter()
            .any(|line| line.contains("is gone. How it ended was not seen.")),
        "{story:?}"
    );
}

#[test]
fn what_is_kept_outlasts_a_reload_with_its_times_and_nothing_else_does() {
    let mut desk = ringing(&["201"]);
    desk.when(|scene| {
        scene.later(9).dial_ends("a", "a", "201", "NOANSWER");
        hang_up(scene, "201", 19);
        hang_up(scene, "a", 16);
    });
    let text = desk.table.to_text(1_000_000);
    let mut table = Table::<Ended>::default();
    let now = Moment::from_millis(50);
    table.take_text(&text, 1_060_000, now);
    let (old, new) = (desk.table.row(0), table.row(0));
    let (old, new) = (old.expect("it is kept"), new.expect("it is kept"));
    assert_eq!(new.ended.millis(), old.ended.millis() - 60_000);
    assert_eq!(new.story.people, old.story.people);
    assert_eq!(said(new), said(old));
    for odd in ["", "{}", "[1]", "{\"version\":99,\"calls\":[]}", "null"] {
        let mut table = Table::<Ended>::default();
        table.take_text(odd, 0, now);
        assert_eq!(table.len(), 0, "{odd}");
    }
}

#[test]
fn the_last_thousand_are_kept_and_not_many_more() {
    let mut desk = Desk::default();
    for call in 0..1009 {
        let id = format!("c{call}");
        desk.when(|scene| {
            scene.leg(&id, &id, ANNA, 6, "").later(1);
            scene.ends(&id, &id).later(1);
        });
    }
    assert_eq!(desk.table.living(), 1000);
    let oldest = desk.table.living_rows().map(|row| row.ended).min();
    assert_eq!(oldest, Some(Moment::from_millis(9 * 2000 + 1000)));
}

#[test]
fn what_became_of_a_call_is_found_by_its_words_and_a_person_by_the_number() {
    let mut desk = Desk::default();
    desk.table.set_words(Some(words::result));
    for phone in ["201", "202"] {
        desk.when(|scene| {
            scene.leg("a", "a", ANNA, 4, "Dial").later(1);
            scene
                .leg(phone, "a", ("", phone), 5, "AppDial")
                .rings("a", "a", phone);
            if phone == "201" {
                answers(scene, "201");
            } else {
                scene.dial_ends("a", "a", phone, "BUSY");
            }
            scene.later(5);
            hang_up(scene, phone, 17);
            hang_up(scene, "a", 17);
        });
    }
    assert_eq!(desk.kept().len(), 2);
    for (typed, found) in [
        ("talked", 1),
        ("missed", 1),
        ("busy", 1),
        ("030 123", 2),
        ("202", 1),
    ] {
        desk.table.set_filter(typed);
        assert_eq!(desk.kept().len(), found, "{typed}: {:?}", desk.kept());
    }
}

#[test]
fn a_table_for_other_programs_has_a_line_for_each_and_no_formulas() {
    let mut desk = Desk::default();
    desk.when(|scene| {
        scene.leg("a", "a", ("=cmd()", "+4930123"), 6, "").later(2);
        hang_up(scene, "a", 16);
    });
    let csv = words::csv(desk.table.living_rows(), &Trunks::default(), |at| {
        at.millis().to_string()
    });
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(
        lines[1],
        "\"0\",\"2000\",\"\",\"Nobody was called\",\"'=cmd()\",\"+4930123\",\"100\",\"\",\"\",\"2\",\"0\""
    );
    assert_eq!(lines.len(), 3, "head, one line, and the end: {csv}");
}
