//! The table: which rows are on the board and in which order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::time::Moment;

use super::find::{Filter, Fold};
use super::order::{Key, Sort};
use super::ringing::{self, Ring};
use super::row::{Lamp, Row};
use super::window::Viewport;
use crate::live::Pbx;

/// How long a row that has ended stays, faded.
pub const FADE: Duration = Duration::from_secs(2);

/// How many rows that have ended stay at most while the board is held. Of more, those farthest down
/// go: that moves nothing above them.
pub const KEPT: usize = 500;

/// The rows of the board, in order.
#[derive(Debug, Default)]
pub struct Board {
    entries: HashMap<Uniqueid, Entry>,
    /// Sorted, but for what has changed while the board was held.
    order: Vec<Rc<Key>>,
    sort: Sort,
    filter: Filter,
    fold: Fold,
    held: bool,
    unsorted: bool,
    fading: VecDeque<(Moment, Uniqueid)>,
    /// Rows that stay only because the board is held: they do not pass the filter any more.
    overdue: HashSet<Uniqueid>,
    /// Rows that ring, filtered or not.
    ringing: HashSet<Uniqueid>,
    living: usize,
    /// Where channels are in the dial plan is not known.
    unlocated: bool,
}

#[derive(Debug)]
struct Entry {
    row: Row,
    key: Rc<Key>,
    /// It passes the filter.
    shown: bool,
}

impl Board {
    /// Takes in the rows that the model says were touched, at `now`.
    pub fn update(&mut self, pbx: &Pbx, touched: HashSet<Uniqueid>, now: Moment) {
        for id in touched {
            match pbx.channel(&id) {
                Some(channel) if self.unlocated => {
                    self.put(Row::of(channel, pbx).without_location(channel));
                }
                Some(channel) => self.put(Row::of(channel, pbx)),
                None => self.end(&id, now),
            }
        }
        self.living = pbx.len();
        self.expire(now);
        if self.held && self.fading.len() > KEPT {
            self.trim();
        }
        self.settle();
    }

    /// Whether it is known where channels are in the dial plan; it is, unless this is told. Rows
    /// change with it when they are next taken in. Whether that is news.
    pub fn set_located(&mut self, located: bool) -> bool {
        std::mem::replace(&mut self.unlocated, !located) == located
    }

    /// Takes away the rows whose fading is over; none while the board is held.
    pub fn expire(&mut self, now: Moment) {
        if self.held {
            return;
        }
        let mut gone = false;
        while let Some((at, _)) = self.fading.front()
            && *at <= now
        {
            let Some((_, id)) = self.fading.pop_front() else {
                break;
            };
            // The id may live again, or fade anew.
            let over = self
                .entries
                .get(&id)
                .is_some_and(|e| e.row.ended.is_some_and(|t| t + FADE <= now));
            if over && let Some(entry) = self.entries.remove(&id) {
                entry.key.leave();
                gone = true;
            }
        }
        // Where the order is not good, the keys of rows that have moved stand in it, too.
        match (gone, self.unsorted) {
            (false, _) => {}
            (true, false) => self.order.retain(|key| !key.has_left()),
            (true, true) => {
                let entries = &self.entries;
                self.order.retain(|key| entries.contains_key(&key.id));
            }
        }
    }

    /// Takes away what has ended beyond [`KEPT`]: what is filtered out first, then from below.
    fn trim(&mut self) {
        let over = self.fading.len() - KEPT;
        let entries = &self.entries;
        let has_ended = |id: &Uniqueid| entries.get(id).is_some_and(|e| e.row.ended.is_some());
        let hidden = self.fading.iter().map(|(_, id)| id);
        let hidden = hidden.filter(|id| entries.get(*id).is_none_or(|entry| !entry.shown));
        let shown = self.order.iter().rev().map(|key| &key.id);
        let shown = shown.filter(|id| has_ended(id));
        let gone: HashSet<Uniqueid> = hidden.chain(shown).take(over).cloned().collect();
        self.fading.retain(|(_, id)| !gone.contains(id));
        self.order.retain(|key| !gone.contains(&key.id));
        self.entries
            .retain(|id, entry| !gone.contains(id) || entry.row.ended.is_none());
    }

    /// When the next row's fading is over; none while the board is held.
    pub fn next_expiry(&self) -> Option<Moment> {
        let first = self.fading.front().filter(|_| !self.held);
        first.map(|(at, _)| *at)
    }

    /// Takes every row away.
    pub fn clear(&mut self) {
        *self = Self {
            sort: self.sort,
            filter: self.filter.clone(),
            fold: self.fold,
            unlocated: self.unlocated,
            held: self.held,
            ..Self::default()
        };
    }

    /// How many rows pass the filter, fading ones included.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// How many of them are channels that live.
    pub fn found(&self) -> usize {
        let shown = |(_, id): &&(Moment, Uniqueid)| {
            self.entries
                .get(id)
                .is_some_and(|entry| entry.shown && entry.row.ended.is_some())
        };
        let ended: HashSet<&Uniqueid> =
            self.fading.iter().filter(shown).map(|(_, id)| id).collect();
        self.len() - ended.len()
    }

    /// Whether no row passes the filter.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many channels live, filtered or not.
    pub fn living(&self) -> usize {
        self.living
    }

    /// The row at this place, from the top.
    pub fn row(&self, index: usize) -> Option<&Row> {
        self.order
            .get(index)
            .and_then(|key| self.entries.get(&key.id))
            .map(|entry| &entry.row)
    }

