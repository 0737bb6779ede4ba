//! One row: what there is to show of a channel.

use ajam::ami::{ChannelState, Parked, Uniqueid};
use ajam::time::Moment;

use crate::live::{Channel, Party, Pbx};

/// A row, ready to be put into words.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The channel's id.
    pub uniqueid: Uniqueid,
    /// The channel's name of this moment; empty if it is not known.
    pub channel: String,
    /// Its state.
    pub status: Status,
    /// Who it says it is.
    pub caller: Party,
    /// `exten@context:priority`; empty if the channel is nowhere in the dial plan.
    pub location: String,
    /// The dial plan application that runs on it, with its arguments: `Queue(sales)`.
    pub application: String,
    /// Whom or what it is connected to.
    pub connected: Connected,
    /// Account code; empty if none.
    pub account: String,
    /// When the channel was made.
    pub started: Moment,
    /// When it ended, for a row that is fading.
    pub ended: Option<Moment>,
    /// The context it is in: the likeliest one to transfer it within.
    pub context: String,
    /// The channel at the other end, if there is just one: it can be transferred along.
    pub other_leg: Option<String>,
}

/// A channel's state in Asterisk's words, and what it comes to for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Asterisk's state.
    pub state: ChannelState,
    /// Which lamp it lights.
    pub lamp: Lamp,
    /// Where it is parked, if it is.
    pub parked: Option<Parked>,
}

/// The five colours of the board, and none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lamp {
    /// It rings, at either end.
    Ringing,
    /// It is up and in a bridge, or runs an application.
    Talking,
    /// It has its peer on hold, or is on hold itself.
    Held,
    /// It is parked.
    Parked,
    /// It is busy, or in a state we do not know.
    Trouble,
    /// It is gone.
    Ended,
    /// It is there, and nothing goes on yet.
    Idle,
}

/// Whom or what a channel is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connected {
    /// Nobody.
    Nobody,
    /// In a bridge with this party.
    With(Peer),
    /// It is ringing this party.
    Dialling(Peer),
    /// This party is ringing it.
    DialledBy(Peer),
    /// In a conference of this name, with this many channels.
    Conference(String, usize),
    /// In a bridge of more than two, with this many channels.
    Several(usize),
    /// Waiting in this queue.
    Queue(String),
    /// In no bridge and with nobody: this dial plan application runs on it.
    Running(String),
    /// With nobody that we can see, and where it is is not known, but it was told once that it
    /// talks to this party. Channels keep that when the bridge is long gone.
    Told(Party),
}

/// The channel at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Who it is, as this channel was told; else who it says it is.
    pub party: Party,
    /// Its name; empty if it is not known.
    pub channel: String,
}

impl Row {
    /// The row of a living channel.
    pub fn of(channel: &Channel, pbx: &Pbx) -> Self {
        Self {
            uniqueid: channel.uniqueid.clone(),
            channel: name(channel),
            status: Status::of(channel, pbx),
            caller: channel.caller.clone(),
            location: location(channel),
            application: application(channel),
            connected: Connected::of(channel, pbx),
            account: channel.account.clone(),
            started: channel.started,
            ended: None,
            context: channel.location.context.clone(),
            other_leg: pbx
                .only_peer(&channel.uniqueid)
                .map(name)
                .filter(|name| !name.is_empty()),
        }
    }
}

impl Row {
    /// Leaves out what is not known any more while nobody is told of steps in the dial plan.
    #[must_use]
    pub(super) fn without_location(mut self, channel: &Channel) -> Self {
        self.location.clear();
        self.application.clear();
        if matches!(self.connected, Connected::Running(_)) {
            self.connected = Connected::told(channel);
        }
        self
    }
}

impl Status {
    fn of(channel: &Channel, pbx: &Pbx) -> Self {
        let lamp = match channel.state {
            _ if channel.parked.is_some() => Lamp::Parked,
            ChannelState::Up if pbx.is_on_hold(channel) => Lamp::Held,
            ChannelState::Up => Lamp::Talking,
            ChannelState::Ring
            | ChannelState::Ringing
            | ChannelState::PreRing
            | ChannelState::Dialing
            | ChannelState::DialingOffhook => Lamp::Ringing,
            ChannelState::Busy | ChannelState::Unknown(_) => Lamp::Trouble,
            ChannelState::Down | ChannelState::Rsrvd | ChannelState::OffHook => Lamp::Idle,
        };
        Self {
            state: channel.state,
            lamp,
            parked: channel.parked.clone(),
        }
    }
}

