//! Where the grid finds what it shows.

use std::rc::Rc;

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::board::AnyTable;
use web_sys::{Element, HtmlElement};

use super::acts;
use super::any::{AnyListing, Kind};
use crate::ui::grid::{Cells, Key, Line, Part, Shown, Source, is_button};

/// The rows of a listing.
pub(super) struct Rows(pub Rc<dyn Kind>);

impl Rows {
    fn look<T: Default>(&self, look: impl FnOnce(&dyn AnyTable) -> T) -> T {
        let told = self.0.store().look(|c| look(self.0.rows(c.tables())));
        told.unwrap_or_default()
    }

    fn listing(&self) -> Option<AnyListing> {
        self.0.store().listing(self.0.place())
    }
}

impl Source for Rows {
    fn prefix(&self) -> &'static str {
        self.0.place().name()
    }

    fn attribute(&self) -> &'static str {
        self.0.attribute()
    }

    fn now(&self) -> Moment {
        self.0.store().now()
    }

    fn len(&self) -> usize {
        self.look(|rows| rows.len())
    }

    fn key(&self, place: usize) -> Option<Key> {
        self.look(|rows| rows.id(place).map(Key::from))
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.look(|rows| rows.place(key))
    }

    fn rows(&self, places: &[usize]) -> Vec<(Key, Line)> {
        let lines = self.0.store().look(|c| {
            let rows = self.0.rows(c.tables());
            let keys = places.iter().filter_map(|place| rows.id(*place));
            let lines = keys.filter_map(|key| Some((key.into(), self.0.line(c, key)?)));
            lines.collect()
        });
        lines.unwrap_or_default()
    }

    fn has_ended(&self, key: &str) -> bool {
        let store = self.0.store();
        let ended = store.look(|c| self.0.rows(c.tables()).has_ended(key));
        ended.unwrap_or(true)
    }

    fn open(&self) -> Option<Key> {
        self.0.open()
    }

    fn is_alive(&self) -> bool {
        self.look(|rows| rows.counts().1) > 0
    }

    fn hold(&self, held: bool) {
        let store = self.0.store();
        store.touch(|c| self.0.rows_mut(c.tables_mut()).hold(held));
    }

    fn changed(&self) {
        self.0.store().changed();
    }

    fn is_in_sight(&self) -> bool {
        self.0.store().shows(self.0.place())
    }

    fn drawn(&self) {
        self.0.drawn();
    }

    fn resized(&self) {
        self.0.resized();
    }

    fn pressed(&self, key: &str, at: Option<&Element>) -> bool {
        let Some(listing) = self.listing() else {
            return false;
        };
        let on_row = at.is_some_and(|at| !is_button(at));
        match key {
            "Enter" if on_row => enter(&listing),
            "Escape" => escape(&listing, at),
            key => {
                let acts = self.0.acts();
                let asked = acts.iter().position(|(_, keys)| keys.contains(&key));
                match asked {
                    Some(asked) => act(&listing, asked),
                    None => further(&listing, key),
                }
            }
        }
    }

    fn cells(
        &self,
        row: &HtmlElement,
        id: &dyn Fn(&str) -> String,
        shown: RwSignal<Shown>,
    ) -> Box<dyn Cells> {
        self.0.cells(row, id, shown)
    }
}

/// Goes in among what there is to do with the row, where its menu opens if that is folded.
fn enter(listing: &AnyListing) -> bool {
    let table = listing.table();
    let Some(key) = table.focused() else {
        return false;
    };
    if listing.kind.enter(&key) {
        return true;
    }
    if listing.kind.acts().is_empty() {
        return false;
    }
    if let Some(row) = table.element(&key) {
        acts::fold_in(&row, true);
    }
    table.focus(&key, Part::First(acts::FIRST.to_owned()))
}

/// From a button back to its row; from the row, what stands in Find is cleared.
fn escape(listing: &AnyListing, at: Option<&Element>) -> bool {
    let (store, table) = (listing.kind.store(), listing.table());
    let on_button = at.filter(|at| is_button(at));
    if let (Some(at), Some(key)) = (on_button, table.focused()) {
        if let Ok(Some(row)) = at.closest(".grid-row") {
            acts::fold_in(&row, false);
        }
        return table.focus(&key, Part::Row);
    }
    if untrack(|| store.typed().is_empty()) {
        return false;
    }
    store.find("");
    true
}

/// Something more than what has a button of its own.
fn further(listing: &AnyListing, pressed: &str) -> bool {
    let focused = listing.table().focused();
    focused.is_some_and(|key| listing.kind.further_by_key(&key, pressed))
}

fn act(listing: &AnyListing, act: usize) -> bool {
    let (kind, table) = (&listing.kind, listing.table());
    let Some(key) = table.focused() else {
        return false;
    };
    let can = kind.store().look(|c| {
        let line = kind.line(c, &key);
        let line = line.filter(|_| !kind.rows(c.tables()).has_ended(&key));
        line.is_some_and(|line| kind.why_not(&line, act).is_none())
    });
    // The row may have been scrolled away; and its button says why not, if it can't be.
    if let Some((name, _)) = kind.acts().get(act) {
        table.focus(&key, acts::part(name));
    }
    if can == Some(true) {
        kind.act(&key, act);
    }
    true
}
