//! Somebody is asked first: every step, and everything that may come between, told event by event as
//! 16 and 22 tell it.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::ami::{Parked, Uniqueid};
use ajam::session::Outcome;
use support::events;
use support::scene::{Scene, ids, named, prefixed};
use support::talk::{Talk, body, event, happened};
use switchboard_core::acts::consult::{Consult, Deed, End, NotNow, PARKED, Stage, Why, Wish, pair};
use switchboard_core::words::consult as words;

const CALLED: &str = "Local/204@in-00000007;1";
const HALF: &str = "Local/204@in-00000007;2";

/// A consultation, and the calls that it is about: Müller has called 201, who asks 204.
struct Story {
    scene: Scene,
    consult: Consult,
    heard: usize,
    count: usize,
    /// Every deed so far.
    deeds: Vec<Deed>,
}

fn id(text: &str) -> Uniqueid {
    Uniqueid::new(text).expect("an id")
}

fn exten(text: &str) -> Exten {
    Exten::new(text).expect("fit")
}

fn context(text: &str) -> Context {
    Context::new(text).expect("fit")
}

fn done() -> Outcome {
    Outcome::Done("ok".to_owned())
}

fn refused(words: &str) -> Outcome {
    Outcome::Refused(words.to_owned())
}

fn slot(space: &str) -> Option<(Exten, Context)> {
    Some((exten(space), context("parkedcalls")))
}

impl Story {
    /// They talk, and the number is there.
    fn begin() -> Self {
        let mut scene = Scene::default();
        scene
            .leg("m", "m", ("Mueller", "0301234567"), 6, "Dial")
            .leg("e", "m", ("Anna", "201"), 6, "AppDial")
            .enters("b", "m", "m")
            .enters("b", "m", "e");
        let two = pair(&scene.pbx, "m").expect("two who talk");
        let mut consult = Consult::new(two, (exten("204"), context("in")), scene.now);
        consult.learned(Some(true), false, scene.now);
        Self {
            heard: scene.told.len(),
            scene,
            consult,
            count: 0,
            deeds: Vec::new(),
        }
    }

    /// Something happens.
    fn then(&mut self, happens: impl FnOnce(&mut Scene)) -> &mut Self {
        happens(&mut self.scene);
        let told = self.scene.told.split_off(self.heard);
        for one in &told {
            for event in &events(&happened(&[one])) {
                self.consult.hear(event);
            }
        }
        self.scene.told.extend(told);
        self.heard = self.scene.told.len();
        self.look();
        self
    }

    fn look(&mut self) {
        self.consult.look(&self.scene.pbx, self.scene.now);
    }

    /// So much later.
    fn after(&mut self, time: Duration) -> &mut Self {
        self.scene.now = self.scene.now + time;
        self.look();
        self
    }

    /// What it asks of Asterisk now.
    fn asks(&mut self) -> Option<Deed> {
        let count = &mut self.count;
        let mut new = || {
            *count += 1;
            id(&format!("new-{count}"))
        };
        let deed = self
            .consult
            .next(&self.scene.pbx, self.scene.now, &mut new)?;
        self.deeds.push(deed.clone());
        Some(deed)
    }

    #[track_caller]
    fn asks_for(&mut self, deed: Deed) -> &mut Self {
        assert_eq!(self.asks(), Some(deed));
        self
    }

    #[track_caller]
    fn asks_nothing(&mut self) -> &mut Self {
        assert_eq!(self.asks(), None);
        self
    }

    fn answer(&mut self, outcome: Outcome) -> &mut Self {
        self.consult.answered(&outcome, self.scene.now);
        self.look();
        self
    }

    /// Asks for this, and Asterisk takes it.
    #[track_caller]
    fn does(&mut self, deed: Deed) -> &mut Self {
        self.asks_for(deed).asks_nothing().answer(done())
    }

    #[track_caller]
    fn wants(&mut self, wish: Wish) -> &mut Self {
        assert!(self.consult.want(wish, self.scene.now));
        self.look();
        self
    }

    #[track_caller]
    fn is(&self, stage: Stage) -> &Self {
        assert_eq!(*self.consult.stage(), stage);
        self
    }

    #[track_caller]
    fn ended(&self, end: End) -> &Self {
        self.is(Stage::Over(end))
    }

    #[track_caller]
    fn says(&self, said: &str) -> &Self {
        assert_eq!(words::told(&self.consult).words, said);
        self
    }

    #[track_caller]
    fn hints(&self, said: &str) -> &Self {
        assert_eq!(words::told(&self.consult).hint, said);
        self
    }

