//! Parking, and calls with one's own phone: whom they hit, and how far they have come.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::{Input, Outcome};
use ajam::time::Moment;
use support::events;
use support::scene::{Scene, ids, prefixed};
use support::talk::{Talk, body, event, happened};
use switchboard_core::acts::errand::Errand;
use switchboard_core::acts::parking::Parking;
use switchboard_core::acts::{Act, Course, Own, Phone, Reached, Rings, Wish, offers, people};
use switchboard_core::console::{Command, Note, Target};
use switchboard_core::words::{outcome, ringing, target};

const T0: Moment = Moment::from_millis(0);
const MUELLER: (&str, &str) = ("Mueller GmbH", "+49301234567");

fn id(text: &str) -> Uniqueid {
    Uniqueid::new(text).expect("an id")
}

fn exten(text: &str) -> Exten {
    Exten::new(text).expect("fit")
}

fn context() -> Context {
    Context::new("internal").expect("fit")
}

/// The phone whose channels are `PJSIP/own-…`.
fn own() -> Phone {
    Phone::read("PJSIP/own 201 internal").expect("a phone")
}

/// Müller has called, and talks with this one.
fn talking_with(called: &str) -> Scene {
    let mut scene = Scene::default();
    scene
        .leg("m", "m", MUELLER, 6, "Dial")
        .leg(called, "m", ("", "201"), 6, "AppDial")
        .enters("b", "m", "m")
        .enters("b", "m", called);
    scene
}

fn parking_said(scene: &Scene, row: &str, phone: Option<&Phone>) -> String {
    let parks = offers::parks(&scene.pbx, row, phone);
    let Some(first) = parks.first() else {
        return String::new();
    };
    let prospect = people::park(&scene.pbx, &first.who.leg, &first.back_to.leg);
    let prospect = prospect.expect("they are there");
    target::park(&prospect, &first.back_to.leg, Some(Duration::from_secs(45)))
}

#[test]
fn parking_means_the_callers_side_and_says_where_it_comes_back_to() {
    let scene = talking_with("e");
    for row in ["m", "e"] {
        assert_eq!(
            parking_said(&scene, row, None),
            "Mueller GmbH +49301234567 is parked and hears music. 201 hears the number of the place \
             and is hung up. If nobody takes the call within 45 s, it rings at 201 again."
        );
    }
    // Of one's own call the other side is meant, whoever has called.
    let mut scene = Scene::default();
    scene
        .leg("own", "own", ("", "201"), 6, "Dial")
        .leg("e", "own", ("", "202"), 6, "AppDial")
        .enters("b", "own", "own")
        .enters("b", "own", "e");
    assert!(parking_said(&scene, "own", None).starts_with("201 is parked"));
    assert!(parking_said(&scene, "own", Some(&own())).starts_with("202 is parked"));
}

#[test]
fn of_three_the_others_stay_when_one_is_parked() {
    let mut scene = talking_with("e");
    scene
        .leg("t", "t", ("", "207"), 6, "")
        .enters("b", "t", "t");
    let said = parking_said(&scene, "m", None);
    assert!(
        said.starts_with("Mueller GmbH +49301234567 is parked"),
        "{said}"
    );
    assert!(said.contains("201 and 207 stay in the call."), "{said}");
}

#[test]
fn only_what_fits_a_call_is_offered() {
    let fitting = |scene: &Scene, row: &str| offers::fitting(&scene.pbx, row, Some(&own()));
    assert_eq!(fitting(&talking_with("e"), "m"), [Act::Park]);
    let mut parked = Scene::default();
    parked.leg("m", "m", MUELLER, 6, "Dial").parks("m", "m");
    assert_eq!(fitting(&parked, "m"), [Act::Retrieve]);
    let mut ringing = Scene::default();
    ringing
        .leg("m", "m", MUELLER, 4, "Dial")
        .leg("own", "m", ("", "201"), 5, "AppDial")
        .rings("m", "m", "own");
    // One's own phone that rings is answered, and not picked up.
    assert_eq!(fitting(&ringing, "m"), []);
    ringing
        .leg("e", "m", ("", "202"), 5, "AppDial")
        .rings("m", "m", "e");
    for row in ["m", "e"] {
        assert_eq!(fitting(&ringing, row), [Act::PickUp]);
        let Rings { caller, ringing } =
            offers::rings(&ringing.pbx, row, Some(&own())).expect("it rings");
        assert_eq!((&*caller.leg, &*ringing.leg), ("m", "e"));
    }
}

