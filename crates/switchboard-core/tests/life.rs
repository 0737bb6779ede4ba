//! Random lives of calls on a small Asterisk ([`support::asterisk`]), with lists in between: after
//! each pause the rows are what is true.
//!
//! Ten thousand random operations by default; `LIFE=1000000` runs a million, and prints figures.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ajam::ami::Parked;
use ajam::ami::event::EventKind;
use ajam::session::Keep;
use ajam::time::Moment;
use support::asterisk::{Asterisk, Channel};
use support::{events, fuzz, talk};
use switchboard_core::board::calls::{Call, CallTable};
use switchboard_core::board::row::Peer;
use switchboard_core::board::{Board, Connected, Lamp, Row};
use switchboard_core::live::{Calls, Pbx, Snapshot};

/// Operations on one server, before it begins anew with other dice.
const LIFE: usize = 2_000;

/// What a page does with what it is told.
struct Page {
    pbx: Pbx,
    board: Board,
    calls: Calls,
    table: CallTable,
    /// Bodies since a list was asked for.
    log: Option<Vec<String>>,
    events: usize,
    lists: usize,
}

/// A list on its way.
struct Listing {
    keep: Keep,
    asked: i64,
    /// What the server has written, once it has.
    bodies: Option<[String; 3]>,
}

impl Listing {
    fn new(keep: Keep, asked: i64) -> Self {
        let bodies = None;
        Self {
            keep,
            asked,
            bodies,
        }
    }

    fn is_written(&mut self, server: &Asterisk) {
        let bodies = server.list().map(|packets| {
            let packets: Vec<_> = packets.iter().map(String::as_str).collect();
            talk::body(&packets)
        });
        self.bodies = Some(bodies);
    }
}

impl Page {
    fn new() -> Self {
        Self {
            pbx: Pbx::default(),
            board: Board::default(),
            calls: Calls::default(),
            table: CallTable::default(),
            log: None,
            events: 0,
            lists: 0,
        }
    }

    fn hears(&mut self, packets: &[String], now: i64) {
        let packets: Vec<_> = packets.iter().map(String::as_str).collect();
        let body = talk::body(&packets);
        self.events += packets.len();
        self.applies(&body, now);
        if let Some(log) = &mut self.log {
            log.push(body);
        }
    }

    fn applies(&mut self, body: &str, now: i64) {
        for event in &events(body) {
            self.pbx.apply(event, Moment::from_millis(now * 1000));
        }
    }

    fn asks(&mut self) {
        self.pbx.ask_for_list();
        self.log = Some(Vec::new());
    }

    fn adopts(&mut self, listing: &Listing, now: i64) {
        let at = |seconds: i64| Moment::from_millis(seconds * 1000);
        let mut snapshot = Snapshot::default();
        snapshot.asked_at(at(listing.asked));
        snapshot.parked_calls();
        for event in listing
            .bodies
            .iter()
            .flatten()
            .flat_map(|body| events(body))
        {
            match &event.kind {
                EventKind::ListedChannel(item) => snapshot.channel(item, at(now)),
                EventKind::ListedBridge(block) => snapshot.bridge(block),
                EventKind::ParkedCall { parkee, lot, space } => {
                    let (lot, space) = (lot.to_string(), space.to_string());
                    snapshot.parked(parkee, Parked { lot, space });
                }
                _ => {}
            }
        }
        let mut adoption = self.pbx.begin_to_adopt(snapshot, listing.keep);
        while !self.pbx.adopt_some(&mut adoption, 3) {}
        for body in self.log.take().unwrap_or_default() {
            self.applies(&body, now);
        }
        self.lists += 1;
    }

    fn draws(&mut self, now: i64) {
        let touched = self.pbx.take_touched();
        let now = Moment::from_millis(now * 1000);
        let changes = self.calls.follow(&self.pbx, &touched);
        self.table
            .update(&self.pbx, &self.calls, changes, true, now);
        self.board.update(&self.pbx, touched, now);
    }
}