    /// 204 is called, and rings.
    #[track_caller]
    fn ringing() -> Self {
        let mut story = Self::begin();
        story.does(Deed::Call(id("new-1"))).then(|scene| {
            scene
                .leg_named("new-1", "new-1", CALLED, ("Anna", "201"), 0, "")
                .leg_named("half", "new-1", HALF, ("", ""), 4, "Dial");
            let (one, two) = (
                named("new-1", "new-1", CALLED),
                named("half", "new-1", HALF),
            );
            let (one, two) = (prefixed("localone", &one), prefixed("localtwo", &two));
            scene.tell(&format!("event='LocalBridge' {one} {two}"));
            scene.leg("t", "new-1", ("Ben", "204"), 5, "AppDial");
            let dest = prefixed("dest", &ids("t", "new-1"));
            let caller = named("half", "new-1", HALF);
            scene.tell(&format!("event='DialBegin' {caller} {dest}"));
        });
        let (rings, stops) = (true, false);
        story.is(Stage::Calling { rings, stops });
        story
    }

    /// How the dial of 204 ends.
    fn dial_ends(&mut self, status: &str) -> &mut Self {
        self.then(|scene| {
            let dest = prefixed("dest", &ids("t", "new-1"));
            let caller = named("half", "new-1", HALF);
            scene.tell(&format!(
                "event='DialEnd' {caller} {dest} dialstatus='{status}'"
            ));
        })
    }

    /// The call to 204 ends, with this cause there.
    fn call_ends(&mut self, cause: &str) -> &mut Self {
        self.then(|scene| {
            scene
                .tell(&format!(
                    "event='Hangup' {} cause='{cause}'",
                    ids("t", "new-1")
                ))
                .tell(&format!(
                    "event='Hangup' {} cause='0'",
                    named("half", "new-1", HALF)
                ))
                .tell(&format!(
                    "event='Hangup' {} cause='0'",
                    named("new-1", "new-1", CALLED)
                ));
        });
        self.consult.call_ended(false, false);
        self.look();
        self
    }

    /// The same up to where all three hear each other.
    #[track_caller]
    fn joined() -> Self {
        let mut story = Self::ringing();
        story.dial_ends("ANSWER").then(|scene| {
            scene.is("t", "new-1", 6);
            let bridge = "bridgeuniqueid='b' bridgetype='basic' bridgecreator=''";
            let called = named("new-1", "new-1", CALLED);
            scene.tell(&format!("event='BridgeEnter' {bridge} {called}"));
        });
        story.is(Stage::Joining).asks_for_park();
        // The Local channel takes itself out.
        story.then(|scene| {
            let bridge = "bridgeuniqueid='b' bridgetype='basic' bridgecreator=''";
            scene
                .tell(&format!(
                    "event='BridgeEnter' {bridge} {} swapuniqueid='new-1'",
                    ids("t", "new-1")
                ))
                .tell(&format!(
                    "event='Hangup' {} cause='0'",
                    named("half", "new-1", HALF)
                ))
                .tell(&format!(
                    "event='Hangup' {} cause='0'",
                    named("new-1", "new-1", CALLED)
                ));
        });
        story.is(Stage::Joining);
        story
    }

    #[track_caller]
    fn asks_for_park(&self) {
        let mut copy = Self {
            scene: Scene::default(),
            consult: self.consult.clone(),
            heard: 0,
            count: 0,
            deeds: Vec::new(),
        };
        copy.scene.pbx = self.scene.pbx.clone();
        copy.scene.now = self.scene.now;
        copy.asks_for(Deed::Park);
    }

    /// Müller is parked; nothing else is known of the lot.
    #[track_caller]
    fn parked() -> Self {
        let mut story = Self::joined();
        story.does(Deed::Park).then(|scene| {
            scene.leaves("b", "m", "m");
            scene.parks("m", "m");
            scene.tell(&format!("event='MusicOnHoldStart' {}", ids("m", "m")));
        });
        story.is(Stage::Asking);
        story
    }

    /// The same where the space can't be dialled.
    #[track_caller]
    fn asking() -> Self {
        let mut story = Self::parked();
        let (exten, context) = slot("701").expect("a slot");
        story.asks_for(Deed::LookUp(exten, context));
        story.consult.learned(Some(false), false, story.scene.now);
        story.asks_nothing().is(Stage::Asking);
        story
    }

