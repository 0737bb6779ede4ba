//! Whom an act hits, and how far it has come, on calls of every shape.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::{Input, Outcome};
use ajam::time::Moment;
use support::events;
use support::scene::{Scene, ids, named, prefixed};
use support::talk::{DENIED, Talk, body, event, happened};
use switchboard_core::acts::people::{hang_up, parties, transfer};
use switchboard_core::acts::pursuit::Pursuit;
use switchboard_core::acts::{Prospect, Reached};
use switchboard_core::console::{Command, Number, Target};
use switchboard_core::words::{self, target};

const T0: Moment = Moment::from_millis(0);

impl Scene {
    /// Who can be moved from a row, the chosen one in brackets.
    fn choice(&self, row: &str) -> String {
        let parties = parties(&self.pbx, row).expect("the row is there");
        let named = parties.people.iter().enumerate().map(|(at, person)| {
            let name = target::called(person);
            if at == parties.chosen {
                format!("[{name}]")
            } else {
                name
            }
        });
        let mut all: Vec<_> = named.collect();
        all.extend(parties.both.then(|| "both".to_owned()));
        all.join(" / ")
    }

    /// What the form says above its button.
    fn says(&self, row: &str) -> String {
        let parties = parties(&self.pbx, row).expect("the row is there");
        self.moving(&parties.people[parties.chosen].leg, None)
    }

    fn moving(&self, mover: &str, with: Option<&str>) -> String {
        let prospect = transfer(&self.pbx, mover, with).expect("they are there");
        target::transfer(&prospect, &exten("204"))
    }

    fn hanging_up(&self, row: &str) -> Prospect {
        hang_up(&self.pbx, row).expect("it is there")
    }
}

fn exten(text: &str) -> Exten {
    Exten::new(text).expect("fit")
}

const MUELLER: (&str, &str) = ("Mueller GmbH", "+49301234567");

/// Müller has called, and talks with 201.
fn talking() -> Scene {
    let mut scene = Scene::default();
    scene
        .leg("m", "m", MUELLER, 6, "Dial")
        .leg("e", "m", ("", "201"), 6, "AppDial")
        .enters("b", "m", "m")
        .enters("b", "m", "e");
    scene
}

/// Klingler rings so many phones.
fn ringing(phones: &[&str]) -> Scene {
    let mut scene = Scene::default();
    scene.leg("k", "k", ("Klingler", "0301234567"), 4, "Dial");
    for phone in phones {
        scene
            .leg(phone, "k", ("", phone), 5, "AppDial")
            .rings("k", "k", phone);
    }
    scene
}

#[test]
fn of_two_who_talk_the_caller_moves_whichever_row_was_used() {
    let scene = talking();
    for row in ["m", "e"] {
        assert_eq!(
            scene.choice(row),
            "[Mueller GmbH +49301234567] / 201 / both"
        );
        assert_eq!(
            scene.says(row),
            "Mueller GmbH +49301234567 goes to 204. 201 will be hung up."
        );
    }
    assert_eq!(
        scene.moving("e", None),
        "201 goes to 204. Mueller GmbH +49301234567 will be hung up."
    );
    assert_eq!(
        scene.moving("m", Some("e")),
        "Mueller GmbH +49301234567 and 201 both go to 204 separately. They will no longer be \
         connected, unless 204 is a conference."
    );
    for row in ["m", "e"] {
        let prospect = scene.hanging_up(row);
        let said = target::hang_up(&prospect);
        assert!(said.contains("Mueller") && said.contains("201") && said.ends_with("hung up."));
        assert!(!prospect.as_busy);
    }
}

/// Müller has called 201 by this step of the dial plan, and talks with them.
fn talking_by(application: &str, data: &str) -> Scene {
    let mut scene = Scene::default();
    let called = match application {
        "Queue" => "AppQueue",
        _ => "AppDial",
    };
    scene.leg("m", "m", MUELLER, 6, "").tell(&format!(
        "event='Newexten' {} application='{application}' appdata='{data}' context='in' \
         exten='100' priority='1'",
        ids("m", "m")
    ));
    scene
        .leg("e", "m", ("", "201"), 6, called)
        .enters("b", "m", "m")
        .enters("b", "m", "e");
    scene
}

#[test]
fn whoever_goes_on_in_the_dial_plan_is_not_said_to_be_hung_up() {
    for (application, data) in [("Dial", "PJSIP/201,60,tg"), ("Queue", "sales,c")] {
        let scene = talking_by(application, data);
        let goes_on = "Mueller GmbH +49301234567 stays on the line: the call goes on as the dial \
                       plan says.";
        assert_eq!(
            target::hang_up(&scene.hanging_up("e")),
            format!("201 will be hung up. {goes_on}")
        );
        assert_eq!(
            scene.moving("e", None),
            format!("201 goes to 204. {goes_on}")
        );
        // It is the caller whose dial plan that is.
        let said = target::hang_up(&scene.hanging_up("m"));
        assert!(
            said.contains("201 will be hung up") || said.contains("and 201"),
            "{said}"
        );
        assert!(!said.contains("goes on"), "{said}");
    }
    let scene = talking_by("Dial", "PJSIP/201,60,t");
    assert!(
        scene
            .moving("e", None)
            .contains("Mueller GmbH +49301234567 will be hung up")
    );
}

