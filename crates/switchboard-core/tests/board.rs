//! What the board shows, and in which order.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

use ajam::time::Moment;
use proptest::collection::vec;
use proptest::prelude::*;
use support::{events, recording};
use switchboard_core::board::{
    Board, Column, Columns, Connected, FADE, Fold, KEPT, Lamp, Record, Row, Sort, Table, Viewport,
};
use switchboard_core::live::{Extension, ExtensionState, Pbx};

fn at(seconds: i64) -> Moment {
    Moment::from_millis(seconds * 1000)
}

/// A board with what these packets say, one second apart.
struct Scene {
    pbx: Pbx,
    board: Board,
    now: i64,
}

impl Scene {
    fn new() -> Self {
        Self {
            pbx: Pbx::default(),
            board: Board::default(),
            now: 0,
        }
    }

    fn says(&mut self, packet: &str) {
        self.now += 1;
        let body = support::talk::body(&[packet]);
        for event in &events(&body) {
            self.pbx.apply(event, at(self.now));
        }
        self.commit();
    }

    fn commit(&mut self) {
        let touched = self.pbx.take_touched();
        self.board.update(&self.pbx, touched, at(self.now));
    }

    fn begins(&mut self, id: &str, caller: &str) {
        self.says(&packet("Newchannel", id, caller));
    }

    fn ends(&mut self, id: &str) {
        self.says(&format!("event='Hangup' uniqueid='{id}'"));
    }

    fn rows(&self) -> Vec<String> {
        (0..self.board.len())
            .filter_map(|i| self.board.row(i))
            .map(|row| row.uniqueid.to_string())
            .collect()
    }
}

fn packet(event: &str, id: &str, caller: &str) -> String {
    format!(
        "event='{event}' channel='PJSIP/{caller}-{id}' channelstate='5' calleridname='{caller}' \
         calleridnum='{id}' uniqueid='{id}' linkedid='{id}'"
    )
}

#[test]
fn the_newest_channel_stands_on_top() {
    let mut scene = Scene::new();
    for id in ["1", "2", "3"] {
        scene.begins(id, "x");
    }
    assert_eq!(scene.rows(), ["3", "2", "1"]);
}

#[test]
fn a_row_that_ends_fades_for_two_seconds_and_goes() {
    let mut scene = Scene::new();
    scene.begins("1", "x");
    scene.ends("1");
    let row = scene.board.row(0).expect("still there");
    assert_eq!((row.ended, row.status.lamp), (Some(at(2)), Lamp::Ended));
    assert_eq!(scene.board.living(), 0);
    assert_eq!(scene.board.next_expiry(), Some(at(2) + FADE));
    scene.board.expire(at(2) + FADE - Duration::from_millis(1));
    assert_eq!(scene.board.len(), 1);
    scene.board.expire(at(2) + FADE);
    assert_eq!(scene.board.len(), 0);
}

#[test]
fn nothing_moves_while_the_board_is_held() {
    let mut scene = Scene::new();
    scene.begins("1", "Bob");
    scene.begins("2", "Carol");
    scene.board.set_sort(Sort {
        column: Column::Caller,
        descending: false,
    });
    scene.board.hold(true);
    scene.begins("3", "Anna");
    scene.says("event='NewCallerid' calleridname='Zoe' uniqueid='1' linkedid='1'");
    assert_eq!(scene.rows(), ["1", "2", "3"]);
    scene.board.hold(false);
    assert_eq!(scene.rows(), ["3", "2", "1"]);
}

#[test]
fn a_row_that_ends_under_a_hand_stays_in_its_place_until_the_hand_goes() {
    let mut scene = Scene::new();
    for id in ["1", "2", "3"] {
        scene.begins(id, "x");
    }
    scene.board.hold(true);
    scene.ends("2");
    scene.now += 3600;
    scene.commit();
    scene.begins("4", "x");
    assert_eq!(scene.rows(), ["3", "2", "1", "4"]);
    assert_eq!((scene.board.found(), scene.board.living()), (3, 3));
    assert_eq!(
        scene.board.row(1).map(|row| row.status.lamp),
        Some(Lamp::Ended)
    );
    assert_eq!(scene.board.living(), 3);
    // A time that has passed would wake the page for ever.
    assert_eq!(scene.board.next_expiry(), None);
    scene.board.hold(false);
    scene.commit();
    assert_eq!(scene.rows(), ["4", "3", "1"]);
}

