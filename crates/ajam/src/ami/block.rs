//! The two groups of headers that most events and lists are made of.

use std::borrow::Cow;

use super::packet::{Packet, unescape};
use super::text;
use super::value::ChannelState;

/// A channel as an event or a list item describes it (`main/manager_channels.c`,
/// `ast_manager_build_channel_state_string_prefix`; the older spellings of 1.4 to 11 are read too).
///
/// `None` means that the header was not there and nothing is known; an empty text means that
/// Asterisk said there is nothing, in words or by a placeholder such as `<unknown>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelBlock<'a> {
    /// `Uniqueid`; never empty.
    pub uniqueid: Cow<'a, str>,
    /// `Linkedid`, 13 and later.
    pub linkedid: Option<Cow<'a, str>>,
    /// `Channel`, the name.
    pub channel: Option<Cow<'a, str>>,
    /// `ChannelState`, or its words where the number is missing.
    pub state: Option<ChannelState>,
    /// `CallerIDNum`.
    pub caller_num: Option<Cow<'a, str>>,
    /// `CallerIDName`, C escapes undone.
    pub caller_name: Option<Cow<'a, str>>,
    /// `ConnectedLineNum`.
    pub connected_num: Option<Cow<'a, str>>,
    /// `ConnectedLineName`, C escapes undone.
    pub connected_name: Option<Cow<'a, str>>,
    /// `AccountCode`.
    pub account: Option<Cow<'a, str>>,
    /// `Context`.
    pub context: Option<Cow<'a, str>>,
    /// `Exten`.
    pub exten: Option<Cow<'a, str>>,
    /// `Priority`.
    pub priority: Option<Cow<'a, str>>,
}

impl<'a> ChannelBlock<'a> {
    /// Reads the block whose header names begin with `prefix` (empty, `dest`, `localone` …). None
    /// without a Uniqueid: some events lack a block they usually have.
    pub fn read(packet: &Packet<'a>, prefix: &str) -> Option<Self> {
        let mut block = Self::default();
        let mut words = None;
        for (name, raw) in packet.raw() {
            let Some(field) = name.strip_prefix(prefix) else {
                continue;
            };
            let slot = match field {
                "uniqueid" if block.uniqueid.is_empty() => {
                    block.uniqueid = text::present(unescape(raw));
                    continue;
                }
                // Up to 12, a line break in a caller's name can write a header, also this one.
                // Asterisk's own stands behind all names, and it numbers it.
                _ if is_repeated_uniqueid(field) => {
                    block.uniqueid = text::present(unescape(raw));
                    continue;
                }
                "channelstate" => {
                    block.state = ChannelState::from_number(raw);
                    continue;
                }
                "channelstatedesc" | "state" => {
                    words = Some(raw);
                    continue;
                }
                "linkedid" => &mut block.linkedid,
                "channel" => &mut block.channel,
                "calleridnum" | "callerid" => &mut block.caller_num,
                "calleridname" => &mut block.caller_name,
                "connectedlinenum" => &mut block.connected_num,
                "connectedlinename" => &mut block.connected_name,
                "accountcode" | "account" => &mut block.account,
                "context" => &mut block.context,
                "exten" | "extension" => &mut block.exten,
                "priority" => &mut block.priority,
                _ => continue,
            };
            // The first of several counts, as in Asterisk itself.
            if slot.is_none() {
                *slot = Some(text::present(unescape(raw)));
            }
        }
        if block.uniqueid.is_empty() {
            return None;
        }
        if block.state.is_none() {
            block.state = words.and_then(ChannelState::from_words);
        }
        // C escapes came to channel blocks with 13, and so did Linkedid: where there is none,
        // a backslash is a backslash.
        if block.linkedid.is_some() {
            block.caller_name = block.caller_name.map(text::unescape_c);
            block.connected_name = block.connected_name.map(text::unescape_c);
        }
        Some(block)
    }
}

fn is_repeated_uniqueid(field: &str) -> bool {
    field
        .strip_prefix("uniqueid-")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// A bridge as an event or a list item describes it (`main/manager_bridges.c`, 12 and later).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BridgeBlock<'a> {
    /// `BridgeUniqueid`; never empty.
    pub uniqueid: Cow<'a, str>,
    /// `BridgeType`: basic, base, parking, holding …
    pub kind: Cow<'a, str>,
    /// `BridgeTechnology`: simple_bridge, softmix, holding_bridge …
    pub technology: Cow<'a, str>,
    /// `BridgeCreator`: ConfBridge, Parking, or nothing.
    pub creator: Cow<'a, str>,
    /// `BridgeName`: the conference, the parking lot, or nothing.
    pub name: Cow<'a, str>,
}

impl<'a> BridgeBlock<'a> {
    /// Reads the block whose header names begin with `prefix` (empty, `to`, `from`, `dest` …).
    pub fn read(packet: &Packet<'a>, prefix: &str) -> Option<Self> {
        let mut block = Self::default();
        for (name, raw) in packet.raw() {
            let Some(field) = name.strip_prefix(prefix) else {
                continue;
            };
            let slot = match field {
                "bridgeuniqueid" => &mut block.uniqueid,
                "bridgetype" => &mut block.kind,
                "bridgetechnology" => &mut block.technology,
                "bridgecreator" => &mut block.creator,
                "bridgename" => &mut block.name,
                _ => continue,
            };
            *slot = text::present(unescape(raw));
        }
        (!block.uniqueid.is_empty()).then_some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_escapes_are_undone_where_there_is_a_linkedid_and_nowhere_else() {
        let with = Packet::from_raw(vec![
            ("calleridname", "O\\&apos;Brien"),
            ("uniqueid", "1.1"),
            ("linkedid", "1.1"),
        ]);
        let without = Packet::from_raw(vec![("calleridname", "C:\\new"), ("uniqueid", "1.1")]);
        let name = |p| ChannelBlock::read(p, "").and_then(|b| b.caller_name);
        assert_eq!(name(&with).as_deref(), Some("O'Brien"));
        assert_eq!(name(&without).as_deref(), Some("C:\\new"));
    }

    #[test]
    fn a_missing_header_is_not_an_empty_one() {
        let packet = Packet::from_raw(vec![
            ("uniqueid", "1.1"),
            ("calleridnum", "&lt;unknown&gt;"),
        ]);
        let block = ChannelBlock::read(&packet, "").unwrap_or_default();
        assert_eq!(block.caller_num.as_deref(), Some(""));
        assert_eq!(block.caller_name, None);
    }

    #[test]
    fn a_uniqueid_that_a_caller_wrote_does_not_count() {
        let packet = Packet::from_raw(vec![
            ("calleridname", "a"),
            ("uniqueid", "9.9"),
            ("uniqueid-2", "1.1"),
        ]);
        let block = ChannelBlock::read(&packet, "").unwrap_or_default();
        assert_eq!(block.uniqueid, "1.1");
    }

    #[test]
    fn a_prefix_picks_its_own_block() {
        let packet = Packet::from_raw(vec![
            ("channel", "A"),
            ("uniqueid", "1.1"),
            ("destchannel", "B"),
            ("destuniqueid", "1.2"),
        ]);
        let names = ["", "dest", "localone"]
            .map(|prefix| ChannelBlock::read(&packet, prefix).map(|b| b.uniqueid.into_owned()));
        assert_eq!(names, [Some("1.1".into()), Some("1.2".into()), None]);
    }
}
