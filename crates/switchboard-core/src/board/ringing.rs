//! The calls that ring, whatever stands between them and the eye.

use std::collections::HashMap;

use ajam::ami::Uniqueid;
use ajam::time::Moment;

use super::row::{Connected, Row};
use crate::live::{self, Party};

/// A call that rings. One caller may ring several phones.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Whose row shows it: the caller's if that rings itself, else a phone's.
    pub id: Uniqueid,
    /// Who calls.
    pub caller: Party,
    /// The caller's channel; empty if it is not known.
    pub channel: String,
    /// Since when.
    pub since: Moment,
    /// Every row that it has.
    pub rows: Vec<Uniqueid>,
}

impl Ring {
    fn of(row: &Row) -> Self {
        let (caller, channel) = match &row.connected {
            Connected::DialledBy(peer) if !peer.channel.is_empty() => (&peer.party, &peer.channel),
            _ => (&row.caller, &row.channel),
        };
        Self {
            id: row.uniqueid.clone(),
            caller: caller.clone(),
            channel: channel.clone(),
            since: row.started,
            rows: vec![row.uniqueid.clone()],
        }
    }
}

/// The calls that these rows, which ring, belong to: who has waited longest first.
pub fn calls<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Ring> {
    let mut calls: HashMap<String, Ring> = HashMap::new();
    for row in rows {
        let ring = Ring::of(row);
        let is_caller = ring.channel == row.channel;
        let key = match ring.channel.is_empty() {
            true => format!("/{}", row.uniqueid),
            // Both halves of a Local channel are one call.
            false => live::local(&ring.channel)
                .unwrap_or(&ring.channel)
                .to_owned(),
        };
        match calls.get_mut(&key) {
            None => {
                calls.insert(key, ring);
            }
            Some(known) => {
                known.since = known.since.min(ring.since);
                known.rows.push(ring.id.clone());
                if is_caller {
                    known.id = ring.id;
                    known.caller = ring.caller;
                }
            }
        }
    }
    let mut calls: Vec<Ring> = calls.into_values().collect();
    calls.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.id.cmp(&b.id)));
    calls
}