#[test]
fn who_asks_for_it_has_the_board_put_in_order_under_the_hand() {
    let mut scene = Scene::new();
    for id in ["1", "2", "3"] {
        scene.begins(id, "x");
    }
    scene.board.hold(true);
    scene.ends("2");
    scene.begins("4", "x");
    assert_eq!(scene.board.kept(), 1);
    // What ended only just now fades as ever.
    scene.board.tidy(at(scene.now));
    assert_eq!(scene.rows(), ["4", "3", "2", "1"]);
    scene.now += 3;
    scene.board.tidy(at(scene.now));
    assert_eq!(scene.rows(), ["4", "3", "1"]);
    assert_eq!(scene.board.kept(), 0);
    // It is held on.
    scene.ends("3");
    scene.now += 3;
    scene.commit();
    assert_eq!(scene.rows(), ["4", "3", "1"]);
}

#[test]
fn a_row_that_is_found_no_more_stays_until_the_hand_goes() {
    let mut scene = Scene::new();
    for id in ["1", "2", "3"] {
        scene.begins(id, "Anna");
    }
    scene.board.set_filter("anna");
    scene.board.hold(true);
    scene.says("event='NewCallerid' calleridname='Bob' uniqueid='2' linkedid='2'");
    scene.says("event='Rename' uniqueid='2' newname='PJSIP/b-2'");
    assert_eq!(scene.rows(), ["3", "2", "1"]);
    scene.board.hold(false);
    assert_eq!(scene.rows(), ["3", "1"]);
}

#[test]
fn what_ends_under_a_hand_is_kept_in_bounds_and_what_goes_goes_from_below() {
    let mut scene = Scene::new();
    let ids: Vec<String> = (0..KEPT + 50).map(|id| format!("{id:04}")).collect();
    for id in &ids {
        scene.begins(id, "x");
    }
    scene.board.hold(true);
    let before = scene.rows();
    for id in &ids {
        scene.ends(id);
    }
    assert_eq!(scene.rows(), before[..KEPT]);
}

#[test]
fn a_log_off_under_a_hand_leaves_the_board_held() {
    let mut scene = Scene::new();
    scene.board.hold(true);
    scene.board.clear();
    scene.begins("1", "x");
    scene.begins("2", "x");
    assert_eq!(scene.rows(), ["1", "2"]);
}

/// A call that rings: the caller's channel, and the phone's.
fn rings(scene: &mut Scene, caller: &str, phone: &str, name: &str) {
    scene.says(&format!(
        "event='Newchannel' channel='PJSIP/trunk-{caller}' channelstate='4' calleridname='{name}' \
         calleridnum='0301234' uniqueid='{caller}' linkedid='{caller}'"
    ));
    scene.says(&packet("Newchannel", phone, "phone"));
    scene.says(&format!(
        "event='DialBegin' channel='PJSIP/trunk-{caller}' channelstate='4' calleridname='{name}' \
         calleridnum='0301234' uniqueid='{caller}' linkedid='{caller}' \
         destchannel='PJSIP/phone-{phone}' destchannelstate='5' destcalleridnum='{phone}' \
         destuniqueid='{phone}' destlinkedid='{caller}' dialstring='x'"
    ));
}

#[test]
fn a_call_that_rings_out_of_sight_is_told_once_by_its_caller() {
    let mut scene = Scene::new();
    for id in 0..30 {
        scene.says(&format!(
            "event='Newchannel' channel='PJSIP/x-{id}' channelstate='6' uniqueid='9{id}' linkedid='9{id}'"
        ));
    }
    let seen = Viewport {
        top: 0.0,
        height: 432.0,
        row: 40.0,
    };
    let unseen = |scene: &Scene| -> Vec<String> {
        let calls = scene.board.ringing_unseen(&seen, 32.0);
        calls.into_iter().map(|call| call.caller.name).collect()
    };
    scene.board.hold(true);
    rings(&mut scene, "1", "2", "Anna");
    assert_eq!(unseen(&scene), ["Anna"]);
    assert_eq!(scene.board.ringing()[0].id.as_str(), "1");
    scene.board.hold(false);
    assert!(unseen(&scene).is_empty());
    scene.board.set_filter("nobody");
    assert_eq!(unseen(&scene), ["Anna"]);
    scene.ends("2");
    scene.ends("1");
    assert!(unseen(&scene).is_empty());
}

