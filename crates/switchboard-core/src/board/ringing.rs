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
    let legs: Vec<Leg> = rows.map(Leg::of).collect();
    let dialled = legs.iter().filter(|leg| leg.own != leg.by);
    let by: HashMap<&str, &str> = dialled.map(|leg| (&*leg.own, &*leg.by)).collect();
    let mut calls: HashMap<&str, (u8, Ring)> = HashMap::new();
    for leg in &legs {
        let caller = caller(&leg.by, &by);
        // Whoever is nearest to the caller names them best.
        let far = match caller {
            caller if caller == leg.own => 0,
            caller if caller == leg.by => 1,
            _ => 2,
        };
        let Some((nearest, call)) = calls.get_mut(caller) else {
            calls.insert(caller, (far, leg.ring.clone()));
            continue;
        };
        let rows = std::mem::take(&mut call.rows);
        let since = call.since.min(leg.ring.since);
        if (far, &leg.ring.id) < (*nearest, &call.id) {
            (*nearest, *call) = (far, leg.ring.clone());
        }
        call.since = since;
        call.rows = [rows, leg.ring.rows.clone()].concat();
    }
    let mut calls: Vec<Ring> = calls.into_values().map(|(_, call)| call).collect();
    calls.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.id.cmp(&b.id)));
    calls
}

/// A row that rings, as part of a call.
struct Leg {
    /// What it is known by: both halves of a Local channel by the same.
    own: String,
    /// What the channel that dials it is known by; its own if none does.
    by: String,
    ring: Ring,
}

impl Leg {
    fn of(row: &Row) -> Self {
        let known = |name: &str| match name.is_empty() {
            true => format!("/{}", row.uniqueid),
            false => live::local(name).unwrap_or(name).to_owned(),
        };
        let ring = Ring::of(row);
        Self {
            own: known(&row.channel),
            by: known(&ring.channel),
            ring,
        }
    }
}

/// The first who dialled, from this one on.
fn caller<'k>(mut at: &'k str, by: &HashMap<&'k str, &'k str>) -> &'k str {
    // Names may have been swapped: nobody leads back to themselves for ever.
    for _ in 0..by.len() {
        match by.get(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}
