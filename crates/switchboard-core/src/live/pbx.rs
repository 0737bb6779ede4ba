//! The whole: channels and bridges, and the one place that changes them.

use std::collections::{HashMap, HashSet, VecDeque, hash_map};
use std::time::Duration;

use ajam::ami::{
    BridgeBlock, BridgeUniqueid, ChannelBlock, ChannelName, ChannelState, Event, EventKind,
    Linkedid, Parked, Uniqueid,
};
use ajam::session::Keep;
use ajam::time::Moment;

use super::bridge::Bridge;
use super::calls::Calls;
use super::channel::{Channel, Location};
use super::compare::Told;
use super::ids::Ids;
use super::names::Names;
use super::past::{Before, Did, Past, is_dialled};
use super::snapshot::Snapshot;
use super::story::{End, Gone};
use super::ties::Ties;
use super::tomb::{Mark, Tombs};

/// In bridges with more members than this, rows do not show what the other members are, only how
/// many.
const SMALL: usize = 4;

/// Everything Asterisk has said.
#[derive(Clone, Debug, Default)]
pub struct Pbx {
    listed: bool,
    channels: HashMap<Uniqueid, Channel>,
    bridges: HashMap<BridgeUniqueid, Bridge>,
    linked: HashMap<Linkedid, Ids>,
    names: Names,
    pasts: HashMap<Uniqueid, Past>,
    /// Channels that have ended since they were taken last.
    gone: Vec<Gone>,
    /// The moment of the event that is being applied.
    now: Option<Moment>,
    /// How many events were applied.
    events: u64,
    ended_channels: Tombs<Uniqueid>,
    ended_bridges: Tombs<BridgeUniqueid>,
    touched: HashSet<Uniqueid>,
    /// Bridges whose members' rows may look different. Apart, because in a conference that fills
    /// up each that enters would name all that are there.
    touched_bridges: HashSet<BridgeUniqueid>,
    /// Bridges of two that one is said to have left, and when: the other leaves, or the bridge ends, in
    /// the next moment.
    halved: HashMap<BridgeUniqueid, Moment>,
    asked: Option<(Mark, Mark)>,
    /// Channels that cannot be told apart by name from another one, until the next list.
    doubted: HashSet<Uniqueid>,
    doubt: bool,
    /// Channels that a list has named as they are named here.
    proven: HashSet<Uniqueid>,
    /// Places (exten, context) that Asterisk says are not in the dial plan: the last few.
    no_places: VecDeque<(String, String)>,
}

/// How long somebody may be alone in a bridge of two before it is looked whether that is so. Real
/// servers take both out within moments; but who asks somebody back by a feature code leaves the other
/// waiting there. What was told by an event that somebody made up stays so.
const ALONE: Duration = Duration::from_secs(2);

/// How many places that are none are remembered.
const NO_PLACES: usize = 32;

/// A list on its way into the model.
#[derive(Debug)]
pub struct Adoption {
    channels: hash_map::IntoIter<Uniqueid, Channel>,
    /// Who calls whom, and which halves belong together, as far as the list lets it be seen.
    dials: Vec<(Uniqueid, Uniqueid)>,
    halves: Vec<(Uniqueid, Uniqueid)>,
    /// All the rest of it.
    list: Snapshot,
    keep: Keep,
}

/// What there is, not what is remembered of the past.
impl PartialEq for Pbx {
    fn eq(&self, other: &Self) -> bool {
        self.channels == other.channels && self.bridges == other.bridges
    }
}

/// Whether an event proves that its channel lives.
#[derive(Clone, Copy, PartialEq)]
enum Proof {
    /// It does: a row is made if there is none.
    Alive,
    /// It may come late: an unknown channel stays unknown.
    Perhaps,
}

impl Pbx {
    /// Asterisk says whether there is such a place in the dial plan.
    pub fn learn_place(&mut self, exten: &str, context: &str, exists: bool) {
        let place = (exten.to_owned(), context.to_owned());
        self.no_places.retain(|known| *known != place);
        if !exists {
            if self.no_places.len() == NO_PLACES {
                self.no_places.pop_front();
            }
            self.no_places.push_back(place);
        }
    }

    /// Whether Asterisk has said that there is no such place in the dial plan.
    pub fn is_no_place(&self, exten: &str, context: &str) -> bool {
        let mut known = self.no_places.iter();
        known.any(|(e, c)| e == exten && c == context)
    }

