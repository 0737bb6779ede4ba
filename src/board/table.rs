//! The table: which rows are on the board and in which order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use super::order::{Filter, Key, Sort};
use super::row::{Lamp, Row};
use crate::ami::Uniqueid;
use crate::live::Pbx;
use crate::time::Moment;

/// How long a row that has ended stays, faded.
pub const FADE: Duration = Duration::from_secs(2);

/// The rows of the board, in order.
#[derive(Debug, Default)]
pub struct Board {
    entries: HashMap<Uniqueid, Entry>,
    order: Vec<Uniqueid>,
    sort: Sort,
    filter: Filter,
    held: bool,
    unsorted: bool,
    fading: VecDeque<(Moment, Uniqueid)>,
    living: usize,
    /// Where channels are in the dial plan is not known.
    unlocated: bool,
}

#[derive(Debug)]
struct Entry {
    row: Row,
    key: Key,
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
        self.settle();
    }

    /// Whether it is known where channels are in the dial plan; it is, unless this is told. Rows
    /// change with it when they are next taken in. Whether that is news.
    pub fn set_located(&mut self, located: bool) -> bool {
        std::mem::replace(&mut self.unlocated, !located) == located
    }

    /// Takes away the rows whose fading is over.
    pub fn expire(&mut self, now: Moment) {
        let mut gone = HashSet::new();
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
            if over {
                self.entries.remove(&id);
                gone.insert(id);
            }
        }
        if !gone.is_empty() {
            self.order.retain(|id| !gone.contains(id));
        }
    }

    /// When the next row's fading is over.
    pub fn next_expiry(&self) -> Option<Moment> {
        self.fading.front().map(|(at, _)| *at)
    }

    /// Takes every row away.
    pub fn clear(&mut self) {
        *self = Self {
            sort: self.sort,
            filter: self.filter.clone(),
            unlocated: self.unlocated,
            ..Self::default()
        };
    }

    /// How many rows pass the filter, fading ones included.
    pub fn len(&self) -> usize {
        self.order.len()
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
            .and_then(|id| self.entries.get(id))
            .map(|entry| &entry.row)
    }

    /// The place of this channel's row from the top; none if it is filtered out or gone.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.order.iter().position(|other| other.as_str() == id)
    }

    /// The row of this channel, filtered or not.
    pub fn find(&self, id: &str) -> Option<&Row> {
        self.entries.get(id).map(|entry| &entry.row)
    }

    /// The order in force.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Puts another order in force at once, even while the board is held: the person asked for it.
    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        for entry in self.entries.values_mut() {
            entry.key = Key::of(&entry.row, sort.column);
        }
        self.resort();
    }

    /// Shows only the rows that match what was typed.
    pub fn set_filter(&mut self, typed: &str) {
        self.filter = Filter::new(typed);
        self.order = self
            .entries
            .values()
            .filter(|entry| self.filter.matches(&entry.row))
            .map(|entry| entry.row.uniqueid.clone())
            .collect();
        self.resort();
    }

    /// While the board is held (the pointer or the focus is on a row) nothing moves: new rows come
    /// in at the end, and the order is made good when it is let go.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.settle();
    }

    fn put(&mut self, row: Row) {
        let id = row.uniqueid.clone();
        let key = Key::of(&row, self.sort.column);
        let shown = self.filter.matches(&row);
        let before = self.entries.insert(id.clone(), Entry { row, key });
        let was_shown = before
            .as_ref()
            .is_some_and(|entry| self.filter.matches(&entry.row));
        match (was_shown, shown) {
            (false, true) => {
                self.order.push(id);
                self.unsorted = true;
            }
            (true, false) => self.order.retain(|other| *other != id),
            (true, true) => {
                let moved = before.is_some_and(|old| old.key != self.entries[&id].key);
                self.unsorted |= moved;
            }
            (false, false) => {}
        }
    }

    fn end(&mut self, id: &Uniqueid, now: Moment) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        if entry.row.ended.is_none() {
            entry.row.ended = Some(now);
            entry.row.status.lamp = Lamp::Ended;
            self.fading.push_back((now + FADE, id.clone()));
        }
    }

    fn settle(&mut self) {
        if self.unsorted && !self.held {
            self.resort();
        }
    }

    fn resort(&mut self) {
        let (entries, sort) = (&self.entries, self.sort);
        self.order
            .sort_by(|a, b| match (entries.get(a), entries.get(b)) {
                (Some(a), Some(b)) => a.key.compare(&b.key, sort),
                (a, b) => b.is_some().cmp(&a.is_some()),
            });
        self.unsorted = false;
    }
}