#[test]
fn who_calls_ones_own_phone_is_known_and_what_was_asked_for_here_is_no_call_to_it() {
    let arrival = |scene: &Scene| offers::arrival(&scene.pbx, &own());
    let mut scene = Scene::default();
    // Called by the page: nobody dials it.
    scene.leg("own", "own", ("", "201"), 5, "AppDial2");
    assert_eq!(arrival(&scene), None);
    let asked_for = |scene: &Scene, leg: &str| offers::is_asked_for(&scene.pbx, leg, &own());
    assert!(asked_for(&scene, "own"));
    scene
        .leg("m", "m", MUELLER, 4, "Dial")
        .leg_named("in", "m", "PJSIP/own-2", ("", "201"), 5, "AppDial")
        .rings("m", "m", "in")
        .leg("e", "m", ("", "202"), 5, "AppDial")
        .rings("m", "m", "e");
    let rings = arrival(&scene).expect("it rings");
    assert_eq!((&*rings.leg, &*rings.caller.leg), ("in", "m"));
    assert!(!asked_for(&scene, "in") && !asked_for(&scene, "e"));
    assert_eq!(
        ringing::title(&rings, "(1) Calls – Switchboard"),
        "Call from Mueller GmbH +49301234567 – (1) Calls – Switchboard"
    );
    assert_eq!(ringing::at_phone(&own()), "Your phone 201 is ringing.");
    scene.is("in", "m", 6);
    assert_eq!(arrival(&scene), None, "it has been answered");
}

#[test]
fn what_comes_to_ones_own_phone_is_said_before() {
    let mut ringing = Scene::default();
    ringing
        .leg("m", "m", MUELLER, 4, "Dial")
        .leg("e", "m", ("", "202"), 5, "AppDial")
        .leg("f", "m", ("", "203"), 5, "AppDial")
        .rings("m", "m", "e")
        .rings("m", "m", "f");
    let prospect = people::pick_up(&ringing.pbx, "e", "m").expect("it rings");
    assert_eq!(
        target::comes(&prospect, &own()),
        "Your phone 201 rings. When you answer, you talk with Mueller GmbH +49301234567, and 202 and \
         203 stop ringing."
    );
    ringing.parks("m", "m");
    let prospect = people::retrieve(&ringing.pbx, "m").expect("it is parked");
    assert_eq!(
        target::comes(&prospect, &own()),
        "Your phone 201 rings. When you answer, you talk with Mueller GmbH +49301234567, who stays \
         parked until then."
    );
}

// How far it has come.

/// A scene with a call to one's own phone.
struct Call {
    scene: Scene,
    errand: Errand,
    now: Moment,
    over: bool,
}

impl Call {
    fn to(scene: Scene, wish: Wish) -> Self {
        let mut errand = Errand::of(id("own"), wish, T0);
        errand.taken(T0);
        Self {
            scene,
            errand,
            now: T0,
            over: false,
        }
    }

    /// A call to 204.
    fn to_204() -> Self {
        Self::to(Scene::default(), Wish::Call(exten("204"), context()))
    }

    fn tell(&mut self, told: &str) -> &mut Self {
        for event in &events(&happened(&[told])) {
            self.errand.hear(event);
            self.scene.pbx.apply(event, self.now);
        }
        self
    }

    fn with(&mut self, tell: impl FnOnce(&mut Scene)) -> &mut Self {
        tell(&mut self.scene);
        self
    }

    /// One's own phone rings.
    fn rings(&mut self) -> &mut Self {
        self.with(|scene| {
            scene.leg("own", "own", ("", "201"), 5, "AppDial2");
        })
    }

    /// It is answered, and the dial plan calls.
    fn answers_and_dials(&mut self) -> &mut Self {
        self.reached();
        self.with(|scene| {
            scene.is("own", "own", 6);
        });
        self.reached();
        let step = format!(
            "event='Newexten' {} context='internal' exten='204' priority='1' application='Dial' \
             appdata='PJSIP/204'",
            ids("own", "own")
        );
        self.tell(&step)
    }

