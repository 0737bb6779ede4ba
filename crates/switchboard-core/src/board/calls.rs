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
use crate::trunks::{Direction, Trunks};

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
    /// The context in which the caller's channel came to be; may be empty.
    pub came: String,
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
                format!("{:03}{began:020}", self.state.rank()).into()
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

/// Calls that want the same of a hand, all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Which they are.
    pub kind: Kind,
    /// How many.
    pub count: usize,
    /// The one that has been so for longest, and since when; none if that is not known of any.
    pub longest: Option<(Moment, Uniqueid)>,
}

/// What calls want of a hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// They ring.
    Ringing,
    /// Somebody waits: in a queue, parked, on hold.
    Waiting,
    /// People talk.
    Talking,
    /// A caller is alone, or nothing is known.
    Alone,
}

impl CallTable {
    /// The calls that live, filtered or not, in sections: those that need a hand most first.
    pub fn sections(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for call in self.living_rows() {
            let Some(kind) = call.state.kind() else {
                continue;
            };
            let place = sections.iter().position(|section| section.kind == kind);
            let place = place.unwrap_or_else(|| {
                sections.push(Section {
                    kind,
                    count: 0,
                    longest: None,
                });
                sections.len() - 1
            });
            let section = &mut sections[place];
            section.count += 1;
            let since = call.since.map(|since| (since, call.id.clone()));
            section.longest = section.longest.take().into_iter().chain(since).min();
        }
        sections.sort_by_key(|section| section.kind);
        sections
    }

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
    /// What a call wants of a hand; nothing when it is over.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::Ringing | Self::Calling => Kind::Ringing,
            Self::Queue(_) | Self::Parked(_) | Self::Held => Kind::Waiting,
            Self::Talking | Self::Conference(_) => Kind::Talking,
            Self::Alone(_) | Self::Idle => Kind::Alone,
            Self::Joined | Self::Ended => return None,
        })
    }

    /// Where a call stands among the others: what needs a hand first.
    fn rank(&self) -> u8 {
        self.kind().map_or(u8::MAX, |kind| kind as u8)
    }
}

impl Call {
    /// Which way it goes, by the lines that lead out of the house.
    pub fn direction(&self, trunks: &Trunks) -> Option<Direction> {
        let caller = self.from.first()?;
        let called = self.to.iter().map(|person| &*person.channel);
        match self.state {
            CallState::Conference(_) => None,
            _ => trunks.direction(&caller.channel, &self.came, called),
        }
    }

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
            came: pbx
                .past(&caller.uniqueid)
                .map(|past| past.came.clone())
                .unwrap_or_default(),
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
        let conference = bridges.find(|bridge| bridge.is_conference());
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
        if is_helper(name(leg)) {
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
    let somebody = channels.iter().find(|leg| !is_helper(name(leg)));
    somebody.into_iter().copied().collect()
}

fn name(leg: &Channel) -> &str {
    leg.name.as_deref().unwrap_or_default()
}

/// Whether a channel of this name is one of Asterisk's own, which nobody is behind: it announces or records
/// (`bridges/bridge_softmix`, `apps/confbridge/conf_chan_announce.c`, `conf_chan_record.c`,
/// `main/core_unreal.c`, `res/res_stasis_snoop.c`).
pub(super) fn is_helper(name: &str) -> bool {
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
