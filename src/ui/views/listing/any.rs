//! A listing, whatever its rows: what the grid and the page around it ask of it. All that is the same
//! for every listing stands behind this, so that it is compiled once.

use std::borrow::Borrow;
use std::rc::Rc;

use leptos::prelude::*;
use switchboard_core::board::{AnyTable, Columns, Record, Sort, Tables};
use switchboard_core::console::{Console, WhyNot};
use switchboard_core::live::Topic;
use switchboard_core::route::Place;
use web_sys::HtmlElement;

use super::cells::{Cells, Drawn, Showing};
use super::source::Rows;
use super::{By, Id, Listing, RowAct};
use crate::ui::grid::{self, Key, Line, Table};
use crate::ui::store::Store;

/// What a [`Listing`] is, whatever its rows: they go by their [`Key`]s and their [`Line`]s, columns and
/// acts by their places among all of them.
pub(super) trait Kind {
    fn store(&self) -> Store;
    fn place(&self) -> Place;
    fn attribute(&self) -> &'static str;
    fn topics(&self) -> &'static [Topic];
    fn rows<'t>(&self, tables: &'t Tables) -> &'t dyn AnyTable;
    fn rows_mut<'t>(&self, tables: &'t mut Tables) -> &'t mut dyn AnyTable;
    fn give_words(&self, tables: &mut Tables);
    fn line(&self, console: &Console, key: &str) -> Option<Line>;

    /// The columns by their names.
    fn columns(&self) -> Vec<&'static str>;
    /// The column of the state.
    fn state(&self) -> Option<usize>;
    fn header(&self, column: usize) -> String;
    fn remark(&self, column: usize) -> Option<String>;
    fn hides(&self, column: usize) -> bool;
    /// The column by which rows stand in the order of this name, or in the one that everybody begins
    /// with, and whether the largest stand first.
    fn sort(&self, name: Option<&str>) -> (usize, bool);
    /// The name of the order that a press on a column's header makes of that.
    fn pressed(&self, name: Option<&str>, column: usize) -> String;

    /// The acts by their names, with their keys.
    fn acts(&self) -> Vec<(&'static str, &'static [&'static str])>;
    fn label(&self, act: usize) -> String;
    fn why_not(&self, line: &Line, act: usize) -> Option<WhyNot>;
    fn act(&self, key: &str, act: usize);
    /// Whether there is more to do with a row, in a menu of its own.
    fn has_further(&self) -> bool;
    fn further(&self, key: &str);
    fn further_by_key(&self, key: &str, pressed: &str) -> bool;
    /// Goes into a row. Whether that meant something.
    fn enter(&self, key: &str) -> bool;

    fn cells(
        &self,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        shown: RwSignal<grid::Shown>,
    ) -> Box<dyn grid::Cells>;

    fn open(&self) -> Option<Key>;
    fn drawn(&self);
    fn resized(&self);
    fn ticked(&self);
    fn left(&self);
}

fn sorted<L: Listing>(name: Option<&str>) -> Sort<By<L>> {
    name.and_then(Sort::named).unwrap_or_default()
}

impl<L: Listing> Kind for L {
    fn store(&self) -> Store {
        Listing::store(*self)
    }

    fn place(&self) -> Place {
        L::PLACE
    }

    fn attribute(&self) -> &'static str {
        L::ATTRIBUTE
    }

    fn topics(&self) -> &'static [Topic] {
        L::TOPICS
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

    fn line(&self, console: &Console, key: &str) -> Option<Line> {
        let row = L::rows(console.tables()).find(key)?;
        Some(Line::new(Listing::line(*self, console, row)))
    }

    fn columns(&self) -> Vec<&'static str> {
        By::<L>::ALL.iter().map(|by| by.name()).collect()
    }

    fn state(&self) -> Option<usize> {
        By::<L>::ALL.iter().position(|by| L::STATE == Some(*by))
    }

    fn header(&self, column: usize) -> String {
        L::header(By::<L>::ALL[column])
    }

    fn remark(&self, column: usize) -> Option<String> {
        Listing::remark(*self, By::<L>::ALL[column])
    }

    fn hides(&self, column: usize) -> bool {
        Listing::hides(*self, By::<L>::ALL[column])
    }

    fn sort(&self, name: Option<&str>) -> (usize, bool) {
        let sort = sorted::<L>(name);
        let column = By::<L>::ALL.iter().position(|by| *by == sort.column);
        (column.unwrap_or_default(), sort.descending)
    }

    fn pressed(&self, name: Option<&str>, column: usize) -> String {
        sorted::<L>(name).pressed(By::<L>::ALL[column]).name()
    }

    fn acts(&self) -> Vec<(&'static str, &'static [&'static str])> {
        L::ACTS.iter().map(|act| (act.name(), act.keys())).collect()
    }

    fn label(&self, act: usize) -> String {
        L::ACTS[act].label()
    }

    fn why_not(&self, line: &Line, act: usize) -> Option<WhyNot> {
        L::why_not(line.get(), L::ACTS[act])
    }

    fn act(&self, key: &str, act: usize) {
        if let Some(id) = id(*self, key) {
            Listing::act(*self, &id, L::ACTS[act]);
        }
    }

    fn has_further(&self) -> bool {
        L::FURTHER
    }

    fn further(&self, key: &str) {
        if let Some(id) = id(*self, key) {
            Listing::further(*self, &id);
        }
    }

    fn further_by_key(&self, key: &str, pressed: &str) -> bool {
        id(*self, key).is_some_and(|id| Listing::further_by_key(*self, &id, pressed))
    }

    fn enter(&self, key: &str) -> bool {
        id(*self, key).is_some_and(|id| Listing::enter(*self, &id))
    }

    fn cells(
        &self,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        shown: RwSignal<grid::Shown>,
    ) -> Box<dyn grid::Cells> {
        let cells = L::Cells::make(*self, row, id, Showing::of(shown));
        Box::new(Drawn::<L>(cells))
    }

    fn open(&self) -> Option<Key> {
        Listing::open(*self).map(|id| id.borrow().into())
    }

    fn drawn(&self) {
        Listing::drawn(*self);
    }

    fn resized(&self) {
        Listing::resized(*self);
    }

    fn ticked(&self) {
        Listing::ticked(*self);
    }

    fn left(&self) {
        Listing::left(*self);
    }
}

