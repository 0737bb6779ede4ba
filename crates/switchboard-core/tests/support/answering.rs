//! Packets written out in full, as Asterisk writes them: scripts say only what matters.

#![allow(dead_code)] // each test takes what it needs

use ajam::session::{Topic, Topics};

/// The action of a form.
pub fn action(form: &str) -> &str {
    let start = form.strip_prefix("Action=").unwrap_or_default();
    start.split('&').next().unwrap_or_default()
}

/// The body as the answer to this form: every packet bears the form's `ActionID`. Events have none,
/// and 1.4 hands them out with any answer.
pub fn answering(form: &str, body: &str) -> String {
    let id = form
        .split('&')
        .find_map(|pair| pair.strip_prefix("ActionID="));
    let Some(id) = id.filter(|_| action(form) != "WaitEvent") else {
        return body.to_owned();
    };
    let mut packets = body.split("<generic ");
    let mut answer = packets.next().unwrap_or_default().to_owned();
    for packet in packets {
        let (headers, rest) = packet.split_at(packet.find('>').unwrap_or(packet.len()));
        let (before, behind) = match headers.split_once(" actionid='") {
            Some((before, old)) => (before, old.split_once('\'').map_or("", |(_, rest)| rest)),
            None if is_event(headers) => {
                answer += &format!("<generic {headers}{rest}");
                continue;
            }
            None => headers.split_at(headers.find("' ").map_or(0, |at| at + 1)),
        };
        answer += &format!("<generic {before} actionid='{id}'{behind}{rest}");
    }
    answer
}

fn is_event(headers: &str) -> bool {
    headers.contains(" privilege='") && !headers.starts_with("event='Status'")
}

/// The event with the headers that every event of its name has on 13 and later.
pub fn whole(event: &str) -> String {
    let name = event
        .split_once("event='")
        .and_then(|(_, rest)| rest.split('\'').next())
        .unwrap_or_default();
    let prefixes: &[&str] = match name {
        "WaitEventComplete" => return event.to_owned(),
        "Newchannel" | "Newstate" | "NewCallerid" | "NewConnectedLine" | "NewAccountCode"
        | "Newexten" | "Hangup" | "Hold" | "Unhold" | "MusicOnHoldStart" | "MusicOnHoldStop"
        | "QueueCallerJoin" | "QueueCallerLeave" | "QueueCallerAbandon" | "BridgeEnter"
        | "BridgeLeave" => &[""],
        "DialBegin" | "DialState" | "DialEnd" => &["dest"],
        "LocalBridge" | "LocalOptimizationBegin" | "LocalOptimizationEnd" => {
            &["localone", "localtwo"]
        }
        "ParkedCall" | "UnParkedCall" | "ParkedCallTimeOut" | "ParkedCallGiveUp" => &["parkee"],
        _ => &[],
    };
    let mut whole = event.to_owned();
    let mut add = |header: String, value: &str| {
        if !whole.contains(&format!(" {header}='")) {
            whole += &format!(" {header}='{value}'");
        }
    };
    add("privilege".to_owned(), "call,all");
    // Who writes the last header has written all.
    let partial = prefixes
        .iter()
        .filter(|prefix| !event.contains(&format!(" {prefix}linkedid='")));
    for prefix in partial {
        let value = |header: &str| {
            let start = format!(" {prefix}{header}='");
            let value = event.split_once(&start).map_or("", |(_, value)| value);
            value.split('\'').next().unwrap_or_default()
        };
        for header in [
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
        ] {
            add(format!("{prefix}{header}"), "");
        }
        add(format!("{prefix}linkedid"), value("uniqueid"));
    }
    if name == "Hangup" {
        add("cause".to_owned(), "16");
    }
    if name.starts_with("Bridge") {
        add("bridgetype".to_owned(), "basic");
        add("bridgetechnology".to_owned(), "simple_bridge");
    }
    whole
}

/// What a page shows of the calls: with locations, or without.
pub fn shown(location: bool) -> Topics {
    match location {
        true => Topics::CALLS,
        false => Topics::CALLS.without(Topic::Locations),
    }
}
