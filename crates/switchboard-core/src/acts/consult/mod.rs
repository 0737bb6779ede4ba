//! Asking somebody else first, on a stock Asterisk: a customer and a colleague talk, a third is called
//! and joins them, the customer is parked meanwhile and hears music. Then customer and third are
//! joined, or the customer is given back. Sans-IO: wishes, answers, events and looks at the model come
//! in, [`Deed`]s come out, one after the other.
//!
//! Asterisk has no action for this without lines of its own in `features.conf`. What it has is asked
//! for step by step, each when the events have shown the one before (16 and 22): `BridgeAdd` puts who
//! answers into the colleague's bridge (14 and later), so that nobody is alone meanwhile; only then
//! may the customer be parked, for of two in a bridge the other is hung up; `Bridge` ends it.
//!
//! Where the parking lot's spaces can be dialled, both who talk are told to go there when the other
//! hangs up: then they meet the customer, whether a page is open or not. Elsewhere the customer goes
//! back to the colleague's phone when the parking ends, or at once while this page is there.
//!
//! Asterisk hangs everybody up who is joined twice: there is one deed at a time, `Bridge` never goes
//! out for those who are together already, nor twice for one wish, and no two hang-ups at once.

mod scene;

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::ami::{Endpoint, Event, EventKind, Parked, Uniqueid};
use ajam::session::Outcome;
use ajam::time::Moment;

use crate::acts::parking::DEFAULT_LOT;
use crate::acts::pursuit::REJECTED;
use crate::live::{Channel, Pbx, Person, resource};

pub use scene::{NotNow, pair};
use scene::{Scene, is_up};

/// For how long the third is called.
pub const RINGS: Duration = Duration::from_secs(25);
/// For how long the customer is parked, until the colleague's phone is called with them.
pub const PARKED: Duration = Duration::from_secs(120);
/// After so much of that they are parked anew, while somebody has the page open.
const AGAIN: Duration = Duration::from_secs(90);
/// For how long the colleague's phone is called for a customer who waits alone.
pub const RECALL: Duration = Duration::from_secs(30);

/// How much longer than it rings the end of a call may take to be told.
const GRACE: Duration = Duration::from_secs(10);
/// How long a call that has ended may go without its result.
const UNTOLD: Duration = Duration::from_millis(1500);
/// How long Asterisk may take to park whom it has said to.
const PARKS: Duration = Duration::from_secs(5);
/// How long the music may take to begin.
const MUSIC: Duration = Duration::from_secs(2);
/// How long joining may take.
const JOINS: Duration = Duration::from_secs(8);
/// How long the three may be on their way to each other, by what Asterisk does itself.
const ON_THE_WAY: Duration = Duration::from_secs(3);
/// The same where nothing sends them.
const GONE: Duration = Duration::from_millis(600);

/// The context that a stock Asterisk puts the spaces of its default lot into, if at all
/// (`parkext` in `res_parking.conf`).
const SPACES: &str = "parkedcalls";

/// What somebody may want of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Customer and third talk, the colleague is free.
    Connect,
    /// Customer and colleague talk, the third is free; who is still called is called no more.
    TakeBack,
    /// The colleague's phone is called for the customer who waits alone.
    CallAgain,
}

