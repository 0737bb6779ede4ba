//! A table: which rows are in it and in which order, whatever they hold.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use ajam::time::Moment;

use super::find::{Filter, Fold};
use super::order::{Key, Sort};
use super::record::Record;

/// How long a row that has ended stays, faded.
pub const FADE: Duration = Duration::from_secs(2);

/// How many rows that have ended stay at most while the table is held. Of more, those farthest down
/// go: that moves nothing above them.
pub const KEPT: usize = 500;

/// Rows, in order.
#[derive(Debug)]
pub struct Table<R: Record> {
    entries: HashMap<R::Id, Entry<R>>,
    /// Sorted, but for what has changed while the table was held.
    order: Vec<Rc<Key<R::Id>>>,
    sort: Sort<R::Column>,
    /// What was typed to find rows.
    typed: String,
    filter: Filter,
    fold: Fold,
    words: Option<fn(&R) -> String>,
    held: bool,
    unsorted: bool,
    fading: VecDeque<(Moment, R::Id)>,
    /// Rows that stay only because the table is held: they do not pass the filter any more.
    overdue: HashSet<R::Id>,
    /// Rows that want somebody's hand, filtered or not.
    urgent: HashSet<R::Id>,
    living: usize,
}

#[derive(Debug)]
struct Entry<R: Record> {
    row: R,
    key: Rc<Key<R::Id>>,
    /// It passes the filter.
    shown: bool,
    ended: Option<Moment>,
}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        Self {
            entries: HashMap::default(),
            order: Vec::default(),
            sort: Sort::default(),
            typed: String::default(),
            filter: Filter::default(),
            fold: Fold::default(),
            words: None,
            held: false,
            unsorted: false,
            fading: VecDeque::default(),
            overdue: HashSet::default(),
            urgent: HashSet::default(),
            living: 0,
        }
    }
}

impl<R: Record> Table<R> {
    /// Makes the rows of these names anew, at `now`: `row` says what each is, and that it has ended if
    /// it is none.
    pub fn refresh(
        &mut self,
        touched: impl IntoIterator<Item = R::Id>,
        row: impl Fn(&R::Id) -> Option<R>,
        now: Moment,
    ) {
        for id in touched {
            match row(&id) {
                Some(row) => self.put(row),
                None => self.end(&id, now),
            }
        }
        self.expire(now);
        if self.held && self.fading.len() > KEPT {
            self.trim();
        }
        self.settle();
    }

    /// Puts these rows in place of all that are there, at `now`: what is not among them has ended.
    pub fn replace(&mut self, rows: impl IntoIterator<Item = R>, now: Moment) {
        let rows = rows.into_iter().map(|row| (row.id().clone(), Some(row)));
        let mut rows: HashMap<R::Id, Option<R>> = rows.collect();
        for id in self.entries.keys() {
            if !rows.contains_key(id) {
                rows.insert(id.clone(), None);
            }
        }
        let touched: Vec<R::Id> = rows.keys().cloned().collect();
        let rows = RefCell::new(rows);
        self.refresh(touched, |id| rows.borrow_mut().remove(id).flatten(), now);
    }

