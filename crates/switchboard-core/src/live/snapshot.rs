//! What a list says, gathered until the list is whole.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ajam::ami::event::{Event, EventKind, ListedChannel};
use ajam::ami::{
    BridgeBlock, BridgeUniqueid, ChannelBlock, ChannelName, ChannelState, Parked, Uniqueid,
};
use ajam::session::Topic;
use ajam::time::Moment;

use super::bridge::Bridge;
use super::channel::Channel;
use super::pbx::{conference_of, link_of, queue_of};

/// By how much a list may be off, for it tells whole seconds.
const ROUNDED: Duration = Duration::from_secs(2);

/// The channels and bridges of a list.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub(super) channels: HashMap<Uniqueid, Channel>,
    pub(super) bridges: HashMap<BridgeUniqueid, Bridge>,
    /// Who is parked where; none if this account cannot list it.
    pub(super) parked: Option<HashMap<Uniqueid, Parked>>,
    /// The channels of which the list does not tell what runs on them, nor what they are in.
    pub(super) half_told: HashSet<Uniqueid>,
    /// The name of the other end, where a list tells no more of it.
    links: Vec<(Uniqueid, String)>,
    /// Where the channel of this name is parked, where a list tells no more of it.
    parked_names: Vec<(String, Parked)>,
    /// When what follows was asked for.
    asked: Option<Moment>,
    /// The longest that an item may be older or younger than it is taken for.
    spread: Duration,
}

impl Snapshot {
    /// The items that follow were asked for at this moment. Asterisk writes a list as soon as it is
    /// asked: the ages in it are of then, however long it takes to get here and to be read.
    pub fn asked_at(&mut self, at: Moment) {
        self.asked = Some(at);
    }

    /// Takes in an item of `CoreShowChannels` or `Status`, read at `now`.
    pub fn channel(&mut self, item: &ListedChannel<'_>, now: Moment) {
        let Some(id) = Uniqueid::new(&item.channel.uniqueid) else {
            return;
        };
        let age = Duration::from_secs(item.seconds.unwrap_or_default());
        let asked = self.asked.map_or(now, |asked| asked.min(now));
        self.spread = self.spread.max(now.since(asked));
        let mut channel = Channel::new(id.clone(), asked - age);
        channel.update(&item.channel);
        channel.name = item.channel.channel.as_deref().and_then(ChannelName::new);
        channel.application = item.application.clone().unwrap_or_default().into_owned();
        channel.data = item.data.to_string();
        channel.queue = queue(item);
        channel.bridge = BridgeUniqueid::new(&item.bridge)
            .or_else(|| (!item.joined.is_empty()).then(|| link_of(&id, &item.joined)))
            .or_else(|| self.conference(item));
        if item.application.is_none() {
            self.half_told.insert(id.clone());
        }
        if !item.link.is_empty() {
            self.links.push((id.clone(), item.link.to_string()));
        }
        self.channels.insert(id, channel);
    }

    /// When a channel was made of which that was known before: a list tells whole seconds, and a
    /// clock that jumped at every list would look broken.
    pub(super) fn steady(&self, known: Moment, listed: Moment) -> Moment {
        let early = listed.since(known);
        let late = known.since(listed);
        match early < ROUNDED && late < ROUNDED + self.spread {
            true => known,
            false => listed,
        }
    }

    /// Which halves belong to one Local channel, by their names: `;1` and `;2`.
    pub(super) fn halves(&self) -> Vec<(Uniqueid, Uniqueid)> {
        let local = |channel: &Channel, end: &str| {
            let name = channel.name.as_deref()?.strip_prefix("Local/")?;
            Some(name.strip_suffix(end)?.to_owned())
        };
        let channels = || self.channels.values();
        let seconds: HashMap<_, _> = channels()
            .filter_map(|c| Some((local(c, ";2")?, &c.uniqueid)))
            .collect();
        channels()
            .filter_map(|c| {
                Some((
                    c.uniqueid.clone(),
                    (*seconds.get(&local(c, ";1")?)?).clone(),
                ))
            })
            .collect()
    }