/// What a row should say: name, state, caller, place, application, and whom it is connected to.
fn truth(server: &Asterisk, id: &str, c: &Channel) -> Vec<String> {
    let plain = |text: &str| text.replace("&amp;", "&").replace("\\'", "'");
    let party = |(num, name): &(String, String)| format!("{}/{}", plain(name), num);
    let told = match &c.connected {
        (num, name) if num.is_empty() && name.is_empty() => String::new(),
        told if *told == c.caller => String::new(),
        told => format!("told {}", party(told)),
    };
    let dialled: Vec<_> = server
        .channels
        .iter()
        .filter(|(_, other)| other.dialled_by.as_deref() == Some(id))
        .map(|(_, other)| other.name.clone())
        .collect();
    let named = |id: &str| server.channels[id].name.clone();
    let bridge = c.bridge.as_deref().map(|bridge| {
        let mut others = server.members(bridge);
        others.retain(|other| other != id);
        (&server.bridges[bridge], others)
    });
    let connected = match (&bridge, &c.queue, &c.dialled_by) {
        _ if c.parked.is_some() => told,
        (Some((bridge, others)), ..) if bridge.creator == "ConfBridge" => {
            format!("conference {} {}", bridge.name, others.len() + 1)
        }
        (Some((bridge, _)), ..) if bridge.kind == "parking" => told,
        (Some((_, others)), ..) => match &others[..] {
            [] => told,
            [other] => format!("with {}", named(other)),
            _ => format!("several {}", others.len() + 1),
        },
        (_, Some(queue), _) => format!("queue {queue}"),
        _ if !dialled.is_empty() => format!("dials {}", dialled[0]),
        (_, _, Some(caller)) => format!("dialled by {}", named(caller)),
        _ => match c.application.as_str() {
            "" | "AppDial" | "AppDial2" | "AppQueue" | "Queue" => told,
            other => format!("runs {other}"),
        },
    };
    let only = match &bridge {
        Some((bridge, others)) if bridge.kind != "parking" && others.len() == 1 => {
            Some(&server.channels[&others[0]])
        }
        _ => None,
    };
    let on_hold = c.holding || c.music && c.bridge.is_some() || only.is_some_and(|o| o.holding);
    let hold_unknown = c.hold_unknown || only.is_some_and(|other| other.hold_unknown);
    let lamp = match (c.state, c.parked) {
        (_, Some(space)) => format!("parked {space}"),
        (6, _) if hold_unknown => "up".to_owned(),
        (6, _) if on_hold => "on hold".to_owned(),
        (6, _) => "up".to_owned(),
        (4 | 5, _) => "rings".to_owned(),
        _ => "idle".to_owned(),
    };
    vec![
        c.name.clone(),
        lamp,
        party(&c.caller),
        format!("{}@{}:{}", c.place.1, c.place.0, c.place.2),
        format!("{}({})", c.application, plain(&c.data)),
        connected,
        only.map(|other| other.name.clone()).unwrap_or_default(),
    ]
}

/// What the row says.
fn said(row: &Row, hold_unknown: bool) -> Vec<String> {
    let party = |p: &switchboard_core::live::Party| format!("{}/{}", p.name, p.num);
    let name = |peer: &Peer| peer.channel.clone();
    let connected = match &row.connected {
        Connected::Nobody => String::new(),
        Connected::Told(who) => format!("told {}", party(who)),
        Connected::With(peer) => format!("with {}", name(peer)),
        Connected::Dialling(peer) => format!("dials {}", name(peer)),
        Connected::DialledBy(peer) => format!("dialled by {}", name(peer)),
        Connected::Conference(name, count) => format!("conference {name} {count}"),
        Connected::Several(count) => format!("several {count}"),
        Connected::Queue(queue) => format!("queue {queue}"),
        Connected::Running(application) => format!("runs {application}"),
    };
    let lamp = match (&row.status.lamp, &row.status.parked) {
        (Lamp::Parked, Some(parked)) => format!("parked {}", parked.space),
        (Lamp::Held, _) if hold_unknown => "up".to_owned(),
        (Lamp::Held, _) => "on hold".to_owned(),
        (Lamp::Talking, _) => "up".to_owned(),
        (Lamp::Ringing, _) => "rings".to_owned(),
        (Lamp::Idle, _) => "idle".to_owned(),
        other => format!("{other:?}"),
    };
    let application = match row.application.as_str() {
        "" => "()".to_owned(),
        text if text.contains('(') => text.to_owned(),
        text => format!("{text}()"),
    };
    vec![
        row.channel.clone(),
        lamp,
        party(&row.caller),
        row.location.clone(),
        application,
        connected,
        row.other_leg.clone().unwrap_or_default(),
    ]
}

