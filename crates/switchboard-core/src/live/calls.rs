//! Which channels make up one call, as people understand it.
//!
//! Two channels are of one call if they share a bridge that joins, if one rings the other, or if they
//! are the halves of one Local channel. A channel that does nothing of its own yet, or any more, is of
//! the call it was made for. A Linkedid does not tell: two who were parted keep theirs.
//!
//! A call keeps its name for as long as somebody of it is left, whoever joins or leaves; of a call that
//! falls apart, the part with the channel that it is named by keeps it, or else with the oldest.

use std::collections::{HashMap, HashSet};

use ajam::ami::{BridgeUniqueid, Linkedid, Uniqueid};
use ajam::time::Moment;

use super::channel::Channel;
use super::pbx::Pbx;
use super::ties::{Ties, of_pairs};

/// The calls. Each is named by the Uniqueid of one of the channels that it began with.
#[derive(Debug, Default)]
pub struct Calls {
    calls: HashMap<Uniqueid, Members>,
    of: HashMap<Uniqueid, Uniqueid>,
    /// The Linkedid that each channel had when its call was last looked at.
    linked: HashMap<Uniqueid, Linkedid>,
}

/// The channels of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// Oldest first.
    pub channels: Vec<Uniqueid>,
    /// When the oldest one that it ever had was made.
    pub began: Moment,
}

/// What has become of the calls since they were last looked at.
#[derive(Debug, Default)]
pub struct Changes {
    /// Calls that are new, have ended, or may show something else.
    pub calls: HashSet<Uniqueid>,
    /// Of those, the ones that have become part of another one.
    pub merged: HashMap<Uniqueid, Uniqueid>,
}

impl Changes {
    /// Adds what came later.
    pub fn extend(&mut self, later: Self) {
        self.calls.extend(later.calls);
        self.merged.extend(later.merged);
    }
}

impl Calls {
    /// The channels of a call; none if there is no such call.
    pub fn members(&self, call: &str) -> Option<&Members> {
        self.calls.get(call)
    }

    /// The call that a channel belongs to.
    pub fn of(&self, channel: &str) -> Option<&Uniqueid> {
        self.of.get(channel)
    }

    /// Every call.
    pub fn iter(&self) -> impl Iterator<Item = &Uniqueid> {
        self.calls.keys()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Keeps up with the model, which has changed these channels.
    pub fn follow<'t>(
        &mut self,
        pbx: &Pbx,
        touched: impl IntoIterator<Item = &'t Uniqueid>,
    ) -> Changes {
        // A call that may have fallen apart, or grown into another one, is made anew as a whole.
        let mut open: Vec<Uniqueid> = Vec::new();
        let mut broken: HashSet<Uniqueid> = HashSet::new();
        let mut looked: HashSet<Linkedid> = HashSet::new();
        for id in touched {
            open.push(id.clone());
            self.take_apart(id, &mut broken, &mut open);
            // Who is supposed to ring whom depends on everybody of the same Linkedid, also on who was.
            let now = pbx.channel(id).and_then(|channel| channel.linkedid.clone());
            for linkedid in now.into_iter().chain(self.linked.get(id).cloned()) {
                if looked.contains(&linkedid) {
                    continue;
                }
                for channel in pbx.linked(&linkedid) {
                    open.push(channel.uniqueid.clone());
                    self.take_apart(&channel.uniqueid, &mut broken, &mut open);
                }
                looked.insert(linkedid);
            }
        }
        let mut groups: Vec<Vec<&Channel>> = Vec::new();
        let mut seen: HashSet<Uniqueid> = HashSet::new();
        let mut untold = Untold::new();
        while let Some(id) = open.pop() {
            let Some(channel) = pbx.channel(&id).filter(|_| !seen.contains(&id)) else {
                continue;
            };
            let group = together(pbx, channel, &mut seen, &mut untold);
            for channel in &group {
                self.take_apart(&channel.uniqueid, &mut broken, &mut open);
            }
            groups.push(group);
        }
        self.name(groups, broken)
    }

    /// Opens the call that this channel was last of.
    fn take_apart(
        &self,
        channel: &Uniqueid,
        broken: &mut HashSet<Uniqueid>,
        open: &mut Vec<Uniqueid>,
    ) {
        if let Some(call) = self.of.get(channel)
            && !broken.contains(call)
        {
            broken.insert(call.clone());
            let members = self.calls.get(call).into_iter();
            open.extend(members.flat_map(|call| call.channels.iter().cloned()));
        }
    }