    /// The same where it can, so that whoever is left alone gets Müller.
    #[track_caller]
    fn caught() -> Self {
        let mut story = Self::parked();
        let (exten, context) = slot("701").expect("a slot");
        story.asks_for(Deed::LookUp(exten, context));
        story.consult.learned(Some(true), false, story.scene.now);
        story
            .does(Deed::Net(id("t"), slot("701")))
            .does(Deed::Net(id("e"), slot("701")))
            .asks_nothing();
        story
    }

    /// Müller leaves the lot and meets this one.
    fn meets(&mut self, bridge: &str, other: &str, call: &str) -> &mut Self {
        self.then(|scene| {
            let parkee = prefixed("parkee", &ids("m", "m"));
            scene
                .tell(&format!(
                    "event='ParkedCallGiveUp' {parkee} parkinglot='default' parkingspace='701'"
                ))
                .leaves("p", "m", "m")
                .enters(bridge, "m", "m")
                .enters(bridge, call, other);
        })
    }
}

#[test]
fn the_third_joins_the_customer_waits_and_both_are_connected() {
    let mut story = Story::ringing();
    story
        .asks_nothing()
        .says("204 is ringing. Mueller 0301234567 is still talking with Anna 201.")
        .hints("If Anna 201 hangs up now, the call with Mueller 0301234567 ends.");
    let mut story = Story::asking();
    story.says("Anna 201 is talking with Ben 204. Mueller 0301234567 is waiting, parked at 701.");
    story.hints(
        "Connect hangs Anna 201 up, Take back hangs Ben 204 up. If Anna 201 or Ben 204 hangs up \
         first, both are cut off, and Anna 201's phone is called for Mueller 0301234567.",
    );
    story
        .wants(Wish::Connect)
        .does(Deed::Bridge(id("m"), id("t")))
        .is(Stage::Connecting);
    story.meets("b2", "t", "new-1").is(Stage::Connecting);
    story
        .then(|scene| {
            scene.ends("e", "m");
        })
        .asks_nothing()
        .ended(End::Connected)
        .says("Mueller 0301234567 is talking with Ben 204. Anna 201 is free.");
}

#[test]
fn the_customer_is_taken_back_and_the_third_is_hung_up() {
    let mut story = Story::asking();
    story
        .wants(Wish::TakeBack)
        .does(Deed::Bridge(id("m"), id("e")))
        .meets("b2", "e", "m")
        .then(|scene| {
            scene.ends("t", "new-1");
        })
        .asks_nothing()
        .ended(End::Returned)
        .says("Mueller 0301234567 is talking with Anna 201 again. Ben 204 was hung up.");
}

#[test]
fn of_two_who_talk_each_can_be_the_one_who_waits() {
    let scene = Story::begin().scene;
    let legs = |customer: &str| {
        let (customer, colleague) = pair(&scene.pbx, customer).expect("two who talk");
        (customer.leg.to_string(), colleague.leg.to_string())
    };
    assert_eq!(legs("m"), ("m".to_owned(), "e".to_owned()));
    assert_eq!(legs("e"), ("e".to_owned(), "m".to_owned()));
    let mut ringing = Scene::default();
    ringing
        .leg("k", "k", ("Klingler", "030"), 4, "Dial")
        .leg("205", "k", ("", "205"), 5, "AppDial")
        .rings("k", "k", "205");
    assert_eq!(pair(&ringing.pbx, "k"), Err(NotNow::NotTwo));
    let mut three = Story::begin().scene;
    three
        .leg("x", "x", ("", "207"), 6, "")
        .enters("b", "x", "x");
    assert_eq!(pair(&three.pbx, "m"), Err(NotNow::NotTwo));
}

#[test]
fn who_was_called_is_called_as_long_as_nobody_knows_the_number_is_missing() {
    let two = |scene: &Scene| pair(&scene.pbx, "m").expect("two who talk");
    let scene = Story::begin().scene;
    let number = || (exten("204"), context("in"));
    for (exists, silent, stage) in [
        (Some(false), false, Stage::Over(End::NoExtension)),
        (None, true, Stage::Over(End::NotChecked)),
        (
            None,
            false,
            Stage::Calling {
                rings: false,
                stops: false,
            },
        ),
    ] {
        let mut consult = Consult::new(two(&scene), number(), scene.now);
        let next = consult.next(&scene.pbx, scene.now, &mut || id("x"));
        assert_eq!(next, Some(Deed::LookUp(exten("204"), context("in"))));
        consult.learned(exists, silent, scene.now);
        assert_eq!(*consult.stage(), stage);
    }
}