#[test]
fn both_halves_of_a_local_channel_that_ring_are_one_call() {
    let mut scene = Scene::new();
    for half in [1, 2] {
        scene.says(&format!(
            "event='Newchannel' channel='Local/600@default-00000001;{half}' channelstate='4' \
             calleridname='Anna' calleridnum='0301234' uniqueid='{half}' linkedid='1'"
        ));
    }
    assert_eq!(scene.board.ringing().len(), 1);
    scene.ends("1");
    assert_eq!(scene.board.ringing().len(), 1);
    scene.ends("2");
    assert!(scene.board.ringing().is_empty());
}

#[test]
fn a_call_that_reaches_its_phone_by_a_local_channel_rings_once_by_its_caller() {
    let mut scene = Scene::new();
    let legs = [
        ("PJSIP/trunk-1", 6, "Anna", "1"),
        ("Local/201@agents-00000001;1", 5, "", "2"),
        ("Local/201@agents-00000001;2", 4, "", "3"),
        ("PJSIP/201-1", 5, "", "4"),
    ];
    for (channel, state, name, id) in legs {
        scene.says(&format!(
            "event='Newchannel' channel='{channel}' channelstate='{state}' calleridname='{name}' \
             calleridnum='{id}' uniqueid='{id}' linkedid='1'"
        ));
    }
    for (caller, called) in [(0, 1), (2, 3)] {
        let ((channel, state, name, id), (to, rings, _, dest)) = (legs[caller], legs[called]);
        scene.says(&format!(
            "event='DialBegin' channel='{channel}' channelstate='{state}' calleridname='{name}' \
             calleridnum='{id}' uniqueid='{id}' linkedid='1' destchannel='{to}' \
             destchannelstate='{rings}' destcalleridnum='{dest}' destuniqueid='{dest}' \
             destlinkedid='1' dialstring='x'"
        ));
    }
    let calls = scene.board.ringing();
    let told: Vec<_> = calls
        .iter()
        .map(|call| (call.caller.name.as_str(), call.rows.len()))
        .collect();
    assert_eq!(told, [("Anna", 3)]);
}

#[test]
fn a_name_is_found_however_its_umlaut_is_written_and_a_number_by_its_last_digits() {
    let mut scene = Scene::new();
    scene.board.set_fold(Fold(str::to_lowercase));
    scene.says(
        "event='Newchannel' channel='PJSIP/t-1' channelstate='6' calleridname='Jürgen Müller' \
         calleridnum='+49301234' uniqueid='1' linkedid='1'",
    );
    scene.says(
        "event='Newchannel' channel='PJSIP/t-2' channelstate='6' calleridname='Samuel Bauer' \
         calleridnum='201' uniqueid='2' linkedid='2'",
    );
    for (typed, rows) in [
        ("muller", vec!["1"]),
        ("mueller", vec!["1"]),
        ("MÜLLER jur", vec!["1"]),
        ("juergen muller", vec!["1"]),
        ("el", vec!["2"]),
        ("samuel", vec!["2"]),
        ("auer", vec!["2"]),
        ("0301234", vec!["1"]),
        ("030 12 34", vec!["1"]),
        ("müller 0301", vec!["1"]),
        ("201", vec!["2"]),
        ("0301235", vec![]),
    ] {
        // As it is typed, letter for letter, and at once.
        for (end, _) in typed.char_indices().skip(1) {
            scene.board.set_filter(&typed[..end]);
        }
        scene.board.set_filter(typed);
        assert_eq!(scene.rows(), rows, "{typed:?}");
        scene.board.set_filter("");
        scene.board.set_filter(typed);
        assert_eq!(scene.rows(), rows, "{typed:?}");
    }
}

#[test]
fn a_second_press_on_a_header_turns_the_order_round() {
    let sort = Sort::default().pressed(Column::Caller);
    assert_eq!(
        sort,
        Sort {
            column: Column::Caller,
            descending: false
        }
    );
    assert!(sort.pressed(Column::Caller).descending);
    assert!(
        !sort
            .pressed(Column::Caller)
            .pressed(Column::Caller)
            .descending
    );
}

#[test]
fn rows_without_a_caller_stand_last_either_way() {
    let mut scene = Scene::new();
    scene.says("event='Newchannel' channel='a' uniqueid='1' linkedid='1'");
    scene.begins("2", "Bob");
    scene.begins("3", "anna");
    for (descending, order) in [(false, ["3", "2", "1"]), (true, ["2", "3", "1"])] {
        scene.board.set_sort(Sort {
            column: Column::Caller,
            descending,
        });
        assert_eq!(scene.rows(), order);
    }
}