    /// Who calls whom, as far as a list lets it be seen: it names nobody, but on who is called stands
    /// `AppDial` or `AppQueue`, the caller runs Dial or Queue, and both are of one call. Where that
    /// is true of several, Dial's arguments tell.
    pub(super) fn dials(&self) -> Vec<(Uniqueid, Uniqueid)> {
        let mut callers: HashMap<(&str, &str), Vec<&Channel>> = HashMap::new();
        for channel in self.channels.values().filter(|c| c.bridge.is_none()) {
            if let (Some(call), "Dial" | "Queue") =
                (&channel.linkedid, channel.application.as_str())
            {
                let key = (call.as_str(), channel.application.as_str());
                callers.entry(key).or_default().push(channel);
            }
        }
        let rung = self
            .channels
            .values()
            .filter(|c| c.bridge.is_none() && c.state != ChannelState::Up);
        rung.filter_map(|rung| {
            let dialled = match rung.application.as_str() {
                "AppDial" => "Dial",
                "AppQueue" => "Queue",
                _ => return None,
            };
            let callers = callers.get(&(rung.linkedid.as_ref()?.as_str(), dialled))?;
            let caller = match callers[..] {
                [caller] => caller,
                _ => {
                    let line = rung.name.as_deref()?;
                    let line = &line[..line.rfind('-')?];
                    let mut named = callers.iter().filter(|c| c.data.contains(line));
                    named.next().filter(|_| named.next().is_none())?
                }
            };
            Some((caller.uniqueid.clone(), rung.uniqueid.clone()))
        })
        .collect()
    }

    /// The conference that the channel's application has it in, where it is no bridge of
    /// Asterisk's own: MeetMe, and ConfBridge up to 11.
    fn conference(&mut self, item: &ListedChannel<'_>) -> Option<BridgeUniqueid> {
        let application = item.application.as_deref()?;
        if application != "MeetMe" && (application != "ConfBridge" || item.knows_bridges) {
            return None;
        }
        let name = item.data.split([',', '|']).next()?;
        let (id, bridge) = conference_of(name, application)?;
        self.bridges.entry(id.clone()).or_insert(bridge);
        Some(id)
    }

    /// Puts ids in place of the names that lists of 1.4 to 11 tell instead.
    pub(super) fn resolve(&mut self) {
        if self.links.is_empty() && self.parked_names.is_empty() {
            return;
        }
        let named = |name: &str| {
            self.channels
                .values()
                .find(|c| c.name.as_ref().is_some_and(|have| have.as_str() == name))
                .map(|c| c.uniqueid.clone())
        };
        let links: Vec<_> = self
            .links
            .iter()
            .filter_map(|(id, name)| Some((id.clone(), link_of(id, &named(name)?))))
            .collect();
        let parked: Vec<_> = self
            .parked_names
            .iter()
            .filter_map(|(name, place)| Some((named(name)?, place.clone())))
            .collect();
        for (id, link) in links {
            if let Some(channel) = self.channels.get_mut(&id) {
                channel.bridge = Some(link);
            }
        }
        if let Some(known) = &mut self.parked {
            known.extend(parked);
        }
    }

    /// Takes in an item of a list of this topic.
    pub fn item(&mut self, topic: Topic, item: &Event<'_>) {
        match (topic, &item.kind) {
            (Topic::Bridges, EventKind::ListedBridge(block)) => self.bridge(block),
            (Topic::Parking, EventKind::ParkedCall { parkee, lot, space }) => {
                let (lot, space) = (lot.to_string(), space.to_string());
                self.parked(parkee, Parked { lot, space });
            }
            _ => {}
        }
    }

    /// Takes in an item of `BridgeList`.
    pub fn bridge(&mut self, block: &BridgeBlock<'_>) {
        let Some(id) = BridgeUniqueid::new(&block.uniqueid) else {
            return;
        };
        self.bridges.entry(id).or_default().update(block);
    }

    /// Parked calls can be listed: who is not among them is not parked.
    pub fn parked_calls(&mut self) {
        self.parked.get_or_insert_default();
    }

    /// Takes in an item of `ParkedCalls`.
    pub fn parked(&mut self, parkee: &ChannelBlock<'_>, place: Parked) {
        let Some(parked) = &mut self.parked else {
            return;
        };
        match (Uniqueid::new(&parkee.uniqueid), &parkee.channel) {
            (Some(id), _) => {
                parked.insert(id, place);
            }
            (None, Some(name)) => self.parked_names.push((name.to_string(), place)),
            (None, None) => {}
        }
    }
}

/// The queue that the channel's application has it wait in. Whom a member has taken, and whoever
/// was parked or transferred since, is in a bridge.
fn queue(item: &ListedChannel<'_>) -> Option<String> {
    let waits = item.bridge.is_empty() && item.joined.is_empty() && item.link.is_empty();
    let name = queue_of(item.application.as_deref()?, &item.data).filter(|_| waits)?;
    Some(name.to_owned())
}