    /// The channel of this id.
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.get(id)
    }

    /// Every channel, in no order.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.values()
    }

    /// The channels that bear this name, as far as is known. That more than one does is never so for
    /// longer than until the next list.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Channel> {
        let ids = self.names.of(name).into_iter();
        ids.filter_map(|id| self.channels.get(&id))
    }

    /// Whether name and id of this channel may not belong together: an event has said that it bears
    /// another living channel's name, or that another bears its name. Until the next list, whoever
    /// acts on it by its name looks first whether it has this id.
    pub fn is_doubtful(&self, id: &str) -> bool {
        self.doubted.contains(id)
    }

    /// Whether a list has named this channel as it is named here. An event that somebody made up may
    /// be whole, and of a name that nobody else is known by.
    pub fn is_name_proven(&self, id: &str) -> bool {
        self.proven.contains(id)
    }

    /// A list has named a channel that is on the board.
    pub fn prove(&mut self, block: &ChannelBlock<'_>) {
        if let Some((id, channel)) = self.channels.get_key_value(&*block.uniqueid)
            && channel.name.is_some()
            && channel.name.as_deref() == block.channel.as_deref()
        {
            self.proven.insert(id.clone());
        }
    }

    /// Whether something was told, since this was last asked, that cannot be true of all it names:
    /// only a list can tell.
    pub fn take_doubt(&mut self) -> bool {
        std::mem::take(&mut self.doubt)
    }

    /// When it is to be looked whether somebody is really alone in a bridge of two.
    pub fn alone_at(&self) -> Option<Moment> {
        self.halved.values().min().map(|since| *since + ALONE)
    }

    /// Whether somebody has been alone in a bridge of two for longer than is likely; told once.
    pub fn take_alone(&mut self, now: Moment) -> bool {
        let Self {
            halved, bridges, ..
        } = self;
        let mut alone = false;
        halved.retain(|id, since| {
            let still = bridges.get(id).is_some_and(|it| it.members.len() == 1);
            let due = *since + ALONE <= now;
            alone |= still && due;
            still && !due
        });
        alone
    }

    /// Whether this channel has ended, as far as is remembered.
    pub fn has_ended(&self, id: &str) -> bool {
        self.ended_channels.hold(id)
    }

    /// Whether a list was ever taken over. Without one, that there is no channel means only that none
    /// is known.
    pub fn was_listed(&self) -> bool {
        self.listed
    }

    /// Number of channels.
    pub fn len(&self) -> usize {
        self.channels.len()
    }

    /// Whether there is no channel.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// Number of calls ([`Calls`]), counted anew.
    pub fn calls(&self) -> usize {
        let mut calls = Calls::default();
        calls.follow(self, self.channels.keys());
        calls.len()
    }

    /// What is remembered of the channel of this id.
    pub fn past(&self, id: &str) -> Option<&Past> {
        self.pasts.get(id)
    }

    /// The channels that bear this Linkedid.
    pub fn linked(&self, to: &str) -> impl Iterator<Item = &Channel> {
        let ids = self.linked.get(to).into_iter().flatten();
        ids.filter_map(|id| self.channels.get(id))
    }

    /// The bridge of this id.
    pub fn bridge(&self, id: &str) -> Option<&Bridge> {
        self.bridges.get(id)
    }

    /// Every bridge, in no order.
    pub fn bridges(&self) -> impl Iterator<Item = (&BridgeUniqueid, &Bridge)> {
        self.bridges.iter()
    }

    /// The other channels in the same bridge, if those in it hear each other.
    pub fn peers<'s>(&'s self, channel: &'s Channel) -> impl Iterator<Item = &'s Channel> {
        channel
            .bridge
            .as_ref()
            .and_then(|id| self.bridges.get(id))
            .filter(|bridge| bridge.joins())
            .into_iter()
            .flat_map(|bridge| &bridge.members)
            .filter(|id| **id != channel.uniqueid)
            .filter_map(|id| self.channels.get(id))
    }

    /// The other channel in the same bridge, if there is just one.
    pub fn only_peer(&self, id: &str) -> Option<&Channel> {
        let mut peers = self.peers(self.channels.get(id)?);
        peers.next().filter(|_| peers.next().is_none())
    }

    /// The channel that called this one: that dials it, or that it answered. None if this one calls,
    /// if it is joined with neither or with more than one, or if it cannot be told.
    pub fn caller_of(&self, id: &str) -> Option<&Channel> {
        let channel = self.channels.get(id)?;
        match &channel.dialled_by {
            Some(caller) => self.channels.get(caller),
            None => {
                let peer = self.only_peer(id)?;
                (*calling(channel, peer)? == peer.uniqueid).then_some(peer)
            }
        }
    }

    /// The one of this channel and the only other in its bridge that has called the other, as far
    /// as that can be told.
    pub fn caller_in_bridge(&self, id: &str) -> Option<&Channel> {
        let (channel, peer) = (self.channels.get(id)?, self.only_peer(id)?);
        self.channels.get(calling(channel, peer)?)
    }

    /// Whether this channel waits on hold: it hears music in a bridge, or the only other one there
    /// has put it on hold; or whether it has put that one on hold.
    pub fn is_on_hold(&self, channel: &Channel) -> bool {
        channel.holding
            || channel.music && channel.bridge.is_some()
            || self
                .only_peer(&channel.uniqueid)
                .is_some_and(|peer| peer.holding)
    }

    /// The channels that have ended since this was last called, in that order.
    pub fn take_gone(&mut self) -> Vec<Gone> {
        std::mem::take(&mut self.gone)
    }

    /// How many of those wait for that.
    pub fn gone(&self) -> usize {
        self.gone.len()
    }

    /// What would be kept of a channel that lives if it ended now.
    pub fn as_gone(&self, id: &str) -> Option<Gone> {
        let channel = self.channels.get(id)?;
        Some(Gone::of(channel, Ties { pbx: self }, None))
    }

    /// The ids whose rows may look different since this was last called: changed, new or gone.
    pub fn take_touched(&mut self) -> HashSet<Uniqueid> {
        for id in std::mem::take(&mut self.touched_bridges) {
            if let Some(bridge) = self.bridges.get(&id) {
                self.touched.extend(bridge.members.iter().cloned());
            }
        }
        std::mem::take(&mut self.touched)
    }

    /// How many ids of channels and bridges wait for [`take_touched`](Self::take_touched).
    pub fn touched(&self) -> usize {
        self.touched.len() + self.touched_bridges.len()
    }

    /// How many ids are remembered that have ended; at most
    /// [`REMEMBERED`](super::tomb::REMEMBERED) of channels, and of bridges.
    pub fn remembered(&self) -> usize {
        self.ended_channels.len() + self.ended_bridges.len()
    }

    /// Applies one event.
    pub fn apply(&mut self, event: &Event<'_>, now: Moment) {
        self.now = Some(now);
        self.events += 1;
        self.apply_at(event, now);
        self.now = None;
    }

    fn apply_at(&mut self, event: &Event<'_>, now: Moment) {
        use Proof::{Alive, Perhaps};
        match &event.kind {
            EventKind::Newchannel(block) => self.newchannel(block, now),
            EventKind::Channel(block) => {
                // NewCallerid was seen behind the Hangup of its channel, on 13 to 22.
                let proof = if event.name == "Newstate" {
                    Alive
                } else {
                    Perhaps
                };
                self.hear(block, proof, now);
            }
            EventKind::Newexten {
                channel,
                application,
                data,
            } => {
                let Some(id) = self.hear(channel, Alive, now) else {
                    return;
                };
                self.edit(&id, |c| c.steps(channel, application, data));
            }
            EventKind::Rename {
                uniqueid,
                oldname,
                newname,
            } => self.rename(uniqueid, oldname, newname),
            EventKind::Hangup {
                channel,
                cause,
                cause_text,
            } => self.hangup(
                channel,
                End {
                    at: now,
                    event: self.events,
                    cause: cause.parse().unwrap_or_default(),
                    text: cause_text.to_string(),
                },
            ),
            EventKind::DialBegin { caller, dest } => {
                let caller = caller
                    .as_ref()
                    .and_then(|block| self.see(block, Alive, now));
                let Some(dest) = self.see(dest, Alive, now) else {
                    return;
                };
                if let Some(caller) = caller {
                    self.dial(&caller, &dest);
                }
            }
            EventKind::DialState { caller, dest, .. } => {
                caller.iter().chain([dest]).for_each(|block| {
                    self.see(block, Perhaps, now);
                });
            }
            EventKind::DialEnd {
                caller,
                dest,
                status,
            } => {
                caller.iter().chain([dest]).for_each(|block| {
                    self.see(block, Perhaps, now);
                });
                self.dial_end(&dest.uniqueid);
                if status != "ANSWER" {
                    self.note(&dest.uniqueid, Did::Unanswered(status.to_string()));
                    self.edit(&dest.uniqueid, |c| c.called_by.take().is_some());
                }
            }
            EventKind::DialsEnd { caller } => self.dials_end(&caller.uniqueid),
            EventKind::Link { one, two } => self.link(one, two),
            EventKind::Unlink { one, two } => self.unlink(one, two),
            EventKind::BridgeCreate(block) => {
                self.see_bridge(block);
            }
            EventKind::BridgeDestroy(block) => self.bridge_destroy(&block.uniqueid),
            EventKind::BridgeEnter {
                bridge,
                channel,
                swap,
            } => {
                let Some(bridge) = self.see_bridge(bridge) else {
                    return;
                };
                let Some(channel) = self.see(channel, Alive, now) else {
                    return;
                };
                if let Some(swapped) = swap {
                    self.leave(swapped, &bridge);
                }
                let creator = self
                    .bridges
                    .get(&bridge)
                    .map(|bridge| bridge.creator.clone());
                self.enter(&channel, Some(bridge));
                self.edit(&channel, |channel| {
                    channel.enters_bridge_of(creator.as_deref())
                });
            }
            EventKind::BridgeLeave { bridge, channel } => {
                self.see(channel, Perhaps, now);
                self.leave(&channel.uniqueid, &bridge.uniqueid);
                self.halve(&bridge.uniqueid, now);
            }
            EventKind::BridgeMerge { to, from } => self.bridge_merge(to, from),
            EventKind::Hold(block) => self.flag(block, now, |c| &mut c.holding, true),
            EventKind::Unhold(block) => self.flag(block, now, |c| &mut c.holding, false),
            EventKind::MusicOnHoldStart(block) => self.flag(block, now, |c| &mut c.music, true),
            EventKind::MusicOnHoldStop(block) => self.flag(block, now, |c| &mut c.music, false),
            EventKind::Local { one, two } => {
                let one = self.see(one, Perhaps, now);
                let two = self.see(two, Perhaps, now);
                if let (Some(one), Some(two)) = (one, two) {
                    self.pair(&one, &two);
                }
            }
            EventKind::ParkedCall { parkee, lot, space } => {
                let Some(id) = self.find(parkee, Alive, now) else {
                    return;
                };
                let parked = Parked {
                    lot: lot.to_string(),
                    space: space.to_string(),
                };
                self.edit(&id, |c| {
                    let left = c.queue.take().is_some();
                    left | (c.parked.replace(parked.clone()).as_ref() != Some(&parked))
                });
            }
            EventKind::ParkedCallEnd { parkee } => {
                // It tells of the step at which the channel was parked: it may be further by now.
                let parkee = ChannelBlock {
                    context: None,
                    exten: None,
                    priority: None,
                    ..parkee.clone()
                };
                let Some(id) = self.find(&parkee, Perhaps, now) else {
                    return;
                };
                self.edit(&id, |c| c.parked.take().is_some());
            }
            EventKind::QueueJoin { caller, queue } => {
                let Some(id) = self.find(caller, Perhaps, now) else {
                    return;
                };
                self.edit(&id, |c| {
                    c.queue.replace(queue.to_string()).as_deref() != Some(&**queue)
                });
            }
            EventKind::QueueLeave { caller } => {
                let Some(id) = self.find(caller, Perhaps, now) else {
                    return;
                };
                self.edit(&id, |c| c.queue.take().is_some());
            }
            EventKind::ConferenceJoin {
                channel,
                conference,
                application,
            } => {
                let place = conference_of(conference, application);
                let channel = self.see(channel, Perhaps, now);
                if let (Some((place, bridge)), Some(channel)) = (place, channel) {
                    self.bridges.entry(place.clone()).or_insert(bridge);
                    self.enter(&channel, Some(place));
                }
            }
            EventKind::ConferenceLeave {
                channel,
                conference,
                application,
            } => {
                self.see(channel, Perhaps, now);
                if let Some((place, _)) = conference_of(conference, application) {
                    self.leave(&channel.uniqueid, &place);
                }
            }
            // Ids begin anew with a server: some are numbers that count from one.
            EventKind::FullyBooted | EventKind::Shutdown => self.forget_the_dead(),
            EventKind::OriginateResponse { .. }
            | EventKind::ListedChannel(_)
            | EventKind::ListedBridge(_)
            | EventKind::ListComplete
            | EventKind::WaitEventComplete
            | EventKind::Other => {}
        }
    }

    /// Takes back what events have told of a channel, and a list speaks against.
    pub(super) fn take_back(&mut self, id: &Uniqueid, told: &Told) {
        let is_dialled = |c: &Channel| told.dialled_by.is_some() && c.dialled_by == told.dialled_by;
        if self.channels.get(id).is_some_and(is_dialled) {
            self.dial_end(id);
            self.edit(id, |c| c.called_by.take().is_some());
        }
        self.edit(id, |c| {
            let parked = told.parked.is_some() && c.parked == told.parked;
            let waits = told.queue.is_some() && c.queue == told.queue;
            c.parked.take_if(|_| parked).is_some() | c.queue.take_if(|_| waits).is_some()
        });
    }

    /// A list has been asked for. The events that come from now on are to be applied as ever, and
    /// once more after [`adopt`](Self::adopt): the list may be older than they are.
    pub fn ask_for_list(&mut self) {
        self.asked = Some((self.ended_channels.mark(), self.ended_bridges.mark()));
        // What is told from now on may be younger than the list.
        self.doubt = false;
    }

    /// Puts what a list says in place of everything. Rows that did not change stay untouched.
    /// `keep` says whether what lists do not tell (hold, dials, parking) still counts.
    pub fn adopt(&mut self, list: Snapshot, keep: Keep) {
        let mut adoption = self.begin_to_adopt(list, keep);
        while !self.adopt_some(&mut adoption, usize::MAX) {}
    }

    /// Begins to put what a list says in place of everything, for as many steps of
    /// [`adopt_some`](Self::adopt_some) as it takes. Nothing else may be applied in between.
    pub fn begin_to_adopt(&mut self, mut list: Snapshot, keep: Keep) -> Adoption {
        self.listed = true;
        list.resolve();
        // Back to the moment of asking: what ended since is told again, and a list that names an
        // ended id all the same knows that it is in use again.
        if let Some((channels, bridges)) = self.asked.take() {
            self.ended_channels.rewind(channels);
            self.ended_bridges.rewind(bridges);
        }
        // The server may be another by now, which begins its ids anew.
        if keep == Keep::ListedOnly {
            self.forget_the_dead();
        }
        self.doubted.clear();
        self.halved.clear();
        let (dials, halves) = match keep {
            Keep::ListedOnly => (list.dials(), list.halves()),
            Keep::Unlisted => Default::default(),
        };
        let gone: Vec<Uniqueid> = self
            .channels
            .keys()
            .filter(|id| !list.channels.contains_key(*id))
            .cloned()
            .collect();
        for id in gone {
            self.forget(&id, None);
        }
        Adoption {
            channels: std::mem::take(&mut list.channels).into_iter(),
            dials,
            halves,
            list,
            keep,
        }
    }

    /// Takes over up to so many channels more, and with the last of them the bridges. Whether that
    /// was all.
    pub fn adopt_some(&mut self, adoption: &mut Adoption, channels: usize) -> bool {
        let Adoption {
            channels: rest,
            dials,
            halves,
            list,
            keep,
        } = adoption;
        for (id, mut listed) in rest.take(channels) {
            listed.parked = list
                .parked
                .as_ref()
                .and_then(|parked| parked.get(&id).cloned());
            self.ended_channels.reopen(&id);
            if *keep == Keep::Unlisted && list.half_told.contains(&id) {
                self.keep_untold(&mut listed);
            }
            self.adopt_channel(listed, *keep, list);
        }
        if rest.len() > 0 {
            return false;
        }
        for (id, mut bridge) in std::mem::take(&mut list.bridges) {
            let have = self.bridges.entry(id.clone()).or_default();
            bridge.members = have.members.clone();
            if *have != bridge {
                *have = bridge;
                self.touched_bridges.insert(id);
            }
        }
        for (one, two) in std::mem::take(halves) {
            self.pair(&one, &two);
        }
        for (caller, dest) in std::mem::take(dials) {
            self.dial(&caller, &dest);
        }
        if *keep == Keep::ListedOnly {
            let used: HashSet<_> = self
                .channels
                .values()
                .filter_map(|c| c.bridge.clone())
                .collect();
            self.bridges.retain(|id, _| used.contains(id));
        }
        self.doubted.extend(self.names.shared());
        true
    }

    /// `Status` up to 11 says little of a channel, and less of one that runs no dial plan.
    fn keep_untold(&self, listed: &mut Channel) {
        let Some(have) = self.channels.get(&listed.uniqueid) else {
            return;
        };
        listed.application.clone_from(&have.application);
        listed.data.clone_from(&have.data);
        if listed.location == Location::default() {
            listed.location = have.location.clone();
        }
        if listed.bridge.is_none() {
            listed.bridge = have
                .bridge
                .clone()
                .filter(|bridge| bridge.starts_with(CONFERENCE));
        }
    }

    fn adopt_channel(&mut self, listed: Channel, keep: Keep, list: &Snapshot) {
        let known = self.channels.contains_key(&listed.uniqueid);
        let id = listed.uniqueid.clone();
        let bridge = listed.bridge.clone();
        self.edit_or_insert(&id, listed.started, |have| {
            let before = have.clone();
            let kept = if keep == Keep::Unlisted {
                &before
            } else {
                &listed
            };
            let new_step = keep == Keep::ListedOnly
                || before.location != listed.location
                || (&before.application, &before.data) != (&listed.application, &listed.data);
            *have = Channel {
                started: match known {
                    true => list.steady(before.started, listed.started),
                    false => listed.started,
                },
                bridge: before.bridge.clone(),
                name: before.name.clone(),
                step: match new_step {
                    true => listed.location.clone(),
                    false => before.step.clone(),
                },
                came_with: before.came_with.clone().filter(|_| !new_step),
                dialling: kept.dialling.clone(),
                dialled_by: kept.dialled_by.clone(),
                called_by: kept.called_by.clone(),
                holding: kept.holding,
                music: kept.music,
                other_half: kept.other_half.clone(),
                queue: match listed.application.is_empty() && listed.bridge.is_none()
                    || list.half_told.contains(&listed.uniqueid)
                {
                    true => kept.queue.clone(),
                    // It was known to be through with the queue that it came from.
                    false => listed.queue.clone().filter(|_| {
                        keep == Keep::ListedOnly
                            || before.queue.is_some()
                            || (&before.application, &before.data)
                                != (&listed.application, &listed.data)
                    }),
                },
                parked: if list.parked.is_some() {
                    listed.parked.clone()
                } else {
                    kept.parked.clone()
                },
                ..listed.clone()
            };
            *have != before
        });
        if let Some(name) = listed.name {
            self.call(&id, name);
            self.proven.insert(id.clone());
        }
        self.enter(&id, bridge);
    }

    /// Forgets which ids have ended.
    fn forget_the_dead(&mut self) {
        self.ended_channels = Tombs::default();
        self.ended_bridges = Tombs::default();
    }

    fn newchannel(&mut self, block: &ChannelBlock<'_>, now: Moment) {
        if let Some(id) = Uniqueid::new(&block.uniqueid)
            && !self.channels.contains_key(&id)
        {
            let past = self.pasts.entry(id).or_default();
            past.whole = true;
        }
        // Behind the Hangup of its id it tells of another channel, of whatever name: Originate was
        // given the same ChannelId again, or the driver counts its channels.
        self.ended_channels.reopen(&block.uniqueid);
        // The first word of a channel is old news of one that a list has told of: a masquerade that
        // gave it its state since may not be told again.
        let known = self.channels.get(&*block.uniqueid);
        if known.is_some_and(|channel| channel.state != ChannelState::default()) {
            self.see(block, Proof::Alive, now);
        } else {
            self.hear(block, Proof::Alive, now);
        }
    }

    /// Takes in what an event that another channel's doing has raised says of this one; its id, if
    /// the channel is on the board.
    fn see(&mut self, block: &ChannelBlock<'_>, proof: Proof, now: Moment) -> Option<Uniqueid> {
        self.take_in(block, proof, now, false)
    }

    /// The same for an event of the channel's own.
    fn hear(&mut self, block: &ChannelBlock<'_>, proof: Proof, now: Moment) -> Option<Uniqueid> {
        self.take_in(block, proof, now, true)
    }

    fn take_in(
        &mut self,
        block: &ChannelBlock<'_>,
        proof: Proof,
        now: Moment,
        own: bool,
    ) -> Option<Uniqueid> {
        if self.ended_channels.hold(&block.uniqueid) {
            return None;
        }
        let known = self
            .channels
            .get_key_value(&*block.uniqueid)
            .map(|(id, _)| id.clone());
        let (id, own) = match (known, proof) {
            (Some(id), _) => (id, own),
            (None, Proof::Alive) => (Uniqueid::new(&block.uniqueid)?, true),
            (None, Proof::Perhaps) => return None,
        };
        let update = match own {
            true => Channel::update,
            false => Channel::overhear,
        };
        self.edit_or_insert(&id, now, |channel| update(channel, block));
        if let Some(name) = block.channel.as_deref() {
            self.is_told_name(&id, name, own);
        }
        Some(id)
    }

    /// A channel is said to bear this name. Names change by Rename and by nothing else; but an event
    /// behind a list may be older than it, and a Rename may be lost. What is somebody else's name is
    /// not believed of a channel that has one.
    fn is_told_name(&mut self, id: &Uniqueid, name: &str, own: bool) {
        let known = self.channels.get(id).and_then(|c| c.name.as_deref());
        if known == Some(name) || known.is_some() && !own {
            return;
        }
        let others = self.names.of(name);
        if !others.is_empty() {
            self.doubt = true;
            self.doubted.extend(others);
            self.doubted.insert(id.clone());
            if known.is_some() {
                return;
            }
        }
        if let Some(name) = ChannelName::new(name) {
            self.call(id, name);
        }
    }

    /// The only place that says what name a channel bears.
    fn call(&mut self, id: &Uniqueid, name: ChannelName) {
        let Some(channel) = self.channels.get_mut(id) else {
            return;
        };
        if channel.name.as_ref() == Some(&name) {
            return;
        }
        if let Some(before) = channel.name.replace(name.clone()) {
            self.names.remove(&before, id);
        }
        self.names.insert(name, id.clone());
        self.proven.remove(id);
        self.touch(id);
    }

    /// As [`see`](Self::see), also by the name alone where the block holds no Uniqueid.
    fn find(&mut self, block: &ChannelBlock<'_>, proof: Proof, now: Moment) -> Option<Uniqueid> {
        if block.uniqueid.is_empty() {
            return self.id_of(block.channel.as_deref()?);
        }
        self.see(block, proof, now)
    }

    /// The channel of this name, for where old versions tell no id.
    fn id_of(&self, name: &str) -> Option<Uniqueid> {
        self.names.of(name).first().cloned()
    }

    fn rename(&mut self, id: &str, oldname: &str, newname: &str) {
        let known = self.channels.get_key_value(id).map(|(id, _)| id.clone());
        if let Some(id) = known {
            self.is_told_name(&id, newname, true);
        }
        let place = oldname.strip_suffix(MASQ);
        if let Some(place) = place.filter(|_| newname.ends_with(ZOMBIE)) {
            self.masquerade(id, place);
        }
    }

    /// The last of the three Renames of a masquerade (`main/channel.c`, `ast_do_masquerade`):
    /// another channel has taken the place, and the name, of this one, which is a zombie now. With
    /// the place it takes, untold, the state and whom the place is told it talks to.
    fn masquerade(&mut self, zombie: &str, place: &str) {
        let Some(heir) = self.id_of(place).filter(|heir| heir.as_str() != zombie) else {
            // Where ids are exchanged along with the names, the place is still under its old name.
            let stale = self.id_of(&format!("{place}{MASQ}"));
            if let Some(stale) = stale.filter(|id| id.as_str() != zombie)
                && let Some(name) = ChannelName::new(place)
            {
                self.call(&stale, name);
            }
            return;
        };
        let Some(gone) = self.channels.get(zombie) else {
            return;
        };
        let (state, connected, holding) = (gone.state, gone.connected.clone(), gone.holding);
        let half = gone.other_half.clone();
        let called_by = gone.called_by.clone();
        // Told again behind a list, the zombie may be known by little more than its name.
        self.edit(&heir, |c| {
            let before = (c.state, c.holding, c.connected.clone());
            if state != ChannelState::default() {
                c.state = state;
            }
            if !connected.is_empty() {
                c.connected = connected;
            }
            c.holding |= holding;
            if called_by.is_some() {
                c.called_by = called_by;
            }
            before != (c.state, c.holding, c.connected.clone())
        });
        if let Some(half) = half {
            self.pair(&heir, &half);
        }
    }

    /// The halves of one Local channel name each other, and nobody else does.
    fn pair(&mut self, one: &Uniqueid, two: &Uniqueid) {
        let half = |id| {
            self.channels
                .get(id)
                .and_then(|c: &Channel| c.other_half.clone())
        };
        if one == two || half(one).as_ref() == Some(two) && half(two).as_ref() == Some(one) {
            return;
        }
        for before in [half(one), half(two)].into_iter().flatten() {
            self.edit(&before, |c| c.other_half.take().is_some());
        }
        for (id, other) in [(one, two), (two, one)] {
            self.edit(id, |c| {
                c.other_half = Some(other.clone());
                true
            });
        }
    }

    fn edit(&mut self, id: &str, change: impl FnOnce(&mut Channel) -> bool) {
        if let Some((id, _)) = self.channels.get_key_value(id) {
            let id = id.clone();
            self.edit_or_insert(&id, Moment::default(), change);
        }
    }

    /// The only way a channel is written to: keeps the count of calls and the touched rows right.
    fn edit_or_insert(
        &mut self,
        id: &Uniqueid,
        started: Moment,
        change: impl FnOnce(&mut Channel) -> bool,
    ) {
        let mut new = false;
        let channel = self.channels.entry(id.clone()).or_insert_with(|| {
            new = true;
            Channel::new(id.clone(), started)
        });
        let (before, was) = (channel.linkedid.clone(), Before::of(channel));
        if !change(channel) && !new {
            return;
        }
        let after = channel.linkedid.clone();
        if let Some(now) = self.now {
            let past = self.pasts.get(id);
            let dialled = past.map_or("", |past| &past.dialled);
            let did = was.did(channel, dialled);
            if !did.is_empty() {
                let past = self.pasts.entry(id.clone()).or_default();
                did.into_iter()
                    .for_each(|did| past.note(did, (now, self.events)));
            }
        }
        if new {
            let past = self.pasts.entry(id.clone()).or_default();
            past.came.clone_from(&channel.location.context);
        }
        if is_dialled(&channel.location.exten) {
            let past = self.pasts.entry(id.clone()).or_default();
            past.dialled.clone_from(&channel.location.exten);
        }
        if new || was.is_past(channel) {
            self.pasts.entry(id.clone()).or_default().since = self.now;
        }
        if after != before {
            self.link_call(id, before.as_ref(), after.as_ref());
        }
        self.touch(id);
    }

    fn link_call(&mut self, id: &Uniqueid, before: Option<&Linkedid>, after: Option<&Linkedid>) {
        if let Some(before) = before
            && let Some(of) = self.linked.get_mut(before)
        {
            of.remove(id);
            if of.is_empty() {
                self.linked.remove(before);
            }
        }
        if let Some(after) = after {
            self.linked
                .entry(after.clone())
                .or_default()
                .insert(id.clone());
        }
    }

    /// Marks this row, and those that show its name in `Connected to`.
    fn touch(&mut self, id: &Uniqueid) {
        self.touched.insert(id.clone());
        let Some(channel) = self.channels.get(id) else {
            return;
        };
        self.touched
            .extend(channel.dialling.iter().chain(&channel.dialled_by).cloned());
        if let Some(bridge) = channel.bridge.as_ref().and_then(|id| self.bridges.get(id))
            && bridge.members.len() <= SMALL
        {
            self.touched.extend(bridge.members.iter().cloned());
        }
    }

    fn flag(
        &mut self,
        block: &ChannelBlock<'_>,
        now: Moment,
        which: fn(&mut Channel) -> &mut bool,
        value: bool,
    ) {
        let known = self.channels.get(&*block.uniqueid);
        let known = known.and_then(|channel| channel.name.as_deref());
        // Versions that tell whole blocks rename aloud: of a channel that bears another name this was
        // told by somebody else. No comparing with a list would find it.
        if block.linkedid.is_some()
            && matches!((known, &block.channel), (Some(have), Some(told)) if have != told)
        {
            self.doubt = true;
            self.doubted.extend(Uniqueid::new(&block.uniqueid));
            return;
        }
        if let Some(id) = self.see(block, Proof::Perhaps, now) {
            self.edit(&id, |channel| {
                std::mem::replace(which(channel), value) != value
            });
        }
    }

    fn hangup(&mut self, block: &ChannelBlock<'_>, end: End) {
        let Some(id) = Uniqueid::new(&block.uniqueid) else {
            return;
        };
        // A channel ends under the name it bears: whose end this is, a list must tell.
        let known = self.channels.get(&id).and_then(|c| c.name.as_deref());
        if matches!((known, &block.channel), (Some(have), Some(told)) if have != told) {
            self.doubt = true;
            self.doubted.insert(id);
            return;
        }
        self.forget(&id, Some(end));
        self.ended_channels.bury(id);
    }

    /// Takes a channel off the board, and out of everything that names it; `end` is how it ended, if
    /// that was seen.
    fn forget(&mut self, id: &Uniqueid, end: Option<End>) {
        if let Some(channel) = self.channels.get(id) {
            let gone = Gone::of(channel, Ties { pbx: self }, end);
            self.gone.push(gone);
        }
        self.enter(id, None);
        self.dial_end(id);
        let Some(channel) = self.channels.remove(id) else {
            return;
        };
        self.link_call(id, channel.linkedid.as_ref(), None);
        if let Some(name) = &channel.name {
            self.names.remove(name, id);
        }
        self.pasts.remove(id);
        self.doubted.remove(id);
        self.proven.remove(id);
        self.touched.insert(id.clone());
        for dest in &channel.dialling {
            self.edit(dest, |c| c.dialled_by.take().is_some());
        }
        if let Some(half) = &channel.other_half {
            self.edit(half, |c| c.other_half.take().is_some());
        }
    }

    fn dial(&mut self, caller: &Uniqueid, dest: &Uniqueid) {
        self.dial_end(dest);
        self.pasts.entry(dest.clone()).or_default().called = true;
        self.edit(caller, |c| c.dialling.insert(dest.clone()));
        self.edit(dest, |c| {
            c.called_by = Some(caller.clone());
            c.dialled_by.replace(caller.clone()).as_ref() != Some(caller)
        });
    }

    fn dial_end(&mut self, dest: &str) {
        let mut caller = None;
        self.edit(dest, |c| {
            caller = c.dialled_by.take();
            caller.is_some()
        });
        if let Some(caller) = caller {
            self.edit(&caller, |c| c.dialling.remove(dest));
        }
    }

    fn dials_end(&mut self, caller: &str) {
        let dialled = self.channels.get(caller).map(|c| c.dialling.clone());
        for dest in dialled.into_iter().flatten() {
            self.dial_end(&dest);
        }
    }

    /// Joins two channels of a version that knows no bridges, in one of our own naming. There,
    /// to be joined is also the end of dialling: 1.4 does not tell it otherwise.
    fn link(&mut self, one: &str, two: &str) {
        let pair = [one, two].map(|id| self.channels.get_key_value(id).map(|(id, _)| id.clone()));
        let [Some(one), Some(two)] = pair else { return };
        for id in [&one, &two] {
            self.dial_end(id);
            self.enter(id, Some(link_of(&one, &two)));
        }
    }

    fn unlink(&mut self, one: &str, two: &str) {
        let link = link_of(one, two);
        self.leave(one, &link);
        self.leave(two, &link);
        self.bridges.remove(&link);
    }

    fn see_bridge(&mut self, block: &BridgeBlock<'_>) -> Option<BridgeUniqueid> {
        let id = BridgeUniqueid::new(&block.uniqueid)?;
        if self.ended_bridges.hold(&id) {
            return None;
        }
        let bridge = self.bridges.entry(id.clone()).or_default();
        if bridge.update(block) {
            self.touched_bridges.insert(id.clone());
        }
        Some(id)
    }

    fn bridge_destroy(&mut self, id: &str) {
        let Some(bridge) = self.bridges.get(id) else {
            return self.bury_bridge(id);
        };
        for member in bridge.members.clone() {
            self.leave(&member, id);
        }
        self.bridges.remove(id);
        self.bury_bridge(id);
    }

    fn bury_bridge(&mut self, id: &str) {
        if let Some(id) = BridgeUniqueid::new(id) {
            self.ended_bridges.bury(id);
        }
    }

    fn bridge_merge(&mut self, to: &BridgeBlock<'_>, from: &BridgeBlock<'_>) {
        let Some(to) = self.see_bridge(to) else {
            return;
        };
        let Some(from) = self.bridges.get(&*from.uniqueid) else {
            return;
        };
        for member in from.members.clone() {
            self.enter(&member, Some(to.clone()));
        }
    }

    fn leave(&mut self, channel: &str, bridge: &str) {
        let here = self.channels.get_key_value(channel).filter(|(_, c)| {
            c.bridge
                .as_ref()
                .is_some_and(|have| have.as_str() == bridge)
        });
        if let Some((id, _)) = here {
            let id = id.clone();
            self.enter(&id, None);
        }
    }

    /// The only place that says which bridge a channel is in; keeps both sides in step.
    fn enter(&mut self, id: &Uniqueid, bridge: Option<BridgeUniqueid>) {
        let Some(channel) = self.channels.get_mut(id) else {
            return;
        };
        if channel.bridge == bridge {
            return;
        }
        // Whoever is taken out of a queue, or parked out of a call, waits there no more.
        if bridge.is_some() {
            channel.queue = None;
        }
        let left = std::mem::replace(&mut channel.bridge, bridge.clone());
        if bridge.is_none() {
            self.note(id, Did::Left);
        }
        if left.is_some() != bridge.is_some() {
            self.pasts.entry(id.clone()).or_default().since = self.now;
        }
        if let Some(left) = left {
            self.seat(&left, |members| members.remove(id));
            // Nobody tells the end of a link whose channels were hung up, nor that of a conference.
            if (left.starts_with(LINK) || left.starts_with(CONFERENCE))
                && self
                    .bridges
                    .get(&left)
                    .is_some_and(|b| b.members.is_empty())
            {
                self.bridges.remove(&left);
            }
        }
        if let Some(bridge) = bridge {
            self.note_entering(id, &bridge);
            self.seat(&bridge, |members| members.insert(id.clone()));
        }
        self.touched.insert(id.clone());
    }

    /// Somebody has left this bridge. One of two who talk, whoever has made it, seldom stays there.
    fn halve(&mut self, id: &str, now: Moment) {
        let Some((id, bridge)) = self.bridges.get_key_value(id) else {
            return;
        };
        let of_two = bridge.kind == "basic" && bridge.creator.is_empty() && bridge.joins();
        if of_two && bridge.members.len() == 1 {
            self.halved.entry(id.clone()).or_insert(now);
        }
    }

    fn note_entering(&mut self, id: &Uniqueid, bridge: &BridgeUniqueid) {
        let Some(room) = self.bridges.get(bridge).filter(|room| room.joins()) else {
            return;
        };
        let mut others = (&room.members).into_iter();
        let did = match (room.is_conference(), others.next(), others.next()) {
            (true, ..) => Did::Entered(room.name.clone()),
            (false, Some(other), None) => {
                let other = other.clone();
                self.note(&other, Did::Joined(Some(id.clone())));
                Did::Joined(Some(other))
            }
            (false, Some(_), Some(_)) => Did::Joined(None),
            (false, None, _) => return,
        };
        self.note(id, did);
    }

    /// The channel did this, if that is told just now by an event.
    fn note(&mut self, id: &str, did: Did) {
        if let (Some(now), Some((id, _))) = (self.now, self.channels.get_key_value(id)) {
            let past = self.pasts.entry(id.clone()).or_default();
            past.note(did, (now, self.events));
        }
    }

    fn seat(&mut self, bridge: &BridgeUniqueid, change: impl FnOnce(&mut Ids) -> bool) {
        let room = self.bridges.entry(bridge.clone()).or_default();
        if change(&mut room.members) {
            self.touched_bridges.insert(bridge.clone());
            // Whoever comes back, or is left by all, is not alone.
            self.halved.remove(bridge);
        }
    }
}

