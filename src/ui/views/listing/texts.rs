//! Cells that hold a text each.

use leptos::prelude::*;
use switchboard_core::board::Columns;
use web_sys::{Element, HtmlElement};

use super::{Acts, By, Id, Listing};
use crate::ui::grid::element::{make, set, tell};
use crate::ui::grid::{Cells, Shown};

/// A text for each column, and what can be done with the row.
#[allow(dead_code, reason = "for tables that say no more than that")]
pub(in crate::ui::views) struct Texts {
    /// From left to right.
    cells: Vec<Element>,
    acts: Option<Acts>,
}

impl<L: Listing> Cells<L> for Texts {
    fn make(
        listing: L,
        row: &HtmlElement,
        element_id: &dyn Fn(&str) -> String,
        id: &Id<L>,
        shown: RwSignal<Shown<L::Line>>,
    ) -> Self {
        let cell = |by: &By<L>| {
            let class = format!("grid-cell {}-{}", L::PLACE.name(), by.name());
            let (id, text) = (element_id(by.name()), make("bdi", &[], &[]));
            let attributes = [("role", "gridcell"), ("class", &*class), ("id", &*id)];
            make("td", &attributes, &[&text])
        };
        let cells: Vec<Element> = By::<L>::ALL.iter().map(cell).collect();
        // The first says whose row it is.
        let about = cells.first().map(Element::id).unwrap_or_default();
        let acts = (!L::ACTS.is_empty()).then(|| Acts::make(listing, element_id, about, id, shown));
        for cell in cells.iter().chain(acts.iter().map(|acts| &acts.cell)) {
            let _ = row.append_child(cell);
        }
        Self { cells, acts }
    }

    fn draw(&self, before: Option<&Shown<L::Line>>, now: &Shown<L::Line>) {
        for (by, cell) in By::<L>::ALL.iter().zip(&self.cells) {
            let text = L::text(&now.row, *by);
            set(cell, "title", Some(&text));
            if let Some(inside) = cell.first_element_child() {
                tell(&inside, &text);
            }
        }
        if let Some(acts) = &self.acts {
            acts.draw::<L>(before, now);
        }
    }

    fn stops(&self) -> Vec<&Element> {
        self.acts.as_ref().map(Acts::stops).unwrap_or_default()
    }
}