#[test]
fn it_is_told_why_nobody_was_reached_and_the_two_talk_on() {
    for (status, cause, why, said) in [
        ("BUSY", "17", Why::Busy, "204 is busy."),
        ("NOANSWER", "21", Why::Declined, "204 declined."),
        ("NOANSWER", "19", Why::NoAnswer, "204 did not answer."),
        (
            "CHANUNAVAIL",
            "20",
            Why::Unreachable,
            "204 can't be reached.",
        ),
    ] {
        let mut story = Story::ringing();
        story.dial_ends(status).call_ends(cause).asks_nothing();
        let on = "Mueller 0301234567 and Anna 201 are talking on.";
        story
            .ended(End::NotReached(why))
            .says(&format!("{said} {on}"));
    }
    // There is no phone at all: nothing was ever rung.
    let mut story = Story::begin();
    story.does(Deed::Call(id("new-1")));
    story.consult.call_ended(false, false);
    story.look();
    story.ended(End::NotReached(Why::Unreachable));
}

#[test]
fn that_nobody_was_reached_is_told_even_if_asterisk_does_not_say_so() {
    let mut story = Story::ringing();
    story.then(|scene| {
        scene
            .tell(&format!("event='Hangup' {} cause='0'", ids("t", "new-1")))
            .tell(&format!(
                "event='Hangup' {} cause='0'",
                named("half", "new-1", HALF)
            ))
            .tell(&format!(
                "event='Hangup' {} cause='0'",
                named("new-1", "new-1", CALLED)
            ));
    });
    let (rings, stops) = (true, false);
    story.is(Stage::Calling { rings, stops });
    story
        .after(Duration::from_secs(2))
        .ended(End::NotReached(Why::NoAnswer));
}

#[test]
fn a_mailbox_that_answers_in_place_of_the_third_is_hung_up() {
    let mut story = Story::ringing();
    story.dial_ends("NOANSWER").then(|scene| {
        scene.ends("t", "new-1");
        let bridge = "bridgeuniqueid='b' bridgetype='basic' bridgecreator=''";
        let called = named("new-1", "new-1", CALLED);
        scene.tell(&format!("event='BridgeEnter' {bridge} {called}"));
    });
    story.ended(End::NotReached(Why::Machine));
    story.does(Deed::HangUp(id("new-1"))).asks_nothing();
}

#[test]
fn who_rings_can_be_called_no_more() {
    let mut story = Story::ringing();
    story
        .wants(Wish::TakeBack)
        .asks_for(Deed::HangUp(id("new-1")))
        .asks_nothing()
        .says("Stopping the call to 204 …");
    assert!(!story.consult.want(Wish::TakeBack, story.scene.now), "once");
    story
        .answer(done())
        .call_ends("0")
        .asks_nothing()
        .ended(End::Stopped);
}

#[test]
fn nobody_is_parked_before_the_third_is_in_the_bridge() {
    let mut story = Story::ringing();
    story.dial_ends("ANSWER").then(|scene| {
        scene.is("t", "new-1", 6);
    });
    story.asks_nothing();
}

#[test]
fn the_third_hangs_up_while_three_are_together() {
    let mut story = Story::joined();
    story
        .does(Deed::Park)
        .then(|scene| {
            scene.ends("t", "new-1");
        })
        .asks_nothing()
        .ended(End::ThirdLeft)
        .says("Ben 204 has hung up. Mueller 0301234567 and Anna 201 are talking on.");
}

/// A line to outside bears the name of who calls by it.
#[test]
fn a_third_outside_is_not_called_by_the_colleagues_name() {
    let mut story = Story::asking();
    story.then(|scene| {
        scene.tell(&format!(
            "event='NewCallerid' {} calleridname='Anna' calleridnum='0030123'",
            ids("t", "new-1")
        ));
    });
    story.says("Anna 201 is talking with 0030123. Mueller 0301234567 is waiting, parked at 701.");
}

#[test]
fn the_third_hangs_up_and_the_colleague_gets_the_customer() {
    let mut story = Story::caught();
    story.hints(
        "Connect hangs Anna 201 up, Take back hangs Ben 204 up. If one of them hangs up first, the \
         other gets Mueller 0301234567.",
    );
    story
        .then(|scene| {
            scene.ends("t", "new-1").leaves("b", "m", "e");
        })
        .asks_nothing()
        .is(Stage::Asking);
    story.meets("b2", "e", "m").ended(End::ThirdLeft);
    // When that call ends, Anna is to go nowhere.
    story.does(Deed::Net(id("e"), None)).asks_nothing();
    assert!(story.consult.is_finished(&story.scene.pbx));
}

