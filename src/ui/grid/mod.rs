//! Tables of live rows: only the rows in sight are in the page, no row moves under a hand, and the
//! focus stays where somebody put it.
//!
//! This is the one part of the view that is drawn by hand: a row that changes is compared with what it
//! showed before, and only the cells that differ are written. What a table shows comes from its
//! [`Source`], and how a row is drawn from that one's [`Cells`]; nothing here knows what a row is
//! about, so that all of this is compiled once. There may be any number of tables at once.

pub(super) mod element;
mod focus;
mod hold;
mod keys;
mod line;
mod row;
mod rows;
mod scroll;
mod view;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::board::Viewport;
use web_sys::{Element, HtmlElement};

use focus::Focus;
pub(super) use focus::Part;
use hold::Hold;
pub(super) use keys::is_button;
pub(super) use line::Line;
pub(super) use row::Shown;
use rows::Rows;
pub(super) use view::{Column, TableView};

/// Names a row for as long as it is in the table: its id, as a text.
pub(super) type Key = Arc<str>;

/// Where the rows of a table come from, and what is done with them.
pub(super) trait Source {
    /// How element ids of the table begin.
    fn prefix(&self) -> &'static str;
    /// The attribute of a row that holds its key.
    fn attribute(&self) -> &'static str;

    fn now(&self) -> Moment;

    /// How many rows there are now.
    fn len(&self) -> usize;
    fn key(&self, place: usize) -> Option<Key>;
    fn place(&self, key: &str) -> Option<usize>;
    /// The rows at these places.
    fn rows(&self, places: &[usize]) -> Vec<(Key, Line)>;
    /// Whether this row has ended, and is about to go.
    fn has_ended(&self, key: &str) -> bool;
    /// The row at which something is open; what reads this follows it.
    fn open(&self) -> Option<Key>;

    /// Whether there is a row that a hand could mean.
    fn is_alive(&self) -> bool;
    /// No row leaves its place from now on, or they are free to go.
    fn hold(&self, held: bool);
    /// Something is to be drawn anew, in the next frame.
    fn changed(&self);
    /// Whether the table is where somebody sees it. While it is not, nothing of it is drawn.
    fn is_in_sight(&self) -> bool;
    /// Rows were drawn anew, or others are in sight than before.
    fn drawn(&self);
    /// The table has another size than before.
    fn resized(&self);
    /// A key that means nothing to the table itself. Says whether it meant something.
    fn pressed(&self, key: &str, at: Option<&Element>) -> bool;

    /// Fills a new row. `id` makes the ids of elements inside of it: nothing that came over the wire
    /// is ever part of one.
    fn cells(
        &self,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        shown: RwSignal<Shown>,
    ) -> Box<dyn Cells>;
}

/// The elements of a row that change.
pub(super) trait Cells {
    /// Draws what has changed.
    fn draw(&self, before: Option<&Shown>, now: &Shown);

    /// What the Tab key reaches in the row that it reaches.
    fn stops(&self) -> Vec<&Element>;
}

/// A table: where its rows come from, and what it remembers.
#[derive(Clone, Copy)]
pub(super) struct Table {
    source: StoredValue<Rc<dyn Source>, LocalStorage>,
    rows: StoredValue<Rc<RefCell<Rows>>, LocalStorage>,
    focus: Focus,
    hold: Hold,
    /// How many rows there were when they were last drawn.
    len: RwSignal<usize>,
    /// What is seen of it.
    viewport: RwSignal<Viewport>,
    /// How high the head is, in pixels.
    head: StoredValue<f64>,
    /// Its element.
    own: StoredValue<Option<HtmlElement>, LocalStorage>,
    scroller: StoredValue<Option<Element>, LocalStorage>,
}

impl Table {
    /// The table of these rows, which is not in the page yet.
    pub(super) fn new(source: Rc<dyn Source>) -> Self {
        let viewport = Viewport {
            top: 0.0,
            height: 800.0,
            row: scroll::ROW,
        };
        Self {
            source: StoredValue::new_local(source),
            rows: StoredValue::new_local(Rc::default()),
            focus: Focus::new(),
            hold: Hold::new(),
            len: RwSignal::default(),
            viewport: RwSignal::new(viewport),
            head: StoredValue::default(),
            own: StoredValue::new_local(None),
            scroller: StoredValue::new_local(None),
        }
    }

    /// The element of a row, if it is in the page.
    pub(super) fn element(self, key: &str) -> Option<Element> {
        let rows = self.rows.get_value();
        rows.try_borrow().ok().and_then(|rows| rows.element(key))
    }

    fn source(self) -> Rc<dyn Source> {
        self.source.get_value()
    }

    /// How many rows there were when they were last drawn.
    pub(super) fn drawn_len(self) -> ReadSignal<usize> {
        self.len.read_only()
    }

    /// What is seen of it.
    pub(super) fn viewport(self) -> Viewport {
        self.viewport.get_untracked()
    }

    /// How high the head is that lies over the rows, in pixels.
    pub(super) fn head(self) -> f64 {
        self.head.get_value()
    }
}
