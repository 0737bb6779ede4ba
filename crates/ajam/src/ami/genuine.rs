//! Whether an event may be Asterisk's own.
//!
//! Some servers let a caller write line breaks, and with them headers and whole events, into what
//! they tell (22.10.1: percent-encoded ones in a SIP URI). Such a text breaks the event that it stands
//! in: it lacks what Asterisk writes behind it, or has it twice. What lacks something is not believed;
//! what is the truth, a list tells. A forger who writes everything is found by comparing with a list, as
//! far as lists tell it: not who holds and who rings whom.

use super::event::{Event, EventKind};
use super::packet::Packet;

/// What every channel block holds from 13 on (`main/manager_channels.c`,
/// `ast_manager_build_channel_state_string_prefix`), in Asterisk's order.
const CHANNEL: [&str; 11] = [
    "channel",
    "channelstate",
    "calleridnum",
    "calleridname",
    "connectedlinenum",
    "connectedlinename",
    "context",
    "exten",
    "priority",
    "uniqueid",
    "linkedid",
];

/// What every bridge block holds (`main/manager_bridges.c`).
const BRIDGE: [&str; 3] = ["bridgeuniqueid", "bridgetype", "bridgetechnology"];

impl Event<'_> {
    /// Whether an item of a list holds all that such an item holds.
    pub fn is_genuine_item(&self) -> bool {
        match &self.kind {
            EventKind::ListedChannel(item) if item.channel.linkedid.is_some() => {
                holds(&self.packet, "", &CHANNEL)
            }
            // The ends of the lists of old versions; anything else lacks its id.
            EventKind::Other => self.name.ends_with("Complete"),
            _ => true,
        }
    }

    /// Whether each of these headers stands here just once.
    pub fn holds_once(&self, headers: &[&str]) -> bool {
        holds(&self.packet, "", headers)
    }

    /// Whether all is here that Asterisk writes into every event of this name, and nothing of it
    /// twice. `modern` says that the server is of 13 or later; without it less is asked for.
    ///
    /// For events, not for items of lists: these have no `Privilege`, which every event has.
    pub fn is_genuine(&self, modern: bool) -> bool {
        let packet = &self.packet;
        if self.kind == EventKind::WaitEventComplete {
            return true;
        }
        if packet.text("privilege").is_none() {
            return false;
        }
        let has = |names: &[&str]| names.iter().all(|name| packet.get(name).is_some());
        match &*self.name {
            "Hangup" if !has(&["uniqueid", "channel", "cause"]) => return false,
            "Newchannel" | "Newstate" if self.kind == EventKind::Other => return false,
            "Newchannel" | "Newstate" if !has(&["channel"]) => return false,
            "Rename" if !has(&["uniqueid", "newname"]) => return false,
            _ => {}
        }
        !modern || is_modern(&self.name, packet)
    }
}

fn is_modern(name: &str, packet: &Packet<'_>) -> bool {
    let channel = |prefix| holds(packet, prefix, &CHANNEL);
    let bridge = |prefix| holds(packet, prefix, &BRIDGE);
    match name {
        "Newchannel" | "Newstate" | "NewCallerid" | "NewConnectedLine" | "NewAccountCode"
        | "Newexten" | "Hangup" | "Hold" | "Unhold" | "MusicOnHoldStart" | "MusicOnHoldStop"
        | "QueueCallerJoin" | "QueueCallerLeave" | "QueueCallerAbandon" => channel(""),
        // Originate dials without a caller; where there is one, its half is whole.
        "DialBegin" | "DialState" | "DialEnd" => {
            let caller = || CHANNEL.iter().any(|name| packet.get(name).is_some());
            channel("dest") && (channel("") || !caller())
        }
        "Rename" => holds(packet, "", &["newname", "uniqueid"]),
        "BridgeEnter" | "BridgeLeave" => bridge("") && channel(""),
        "BridgeCreate" | "BridgeDestroy" => bridge(""),
        "BridgeMerge" => bridge("to") && bridge("from"),
        "LocalBridge" | "LocalOptimizationBegin" | "LocalOptimizationEnd" => {
            channel("localone") && channel("localtwo")
        }
        "ParkedCall" | "UnParkedCall" | "ParkedCallTimeOut" | "ParkedCallGiveUp" => {
            channel("parkee")
        }
        _ => true,
    }
}

