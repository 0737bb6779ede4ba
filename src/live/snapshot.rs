//! What a list says, gathered until the list is whole.

use std::collections::HashMap;
use std::time::Duration;

use super::bridge::Bridge;
use super::channel::{Channel, Parked};
use super::pbx::link_of;
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
        channel.application = item.application.to_string();
        channel.data = item.data.to_string();
        channel.bridge = BridgeUniqueid::new(&item.bridge)
            .or_else(|| (!item.joined.is_empty()).then(|| link_of(&id, &item.joined)));
        self.channels.insert(id, channel);
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
        if let (Some(parked), Some(id)) = (&mut self.parked, Uniqueid::new(&parkee.uniqueid)) {
            parked.insert(id, place);
        }
    }
}