/// The calls that there are: channels that share a bridge that joins, that ring one another, or that
/// are halves of one Local channel.
fn calls(server: &Asterisk) -> BTreeSet<BTreeSet<&str>> {
    let mut calls: Vec<BTreeSet<&str>> = Vec::new();
    let local = |c: &Channel| c.name.rsplit_once(';').map(|(stem, _)| stem.to_owned());
    for (id, c) in &server.channels {
        let bridge = c.bridge.as_ref().filter(|bridge| {
            let bridge = &server.bridges[*bridge];
            bridge.kind != "parking"
        });
        let tied = |(other, o): (&String, &Channel)| {
            let same = bridge.is_some() && o.bridge.as_ref() == bridge;
            let rings = o.dialled_by.as_deref() == Some(id) || c.dialled_by.as_ref() == Some(other);
            // Made for a call, it does nothing of its own: not yet, or not any more.
            let made_for = |leg: &Channel, id: &str, by: &str| {
                let bridge = leg.bridge.as_ref().map(|id| (id, &server.bridges[id]));
                let joined = bridge.is_some_and(|(id, bridge)| {
                    server.members(id).len() > 1 || !bridge.creator.is_empty()
                });
                let settled = joined || leg.dialled_by.is_some() || leg.parked.is_some();
                let called = matches!(&*leg.application, "AppDial" | "AppQueue");
                !settled && (leg.state != 6 || called) && leg.linkedid == *by && id != by
            };
            same || rings
                || local(c).is_some() && local(c) == local(o)
                || made_for(c, id, other)
                || made_for(o, other, id)
        };
        let others = server.channels.iter().filter(|of| tied(*of));
        let mut call: BTreeSet<&str> = others.map(|(id, _)| id.as_str()).collect();
        call.insert(id);
        let (tied, apart): (Vec<_>, Vec<_>) = calls
            .into_iter()
            .partition(|known| !known.is_disjoint(&call));
        call.extend(tied.into_iter().flatten());
        calls = apart;
        calls.push(call);
    }
    calls.into_iter().collect()
}

/// Every difference between the table of calls and the server.
fn call_differences(server: &Asterisk, page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    let known: BTreeSet<BTreeSet<&str>> = {
        let ids = page
            .pbx
            .channels()
            .filter_map(|c| page.calls.of(&c.uniqueid));
        let members = ids.filter_map(|id| page.calls.members(id));
        members
            .map(|members| members.channels.iter().map(|id| &**id).collect())
            .collect()
    };
    // A list does not always let it be seen who dials whom.
    if server
        .channels
        .values()
        .all(|channel| !channel.dial_unknown)
    {
        let is = calls(server);
        for call in is.symmetric_difference(&known) {
            let whose = if is.contains(call) {
                "is a call"
            } else {
                "is no call"
            };
            found.push(format!("{call:?} {whose}"));
        }
    }
    for channel in page.pbx.channels() {
        let Some(id) = page.calls.of(&channel.uniqueid) else {
            found.push(format!("{} is of no call", channel.uniqueid));
            continue;
        };
        let members = page.calls.members(id).expect("it has members");
        let row = Call::of(id, members, &page.pbx, true);
        let shown = page.table.find(id.as_str());
        let shown = shown.filter(|row| row.ended.is_none());
        if shown != row.as_ref() {
            found.push(format!("{id}: it is {row:?}, the table says {shown:?}"));
        }
    }
    found
}

/// Every difference between the board and the server.
fn differences(server: &Asterisk, page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    let rows: BTreeMap<_, _> = page
        .pbx
        .channels()
        .map(|c| (c.uniqueid.to_string(), c))
        .collect();
    for (id, channel) in &server.channels {
        let Some(shown) = rows.get(id) else {
            found.push(format!("{id} {} is missing", channel.name));
            continue;
        };
        let row = Row::of(shown, &page.pbx);
        let peer = page.pbx.only_peer(id).map(|peer| peer.uniqueid.as_str());
        let unknown = |id: &str| server.channels.get(id).is_some_and(|c| c.hold_unknown);
        let is = truth(server, id, channel);
        let mut says = said(&row, unknown(id) || peer.is_some_and(unknown));
        // A list does not always let it be seen who dials whom: then the row does not say so.
        let rung = |other: &Channel| other.dialled_by.as_deref() == Some(id);
        let dial_unknown = channel.dial_unknown
            || server
                .channels
                .values()
                .any(|other| other.dial_unknown && rung(other));
        if dial_unknown && !says[5].starts_with("dial") {
            says[5].clone_from(&is[5]);
        }
        if channel.step_untold && says[4] == "()" {
            says[4].clone_from(&is[4]);
            if is[5].starts_with("runs") && (says[5].is_empty() || says[5].starts_with("told")) {
                says[5].clone_from(&is[5]);
            }
        }
        if is != says {
            found.push(format!("{id}: it is {is:?}, the row says {says:?}"));
        }
        let born = row.started.millis() - channel.born * 1000;
        // It may be heard of late, and a list may be written late.
        if !(-15_000..30_000).contains(&born) {
            found.push(format!("{id}: made {born} ms off"));
        }
        if page.board.find(id.as_str()) != Some(&row) {
            found.push(format!("{id}: the board shows an old row"));
        }
    }
    for (id, channel) in rows {
        if !server.channels.contains_key(&id) {
            found.push(format!("{id} {:?} is no channel", channel.name));
        }
    }
    found.extend(call_differences(server, page));
    found
}

