//! Somebody is asked first: takes the deeds of a [`Consult`] to Asterisk, and answers, events and the
//! model back to it. One deed of each at a time, with the names of that moment; where name and Uniqueid
//! may not belong together, `Status` is asked first, once for each name.

use ajam::ami::action::{Context, Exten, Park, Variable};
use ajam::ami::{
    Action, Argument, CallerId, ChannelName, Endpoint, Event, EventKind, Originate, Then, Uniqueid,
};
use ajam::session::{Handle, Input, Learned, Notice, Outcome, Question};
use ajam::time::Moment;

use super::Console;
use super::desk::{News, Number};
use crate::acts::consult::{self, Consult, Deed, NotNow, PARKED, RECALL, RINGS, Stage, Wish};
use crate::acts::{ORPHAN_SHOWN, Person};

/// The actions that it needs, in the order in which their absence is told.
const NEEDS: [&str; 4] = ["Originate", "Park", "Bridge", "Hangup"];

/// The first release with `BridgeAdd` (`apps/app_bridgeaddchan.c`).
const SINCE: u32 = 14;

/// So many ended ones are shown at most.
const MOST: usize = 4;

/// Names one of them, for as long as the page is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsultId(u64);

/// Those of this page.
#[derive(Debug, Default)]
pub(super) struct Consults {
    all: Vec<Running>,
    last: u64,
}

#[derive(Debug)]
struct Running {
    id: ConsultId,
    consult: Consult,
    flight: Option<Flight>,
    /// Names that Asterisk has said belong to these ids.
    verified: Vec<(Uniqueid, ChannelName)>,
    /// The calls that were asked for, by whose handle their late results are known: of the third, and
    /// of the colleague's phone.
    calls: [Option<Handle>; 2],
}

#[derive(Debug)]
struct Flight {
    handle: Handle,
    deed: Deed,
    /// What is looked at before it.
    looks_at: Option<(Uniqueid, ChannelName)>,
}

impl Consults {
    pub(super) fn hear(&mut self, event: &Event<'_>) {
        for one in &mut self.all {
            one.consult.hear(event);
            if let EventKind::OriginateResponse { success, .. } = event.kind {
                for (at, call) in one.calls.iter().enumerate() {
                    if call.as_ref().is_some_and(|call| call.is_answered_by(event)) {
                        one.consult.call_ended(at == 1, success);
                    }
                }
            }
        }
    }

    pub(super) fn forget(&mut self) {
        self.all.clear();
    }

    /// When something is to be done though nothing happens; `live` if the model can be believed.
    pub(super) fn wake_at(&self, live: bool) -> Option<Moment> {
        let looks = self.all.iter().filter(|_| live);
        let looks = looks.filter_map(|one| one.consult.wake_at());
        // While something is asked its answer wakes.
        let idle = self.all.iter().filter(|one| one.flight.is_none());
        looks.chain(idle.filter_map(until)).min()
    }

    fn at(&mut self, id: ConsultId) -> Option<&mut Running> {
        self.all.iter_mut().find(|one| one.id == id)
    }
}

/// When its end has been told long enough, where it is what was wanted.
fn until(one: &Running) -> Option<Moment> {
    match one.consult.stage() {
        Stage::Over(end) if end.is_done() => Some(one.consult.since() + ORPHAN_SHOWN),
        _ => None,
    }
}

impl Console {
    /// Those that are under way, and those whose end is still told, the oldest first.
    pub fn consults(&self) -> impl Iterator<Item = (ConsultId, &Consult)> {
        self.consults.all.iter().map(|one| (one.id, &one.consult))
    }

    /// The two who talk on this one's call, the one first who would wait while the other asks.
    ///
    /// # Errors
    /// Why nobody can be asked first on it.
    pub fn to_consult(&self, customer: &str) -> Result<(Person, Person), NotNow> {
        let abilities = self.session.abilities();
        if !self.session.phase().may_ask() {
            return Err(NotNow::NotLive);
        }
        if let Some(lacks) = NEEDS.into_iter().find(|name| !abilities.may(name)) {
            return Err(NotNow::Right(lacks));
        }
        if abilities.version.major().is_some_and(|major| major < SINCE) {
            return Err(NotNow::Version);
        }
        let pair = consult::pair(&self.pbx, customer)?;
        let is_on = |one: &Person| {
            let running = self.consults.all.iter();
            let mut running = running.filter(|one| !matches!(one.consult.stage(), Stage::Over(_)));
            running.any(|other| {
                let both = [other.consult.customer(), other.consult.colleague()];
                both.iter().any(|on| on.leg == one.leg)
            })
        };
        match is_on(&pair.0) || is_on(&pair.1) {
            true => Err(NotNow::Asked),
            false => Ok(pair),
        }
    }