#[test]
fn the_third_hangs_up_and_the_colleagues_phone_is_called_for_who_waits() {
    let mut story = Story::asking();
    let parked = Parked {
        lot: "default".to_owned(),
        space: "701".to_owned(),
    };
    story.then(|scene| {
        scene.ends("t", "new-1").ends("e", "m");
    });
    story.asks_nothing().is(Stage::Asking);
    story.after(Duration::from_secs(1)).is(Stage::Recalling);
    story.says(
        "Mueller 0301234567 is waiting alone, parked at 701. Anna 201's phone is called to take the \
         call back.",
    );
    let endpoint = ajam::ami::Endpoint::new("PJSIP/e").expect("a phone");
    story.after(Duration::from_secs(1));
    let asked = story.asks();
    let Some(Deed::Recall(to, recalled, at)) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!((to, at), (endpoint, parked));
    story.answer(done()).asks_nothing();
    let recalled = recalled.as_str().to_owned();
    let name = "PJSIP/e-00000009";
    story.then(|scene| {
        scene.leg_named(&recalled, &recalled, name, ("Anna", "201"), 6, "");
        let parkee = prefixed("parkee", &ids("m", "m"));
        let bridge = "bridgeuniqueid='b2' bridgetype='basic' bridgecreator=''";
        scene
            .tell(&format!(
                "event='UnParkedCall' {parkee} parkinglot='default' parkingspace='701'"
            ))
            .leaves("p", "m", "m")
            .enters("b2", "m", "m")
            .tell(&format!(
                "event='BridgeEnter' {bridge} {}",
                named(&recalled, &recalled, name)
            ));
    });
    story
        .asks_nothing()
        .ended(End::BackAgain)
        .says("Anna 201 is talking with Mueller 0301234567 again.");
}

#[test]
fn a_phone_that_does_not_take_the_customer_back_can_be_called_again() {
    let mut story = Story::asking();
    story.then(|scene| {
        scene.ends("t", "new-1").ends("e", "m");
    });
    story
        .after(Duration::from_secs(1))
        .after(Duration::from_secs(1));
    assert!(matches!(story.asks(), Some(Deed::Recall(..))));
    story.answer(done());
    story.consult.call_ended(true, false);
    story.look();
    story.asks_nothing().is(Stage::Waiting);
    story.wants(Wish::CallAgain).after(Duration::from_secs(1));
    assert!(matches!(story.asks(), Some(Deed::Recall(..))));
    // Who rings for somebody who has hung up is called no more.
    story.answer(done()).then(|scene| {
        scene.leg("new-3", "new-3", ("", ""), 5, "");
    });
    story
        .then(|scene| {
            scene.ends("m", "m");
        })
        .ended(End::CustomerLeft { others_talk: false });
    story.asks_for(Deed::HangUp(id("new-3")));
}

#[test]
fn the_colleague_hangs_up_while_the_third_rings() {
    let mut story = Story::ringing();
    story.then(|scene| {
        scene.leaves("b", "m", "e").leaves("b", "m", "m");
        scene.ends("m", "m").ends("e", "m");
    });
    story.ended(End::ColleagueLeft);
    story.does(Deed::HangUp(id("new-1"))).asks_nothing();
    // Who has dialled may go on where the dial plan says.
    let mut story = Story::ringing();
    story.then(|scene| {
        scene.ends("e", "m").leaves("b", "m", "m");
    });
    story.ended(End::ColleagueLeft);
    story.does(Deed::HangUp(id("new-1"))).asks_nothing();
}

#[test]
fn the_colleague_hangs_up_while_three_are_together() {
    let mut story = Story::joined();
    story.then(|scene| {
        scene.ends("e", "m");
    });
    story.asks_nothing().ended(End::Connected);
}

#[test]
fn the_colleague_hangs_up_and_the_third_gets_the_customer() {
    let mut story = Story::caught();
    story.then(|scene| {
        scene.ends("e", "m").leaves("b", "new-1", "t");
    });
    story.asks_nothing().is(Stage::Asking);
    story.meets("b2", "t", "new-1").ended(End::Connected);
    story.does(Deed::Net(id("t"), None)).asks_nothing();
}

