//! Which channel bears which name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ajam::ami::{ChannelName, Uniqueid};

use super::ids::Ids;

/// Channels by name: one each, but for what is told wrongly.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    one: HashMap<ChannelName, Uniqueid>,
    /// Those that bear the name of another one.
    more: HashMap<ChannelName, Ids>,
}

impl Names {
    /// The channels of this name, in the order in which they came to it.
    pub fn of(&self, name: &str) -> Vec<Uniqueid> {
        let more = self.more.get(name).into_iter().flatten();
        self.one
            .get(name)
            .into_iter()
            .chain(more)
            .cloned()
            .collect()
    }

    /// All channels that share a name with another.
    pub fn shared(&self) -> impl Iterator<Item = Uniqueid> {
        self.more.keys().flat_map(|name| self.of(name))
    }

    /// This channel bears this name from now on.
    pub fn insert(&mut self, name: ChannelName, id: Uniqueid) {
        match self.one.entry(name) {
            Entry::Occupied(taken) => {
                let more = self.more.entry(taken.key().clone()).or_default();
                more.insert(id);
            }
            Entry::Vacant(free) => {
                free.insert(id);
            }
        }
    }

    /// It bears it no more.
    pub fn remove(&mut self, name: &ChannelName, id: &str) {
        if let Some(more) = self.more.get_mut(name) {
            let next = more.first().cloned();
            if !more.remove(id)
                && let Some(next) = next
            {
                more.remove(&next);
                self.one.insert(name.clone(), next);
            }
            if more.is_empty() {
                self.more.remove(name);
            }
        } else {
            self.one.remove(name);
        }
    }
}