    fn calls_204(&mut self) -> &mut Self {
        self.with(|scene| {
            scene.leg("n", "own", ("", "204"), 5, "AppDial");
        });
        let (caller, dest) = (ids("own", "own"), prefixed("dest", &ids("n", "own")));
        self.tell(&format!("event='DialBegin' {caller} {dest}"))
    }

    /// The call to somebody ends so.
    fn ends(&mut self, dest: &str, status: &str, cause: &str) -> &mut Self {
        let caller = if dest == "own" {
            String::new()
        } else {
            ids("own", "own")
        };
        let dest_ids = prefixed("dest", &ids(dest, "own"));
        if !status.is_empty() {
            self.tell(&format!(
                "event='DialEnd' {caller} {dest_ids} dialstatus='{status}'"
            ));
        }
        self.hang_up(dest, cause)
    }

    fn hang_up(&mut self, leg: &str, cause: &str) -> &mut Self {
        let gone = ids(leg, "own");
        self.tell(&format!("event='Hangup' {gone} cause='{cause}'"))
    }

    fn reached(&mut self) -> Reached {
        self.over = self.errand.look(&self.scene.pbx, self.now);
        self.errand.reached().clone()
    }

    /// What it has come to in the end.
    fn end(&mut self) -> Reached {
        let reached = self.reached();
        assert!(self.over, "{reached:?}");
        reached
    }
}

#[test]
fn of_ones_own_phone_the_reason_is_told_by_its_end() {
    // As 22 and 16 tell it.
    for (status, cause, own) in [
        ("BUSY", "17", Own::Busy),
        ("NOANSWER", "21", Own::Declined),
        ("NOANSWER", "19", Own::NoAnswer),
        ("", "19", Own::NoAnswer),
        ("", "0", Own::NoAnswer),
        ("CHANUNAVAIL", "20", Own::Unreachable),
        ("NOANSWER", "0", Own::Stopped),
    ] {
        let mut call = Call::to_204();
        assert_eq!(call.rings().reached(), Reached::Own(Own::Rings));
        assert_eq!(
            call.ends("own", status, cause).end(),
            Reached::Own(own),
            "{status} {cause}"
        );
    }
}

#[test]
fn a_phone_that_is_not_there_never_has_a_channel() {
    let mut call = Call::to_204();
    assert_eq!(call.reached(), Reached::Sent);
    let told = "event='OriginateResponse' response='Failure' reason='0' uniqueid='unknown'";
    for event in &events(&happened(&[told])) {
        call.errand.responded(event);
    }
    assert_eq!(call.end(), Reached::Own(Own::Unreachable));
    // And without any word it is not known.
    let mut call = Call::to_204();
    call.now = call.errand.wake_at().expect("it is bounded");
    assert_eq!(call.end(), Reached::Unknown);
}

#[test]
fn a_phone_that_is_tried_has_rung_when_its_time_is_over() {
    let ring = || Call::to(Scene::default(), Wish::Ring);
    assert_eq!(ring().rings().ends("own", "", "19").end(), Reached::Rang);
    let mut answered = ring();
    answered.rings().with(|scene| {
        scene.is("own", "own", 6);
    });
    assert_eq!(answered.end(), Reached::Answered);
    assert_eq!(
        ring().rings().ends("own", "BUSY", "17").end(),
        Reached::Own(Own::Busy)
    );
}

#[test]
fn a_call_is_connected_when_two_who_are_there_share_a_bridge_and_not_before() {
    let mut call = Call::to_204();
    call.rings().answers_and_dials();
    assert_eq!(call.reached(), Reached::Own(Own::Answered));
    assert_eq!(call.calls_204().reached(), Reached::Ringing);
    // A Local channel that has answered is nobody.
    call.with(|scene| {
        scene
            .leg_named("l1", "own", "Local/9@x-1;1", ("", "204"), 6, "AppDial")
            .leg_named("l2", "own", "Local/9@x-1;2", ("", ""), 4, "Dial");
        for leg in ["own", "l1"] {
            let ids = match leg {
                "own" => ids("own", "own"),
                other => support::scene::named(other, "own", "Local/9@x-1;1"),
            };
            scene.tell(&format!(
                "event='BridgeEnter' bridgeuniqueid='b' bridgetype='basic' bridgecreator='' {ids}"
            ));
        }
    });
    assert_ne!(call.reached(), Reached::Answered);
    call.with(|scene| {
        scene.is("n", "own", 6).enters("b", "own", "n");
    });
    assert_eq!(call.end(), Reached::Answered);
}

