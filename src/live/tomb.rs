//! Remembers which ids have ended, for as long as late events may name them.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// How many ended ids are remembered. A storm of 10,000 channels ends within this bound.
pub const REMEMBERED: usize = 16_384;

/// Ended ids, each with the name it had; the oldest are forgotten beyond [`REMEMBERED`].
#[derive(Clone, Debug)]
pub struct Tombs<Id, Name> {
    names: HashMap<Id, Name>,
    order: VecDeque<Id>,
}

impl<Id, Name> Default for Tombs<Id, Name> {
    fn default() -> Self {
        Self {
            names: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<Id: Clone + Eq + Hash, Name: PartialEq> Tombs<Id, Name> {
    /// Remembers that this id has ended.
    pub fn bury(&mut self, id: Id, name: Name) {
        if self.names.insert(id.clone(), name).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.names.remove(&oldest);
            }
        }
    }

    /// The name that an ended id had.
    pub fn name<Q>(&self, id: &Q) -> Option<&Name>
    where
        Id: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.names.get(id)
    }

    /// Forgets one: its id is in use again.
    pub fn reopen<Q>(&mut self, id: &Q)
    where
        Id: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        if self.names.remove(id).is_some() {
            self.order.retain(|other| other.borrow() != id);
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
        assert_eq!(tombs.name(&9), None);
        assert_eq!(tombs.name(&10), Some(&()));
        assert_eq!(tombs.names.len(), REMEMBERED);
    }

    #[test]
    fn an_id_in_use_again_is_no_longer_dead() {
        let mut tombs = Tombs::default();
        tombs.bury(1, "a");
        tombs.bury(1, "b");
        tombs.reopen(&1);
        assert_eq!(tombs.name(&1), None);
        assert!(tombs.order.is_empty());
    }
}
