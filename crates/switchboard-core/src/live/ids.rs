//! A set of channels.

use std::ops::Deref;

use ajam::ami::Uniqueid;

/// Some channels, each once, in the order of their ids. They lie side by side: mostly there are
/// two, and a tree would be code that everybody waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids(Vec<Uniqueid>);

impl Ids {
    /// Puts a channel in. Whether it was missing.
    pub fn insert(&mut self, id: Uniqueid) -> bool {
        match self.place(&id) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, id);
                true
            }
        }
    }

    /// Takes a channel out. Whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let place = self.place(id);
        if let Ok(place) = place {
            self.0.remove(place);
        }
        place.is_ok()
    }

    /// Where it is, or where it belongs.
    fn place(&self, id: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|known| known.as_str().cmp(id))
    }
}

impl Deref for Ids {
    type Target = [Uniqueid];

    fn deref(&self) -> &[Uniqueid] {
        &self.0
    }
}

impl IntoIterator for Ids {
    type Item = Uniqueid;
    type IntoIter = std::vec::IntoIter<Uniqueid>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Ids {
    type Item = &'a Uniqueid;
    type IntoIter = std::slice::Iter<'a, Uniqueid>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;
    use ajam::ami::Uniqueid;

    #[test]
    fn each_channel_is_in_it_once_and_in_order() {
        let id = |text| Uniqueid::new(text).expect("an id");
        let mut ids = Ids::default();
        assert!(ids.insert(id("2.1")));
        assert!(ids.insert(id("1.1")));
        assert!(!ids.insert(id("2.1")));
        assert_eq!(ids.to_vec(), [id("1.1"), id("2.1")]);
        assert!(ids.remove("1.1"));
        assert!(!ids.remove("1.1"));
        assert_eq!(ids.len(), 1);
    }
}