#[test]
fn what_became_of_the_number_is_told_by_its_dial() {
    for (status, cause, ended) in [
        ("BUSY", "17", Reached::Busy { ended: true }),
        ("NOANSWER", "21", Reached::Declined { ended: true }),
        ("NOANSWER", "19", Reached::GaveUp),
    ] {
        let mut call = Call::to_204();
        call.rings().answers_and_dials().calls_204().reached();
        call.ends("n", status, cause);
        if status == "BUSY" {
            assert_eq!(call.reached(), Reached::Busy { ended: false });
        }
        call.hang_up("own", "16");
        assert_eq!(call.end(), ended, "{status} {cause}");
    }
    // One's own line ends with the phone's cause, and before that.
    let mut call = Call::to_204();
    call.rings().answers_and_dials().calls_204().reached();
    let (own, phone) = (ids("own", "own"), prefixed("dest", &ids("n", "own")));
    call.tell(&format!(
        "event='DialEnd' {own} {phone} dialstatus='NOANSWER'"
    ));
    call.hang_up("own", "21");
    assert_eq!(call.end(), Reached::Declined { ended: true });
    // It rang out, and the dial plan went on for a moment.
    let mut call = Call::to_204();
    call.rings().answers_and_dials().calls_204().reached();
    call.ends("n", "NOANSWER", "19");
    assert_eq!(call.reached(), Reached::NoAnswer { ended: false });
    // Nobody is dialled who has no phone.
    let mut call = Call::to_204();
    call.rings().answers_and_dials().reached();
    call.hang_up("own", "20");
    assert_eq!(call.end(), Reached::Unreachable);
}

#[test]
fn of_a_call_whose_end_comes_with_its_answer_the_number_is_blamed_and_not_ones_own_phone() {
    for (status, cause, ended) in [
        ("BUSY", "17", Reached::Busy { ended: true }),
        ("NOANSWER", "21", Reached::Declined { ended: true }),
    ] {
        for ring_was_seen in [true, false] {
            let mut call = Call::to_204();
            call.rings();
            if ring_was_seen {
                assert_eq!(call.reached(), Reached::Own(Own::Rings));
            }
            // All of it in one answer of Asterisk's.
            let own = prefixed("dest", &ids("own", "own"));
            call.tell(&format!("event='DialEnd' {own} dialstatus='ANSWER'"));
            call.calls_204().ends("n", status, cause);
            call.hang_up("own", cause);
            // It is not in the model any more, and was never looked at there.
            assert_eq!(call.end(), ended, "{status} {cause} {ring_was_seen}");
        }
    }
}

#[test]
fn a_phone_that_is_first_seen_when_the_number_rings_already_is_followed_all_the_same() {
    let mut call = Call::to_204();
    call.with(|scene| {
        scene.leg("own", "own", ("", "201"), 6, "Dial");
    });
    assert_eq!(call.calls_204().reached(), Reached::Ringing);
    call.ends("n", "BUSY", "17");
    assert_eq!(call.reached(), Reached::Busy { ended: false });
}

/// Müller is parked, or rings at 202.
fn parked() -> Scene {
    let mut scene = Scene::default();
    scene.leg("m", "m", MUELLER, 6, "Dial").parks("m", "m");
    scene
}

fn ringing() -> Scene {
    let mut scene = Scene::default();
    scene
        .leg("m", "m", MUELLER, 4, "Dial")
        .leg("e", "m", ("", "202"), 5, "AppDial")
        .rings("m", "m", "e");
    scene
}

fn takes() -> [Call; 2] {
    let pick_up = Wish::PickUp {
        ringing: id("e"),
        caller: id("m"),
    };
    [
        Call::to(parked(), Wish::Retrieve(id("m"))),
        Call::to(ringing(), pick_up),
    ]
}

