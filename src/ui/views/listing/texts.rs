//! Cells that hold a text each, that of the state with its picture.

use leptos::prelude::*;
use switchboard_core::board::Columns;
use web_sys::{Element, HtmlElement};

use super::{Acts, By, Id, Listing, Sign};
use crate::ui::grid::element::{make, set, tell};
use crate::ui::grid::{Cells, Shown};

/// A text for each column, and what can be done with the row.
pub(in crate::ui) struct Texts {
    row: Element,
    /// From left to right, with what holds their texts.
    cells: Vec<(Element, Inside)>,
    acts: Option<Acts>,
}

enum Inside {
    Text(Element),
    State(Sign),
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
            let id = element_id(by.name());
            let attributes = [("role", "gridcell"), ("class", &*class), ("id", &*id)];
            if L::STATE == Some(*by) {
                let sign = Sign::new();
                return (
                    make("td", &attributes, &[&sign.element]),
                    Inside::State(sign),
                );
            }
            let text = make("bdi", &[], &[]);
            (make("td", &attributes, &[&text]), Inside::Text(text))
        };
        let cells: Vec<_> = By::<L>::ALL.iter().map(cell).collect();
        // The first says whose row it is.
        let about = cells.first().map(|(cell, _)| cell.id());
        let about = about.unwrap_or_default();
        let acts = (!L::ACTS.is_empty()).then(|| Acts::make(listing, element_id, about, id, shown));
        let last = acts.iter().map(|acts| &acts.cell);
        for cell in cells.iter().map(|(cell, _)| cell).chain(last) {
            let _ = row.append_child(cell);
        }
        Self {
            row: row.clone().into(),
            cells,
            acts,
        }
    }

    fn draw(&self, before: Option<&Shown<L::Line>>, now: &Shown<L::Line>) {
        for (by, (cell, inside)) in By::<L>::ALL.iter().zip(&self.cells) {
            let text = L::text(&now.row, *by);
            set(cell, "title", Some(&text));
            match inside {
                Inside::Text(inside) => tell(inside, &text),
                Inside::State(sign) => {
                    let (icon, name) = L::look(&now.row);
                    set(&self.row, "data-state", Some(name));
                    sign.light(icon, &text);
                }
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