#[test]
fn every_word_that_was_typed_must_be_in_the_row_in_any_case() {
    let mut scene = Scene::new();
    scene.board.set_fold(Fold(str::to_lowercase));
    scene.begins("1", "Müller");
    scene.begins("2", "Bob");
    for (typed, rows) in [
        ("mül", vec!["1"]),
        ("MÜLLER 1", vec!["1"]),
        ("bob müller", vec![]),
        ("ringing", vec!["2", "1"]),
        ("  ", vec!["2", "1"]),
    ] {
        scene.board.set_filter(typed);
        assert_eq!(scene.rows(), rows, "{typed:?}");
    }
}

#[test]
fn a_filter_stays_in_force_as_rows_come_and_change() {
    let mut scene = Scene::new();
    scene.board.set_filter("anna");
    scene.begins("1", "Bob");
    scene.begins("2", "Anna");
    assert_eq!(scene.rows(), ["2"]);
    scene.says("event='NewCallerid' calleridname='Anna' uniqueid='1' linkedid='1'");
    assert_eq!(scene.rows(), ["2", "1"]);
    scene.says(
        "event='NewCallerid' channel='x' calleridname='Carol' uniqueid='2' linkedid='2' channel='y'",
    );
    scene.says("event='Rename' uniqueid='2' newname='PJSIP/c-2'");
    assert_eq!(scene.rows(), ["1"]);
}

#[test]
fn a_recorded_call_reads_as_a_person_would_tell_it() {
    let body = recording("22.10.1", "call-simple");
    let mut scene = Scene::new();
    let mut told = HashSet::new();
    for event in &events(&body) {
        scene.pbx.apply(event, at(0));
        scene.commit();
        for index in 0..scene.board.len() {
            let row = scene.board.row(index).expect("row");
            told.insert((
                row.status.state.words(),
                row.caller.name.clone(),
                match &row.connected {
                    Connected::Nobody => "nobody",
                    Connected::With(_) => "with",
                    Connected::Dialling(_) => "dialling",
                    Connected::DialledBy(_) => "dialled by",
                    Connected::Told(_) => "told",
                    _ => "else",
                },
            ));
        }
    }
    let has = |state: &str, caller: &str, connected: &str| {
        told.iter()
            .any(|(s, c, k)| *s == state && c.starts_with(caller) && *k == connected)
    };
    assert!(has("Ringing", "", "dialled by"), "{told:?}");
    assert!(has("Up", "Anna", "dialling"), "{told:?}");
    assert!(has("Up", "Anna", "with"), "{told:?}");
    assert_eq!(scene.board.living(), 0);
}

#[test]
fn a_location_reads_exten_at_context_and_priority() {
    let mut scene = Scene::new();
    scene.says("event='Newchannel' uniqueid='1' context='default' exten='900' priority='2'");
    assert_eq!(
        scene.board.row(0).map(|r| r.location.as_str()),
        Some("900@default:2")
    );
}

#[test]
fn a_channel_that_was_told_it_talks_to_itself_is_connected_to_nobody() {
    let mut scene = Scene::new();
    for connected in ["Anna", "Bob"] {
        scene.says(&format!(
            "event='Newstate' uniqueid='{connected}' channelstate='6' calleridname='Anna' \
             connectedlinename='{connected}'"
        ));
    }
    let connected = |id| scene.board.find(id).map(|row| row.connected.clone());
    assert_eq!(connected("Anna"), Some(Connected::Nobody));
    assert!(matches!(connected("Bob"), Some(Connected::Told(party)) if party.name == "Bob"));
}