    /// The place of this channel's row from the top; none if it is filtered out or gone.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.order.iter().position(|key| key.id.as_str() == id)
    }

    /// The row of this channel, filtered or not.
    pub fn find(&self, id: &str) -> Option<&Row> {
        self.entries.get(id).map(|entry| &entry.row)
    }

    /// The calls that ring and have no row in this part of the board, under a head of this height:
    /// scrolled away, filtered out, or at the end while the board is held.
    pub fn ringing_unseen(&self, seen: &Viewport, head: f64) -> Vec<Ring> {
        if self.ringing.is_empty() {
            return Vec::new();
        }
        let places = seen.in_sight(self.len(), head);
        let in_sight: HashSet<&str> = self.order[places].iter().map(|key| &*key.id).collect();
        let mut calls = self.ringing();
        calls.retain(|call| !call.rows.iter().any(|id| in_sight.contains(&**id)));
        calls
    }

    /// The calls that ring, in sight or not: who has waited longest first.
    pub fn ringing(&self) -> Vec<Ring> {
        ringing::calls(self.ringing.iter().filter_map(|id| self.find(id)))
    }

    /// How many rows ring.
    pub fn rows_ringing(&self) -> usize {
        self.ringing.len()
    }

    /// The order in force.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// How letters beyond ASCII are made small, to sort and to find by; for a board without rows.
    pub fn set_fold(&mut self, fold: Fold) {
        self.fold = fold;
    }

    /// Puts another order in force at once, even while the board is held: the person asked for it.
    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        for entry in self.entries.values_mut() {
            entry.key = Rc::new(Key::of(&entry.row, sort.column, self.fold));
        }
        self.begin_anew();
    }

    /// Shows only the rows that match what was typed.
    pub fn set_filter(&mut self, typed: &str) {
        self.let_go();
        let before = std::mem::replace(&mut self.filter, Filter::new(typed, self.fold));
        // A letter more leaves out some of those that are shown, and brings none back.
        let narrower = self.filter.is_within(&before);
        let wider = before.is_within(&self.filter);
        for entry in self.entries.values_mut() {
            let known = if entry.shown { wider } else { narrower };
            if !known {
                entry.shown = self.filter.matches(&entry.row);
            }
        }
        self.begin_anew();
    }

    /// While the board is held (the pointer or the focus is on a row) no row leaves its place: one
    /// that ends or passes the filter no more stays, and new ones come in at the end. All of that is
    /// made good when the board is let go, and by the next [`expire`](Self::expire).
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        if !held {
            self.let_go();
        }
        self.settle();
    }

    /// Takes away what stayed though it does not pass the filter.
    fn let_go(&mut self) {
        if self.overdue.is_empty() {
            return;
        }
        for id in self.overdue.drain() {
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.shown = self.filter.matches(&entry.row);
            }
        }
        let entries = &self.entries;
        self.order
            .retain(|key| entries.get(&key.id).is_some_and(|entry| entry.shown));
    }

    fn put(&mut self, row: Row) {
        match row.status.lamp {
            Lamp::Ringing if !self.ringing.contains(&row.uniqueid) => {
                self.ringing.insert(row.uniqueid.clone());
            }
            Lamp::Ringing => {}
            _ => {
                self.ringing.remove(&row.uniqueid);
            }
        }
        let passes = self.filter.matches(&row);
        let key = Key::of(&row, self.sort.column, self.fold);
        let Some(entry) = self.entries.get_mut(&row.uniqueid) else {
            let key = Rc::new(key);
            let id = row.uniqueid.clone();
            if passes {
                self.order.push(key.clone());
                self.unsorted = true;
            }
            let shown = passes;
            self.entries.insert(id, Entry { row, key, shown });
            return;
        };
        entry.row = row;
        let stays = self.held && entry.shown && !passes;
        if stays {
            self.overdue.insert(entry.row.uniqueid.clone());
        }
        let shown = passes || stays;
        let was_shown = std::mem::replace(&mut entry.shown, shown);
        if !entry.key.is(&key) {
            // In its place in the order the old key stands until that is made good.
            entry.key.leave();
            entry.key = Rc::new(key);
            self.unsorted |= shown;
        }
        match (was_shown, shown) {
            (false, true) => {
                self.order.push(entry.key.clone());
                self.unsorted = true;
            }
            (true, false) => {
                let id = &entry.key.id;
                self.order.retain(|other| other.id != *id);
            }
            _ => {}
        }
    }

    fn end(&mut self, id: &Uniqueid, now: Moment) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        if entry.row.ended.is_none() {
            entry.row.ended = Some(now);
            entry.row.status.lamp = Lamp::Ended;
            self.ringing.remove(id);
            self.fading.push_back((now + FADE, id.clone()));
        }
    }

    fn settle(&mut self) {
        if self.unsorted && !self.held {
            self.resort();
        }
    }

    /// Sorts all that is shown, whatever the order was.
    fn begin_anew(&mut self) {
        let shown = self.entries.values().filter(|entry| entry.shown);
        self.order = shown.map(|entry| entry.key.clone()).collect();
        self.resort();
    }

    /// Makes the order good. Most of it is: to sort what is nearly sorted takes one look at each.
    fn resort(&mut self) {
        for key in self.order.iter_mut().filter(|key| key.has_left()) {
            if let Some(entry) = self.entries.get(&key.id) {
                *key = entry.key.clone();
            }
        }
        let sort = self.sort;
        self.order.sort_by(|a, b| a.compare(b, sort));
        self.unsorted = false;
    }
}
