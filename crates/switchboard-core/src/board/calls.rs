//! The table of calls: one row for what people call a call, however many channels it has.

use std::borrow::Cow;
use std::collections::HashMap;

use ajam::ami::{ChannelState, Parked, Uniqueid};
use ajam::time::Moment;

use super::order::{Columns, Sort};
use super::record::Record;
use super::table::Table;
use crate::live::calls::Changes;
use crate::live::{self, Calls, Channel, Members, Pbx, Person, Ties};

/// The rows of the calls, in order.
pub type CallTable = Table<Call>;

/// A call, ready to be put into words.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its name, for as long as it lasts.
    pub id: Uniqueid,
    /// Who calls; everybody in a conference.
    pub from: Vec<Person>,
    /// Whom they talk with, or who rings: in that order.
    pub to: Vec<Person>,
    /// The number that was dialled; empty if none was, or none is known.
    pub dialled: String,
    /// What goes on.
    pub state: CallState,
    /// Since when that goes on; none if it did already when it was first listed.
    pub since: Option<Moment>,
    /// When its oldest channel was made.
    pub began: Moment,
    /// When it ended, for a row that is fading.
    pub ended: Option<Moment>,
    /// Its channels, oldest first.
    pub channels: Vec<Uniqueid>,
    /// The names of its channels.
    names: Vec<String>,
}

/// What goes on in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallState {
    /// A phone rings.
    Ringing,
    /// Somebody is called, and no phone rings yet.
    Calling,
    /// The caller waits in this queue; its members may be ringing.
    Queue(String),
    /// It is parked.
    Parked(Parked),
    /// One of two waits for the other.
    Held,
    /// They talk.
    Talking,
    /// They are in a conference of this name.
    Conference(String),
    /// The caller is alone with this dial plan application; empty if it is not known which.
    Alone(String),
    /// Nothing goes on that is known.
    Idle,
    /// It has become part of another call.
    Joined,
    /// It is over.
    Ended,
}

/// What calls can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// What goes on: what needs a hand first, and of that what has waited longest.
    State,
    /// Who calls.
    From,
    /// Whom.
    To,
    /// How long it has been there.
    Duration,
}

impl Columns for Column {
    const ALL: &'static [Self] = &[Self::State, Self::From, Self::To, Self::Duration];
    const FIRST: Sort<Self> = Sort {
        column: Self::State,
        descending: false,
    };

    fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::From => "from",
            Self::To => "to",
            Self::Duration => "duration",
        }
    }

    fn is_age(self) -> bool {
        self == Self::Duration
    }
}

impl Record for Call {
    type Id = Uniqueid;
    type Column = Column;

    fn id(&self) -> &Uniqueid {
        &self.id
    }

    fn text(&self, column: Column) -> Cow<'_, str> {
        match column {
            Column::State => {
                let began = self.began.millis().abs_diff(i64::MIN);
                format!("{}{began:020}", self.state.rank()).into()
            }
            Column::From => all(&self.from).into(),
            Column::To => format!("{} {}", all(&self.to), self.dialled).into(),
            Column::Duration => Cow::default(),
        }
    }

    fn found_by(&self) -> String {
        let people = self.from.iter().chain(&self.to);
        let people = people.flat_map(|person| [&*person.party.name, &person.party.num]);
        let names = self.names.iter().map(String::as_str);
        let place = match &self.state {
            CallState::Queue(name) | CallState::Conference(name) | CallState::Alone(name) => name,
            CallState::Parked(parked) => &parked.space,
            _ => "",
        };
        let all = people.chain(names).chain([&*self.dialled, place, &self.id]);
        all.collect::<Vec<_>>().join("\n")
    }

    fn numbers(&self) -> Vec<&str> {
        let people = self.from.iter().chain(&self.to);
        let numbers = people.map(|person| &*person.party.num);
        numbers.chain([&*self.dialled]).collect()
    }

    fn began(&self) -> Option<Moment> {
        Some(self.began)
    }

    fn end(&mut self, at: Moment) {
        self.ended = Some(at);
        if self.state != CallState::Joined {
            self.state = CallState::Ended;
        }
    }

    fn is_urgent(&self) -> bool {
        self.state == CallState::Ringing
    }
}

impl CallTable {
    /// Takes in what the model says of the calls that have changed, at `now`.
    /// `located` says whether it is known where in the dial plan channels are.
    pub fn update(
        &mut self,
        pbx: &Pbx,
        calls: &Calls,
        changes: Changes,
        located: bool,
        now: Moment,
    ) {
        let joined = changes.merged.keys().filter_map(|id| {
            let state = CallState::Joined;
            Some(Call {
                state,
                ..self.find(id)?.clone()
            })
        });
        let joined: HashMap<Uniqueid, Call> = joined.map(|row| (row.id.clone(), row)).collect();
        let row = |id: &Uniqueid| joined.get(id).cloned();
        self.refresh(joined.keys().cloned(), row, now);
        let row = |id: &Uniqueid| Call::of(id, calls.members(id)?, pbx, located);
        self.refresh(changes.calls, row, now);
    }
}