#[derive(Default)]
struct Figures {
    operations: usize,
    events: usize,
    lists: usize,
    pauses: usize,
    rows: usize,
    restarts: usize,
    lies: usize,
}

/// One server, watched by one page from its first channel on.
fn live(seed: u64, operations: usize, figures: &mut Figures) {
    let mut server = Asterisk::new(seed);
    let mut page = Page::new();
    let mut listing: Option<Listing> = None;
    let mut told = Vec::new();
    for number in 0..operations {
        server.step();
        // A lie about who is there already: one about who has gone looks like the truth.
        if server.dice.one_in(50) && listing.is_none() {
            let heard = std::mem::take(&mut server.told);
            page.hears(&heard, server.now);
            told.extend(heard);
            server.is_made_to_lie();
            let heard = std::mem::take(&mut server.told);
            page.hears(&heard, server.now);
            told.extend(heard);
            figures.lies += 1;
        }
        // Events come a few at a time, or many.
        if server.dice.one_in(4) {
            let heard = std::mem::take(&mut server.told);
            let cut = server.dice.below(heard.len() + 1);
            let (now, later) = heard.split_at(cut);
            page.hears(now, server.now);
            server.told = later.to_vec();
            told.extend(now.iter().cloned());
        }
        if server.dice.one_in(7) {
            page.draws(server.now);
        }
        match &mut listing {
            // Asked for, written a little later, and read when it has come.
            Some(_) if !server.dice.one_in(2) => {}
            Some(on_its_way) if on_its_way.bodies.is_none() => on_its_way.is_written(&server),
            Some(on_its_way) => {
                page.adopts(on_its_way, server.now);
                listing = None;
            }
            None if server.dice.one_in(40) => {
                let keep = if server.dice.one_in(2) {
                    Keep::Unlisted
                } else {
                    if server.dice.one_in(10) {
                        let says_so = server.dice.one_in(2);
                        server.restarts(says_so);
                        figures.restarts += 1;
                    } else {
                        // The connection broke, and took along what was on its way.
                        server.loses_events();
                    }
                    Keep::ListedOnly
                };
                page.asks();
                listing = Some(Listing::new(keep, server.now));
            }
            None => {}
        }
        // A pause: all is told, and no list is on its way.
        if listing.is_none() && server.dice.one_in(5) {
            let heard = std::mem::take(&mut server.told);
            page.hears(&heard, server.now);
            told.extend(heard);
            // What cannot be true leads to a list.
            if page.pbx.take_doubt() {
                page.asks();
                let keep = match server.dice.one_in(2) {
                    true => Keep::Unlisted,
                    false => Keep::ListedOnly,
                };
                if keep == Keep::ListedOnly {
                    server.loses_events();
                }
                let mut list = Listing::new(keep, server.now);
                list.is_written(&server);
                page.adopts(&list, server.now);
                assert!(!page.pbx.take_doubt(), "a list leaves no doubt");
            }
            page.draws(server.now);
            figures.pauses += 1;
            figures.rows += server.channels.len();
            let found = differences(&server, &page);
            let about: Vec<_> = found
                .iter()
                .filter_map(|text| text.split([':', ' ']).next())
                .collect();
            let lately: Vec<_> = told
                .iter()
                .filter(|packet| about.iter().any(|id| packet.contains(id)))
                .collect();
            assert!(
                found.is_empty(),
                "seed {seed}, operation {number}: {found:#?}\nbehind {lately:#?}"
            );
            fuzz::model::in_step(&page.pbx, "at a pause");
            fuzz::model::shown(&page.board, &page.pbx);
        }
    }
    figures.operations += operations;
    figures.events += page.events;
    figures.lists += page.lists;
}

#[test]
#[allow(clippy::print_stderr, reason = "the figures are asked for")]
fn whatever_calls_do_the_rows_are_true_after_each_pause() {
    let asked = std::env::var("LIFE").ok();
    let operations: usize = asked
        .as_deref()
        .map_or(10_000, |n| n.parse().expect("a number"));
    let seed = std::env::var("LIFE_SEED").map_or(1, |n| n.parse().expect("a number"));
    let mut figures = Figures::default();
    for life in 0..operations.div_ceil(LIFE) {
        let seed = seed + u64::try_from(life).expect("a number");
        live(seed, LIFE.min(operations), &mut figures);
    }
    if asked.is_some() {
        let Figures {
            operations,
            events,
            lists,
            pauses,
            rows,
            restarts,
            lies,
        } = figures;
        eprintln!(
            "{operations} operations, {events} events, {lists} lists, {restarts} restarts, {lies} lies; \
             {rows} rows compared in {pauses} pauses, and none differed"
        );
    }
}