#[test]
fn whoever_goes_on_beyond_a_local_channel_is_not_said_to_be_hung_up() {
    // Müller's Dial calls a number of the house, which calls 201.
    let mut scene = Scene::default();
    scene.leg("m", "m", MUELLER, 6, "").tell(&format!(
        "event='Newexten' {} application='Dial' appdata='Local/201@in,60,g' context='in' \
         exten='100' priority='1'",
        ids("m", "m")
    ));
    scene
        .leg_named(
            "one",
            "m",
            "Local/201@in-00000001;1",
            ("", "201"),
            6,
            "AppDial",
        )
        .leg_named("two", "m", "Local/201@in-00000001;2", MUELLER, 6, "Dial")
        .leg("e", "m", ("", "201"), 6, "AppDial")
        .pair("one", "two", "m")
        .enters("b", "m", "m")
        .enters("b", "m", "one")
        .enters("c", "m", "two")
        .enters("c", "m", "e");
    let said = target::hang_up(&scene.hanging_up("e"));
    assert!(
        said.contains("Mueller GmbH +49301234567 stays on the line"),
        "{said}"
    );
}

#[test]
fn of_an_employee_who_called_out_the_other_side_moves() {
    let mut scene = Scene::default();
    scene
        .leg("e", "e", ("Anna", "201"), 6, "Dial")
        .leg("c", "e", ("", "0301234567"), 6, "AppDial")
        .enters("b", "e", "e")
        .enters("b", "e", "c");
    for row in ["e", "c"] {
        assert_eq!(scene.choice(row), "Anna 201 / [0301234567] / both");
    }
}

#[test]
fn a_transfer_of_a_phone_that_rings_means_its_caller() {
    let scene = ringing(&["205"]);
    for row in ["k", "205"] {
        assert_eq!(scene.choice(row), "[Klingler 0301234567]");
        assert_eq!(
            scene.says(row),
            "Klingler 0301234567 goes to 204. 205 stops ringing."
        );
    }
    let scene = ringing(&["205", "206"]);
    assert_eq!(
        scene.says("206"),
        "Klingler 0301234567 goes to 204. 205 and 206 stop ringing."
    );
}

#[test]
fn a_hang_up_of_a_phone_that_rings_says_what_its_caller_hears() {
    let prospect = ringing(&["205"]).hanging_up("205");
    assert!(prospect.as_busy);
    assert_eq!(
        target::hang_up(&prospect),
        "Klingler 0301234567 is calling 205 and will hear busy, or go on as the dial plan says."
    );
    let prospect = ringing(&["205", "206"]).hanging_up("205");
    assert!(!prospect.as_busy);
    assert_eq!(
        target::hang_up(&prospect),
        "205 stops ringing. 206 goes on ringing. Klingler 0301234567 goes on waiting for an answer."
    );
    let prospect = ringing(&["205"]).hanging_up("k");
    assert_eq!(
        target::hang_up(&prospect),
        "Klingler 0301234567 will be hung up. 205 stops ringing."
    );
}

#[test]
fn a_caller_in_a_queue_is_named_with_the_queue() {
    let mut scene = Scene::default();
    // A member's phone says of itself what its caller is called (16 and 22).
    scene
        .leg("k", "k", ("Klingler", "0301234567"), 6, "Queue")
        .leg("101", "k", ("Klingler", "0301234567"), 5, "AppQueue")
        .rings("k", "k", "101");
    for row in ["k", "101"] {
        assert_eq!(
            scene.says(row),
            "Klingler 0301234567 leaves the queue sales and goes to 204. 101 stops ringing."
        );
    }
    assert_eq!(
        target::hang_up(&scene.hanging_up("101")),
        "101 stops ringing. Klingler 0301234567 goes on waiting in the queue sales."
    );
}

#[test]
fn of_three_only_the_one_in_the_row_moves_and_the_others_stay() {
    let mut scene = talking();
    scene
        .leg("t", "t", ("", "207"), 6, "")
        .enters("b", "t", "t");
    assert_eq!(scene.choice("e"), "[201]");
    assert_eq!(
        scene.says("e"),
        "201 goes to 204. Mueller GmbH +49301234567 and 207 stay in the call."
    );
    assert_eq!(
        target::hang_up(&scene.hanging_up("t")),
        "207 will be hung up. 201 and Mueller GmbH +49301234567 stay in the call."
    );
}

/// 205 holds Müller, and asks 206 on a second call of this line.
fn consultation(line: &str, number: &str) -> Scene {
    let mut scene = Scene::default();
    let held = format!("{line}-00000001");
    let asks = format!("{line}-00000002");
    scene
        .leg("m", "m", MUELLER, 6, "Dial")
        .leg_named("held", "m", &held, ("Eva Klein", number), 6, "AppDial")
        .enters("b", "m", "m")
        .tell(&format!(
            "event='BridgeEnter' bridgeuniqueid='b' bridgetype='basic' bridgecreator='' {}",
            named("held", "m", &held)
        ))
        .leg_named("asks", "asks", &asks, ("Eva Klein", number), 6, "Dial")
        .leg("206", "asks", ("Max", "206"), 6, "AppDial")
        .enters("b2", "asks", "206")
        .tell(&format!(
            "event='BridgeEnter' bridgeuniqueid='b2' bridgetype='basic' bridgecreator='' {}",
            named("asks", "asks", &asks)
        ));
    scene
}

