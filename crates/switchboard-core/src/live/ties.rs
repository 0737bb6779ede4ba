//! How channels are tied to one another: by a bridge, a dial, or as the halves of a Local channel.
//!
//! Who belongs to a call, and who is at its ends, follows from these alone. A Linkedid does not tell:
//! two who were parted keep theirs.

use ajam::ami::{ChannelName, ChannelState, Linkedid, Uniqueid};

use super::channel::{Channel, Party, is_of_the_called};
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

/// Somebody on a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The channel to name in an act: of a Local pair the half that is joined with the others.
    pub leg: Uniqueid,
    /// The channel's name; empty if it is not known.
    pub channel: String,
    /// Who it is. May be empty.
    pub party: Party,
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
        // 1.4 gives a name twice now and then: a half has one other half, which has no other.
        let first = |name: &str| self.pbx.named(name).next();
        let half = first(&other)?;
        let named = half.other_half.as_ref();
        if named.is_some_and(|named| *named != of.uniqueid) {
            return None;
        }
        (first(name)?.uniqueid == of.uniqueid).then_some(half)
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

    /// The channels that this one rings, the one that rings it, and those that [stand
    /// by](Self::stands_by) for it: whoever is named here names it, too.
    pub(crate) fn dials(&self, of: &Channel) -> Vec<&'p Channel> {
        let mut tied: Vec<_> = self.told(of).collect();
        let untold = of.linkedid.iter().flat_map(|call| self.untold(call));
        tied.extend(of_pairs(of, untold));
        tied
    }

    /// The channels that this one rings, and the one that rings it, as it was told.
    pub(crate) fn told(&self, of: &Channel) -> impl Iterator<Item = &'p Channel> {
        let told = of.dialling.iter().chain(&of.dialled_by);
        told.filter_map(|id| self.pbx.channel(id))
    }

    /// Who belongs to whom among those of a Linkedid, though nothing has told so: a phone to who rings
    /// it, as far as that can be supposed, and who stands by.
    pub(crate) fn untold(&self, call: &Linkedid) -> Vec<(&'p Channel, &'p Channel)> {
        let ties = self.pbx.linked(call).flat_map(|leg| {
            let unparked = Some(leg).filter(|leg| leg.parked.is_none());
            let caller = unparked.and_then(|leg| self.supposed_caller(leg));
            let others = [caller, self.stands_by(leg)].into_iter().flatten();
            others.map(move |other| (leg, other))
        });
        ties.collect()
    }

    /// The channel of the same Linkedid that this one was made for, while it does nothing of its own:
    /// between its `Newchannel` and its `DialBegin`, and between its leaving a bridge and its end.
    fn stands_by(&self, leg: &Channel) -> Option<&'p Channel> {
        // Alone in a bridge of two it waits for the other.
        let bridge = leg.bridge.as_ref().and_then(|id| self.pbx.bridge(id));
        let joined = bridge.is_some_and(|it| it.members.len() > 1 || !it.creator.is_empty());
        if joined || leg.dialled_by.is_some() || leg.parked.is_some() {
            return None;
        }
        // What it runs of its own, it was sent to since it was called.
        let own = !leg.application.is_empty() && !is_of_the_called(&leg.application);
        if leg.state == ChannelState::Up && (own || !leg.is_called()) {
            return None;
        }
        let linkedid = leg.linkedid.as_ref()?;
        let same = |other: &&Channel| {
            other.linkedid.as_ref() == Some(linkedid) && other.uniqueid != leg.uniqueid
        };
        let called_by = leg.called_by.as_ref().and_then(|id| self.pbx.channel(id));
        let began = self.pbx.channel(linkedid);
        called_by.filter(same).or(began.filter(same))
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

    /// A person, as the others on the call know it. What a called channel says of itself may be
    /// what its caller is called: that tells nobody apart.
    pub(crate) fn person(&self, leg: &Channel, other: Option<&Channel>) -> Person {
        let mut party = leg.caller.clone();
        if let Some(other) = other
            && leg.is_called()
        {
            for (own, others) in [
                (&mut party.name, &other.caller.name),
                (&mut party.num, &other.caller.num),
            ] {
                if own == others {
                    own.clear();
                }
            }
        }
        Person {
            leg: leg.uniqueid.clone(),
            channel: leg
                .name
                .as_ref()
                .map(ChannelName::to_string)
                .unwrap_or_default(),
            party,
        }
    }
}

/// Those that this channel makes a pair with.
pub(crate) fn of_pairs<'p>(
    of: &Channel,
    pairs: impl IntoIterator<Item = (&'p Channel, &'p Channel)>,
) -> impl Iterator<Item = &'p Channel> {
    let is = |one: &Channel| one.uniqueid == of.uniqueid;
    let other = move |(one, two): (&'p Channel, &'p Channel)| match (is(one), is(two)) {
        (true, _) => Some(two),
        (_, true) => Some(one),
        _ => None,
    };
    pairs.into_iter().filter_map(other)
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

/// What the names of both halves of a Local channel have in common: they end in `;1` and `;2`, in
/// 1.4 in `,1` and `,2`.
pub(crate) fn local(name: &str) -> Option<&str> {
    let common = [";1", ";2", ",1", ",2"]
        .iter()
        .find_map(|end| name.strip_suffix(end))?;
    common.starts_with("Local/").then_some(common)
}
