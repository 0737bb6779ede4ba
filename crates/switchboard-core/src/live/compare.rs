//! Compares what a list says with what the model holds, without touching it.

use std::borrow::Cow;
use std::collections::HashSet;

use ajam::ami::event::ListedChannel;
use ajam::ami::{BridgeUniqueid, ChannelState, Event, Parked, Uniqueid};
use ajam::session::Found;
use ajam::time::Moment;

use super::channel::{Channel, Location, Party};
use super::pbx::Pbx;

/// How many differences are looked into; more would tell nothing more.
const ENOUGH: usize = 64;

/// A comparison on its way.
///
/// A list and the events of the same moment come by different ways, so there are always differences
/// on a busy server. What an event has told of since the list was asked for is left out, and what is
/// left is looked at once more a little later: only what then still stands was told by no event.
#[derive(Debug, Default)]
pub struct Comparison {
    asked: Moment,
    /// The list is on its way.
    open: bool,
    listed: HashSet<Uniqueid>,
    heard: HashSet<Uniqueid>,
    suspects: Vec<Suspect>,
    /// Rows that something other than `Newchannel` has made since the last list.
    unannounced: usize,
}

/// A difference.
#[derive(Debug)]
enum Suspect {
    /// It is listed, and has no row.
    Born(Uniqueid),
    /// It has a row, and is not listed.
    Gone(Uniqueid),
    /// It is listed with another state, name, caller or bridge than it had.
    Changed(Uniqueid, Looks),
    /// It is listed at another place in the dial plan than it was.
    Moved(Uniqueid, Location),
    /// What is listed of it cannot be, if what events have told of it is true.
    Told(Uniqueid, Told),
}

/// What only events tell of a channel, as far as a list speaks against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// Who dials it: it is listed as answered, or of another call than its caller.
    pub dialled_by: Option<Uniqueid>,
    /// Where it is parked: it is listed in no bridge, or is joined with somebody.
    pub parked: Option<Parked>,
    /// The queue that it waits in: it is listed as running something else.
    pub queue: Option<String>,
}

impl Told {
    fn of(item: &ListedChannel<'_>, channel: &Channel, pbx: &Pbx) -> Self {
        let linkedid = item.channel.linkedid.as_deref();
        let is_answered = item.channel.state == Some(ChannelState::Up);
        let is_apart = |caller: &Uniqueid| {
            let caller = pbx.channel(caller);
            caller.is_none_or(|caller| {
                let other = caller.linkedid.as_deref();
                // Who is joined with others may have become part of their call since.
                caller.bridge.is_none()
                    && other.is_some()
                    && linkedid.is_some()
                    && other != linkedid
            })
        };
        let is_parked =
            !item.knows_bridges || !item.bridge.is_empty() && pbx.peers(channel).next().is_none();
        let runs = item.application.as_deref().unwrap_or_default();
        let may_wait = matches!(runs, "" | "Queue") || !item.bridge.is_empty();
        let caller = channel.dialled_by.clone();
        Self {
            dialled_by: caller.filter(|caller| is_answered || is_apart(caller)),
            parked: channel.parked.clone().filter(|_| !is_parked),
            queue: channel.queue.clone().filter(|_| !may_wait),
        }
    }

    /// Whether some of it is still told.
    fn is_still_so(&self, channel: &Channel) -> bool {
        let Self {
            dialled_by,
            parked,
            queue,
        } = self;
        dialled_by.is_some() && channel.dialled_by == *dialled_by
            || parked.is_some() && channel.parked == *parked
            || queue.is_some() && channel.queue == *queue
    }
}

#[derive(Debug, PartialEq)]
struct Looks {
    state: ChannelState,
    name: Option<String>,
    caller: Party,
    bridge: Option<BridgeUniqueid>,
}

impl Comparison {
    /// A list was asked for at this moment, to compare.
    pub fn begin(&mut self, now: Moment) {
        self.asked = now;
        self.open = true;
        self.listed.clear();
        self.heard.clear();
        self.suspects.clear();
    }

    /// Everything was listed, and is in force.
    pub fn listed_anew(&mut self) {
        self.unannounced = 0;
    }

    /// An event was told, which made this many rows.
    pub fn heard(&mut self, event: &Event<'_>, rows: usize) {
        if event.name != "Newchannel" {
            self.unannounced += rows;
        }
        if !self.open {
            return;
        }
        for (name, id) in event.packet.raw() {
            if name.ends_with("uniqueid") {
                self.heard.extend(Uniqueid::new(id));
            }
        }
    }

