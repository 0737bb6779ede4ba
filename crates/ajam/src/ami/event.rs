//! Events, list items and list ends, in the vocabularies of 1.4 to 11 and of 12 and later.
//!
//! An event that is not named here, and every header that is not read, is kept in [`Event::packet`].

use std::borrow::Cow;

use super::block::{BridgeBlock, ChannelBlock};
use super::packet::Packet;
use super::text;
use super::value::duration_seconds;

/// An event with all its headers.
#[derive(Clone, Debug, PartialEq)]
pub struct Event<'a> {
    /// `Event`, as Asterisk wrote it.
    pub name: Cow<'a, str>,
    /// What it says, as far as it is understood.
    pub kind: EventKind<'a>,
    /// Every header, in order, with repeats.
    pub packet: Packet<'a>,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // The fields are AMI's own headers, and each is documented at its type.
pub enum EventKind<'a> {
    /// A channel came to be.
    Newchannel(ChannelBlock<'a>),
    /// A channel changed in a way that its block tells in full: Newstate, NewCallerid,
    /// NewConnectedLine, NewAccountCode.
    Channel(ChannelBlock<'a>),
    /// A channel went to another step of the dial plan.
    Newexten {
        channel: ChannelBlock<'a>,
        application: Cow<'a, str>,
        data: Cow<'a, str>,
    },
    /// A channel has another name from now on.
    Rename {
        uniqueid: Cow<'a, str>,
        oldname: Cow<'a, str>,
        newname: Cow<'a, str>,
    },
    /// A channel is gone.
    Hangup {
        channel: ChannelBlock<'a>,
        cause: Cow<'a, str>,
        cause_text: Cow<'a, str>,
    },
    /// A channel began to dial another. Without `caller` for a channel that Asterisk itself dials.
    DialBegin {
        caller: Option<ChannelBlock<'a>>,
        dest: ChannelBlock<'a>,
    },
    /// The dialled side told of its progress.
    DialState {
        caller: Option<ChannelBlock<'a>>,
        dest: ChannelBlock<'a>,
        status: Cow<'a, str>,
    },
    /// Dialling ended: answered, busy, not answered …
    DialEnd {
        caller: Option<ChannelBlock<'a>>,
        dest: ChannelBlock<'a>,
        status: Cow<'a, str>,
    },
    /// All dialling of this channel ended (1.6 to 11, where its end does not name the other side).
    DialsEnd { caller: ChannelBlock<'a> },
    /// Two channels were joined (1.4 to 11, which have no bridges to name).
    Link {
        one: Cow<'a, str>,
        two: Cow<'a, str>,
    },
    /// Two channels were parted (1.4 to 11). One answered call is linked and parted several times.
    Unlink {
        one: Cow<'a, str>,
        two: Cow<'a, str>,
    },
    /// A bridge came to be, or told of itself.
    BridgeCreate(BridgeBlock<'a>),
    /// A bridge is gone.
    BridgeDestroy(BridgeBlock<'a>),
    /// A channel entered a bridge, perhaps in place of another.
    BridgeEnter {
        bridge: BridgeBlock<'a>,
        channel: ChannelBlock<'a>,
        swap: Option<Cow<'a, str>>,
    },
    /// A channel left a bridge.
    BridgeLeave {
        bridge: BridgeBlock<'a>,
        channel: ChannelBlock<'a>,
    },
    /// All channels of one bridge went into another.
    BridgeMerge {
        to: BridgeBlock<'a>,
        from: BridgeBlock<'a>,
    },
    /// A channel put its peer on hold.
    Hold(ChannelBlock<'a>),
    /// A channel took its peer off hold.
    Unhold(ChannelBlock<'a>),
    /// A channel hears music on hold.
    MusicOnHoldStart(ChannelBlock<'a>),
    /// A channel hears it no more.
    MusicOnHoldStop(ChannelBlock<'a>),
    /// The two halves of a Local channel were tied together, or begin or end to optimise
    /// themselves away.
    Local {
        one: ChannelBlock<'a>,
        two: ChannelBlock<'a>,
    },
    /// A channel was parked. 1.4, and the lists up to 11, name it without its Uniqueid: that is
    /// empty then.
    ParkedCall {
        parkee: ChannelBlock<'a>,
        lot: Cow<'a, str>,
        space: Cow<'a, str>,
    },
    /// A parked channel was taken, gave up, or timed out.
    ParkedCallEnd { parkee: ChannelBlock<'a> },
    /// A channel began to wait in a queue. As with parking, the Uniqueid may be empty.
    QueueJoin {
        caller: ChannelBlock<'a>,
        queue: Cow<'a, str>,
    },
    /// A channel waits in its queue no more: somebody took it, or it gave up.
    QueueLeave { caller: ChannelBlock<'a> },
    /// A channel entered a conference that Asterisk does not tell of as a bridge: MeetMe, and
    /// ConfBridge up to 11.
    ConferenceJoin {
        channel: ChannelBlock<'a>,
        conference: Cow<'a, str>,
        application: &'static str,
    },
    /// A channel left such a conference.
    ConferenceLeave {
        channel: ChannelBlock<'a>,
        conference: Cow<'a, str>,
        application: &'static str,
    },
    /// The late result of an asynchronous Originate.
    OriginateResponse { success: bool, reason: Cow<'a, str> },
    /// Asterisk is up (again).
    FullyBooted,
    /// Asterisk goes down.
    Shutdown,
    /// An item of `CoreShowChannels` or `Status`.
    ListedChannel(ListedChannel<'a>),
    /// An item of `BridgeList`.
    ListedBridge(BridgeBlock<'a>),
    /// The end of a list.
    ListComplete,
    /// The end of a `WaitEvent`.
    WaitEventComplete,
    /// Anything else; see [`Event::packet`].
    Other,
}

/// An item of `CoreShowChannels` or of `Status`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedChannel<'a> {
    /// The channel block.
    pub channel: ChannelBlock<'a>,
    /// `Application`, the dial plan application that runs on it; none where the list does not tell
    /// (`Status` up to 11).
    pub application: Option<Cow<'a, str>>,
    /// `ApplicationData` (`Data` in `Status`), its arguments.
    pub data: Cow<'a, str>,
    /// Seconds since the channel was made.
    pub seconds: Option<u64>,
    /// `BridgeID`; empty if it is in no bridge.
    pub bridge: Cow<'a, str>,
    /// `BridgedUniqueid`, the channel it is joined with (1.6 to 11); empty if none.
    pub joined: Cow<'a, str>,
    /// `Link`, the name of the channel it is joined with (1.4, which does not tell its id); empty
    /// if none.
    pub link: Cow<'a, str>,
    /// Whether the list tells of bridges (12 and later).
    pub knows_bridges: bool,
}

impl<'a> Event<'a> {
    /// Types an event of this name.
    pub fn read(name: Cow<'a, str>, packet: Packet<'a>) -> Self {
        let kind = kind(&name, &packet).unwrap_or(EventKind::Other);
        Self { name, kind, packet }
    }

    /// `ActionID`, on list items and on late results.
    pub fn action_id(&self) -> Option<Cow<'a, str>> {
        self.packet.text("actionid")
    }
}

/// The headers that are read, as XML spells them.
pub(super) const HEADERS: &[&str] = &[
    "accountcode",
    "appdata",
    "application",
    "applicationdata",
    "bridgecreator",
    "bridgeduniqueid",
    "bridgeid",
    "bridgename",
    "bridgestate",
    "bridgetechnology",
    "bridgetype",
    "bridgeuniqueid",
    "calleridname",
    "calleridnum",
    "cause",
    "cause_txt",
    "channel",
    "channel1",
    "channel2",
    "channelstate",
    "channelstatedesc",
    "conference",
    "connectedlinename",
    "connectedlinenum",
    "context",
    "data",
    "destaccountcode",
    "destcalleridname",
    "destcalleridnum",
    "destchannel",
    "destchannelstate",
    "destchannelstatedesc",
    "destconnectedlinename",
    "destconnectedlinenum",
    "destcontext",
    "destexten",
    "destination",
    "destlinkedid",
    "destpriority",
    "destuniqueid",
    "dialstatus",
    "duration",
    "eventlist",
    "exten",
    "extension",
    "linkedid",
    "meetme",
    "newname",
    "parkeechannel",
    "parkeechannelstate",
    "parkeelinkedid",
    "parkeeuniqueid",
    "parkinglot",
    "parkingspace",
    "priority",
    "queue",
    "reason",
    "seconds",
    "state",
    "status",
    "subevent",
    "swapuniqueid",
    "uniqueid",
    "uniqueid1",
    "uniqueid2",
];

/// Whether an event of this name is understood. Any other is [`EventKind::Other`], and need not be
/// read to know that.
pub fn is_read(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok() || name.ends_with("Complete")
}

/// The names that [`kind`] knows, in order of their bytes.
const NAMES: &[&str] = &[
    "Bridge",
    "BridgeCreate",
    "BridgeDestroy",
    "BridgeEnter",
    "BridgeLeave",
    "BridgeListItem",
    "BridgeMerge",
    "ConfbridgeJoin",
    "ConfbridgeLeave",
    "CoreShowChannel",
    "Dial",
    "DialBegin",
    "DialEnd",
    "DialState",
    "FullyBooted",
    "Hangup",
    "Hold",
    "Join",
    "Leave",
    "Link",
    "LocalBridge",
    "LocalOptimizationBegin",
    "LocalOptimizationEnd",
    "MeetmeJoin",
    "MeetmeLeave",
    "MusicOnHold",
    "MusicOnHoldStart",
    "MusicOnHoldStop",
    "NewAccountCode",
    "NewCallerid",
    "NewConnectedLine",
    "Newcallerid",
    "Newchannel",
    "Newexten",
    "Newstate",
    "OriginateResponse",
    "ParkedCall",
    "ParkedCallGiveUp",
    "ParkedCallTimeOut",
    "QueueCallerAbandon",
    "QueueCallerJoin",
    "QueueCallerLeave",
    "Rename",
    "Shutdown",
    "Status",
    "UnParkedCall",
    "Unhold",
    "Unlink",
];

/// None where a header is missing that the event would mean nothing without.
fn kind<'a>(name: &str, packet: &Packet<'a>) -> Option<EventKind<'a>> {
    let channel = |prefix| ChannelBlock::read(packet, prefix);
    let bridge = |prefix| BridgeBlock::read(packet, prefix);
    let value = |name| packet.get(name).map(text::present).unwrap_or_default();
    Some(match name {
        "Newchannel" => EventKind::Newchannel(channel("")?),
        "Newstate" | "NewCallerid" | "Newcallerid" | "NewConnectedLine" | "NewAccountCode" => {
            EventKind::Channel(channel("")?)
        }
        "Newexten" => EventKind::Newexten {
            channel: channel("")?,
            application: value("application"),
            data: value("appdata"),
        },
        "Rename" => EventKind::Rename {
            uniqueid: packet.text("uniqueid")?,
            // 1.4 and some of 1.6 say `oldname`.
            oldname: packet
                .text("channel")
                .or_else(|| packet.text("oldname"))
                .unwrap_or_default(),
            newname: packet.text("newname")?,
        },
        "Hangup" => EventKind::Hangup {
            channel: channel("")?,
            cause: value("cause"),
            cause_text: value("cause_txt"),
        },
        "DialBegin" => EventKind::DialBegin {
            caller: channel(""),
            dest: channel("dest")?,
        },
        "DialState" => EventKind::DialState {
            caller: channel(""),
            dest: channel("dest")?,
            status: value("dialstatus"),
        },
        "DialEnd" => EventKind::DialEnd {
            caller: channel(""),
            dest: channel("dest")?,
            status: value("dialstatus"),
        },
        "BridgeCreate" => EventKind::BridgeCreate(bridge("")?),
        "BridgeDestroy" => EventKind::BridgeDestroy(bridge("")?),
        "BridgeEnter" => EventKind::BridgeEnter {
            bridge: bridge("")?,
            channel: channel("")?,
            swap: packet.text("swapuniqueid"),
        },
        "BridgeLeave" => EventKind::BridgeLeave {
            bridge: bridge("")?,
            channel: channel("")?,
        },
        "BridgeMerge" => EventKind::BridgeMerge {
            to: bridge("to")?,
            from: bridge("from")?,
        },
        // 1.6 to 11 say the end of it with the same event.
        "Hold" if value("status").eq_ignore_ascii_case("Off") => EventKind::Unhold(channel("")?),
        "Hold" => EventKind::Hold(channel("")?),
        "Unhold" => EventKind::Unhold(channel("")?),
        "MusicOnHoldStart" => EventKind::MusicOnHoldStart(channel("")?),
        "MusicOnHoldStop" => EventKind::MusicOnHoldStop(channel("")?),
        "MusicOnHold" if value("state").eq_ignore_ascii_case("Start") => {
            EventKind::MusicOnHoldStart(music(channel("")?))
        }
        "MusicOnHold" => EventKind::MusicOnHoldStop(music(channel("")?)),
        "Dial" => dial(packet)?,
        "Link" => link(packet)?,
        "Unlink" => unlink(packet)?,
        "Bridge" if value("bridgestate").eq_ignore_ascii_case("Unlink") => unlink(packet)?,
        "Bridge" => link(packet)?,
        "LocalBridge" if packet.get("uniqueid1").is_some() => EventKind::Local {
            one: half(packet, "channel1", "uniqueid1")?,
            two: half(packet, "channel2", "uniqueid2")?,
        },
        "LocalBridge" | "LocalOptimizationBegin" | "LocalOptimizationEnd" => EventKind::Local {
            one: channel("localone")?,
            two: channel("localtwo")?,
        },
        "ParkedCall" => EventKind::ParkedCall {
            parkee: parkee(packet).or_else(|| named(packet))?,
            lot: value("parkinglot"),
            space: packet
                .text("parkingspace")
                .or_else(|| packet.text("exten"))
                .unwrap_or_default(),
        },
        "UnParkedCall" | "ParkedCallTimeOut" | "ParkedCallGiveUp" => EventKind::ParkedCallEnd {
            parkee: parkee(packet).or_else(|| named(packet))?,
        },
        "Join" | "QueueCallerJoin" => EventKind::QueueJoin {
            caller: channel("").or_else(|| named(packet))?,
            queue: packet.text("queue")?,
        },
        "Leave" | "QueueCallerLeave" | "QueueCallerAbandon" => EventKind::QueueLeave {
            caller: channel("").or_else(|| named(packet))?,
        },
        "MeetmeJoin" | "ConfbridgeJoin" => EventKind::ConferenceJoin {
            channel: channel("")?,
            conference: conference(packet)?,
            application: application(name),
        },
        "MeetmeLeave" | "ConfbridgeLeave" => EventKind::ConferenceLeave {
            channel: channel("")?,
            conference: conference(packet)?,
            application: application(name),
        },
        "OriginateResponse" => EventKind::OriginateResponse {
            success: packet
                .get("response")
                .is_some_and(|r| r.eq_ignore_ascii_case("Success")),
            reason: value("reason"),
        },
        "FullyBooted" => EventKind::FullyBooted,
        "Shutdown" => EventKind::Shutdown,
        "CoreShowChannel" | "Status" => EventKind::ListedChannel(listed(packet)?),
        "BridgeListItem" => EventKind::ListedBridge(bridge("")?),
        "WaitEventComplete" => EventKind::WaitEventComplete,
        _ if name.ends_with("Complete") && packet.get("eventlist").is_some() => {
            EventKind::ListComplete
        }
        "StatusComplete" => EventKind::ListComplete,
        _ => return None,
    })
}

/// A channel of which only name and id are told.
fn half<'a>(packet: &Packet<'a>, name: &str, id: &str) -> Option<ChannelBlock<'a>> {
    let uniqueid = packet
        .text(id)
        .map(text::present)
        .filter(|id| !id.is_empty())?;
    Some(ChannelBlock {
        uniqueid,
        channel: packet.text(name),
        ..ChannelBlock::default()
    })
}

/// A channel of which only the name is told.
fn named<'a>(packet: &Packet<'a>) -> Option<ChannelBlock<'a>> {
    Some(ChannelBlock {
        channel: Some(packet.text("channel")?),
        ..ChannelBlock::default()
    })
}

/// The name of a conference that is not a bridge; from 12 on ConfBridge's events tell of a bridge.
fn conference<'a>(packet: &Packet<'a>) -> Option<Cow<'a, str>> {
    if packet.get("bridgeuniqueid").is_some() {
        return None;
    }
    packet
        .text("meetme")
        .or_else(|| packet.text("conference"))
        .map(text::present)
        .filter(|name| !name.is_empty())
}

fn application(event: &str) -> &'static str {
    if event.starts_with("Meetme") {
        "MeetMe"
    } else {
        "ConfBridge"
    }
}

/// `Dial` of 1.4 (its beginning only) and of 1.6 to 11 (`SubEvent` Begin and End).
fn dial<'a>(packet: &Packet<'a>) -> Option<EventKind<'a>> {
    if packet
        .get("subevent")
        .is_some_and(|s| s.eq_ignore_ascii_case("End"))
    {
        return Some(EventKind::DialsEnd {
            caller: half(packet, "channel", "uniqueid")?,
        });
    }
    let caller =
        half(packet, "channel", "uniqueid").or_else(|| half(packet, "source", "srcuniqueid"));
    Some(EventKind::DialBegin {
        caller,
        dest: half(packet, "destination", "destuniqueid")?,
    })
}

