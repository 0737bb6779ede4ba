//! The names of the rows of a table, in order, whatever the rows hold: which are shown, which are held
//! still, which fade. It knows a row by its slot, the place where the table keeps it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::rc::Rc;

use ajam::time::Moment;

use super::order::{Key, Way};
use super::table::{FADE, KEPT};

/// The names of rows, in order.
#[derive(Debug, Default)]
pub(super) struct Roll {
    slots: HashMap<Box<str>, usize>,
    /// By their slots.
    entries: Vec<Option<Entry>>,
    free: Vec<usize>,
    /// Slots that are free by now, and whose rows have not been dropped.
    gone: Vec<usize>,
    /// Sorted, but for what has changed while the table was held.
    order: Vec<Rc<Key>>,
    way: Way,
    held: bool,
    unsorted: bool,
    fading: VecDeque<(Moment, usize)>,
    /// Rows that stay only because the table is held: they do not pass the filter any more.
    overdue: HashSet<usize>,
    /// Rows that want somebody's hand, filtered or not.
    urgent: HashSet<usize>,
    living: usize,
}

#[derive(Debug)]
struct Entry {
    key: Rc<Key>,
    /// It passes the filter.
    shown: bool,
    ended: Option<Moment>,
}

/// What is told of a row that is new, or has changed.
pub(super) struct Told<'r> {
    pub id: &'r str,
    /// What it is sorted by.
    pub text: String,
    pub began: Option<Moment>,
    /// It passes the filter.
    pub passes: bool,
    pub urgent: bool,
}

impl Roll {
    /// Nobody's name, in this order.
    pub(super) fn new(way: Way) -> Self {
        Self {
            way,
            ..Self::default()
        }
    }

    /// Forgets every name.
    pub(super) fn clear(&mut self) {
        *self = Self {
            way: self.way,
            held: self.held,
            ..Self::default()
        };
    }

    /// Where the table keeps the row of this name.
    pub(super) fn slot(&self, id: &str) -> Option<usize> {
        self.slots.get(id).copied()
    }

    /// The same for the row at this place, from the top.
    pub(super) fn slot_at(&self, place: usize) -> Option<usize> {
        self.order.get(place).map(|key| key.slot)
    }

    /// The name of the row at this place, from the top.
    pub(super) fn id(&self, place: usize) -> Option<&str> {
        self.order.get(place).map(|key| key.id())
    }

    /// The names of the rows at these places.
    pub(super) fn ids(&self, places: Range<usize>) -> impl Iterator<Item = &str> {
        self.order[places].iter().map(|key| key.id())
    }