/// What is to be asked of Asterisk. Channels go by Uniqueid: their names are looked up when it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Can this be dialled?
    LookUp(Exten, Context),
    /// Call the third, by a channel of this id, and put who answers into the colleague's bridge.
    Call(Uniqueid),
    /// Park the customer, for the colleague.
    Park,
    /// Where this channel goes when its bridge is no more; nowhere if none.
    Net(Uniqueid, Option<(Exten, Context)>),
    /// Join these two.
    Bridge(Uniqueid, Uniqueid),
    /// Hang this up.
    HangUp(Uniqueid),
    /// Call this phone, by a channel of this id, and give it who is parked there.
    Recall(Endpoint, Uniqueid, Parked),
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The number is looked up.
    Checking,
    /// The third is called; customer and colleague talk.
    Calling {
        /// Whether a phone rings.
        rings: bool,
        /// Somebody wants it stopped.
        stops: bool,
    },
    /// The third has answered, all three hear each other, and the customer is about to be parked.
    Joining,
    /// The customer is parked, colleague and third talk.
    Asking,
    /// All three hear each other: the customer could not be parked.
    Together,
    /// Customer and third are being joined.
    Connecting,
    /// The customer is being given back.
    Returning,
    /// The customer waits alone, and the colleague's phone is called.
    Recalling,
    /// The customer waits alone.
    Waiting,
    /// The parking has ended: Asterisk calls the colleague's phone with the customer.
    ComingBack,
    /// It is over.
    Over(End),
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Customer and third talk, the colleague is gone.
    Connected,
    /// Customer and colleague talk, the third is gone.
    Returned,
    /// Nobody answered; customer and colleague talk on.
    NotReached(Why),
    /// The call was stopped before anybody answered.
    Stopped,
    /// The third has hung up; customer and colleague talk.
    ThirdLeft,
    /// The customer has hung up.
    CustomerLeft {
        /// Whether colleague and third talk on.
        others_talk: bool,
    },
    /// The colleague has hung up before anybody answered, and the call ended with that.
    ColleagueLeft,
    /// The colleague has the customer again, on a new call.
    BackAgain,
    /// The parking ended, and nobody took the customer at the colleague's phone.
    Lost,
    /// The customer was taken elsewhere by somebody.
    Elsewhere,
    /// The number can't be dialled.
    NoExtension,
    /// The server did not say in time whether the number can be dialled.
    NotChecked,
    /// Asterisk did not take the call, or it could not be sent.
    Refused(Outcome),
    /// Nothing has shown what came of it.
    Unknown,
}

/// Why nobody was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The phone was busy.
    Busy,
    /// It turned the call down.
    Declined,
    /// It was not answered in time.
    NoAnswer,
    /// There is no such phone, or it is not connected.
    Unreachable,
    /// Nobody answered, and then a mailbox or an announcement did.
    Machine,
}

impl End {
    /// Whether it is what was wanted.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Connected | Self::Returned | Self::Stopped)
    }

    /// Whether everybody talks with somebody, though it is not what was wanted.
    pub fn is_harmless(&self) -> bool {
        !matches!(
            self,
            Self::Unknown | Self::Elsewhere | Self::ColleagueLeft | Self::Lost
        )
    }
}

/// How a dial ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialled {
    Busy,
    NoAnswer,
    Declined,
    Unreachable,
}

/// One consultation.
#[derive(Clone, Debug)]
pub struct Consult {
    customer: Person,
    colleague: Person,
    exten: Exten,
    context: Context,
    stage: Stage,
    since: Moment,
    /// What was asked and is not answered.
    flight: Option<Deed>,
    /// What Asterisk said to the last deed that it did not do.
    refused: Option<Outcome>,

    /// The channel that Asterisk calls by, once it was asked to; it, or the channel that took its
    /// place, is the third's when it is in the colleague's bridge.
    called: Option<Uniqueid>,
    leg: Option<Uniqueid>,
    third: Option<Person>,
    was_seen: bool,
    gone_since: Option<Moment>,
    failed: bool,
    /// Who was in the colleague's bridge before.
    before: Vec<Uniqueid>,
    half: Option<Uniqueid>,
    rung: Option<Uniqueid>,
    dialled: Option<Dialled>,

    /// Of customer and colleague, who left their bridge first: who hung up, though both are gone soon.
    left: Option<Uniqueid>,

    parked: Option<Parked>,
    parked_at: Option<Moment>,
    park_asked: Option<Moment>,
    /// An event has told that they are.
    parked_anew: bool,
    music: bool,
    /// Whether the spaces of the lot can be dialled; none if that is not known.
    reachable: Option<bool>,
    nets: Vec<(Uniqueid, Parked)>,
    no_nets: bool,

    /// When the deed was asked that ends it.
    ends: Option<Moment>,
    hung_up: Vec<Uniqueid>,
    /// Since when things are as nobody wants them.
    odd: Option<Moment>,
    recalled: Option<Uniqueid>,
    recall_failed: bool,
    looked: Moment,
}

impl Consult {
    /// Nothing is asked yet: `next` says what is.
    pub fn new(
        (customer, colleague): (Person, Person),
        (exten, context): (Exten, Context),
        now: Moment,
    ) -> Self {
        Self {
            customer,
            colleague,
            exten,
            context,
            stage: Stage::Checking,
            since: now,
            flight: None,
            refused: None,
            called: None,
            leg: None,
            third: None,
            was_seen: false,
            gone_since: None,
            failed: false,
            before: Vec::new(),
            half: None,
            rung: None,
            dialled: None,
            left: None,
            parked: None,
            parked_at: None,
            park_asked: None,
            parked_anew: false,
            music: false,
            reachable: None,
            nets: Vec::new(),
            no_nets: false,
            ends: None,
            hung_up: Vec::new(),
            odd: None,
            recalled: None,
            recall_failed: false,
            looked: now,
        }
    }