    /// Has the other one on this customer's call ask at a number first. It was said who that is: if it
    /// is somebody else by now, nothing is done.
    pub fn consult(
        &mut self,
        (customer, colleague): (&Uniqueid, &Uniqueid),
        (exten, context): (Exten, Context),
        now: Moment,
    ) {
        let Ok(pair) = self.to_consult(customer) else {
            return;
        };
        if pair.0.leg != *customer || pair.1.leg != *colleague {
            return;
        }
        self.consults.last += 1;
        let id = ConsultId(self.consults.last);
        let mut consult = Consult::new(pair, (exten.clone(), context.clone()), now);
        // It is known, or can't be: a call to a number that is not there harms nobody here.
        match self.number(&exten, &context, now) {
            Number::There => consult.learned(Some(true), false, now),
            Number::CannotTell => consult.learned(None, false, now),
            Number::Open | Number::Missing => {}
        }
        self.consults.all.push(Running {
            id,
            consult,
            flight: None,
            verified: Vec::new(),
            calls: [None, None],
        });
        let over = |one: &&Running| matches!(one.consult.stage(), Stage::Over(_));
        if self.consults.all.iter().filter(over).count() > MOST
            && let Some(oldest) = self.consults.all.iter().position(|one| over(&one))
        {
            self.consults.all.remove(oldest);
        }
        self.attend_consults(now);
        self.route(now);
    }

    /// Somebody wants this of it.
    pub fn wish(&mut self, id: ConsultId, wish: Wish, now: Moment) {
        if !self.session.phase().may_ask() {
            return;
        }
        let Some(one) = self.consults.at(id) else {
            return;
        };
        // As things are by now, not as they were when that was last drawn.
        one.consult.look(&self.pbx, now);
        one.consult.want(wish, now);
        self.attend_consults(now);
        self.route(now);
    }

    /// Its end was read.
    pub fn dismiss(&mut self, id: ConsultId) {
        let over = |one: &Running| matches!(one.consult.stage(), Stage::Over(_));
        self.consults.all.retain(|one| one.id != id || !over(one));
    }

    /// Looks at all of them, and asks what is next.
    pub(super) fn attend_consults(&mut self, now: Moment) {
        let told = |one: &Running| until(one).is_some_and(|until| until <= now);
        let pbx = &self.pbx;
        let consults = &mut self.consults.all;
        consults.retain(|one| !told(one) || !one.consult.is_finished(pbx));
        if !self.session.phase().may_ask() {
            return;
        }
        for at in 0..self.consults.all.len() {
            let mut one = self.consults.all.remove(at);
            self.advance_consult(&mut one, now);
            self.consults.all.insert(at, one);
        }
    }

    fn advance_consult(&mut self, one: &mut Running, now: Moment) {
        loop {
            one.consult.look(&self.pbx, now);
            if one.flight.is_some() {
                return;
            }
            let session = &mut self.session;
            let next = one
                .consult
                .next(&self.pbx, now, &mut || session.next_channel());
            let Some(deed) = next else { return };
            self.take_on(one, deed, now);
        }
    }

    /// Asks for a deed, or for what has to be known before.
    fn take_on(&mut self, one: &mut Running, deed: Deed, now: Moment) {
        if let Deed::LookUp(exten, context) = &deed {
            let question = Question::Extension(exten.clone(), context.clone());
            let (handle, learned) = self.inquire(question, now);
            return match learned {
                Some(learned) => looked_up(one, &learned, now),
                None => fly(one, handle, deed, None),
            };
        }
        let Some(legs) = self.names(one, &deed) else {
            return one.consult.answered(&Outcome::NoChannel, now);
        };
        let unsure = legs.iter().find(|leg| {
            let (id, doubted) = (&leg.0, self.pbx.is_doubtful(&leg.0));
            doubted || !one.verified.contains(leg) && (self.is_late() || self.is_doubtful(id))
        });
        if let Some(leg) = unsure.cloned() {
            let (handle, learned) = self.inquire(Question::Channel(leg.1.clone()), now);
            return match learned {
                Some(learned) => self.looked(one, deed, leg, &learned, now),
                None => fly(one, handle, deed, Some(leg)),
            };
        }
        self.send_deed(one, deed, &legs, now);
    }

    fn send_deed(
        &mut self,
        one: &mut Running,
        deed: Deed,
        legs: &[(Uniqueid, ChannelName)],
        now: Moment,
    ) {
        let Some(action) = action(&one.consult, &deed, legs) else {
            return one.consult.answered(&Outcome::NoChannel, now);
        };
        let mut at_once = None;
        let handle = self.session.submit(action, now, &mut |notice| {
            if let Notice::Outcome(_, outcome) = notice {
                at_once = Some(outcome.clone());
            }
        });
        match &deed {
            Deed::Call(_) => one.calls[0] = Some(handle.clone()),
            Deed::Recall(..) => one.calls[1] = Some(handle.clone()),
            _ => {}
        }
        match at_once {
            Some(outcome) => one.consult.answered(&outcome, now),
            None => fly(one, handle, deed, None),
        }
    }