#[test]
fn of_somebody_who_asks_another_back_only_the_call_that_is_meant_ends() {
    for line in ["PJSIP/205", "SIP/eva"] {
        let scene = consultation(line, "205");
        assert_eq!(
            scene.says("m"),
            "Mueller GmbH +49301234567 goes to 204. Eva Klein 205's call with Mueller GmbH \
             +49301234567 ends; the one with Max 206 goes on."
        );
        // Each of her two rows says which of her calls it is.
        assert_eq!(
            target::hang_up(&scene.hanging_up("held")),
            "Mueller GmbH +49301234567 will be hung up. Eva Klein 205's call with Mueller GmbH \
             +49301234567 ends; the one with Max 206 goes on."
        );
        assert_eq!(
            target::hang_up(&scene.hanging_up("asks")),
            "Max 206 will be hung up. Eva Klein 205's call with Max 206 ends; the one with Mueller \
             GmbH +49301234567 goes on."
        );
    }
}

#[test]
fn the_channels_of_a_line_to_elsewhere_are_different_people() {
    // From outside, and to a number of another house that was called twice.
    let said = consultation("PJSIP/trunk", "0711555012").says("m");
    assert!(
        said.ends_with("Eva Klein 0711555012 will be hung up."),
        "{said}"
    );
    let mut scene = Scene::default();
    for call in ["1", "2"] {
        let (caller, called) = (format!("a{call}"), format!("b{call}"));
        let name = format!("PJSIP/branch-0000000{call}");
        scene
            .leg(&caller, &caller, ("", &format!("10{call}")), 6, "Dial")
            .leg_named(&called, &caller, &name, ("", "300"), 6, "AppDial")
            .enters(call, &caller, &caller)
            .tell(&format!(
                "event='BridgeEnter' bridgeuniqueid='{call}' bridgetype='basic' bridgecreator='' {}",
                named(&called, &caller, &name)
            ));
    }
    assert_eq!(
        scene.moving("a1", None),
        "101 goes to 204. 300 will be hung up."
    );
    // Nor is a phone that rings another call that goes on.
    let mut scene = talking();
    scene
        .leg("k", "k", ("Klingler", "0301234567"), 4, "Dial")
        .leg_named("r", "k", "PJSIP/e-00000002", ("", "201"), 5, "AppDial")
        .rings("k", "k", "r");
    assert!(scene.says("m").ends_with("201 will be hung up."));
}

#[test]
fn in_a_conference_whoever_is_left_stays() {
    let mut scene = Scene::default();
    for id in ["m", "e"] {
        scene.leg(id, id, ("", id), 6, "ConfBridge").tell(&format!(
            "event='BridgeEnter' bridgeuniqueid='c' bridgetype='base' bridgecreator='ConfBridge' \
             bridgename='650' {}",
            ids(id, id)
        ));
    }
    assert_eq!(scene.choice("m"), "[m]");
    assert_eq!(scene.says("m"), "m goes to 204. e stays in the call.");
}

#[test]
fn behind_local_channels_the_people_at_both_ends_are_meant() {
    // m —Dial→ x1 | x2 —Dial→ e, all joined.
    let mut scene = Scene::default();
    scene
        .leg("m", "m", MUELLER, 6, "Dial")
        .leg("x1", "m", ("", "201"), 6, "AppDial")
        .leg("x2", "m", ("", ""), 6, "Dial")
        .leg("e", "m", ("", "201"), 6, "AppDial")
        .pair("x1", "x2", "m")
        .enters("b1", "m", "m")
        .enters("b1", "m", "x1")
        .enters("b2", "m", "x2")
        .enters("b2", "m", "e");
    for row in ["m", "x1", "x2", "e"] {
        assert_eq!(
            scene.says(row),
            "Mueller GmbH +49301234567 goes to 204. 201 will be hung up.",
            "{row}"
        );
        let said = target::hang_up(&scene.hanging_up(row));
        assert!(
            said.contains("Mueller") && said.contains("201"),
            "{row}: {said}"
        );
    }
}

#[test]
fn a_local_pair_at_the_end_is_one_person_and_its_joined_half_moves() {
    let mut scene = Scene::default();
    scene
        .leg("m1", "m1", MUELLER, 6, "Dial")
        .leg("m2", "m1", MUELLER, 6, "Wait")
        .leg("e1", "m1", ("Mueller GmbH", "201"), 6, "AppDial")
        .leg("e2", "m1", MUELLER, 6, "Wait")
        .pair("m1", "m2", "m1")
        .pair("e1", "e2", "m1")
        .enters("b", "m1", "m1")
        .enters("b", "m1", "e1");
    for row in ["m1", "m2", "e1", "e2"] {
        assert_eq!(
            scene.choice(row),
            "[Mueller GmbH +49301234567] / 201 / both",
            "{row}"
        );
        let parties = parties(&scene.pbx, row).expect("there");
        assert_eq!(&*parties.people[0].leg, "m1", "{row}");
        assert_eq!(&*parties.people[1].leg, "e1", "{row}");
    }
}

