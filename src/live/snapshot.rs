//! What a list says, gathered until the list is whole.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::bridge::Bridge;
use super::channel::{Channel, Parked};
use super::pbx::{conference_of, link_of};
use crate::ami::event::ListedChannel;
use crate::ami::{BridgeBlock, BridgeUniqueid, ChannelBlock, Uniqueid};
use crate::time::Moment;

/// Whether what a list does not tell is still believed when it is adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// No event can have been lost: holds, dials and parking stay.
    Unlisted,
    /// Events may have been lost: only what the list says counts.
    ListedOnly,
}

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
}

impl Snapshot {
    /// Takes in an item of `CoreShowChannels` or `Status`, received at `now`.
    pub fn channel(&mut self, item: &ListedChannel<'_>, now: Moment) {
        let Some(id) = Uniqueid::new(&item.channel.uniqueid) else {
            return;
        };
        let age = Duration::from_secs(item.seconds.unwrap_or_default());
        let mut channel = Channel::new(id.clone(), now - age);
        channel.update(&item.channel);
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

/// The queue that the channel's application has it wait in. Whom a member has taken is in a bridge.
fn queue(item: &ListedChannel<'_>) -> Option<String> {
    let waits = item.application.as_deref() == Some("Queue")
        && item.bridge.is_empty()
        && item.joined.is_empty()
        && item.link.is_empty();
    let name = item.data.split([',', '|']).next().unwrap_or_default();
    (waits && !name.is_empty()).then(|| name.to_owned())
}
