//! How channels are tied to one another: by a bridge, a dial, or as the halves of a Local channel.
//!
//! Who belongs to a call, and who is at its ends, follows from these alone. A Linkedid does not tell:
//! two who were parted keep theirs.

use ajam::ami::{ChannelState, Uniqueid};

use super::channel::Channel;
use super::groups::local;
use super::pbx::Pbx;

/// How one channel is tied to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// They are in one bridge.
    Joined,
    /// It rings the other.
    Rings,
    /// The other rings it.
    RungBy,
}

/// Where a chain of Local channels ends.
#[derive(Clone, Copy)]
pub(crate) struct End<'p> {
    /// The channel there.
    pub leg: &'p Channel,
    /// It is in a bridge that goes on without the chain.
    pub shared: bool,
}

/// The channels, and how they are tied.
#[derive(Clone, Copy)]
pub(crate) struct Ties<'p> {
    /// Where they are.
    pub pbx: &'p Pbx,
}

impl<'p> Ties<'p> {
    /// The other half of a Local channel. Lists do not tell it, but the names do.
    pub(crate) fn half(&self, of: &Channel) -> Option<&'p Channel> {
        if let Some(half) = &of.other_half {
            return self.pbx.channel(half);
        }
        let name = of.name.as_deref().filter(|name| local(name).is_some())?;
        let (stem, end) = name.split_at(name.len() - 1);
        let other = format!("{stem}{}", if end == "1" { "2" } else { "1" });
        self.pbx.named(&other).next()
    }

    /// The channels that this one is tied to, its own other half apart.
    pub(crate) fn facing(&self, of: &Channel) -> Vec<(&'p Channel, Tie)> {
        if of.parked.is_some() {
            return Vec::new();
        }
        if of.bridge.is_some() {
            return self.peers(of).map(|peer| (peer, Tie::Joined)).collect();
        }
        let rung = of.dialling.iter().filter_map(|id| self.pbx.channel(id));
        let mut facing: Vec<_> = rung.map(|dest| (dest, Tie::Rings)).collect();
        let caller = of.dialled_by.as_ref().and_then(|id| self.pbx.channel(id));
        facing.extend(caller.map(|caller| (caller, Tie::RungBy)));
        if facing.is_empty() {
            // A list tells of no dials: what runs on the channels does.
            facing.extend(self.supposed_caller(of).map(|caller| (caller, Tie::RungBy)));
            if dials(of) {
                let rung = self.same_call(of).filter(|dest| {
                    self.supposed_caller(dest)
                        .is_some_and(|caller| caller.uniqueid == of.uniqueid)
                });
                facing.extend(rung.map(|dest| (dest, Tie::Rings)));
            }
        }
        facing
    }

    pub(crate) fn peers(&self, of: &Channel) -> impl Iterator<Item = &'p Channel> {
        let bridge = of.bridge.as_ref().and_then(|id| self.pbx.bridge(id));
        let own = of.uniqueid.clone();
        bridge
            .into_iter()
            .flat_map(|bridge| &bridge.members)
            .filter(move |id| **id != own)
            .filter_map(|id| self.pbx.channel(id))
    }

    /// The others of the same Linkedid.
    fn same_call(&self, of: &Channel) -> impl Iterator<Item = &'p Channel> {
        let own = of.uniqueid.clone();
        let linkedid = of.linkedid.iter();
        linkedid
            .flat_map(|linkedid| self.pbx.linked(linkedid))
            .filter(move |c| c.uniqueid != own)
    }

    /// Who rings this phone, where nobody has told.
    pub(crate) fn supposed_caller(&self, of: &Channel) -> Option<&'p Channel> {
        let is_rung = of.is_called() && of.bridge.is_none() && of.dialled_by.is_none();
        if !is_rung || of.state == ChannelState::Up {
            return None;
        }
        let half = self.half(of).map(|half| half.uniqueid.clone());
        let mut callers: Vec<&Channel> = self
            .same_call(of)
            .filter(|c| dials(c) && c.bridge.is_none() && Some(&c.uniqueid) != half.as_ref())
            .collect();
        if callers.len() > 1 {
            let resource = resource(of.name.as_deref().unwrap_or_default());
            callers.retain(|c| {
                let dialled = c.data.split(',').next().unwrap_or_default().split('&');
                dialled
                    .into_iter()
                    .any(|one| one.trim_end_matches("/n") == resource)
            });
        }
        match callers[..] {
            [caller] => Some(caller),
            _ => None,
        }
    }

    /// The channels at the ends of the call that `next` leads to, seen from `from`.
    pub(crate) fn ends(&self, next: &'p Channel, from: &Channel) -> Vec<&'p Channel> {
        let ends = self.ends_of(next, from);
        ends.into_iter().map(|end| end.leg).collect()
    }

    pub(crate) fn ends_of(&self, next: &'p Channel, from: &Channel) -> Vec<End<'p>> {
        let mut seen = vec![from.uniqueid.clone()];
        let mut ends = Vec::new();
        let end = End {
            leg: next,
            shared: false,
        };
        self.follow(end, &mut seen, &mut ends);
        ends
    }

    pub(crate) fn follow(&self, end: End<'p>, seen: &mut Vec<Uniqueid>, ends: &mut Vec<End<'p>>) {
        let next = end.leg;
        if seen.contains(&next.uniqueid) {
            return;
        }
        seen.push(next.uniqueid.clone());
        if let Some(half) = self.half(next) {
            seen.push(half.uniqueid.clone());
            let beyond = self.facing(half);
            if !beyond.is_empty() {
                let shared = end.shared || self.is_shared(half);
                for (leg, _) in beyond {
                    self.follow(End { leg, shared }, seen, ends);
                }
                return;
            }
        }
        ends.push(end);
    }

    /// The channel of the person that a row is about.
    pub(crate) fn stands_for(&self, row: &'p Channel) -> &'p Channel {
        let Some(half) = self.half(row) else {
            return row;
        };
        let (here, there) = (self.facing(row), self.facing(half));
        match (here.is_empty(), there.is_empty()) {
            // Nobody is beyond: the pair is the end.
            (_, true) => row,
            (true, false) => half,
            (false, false) => {
                let beyond = there.iter().flat_map(|(next, _)| self.ends(next, half));
                beyond.into_iter().next().unwrap_or(row)
            }
        }
    }

    /// Whether the channel is in a bridge with several others, or in one that outlasts it.
    pub(crate) fn is_shared(&self, leg: &Channel) -> bool {
        let Some(bridge) = leg.bridge.as_ref().and_then(|id| self.pbx.bridge(id)) else {
            return false;
        };
        bridge.members.len() > 2 || !bridge.creator.is_empty()
    }

    /// Whether `one` called `other`.
    pub(crate) fn calls(&self, one: &Channel, other: &Channel) -> bool {
        if let Some(caller) = self.pbx.caller_in_bridge(&one.uniqueid)
            && self
                .pbx
                .only_peer(&one.uniqueid)
                .is_some_and(|peer| peer.uniqueid == other.uniqueid)
        {
            return caller.uniqueid == one.uniqueid;
        }
        match (one.is_called(), other.is_called()) {
            (false, true) => return true,
            (true, false) => return false,
            _ => {}
        }
        let first = |c: &Channel| c.linkedid.as_deref() == Some(c.uniqueid.as_str());
        match (first(one), first(other)) {
            (true, false) => true,
            (false, true) => false,
            _ => (one.started, &one.uniqueid) <= (other.started, &other.uniqueid),
        }
    }
}

/// Whether the application on this channel rings others, so that a list need not tell whom.
fn dials(leg: &Channel) -> bool {
    matches!(leg.application.as_str(), "Dial" | "Queue")
}

/// Whether it is a phone that rings.
pub(crate) fn is_ringing(leg: &Channel) -> bool {
    matches!(leg.state, ChannelState::Ringing | ChannelState::PreRing)
}

/// `Tech/what`, without what tells channels of one line apart.
pub(crate) fn resource(name: &str) -> &str {
    let name = name.split_once(';').map_or(name, |(name, _)| name);
    name.rsplit_once('-').map_or(name, |(resource, _)| resource)
}