#[test]
fn a_call_that_an_application_began_is_warned_of() {
    let mut scene = talking();
    scene.tell(&format!(
        "event='Newexten' {} context='phones' exten='s' priority='1' application='AppDial2' \
         appdata='(Outgoing Line)'",
        ids("m", "m")
    ));
    assert!(scene.moving("m", None).contains("will be lost"));
    // The side that can be moved is chosen, and both are not.
    assert_eq!(scene.choice("m"), "Mueller GmbH +49301234567 / [201]");
}

/// The channel was called by Originate, and an application runs on it.
fn begun_by_application(scene: &mut Scene, id: &str) {
    scene.tell(&format!(
        "event='Newexten' {} context='phones' exten='s' priority='1' application='AppDial2' \
         appdata='(Outgoing Line)'",
        ids(id, id)
    ));
}

#[test]
fn whom_an_application_has_put_into_a_conference_is_lost_and_the_others_stay() {
    let mut scene = Scene::default();
    scene.leg("a", "a", ("", "205"), 6, "");
    begun_by_application(&mut scene, "a");
    // In no bridge it gets there: `MusicOnHold`, `Wait`, `Echo` (16 and 22).
    assert_eq!(scene.moving("a", None), "205 goes to 204.");
    scene
        .leg("k", "k", ("Klingler", "0301234567"), 6, "ConfBridge")
        .meets("a", "a")
        .meets("k", "k");
    let said = scene.moving("a", None);
    assert!(said.contains("An application began this call"), "{said}");
    assert!(
        said.contains("Klingler 0301234567 stays in the call."),
        "{said}"
    );
}

#[test]
fn after_a_reload_a_place_that_is_none_tells_that_an_application_began_the_call() {
    // As a list tells a leg of `Originate … Application: ConfBridge`: at `s`, like a plain line's.
    let mut scene = Scene::default();
    scene.leg("a", "a", ("", "205"), 6, "ConfBridge");
    step(&mut scene, "a", ("s", "internal", "1"), "ConfBridge");
    scene
        .meets("a", "a")
        .leg("k", "k", ("K", ""), 6, "ConfBridge");
    scene.meets("k", "k");
    assert!(scene.moving("a", None).starts_with("205 goes to 204."));
    scene.pbx.learn_place("s", "internal", false);
    assert!(scene.moving("a", None).contains("205 will be lost"));
    scene.pbx.learn_place("s", "internal", true);
    assert!(scene.moving("a", None).starts_with("205 goes to 204."));
}

#[test]
fn whoever_is_paged_is_hung_up_with_the_one_who_pages() {
    let said = |scene: &Scene| target::hang_up(&scene.hanging_up("p"));
    for by_originate in [false, true] {
        let mut scene = Scene::default();
        scene.leg(
            "p",
            "p",
            ("Eva", "205"),
            6,
            if by_originate { "" } else { "Page" },
        );
        for id in ["x", "y"] {
            scene.leg(id, id, (id, ""), 6, "");
            begun_by_application(&mut scene, id);
            scene.meets(id, id);
        }
        if by_originate {
            begun_by_application(&mut scene, "p");
        }
        scene.meets("p", "p");
        assert_eq!(said(&scene), "Eva 205, x and y will be hung up.");
        // One that was paged may go without the others, but is lost.
        let one = scene.moving("x", None);
        assert!(one.contains("x will be lost"), "{one}");
    }
}

#[test]
fn a_caller_without_a_dial_plan_whose_phone_is_taken_away_is_hung_up() {
    let mut scene = Scene::default();
    scene.leg("a", "a", ("Test", "205"), 6, "");
    begun_by_application(&mut scene, "a");
    scene
        .leg("n", "a", ("", "204"), 5, "AppDial")
        .rings("a", "a", "n");
    let said = target::hang_up(&scene.hanging_up("n"));
    assert_eq!(said, "Test 205 will be hung up. 204 stops ringing.");
}

#[test]
fn a_conference_behind_a_local_channel_stays_when_the_leg_before_it_goes() {
    let mut scene = Scene::default();
    scene
        .leg("e", "e", ("Eva", "205"), 6, "Dial")
        .leg("l1", "e", ("", "650"), 6, "AppDial")
        .leg("l2", "e", ("", "650"), 6, "ConfBridge")
        .pair("l1", "l2", "e")
        .enters("b", "e", "e")
        .enters("b", "e", "l1")
        .meets("e", "l2");
    for (at, who) in ["k", "f", "g"].into_iter().enumerate() {
        scene
            .leg(who, who, (who, &format!("20{at}")), 6, "ConfBridge")
            .meets(who, who);
        // The row's own moves, whether one or more are in there.
        assert!(scene.says("e").starts_with("Eva 205 goes to 204."));
    }
    let said = target::hang_up(&scene.hanging_up("e"));
    assert_eq!(
        said,
        "Eva 205 will be hung up. f 201, g 202 and k 200 stay in the call."
    );
}