#[test]
fn the_colleague_hangs_up_without_a_net_and_is_called_back() {
    let mut story = Story::asking();
    story.then(|scene| {
        scene.ends("e", "m").ends("t", "new-1");
    });
    story
        .after(Duration::from_secs(1))
        .after(Duration::from_secs(1));
    assert!(matches!(story.asks(), Some(Deed::Recall(..))));
}

#[test]
fn the_customer_hangs_up_at_each_point() {
    let mut story = Story::ringing();
    story
        .then(|scene| {
            scene.leaves("b", "m", "m").leaves("b", "m", "e");
            scene.ends("e", "m").ends("m", "m");
        })
        .ended(End::CustomerLeft { others_talk: false });
    story.does(Deed::HangUp(id("new-1"))).asks_nothing();

    let mut story = Story::joined();
    story
        .then(|scene| {
            scene.ends("m", "m");
        })
        .asks_nothing()
        .ended(End::CustomerLeft { others_talk: true })
        .says("Mueller 0301234567 has hung up. Anna 201 and Ben 204 are talking on.");

    let mut story = Story::caught();
    story
        .then(|scene| {
            scene.ends("m", "m");
        })
        .ended(End::CustomerLeft { others_talk: true });
    story
        .does(Deed::Net(id("t"), None))
        .does(Deed::Net(id("e"), None))
        .asks_nothing();
}

#[test]
fn a_lot_without_room_leaves_three_together_who_can_be_parted_either_way() {
    let full = || {
        let mut story = Story::joined();
        story
            .asks_for(Deed::Park)
            .answer(refused("Park action failed"))
            .asks_nothing()
            .is(Stage::Together);
        story
    };
    let mut story = full();
    story.says(
        "Mueller 0301234567, Anna 201 and Ben 204 hear each other: Mueller 0301234567 could not be \
         parked.",
    );
    story.hints(
        "That was not done. Asterisk said: Park action failed. Connect hangs Anna 201 up, Take back \
         hangs Ben 204 up.",
    );
    story
        .wants(Wish::Connect)
        .does(Deed::HangUp(id("e")))
        .then(|scene| {
            scene.ends("e", "m");
        })
        .asks_nothing()
        .ended(End::Connected);
    let mut story = full();
    story
        .wants(Wish::TakeBack)
        .does(Deed::HangUp(id("t")))
        .then(|scene| {
            scene.ends("t", "new-1");
        })
        .asks_nothing()
        .ended(End::Returned);
}

#[test]
fn that_asterisk_took_the_parking_says_nothing() {
    let mut story = Story::joined();
    story.does(Deed::Park).is(Stage::Joining);
    story
        .after(Duration::from_secs(6))
        .asks_nothing()
        .is(Stage::Together);
}

#[test]
fn whoever_was_told_to_go_to_the_customer_is_told_to_go_nowhere_before_they_are_joined() {
    for (wish, with) in [(Wish::Connect, "t"), (Wish::TakeBack, "e")] {
        let mut story = Story::caught();
        story
            .wants(wish)
            .does(Deed::Net(id("t"), None))
            .does(Deed::Net(id("e"), None))
            .does(Deed::Bridge(id("m"), id(with)));
    }
}

#[test]
fn two_are_never_joined_twice() {
    let mut story = Story::asking();
    story
        .wants(Wish::Connect)
        .asks_for(Deed::Bridge(id("m"), id("t")));
    for wish in [Wish::Connect, Wish::TakeBack] {
        assert!(!story.consult.want(wish, story.scene.now));
    }
    story.asks_nothing().answer(done()).asks_nothing();
    story.meets("b2", "t", "new-1").asks_nothing();
    story.after(Duration::from_secs(1)).asks_nothing();
    let bridges = story
        .deeds
        .iter()
        .filter(|deed| matches!(deed, Deed::Bridge(..)));
    assert_eq!(bridges.count(), 1);
}

#[test]
fn nobody_is_joined_with_who_has_just_gone() {
    let mut story = Story::asking();
    story.wants(Wish::Connect).then(|scene| {
        scene.ends("t", "new-1").ends("e", "m");
    });
    story.asks_nothing();
    story.after(Duration::from_secs(1)).is(Stage::Recalling);
}

#[test]
fn a_joining_that_asterisk_refuses_is_said_and_not_tried_again_by_itself() {
    let mut story = Story::asking();
    story
        .wants(Wish::Connect)
        .asks_for(Deed::Bridge(id("m"), id("t")))
        .answer(refused("Channel2 does not exist"))
        .asks_nothing()
        .is(Stage::Asking);
    let hint = words::told(&story.consult).hint;
    assert!(hint.contains("Channel2 does not exist"), "{hint}");
    story
        .wants(Wish::TakeBack)
        .asks_for(Deed::Bridge(id("m"), id("e")));
}

