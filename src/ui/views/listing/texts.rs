//! Cells that hold a text each, that of the state with its picture.

use switchboard_core::board::Columns;
use web_sys::{Element, HtmlElement};

use super::any::Kind;
use super::{Acts, By, Cells, Listing, Showing, Shown, Sign};
use crate::ui::grid::element::{make, set, tell};
use crate::ui::kit::Icon;

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
        id: &dyn Fn(&str) -> String,
        shown: Showing<L::Line>,
    ) -> Self {
        let cells = cells(&listing, id);
        // The first says whose row it is.
        let about = cells.first().map(|(cell, _)| cell.id());
        let about = about.unwrap_or_default();
        let acts = (!L::ACTS.is_empty()).then(|| Acts::make(listing, id, about, shown));
        Self::of(row, cells, acts)
    }

    fn draw(&self, before: Option<Shown<'_, L::Line>>, now: Shown<'_, L::Line>) {
        let text = |column: usize| L::text(now.row, By::<L>::ALL[column]);
        self.tell(&text, L::look(now.row));
        if let Some(acts) = &self.acts {
            acts.draw::<L>(before, now);
        }
    }

    fn stops(&self) -> Vec<&Element> {
        self.acts.as_ref().map(Acts::stops).unwrap_or_default()
    }
}

/// New cells, one a column.
fn cells(listing: &dyn Kind, id: &dyn Fn(&str) -> String) -> Vec<(Element, Inside)> {
    let (place, state) = (listing.place().name(), listing.state());
    let cell = |(column, name): (usize, &'static str)| {
        let (class, id) = (format!("grid-cell {place}-{name}"), id(name));
        let attributes = [("role", "gridcell"), ("class", &*class), ("id", &*id)];
        if state == Some(column) {
            let sign = Sign::new();
            let cell = make("td", &attributes, &[&sign.element]);
            return (cell, Inside::State(sign));
        }
        let text = make("bdi", &[], &[]);
        (make("td", &attributes, &[&text]), Inside::Text(text))
    };
    listing
        .columns()
        .into_iter()
        .enumerate()
        .map(cell)
        .collect()
}

impl Texts {
    fn of(row: &HtmlElement, cells: Vec<(Element, Inside)>, acts: Option<Acts>) -> Self {
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

    /// Tells the texts of the columns, and the state by its picture and name.
    fn tell(&self, text: &dyn Fn(usize) -> String, (icon, name): (Icon, &'static str)) {
        for (column, (cell, inside)) in self.cells.iter().enumerate() {
            let text = text(column);
            set(cell, "title", Some(&text));
            match inside {
                Inside::Text(inside) => tell(inside, &text),
                Inside::State(sign) => {
                    set(&self.row, "data-state", Some(name));
                    sign.light(icon, &text);
                }
            }
        }
    }
}