#[test]
fn what_was_taken_is_done_when_it_shares_a_bridge_with_ones_own_phone() {
    for mut call in takes() {
        assert_eq!(call.rings().reached(), Reached::Own(Own::Rings));
        assert_eq!(call.errand.spare(), None);
        call.with(|scene| {
            scene.is("own", "own", 6);
        });
        assert_eq!(call.reached(), Reached::Own(Own::Answered));
        call.tell(&format!(
            "event='ParkedCallGiveUp' {} parkinglot='default' parkingspace='701'",
            prefixed("parkee", &ids("m", "m"))
        ));
        call.with(|scene| {
            scene.enters("b", "m", "m").enters("b", "own", "own");
        });
        assert_eq!(call.end(), Reached::Answered);
        assert_eq!(call.errand.spare(), None);
    }
}

#[test]
fn when_the_caller_is_gone_the_call_to_ones_own_phone_is_ended_once() {
    for mut call in takes() {
        call.rings().reached();
        call.with(|scene| {
            scene.ends("e", "m").ends("m", "m");
        });
        assert_eq!(call.reached(), Reached::GaveUp);
        assert!(!call.over, "its channel is still there");
        assert_eq!(call.errand.spare(), Some(id("own")));
        assert_eq!(call.errand.spare(), None);
        call.hang_up("own", "16");
        assert_eq!(call.end(), Reached::GaveUp);
    }
}

/// Both ring at one's own phone, and whoever was to be taken does not wait any more.
fn left() -> [Call; 2] {
    let [mut retrieve, mut pick_up] = takes();
    retrieve.rings().reached();
    retrieve.tell(&format!(
        "event='ParkedCallGiveUp' {} parkinglot='default' parkingspace='701'",
        prefixed("parkee", &ids("m", "m"))
    ));
    pick_up.rings().reached();
    pick_up.hang_up("e", "16");
    [retrieve, pick_up]
}

#[test]
fn a_caller_whose_ringing_or_parking_ends_before_their_channel_has_given_up() {
    for mut call in left() {
        assert_eq!(call.reached(), Reached::Own(Own::Rings));
        call.hang_up("m", "16");
        assert_eq!(call.reached(), Reached::GaveUp);
        assert_eq!(call.errand.spare(), Some(id("own")));
        call.hang_up("own", "16");
        assert_eq!(call.end(), Reached::GaveUp);
    }
}

#[test]
fn ones_own_phone_is_not_hung_up_where_its_answer_is_told_after_what_it_has_brought() {
    for mut call in left() {
        assert_eq!(call.reached(), Reached::Own(Own::Rings));
        assert_eq!(call.errand.spare(), None);
        call.with(|scene| {
            scene.enters("b", "m", "m");
        });
        assert_eq!(call.reached(), Reached::Own(Own::Rings));
        call.with(|scene| {
            scene.enters("b", "own", "own").is("own", "own", 6);
        });
        assert_eq!(call.end(), Reached::Answered);
        assert_eq!(call.errand.spare(), None);
    }
}

#[test]
fn what_somebody_else_has_taken_is_left_alone() {
    for mut call in left() {
        call.with(|scene| {
            scene.leg("x", "m", ("Ben", "204"), 6, "ParkedCall");
            scene.enters("b", "m", "x").enters("b", "m", "m");
        });
        assert_eq!(call.reached(), Reached::TooLate);
        assert_eq!(call.errand.spare(), Some(id("own")));
    }
    // Nobody shows who has it.
    for mut call in left() {
        assert_eq!(call.reached(), Reached::Own(Own::Rings));
        call.now = call.errand.wake_at().expect("it is bounded");
        assert_eq!(call.reached(), Reached::TooLate);
        assert_eq!(call.errand.spare(), Some(id("own")));
    }
}

#[test]
fn somebody_is_parked_when_the_lot_tells_so_and_not_before() {
    let parking = |scene: &Scene| {
        let channel = scene.pbx.channel("m").expect("there");
        let mut parking = Parking::of(channel, T0);
        parking.taken(T0);
        parking
    };
    let mut scene = talking_with("e");
    let mut waits = parking(&scene);
    assert!(!waits.look(&scene.pbx, T0));
    let late = waits.wake_at().expect("it is bounded");
    let mut too_long = waits.clone();
    assert!(too_long.look(&scene.pbx, late));
    let Reached::NotParked(with) = too_long.reached() else {
        panic!("{:?}", too_long.reached());
    };
    let with: Vec<_> = with.iter().map(target::called).collect();
    assert_eq!(with, ["201"]);
    scene.parks("m", "m");
    assert!(waits.look(&scene.pbx, T0));
    assert_eq!(*waits.reached(), Reached::Parked("701".to_owned()));
    // It is gone before.
    let mut scene = talking_with("e");
    let mut lost = parking(&scene);
    scene.ends("m", "m");
    assert!(lost.look(&scene.pbx, T0));
    assert_eq!(*lost.reached(), Reached::Lost);
}