/// The row of this key.
fn id<L: Listing>(listing: L, key: &str) -> Option<Id<L>> {
    let id = |console: &Console| {
        let row = L::rows(console.tables()).find(key);
        row.map(|row| row.id().clone())
    };
    listing.store().look(id).flatten()
}

/// The table of a place, whatever its rows.
#[derive(Clone)]
pub(in crate::ui) struct AnyListing {
    pub(super) kind: Rc<dyn Kind>,
    table: Table,
}

/// The listing of this store.
pub(in crate::ui) fn begin<L: Listing>(store: Store) -> AnyListing {
    AnyListing::new(Rc::new(L::of(store)))
}

impl AnyListing {
    fn new(kind: Rc<dyn Kind>) -> Self {
        let table = Table::new(Rc::new(Rows(kind.clone())));
        Self { kind, table }
    }

    /// Where it is.
    pub(in crate::ui) fn place(&self) -> Place {
        self.kind.place()
    }

    /// What Asterisk has to tell of while it is in sight, beside the calls.
    pub(in crate::ui) fn topics(&self) -> &'static [Topic] {
        self.kind.topics()
    }

    /// The [`Table`] that it is.
    pub(in crate::ui) fn table(&self) -> Table {
        self.table
    }

    /// Its rows.
    pub(in crate::ui) fn rows<'t>(&self, tables: &'t Tables) -> &'t dyn AnyTable {
        self.kind.rows(tables)
    }

    /// The same, to sort and to find them.
    pub(in crate::ui) fn rows_mut<'t>(&self, tables: &'t mut Tables) -> &'t mut dyn AnyTable {
        self.kind.rows_mut(tables)
    }

    /// Gives its rows the words that they are shown with.
    pub(in crate::ui) fn give_words(&self, tables: &mut Tables) {
        self.kind.give_words(tables);
    }

    /// Whether nobody sees by what the rows would be sorted.
    pub(in crate::ui) fn hides(&self, sort: &str) -> bool {
        let (column, _) = self.kind.sort(Some(sort));
        untrack(|| self.kind.hides(column))
    }

    /// Draws what has changed.
    pub(in crate::ui) fn draw(&self) {
        self.table.draw();
        self.kind.drawn();
    }

    /// A second has passed.
    pub(in crate::ui) fn tick(&self) {
        self.table.refresh_hold();
        self.kind.ticked();
    }

    /// Rows have moved under the hand, because somebody wanted it.
    pub(in crate::ui) fn moved(&self) {
        self.table.hold_scrolled();
    }

    /// Somebody leaves the place.
    pub(in crate::ui) fn leave(&self) {
        self.kind.left();
        self.table.pointer_left();
    }

    /// Gives the focus to the table itself, where no row is meant by the next key.
    pub(in crate::ui) fn focus(&self) {
        self.table.focus_table();
    }

    /// Gives the focus to the first row that lives.
    pub(in crate::ui) fn focus_first(&self) {
        let first = self.kind.store().look(|console| {
            let rows = self.rows(console.tables());
            let lives = |place: &usize| rows.id(*place).is_some_and(|key| !rows.has_ended(key));
            (0..rows.len()).find(lives)
        });
        self.table.focus_place(first.flatten().unwrap_or_default());
    }
}