#[test]
fn after_a_reload_what_runs_on_the_channels_tells_who_calls() {
    // As lists tell it: no dial, and no halves, but names and applications.
    let mut scene = Scene::default();
    scene
        .leg("k", "k", ("Klingler", "0301234567"), 4, "Dial")
        .leg("205", "k", ("", "205"), 5, "AppDial");
    for row in ["k", "205"] {
        assert_eq!(
            scene.says(row),
            "Klingler 0301234567 goes to 204. 205 stops ringing."
        );
    }
}

#[test]
fn somebody_parked_is_no_longer_parked() {
    let mut scene = Scene::default();
    scene.leg("m", "m", MUELLER, 6, "Park").tell(
        "event='ParkedCall' parkeechannel='PJSIP/m-00000001' parkeeuniqueid='m' \
         parkeelinkedid='m' parkinglot='default' parkingspace='701'",
    );
    assert_eq!(
        scene.says("m"),
        "Mueller GmbH +49301234567 is no longer parked and goes to 204."
    );
}

// How far it has come.

fn pursuit(scene: &Scene, id: &str) -> Pursuit {
    let context = Context::new("internal").expect("fit");
    let channel = scene.pbx.channel(id).expect("there");
    let mut pursuit = Pursuit::of(channel, Some((exten("204"), context)), T0);
    pursuit.taken(T0);
    pursuit
}

/// The channel has gone to a step of the dial plan.
fn step(scene: &mut Scene, id: &str, place: (&str, &str, &str), app: &str) {
    let (exten, context, priority) = place;
    scene.tell(&format!(
        "event='Newexten' {} context='{context}' exten='{exten}' priority='{priority}' \
         application='{app}' appdata='x'",
        ids(id, id)
    ));
}

#[test]
fn a_transfer_is_done_when_the_number_has_answered_and_not_before() {
    let mut scene = talking();
    let mut pursuit = pursuit(&scene, "m");
    let look = |pursuit: &mut Pursuit, scene: &Scene| {
        let over = pursuit.look(&scene.pbx, T0);
        (pursuit.reached().clone(), over)
    };
    assert_eq!(look(&mut pursuit, &scene), (Reached::Sent, false));
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {}",
        ids("m", "m")
    ));
    step(&mut scene, "m", ("204", "internal", "1"), "Dial");
    assert_eq!(look(&mut pursuit, &scene), (Reached::Sent, false));
    scene
        .leg("n", "m", ("", "204"), 0, "AppDial")
        .rings("m", "m", "n");
    assert_eq!(look(&mut pursuit, &scene), (Reached::Calling, false));
    scene.tell(&format!(
        "event='Newstate' {} channelstate='5'",
        ids("n", "m")
    ));
    assert_eq!(look(&mut pursuit, &scene), (Reached::Ringing, false));
    scene
        .dial_ends("m", "m", "n", "ANSWER")
        .enters("b2", "m", "n")
        .enters("b2", "m", "m");
    assert_eq!(look(&mut pursuit, &scene), (Reached::Answered, true));
}

#[test]
fn a_number_that_is_not_there_is_never_done() {
    let mut scene = talking();
    let mut missing = pursuit(&scene, "m");
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {}",
        ids("m", "m")
    ));
    step(&mut scene, "m", ("i", "internal", "1"), "Answer");
    assert!(missing.look(&scene.pbx, T0));
    assert_eq!(
        *missing.reached(),
        Reached::Elsewhere {
            exten: "i".to_owned(),
            context: "internal".to_owned()
        }
    );
    // And where there is no `i`, everybody is hung up, though the place was told.
    let mut scene = talking();
    let mut lost = pursuit(&scene, "m");
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {} context='internal' exten='204' priority='1'",
        ids("m", "m")
    ));
    lost.look(&scene.pbx, T0);
    scene.ends("m", "m");
    assert!(lost.look(&scene.pbx, T0));
    assert_eq!(*lost.reached(), Reached::Lost);
    // Nor did it get there whose new place is told with what it ran at the old one, as the leg of a
    // call that an application began (22 and 16).
    let mut scene = talking();
    let mut lost = pursuit(&scene, "m");
    scene.tell(&format!(
        "event='Newexten' {} context='internal' exten='204' priority='1' application='Dial' \
         appdata=''",
        ids("m", "m")
    ));
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {} context='internal' exten='204' priority='1'",
        ids("m", "m")
    ));
    lost.look(&scene.pbx, T0);
    scene.ends("m", "m");
    assert!(lost.look(&scene.pbx, T0));
    assert_eq!(*lost.reached(), Reached::Lost);
}

#[test]
fn who_was_said_to_be_lost_is_called_lost_though_a_list_had_it_at_the_number() {
    for doomed in [true, false] {
        let mut scene = talking();
        let mut pursuit = pursuit(&scene, "m").doomed(doomed);
        scene.tell(&format!(
            "event='BridgeLeave' bridgeuniqueid='b' {}",
            ids("m", "m")
        ));
        step(&mut scene, "m", ("204", "internal", "1"), "Dial");
        step(&mut scene, "m", ("204", "internal", "2"), "Dial");
        pursuit.look(&scene.pbx, T0);
        scene.ends("m", "m");
        assert!(pursuit.look(&scene.pbx, T0));
        let lost = *pursuit.reached() == Reached::Lost;
        assert_eq!(lost, doomed, "{:?}", pursuit.reached());
    }
}