/// Whether each of these headers, behind the prefix, stands here just once.
fn holds(packet: &Packet<'_>, prefix: &str, names: &[&str]) -> bool {
    let mut seen = 0u32;
    for (name, _) in packet.raw() {
        let Some(name) = name.strip_prefix(prefix) else {
            continue;
        };
        let (stem, repeats) = match name.split_once('-') {
            Some((stem, _)) => (stem, true),
            None => (name, false),
        };
        let Some(at) = names.iter().position(|wanted| *wanted == stem) else {
            continue;
        };
        if repeats || seen & (1 << at) != 0 {
            return false;
        }
        seen |= 1 << at;
    }
    seen.count_ones() as usize == names.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event<'a>(name: &'a str, headers: &[(&'a str, &'a str)]) -> Event<'a> {
        let mut all = vec![("event", name)];
        all.extend(headers);
        Event::read(name.into(), Packet::from_raw(all))
    }

    const WHOLE: [(&str, &str); 13] = [
        ("privilege", "call,all"),
        ("channel", "PJSIP/1-1"),
        ("channelstate", "6"),
        ("calleridnum", "1"),
        ("calleridname", "A"),
        ("connectedlinenum", ""),
        ("connectedlinename", ""),
        ("context", "c"),
        ("exten", "s"),
        ("priority", "1"),
        ("uniqueid", "1.1"),
        ("linkedid", "1.1"),
        ("cause", "16"),
    ];

    #[test]
    fn an_event_is_believed_only_with_all_that_its_version_writes() {
        assert!(event("Hangup", &WHOLE).is_genuine(true));
        for at in 0..WHOLE.len() {
            let mut less = WHOLE.to_vec();
            let (name, _) = less.remove(at);
            assert!(!event("Hangup", &less).is_genuine(true), "without {name}");
        }
        let old = [WHOLE[0], WHOLE[1], WHOLE[10], WHOLE[12]];
        assert!(event("Hangup", &old).is_genuine(false));
        assert!(!event("Hangup", &old[1..]).is_genuine(false));
    }

    #[test]
    fn a_dial_is_believed_only_if_both_of_its_halves_are_whole() {
        let dest: Vec<_> = WHOLE[1..12]
            .iter()
            .map(|(name, value)| (format!("dest{name}"), *value))
            .collect();
        let dest: Vec<_> = dest.iter().map(|(name, value)| (&**name, *value)).collect();
        let with = |caller: &[(&'static str, &'static str)]| {
            let all = [&WHOLE[..1], caller, &dest].concat();
            event("DialBegin", &all).is_genuine(true)
        };
        assert!(with(&[]), "an Originate has no caller");
        assert!(with(&WHOLE[1..12]));
        for at in 1..11 {
            let mut less = WHOLE[1..12].to_vec();
            let (name, _) = less.remove(at - 1);
            assert!(!with(&less), "without {name}");
        }
        let mut twice = WHOLE[1..12].to_vec();
        twice.insert(4, ("uniqueid", "9.9"));
        assert!(!with(&twice));
        let renamed = [WHOLE[0], WHOLE[1], ("newname", "PJSIP/9-9"), WHOLE[10]];
        assert!(event("Rename", &renamed).is_genuine(true));
        let mut twice = renamed.to_vec();
        twice.push(("newname-2", "PJSIP/8-8"));
        assert!(!event("Rename", &twice).is_genuine(true));
    }

    #[test]
    fn a_header_that_stands_twice_is_not_believed() {
        for name in ["uniqueid-2", "uniqueid", "channel-2"] {
            let mut more = WHOLE.to_vec();
            more.push((name, "9.9"));
            assert!(!event("Hangup", &more).is_genuine(true), "{name}");
        }
        let mut more = WHOLE.to_vec();
        more.extend([("chanvariable", "a=1"), ("chanvariable-2", "b=2")]);
        assert!(event("Hangup", &more).is_genuine(true));
    }
}