    /// Who waits.
    pub fn customer(&self) -> &Person {
        &self.customer
    }

    /// Who asks.
    pub fn colleague(&self) -> &Person {
        &self.colleague
    }

    /// Who was called, once a phone has answered.
    pub fn third(&self) -> Option<&Person> {
        self.third.as_ref()
    }

    /// The number that was called.
    pub fn number(&self) -> (&Exten, &Context) {
        (&self.exten, &self.context)
    }

    /// How far it has come.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Since when it has come this far.
    pub fn since(&self) -> Moment {
        self.since
    }

    /// Where the customer waits.
    pub fn parked(&self) -> Option<&Parked> {
        self.parked.as_ref()
    }

    /// What Asterisk said to the last thing that it did not do.
    pub fn refused(&self) -> Option<&Outcome> {
        self.refused.as_ref()
    }

    /// The customer is parked, and nobody has heard of any music.
    pub fn is_silent(&self) -> bool {
        let long = |at: Moment| self.looked.since(at) >= MUSIC;
        self.parked.is_some() && !self.music && self.parked_at.is_some_and(long)
    }

    /// Whether this one meets the customer when the other of the two who talk hangs up.
    pub fn is_caught(&self, who: &Person) -> bool {
        let to = self.nets.iter().find(|(id, _)| *id == who.leg);
        to.is_some_and(|(_, to)| Some(to) == self.parked.as_ref())
    }

