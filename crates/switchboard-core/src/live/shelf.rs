//! What one topic tells, item by item: a part of the model that stands beside the calls.
//!
//! A topic that is no part of the calls needs no more of a model than this: what a list tells is
//! gathered and put in place as one, and each event sets one item.

use std::collections::{BTreeMap, HashSet};

use ajam::ami::Event;

/// How many items are kept at most; what is beyond them is not shown.
pub const MOST: usize = 20_000;

/// An item of a topic.
pub trait Item: Sized + PartialEq {
    /// What an event, or an item of a list, says of which; none if it says nothing. Of what is gone
    /// it says [`None`].
    fn read(event: &Event<'_>) -> Option<(String, Option<Self>)>;
}

/// The items of a topic, by what names them.
#[derive(Debug)]
pub struct Shelf<T> {
    items: BTreeMap<String, T>,
    /// A list that is on its way; none where it is refused, and nothing is put in place.
    list: Option<BTreeMap<String, T>>,
    touched: HashSet<String>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            list: None,
            touched: HashSet::new(),
        }
    }
}

impl<T> Shelf<T> {
    /// The one of this name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.items.get(key)
    }

    /// Those whose names begin so, in order.
    pub fn beginning<'s>(&'s self, with: &str) -> impl Iterator<Item = &'s T> + use<'s, T> {
        let with = with.to_owned();
        let from = self.items.range(with.clone()..);
        let these = from.take_while(move |(key, _)| key.starts_with(&with));
        these.map(|(_, item)| item)
    }

    /// Which were set, or are gone, since this was asked last.
    pub fn take_touched(&mut self) -> HashSet<String> {
        std::mem::take(&mut self.touched)
    }
}

/// A shelf, whatever stands on it.
pub trait Part {
    /// A list begins.
    fn list_begins(&mut self);
    /// It can be listed.
    fn can_be_listed(&mut self);
    /// Takes in an item of the list.
    fn listed(&mut self, item: &Event<'_>);
    /// The list is whole, and put in place of all that was known.
    fn list_done(&mut self);
    /// Takes in an event.
    fn apply(&mut self, event: &Event<'_>);
    /// Forgets everything.
    fn clear(&mut self);
}

impl<T: Item> Part for Shelf<T> {
    fn list_begins(&mut self) {
        self.list = None;
    }

    fn can_be_listed(&mut self) {
        self.list.get_or_insert_default();
    }

    fn listed(&mut self, item: &Event<'_>) {
        if let (Some(list), Some((key, Some(item)))) = (&mut self.list, T::read(item))
            && list.len() < MOST
        {
            list.insert(key, item);
        }
    }

    fn list_done(&mut self) {
        let Some(list) = self.list.take() else {
            return;
        };
        let before = std::mem::replace(&mut self.items, list);
        let items = &self.items;
        let gone = before.keys().filter(|key| !items.contains_key(*key));
        let set = items
            .iter()
            .filter(|(key, item)| before.get(*key) != Some(item));
        self.touched
            .extend(gone.chain(set.map(|(key, _)| key)).cloned());
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn apply(&mut self, event: &Event<'_>) {
        let Some((key, item)) = T::read(event) else {
            return;
        };
        let full = self.items.len() >= MOST && !self.items.contains_key(&key);
        let before = match item {
            Some(item) if self.items.get(&key) != Some(&item) && !full => {
                self.items.insert(key.clone(), item);
                true
            }
            Some(_) => false,
            None => self.items.remove(&key).is_some(),
        };
        if before {
            self.touched.insert(key);
        }
    }
}
