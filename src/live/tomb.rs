//! Remembers which ids have ended, for as long as late events may name them.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// How many ended ids are remembered. A storm of 10,000 channels ends within this bound.
pub const REMEMBERED: usize = 16_384;

/// Ended ids, each with a note; the oldest are forgotten beyond [`REMEMBERED`].
#[derive(Clone, Debug)]
pub struct Tombs<Id, Note> {
    notes: HashMap<Id, Note>,
    order: VecDeque<(u64, Id)>,
    buried: u64,
}

/// A moment in the history of [`Tombs`], to go back to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u64);

impl<Id, Note> Default for Tombs<Id, Note> {
    fn default() -> Self {
        Self {
            notes: HashMap::new(),
            order: VecDeque::new(),
            buried: 0,
        }
    }
}

impl<Id: Clone + Eq + Hash, Note> Tombs<Id, Note> {
    /// Remembers that this id has ended.
    pub fn bury(&mut self, id: Id, note: Note) {
        if self.notes.insert(id.clone(), note).is_none() {
            self.buried += 1;
            self.order.push_back((self.buried, id));
        }
        while self.order.len() > REMEMBERED {
            if let Some((_, oldest)) = self.order.pop_front() {
                self.notes.remove(&oldest);
            }
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.notes.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// What was noted of an ended id.
    pub fn note<Q>(&self, id: &Q) -> Option<&Note>
    where
        Id: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.notes.get(id)
    }

    /// Whether this id has ended.
    pub fn hold<Q>(&self, id: &Q) -> bool
    where
        Id: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.notes.contains_key(id)
    }

    /// Forgets one: its id is in use again.
    pub fn reopen<Q>(&mut self, id: &Q)
    where
        Id: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        if self.notes.remove(id).is_some() {
            self.order.retain(|(_, other)| other.borrow() != id);
        }
    }

    /// This moment.
    pub fn mark(&self) -> Mark {
        Mark(self.buried)
    }

    /// Forgets every id that has ended since.
    pub fn rewind(&mut self, mark: Mark) {
        while self.order.back().is_some_and(|(at, _)| *at > mark.0) {
            if let Some((_, id)) = self.order.pop_back() {
                self.notes.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_bounded() {
        let mut tombs = Tombs::default();
        for id in 0..REMEMBERED + 10 {
            tombs.bury(id, ());
        }
        assert!(!tombs.hold(&9) && tombs.hold(&10));
        assert_eq!(tombs.notes.len(), REMEMBERED);
    }

    #[test]
    fn an_id_in_use_again_is_no_longer_dead() {
        let mut tombs = Tombs::default();
        tombs.bury(1, "a");
        tombs.bury(1, "b");
        tombs.reopen(&1);
        assert_eq!(tombs.note(&1), None);
        assert!(tombs.order.is_empty());
    }

    #[test]
    fn going_back_forgets_what_ended_since() {
        let mut tombs = Tombs::default();
        tombs.bury(1, ());
        let mark = tombs.mark();
        tombs.bury(2, ());
        tombs.bury(1, ());
        tombs.rewind(mark);
        assert!(tombs.hold(&1) && !tombs.hold(&2));
    }
}