fn link<'a>(packet: &Packet<'a>) -> Option<EventKind<'a>> {
    Some(EventKind::Link {
        one: packet.text("uniqueid1")?,
        two: packet.text("uniqueid2")?,
    })
}

fn unlink<'a>(packet: &Packet<'a>) -> Option<EventKind<'a>> {
    Some(EventKind::Unlink {
        one: packet.text("uniqueid1")?,
        two: packet.text("uniqueid2")?,
    })
}

/// `State` of 1.6's MusicOnHold is that of the music, not of the channel.
fn music(mut channel: ChannelBlock<'_>) -> ChannelBlock<'_> {
    channel.state = None;
    channel
}

/// The parked channel: a block of its own from 12 on; before, name and id, with `Exten` for the
/// space.
fn parkee<'a>(packet: &Packet<'a>) -> Option<ChannelBlock<'a>> {
    ChannelBlock::read(packet, "parkee").or_else(|| half(packet, "channel", "uniqueid"))
}

fn listed<'a>(packet: &Packet<'a>) -> Option<ListedChannel<'a>> {
    let value = |name| packet.get(name).map(text::present);
    // `Status` of a channel that runs nothing yet, 22.
    let said = |name| value(name).map(|text| if text == "(null)" { "".into() } else { text });
    Some(ListedChannel {
        channel: ChannelBlock::read(packet, "")?,
        application: said("application"),
        data: said("applicationdata")
            .or_else(|| said("data"))
            .unwrap_or_default(),
        seconds: packet
            .get("duration")
            .and_then(|d| duration_seconds(&d))
            .or_else(|| packet.get("seconds")?.trim().parse().ok()),
        bridge: value("bridgeid").unwrap_or_default(),
        joined: value("bridgeduniqueid").unwrap_or_default(),
        link: value("link").unwrap_or_default(),
        knows_bridges: packet.get("bridgeid").is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_are_read_stand_in_order() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn an_unknown_event_is_kept_whole() {
        let headers = vec![("event", "Surprise"), ("a", "1"), ("a-2", "2"), ("a", "3")];
        let event = Event::read("Surprise".into(), Packet::from_raw(headers.clone()));
        assert_eq!(event.kind, EventKind::Other);
        assert_eq!(event.packet.raw().collect::<Vec<_>>(), headers);
    }

    #[test]
    fn an_event_without_its_uniqueid_changes_nothing() {
        // AgentComplete and others lack blocks on several versions; so might anything else.
        let event = Event::read(
            "Hangup".into(),
            Packet::from_raw(vec![("channel", "SIP/1-1")]),
        );
        assert_eq!(event.kind, EventKind::Other);
    }

    #[test]
    fn a_listed_channel_reads_alike_from_both_lists() {
        let core = vec![
            ("uniqueid", "1.1"),
            ("application", "Wait"),
            ("applicationdata", "5"),
            ("duration", "00:01:02"),
            ("bridgeid", ""),
        ];
        let status = vec![
            ("uniqueid", "1.1"),
            ("bridgeid", ""),
            ("application", "Wait"),
            ("data", "5"),
            ("seconds", "62"),
        ];
        assert_eq!(
            listed(&Packet::from_raw(core)),
            listed(&Packet::from_raw(status))
        );
    }
}