impl Connected {
    fn of(channel: &Channel, pbx: &Pbx) -> Self {
        // Who is parked has other parked ones around, and is connected to none of them.
        if channel.parked.is_some() {
            return Self::told(channel);
        }
        if let Some(bridge) = channel.bridge.as_ref().and_then(|id| pbx.bridge(id)) {
            if matches!(bridge.creator.as_str(), "ConfBridge" | "MeetMe") {
                return Self::Conference(bridge.name.clone(), bridge.members.len());
            }
            if let Some(peer) = pbx.only_peer(&channel.uniqueid) {
                return Self::With(Peer::of(peer, channel));
            }
            if bridge.members.len() > 2 && bridge.joins() {
                return Self::Several(bridge.members.len());
            }
            // Alone there, it waits for somebody; what it ran before goes on only behind it.
            if bridge.joins() {
                return Self::told(channel);
            }
        }
        // Its members are rung one after the other; what it does is wait.
        if let Some(queue) = &channel.queue {
            return Self::Queue(queue.clone());
        }
        if let Some(dest) = channel.dialling.iter().find_map(|id| pbx.channel(id)) {
            return Self::Dialling(Peer::of(dest, channel));
        }
        if let Some(caller) = channel.dialled_by.as_ref().and_then(|id| pbx.channel(id)) {
            return Self::DialledBy(Peer::of(caller, channel));
        }
        match channel.runs() {
            // What stands there while somebody else's application has called it, and of who is
            // through with a queue.
            "" | "AppDial" | "AppDial2" | "AppQueue" | "Queue" => Self::told(channel),
            application => Self::Running(application.to_owned()),
        }
    }

    fn told(channel: &Channel) -> Self {
        told_party(channel).map_or(Self::Nobody, |party| Self::Told(party.clone()))
    }

    /// Who is at the other end, as far as that is somebody.
    pub fn party(&self) -> Option<&Party> {
        match self {
            Self::With(peer) | Self::Dialling(peer) | Self::DialledBy(peer) => Some(&peer.party),
            Self::Told(party) => Some(party),
            Self::Nobody
            | Self::Conference(..)
            | Self::Queue(_)
            | Self::Running(_)
            | Self::Several(_) => None,
        }
    }

    /// What to sort and to search by.
    pub fn text(&self) -> String {
        match self {
            Self::Nobody => String::new(),
            Self::With(peer) | Self::Dialling(peer) | Self::DialledBy(peer) => {
                format!("{} {} {}", peer.party.name, peer.party.num, peer.channel)
            }
            Self::Conference(name, _) | Self::Queue(name) | Self::Running(name) => name.clone(),
            Self::Several(count) => count.to_string(),
            Self::Told(party) => format!("{} {}", party.name, party.num),
        }
    }
}

impl Peer {
    /// What a channel is told of its peer comes first: it follows transfers. That the peer bears
    /// its own number says nothing either: what a queue rings does.
    fn of(peer: &Channel, seen_from: &Channel) -> Self {
        let said = Some(&peer.caller).filter(|said| **said != seen_from.caller);
        Self {
            party: told_party(seen_from).or(said).cloned().unwrap_or_default(),
            channel: name(peer),
        }
    }
}

/// Whom a channel was told that it talks to. Originate tells a channel that it talks to itself: that
/// says nothing.
fn told_party(channel: &Channel) -> Option<&Party> {
    let told = &channel.connected;
    (!told.is_empty() && *told != channel.caller).then_some(told)
}

fn name(channel: &Channel) -> String {
    channel
        .name
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn location(channel: &Channel) -> String {
    let at = &channel.location;
    if at.context.is_empty() && at.exten.is_empty() {
        return String::new();
    }
    format!("{}@{}:{}", at.exten, at.context, at.priority)
}

fn application(channel: &Channel) -> String {
    match (channel.runs(), channel.data.is_empty()) {
        ("", _) => String::new(),
        (application, true) => application.to_owned(),
        (application, false) => format!("{application}({})", channel.data),
    }
}