    /// An item of the list.
    pub fn item(&mut self, item: &ListedChannel<'_>, pbx: &Pbx) {
        let Some(id) = Uniqueid::new(&item.channel.uniqueid) else {
            return;
        };
        if self.suspects.len() < ENOUGH && !self.heard.contains(&id) {
            match pbx.channel(&id) {
                None => self.suspects.push(Suspect::Born(id.clone())),
                Some(channel) => {
                    if looks_different(item, channel) {
                        self.suspects
                            .push(Suspect::Changed(id.clone(), looks(channel)));
                    }
                    if is_elsewhere(item, channel) {
                        let place = channel.location.clone();
                        self.suspects.push(Suspect::Moved(id.clone(), place));
                    }
                    let told = Told::of(item, channel, pbx);
                    if told != Told::default() {
                        self.suspects.push(Suspect::Told(id.clone(), told));
                    }
                }
            }
        }
        self.listed.insert(id);
    }

    /// The list has ended: what there is to be looked at once more.
    pub fn end(&mut self, pbx: &Pbx) -> Found {
        self.open = false;
        let listed = std::mem::take(&mut self.listed);
        let gone = pbx.channels().filter(|channel| {
            let id = &channel.uniqueid;
            channel.started < self.asked && !listed.contains(id) && !self.heard.contains(id)
        });
        let gone = gone.map(|channel| Suspect::Gone(channel.uniqueid.clone()));
        self.suspects.extend(gone.take(ENOUGH));
        self.heard = HashSet::new();
        self.again(pbx)
    }

    /// What still stands.
    pub fn again(&mut self, pbx: &Pbx) -> Found {
        self.suspects.retain(|suspect| match suspect {
            Suspect::Born(id) => pbx.channel(id).is_none() && !pbx.has_ended(id),
            Suspect::Gone(id) => pbx.channel(id).is_some(),
            Suspect::Changed(id, had) => pbx.channel(id).is_some_and(|now| looks(now) == *had),
            Suspect::Moved(id, had) => pbx.channel(id).is_some_and(|now| now.location == *had),
            Suspect::Told(id, had) => pbx.channel(id).is_some_and(|now| had.is_still_so(now)),
        });
        let mut found = Found {
            unannounced: self.unannounced,
            ..Found::default()
        };
        for suspect in &self.suspects {
            match suspect {
                Suspect::Born(_) => found.born += 1,
                Suspect::Gone(id) => found.gone.push(id.clone()),
                Suspect::Changed(..) | Suspect::Told(..) => found.changed += 1,
                Suspect::Moved(..) => found.moved += 1,
            }
        }
        found
    }

    /// Takes back what still stands and no list would: lists leave in force what they do not tell.
    pub fn mend(&mut self, pbx: &mut Pbx) {
        for suspect in &self.suspects {
            if let Suspect::Told(id, told) = suspect {
                pbx.take_back(id, told);
            }
        }
    }
}

fn looks(channel: &Channel) -> Looks {
    Looks {
        state: channel.state,
        name: channel.name.as_ref().map(ToString::to_string),
        caller: channel.caller.clone(),
        bridge: channel.bridge.clone(),
    }
}

fn looks_different(item: &ListedChannel<'_>, channel: &Channel) -> bool {
    let bridge = channel.bridge.as_deref().unwrap_or_default();
    item.channel
        .state
        .is_some_and(|state| state != channel.state)
        || item.channel.channel.as_deref() != channel.name.as_deref()
        || is_called_otherwise(item, channel)
        || (item.knows_bridges && item.bridge != bridge)
}

/// Whether another caller is listed: somebody may have forged who is shown. Up to 12, not every change
/// is told.
fn is_called_otherwise(item: &ListedChannel<'_>, channel: &Channel) -> bool {
    let (block, caller) = (&item.channel, &channel.caller);
    let differs = |listed: &Option<Cow<'_, str>>, known: &str| {
        listed.as_deref().is_some_and(|listed| listed != known)
    };
    block.linkedid.is_some()
        && (differs(&block.caller_num, &caller.num) || differs(&block.caller_name, &caller.name))
}

fn is_elsewhere(item: &ListedChannel<'_>, channel: &Channel) -> bool {
    let block = &item.channel;
    let place = &channel.location;
    let differs = |listed: &Option<Cow<'_, str>>, known: &str| {
        listed.as_deref().is_some_and(|listed| listed != known)
    };
    differs(&block.exten, &place.exten)
        || differs(&block.context, &place.context)
        || differs(&block.priority, &place.priority)
}