/// Müller has left his call for 204, which rings.
fn sent_to_204() -> (Scene, Pursuit) {
    let mut scene = talking();
    let mut pursuit = pursuit(&scene, "m");
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {}",
        ids("m", "m")
    ));
    scene
        .leg("n", "m", ("", "204"), 5, "AppDial")
        .rings("m", "m", "n");
    pursuit.look(&scene.pbx, T0);
    (scene, pursuit)
}

/// Both take these in.
fn hear(scene: &mut Scene, pursuit: &mut Pursuit, told: &[&str]) {
    for event in &events(&happened(told)) {
        pursuit.hear(event);
        scene.pbx.apply(event, T0);
    }
}

#[test]
fn a_busy_number_and_one_that_nobody_answers_are_told_apart() {
    for (status, busy) in [("BUSY", true), ("NOANSWER", false), ("CHANUNAVAIL", false)] {
        let (mut scene, mut pursuit) = sent_to_204();
        let (caller, dest) = (ids("m", "m"), prefixed("dest", &ids("n", "m")));
        let end = format!("event='DialEnd' {caller} {dest} dialstatus='{status}'");
        hear(&mut scene, &mut pursuit, &[&end]);
        assert!(
            !pursuit.look(&scene.pbx, T0),
            "it may go on to somebody else"
        );
        let ended = |reached: &Reached| match (busy, reached) {
            (true, Reached::Busy { ended }) | (false, Reached::NoAnswer { ended }) => *ended,
            other => panic!("{status}: {other:?}"),
        };
        assert!(!ended(pursuit.reached()));
        scene.ends("m", "m");
        assert!(pursuit.look(&scene.pbx, T0));
        assert!(ended(pursuit.reached()));
    }
}

#[test]
fn a_phone_that_declines_is_told_from_a_caller_who_gives_up() {
    for (cause, declined) in [("21", true), ("16", false)] {
        let (mut scene, mut pursuit) = sent_to_204();
        let (caller, dest) = (ids("m", "m"), prefixed("dest", &ids("n", "m")));
        let end = format!("event='DialEnd' {caller} {dest} dialstatus='NOANSWER'");
        let gone = format!("event='Hangup' {} cause='{cause}'", ids("n", "m"));
        hear(&mut scene, &mut pursuit, &[&end, &gone]);
        // All of it may come at once.
        scene.ends("m", "m");
        assert!(pursuit.look(&scene.pbx, T0));
        let reached = match declined {
            true => Reached::Declined { ended: true },
            false => Reached::GaveUp,
        };
        assert_eq!(*pursuit.reached(), reached, "{cause}");
    }
}

#[test]
fn an_application_has_the_call_when_it_has_had_it_for_a_while() {
    let mut scene = talking();
    let mut pursuit = pursuit(&scene, "m");
    scene.tell(&format!(
        "event='BridgeLeave' bridgeuniqueid='b' {}",
        ids("m", "m")
    ));
    step(&mut scene, "m", ("204", "internal", "2"), "VoiceMail");
    assert!(!pursuit.look(&scene.pbx, T0));
    let later = T0 + Duration::from_secs(3);
    assert!(pursuit.look(&scene.pbx, later));
    assert_eq!(*pursuit.reached(), Reached::There("VoiceMail".to_owned()));
}

#[test]
fn what_nothing_shows_is_not_called_done_however_long_it_takes() {
    let scene = talking();
    let mut pursuit = pursuit(&scene, "m");
    let mut over = false;
    while !over {
        let now = pursuit.wake_at().expect("it is bounded");
        if pursuit.wants_look(now) {
            pursuit.seen(None, now);
        }
        over = pursuit.look(&scene.pbx, now);
        assert!(now.since(T0) < Duration::from_secs(60));
    }
    assert_eq!(*pursuit.reached(), Reached::Unknown);
}

#[test]
fn a_hang_up_is_done_when_the_channel_is_gone() {
    let mut scene = talking();
    let channel = scene.pbx.channel("m").expect("there");
    let mut pursuit = Pursuit::of(channel, None, T0);
    pursuit.taken(T0);
    assert!(!pursuit.look(&scene.pbx, T0));
    let late = T0 + Duration::from_secs(11);
    assert!(pursuit.clone().look(&scene.pbx, late));
    scene.ends("m", "m");
    assert!(pursuit.look(&scene.pbx, T0));
    assert_eq!(*pursuit.reached(), Reached::Gone);
}

// Looking a number up.

/// A live board with two channels, of an account that may look numbers up.
fn console() -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    let commands = "response='Success' redirect='x' hangup='x' getvar='x' coreshowchannels='x'";
    talk.answer("ListCommands", &body(&[commands]));
    let settings = "response='Success' amiversion='11.0.0' asteriskversion='22.10.1'";
    talk.answer("CoreSettings", &body(&[settings]));
    talk.list(&["1.1", "1.2"]);
    talk
}

fn sending() -> Command {
    Command::Transfer {
        channel: Uniqueid::new("1.1").expect("an id"),
        with: None,
        exten: exten("204"),
        context: Context::new("internal").expect("fit"),
    }
}

