//! A table, whatever its rows: what the page around it asks of it.

use std::any::Any;
use std::rc::Rc;

use leptos::prelude::*;
use switchboard_core::board::{AnyTable, Sort, Tables};
use switchboard_core::live::Topic;
use switchboard_core::route::Place;

use super::{By, Id, Listing};
use crate::ui::grid::{Grid, Source, Table};
use crate::ui::store::Store;

/// The table of a place, whatever its rows.
pub(in crate::ui) trait AnyListing {
    /// Where it is.
    fn place(&self) -> Place;
    /// What Asterisk has to tell of while it is in sight, beside the calls.
    fn topics(&self) -> &'static [Topic];
    /// The [`Table`] that it is.
    fn table(&self) -> &dyn Any;
    /// Its rows.
    fn rows<'t>(&self, tables: &'t Tables) -> &'t dyn AnyTable;
    /// The same, to sort and to find them.
    fn rows_mut<'t>(&self, tables: &'t mut Tables) -> &'t mut dyn AnyTable;
    /// Gives its rows the words that they are shown with.
    fn give_words(&self, tables: &mut Tables);
    /// Whether nobody sees by what the rows would be sorted.
    fn hides(&self, sort: &str) -> bool;
    /// Draws what has changed.
    fn draw(&self);
    /// A second has passed.
    fn tick(&self);
    /// Rows have moved under the hand, because somebody wanted it.
    fn moved(&self);
    /// Somebody leaves the place.
    fn leave(&self);
    /// Gives the focus to the table itself, where no row is meant by the next key.
    fn focus(&self);
    /// Gives the focus to the first row that lives.
    fn focus_first(&self);
}

/// The listing of this store.
pub(in crate::ui) fn begin<L: Listing>(store: Store) -> Rc<dyn AnyListing> {
    Rc::new(Grid::new().of(L::of(store)))
}

impl<L: Listing> AnyListing for Table<L> {
    fn place(&self) -> Place {
        L::PLACE
    }

    fn topics(&self) -> &'static [Topic] {
        L::TOPICS
    }

    fn table(&self) -> &dyn Any {
        self
    }

    fn rows<'t>(&self, tables: &'t Tables) -> &'t dyn AnyTable {
        L::rows(tables)
    }

    fn rows_mut<'t>(&self, tables: &'t mut Tables) -> &'t mut dyn AnyTable {
        L::rows_mut(tables)
    }

    fn give_words(&self, tables: &mut Tables) {
        L::rows_mut(tables).set_words(L::WORDS);
    }

    fn hides(&self, sort: &str) -> bool {
        let sort = Sort::<By<L>>::named(sort);
        sort.is_some_and(|sort| untrack(|| self.source().hides(sort.column)))
    }

    fn draw(&self) {
        Table::draw(*self);
        Source::drawn(self.source());
    }

    fn moved(&self) {
        self.hold_scrolled();
    }

    fn tick(&self) {
        self.refresh_hold();
        self.source().ticked();
    }

    fn leave(&self) {
        Listing::left(self.source());
        self.pointer_left();
    }

    fn focus(&self) {
        self.focus_table();
    }

    fn focus_first(&self) {
        let source = self.source();
        let first = source.store().look(|console| {
            let rows = L::rows(console.tables());
            let living = |id: &&Id<L>| !rows.has_ended(id);
            rows.ids(0..rows.len()).position(|id| living(&id))
        });
        self.focus_place(first.flatten().unwrap_or_default());
    }
}