// What is sent.

const LOTS: &str = "response='Success' eventlist='start'";

/// A live board with two who talk, of an account that may park and originate.
fn console() -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    let commands = "response='Success' redirect='x' hangup='x' getvar='x' park='x' \
                    parkinglots='x' originate='x' coreshowchannels='x'";
    talk.answer("ListCommands", &body(&[commands]));
    let settings = "response='Success' amiversion='11.0.0' asteriskversion='22.10.1'";
    talk.answer("CoreSettings", &body(&[settings]));
    talk.list(&["1.1", "1.2"]);
    let enter = |id: &str| {
        format!(
            "{} bridgeuniqueid='b' bridgetype='basic' bridgetechnology='simple_bridge' \
             bridgecreator=''",
            event("BridgeEnter", id)
        )
    };
    talk.answer("WaitEvent", &happened(&[&enter("1.1"), &enter("1.2")]));
    talk
}

fn parks() -> Command {
    Command::Park {
        channel: id("1.1"),
        back_to: id("1.2"),
        lot: None,
    }
}

fn note_of(talk: &Talk, of: &Target) -> Option<Note> {
    talk.console.note(of).cloned()
}

fn said(talk: &Talk) -> String {
    let note = note_of(talk, &Target::from(&id("1.1")));
    note.as_ref().map(outcome::note).unwrap_or_default()
}

/// Asks to park, and answers which lots there are: one with so many places.
fn ask_to_park(talk: &mut Talk, places: u32) {
    let shown = talk.console.prospect(&parks()).expect("they are there");
    talk.console.ask_as_shown(parks(), shown, talk.now);
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent", "Parkinglots"]);
    let lot = format!(
        "event='Parkinglot' name='default' startspace='701' stopspace='{}' timeout='45'",
        700 + places
    );
    talk.answer("Parkinglots", &body(&[LOTS, &lot]));
}

#[test]
fn a_full_lot_is_refused_before_anything_is_sent() {
    let mut talk = console();
    let parked = "event='ParkedCall' parkeechannel='PJSIP/9.9' parkeeuniqueid='9.9' \
                  parkinglot='default' parkingspace='701'";
    let new = event("Newchannel", "9.9");
    talk.answer("WaitEvent", &happened(&[&new, parked]));
    ask_to_park(&mut talk, 1);
    assert!(!talk.posted.iter().any(|form| form.contains("Action=Park&")));
    assert_eq!(
        note_of(&talk, &Target::from(&id("1.1"))).and_then(|note| note.outcome),
        Some(Outcome::Full)
    );
    assert!(said(&talk).starts_with("Park not sent"));
    // With a second place there is room.
    ask_to_park(&mut talk, 2);
    assert!(talk.waiting().contains(&"Park"));
}

#[test]
fn what_asterisk_took_and_did_not_park_is_said_with_where_the_caller_is() {
    let mut talk = console();
    ask_to_park(&mut talk, 20);
    let form = talk.form("Park");
    assert!(
        form.contains("Channel=PJSIP%2F1.1&TimeoutChannel=PJSIP%2F1.2"),
        "{form}"
    );
    assert!(!form.contains("AnnounceChannel"));
    talk.answer(
        "Park",
        &body(&["response='Success' message='Park successful'"]),
    );
    assert_eq!(said(&talk), "Parking");
    talk.now = talk.now + Duration::from_secs(6);
    talk.input(Input::Tick);
    assert!(
        said(&talk).starts_with("Not parked, though Asterisk accepted it. Still in the call with")
    );
}

fn call_204(talk: &mut Talk) -> Command {
    Command::Phone {
        leg: talk.console.next_channel(),
        phone: own(),
        wish: Wish::Call(exten("204"), context()),
    }
}