#[test]
fn a_peer_is_named_by_itself_where_originate_told_the_channel_its_own_name() {
    let mut scene = Scene::new();
    for (id, caller, connected) in [("1", "Anna", "Anna"), ("2", "Bob", "Anna")] {
        scene.says(&format!(
            "event='BridgeEnter' bridgeuniqueid='b' channel='PJSIP/{caller}' uniqueid='{id}' \
             channelstate='6' calleridname='{caller}' connectedlinename='{connected}'"
        ));
    }
    let peer = |id| match scene.board.find(id).map(|row| &row.connected) {
        Some(Connected::With(peer)) => peer.party.name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!([peer("1"), peer("2")], ["Bob", "Anna"]);
}

/// What may happen to a board.
#[derive(Clone, Debug)]
enum Step {
    Begin(u8, u8),
    Call(u8, u8),
    End(u8),
    Hold(bool),
    Sort(usize, bool),
    Find(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0_u8..6;
    prop_oneof![
        4 => (0_u8..12, name()).prop_map(|(id, name)| Step::Begin(id, name)),
        4 => (0_u8..12, name()).prop_map(|(id, name)| Step::Call(id, name)),
        3 => (0_u8..12).prop_map(Step::End),
        2 => any::<bool>().prop_map(Step::Hold),
        1 => (0..Column::ALL.len(), any::<bool>()).prop_map(|(at, way)| Step::Sort(at, way)),
        1 => prop_oneof![Just(""), Just("name1"), Just("name2 3")].prop_map(Step::Find),
    ]
}

proptest! {
    /// However it came about, a board that nobody holds stands as one made this moment would; and
    /// one that is held has all of its rows, and those that were there.
    #[test]
    fn a_board_stands_as_one_made_this_moment_would(steps in vec(step(), 1..60)) {
        let mut scene = Scene::new();
        let (mut sort, mut typed, mut held) = (Sort::default(), "", false);
        for step in steps {
            match step {
                Step::Begin(id, name) => scene.begins(&id.to_string(), &format!("name{name}")),
                Step::Call(id, name) => scene.says(&packet(
                    "NewCallerid",
                    &id.to_string(),
                    &format!("name{name}"),
                )),
                Step::End(id) => scene.ends(&id.to_string()),
                Step::Hold(hold) => {
                    held = hold;
                    scene.board.hold(hold);
                }
                Step::Sort(at, descending) => {
                    sort = Sort { column: Column::ALL[at], descending };
                    scene.board.set_sort(sort);
                }
                Step::Find(words) => {
                    typed = words;
                    scene.board.set_filter(words);
                }
            }
            // All that has ended has faded.
            scene.now += 3;
            scene.board.expire(at(scene.now));
            let mut fresh = Board::default();
            fresh.set_sort(sort);
            fresh.set_filter(typed);
            let all: HashSet<_> = scene.pbx.channels().map(|c| c.uniqueid.clone()).collect();
            fresh.update(&scene.pbx, all, at(scene.now));
            let rows = |board: &Board| -> Vec<_> {
                (0..board.len()).map(|i| board.row(i).expect("a row").clone()).collect()
            };
            let (mut have, mut want) = (rows(&scene.board), rows(&fresh));
            if held {
                // What has ended, or is found no more, stays until the hand goes.
                let living = |row: &Row| want.iter().any(|other| other.uniqueid == row.uniqueid);
                have.retain(living);
                have.sort_by(|a, b| a.uniqueid.cmp(&b.uniqueid));
                want.sort_by(|a, b| a.uniqueid.cmp(&b.uniqueid));
            }
            prop_assert_eq!(have, want);
        }
    }
}

/// A row of another kind: it never begins, and nobody has to do with it at once.
#[derive(Clone, Debug, PartialEq)]
struct Device {
    name: String,
    state: &'static str,
    gone: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Name,
    State,
}

impl Columns for By {
    const ALL: &'static [Self] = &[Self::Name, Self::State];
    const FIRST: Sort<Self> = Sort {
        column: Self::Name,
        descending: false,
    };

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::State => "state",
        }
    }
}

impl Record for Device {
    type Id = String;
    type Column = By;

    fn id(&self) -> &String {
        &self.name
    }

    fn text(&self, column: By) -> Cow<'_, str> {
        match column {
            By::Name => (&self.name).into(),
            By::State => self.state.into(),
        }
    }

    fn end(&mut self, _: Moment) {
        self.gone = true;
    }
}

fn device(name: &str, state: &'static str) -> Device {
    let (name, gone) = (name.to_owned(), false);
    Device { name, state, gone }
}

fn devices() -> Table<Device> {
    let mut table = Table::default();
    let listed = [("b", "idle"), ("C", "in use"), ("a", "in use"), ("d", "")];
    table.replace(listed.map(|(name, state)| device(name, state)), at(0));
    table
}

fn names(table: &Table<Device>) -> Vec<&str> {
    let rows = (0..table.len()).filter_map(|place| table.row(place));
    rows.map(|row| &*row.name).collect()
}

