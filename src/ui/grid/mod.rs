//! Tables of live rows: only the rows in sight are in the page, no row moves under a hand, and the
//! focus stays where somebody put it.
//!
//! This is the one part of the view that is drawn by hand: a row that changes is compared with what it
//! showed before, and only the cells that differ are written. What a table shows comes from its
//! [`Source`], and how a row is drawn from that one's [`Cells`]; nothing here knows what a row is
//! about. There may be any number of tables at once.

pub(super) mod element;
mod focus;
mod hold;
mod keys;
mod row;
mod rows;
mod scroll;
mod view;

use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::board::Viewport;
use web_sys::{Element, HtmlElement};

use focus::Focus;
pub(super) use focus::Part;
use hold::Hold;
pub(super) use keys::is_button;
pub(super) use row::Shown;
use rows::Rows;
pub(super) use view::{Column, TableView};

/// Where the rows of a table come from, and what is done with them.
pub(super) trait Source: Copy + Send + Sync + 'static {
    /// Names a row for as long as it is in the table.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// What a row shows.
    type Row: Clone + PartialEq + Send + Sync + 'static;
    /// How it is drawn.
    type Cells: Cells<Self>;

    /// The attribute of a row that holds the key.
    const ATTRIBUTE: &'static str;

    /// How element ids of the table begin.
    fn prefix() -> &'static str;
    /// The key as it stands in that attribute.
    fn name(key: &Self::Key) -> String;

    fn now(self) -> Moment;

    /// How many rows there are now.
    fn len(self) -> usize;
    fn key(self, place: usize) -> Option<Self::Key>;
    fn place(self, key: &Self::Key) -> Option<usize>;
    /// The rows at these places.
    fn rows(self, places: &[usize]) -> Vec<(Self::Key, Self::Row)>;
    /// Whether this row has ended, and is about to go.
    fn has_ended(self, key: &Self::Key) -> bool;
    /// The row at which something is open; what reads this follows it.
    fn open(self) -> Option<Self::Key>;

    /// Whether there is a row that a hand could mean.
    fn is_alive(self) -> bool;
    /// No row leaves its place from now on, or they are free to go.
    fn hold(self, held: bool);
    /// Something is to be drawn anew, in the next frame.
    fn changed(self);
    /// Whether the table is where somebody sees it. While it is not, nothing of it is drawn.
    fn is_in_sight(self) -> bool;
    /// Rows were drawn anew, or others are in sight than before.
    fn drawn(self);
    /// The table has another size than before.
    fn resized(self);
    /// A key that means nothing to the table itself. Says whether it meant something.
    fn pressed(self, key: &str, at: Option<&Element>) -> bool;
}

/// The elements of a row that change.
pub(super) trait Cells<S: Source>: Sized + 'static {
    /// Fills a new row. `id` makes the ids of elements inside of it: nothing that came over the wire
    /// is ever part of one.
    fn make(
        source: S,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        key: &S::Key,
        shown: RwSignal<Shown<S::Row>>,
    ) -> Self;

    /// Draws what has changed.
    fn draw(&self, before: Option<&Shown<S::Row>>, now: &Shown<S::Row>);

    /// What the Tab key reaches in the row that it reaches.
    fn stops(&self) -> Vec<&Element>;
}

/// What a table remembers, beside its rows.
pub(super) struct Grid<S: Source> {
    rows: StoredValue<Rc<RefCell<Rows<S>>>, LocalStorage>,
    focus: Focus<S::Key>,
    hold: Hold<S::Key>,
    /// How many rows there were when they were last drawn.
    len: RwSignal<usize>,
    /// What is seen of it.
    viewport: RwSignal<Viewport>,
    /// How high the head is, in pixels.
    head: StoredValue<f64>,
    table: StoredValue<Option<HtmlElement>, LocalStorage>,
    scroller: StoredValue<Option<Element>, LocalStorage>,
}

impl<S: Source> Clone for Grid<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Source> Copy for Grid<S> {}

impl<S: Source> Grid<S> {
    /// Of a table that is not in the page yet.
    pub(super) fn new() -> Self {
        let viewport = Viewport {
            top: 0.0,
            height: 800.0,
            row: scroll::ROW,
        };
        Self {
            rows: StoredValue::new_local(Rc::default()),
            focus: Focus::new(),
            hold: Hold::new(),
            len: RwSignal::default(),
            viewport: RwSignal::new(viewport),
            head: StoredValue::default(),
            table: StoredValue::new_local(None),
            scroller: StoredValue::new_local(None),
        }
    }

    /// The table of these rows.
    pub(super) fn of(self, source: S) -> Table<S> {
        Table { source, grid: self }
    }
}

/// A table: what it remembers, and where its rows come from.
pub(super) struct Table<S: Source> {
    source: S,
    grid: Grid<S>,
}

impl<S: Source> Clone for Table<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Source> Copy for Table<S> {}

impl<S: Source> Table<S> {
    /// The element of a row, if it is in the page.
    pub(super) fn element(self, key: &S::Key) -> Option<Element> {
        let rows = self.grid.rows.get_value();
        rows.try_borrow().ok().and_then(|rows| rows.element(key))
    }

    /// Where its rows come from.
    pub(super) fn source(self) -> S {
        self.source
    }

    /// How many rows there were when they were last drawn.
    pub(super) fn drawn_len(self) -> ReadSignal<usize> {
        self.grid.len.read_only()
    }

    /// What is seen of it.
    pub(super) fn viewport(self) -> Viewport {
        self.grid.viewport.get_untracked()
    }

    /// How high the head is that lies over the rows, in pixels.
    pub(super) fn head(self) -> f64 {
        self.grid.head.get_value()
    }
}
