//! Remembers which ids have ended, for as long as late events may name them.

use std::borrow::Borrow;
use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

/// How many ended ids are remembered. A storm of 10,000 channels ends within this bound.
pub const REMEMBERED: usize = 16_384;

/// Ended ids; the oldest are forgotten beyond [`REMEMBERED`].
#[derive(Clone, Debug)]
pub struct Tombs<Id> {
    ids: HashSet<Id>,
    order: VecDeque<(u64, Id)>,
    buried: u64,
}

/// A moment in the history of [`Tombs`], to go back to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark(u64);

impl<Id> Default for Tombs<Id> {
    fn default() -> Self {
        Self {
            ids: HashSet::new(),
            order: VecDeque::new(),
            buried: 0,
        }
    }
}

impl<Id: Clone + Eq + Hash + Borrow<str>> Tombs<Id> {
    /// Remembers that this id has ended.
    pub fn bury(&mut self, id: Id) {
        if self.ids.insert(id.clone()) {
            self.buried += 1;
            self.order.push_back((self.buried, id));
        }
        while self.order.len() > REMEMBERED {
            if let Some((_, oldest)) = self.order.pop_front() {
                self.ids.remove(oldest.borrow());
            }
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether this id has ended.
    pub fn hold(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Forgets one: its id is in use again.
    pub fn reopen(&mut self, id: &str) {
        if self.ids.remove(id) {
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
                self.ids.remove(id.borrow());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buried(ids: impl IntoIterator<Item = u32>) -> Tombs<String> {
        let mut tombs = Tombs::default();
        ids.into_iter().for_each(|id| tombs.bury(id.to_string()));
        tombs
    }

    #[test]
    fn the_past_is_bounded() {
        let tombs = buried(0..16_394);
        assert!(!tombs.hold("9") && tombs.hold("10"));
        assert_eq!(tombs.len(), REMEMBERED);
    }

    #[test]
    fn an_id_in_use_again_is_no_longer_dead() {
        let mut tombs = buried([1, 1]);
        tombs.reopen("1");
        assert!(!tombs.hold("1"));
        assert!(tombs.order.is_empty());
    }

    #[test]
    fn going_back_forgets_what_ended_since() {
        let mut tombs = buried([1]);
        let mark = tombs.mark();
        tombs.bury("2".to_owned());
        tombs.bury("1".to_owned());
        tombs.rewind(mark);
        assert!(tombs.hold("1") && !tombs.hold("2"));
    }
}