#[test]
fn what_nothing_shows_is_not_called_done() {
    let mut story = Story::asking();
    story
        .wants(Wish::Connect)
        .does(Deed::Bridge(id("m"), id("t")))
        .after(Duration::from_secs(9))
        .asks_nothing()
        .ended(End::Unknown);
}

#[test]
fn a_colleague_who_is_still_in_the_call_is_not_called_free() {
    let mut story = Story::asking();
    story
        .wants(Wish::Connect)
        .does(Deed::Bridge(id("m"), id("t")))
        .meets("b", "t", "new-1");
    // All three are in one bridge.
    story.is(Stage::Connecting);
}

#[test]
fn the_parking_is_prolonged_and_the_net_follows_to_the_new_space() {
    let mut story = Story::caught();
    story
        .after(Duration::from_secs(89))
        .asks_nothing()
        .after(Duration::from_secs(2))
        .does(Deed::Park)
        .asks_nothing();
    story.then(|scene| {
        let parkee = prefixed("parkee", &ids("m", "m"));
        scene
            .tell(&format!(
                "event='ParkedCallGiveUp' {parkee} parkinglot='default' parkingspace='701'"
            ))
            .tell(&format!(
                "event='ParkedCall' {parkee} parkinglot='default' parkingspace='702'"
            ));
    });
    story
        .is(Stage::Asking)
        .says("Anna 201 is talking with Ben 204. Mueller 0301234567 is waiting, parked at 702.");
    story
        .does(Deed::Net(id("t"), slot("702")))
        .does(Deed::Net(id("e"), slot("702")))
        .asks_nothing();
    // The same space again counts as well.
    story
        .after(Duration::from_secs(91))
        .does(Deed::Park)
        .then(|scene| {
            let parkee = prefixed("parkee", &ids("m", "m"));
            scene.tell(&format!(
                "event='ParkedCall' {parkee} parkinglot='default' parkingspace='702'"
            ));
        })
        .after(Duration::from_secs(1))
        .asks_nothing();
    assert!(PARKED > Duration::from_secs(91));
}

#[test]
fn a_parking_that_ends_is_told_and_what_becomes_of_it() {
    let comes_back = || {
        let mut story = Story::asking();
        story.then(|scene| {
            let parkee = prefixed("parkee", &ids("m", "m"));
            scene
                .tell(&format!(
                    "event='ParkedCallTimeOut' {parkee} parkinglot='default' parkingspace='701'"
                ))
                .leaves("p", "m", "m")
                .leg_named("e2", "m", "PJSIP/e-00000005", ("", "201"), 5, "AppDial");
            let dest = prefixed("dest", &named("e2", "m", "PJSIP/e-00000005"));
            scene.tell(&format!("event='DialBegin' {} {dest}", ids("m", "m")));
        });
        story.asks_nothing().is(Stage::ComingBack);
        story
    };
    let mut story = comes_back();
    story
        .then(|scene| {
            scene.ends("m", "m");
        })
        .ended(End::Lost);
    let mut story = comes_back();
    story
        .then(|scene| {
            let dest = named("e2", "m", "PJSIP/e-00000005");
            let bridge = "bridgeuniqueid='b3' bridgetype='basic' bridgecreator=''";
            scene
                .tell(&format!(
                    "event='DialEnd' {} {} dialstatus='ANSWER'",
                    ids("m", "m"),
                    prefixed("dest", &dest)
                ))
                .enters("b3", "m", "m")
                .tell(&format!("event='BridgeEnter' {bridge} {dest}"));
        })
        .ended(End::BackAgain);
}

#[test]
fn a_customer_who_hears_nothing_is_told_of() {
    let mut story = Story::joined();
    story.does(Deed::Park).then(|scene| {
        scene.leaves("b", "m", "m");
        scene.parks("m", "m");
    });
    assert!(!story.consult.is_silent());
    story.after(Duration::from_secs(2));
    let hint = words::told(&story.consult).hint;
    assert!(
        hint.starts_with("Mueller 0301234567 hears nothing"),
        "{hint}"
    );
}

#[test]
fn a_call_that_is_refused_leaves_everything_as_it_is() {
    let mut story = Story::begin();
    story
        .asks_for(Deed::Call(id("new-1")))
        .answer(refused("Originate Access Forbidden"))
        .asks_nothing();
    let said = words::told(&story.consult).words;
    assert!(said.contains("Originate Access Forbidden"), "{said}");
    assert!(said.ends_with("are talking on."), "{said}");
}

