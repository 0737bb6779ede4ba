//! Where the grid finds what it shows.

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::board::Record;
use web_sys::Element;

use super::acts::{self, RowAct, button};
use super::{Id, Listing};
use crate::ui::grid::{Part, Source, is_button};

impl<L: Listing> Source for L {
    type Key = Id<L>;
    type Row = L::Line;
    type Cells = L::Cells;

    const ATTRIBUTE: &'static str = L::ATTRIBUTE;

    fn prefix() -> &'static str {
        L::PLACE.name()
    }

    fn name(key: &Id<L>) -> String {
        key.to_string()
    }

    fn now(self) -> Moment {
        self.store().now()
    }

    fn len(self) -> usize {
        let len = self.store().look(|c| L::rows(c.tables()).len());
        len.unwrap_or_default()
    }

    fn key(self, place: usize) -> Option<Id<L>> {
        let id = |row: &L::Record| row.id().clone();
        let key = self
            .store()
            .look(|c| L::rows(c.tables()).row(place).map(id));
        key.flatten()
    }

    fn place(self, key: &Id<L>) -> Option<usize> {
        let place = self.store().look(|c| L::rows(c.tables()).place(key));
        place.flatten()
    }

    fn rows(self, places: &[usize]) -> Vec<(Id<L>, L::Line)> {
        let rows = self.store().look(|c| {
            let rows = L::rows(c.tables());
            let rows = places.iter().filter_map(|place| rows.row(*place));
            rows.map(|row| (row.id().clone(), self.line(c, row)))
                .collect()
        });
        rows.unwrap_or_default()
    }

    fn has_ended(self, key: &Id<L>) -> bool {
        let ended = self.store().look(|c| L::rows(c.tables()).has_ended(key));
        ended.unwrap_or(true)
    }

    fn open(self) -> Option<Id<L>> {
        Listing::open(self)
    }

    fn is_alive(self) -> bool {
        let living = self.store().look(|c| L::rows(c.tables()).living());
        living.is_some_and(|living| living > 0)
    }

    fn hold(self, held: bool) {
        self.store()
            .touch(|c| L::rows_mut(c.tables_mut()).hold(held));
    }

    fn changed(self) {
        self.store().changed();
    }

    fn is_in_sight(self) -> bool {
        untrack(|| self.store().router.place()) == Some(L::PLACE)
    }

    fn drawn(self) {
        Listing::drawn(self);
    }

    fn resized(self) {
        Listing::resized(self);
    }

    fn pressed(self, key: &str, at: Option<&Element>) -> bool {
        let on_row = at.is_some_and(|at| !is_button(at));
        match key {
            "Enter" if on_row => enter(self),
            "Escape" => escape(self, at),
            key => {
                let mut acts = L::ACTS.iter();
                let asked = acts.find(|act| act.keys().contains(&key));
                asked.is_some_and(|asked| act(self, *asked))
            }
        }
    }
}

/// Goes in among what there is to do with the row, where its menu opens if that is folded.
fn enter<L: Listing>(listing: L) -> bool {
    let table = listing.table();
    let Some(id) = table.focused().filter(|_| !L::ACTS.is_empty()) else {
        return false;
    };
    if let Some(row) = table.element(&id) {
        acts::fold_in(&row, true);
    }
    table.focus(&id, Part::First(acts::FIRST.to_owned()))
}

/// From a button back to its row; from the row, what stands in Find is cleared.
fn escape<L: Listing>(listing: L, at: Option<&Element>) -> bool {
    let (store, table) = (listing.store(), listing.table());
    let on_button = at.filter(|at| is_button(at));
    if let (Some(at), Some(id)) = (on_button, table.focused()) {
        if let Ok(Some(row)) = at.closest(".grid-row") {
            acts::fold_in(&row, false);
        }
        return table.focus(&id, Part::Row);
    }
    if untrack(|| store.typed().is_empty()) {
        return false;
    }
    store.find("");
    true
}

fn act<L: Listing>(listing: L, act: L::Act) -> bool {
    let table = listing.table();
    let Some(id) = table.focused() else {
        return false;
    };
    let can = listing.store().look(|c| {
        let rows = L::rows(c.tables());
        let row = rows.find(&id).filter(|_| !rows.has_ended(&id));
        row.is_some_and(|row| L::why_not(&listing.line(c, row), act).is_none())
    });
    // The row may have been scrolled away; and its button says why not, if it can't be.
    table.focus(&id, button(act));
    if can == Some(true) {
        listing.act(&id, act);
    }
    true
}