/// Which of two joined channels is the caller. Lists tell of whom somebody called by what
/// stands for its application; else the call bears the id of the channel that began it.
fn calling<'c>(one: &'c Channel, two: &'c Channel) -> Option<&'c Uniqueid> {
    let called_by = |by: &Channel, who: &Channel| who.called_by.as_ref() == Some(&by.uniqueid);
    let began = |channel: &Channel| {
        let call = channel.linkedid.as_ref().map(Linkedid::as_str);
        call == Some(channel.uniqueid.as_str())
    };
    let tells = [
        (called_by(one, two), called_by(two, one)),
        (two.is_called(), one.is_called()),
        (began(one), began(two)),
    ];
    tells.into_iter().find_map(|told| match told {
        (true, false) => Some(&one.uniqueid),
        (false, true) => Some(&two.uniqueid),
        _ => None,
    })
}

/// What a channel's name ends with while another takes its place, and after.
const MASQ: &str = "<MASQ>";
const ZOMBIE: &str = "<ZOMBIE>";

/// How the names begin that we give to links.
const LINK: &str = "link ";

/// How the names begin that we give to conferences that are no bridges.
const CONFERENCE: &str = "conference ";

/// The queue that a channel is in that runs this.
pub(super) fn queue_of<'d>(application: &str, data: &'d str) -> Option<&'d str> {
    let name = data.split([',', '|']).next().unwrap_or_default();
    (application == "Queue" && !name.is_empty()).then_some(name)
}

/// The name we give to a conference that is no bridge, and what there is to say of it.
pub(super) fn conference_of(name: &str, application: &str) -> Option<(BridgeUniqueid, Bridge)> {
    let name = (!name.is_empty()).then_some(name)?;
    let bridge = Bridge {
        creator: application.to_owned(),
        name: name.to_owned(),
        ..Bridge::default()
    };
    let id = BridgeUniqueid::new(&format!("{CONFERENCE}{application} {name}"))?;
    Some((id, bridge))
}

/// The name we give to two joined channels where Asterisk has none; the same in either order.
pub(super) fn link_of(one: &str, two: &str) -> BridgeUniqueid {
    let (first, second) = if one <= two { (one, two) } else { (two, one) };
    BridgeUniqueid::new(&format!("{LINK}{first} {second}"))
        .unwrap_or_else(|| unreachable!("not empty"))
}