    /// What can be wanted just now.
    pub fn offers(&self) -> &'static [Wish] {
        match self.stage {
            Stage::Calling { stops: false, .. } => &[Wish::TakeBack],
            Stage::Asking | Stage::Together => &[Wish::Connect, Wish::TakeBack],
            Stage::Waiting => &[Wish::CallAgain],
            _ => &[],
        }
    }

    /// Whether it is over, and nothing is left to be put in order.
    pub fn is_finished(&self, pbx: &Pbx) -> bool {
        matches!(self.stage, Stage::Over(_)) && self.flight.is_none() && self.tidy(pbx).is_none()
    }

    /// Somebody wants this. Whether that is possible just now.
    pub fn want(&mut self, wish: Wish, now: Moment) -> bool {
        if !self.offers().contains(&wish) {
            return false;
        }
        self.refused = None;
        self.ends = None;
        let stage = match (wish, &self.stage) {
            (Wish::TakeBack, Stage::Calling { rings, .. }) => Stage::Calling {
                rings: *rings,
                stops: true,
            },
            (Wish::Connect, _) => Stage::Connecting,
            (Wish::TakeBack, _) => Stage::Returning,
            (Wish::CallAgain, _) => {
                self.recalled = None;
                self.recall_failed = false;
                Stage::Recalling
            }
        };
        self.goes_on(stage, now);
        true
    }

    fn goes_on(&mut self, stage: Stage, now: Moment) {
        if self.stage != stage {
            self.stage = stage;
            self.since = now;
            self.odd = None;
        }
    }

    fn is_over(&mut self, end: End, now: Moment) {
        if !matches!(self.stage, Stage::Over(_)) {
            self.goes_on(Stage::Over(end), now);
        }
    }

    // What comes in.

    /// An event, before the model has it.
    pub fn hear(&mut self, event: &Event<'_>) {
        let is = |known: &Option<Uniqueid>, id: &str| known.as_deref() == Some(id);
        match &event.kind {
            EventKind::Local { one, two } if is(&self.called, &one.uniqueid) => {
                self.half = Uniqueid::new(&two.uniqueid);
            }
            EventKind::DialBegin {
                caller: Some(caller),
                dest,
            } if is(&self.half, &caller.uniqueid) => {
                self.dialled = None;
                self.rung = Uniqueid::new(&dest.uniqueid);
            }
            EventKind::DialEnd {
                caller: Some(caller),
                dest,
                status,
            } if is(&self.half, &caller.uniqueid) => {
                self.rung = Uniqueid::new(&dest.uniqueid);
                // By `main/dial.c`, `ast_hangup_cause_to_dial_status`.
                self.dialled = match &**status {
                    "ANSWER" => None,
                    "BUSY" => Some(Dialled::Busy),
                    "CHANUNAVAIL" | "CONGESTION" => Some(Dialled::Unreachable),
                    _ => Some(Dialled::NoAnswer),
                };
            }
            EventKind::Hangup { channel, cause, .. }
                if is(&self.rung, &channel.uniqueid)
                    && self.dialled == Some(Dialled::NoAnswer)
                    && *cause == REJECTED =>
            {
                self.dialled = Some(Dialled::Declined);
            }
            EventKind::BridgeEnter {
                channel,
                swap: Some(swapped),
                ..
            } if is(&self.leg, swapped) => {
                self.leg = Uniqueid::new(&channel.uniqueid);
            }
            EventKind::BridgeLeave { channel, .. } if self.left.is_none() => {
                let two = [&self.customer.leg, &self.colleague.leg];
                let left = two.into_iter().find(|leg| *channel.uniqueid == ***leg);
                self.left = left.cloned();
            }
            EventKind::ParkedCall { parkee, .. } if *parkee.uniqueid == *self.customer.leg => {
                self.parked_anew = true;
            }
            EventKind::MusicOnHoldStart(channel) if *channel.uniqueid == *self.customer.leg => {
                self.music = true;
            }
            _ => {}
        }
    }

    /// The late result of a call that was asked for: of the third, or of the colleague's phone.
    pub fn call_ended(&mut self, recall: bool, success: bool) {
        match recall {
            true => self.recall_failed |= !success,
            false => self.failed |= !success,
        }
    }

    /// What was learned of a number that was to be looked up; none if that can't be known, and nothing
    /// in time if `silent`.
    pub fn learned(&mut self, exists: Option<bool>, silent: bool, now: Moment) {
        self.flight = None;
        if self.stage != Stage::Checking {
            // Without the net everything goes on as well.
            self.reachable = Some(exists == Some(true));
            return;
        }
        match exists {
            Some(false) => self.is_over(End::NoExtension, now),
            None if silent => self.is_over(End::NotChecked, now),
            _ => {
                let (rings, stops) = (false, false);
                self.goes_on(Stage::Calling { rings, stops }, now);
            }
        }
    }

    /// Asterisk's answer to the deed that is under way.
    pub fn answered(&mut self, outcome: &Outcome, now: Moment) {
        let Some(deed) = self.flight.take() else {
            return;
        };
        // The line broke before the answer: what came of it is seen.
        let taken = matches!(outcome, Outcome::Done(_) | Outcome::Unknown(_));
        match deed {
            Deed::LookUp(..) => self.learned(None, true, now),
            Deed::Call(_) if !taken => self.is_over(End::Refused(outcome.clone()), now),
            Deed::Park if !taken => {
                self.refused = Some(outcome.clone());
                self.park_asked = None;
                match self.stage {
                    Stage::Joining => self.goes_on(Stage::Together, now),
                    // It is tried again while there is time.
                    _ => self.parked_at = Some(now - AGAIN + JOINS),
                }
            }
            Deed::Park => self.park_asked = Some(now),
            Deed::Net(on, place) => {
                self.nets.retain(|(id, _)| *id != on);
                match (place, &self.parked) {
                    (Some(_), Some(parked)) if taken => self.nets.push((on, parked.clone())),
                    (Some(_), _) => self.no_nets = true,
                    (None, _) => {}
                }
            }
            Deed::Bridge(..) | Deed::HangUp(_) if !taken && self.is_ending() => {
                self.hung_up.clear();
                self.refused = Some(outcome.clone());
                self.ends = None;
                self.goes_on(Stage::Asking, now);
            }
            Deed::Recall(..) if !taken => {
                self.refused = Some(outcome.clone());
                self.goes_on(Stage::Waiting, now);
            }
            Deed::Call(_) | Deed::Bridge(..) | Deed::HangUp(_) | Deed::Recall(..) => {}
        }
    }

    fn is_ending(&self) -> bool {
        matches!(self.stage, Stage::Connecting | Stage::Returning)
    }

    // What the model shows.

    fn scene<'p>(&self, pbx: &'p Pbx) -> Scene<'p> {
        let leg = self.leg.as_deref();
        Scene::of(pbx, &self.customer.leg, &self.colleague.leg, leg)
    }

    /// Looks at the model.
    pub fn look(&mut self, pbx: &Pbx, now: Moment) {
        self.looked = self.looked.max(now);
        self.find_third(pbx);
        let scene = self.scene(pbx);
        self.remember(&scene);
        match self.stage {
            Stage::Over(_) => {}
            Stage::Checking => self.look_before(&scene, now),
            Stage::Calling { .. } => self.look_at_the_call(&scene, now),
            _ => self.look_at_all(&scene, now),
        }
    }

    /// Whose leg the third's is, where no event has told: of those who came into the colleague's bridge.
    fn find_third(&mut self, pbx: &Pbx) {
        let Some(called) = self.called.clone() else {
            return;
        };
        let scene = self.scene(pbx);
        self.was_seen |= pbx.channel(&called).is_some();
        if scene.third.is_some() || pbx.channel(&called).is_some() {
            return;
        }
        let there = scene.with_colleague();
        let known = |id: &Uniqueid| {
            *id == self.colleague.leg || *id == self.customer.leg || self.before.contains(id)
        };
        let mut new = there.into_iter().filter(|id| !known(id));
        if let (Some(leg), None) = (new.next(), new.next()) {
            self.leg = Some(leg);
        }
    }

    fn remember(&mut self, scene: &Scene<'_>) {
        if scene.two_talk() {
            self.left = None;
        }
        let ties = scene.ties();
        if let Some(customer) = scene.customer {
            self.customer = ties.person(customer, scene.colleague);
        }
        if let Some(colleague) = scene.colleague {
            self.colleague = ties.person(colleague, scene.customer);
        }
        // What a Local channel bears is the name of who called by it.
        let third = scene.third.filter(|_| scene.third_is_with_colleague());
        if let Some(third) = third.filter(|third| !is_local(third)) {
            // A line to outside bears the name of who calls by it.
            self.third = Some(ties.person(third, scene.colleague));
        }
    }

    fn look_before(&mut self, scene: &Scene<'_>, now: Moment) {
        if !scene.two_talk() {
            self.is_over(self.parted(scene).unwrap_or(End::Elsewhere), now);
        }
    }

    /// Customer and colleague are not together any more, for one of them has hung up; none if both are
    /// there.
    fn parted(&self, scene: &Scene<'_>) -> Option<End> {
        let colleague_first = self.left.as_ref() == Some(&self.colleague.leg);
        match (scene.customer, scene.colleague) {
            (Some(_), Some(_)) => None,
            (None, _) if !colleague_first => Some(End::CustomerLeft { others_talk: false }),
            _ => Some(End::ColleagueLeft),
        }
    }

    fn look_at_the_call(&mut self, scene: &Scene<'_>, now: Moment) {
        let Some(called) = self.called.clone() else {
            return self.look_before(scene, now);
        };
        let Stage::Calling { stops, .. } = self.stage else {
            return;
        };
        if scene.third_is_with_colleague() && !stops {
            // Whoever was rung did not take it: what answered then is nobody.
            let machine = scene.third.is_some_and(is_local) && self.dialled.is_some();
            return match machine {
                true => self.is_over(End::NotReached(Why::Machine), now),
                false => self.goes_on(Stage::Joining, now),
            };
        }
        if !scene.two_talk() {
            let end = match self.parted(scene) {
                Some(end) => end,
                // It may have moved to another bridge just now.
                None if self.is_odd_for(GONE, now) => End::Elsewhere,
                None => return,
            };
            return self.is_over(end, now);
        }
        self.odd = None;
        let there = scene.pbx.channel(&called).is_some() || scene.third.is_some();
        if there {
            self.gone_since = None;
        } else if self.was_seen {
            self.gone_since.get_or_insert(now);
        }
        let untold = self.gone_since.is_some_and(|at| now.since(at) >= UNTOLD);
        let ended = self.failed && !there || untold;
        let late = now.since(self.since) >= RINGS + GRACE;
        if stops && (ended || self.gone_since.is_some()) {
            return self.is_over(End::Stopped, now);
        }
        if ended || late {
            let why = match self.dialled {
                Some(Dialled::Busy) => Why::Busy,
                Some(Dialled::Declined) => Why::Declined,
                Some(Dialled::Unreachable) => Why::Unreachable,
                None if self.rung.is_none() => Why::Unreachable,
                Some(Dialled::NoAnswer) | None => Why::NoAnswer,
            };
            return self.is_over(End::NotReached(why), now);
        }
        let rings = scene.rings(self.half.as_deref());
        if let Stage::Calling { rings: known, .. } = &mut self.stage {
            *known |= rings;
        }
    }

    /// Whether things have been otherwise than anybody wants for so long; notes that they are.
    fn is_odd_for(&mut self, time: Duration, now: Moment) -> bool {
        let since = *self.odd.get_or_insert(now);
        now.since(since) >= time
    }

    fn look_at_all(&mut self, scene: &Scene<'_>, now: Moment) {
        let Some(customer) = scene.customer else {
            let others_talk = scene.third_is_with_colleague();
            let end = match self.stage {
                Stage::ComingBack => End::Lost,
                _ => End::CustomerLeft { others_talk },
            };
            return self.is_over(end, now);
        };
        match &customer.parked {
            Some(parked) if self.parked_anew || self.parked.as_ref() != Some(parked) => {
                self.parked = Some(parked.clone());
                self.parked_at = Some(now);
                self.parked_anew = false;
                self.park_asked = None;
            }
            _ => {}
        }
        let two_talk = scene.two_talk();
        if scene.third_is_with_customer() && !two_talk {
            // The colleague is hung up by it; where the dial plan has something else, that goes on.
            if scene.colleague.is_none() || self.is_odd_for(ON_THE_WAY, now) {
                self.is_over(End::Connected, now);
            }
            return;
        }
        if two_talk {
            return self.look_at_both(scene, now);
        }
        if customer.parked.is_some() {
            return self.look_at_the_parked(scene, now);
        }
        // It has left the lot, and is nowhere yet.
        let (another, rings) = (scene.another(), !customer.dialling.is_empty());
        if let Some(another) = another {
            let line = |name: &str| resource(name).to_owned();
            let name = another.name.as_deref().unwrap_or_default();
            let same = line(name).eq_ignore_ascii_case(&line(&self.colleague.channel));
            let end = match same {
                true => End::BackAgain,
                false => End::Elsewhere,
            };
            return self.is_over(end, now);
        }
        if rings && self.parked.is_some() {
            return self.goes_on(Stage::ComingBack, now);
        }
        if self.is_odd_for(ON_THE_WAY, now) {
            self.is_over(End::Elsewhere, now);
        }
    }

    /// Customer and colleague hear each other.
    fn look_at_both(&mut self, scene: &Scene<'_>, now: Moment) {
        if !scene.third_is_with_colleague() {
            // It may be changing places with a Local channel.
            if scene.third.is_some() && !self.is_odd_for(GONE, now) {
                return;
            }
            let end = match self.stage {
                Stage::Returning => End::Returned,
                _ => End::ThirdLeft,
            };
            return self.is_over(end, now);
        }
        self.odd = None;
        match self.stage {
            Stage::Joining => {
                let late = self
                    .park_asked
                    .is_some_and(|asked| now.since(asked) >= PARKS);
                if late {
                    self.goes_on(Stage::Together, now);
                }
            }
            Stage::Connecting | Stage::Returning => self.look_whether_late(now),
            _ => self.goes_on(Stage::Together, now),
        }
    }

    /// The customer is parked.
    fn look_at_the_parked(&mut self, scene: &Scene<'_>, now: Moment) {
        if scene.third_is_with_colleague() {
            self.odd = None;
            return match self.stage {
                Stage::Connecting | Stage::Returning => self.look_whether_late(now),
                _ => self.goes_on(Stage::Asking, now),
            };
        }
        match self.stage {
            Stage::Recalling if self.recall_failed => self.goes_on(Stage::Waiting, now),
            Stage::Recalling | Stage::Waiting => {}
            _ => {
                let caught = !self.nets.is_empty() || scene.colleague.is_some();
                let patience = if caught { ON_THE_WAY } else { GONE };
                if self.is_odd_for(patience, now) {
                    let free = scene.colleague.is_none() && self.phone().is_some();
                    let stage = match free {
                        true => Stage::Recalling,
                        false => Stage::Waiting,
                    };
                    self.goes_on(stage, now);
                }
            }
        }
    }

    fn look_whether_late(&mut self, now: Moment) {
        let late = |at: Moment| now.since(at) >= JOINS;
        match self.ends {
            Some(asked) if late(asked) => self.is_over(End::Unknown, now),
            // It could not even be asked.
            None if self.flight.is_none() && late(self.since) => {
                self.goes_on(Stage::Asking, now);
            }
            _ => {}
        }
    }

    /// The colleague's phone, if it can be called by what its channel is named.
    fn phone(&self) -> Option<Endpoint> {
        let line = resource(&self.colleague.channel);
        let phone = ["PJSIP/", "SIP/", "IAX2/", "SCCP/"];
        let is_phone = phone.iter().any(|begin| line.starts_with(begin));
        Endpoint::new(line).ok().filter(|_| is_phone)
    }

    // What is to be asked.

    /// What to ask of Asterisk next; it is taken for asked. `id` gives a new Uniqueid. Look first.
    pub fn next(
        &mut self,
        pbx: &Pbx,
        now: Moment,
        id: &mut dyn FnMut() -> Uniqueid,
    ) -> Option<Deed> {
        if self.flight.is_some() {
            return None;
        }
        let deed = self.plan(pbx, now, id)?;
        match &deed {
            Deed::Call(called) => {
                self.called = Some(called.clone());
                self.leg = Some(called.clone());
                self.before = self.scene(pbx).with_colleague();
            }
            Deed::Park => self.park_asked = Some(now),
            Deed::Recall(_, id, _) => self.recalled = Some(id.clone()),
            Deed::HangUp(id) => self.hung_up.push(id.clone()),
            _ => {}
        }
        if matches!(deed, Deed::Bridge(..) | Deed::HangUp(_)) && self.is_ending() {
            self.ends = Some(now);
        }
        self.flight = Some(deed.clone());
        Some(deed)
    }

    fn plan(&self, pbx: &Pbx, now: Moment, id: &mut dyn FnMut() -> Uniqueid) -> Option<Deed> {
        let scene = self.scene(pbx);
        match self.stage {
            Stage::Checking => Some(Deed::LookUp(self.exten.clone(), self.context.clone())),
            Stage::Calling { .. } if self.called.is_none() => Some(Deed::Call(id())),
            Stage::Calling { stops: true, .. } => self.stop(&scene),
            Stage::Calling { .. } => None,
            // The third is in the bridge: else the colleague would be hung up.
            Stage::Joining => {
                (self.park_asked.is_none() && scene.third_is_with_colleague()).then_some(Deed::Park)
            }
            Stage::Asking => self.keep(&scene, now),
            Stage::Connecting => self.connect(&scene),
            Stage::Returning => self.give_back(&scene),
            Stage::Recalling => {
                let parked = self.parked.clone()?;
                let due = self.recalled.is_none() && now.since(self.since) >= GONE;
                (due && scene.colleague.is_none())
                    .then(|| Some(Deed::Recall(self.phone()?, id(), parked)))?
            }
            Stage::Together | Stage::Waiting | Stage::ComingBack => None,
            Stage::Over(_) => self.tidy(pbx),
        }
    }

    /// Hangs up who is called, once.
    fn stop(&self, scene: &Scene<'_>) -> Option<Deed> {
        let leg = scene.third?.uniqueid.clone();
        self.hang_up_once(leg)
    }

    fn hang_up_once(&self, leg: Uniqueid) -> Option<Deed> {
        (!self.hung_up.contains(&leg)).then_some(Deed::HangUp(leg))
    }

    /// What keeps the customer while colleague and third talk.
    fn keep(&self, scene: &Scene<'_>, now: Moment) -> Option<Deed> {
        let parked = self.parked.as_ref()?;
        let due = self
            .parked_at
            .is_some_and(|at| now.since(at) >= AGAIN)
            .then_some(Deed::Park);
        if self.park_asked.is_none() && due.is_some() && scene.third_is_with_colleague() {
            return due;
        }
        if self.no_nets {
            return None;
        }
        let place = space(parked)?;
        match self.reachable {
            None => Some(Deed::LookUp(place.0, place.1)),
            Some(false) => None,
            Some(true) => {
                let both = [scene.third, scene.colleague];
                let is_set =
                    |id: &Uniqueid| self.nets.iter().any(|net| net.0 == *id && net.1 == *parked);
                let mut loose = both
                    .into_iter()
                    .flatten()
                    .filter(|one| !is_set(&one.uniqueid));
                let on = loose.next()?.uniqueid.clone();
                Some(Deed::Net(on, Some(place)))
            }
        }
    }

    /// Who was told to go to the customer is to go nowhere any more.
    fn loosen(&self, pbx: &Pbx) -> Option<Deed> {
        let there = |id: &&Uniqueid| pbx.channel(id).is_some();
        let mut set = self.nets.iter().map(|(id, _)| id).filter(there);
        set.next().map(|id| Deed::Net(id.clone(), None))
    }

    fn connect(&self, scene: &Scene<'_>) -> Option<Deed> {
        if self.ends.is_some() {
            return None;
        }
        // All three are together: who leaves lets the others talk.
        if scene.two_talk() {
            let colleague = scene
                .colleague
                .filter(|_| scene.third_is_with_colleague())?;
            return self.hang_up_once(colleague.uniqueid.clone());
        }
        let (customer, third) = (scene.customer?, scene.third?);
        self.bridge(scene, customer, third)
    }

    fn give_back(&self, scene: &Scene<'_>) -> Option<Deed> {
        if self.ends.is_some() {
            return None;
        }
        if scene.two_talk() {
            let third = scene.third.filter(|_| scene.third_is_with_colleague())?;
            return self.hang_up_once(third.uniqueid.clone());
        }
        let (customer, colleague) = (scene.customer?, scene.colleague?);
        self.bridge(scene, customer, colleague)
    }

    /// Joins the customer, who is parked, with one of the two who talk.
    fn bridge(&self, scene: &Scene<'_>, customer: &Channel, with: &Channel) -> Option<Deed> {
        let fit = customer.parked.is_some()
            && is_up(customer)
            && is_up(with)
            && customer.bridge != with.bridge
            && scene.third_is_with_colleague();
        if !fit {
            return None;
        }
        let bridge = || Deed::Bridge(customer.uniqueid.clone(), with.uniqueid.clone());
        Some(self.loosen(scene.pbx).unwrap_or_else(bridge))
    }

    /// What is left to be put in order when it is over.
    fn tidy(&self, pbx: &Pbx) -> Option<Deed> {
        let scene = self.scene(pbx);
        let Stage::Over(end) = &self.stage else {
            return None;
        };
        let is_alone = || !scene.third_is_with_colleague() && !scene.third_is_with_customer();
        let rung = match end {
            // Whoever answers later would be put into a call that is no more.
            _ if self.parked.is_some() => None,
            End::NotReached(Why::Machine) => scene.third,
            _ => scene.third.filter(|_| is_alone()),
        };
        let stop = rung.and_then(|leg| self.hang_up_once(leg.uniqueid.clone()));
        let recalled = self.recalled.as_ref().and_then(|id| pbx.channel(id));
        // A phone that rings for somebody who is gone.
        let unwanted = recalled.filter(|_| scene.customer.is_none());
        let unwanted = unwanted.and_then(|leg| self.hang_up_once(leg.uniqueid.clone()));
        stop.or(unwanted).or_else(|| self.loosen(pbx))
    }

    /// When to look again at the latest, though nothing happens.
    pub fn wake_at(&self) -> Option<Moment> {
        let after = |at: Option<Moment>, time: Duration| at.map(|at| at + time);
        let times = match self.stage {
            Stage::Over(_) | Stage::Checking | Stage::ComingBack => [None, None, None, None],
            Stage::Calling { .. } => [
                Some(self.since + RINGS + GRACE),
                after(self.gone_since, UNTOLD),
                after(self.odd, GONE),
                None,
            ],
            _ => [
                after(self.odd, GONE),
                after(self.odd, ON_THE_WAY),
                match self.stage {
                    Stage::Joining => after(self.park_asked, PARKS),
                    Stage::Recalling => Some(self.since + GONE),
                    Stage::Connecting | Stage::Returning => {
                        Some(self.ends.unwrap_or(self.since) + JOINS)
                    }
                    _ => after(self.parked_at, AGAIN),
                },
                after(self.parked_at, MUSIC),
            ],
        };
        let times = times.into_iter().flatten();
        times.filter(|at| *at > self.looked).min()
    }
}

fn is_local(channel: &Channel) -> bool {
    let name = channel.name.as_deref().unwrap_or_default();
    name.starts_with("Local/")
}

/// Where a space of a lot is dialled, if its lot is the default one: of others no list tells.
fn space(parked: &Parked) -> Option<(Exten, Context)> {
    if parked.lot != DEFAULT_LOT {
        return None;
    }
    Some((Exten::new(&parked.space).ok()?, Context::new(SPACES).ok()?))
}