    /// Takes away the rows whose fading is over; none while the table is held.
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
                .is_some_and(|e| e.ended.is_some_and(|t| t + FADE <= now));
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
        let has_ended = |id: &R::Id| entries.get(id).is_some_and(|e| e.ended.is_some());
        let hidden = self.fading.iter().map(|(_, id)| id);
        let hidden = hidden.filter(|id| entries.get(*id).is_none_or(|entry| !entry.shown));
        let shown = self.order.iter().rev().map(|key| &key.id);
        let shown = shown.filter(|id| has_ended(id));
        let gone: HashSet<R::Id> = hidden.chain(shown).take(over).cloned().collect();
        self.fading.retain(|(_, id)| !gone.contains(id));
        self.order.retain(|key| !gone.contains(&key.id));
        self.entries
            .retain(|id, entry| !gone.contains(id) || entry.ended.is_none());
    }

    /// When the next row's fading is over; none while the table is held.
    pub fn next_expiry(&self) -> Option<Moment> {
        let first = self.fading.front().filter(|_| !self.held);
        first.map(|(at, _)| *at)
    }

    /// Takes every row away.
    pub fn clear(&mut self) {
        *self = Self {
            sort: self.sort,
            typed: std::mem::take(&mut self.typed),
            filter: self.filter.clone(),
            fold: self.fold,
            words: self.words,
            held: self.held,
            ..Self::default()
        };
    }

    /// How many rows pass the filter, fading ones included.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// How many of them live.
    pub fn found(&self) -> usize {
        let shown = |(_, id): &&(Moment, R::Id)| {
            self.entries
                .get(id)
                .is_some_and(|entry| entry.shown && entry.ended.is_some())
        };
        let ended: HashSet<&R::Id> = self.fading.iter().filter(shown).map(|(_, id)| id).collect();
        self.len() - ended.len()
    }

    /// Whether no row passes the filter.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many rows live, filtered or not.
    pub fn living(&self) -> usize {
        self.living
    }

    /// The row at this place, from the top.
    pub fn row(&self, index: usize) -> Option<&R> {
        self.order
            .get(index)
            .and_then(|key| self.entries.get(&key.id))
            .map(|entry| &entry.row)
    }

    /// The place of the row of this name from the top; none if it is filtered out or gone.
    pub fn place<Q: Eq + ?Sized>(&self, id: &Q) -> Option<usize>
    where
        R::Id: Borrow<Q>,
    {
        self.order.iter().position(|key| key.id.borrow() == id)
    }

    /// The row of this name, filtered or not.
    pub fn find<Q: Hash + Eq + ?Sized>(&self, id: &Q) -> Option<&R>
    where
        R::Id: Borrow<Q>,
    {
        self.entries.get(id).map(|entry| &entry.row)
    }

    /// Whether the row of this name has ended, and only stays to be seen fading.
    pub fn has_ended(&self, id: &R::Id) -> bool {
        let entry = self.entries.get(id);
        entry.is_some_and(|entry| entry.ended.is_some())
    }

    /// The names of the rows at these places.
    pub fn ids(&self, places: Range<usize>) -> impl Iterator<Item = &R::Id> {
        self.order[places].iter().map(|key| &key.id)
    }

    /// The rows that want somebody's hand, filtered or not, in no order.
    pub fn urgent(&self) -> impl ExactSizeIterator<Item = &R> {
        self.urgent.iter().map(|id| &self.entries[id].row)
    }

    /// The order in force.
    pub fn sort(&self) -> Sort<R::Column> {
        self.sort
    }

    /// What was typed to find rows.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// How letters beyond ASCII are made small, to sort and to find by; for a table without rows.
    pub fn set_fold(&mut self, fold: Fold) {
        self.fold = fold;
    }

    /// The words that a row is shown with and does not hold itself: Find looks at them, too. For a
    /// table without rows.
    pub fn set_words(&mut self, words: Option<fn(&R) -> String>) {
        self.words = words;
    }

    /// Puts another order in force at once, even while the table is held: the person asked for it.
    pub fn set_sort(&mut self, sort: Sort<R::Column>) {
        self.sort = sort;
        for entry in self.entries.values_mut() {
            entry.key = Rc::new(Key::of(&entry.row, sort.column, self.fold));
        }
        self.begin_anew();
    }

    /// Shows only the rows that match what was typed.
    pub fn set_filter(&mut self, typed: &str) {
        self.let_go();
        typed.clone_into(&mut self.typed);
        let before = std::mem::replace(&mut self.filter, Filter::new(typed, self.fold));
        // A letter more leaves out some of those that are shown, and brings none back.
        let narrower = self.filter.is_within(&before);
        let wider = before.is_within(&self.filter);
        for entry in self.entries.values_mut() {
            let known = if entry.shown { wider } else { narrower };
            if !known {
                entry.shown = self.filter.matches(&entry.row, self.words);
            }
        }
        self.begin_anew();
    }

    /// While the table is held (the pointer or the focus is on a row) no row leaves its place: one
    /// that ends or passes the filter no more stays, and new ones come in at the end. All of that is
    /// made good when the table is let go, and by the next [`expire`](Self::expire).
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        if !held {
            self.let_go();
        }
        self.settle();
    }

    /// Puts the table in order now, even while it is held: the person asked for it.
    pub fn tidy(&mut self, now: Moment) {
        let held = std::mem::replace(&mut self.held, false);
        self.let_go();
        self.expire(now);
        self.settle();
        self.held = held;
    }

    /// How many rows have ended and stay only because the table is held.
    pub fn kept(&self) -> usize {
        if self.held { self.fading.len() } else { 0 }
    }

    /// Takes away what stayed though it does not pass the filter.
    fn let_go(&mut self) {
        if self.overdue.is_empty() {
            return;
        }
        for id in self.overdue.drain() {
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.shown = self.filter.matches(&entry.row, self.words);
            }
        }
        let entries = &self.entries;
        self.order
            .retain(|key| entries.get(&key.id).is_some_and(|entry| entry.shown));
    }

    fn put(&mut self, row: R) {
        match row.is_urgent() {
            true if !self.urgent.contains(row.id()) => {
                self.urgent.insert(row.id().clone());
            }
            false if !self.urgent.is_empty() => {
                self.urgent.remove(row.id());
            }
            _ => {}
        }
        let passes = self.filter.matches(&row, self.words);
        let key = Key::of(&row, self.sort.column, self.fold);
        let Some(entry) = self.entries.get_mut(row.id()) else {
            let key = Rc::new(key);
            let id = row.id().clone();
            if passes {
                self.order.push(key.clone());
                self.unsorted = true;
            }
            let shown = passes;
            let ended = None;
            let entry = Entry {
                row,
                key,
                shown,
                ended,
            };
            self.entries.insert(id, entry);
            self.living += 1;
            return;
        };
        entry.row = row;
        if entry.ended.take().is_some() {
            self.living += 1;
        }
        let stays = self.held && entry.shown && !passes;
        if stays {
            self.overdue.insert(entry.row.id().clone());
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

    fn end(&mut self, id: &R::Id, now: Moment) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        if entry.ended.is_none() {
            entry.ended = Some(now);
            entry.row.end(now);
            self.living -= 1;
            self.urgent.remove(id);
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