#[test]
fn a_table_of_other_rows_is_sorted_by_their_own_columns() {
    let mut table = devices();
    assert_eq!(names(&table), ["a", "b", "C", "d"]);
    for (sort, order) in [
        ("state", ["b", "C", "a", "d"]),
        ("-state", ["C", "a", "b", "d"]),
        ("-name", ["d", "C", "b", "a"]),
        ("name", ["a", "b", "C", "d"]),
    ] {
        table.set_sort(Sort::named(sort).expect(sort));
        assert_eq!(names(&table), order, "{sort}");
    }
    assert_eq!(Sort::<By>::named("caller"), None);
}

#[test]
fn a_table_of_other_rows_is_searched_in_all_of_their_columns() {
    let mut table = devices();
    for (typed, rows) in [("IN USE", vec!["a", "C"]), ("b", vec!["b"]), ("x", vec![])] {
        table.set_filter(typed);
        assert_eq!(names(&table), rows, "{typed}");
        assert_eq!((table.typed(), table.found()), (typed, rows.len()));
    }
    assert_eq!(table.living(), 4);
}

#[test]
fn what_a_new_list_does_not_have_has_ended_and_fades() {
    let mut table = devices();
    table.replace([device("a", "idle"), device("e", "idle")], at(1));
    assert_eq!(names(&table), ["a", "b", "C", "d", "e"]);
    let gone = |name: &str| table.find(name).map(|row| row.gone);
    assert_eq!([gone("a"), gone("b")], [Some(false), Some(true)]);
    assert_eq!((table.found(), table.living()), (2, 2));
    table.expire(at(1) + FADE);
    assert_eq!(names(&table), ["a", "e"]);
}

#[test]
fn a_table_of_other_rows_keeps_still_under_a_hand() {
    let mut table = devices();
    table.hold(true);
    table.replace([device("a", "idle"), device("A", "idle")], at(1));
    assert_eq!(names(&table), ["a", "b", "C", "d", "A"]);
    table.hold(false);
    table.expire(at(3600));
    assert_eq!(names(&table), ["A", "a"]);
}

#[test]
fn no_row_that_wants_no_hand_is_urgent() {
    assert_eq!(devices().urgent().count(), 0);
}

fn extension(exten: &str, state: ExtensionState) -> Extension {
    Extension {
        id: format!("{exten}@internal"),
        exten: exten.to_owned(),
        context: "internal".to_owned(),
        hint: format!("PJSIP/phone{exten}"),
        state,
    }
}

#[test]
fn extensions_are_sorted_by_who_can_be_reached_and_found_by_number_and_words() {
    use ExtensionState::{Busy, Free, InUse, Ringing, Unavailable, Unknown};
    let mut table = Table::<Extension>::default();
    let listed = [
        ("1001", Unavailable),
        ("204", Free),
        ("205", InUse),
        ("31", Unknown(64)),
        ("206", Ringing),
        ("+4930204", Busy),
    ];
    // What the page says of a state stands in no row.
    table.set_words(Some(|row| match row.state {
        InUse => "In a call".to_owned(),
        other => format!("{other:?}"),
    }));
    table.replace(listed.map(|(exten, state)| extension(exten, state)), at(0));
    let numbers = |table: &Table<Extension>| -> Vec<String> {
        let rows = (0..table.len()).filter_map(|place| table.row(place));
        rows.map(|row| row.exten.clone()).collect()
    };
    for (sort, order) in [
        ("extension", ["+4930204", "31", "204", "205", "206", "1001"]),
        ("state", ["204", "206", "205", "+4930204", "1001", "31"]),
        ("-state", ["31", "1001", "+4930204", "205", "206", "204"]),
        ("hint", ["+4930204", "1001", "204", "205", "206", "31"]),
    ] {
        table.set_sort(Sort::named(sort).expect(sort));
        assert_eq!(numbers(&table), order, "{sort}");
    }
    table.set_sort(Sort::default());
    for (typed, found) in [
        ("204", vec!["+4930204", "204"]),
        ("030 204", vec!["+4930204"]),
        ("PJSIP/phone206", vec!["206"]),
        ("205@internal", vec!["205"]),
        ("in a call", vec!["205"]),
        ("free", vec!["204"]),
        ("00", vec!["1001"]),
    ] {
        table.set_filter(typed);
        assert_eq!(numbers(&table), found, "{typed}");
    }
}