trait LookUp {
    /// The number is looked up while somebody types it.
    fn look_up_204(&mut self, value: &str);
}

impl LookUp for Talk {
    fn look_up_204(&mut self, value: &str) {
        let context = Context::new("internal").expect("fit");
        self.console.look_up(exten("204"), context, self.now);
        self.drain();
        let answer = format!("response='Success' value='{value}'");
        self.answer("Getvar", &body(&[&answer]));
    }
}

/// What stands beside the row.
fn note_of(talk: &Talk) -> String {
    let id = Uniqueid::new("1.1").expect("an id");
    let note = talk.console.note(&Target::from(&id));
    note.map(words::outcome::note).unwrap_or_default()
}

fn outcome(talk: &Talk) -> Option<Outcome> {
    talk.console
        .note(&Target::from(&Uniqueid::new("1.1").expect("an id")))
        .and_then(|note| note.outcome.clone())
}

#[test]
fn a_number_is_looked_up_before_a_transfer_and_one_that_is_missing_is_not_sent() {
    for (value, sent) in [("1", true), ("0", false)] {
        let mut talk = console();
        talk.console.ask(sending(), talk.now);
        talk.drain();
        assert_eq!(talk.waiting(), ["WaitEvent", "Getvar"]);
        let answer = format!("response='Success' variable='x' value='{value}'");
        talk.answer("Getvar", &body(&[&answer]));
        assert_eq!(talk.waiting().contains(&"Redirect"), sent);
        let refused = (!sent).then_some(Outcome::NoExtension);
        assert_eq!(outcome(&talk), refused);
    }
}

#[test]
fn where_it_cannot_be_known_whether_a_number_is_there_it_is_sent() {
    for answer in [DENIED, "response='Error' message='No such variable'"] {
        let mut talk = console();
        talk.console.ask(sending(), talk.now);
        talk.drain();
        talk.answer("Getvar", &body(&[answer]));
        assert!(talk.waiting().contains(&"Redirect"), "{answer}");
    }
}

#[test]
fn a_number_of_which_a_slow_server_does_not_say_that_it_is_there_is_not_sent() {
    let mut talk = console();
    let shown = talk.console.prospect(&sending()).expect("it is there");
    talk.console.ask_as_shown(sending(), shown, talk.now);
    talk.drain();
    talk.now = talk.now + Duration::from_millis(4900);
    talk.input(Input::Tick);
    assert!(!talk.waiting().contains(&"Redirect"));
    // Beside the row stands that it was asked.
    assert_eq!(outcome(&talk), None);
    assert!(note_of(&talk).contains("asked"));
    talk.now = talk.now + Duration::from_millis(200);
    talk.input(Input::Tick);
    assert_eq!(outcome(&talk), Some(Outcome::NotChecked));
    assert_eq!(
        note_of(&talk),
        "Transfer not sent: the PBX did not say in time whether the call would get to 204"
    );
    // What is learned too late sends nothing: nobody expects it any more.
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    assert!(!talk.posted.iter().any(|body| body.contains("Redirect")));
}

#[test]
fn what_somebody_wants_sent_unchecked_is_sent_unless_its_number_is_known_to_be_missing() {
    let mut talk = console();
    let shown = talk.console.prospect(&sending()).expect("it is there");
    talk.console
        .ask_unchecked(sending(), shown.clone(), talk.now);
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent", "Redirect"]);

    let mut talk = console();
    talk.look_up_204("0");
    talk.console.ask_unchecked(sending(), shown, talk.now);
    talk.drain();
    assert_eq!(outcome(&talk), Some(Outcome::NoExtension));
    assert!(!talk.waiting().contains(&"Redirect"));
}

#[test]
fn a_look_up_without_an_answer_holds_nothing_up() {
    let mut talk = console();
    talk.console.ask(sending(), talk.now);
    talk.drain();
    talk.now = talk.now + Duration::from_secs(1);
    talk.input(Input::Tick);
    assert!(talk.waiting().contains(&"Redirect"));
    // What is learned too late changes nothing.
    talk.answer("Getvar", &body(&["response='Success' value='0'"]));
    talk.answer(
        "Redirect",
        &body(&["response='Success' message='Redirect successful'"]),
    );
    assert!(matches!(outcome(&talk), Some(Outcome::Done(_))));
}

#[test]
fn a_number_that_was_there_a_moment_ago_is_not_waited_for_long() {
    let mut talk = console();
    talk.look_up_204("1");
    let shown = talk.console.prospect(&sending()).expect("it is there");
    talk.console.ask_as_shown(sending(), shown, talk.now);
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent", "Getvar"]);
    talk.now = talk.now + Duration::from_secs(1);
    talk.input(Input::Tick);
    assert!(talk.waiting().contains(&"Redirect"));
    talk.answer("Getvar", &body(&["response='Success' value='0'"]));
    talk.answer(
        "Redirect",
        &body(&["response='Success' message='Redirect successful'"]),
    );
    assert!(matches!(outcome(&talk), Some(Outcome::Done(_))));
}