impl CallState {
    /// Where a call stands among the others: what needs a hand first.
    fn rank(&self) -> u8 {
        match self {
            Self::Ringing | Self::Calling => 0,
            Self::Queue(_) | Self::Parked(_) | Self::Held => 1,
            Self::Talking | Self::Conference(_) => 2,
            Self::Alone(_) | Self::Idle => 3,
            Self::Joined | Self::Ended => 4,
        }
    }
}

impl Call {
    /// Everybody on it, the caller first.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.from.iter().chain(&self.to)
    }

    /// Whether several people are together, of whom none is meant more than the others: an act has to
    /// be told which. Where phones ring, the caller is meant.
    pub fn is_shared(&self) -> bool {
        let count = self.people().count();
        match self.state {
            CallState::Conference(_) => count > 1,
            CallState::Talking | CallState::Held => count > 2,
            _ => false,
        }
    }

    /// The row of a call that lives; none if nobody is on it. `located` says whether it is known where
    /// in the dial plan channels are.
    pub fn of(id: &Uniqueid, members: &Members, pbx: &Pbx, located: bool) -> Option<Self> {
        let channels = members.channels.iter();
        let channels: Vec<&Channel> = channels.filter_map(|id| pbx.channel(id)).collect();
        let look = Look {
            pbx,
            ties: Ties { pbx },
            ends: ends(&channels, pbx),
            channels,
            located,
        };
        let caller = look.caller()?;
        let (state, since) = look.state(caller);
        let (from, to) = match state {
            CallState::Conference(_) => (look.ends.clone(), Vec::new()),
            _ => (vec![caller], look.others(caller)),
        };
        let person = |leg: &&Channel| {
            let other = Some(caller).filter(|caller| caller.uniqueid != leg.uniqueid);
            look.ties.person(leg, other)
        };
        let names = look.channels.iter().filter_map(|c| c.name.as_ref());
        Some(Self {
            id: id.clone(),
            from: from.iter().map(person).collect(),
            to: to.iter().map(person).collect(),
            dialled: look.dialled(caller),
            state,
            since,
            began: members.began,
            ended: None,
            channels: members.channels.clone(),
            names: names.map(ToString::to_string).collect(),
        })
    }
}

/// The channels of a call, and those of them at whose ends people are.
struct Look<'p> {
    pbx: &'p Pbx,
    ties: Ties<'p>,
    channels: Vec<&'p Channel>,
    ends: Vec<&'p Channel>,
    located: bool,
}

