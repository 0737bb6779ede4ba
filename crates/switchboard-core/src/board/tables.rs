//! All tables there are.

use std::borrow::Borrow;

use ajam::ami::Event;
use ajam::time::Moment;

use super::Tables;
use super::find::Fold;
use super::order::Sort;
use super::record::Record;
use super::table::Table;
use crate::live::{Part, Topic, Topics};

/// Makes [`Tables`](super::Tables) of the kinds of rows there are. Behind the `=` stands the topic
/// that tells of them, item by item; the rows are those items then.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $row:ty $(= $topic:ident)?,)+) => {
        /// The tables of the page.
        #[derive(Debug, Default)]
        pub struct Tables {
            $($(#[$doc])* pub $name: Table<$row>,)+
            shelves: Shelves,
        }

        /// What topics have told, by the tables that it goes into.
        #[derive(Debug, Default)]
        struct Shelves {
            $($(
                #[doc = stringify!($topic)]
                $name: crate::live::Shelf<$row>,
            )?)+
        }

        impl Tables {
            fn all(&self) -> impl Iterator<Item = &dyn AnyTable> {
                [$(&self.$name as &dyn AnyTable),+].into_iter()
            }

            fn all_mut(&mut self) -> impl Iterator<Item = &mut dyn AnyTable> {
                [$(&mut self.$name as &mut dyn AnyTable),+].into_iter()
            }

            /// The shelf of a topic that tells of rows item by item.
            fn shelf(&mut self, topic: crate::live::Topic) -> Option<&mut dyn crate::live::Part> {
                match topic {
                    $($(crate::live::Topic::$topic => Some(&mut self.shelves.$name),)?)+
                    _ => None,
                }
            }

            /// Takes in, at `now`, what topics have told since this was done last.
            pub fn follow(&mut self, now: ajam::time::Moment) {
                $($(
                    let _ = crate::live::Topic::$topic;
                    let shelf = &mut self.shelves.$name;
                    let touched = shelf.take_touched();
                    self.$name.refresh(touched, |id| shelf.get(id).cloned(), now);
                )?)+
            }
        }
    };
}
pub(super) use tables;

impl Tables {
    /// Takes every row away.
    pub fn clear(&mut self) {
        self.all_mut().for_each(AnyTable::clear);
        for topic in Topic::ALL {
            self.shelf(*topic).into_iter().for_each(Part::clear);
        }
    }

    /// A list of these topics begins.
    pub fn list_begins(&mut self, topics: Topics) {
        for topic in topics.iter() {
            self.shelf(topic).into_iter().for_each(Part::list_begins);
        }
    }

    /// This topic can be listed.
    pub fn can_be_listed(&mut self, topic: Topic) {
        self.shelf(topic).into_iter().for_each(Part::can_be_listed);
    }

    /// Takes in an item of it.
    pub fn listed(&mut self, topic: Topic, item: &Event<'_>) {
        if let Some(shelf) = self.shelf(topic) {
            shelf.listed(item);
        }
    }

    /// It is whole, and put in place of all that was known of these.
    pub fn list_done(&mut self, topics: Topics) {
        for topic in topics.iter() {
            self.shelf(topic).into_iter().for_each(Part::list_done);
        }
    }

    /// Takes in an event, for those that somebody shows: the others are listed before they are.
    pub fn apply(&mut self, shown: Topics, event: &Event<'_>) {
        for topic in shown.iter() {
            if let Some(shelf) = self.shelf(topic) {
                shelf.apply(event);
            }
        }
    }

    /// Takes away the rows whose fading is over.
    pub fn expire(&mut self, now: Moment) {
        self.all_mut().for_each(|table| table.expire(now));
    }

    /// When the next row's fading is over.
    pub fn next_expiry(&self) -> Option<Moment> {
        self.all().filter_map(AnyTable::next_expiry).min()
    }

    /// How letters beyond ASCII are made small; for tables without rows.
    pub fn set_fold(&mut self, fold: Fold) {
        self.all_mut().for_each(|table| table.set_fold(fold));
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
    /// Whether the row of this name is there, and not shown: what stands in Find leaves it out.
    fn leaves_out(&self, row: &str) -> bool;
    /// How many rows pass the filter and live, and how many live.
    fn counts(&self) -> (usize, usize);
    /// Puts the table in order now, even while it is held.
    fn tidy(&mut self, now: Moment);
    /// How many rows have ended and stay only because the table is held.
    fn kept(&self) -> usize;
    /// How many rows pass the filter, fading ones included.
    fn len(&self) -> usize;
    /// Whether none does.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The name of the row at this place, from the top.
    fn id(&self, place: usize) -> Option<&str>;
    /// The place of the row of this name.
    fn place(&self, id: &str) -> Option<usize>;
    /// Whether the row of this name has ended, and only stays to be seen fading.
    fn has_ended(&self, id: &str) -> bool;
    /// No row leaves its place from now on, or they are free to go.
    fn hold(&mut self, held: bool);
}

impl<R: Record<Id: Borrow<str>>> AnyTable for Table<R> {
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

    fn tidy(&mut self, now: Moment) {
        Table::tidy(self, now);
    }

    fn kept(&self) -> usize {
        Table::kept(self)
    }

    fn leaves_out(&self, row: &str) -> bool {
        self.place(row).is_none() && self.find(row).is_some()
    }

    fn counts(&self) -> (usize, usize) {
        (self.found(), self.living())
    }

    fn len(&self) -> usize {
        Table::len(self)
    }

    fn id(&self, place: usize) -> Option<&str> {
        Table::id(self, place)
    }

    fn place(&self, id: &str) -> Option<usize> {
        Table::place(self, id)
    }

    fn has_ended(&self, id: &str) -> bool {
        Table::has_ended(self, id)
    }

    fn hold(&mut self, held: bool) {
        Table::hold(self, held);
    }
}