    /// The names of the channels that a deed is about, as they are now; none if one is gone or its
    /// name would reach others.
    fn names(&self, one: &Running, deed: &Deed) -> Option<Vec<(Uniqueid, ChannelName)>> {
        let (customer, colleague) = (&one.consult.customer().leg, &one.consult.colleague().leg);
        let ids = match deed {
            Deed::LookUp(..) | Deed::Recall(..) => vec![],
            // The customer is looked at as well, so that nothing is asked once somebody has answered.
            Deed::Call(_) => vec![colleague, customer],
            // The colleague's may be gone: it is only whose phone is called when the time is over.
            Deed::Park => vec![customer, colleague],
            Deed::Net(id, _) | Deed::HangUp(id) => vec![id],
            Deed::Bridge(one, two) => vec![one, two],
        };
        ids.into_iter().map(|id| self.leg(id)).collect()
    }

    /// Takes in what was learned of a channel that is looked at before a deed.
    fn looked(
        &mut self,
        one: &mut Running,
        deed: Deed,
        leg: (Uniqueid, ChannelName),
        learned: &Learned,
        now: Moment,
    ) {
        let told = self.is_it(&leg, learned, now);
        let doubted = self.pbx.is_doubtful(&leg.0);
        match told {
            Err(outcome) => one.consult.answered(&outcome, now),
            // Another bears its name, too: to look once more would tell no more.
            Ok(()) if doubted => {
                self.session.feed(Input::Doubtful, now);
                one.consult.answered(&Outcome::NoChannel, now);
            }
            Ok(()) => {
                one.verified.push(leg);
                self.take_on(one, deed, now);
            }
        }
    }

    /// Takes in what came, if it is for one of these; gives it back if not.
    pub(super) fn consult_hears(
        &mut self,
        handle: &Handle,
        news: News,
        now: Moment,
    ) -> Option<News> {
        let is_for = |one: &Running| {
            let flight = one.flight.as_ref();
            flight.is_some_and(|flight| flight.handle == *handle)
        };
        let Some(at) = self.consults.all.iter().position(is_for) else {
            return Some(news);
        };
        let mut one = self.consults.all.remove(at);
        if let Some(flight) = one.flight.take() {
            match (news, flight.looks_at) {
                (News::Outcome(outcome), _) => one.consult.answered(&outcome, now),
                (News::Learned(learned), Some(leg)) => {
                    self.looked(&mut one, flight.deed, leg, &learned, now);
                }
                (News::Learned(learned), None) => looked_up(&mut one, &learned, now),
            }
        }
        self.consults.all.insert(at, one);
        None
    }
}

fn fly(one: &mut Running, handle: Handle, deed: Deed, looks_at: Option<(Uniqueid, ChannelName)>) {
    one.flight = Some(Flight {
        handle,
        deed,
        looks_at,
    });
}

fn looked_up(one: &mut Running, learned: &Learned, now: Moment) {
    let exists = match learned {
        Learned::Exists(exists) => Some(*exists),
        _ => None,
    };
    let silent = *learned == Learned::Unanswered;
    one.consult.learned(exists, silent, now);
}

/// The action of a deed; none if what it needs can't be named.
fn action(consult: &Consult, deed: &Deed, legs: &[(Uniqueid, ChannelName)]) -> Option<Action> {
    let mut names = legs.iter().map(|(_, name)| name.clone());
    Some(match deed {
        Deed::LookUp(exten, context) => Action::ExtensionExists {
            exten: exten.clone(),
            context: context.clone(),
        },
        Deed::Call(id) => {
            let (exten, context) = consult.number();
            let into = Argument::channel(&names.next()?).ok()?;
            Action::Originate(Originate {
                endpoint: Endpoint::number(exten, context),
                then: Then::Runs("BridgeAdd", vec![into]),
                caller: caller(consult.colleague()),
                timeout: RINGS,
                id: id.clone(),
            })
        }
        Deed::Park => Action::Park(Park {
            channel: names.next()?,
            back_to: names.next(),
            timeout: Some(PARKED),
            lot: None,
        }),
        Deed::Net(_, place) => Action::Setvar {
            channel: names.next()?,
            variable: Variable::AfterBridge(place.clone()),
        },
        Deed::Bridge(..) => Action::Bridge {
            one: names.next()?,
            two: names.next()?,
        },
        Deed::HangUp(_) => Action::Hangup {
            channel: names.next()?,
            cause: None,
        },
        Deed::Recall(phone, id, parked) => {
            let lot = Argument::new(&parked.lot).ok()?;
            let space = Argument::new(&parked.space).ok()?;
            Action::Originate(Originate {
                endpoint: phone.clone(),
                then: Then::Runs("ParkedCall", vec![lot, space]),
                caller: caller(consult.customer()),
                timeout: RECALL,
                id: id.clone(),
            })
        }
    })
}

/// Who is said to call.
fn caller(person: &Person) -> Option<CallerId> {
    Some(CallerId {
        name: person.party.name.clone(),
        num: Exten::new(&person.party.num).ok()?,
    })
}