#[test]
fn it_always_says_when_to_look_again_and_never_a_moment_that_is_past() {
    let mut story = Story::asking();
    for _ in 0..50 {
        let Some(at) = story.consult.wake_at() else {
            break;
        };
        assert!(at > story.scene.now);
        story.scene.now = at;
        story.look();
        if story.asks().is_some() {
            story.answer(done());
        }
    }
}

/// A board where two talk, on an account with these rights.
fn console(commands: &str) -> Talk {
    let mut talk = Talk::signed_out();
    talk.sign_in();
    talk.challenge_and_login();
    let commands = format!("response='Success' coreshowchannels='x' {commands}");
    talk.answer("ListCommands", &body(&[&commands]));
    talk.list(&["m", "e"]);
    let bridge = "bridgeuniqueid='b' bridgetype='basic' bridgetechnology='simple_bridge' \
                  bridgecreator='' bridgename='' bridgenumchannels='2'";
    let enters = |id: &str| format!("{} {bridge}", event("BridgeEnter", id));
    talk.answer("WaitEvent", &happened(&[&enters("m"), &enters("e")]));
    talk
}

const ALL: &str = "originate='x' park='x' bridge='x' hangup='x' setvar='x' getvar='x'";

#[test]
fn what_an_account_or_a_server_lacks_is_told_before() {
    let why = |commands: &str| console(commands).console.to_consult("m").err();
    assert_eq!(why(ALL), None);
    for lacks in ["Originate", "Park", "Bridge", "Hangup"] {
        let rest = ALL.replace(&format!("{}='x'", lacks.to_lowercase()), "");
        assert_eq!(why(&rest), Some(NotNow::Right(lacks)));
    }
    let said = words::not_now(NotNow::Right("Originate"));
    assert!(said.contains("“originate”"), "{said}");
}

#[test]
fn names_are_whole_and_the_number_is_looked_up_first() {
    let mut talk = console(ALL);
    let (m, e) = (id("m"), id("e"));
    let now = talk.now;
    talk.console
        .consult((&m, &e), (exten("204"), context("in")), now);
    talk.drain();
    assert!(talk.form("Getvar").contains("DIALPLAN_EXISTS"));
    assert!(!talk.waiting().contains(&"Originate"));
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    let call = talk.form("Originate");
    for part in [
        "Channel=Local%2F204%40in&",
        "Application=BridgeAdd&Data=PJSIP%2Fe&",
        "Async=true",
        "ChannelId=sb-",
    ] {
        assert!(call.contains(part), "{part} in {call}");
    }
    // The same call can't be asked about twice.
    assert_eq!(talk.console.to_consult("e"), Err(NotNow::Asked));
    talk.answer("Originate", &body(&["response='Success' message='queued'"]));
    assert_eq!(talk.console.consults().count(), 1);
}

#[test]
fn a_name_that_may_be_somebody_elses_is_looked_at_first() {
    let mut talk = console(ALL);
    // An event has made a third channel that bears a name no list has told.
    talk.answer("WaitEvent", &happened(&[&event("Newchannel", "new")]));
    let bridge = "bridgeuniqueid='b2' bridgetype='basic' bridgetechnology='simple_bridge' \
                  bridgecreator='' bridgename='' bridgenumchannels='2'";
    let enters = |id: &str| format!("{} {bridge}", event("BridgeEnter", id));
    talk.answer("WaitEvent", &happened(&[&enters("new"), &enters("m")]));
    let (m, new) = (id("m"), id("new"));
    let now = talk.now;
    talk.console
        .consult((&m, &new), (exten("204"), context("in")), now);
    talk.drain();
    talk.answer("Getvar", &body(&["response='Success' value='1'"]));
    assert!(!talk.waiting().contains(&"Originate"));
    assert!(talk.form("Status").contains("Channel=PJSIP%2Fnew"));
    let item = event("Status", "new");
    talk.answer("Status", &body(&["response='Success'", &item]));
    assert!(talk.waiting().contains(&"Originate"));
}

#[test]
fn who_changed_places_since_it_was_said_is_not_asked_about() {
    let mut talk = console(ALL);
    let (m, x) = (id("m"), id("x"));
    let now = talk.now;
    talk.console
        .consult((&m, &x), (exten("204"), context("in")), now);
    talk.drain();
    assert_eq!(talk.console.consults().count(), 0);
}
