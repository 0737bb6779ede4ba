//! A table: which rows are in it and in which order, whatever they hold.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use ajam::time::Moment;

use super::find::{Filter, Fold};
use super::order::{self, Sort};
use super::record::Record;
use super::roll::{Roll, Told};

/// How long a row that has ended stays, faded.
pub const FADE: Duration = Duration::from_secs(2);

/// How many rows that have ended stay at most while the table is held. Of more, those farthest down
/// go: that moves nothing above them.
pub const KEPT: usize = 500;

/// Rows, in order. What does not depend on what they hold is done by the [`Roll`], once for all kinds.
#[derive(Debug)]
pub struct Table<R: Record> {
    /// By their slots.
    rows: Vec<Option<R>>,
    roll: Roll,
    sort: Sort<R::Column>,
    /// What was typed to find rows.
    typed: String,
    filter: Filter,
    fold: Fold,
    words: Option<fn(&R) -> String>,
}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        let sort = Sort::default();
        Self {
            rows: Vec::default(),
            roll: Roll::new(sort.into()),
            sort,
            typed: String::default(),
            filter: Filter::default(),
            fold: Fold::default(),
            words: None,
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
                None => self.end(id.borrow(), now),
            }
        }
        self.roll.expire(now);
        self.roll.trim();
        self.roll.settle();
        self.drop_gone();
    }

    /// Puts these rows in place of all that are there, at `now`: what is not among them has ended.
    pub fn replace(&mut self, rows: impl IntoIterator<Item = R>, now: Moment) {
        let rows = rows.into_iter().map(|row| (row.id().clone(), Some(row)));
        let mut rows: HashMap<R::Id, Option<R>> = rows.collect();
        for row in self.rows.iter().flatten() {
            if !rows.contains_key(row.id().borrow()) {
                rows.insert(row.id().clone(), None);
            }
        }
        let touched: Vec<R::Id> = rows.keys().cloned().collect();
        let rows = RefCell::new(rows);
        self.refresh(
            touched,
            |id| rows.borrow_mut().remove(id.borrow()).flatten(),
            now,
        );
    }

    /// Takes away the rows whose fading is over; none while the table is held.
    pub fn expire(&mut self, now: Moment) {
        self.roll.expire(now);
        self.drop_gone();
    }

    /// When the next row's fading is over; none while the table is held.
    pub fn next_expiry(&self) -> Option<Moment> {
        self.roll.next_expiry()
    }

    /// Takes every row away.
    pub fn clear(&mut self) {
        self.roll.clear();
        self.rows.clear();
    }

    /// How many rows pass the filter, fading ones included.
    pub fn len(&self) -> usize {
        self.roll.len()
    }

    /// How many of them live.
    pub fn found(&self) -> usize {
        self.roll.found()
    }

    /// Whether no row passes the filter.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows live, filtered or not.
    pub fn living(&self) -> usize {
        self.roll.living()
    }

    /// The row at this place, from the top.
    pub fn row(&self, index: usize) -> Option<&R> {
        self.at(self.roll.slot_at(index)?)
    }

    /// The name of that row.
    pub fn id(&self, index: usize) -> Option<&str> {
        self.roll.id(index)
    }

    /// The place of the row of this name from the top; none if it is filtered out or gone.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.roll.place(id)
    }

    /// The row of this name, filtered or not.
    pub fn find(&self, id: &str) -> Option<&R> {
        self.at(self.roll.slot(id)?)
    }

    /// Whether the row of this name has ended, and only stays to be seen fading.
    pub fn has_ended(&self, id: &str) -> bool {
        self.roll.has_ended(id)
    }

    /// The names of the rows at these places.
    pub fn ids(&self, places: Range<usize>) -> impl Iterator<Item = &str> {
        self.roll.ids(places)
    }

    /// The rows that live, filtered or not, in no order.
    pub fn living_rows(&self) -> impl Iterator<Item = &R> {
        let rows = self.rows.iter().flatten();
        rows.filter(|row| !self.has_ended(row.id().borrow()))
    }

    /// How many rows want somebody's hand, filtered or not.
    pub fn count_urgent(&self) -> usize {
        self.roll.urgent().len()
    }

    /// Those rows, in no order.
    pub fn urgent(&self) -> impl Iterator<Item = &R> {
        self.roll.urgent().filter_map(|slot| self.at(slot))
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
        let (rows, fold) = (&self.rows, self.fold);
        let text = |slot: usize| match &rows[slot] {
            Some(row) => order::text(row, sort.column, fold),
            None => String::new(),
        };
        self.roll.set_way(sort.into(), &text);
    }

    /// Shows only the rows that match what was typed.
    pub fn set_filter(&mut self, typed: &str) {
        self.let_go();
        typed.clone_into(&mut self.typed);
        let before = std::mem::replace(&mut self.filter, Filter::new(typed, self.fold));
        // A letter more leaves out some of those that are shown, and brings none back.
        let narrower = self.filter.is_within(&before);
        let wider = before.is_within(&self.filter);
        let (rows, filter, words) = (&self.rows, &self.filter, self.words);
        self.roll.sift(&|slot, shown| {
            let known = if shown { wider } else { narrower };
            match &rows[slot] {
                Some(row) if !known => filter.matches(row, words),
                _ => shown,
            }
        });
    }

    /// While the table is held (the pointer or the focus is on a row) no row leaves its place: one
    /// that ends or passes the filter no more stays, and new ones come in at the end. All of that is
    /// made good when the table is let go, and by the next [`expire`](Self::expire).
    pub fn hold(&mut self, held: bool) {
        self.roll.set_held(held);
        if !held {
            self.let_go();
        }
        self.roll.settle();
    }

    /// Puts the table in order now, even while it is held: the person asked for it.
    pub fn tidy(&mut self, now: Moment) {
        let held = self.roll.set_held(false);
        self.let_go();
        self.expire(now);
        self.roll.settle();
        self.roll.set_held(held);
    }

    /// How many rows have ended and stay only because the table is held.
    pub fn kept(&self) -> usize {
        self.roll.kept()
    }

    /// Takes away what stayed though it does not pass the filter.
    fn let_go(&mut self) {
        let (rows, filter, words) = (&self.rows, &self.filter, self.words);
        let passes = |slot: usize| match &rows[slot] {
            Some(row) => filter.matches(row, words),
            None => false,
        };
        self.roll.let_go(&passes);
    }

    fn at(&self, slot: usize) -> Option<&R> {
        self.rows.get(slot)?.as_ref()
    }

    fn put(&mut self, row: R) {
        let slot = self.roll.put(Told {
            id: row.id().borrow(),
            text: order::text(&row, self.sort.column, self.fold),
            began: row.began(),
            passes: self.filter.matches(&row, self.words),
            urgent: row.is_urgent(),
        });
        match self.rows.get_mut(slot) {
            Some(old) => *old = Some(row),
            None => self.rows.push(Some(row)),
        }
    }

    fn end(&mut self, id: &str, now: Moment) {
        let slot = self.roll.end(id, now);
        if let Some(Some(row)) = slot.and_then(|slot| self.rows.get_mut(slot)) {
            row.end(now);
        }
    }

    fn drop_gone(&mut self) {
        for slot in self.roll.take_gone() {
            self.rows[slot] = None;
        }
    }
}