#[test]
fn a_number_is_looked_up_and_then_called_from_ones_own_phone_once() {
    let mut talk = console();
    let call = call_204(&mut talk);
    let leg = call.channel().clone();
    let shown = talk.console.prospect(&call).expect("it can be asked for");
    talk.console.ask_as_shown(call, shown.clone(), talk.now);
    // Pressed twice.
    let again = call_204(&mut talk);
    talk.console.ask_as_shown(again, shown.clone(), talk.now);
    talk.drain();
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    let form = talk.form("Originate");
    for part in [
        "Channel=PJSIP%2Fown",
        "Exten=204&Context=internal&Priority=1",
        "Async=true",
        &format!("ChannelId={}", &*leg),
    ] {
        assert!(form.contains(part), "{form}");
    }
    talk.answer(
        "Originate",
        &body(&["response='Success' message='Originate successfully queued'"]),
    );
    // And while it rings.
    let again = call_204(&mut talk);
    talk.console.ask_as_shown(again, shown, talk.now);
    talk.drain();
    let sent = talk
        .posted
        .iter()
        .filter(|form| form.contains("Action=Originate"));
    assert_eq!(sent.count(), 1);
    // The ids of channels are of one length, and none tells another.
    let other = talk.console.next_channel();
    assert!(other.len() == leg.len() && other != leg);
}

#[test]
fn what_ones_own_phone_does_is_told_though_its_row_is_drawn_only_later() {
    let mut talk = console();
    let call = call_204(&mut talk);
    let leg = call.channel().clone();
    let shown = talk.console.prospect(&call).expect("it can be asked for");
    talk.console.ask_unchecked(call, shown, talk.now);
    talk.drain();
    talk.answer(
        "Originate",
        &body(&["response='Success' message='Originate successfully queued'"]),
    );
    // It comes and rings in one answer.
    let rings = format!(
        "event='Newchannel' channel='PJSIP/own-00000001' uniqueid='{leg}' linkedid='{leg}' \
         channelstate='5' channelstatedesc='Ringing' calleridnum='201' calleridname='' \
         connectedlinenum='' connectedlinename='' language='en' accountcode='' context='internal' \
         exten='s' priority='1'"
    );
    talk.answer("WaitEvent", &happened(&[&rings]));
    let told = talk.console.take_told();
    let told: Vec<_> = told.iter().map(|(_, news)| outcome::orphan(news)).collect();
    assert!(
        told.iter()
            .any(|told| told.contains("Your phone is ringing")),
        "{told:?}"
    );
    let note = note_of(&talk, &Target::from(&leg));
    assert_eq!(
        note.as_ref().map(outcome::note).as_deref(),
        Some("Your phone is ringing: answer it")
    );
}

#[test]
fn a_number_that_is_not_there_rings_no_phone() {
    let mut talk = console();
    let call = call_204(&mut talk);
    let shown = talk.console.prospect(&call).expect("it can be asked for");
    talk.console.ask_as_shown(call, shown, talk.now);
    talk.drain();
    talk.answer("Getvar", &body(&["response='Success' value='0'"]));
    assert!(!talk.waiting().contains(&"Originate"));
    let told = talk.console.take_orphans();
    let told: Vec<_> = told.iter().map(outcome::orphan).collect();
    assert_eq!(told, ["201: Call not sent: 204 does not exist there"]);
}

#[test]
fn a_late_answer_tells_that_a_phone_is_not_there() {
    let mut talk = console();
    let leg = talk.console.next_channel();
    let ring = Command::Phone {
        leg,
        phone: own(),
        wish: Wish::Ring,
    };
    talk.console.ask(ring, talk.now);
    talk.drain();
    let form = talk.form("Originate");
    let action_id = form.split("ActionID=").nth(1).expect("an id");
    let action_id = action_id.split('&').next().unwrap_or_default().to_owned();
    talk.answer(
        "Originate",
        &body(&["response='Success' message='Originate successfully queued'"]),
    );
    let of_phone = |talk: &Talk| note_of(talk, &Target::Phone).as_ref().map(outcome::note);
    assert_eq!(of_phone(&talk).as_deref(), Some("Calling your phone"));
    let told = format!(
        "event='OriginateResponse' actionid='{action_id}' response='Failure' reason='0' \
         uniqueid='unknown'"
    );
    talk.answer("WaitEvent", &happened(&[&told]));
    assert_eq!(
        of_phone(&talk).as_deref(),
        Some("your phone can't be reached")
    );
}