impl<'p> Look<'p> {
    /// Who calls the others: nobody has called it, as far as that can be told; else the oldest.
    fn caller(&self) -> Option<&'p Channel> {
        let is_called = |leg: &Channel| leg.is_called() || leg.dialled_by.is_some();
        let began = |leg: &Channel| {
            let call = leg.linkedid.as_deref();
            call == Some(leg.uniqueid.as_str())
        };
        let by = |leg: &&&Channel| (is_called(leg), !began(leg), leg.started);
        self.ends.iter().min_by_key(by).copied()
    }

    /// The other people: first those who talk, then those who ring.
    fn others(&self, caller: &Channel) -> Vec<&'p Channel> {
        let others = self.ends.iter().copied();
        let mut others: Vec<_> = others
            .filter(|leg| leg.uniqueid != caller.uniqueid)
            .collect();
        others.sort_by_key(|leg| !self.talks(leg));
        others
    }

    /// Whether it shares a bridge with somebody.
    fn talks(&self, leg: &Channel) -> bool {
        self.pbx.peers(leg).next().is_some()
    }

    fn since(&self, leg: &Channel) -> Option<Moment> {
        self.pbx.past(&leg.uniqueid)?.since
    }

    /// What goes on, and since when.
    fn state(&self, caller: &Channel) -> (CallState, Option<Moment>) {
        let bridges = self.ends.iter().filter_map(|leg| leg.bridge.as_ref());
        let mut bridges = bridges.filter_map(|id| self.pbx.bridge(id));
        let conference = bridges.find(|bridge| is_conference(&bridge.creator));
        if let Some(bridge) = conference {
            let since = self.ends.iter().filter_map(|leg| self.since(leg)).min();
            return (CallState::Conference(bridge.name.clone()), since);
        }
        let talking: Vec<_> = self.ends.iter().filter(|leg| self.talks(leg)).collect();
        if talking.len() > 1 {
            if let Some(held) = talking.iter().find(|leg| self.pbx.is_on_hold(leg)) {
                let holds = |leg: &&&&Channel| leg.holding || leg.music;
                let holder = talking.iter().find(holds).unwrap_or(held);
                return (CallState::Held, self.since(holder));
            }
            let since: Option<Vec<_>> = talking.iter().map(|leg| self.since(leg)).collect();
            let since = since.and_then(|all| all.into_iter().max());
            return (CallState::Talking, since);
        }
        if let Some(leg) = self.channels.iter().find(|leg| leg.parked.is_some()) {
            let parked = leg.parked.clone().unwrap_or_default();
            return (CallState::Parked(parked), self.since(leg));
        }
        if let Some(leg) = self.channels.iter().find(|leg| leg.queue.is_some()) {
            let queue = leg.queue.clone().unwrap_or_default();
            return (CallState::Queue(queue), self.since(leg));
        }
        let ringing = self.ends.iter().filter(|leg| live::is_ringing(leg));
        let ringing = ringing.map(|leg| self.since(leg).unwrap_or(leg.started));
        if let Some(since) = ringing.min() {
            return (CallState::Ringing, Some(since));
        }
        let is_called =
            |leg: &&&Channel| leg.state != ChannelState::Up && leg.uniqueid != caller.uniqueid;
        if self.ends.iter().any(|leg| is_called(&leg)) || caller.runs() == "Dial" {
            return (CallState::Calling, self.since(caller));
        }
        let since = self.since(caller);
        match self.runs(caller).filter(|_| self.located) {
            Some(application) => (CallState::Alone(application), since),
            None if caller.state == ChannelState::Up => (CallState::Alone(String::new()), since),
            None => (CallState::Idle, None),
        }
    }

    /// The application that the caller is alone with: its own, or that at the other end of a Local
    /// channel.
    fn runs(&self, caller: &Channel) -> Option<String> {
        let half = self.ties.half(caller);
        let mut legs = [Some(caller), half].into_iter().flatten();
        let runs = |leg: &Channel| match leg.runs() {
            "" | "AppDial" | "AppDial2" | "AppQueue" | "Queue" => None,
            application => Some(application.to_owned()),
        };
        legs.find_map(runs)
    }

    /// The number that was dialled.
    fn dialled(&self, caller: &Channel) -> String {
        let half = self.ties.half(caller);
        let legs = || [Some(caller), half].into_iter().flatten();
        let past = |leg: &Channel| {
            let past = self.pbx.past(&leg.uniqueid)?;
            Some(past.dialled.clone()).filter(|dialled| !dialled.is_empty())
        };
        let told = legs().find_map(past);
        told.unwrap_or_default()
    }
}

/// The channels at whose ends people are: no half of a Local channel that has others on both sides,
/// nothing that only announces.
fn ends<'p>(channels: &[&'p Channel], pbx: &'p Pbx) -> Vec<&'p Channel> {
    let ties = Ties { pbx };
    let tied = |leg: &Channel| {
        leg.parked.is_some() || pbx.peers(leg).next().is_some() || !ties.dials(leg).is_empty()
    };
    let is_end = |leg: &&&Channel| {
        if is_helper(leg) {
            return false;
        }
        let Some(half) = ties.half(leg) else {
            return true;
        };
        match (tied(leg), tied(half)) {
            (true, true) => false,
            // Behind it somebody waits in a queue, who stands before it.
            (true, false) => half.queue.is_none() || !leg.is_called(),
            (false, true) => false,
            (false, false) => (leg.started, &leg.uniqueid) <= (half.started, &half.uniqueid),
        }
    };
    let ends: Vec<_> = channels.iter().filter(is_end).copied().collect();
    if !ends.is_empty() {
        return ends;
    }
    // Chains that lead back to themselves, or into a queue: one of them is shown all the same.
    let somebody = channels.iter().find(|leg| !is_helper(leg));
    somebody.into_iter().copied().collect()
}

/// Whether it is a channel of Asterisk's own, which nobody is behind: it announces or records
/// (`bridges/bridge_softmix`, `apps/confbridge/conf_chan_announce.c`, `conf_chan_record.c`,
/// `main/core_unreal.c`, `res/res_stasis_snoop.c`).
fn is_helper(leg: &Channel) -> bool {
    let name = leg.name.as_deref().unwrap_or_default();
    [
        "CBAnn/",
        "CBRec/",
        "Announcer/",
        "Recorder/",
        "Snoop/",
        "Surrogate/",
    ]
    .iter()
    .any(|technology| name.starts_with(technology))
}

/// Whether a bridge of this creator is a room that people come to.
fn is_conference(creator: &str) -> bool {
    matches!(creator, "ConfBridge" | "MeetMe")
}

fn all(people: &[Person]) -> String {
    let texts = people.iter().map(|person| {
        let (name, num) = (&person.party.name, &person.party.num);
        match name.is_empty() && num.is_empty() {
            true => person.channel.clone(),
            false => format!("{name} {num}"),
        }
    });
    texts.collect::<Vec<_>>().join(" ").trim().to_owned()
}
