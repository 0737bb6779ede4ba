//! All tables there are.

use ajam::time::Moment;

use super::channels::Board;
use super::find::Fold;
use super::order::Sort;
use super::record::Record;
use super::table::Table;

/// The tables of the page. A further one is a field here, and stands in both lists below.
#[derive(Debug, Default)]
pub struct Tables {
    /// The channels.
    pub channels: Board,
}

impl Tables {
    fn all(&self) -> [&dyn AnyTable; 1] {
        [&self.channels]
    }

    fn all_mut(&mut self) -> [&mut dyn AnyTable; 1] {
        [&mut self.channels]
    }

    /// Takes every row away.
    pub fn clear(&mut self) {
        self.all_mut().into_iter().for_each(AnyTable::clear);
    }

    /// Takes away the rows whose fading is over.
    pub fn expire(&mut self, now: Moment) {
        for table in self.all_mut() {
            table.expire(now);
        }
    }

    /// When the next row's fading is over.
    pub fn next_expiry(&self) -> Option<Moment> {
        let times = self.all().into_iter();
        times.filter_map(AnyTable::next_expiry).min()
    }

    /// How letters beyond ASCII are made small; for tables without rows.
    pub fn set_fold(&mut self, fold: Fold) {
        for table in self.all_mut() {
            table.set_fold(fold);
        }
    }
}

/// A table, whatever its rows hold. What each does stands at [`Table`].
pub trait AnyTable {
    /// Takes every row away.
    fn clear(&mut self);
    /// Takes away the rows whose fading is over.
    fn expire(&mut self, now: Moment);
    /// When the next row's fading is over.
    fn next_expiry(&self) -> Option<Moment>;
    /// How letters beyond ASCII are made small.
    fn set_fold(&mut self, fold: Fold);
    /// What was typed to find rows.
    fn typed(&self) -> &str;
    /// Shows only the rows that match what was typed.
    fn set_filter(&mut self, typed: &str);
    /// The name of the order in force; none if it is the one that everybody begins with.
    fn sort_name(&self) -> Option<String>;
    /// Puts the order of this name in force, or that one if no other has the name.
    fn set_sort_named(&mut self, name: Option<&str>);
    /// How many rows pass the filter and live, and how many live.
    fn counts(&self) -> (usize, usize);
}

impl<R: Record> AnyTable for Table<R> {
    fn clear(&mut self) {
        Table::clear(self);
    }

    fn expire(&mut self, now: Moment) {
        Table::expire(self, now);
    }

    fn next_expiry(&self) -> Option<Moment> {
        Table::next_expiry(self)
    }

    fn set_fold(&mut self, fold: Fold) {
        Table::set_fold(self, fold);
    }

    fn typed(&self) -> &str {
        Table::typed(self)
    }

    fn set_filter(&mut self, typed: &str) {
        Table::set_filter(self, typed);
    }

    fn sort_name(&self) -> Option<String> {
        let sort = self.sort();
        (sort != Sort::default()).then(|| sort.name())
    }

    fn set_sort_named(&mut self, name: Option<&str>) {
        let sort = name.and_then(Sort::named).unwrap_or_default();
        self.set_sort(sort);
    }

    fn counts(&self) -> (usize, usize) {
        (self.found(), self.living())
    }
}