    /// Gives each group its name, in place of the calls that they were.
    fn name(&mut self, mut groups: Vec<Vec<&Channel>>, broken: HashSet<Uniqueid>) -> Changes {
        let mut claims: Vec<Vec<Uniqueid>> = vec![Vec::new(); groups.len()];
        for group in &mut groups {
            group.sort_by(|a, b| age(a).cmp(&age(b)));
        }
        // Whoever was there first keeps the call: its members stand in that order.
        let mut at: HashMap<&str, usize> = HashMap::new();
        for (place, group) in groups.iter().enumerate() {
            at.extend(
                group
                    .iter()
                    .map(|channel| (channel.uniqueid.as_str(), place)),
            );
        }
        for call in &broken {
            let members = self.calls.get(call).into_iter();
            let channels = members.flat_map(|call| &call.channels);
            // Its own name first, so that no two calls ever want one.
            let own = channels.clone().filter(|id| *id == call);
            let mut living = own.chain(channels).filter_map(|id| at.get(id.as_str()));
            if let Some(place) = living.next() {
                claims[*place].push(call.clone());
            }
        }
        let mut began: HashMap<&Uniqueid, Moment> = HashMap::new();
        for call in &broken {
            if let Some(members) = self.calls.remove(call) {
                began.insert(call, members.began);
                members.channels.iter().for_each(|member| {
                    self.of.remove(member);
                    self.linked.remove(member);
                });
            }
        }
        let began = |call: &Uniqueid| began.get(call).copied();
        let mut merged = HashMap::new();
        let mut unnamed = Vec::new();
        for (group, mut claims) in groups.into_iter().zip(claims) {
            // Of several that have become one, the one of the oldest channel stays.
            claims.sort_by_key(|call| {
                let place = group.iter().position(|channel| channel.uniqueid == *call);
                (place.unwrap_or(usize::MAX), call.clone())
            });
            let mut claims = claims.into_iter();
            match claims.next() {
                Some(call) => {
                    let began = began(&call);
                    merged.extend(claims.map(|gone| (gone, call.clone())));
                    self.put(call, &group, began);
                }
                None => unnamed.push(group),
            }
        }
        let mut changes = Changes {
            calls: broken,
            merged,
        };
        // Those that stay keep their names; only then are the others given theirs.
        for group in unnamed {
            let names = group.iter().map(|channel| channel.uniqueid.clone());
            // Ids are used again, while a call lasts that began with a channel of the same.
            let more = group.first().into_iter().flat_map(|channel| {
                let again = move |n| Uniqueid::new(&format!("{}/{n}", channel.uniqueid));
                (2u32..).filter_map(again)
            });
            let free = |id: &Uniqueid| !self.calls.contains_key(id);
            if let Some(name) = names.chain(more).find(free) {
                changes.calls.insert(name.clone());
                self.put(name, &group, None);
            }
        }
        changes
    }

    fn put(&mut self, call: Uniqueid, group: &[&Channel], began: Option<Moment>) {
        let channels: Vec<Uniqueid> = group.iter().map(|c| c.uniqueid.clone()).collect();
        for channel in &channels {
            self.of.insert(channel.clone(), call.clone());
        }
        let linked = group
            .iter()
            .filter_map(|c| Some((c.uniqueid.clone(), c.linkedid.clone()?)));
        self.linked.extend(linked);
        let oldest = group.first().map(|channel| channel.started);
        let began = began.into_iter().chain(oldest).min().unwrap_or_default();
        self.calls.insert(call, Members { channels, began });
    }
}

/// By what channels are older or younger.
fn age(channel: &Channel) -> (Moment, &str) {
    (channel.started, channel.uniqueid.as_str())
}

/// The ties that nothing has told, by Linkedid: each is looked for once, however many it has.
type Untold<'p> = HashMap<&'p Linkedid, Vec<(&'p Channel, &'p Channel)>>;

/// The channels that are of one call with this one, itself among them.
fn together<'p>(
    pbx: &'p Pbx,
    first: &'p Channel,
    seen: &mut HashSet<Uniqueid>,
    untold: &mut Untold<'p>,
) -> Vec<&'p Channel> {
    let ties = Ties { pbx };
    let mut group = Vec::new();
    let mut bridges: HashSet<&BridgeUniqueid> = HashSet::new();
    let mut open = vec![first];
    while let Some(channel) = open.pop() {
        if !seen.insert(channel.uniqueid.clone()) {
            continue;
        }
        group.push(channel);
        open.extend(ties.half(channel));
        // Once for all that are in a bridge, however many.
        if let Some(bridge) = &channel.bridge
            && bridges.insert(bridge)
        {
            open.extend(pbx.peers(channel));
        }
        open.extend(ties.told(channel));
        if let Some(call) = &channel.linkedid {
            let pairs = untold.entry(call).or_insert_with(|| ties.untold(call));
            open.extend(of_pairs(channel, pairs.iter().copied()));
        }
    }
    group
}