/// As a list tells a leg of `Originate … Application: ConfBridge`, and a caller of a plain line.
fn at_s_in_a_conference() -> Talk {
    let mut talk = console();
    let step = format!(
        "{} application='ConfBridge' appdata='650'",
        event("Newexten", "1.1")
    );
    let enter = format!(
        "{} bridgeuniqueid='c' bridgetype='base' bridgecreator='ConfBridge' bridgename='650'",
        event("BridgeEnter", "1.1")
    );
    talk.answer("WaitEvent", &happened(&[&step, &enter]));
    assert!(talk.console.place_in_doubt("1.1").is_some());
    talk
}

#[test]
fn whether_who_moves_stands_in_the_dial_plan_is_asked_before_it_is_sent() {
    for (value, outcome_is) in [("0", Some(Outcome::Changed)), ("1", None)] {
        let mut talk = at_s_in_a_conference();
        let shown = talk.console.prospect(&sending()).expect("it is there");
        talk.console.ask_as_shown(sending(), shown, talk.now);
        talk.drain();
        assert_eq!(talk.waiting(), ["WaitEvent", "Getvar"]);
        assert!(talk.form("Getvar").contains("%2Cs%2C1"));
        let answer = format!("response='Success' value='{value}'");
        talk.answer("Getvar", &body(&[&answer]));
        // Nobody was told that the call would be lost.
        assert_eq!(outcome(&talk), outcome_is);
        if outcome_is.is_none() {
            assert!(talk.form("Getvar").contains("%2C204%2C1"));
            talk.answer("Getvar", &body(&["response='Success' value='1'"]));
            assert!(talk.waiting().contains(&"Redirect"));
        }
    }
    // The form has asked already.
    let mut talk = at_s_in_a_conference();
    let (exten, context) = talk.console.place_in_doubt("1.1").expect("it is in doubt");
    talk.console.look_up(exten, context, talk.now);
    talk.drain();
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    talk.console.ask(sending(), talk.now);
    talk.drain();
    assert!(talk.form("Getvar").contains("%2C204%2C1"));
    // And a slow server's silence is not taken for an answer.
    let mut talk = at_s_in_a_conference();
    talk.console.ask(sending(), talk.now);
    talk.drain();
    talk.now = talk.now + Duration::from_secs(5);
    talk.input(Input::Tick);
    assert_eq!(outcome(&talk), Some(Outcome::NotChecked));
}

#[test]
fn of_what_is_typed_one_number_is_looked_up_at_a_time_and_the_last_one_at_the_end() {
    let mut talk = console();
    let context = Context::new("internal").expect("fit");
    for typed in ["2", "20", "204"] {
        talk.console
            .look_up(exten(typed), context.clone(), talk.now);
    }
    talk.drain();
    assert_eq!(talk.waiting(), ["WaitEvent", "Getvar"]);
    talk.answer("Getvar", &body(&["response='Success' value='0'"]));
    assert_eq!(talk.waiting(), ["WaitEvent", "Getvar"]);
    assert!(
        talk.posted
            .last()
            .is_some_and(|body| body.contains("internal%2C204%2C1"))
    );
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    let known = |typed| talk.console.number(&exten(typed), &context, talk.now);
    assert_eq!(
        [known("2"), known("20"), known("204")],
        [Number::Missing, Number::Open, Number::There]
    );
}

#[test]
fn what_would_hit_others_by_now_than_it_was_said_to_is_not_sent() {
    let mut talk = console();
    let shown = talk.console.prospect(&sending()).expect("it is there");
    talk.console.ask_as_shown(sending(), shown, talk.now);
    talk.drain();
    let enter = |id: &str| {
        format!(
            "{} bridgeuniqueid='b' bridgetype='basic'",
            event("BridgeEnter", id)
        )
    };
    talk.answer("WaitEvent", &happened(&[&enter("1.1"), &enter("1.2")]));
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    assert!(!talk.waiting().contains(&"Redirect"));
    assert_eq!(outcome(&talk), Some(Outcome::Changed));
}

#[test]
fn a_transfer_that_asterisk_took_is_told_stage_by_stage_and_its_end_by_a_toast() {
    let mut talk = console();
    talk.console.ask(sending(), talk.now);
    talk.drain();
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    talk.answer(
        "Redirect",
        &body(&["response='Success' message='Redirect successful'"]),
    );
    let reached = |talk: &Talk| {
        talk.console
            .note(&Target::from(&Uniqueid::new("1.1").expect("an id")))
            .and_then(|note| note.reached.clone())
    };
    assert_eq!(reached(&talk), Some(Reached::Sent));
    let dial = format!(
        "{} destchannel='PJSIP/2.1' destuniqueid='2.1' destchannelstate='5'",
        event("DialBegin", "1.1")
    );
    talk.answer("WaitEvent", &happened(&[&dial]));
    assert_eq!(reached(&talk), Some(Reached::Ringing));
    talk.answer("WaitEvent", &happened(&[&event("Hangup", "1.1")]));
    assert_eq!(reached(&talk), None);
    let told = talk.console.take_orphans();
    let told: Vec<_> = told
        .into_iter()
        .filter_map(|orphan| orphan.note.reached)
        .collect();
    assert_eq!(told, [Reached::GaveUp]);
}