    /// The place of the row of this name from the top; none if it is filtered out or gone.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        let slot = self.slot(id)?;
        self.order.iter().position(|key| key.slot == slot)
    }

    /// How many rows pass the filter, fading ones included.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// How many of them live.
    pub(super) fn found(&self) -> usize {
        let ended: HashSet<usize> = self.fading.iter().map(|(_, slot)| *slot).collect();
        let shown = |slot: &&usize| {
            self.entry(**slot)
                .is_some_and(|entry| entry.shown && entry.ended.is_some())
        };
        self.len() - ended.iter().filter(shown).count()
    }

    /// How many rows live, filtered or not.
    pub(super) fn living(&self) -> usize {
        self.living
    }

    /// How many rows have ended and stay only because the table is held.
    pub(super) fn kept(&self) -> usize {
        if self.held { self.fading.len() } else { 0 }
    }

    /// The slots of the rows that want somebody's hand.
    pub(super) fn urgent(&self) -> impl ExactSizeIterator<Item = usize> {
        self.urgent.iter().copied()
    }

    /// Whether the row of this name has ended, and only stays to be seen fading.
    pub(super) fn has_ended(&self, id: &str) -> bool {
        let entry = self.slot(id).and_then(|slot| self.entry(slot));
        entry.is_some_and(|entry| entry.ended.is_some())
    }

    fn entry(&self, slot: usize) -> Option<&Entry> {
        self.entries.get(slot)?.as_ref()
    }

    /// A row is new, or has changed. Says its slot.
    pub(super) fn put(&mut self, told: Told<'_>) -> usize {
        let slot = self.slot(told.id);
        let known = slot.and_then(|slot| Some((slot, self.entries.get_mut(slot)?.as_mut()?)));
        let Some((slot, entry)) = known else {
            return self.add(told);
        };
        match told.urgent {
            true => self.urgent.insert(slot),
            false => self.urgent.remove(&slot),
        };
        if entry.ended.take().is_some() {
            self.living += 1;
        }
        let stays = self.held && entry.shown && !told.passes;
        if stays {
            self.overdue.insert(slot);
        }
        let shown = told.passes || stays;
        let was_shown = std::mem::replace(&mut entry.shown, shown);
        if !entry.key.is(&told.text, told.began) {
            // In its place in the order the old key stands until that is made good.
            entry.key.leave();
            entry.key = Rc::new(Key::new(&told.text, told.began, told.id, slot));
            self.unsorted |= shown;
        }
        match (was_shown, shown) {
            (false, true) => {
                self.order.push(entry.key.clone());
                self.unsorted = true;
            }
            (true, false) => self.order.retain(|key| key.slot != slot),
            _ => {}
        }
        slot
    }

    fn add(&mut self, told: Told<'_>) -> usize {
        let slot = self.free.pop().unwrap_or(self.entries.len());
        let key = Rc::new(Key::new(&told.text, told.began, told.id, slot));
        if told.passes {
            self.order.push(key.clone());
            self.unsorted = true;
        }
        if told.urgent {
            self.urgent.insert(slot);
        }
        let entry = Some(Entry {
            key,
            shown: told.passes,
            ended: None,
        });
        match self.entries.get_mut(slot) {
            Some(free) => *free = entry,
            None => self.entries.push(entry),
        }
        self.slots.insert(told.id.into(), slot);
        self.living += 1;
        slot
    }

    /// The row of this name has ended, if it lives. Says its slot.
    pub(super) fn end(&mut self, id: &str, now: Moment) -> Option<usize> {
        let slot = self.slot(id)?;
        let entry = self.entries.get_mut(slot)?.as_mut()?;
        if entry.ended.is_some() {
            return None;
        }
        entry.ended = Some(now);
        self.living -= 1;
        self.urgent.remove(&slot);
        self.fading.push_back((now + FADE, slot));
        Some(slot)
    }

    /// Forgets the rows whose fading is over; none while the table is held.
    pub(super) fn expire(&mut self, now: Moment) {
        if self.held {
            return;
        }
        let begun = self.gone.len();
        while let Some((at, slot)) = self.fading.front().copied()
            && at <= now
        {
            self.fading.pop_front();
            // The id may live again, or fade anew.
            let entry = self.entry(slot);
            let over = entry.is_some_and(|entry| entry.ended.is_some_and(|t| t + FADE <= now));
            if over {
                self.forget(slot);
            }
        }
        // Where the order is not good, the keys of rows that have moved stand in it, too.
        match (self.gone.len() > begun, self.unsorted) {
            (false, _) => {}
            (true, false) => self.order.retain(|key| !key.has_left()),
            (true, true) => {
                let entries = &self.entries;
                self.order.retain(|key| entries[key.slot].is_some());
            }
        }
    }

    fn forget(&mut self, slot: usize) {
        if let Some(entry) = self.entries.get_mut(slot).and_then(Option::take) {
            entry.key.leave();
            self.slots.remove(entry.key.id());
            self.overdue.remove(&slot);
            self.gone.push(slot);
        }
    }

    /// Forgets what has ended beyond [`KEPT`] while the table is held: what is filtered out first,
    /// then from below.
    pub(super) fn trim(&mut self) {
        let over = self.fading.len().saturating_sub(KEPT);
        if !self.held || over == 0 {
            return;
        }
        let hidden = self.fading.iter().map(|(_, slot)| *slot);
        let hidden = hidden.filter(|slot| self.entry(*slot).is_none_or(|entry| !entry.shown));
        let has_ended = |slot: &usize| self.entry(*slot).is_some_and(|e| e.ended.is_some());
        let shown = self.order.iter().rev().map(|key| key.slot);
        let shown = shown.filter(has_ended);
        let gone: HashSet<usize> = hidden.chain(shown).take(over).collect();
        self.fading.retain(|(_, slot)| !gone.contains(slot));
        self.order.retain(|key| !gone.contains(&key.slot));
        for slot in gone {
            if self.entry(slot).is_some_and(|entry| entry.ended.is_some()) {
                self.forget(slot);
            }
        }
    }

    /// The slots whose rows are to be dropped. From now on others may have them.
    pub(super) fn take_gone(&mut self) -> Vec<usize> {
        let gone = std::mem::take(&mut self.gone);
        self.free.extend(&gone);
        gone
    }

    /// When the next row's fading is over; none while the table is held.
    pub(super) fn next_expiry(&self) -> Option<Moment> {
        let first = self.fading.front().filter(|_| !self.held);
        first.map(|(at, _)| *at)
    }

    /// Puts another order in force at once: `text` tells what a row is sorted by.
    pub(super) fn set_way(&mut self, way: Way, text: &dyn Fn(usize) -> String) {
        self.way = way;
        for (slot, entry) in self.entries.iter_mut().enumerate() {
            if let Some(entry) = entry {
                let key = &entry.key;
                entry.key = Rc::new(Key::new(&text(slot), key.began, key.id(), slot));
            }
        }
        self.begin_anew();
    }

    /// Shows only the rows that pass: of which, and whether it was shown until now.
    pub(super) fn sift(&mut self, passes: &dyn Fn(usize, bool) -> bool) {
        for (slot, entry) in self.entries.iter_mut().enumerate() {
            if let Some(entry) = entry {
                entry.shown = passes(slot, entry.shown);
            }
        }
        self.begin_anew();
    }

    /// Holds the table, or does so no more.
    pub(super) fn set_held(&mut self, held: bool) -> bool {
        std::mem::replace(&mut self.held, held)
    }

    /// Takes out of the order what stayed though it does not pass the filter.
    pub(super) fn let_go(&mut self, passes: &dyn Fn(usize) -> bool) {
        if self.overdue.is_empty() {
            return;
        }
        for slot in self.overdue.drain() {
            if let Some(Some(entry)) = self.entries.get_mut(slot) {
                entry.shown = passes(slot);
            }
        }
        let entries = &self.entries;
        self.order
            .retain(|key| entries[key.slot].as_ref().is_some_and(|entry| entry.shown));
    }

    /// Makes the order good, unless the table is held.
    pub(super) fn settle(&mut self) {
        if self.unsorted && !self.held {
            self.resort();
        }
    }

    /// Sorts all that is shown, whatever the order was.
    fn begin_anew(&mut self) {
        let shown = self.entries.iter().flatten().filter(|entry| entry.shown);
        self.order = shown.map(|entry| entry.key.clone()).collect();
        self.resort();
    }

    /// Makes the order good. Most of it is: to sort what is nearly sorted takes one look at each.
    fn resort(&mut self) {
        for key in self.order.iter_mut().filter(|key| key.has_left()) {
            if let Some(entry) = &self.entries[key.slot] {
                *key = entry.key.clone();
            }
        }
        let way = self.way;
        self.order.sort_by(|a, b| a.compare(b, way));
        self.unsorted = false;
    }
}
