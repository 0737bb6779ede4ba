//! One row: where it is, whether the Tab key reaches it, and what it shows.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::element::{keep, listen, make, set};
use super::{Cells, Key, Line, Table};
use crate::ui::dom;

/// What a row shows, and where.
#[derive(Clone, PartialEq)]
pub(in crate::ui) struct Shown {
    /// Whose row it is: the elements of a row that goes are used again for another that comes.
    pub key: Key,
    pub line: Line,
    /// From the top, in rows.
    pub place: usize,
    /// From the top, in pixels.
    pub top: f64,
    /// Whether there are rows that are not in the page, so that it has to be said which this is.
    pub some: bool,
    /// Whether the Tab key reaches it.
    pub active: bool,
    /// Whether something is open that belongs to it.
    pub open: bool,
    /// Whether it has ended, and is about to go.
    pub ended: bool,
}

/// Makes a row that follows its signal.
pub(super) fn row(table: Table, number: usize, shown: RwSignal<Shown>) -> HtmlElement {
    let source = table.source();
    let attributes = [("role", "row"), ("class", "grid-row")];
    let row: HtmlElement = make("tr", &attributes, &[]).unchecked_into();
    let id = |part: &str| format!("{}-{number}-{part}", source.prefix());
    let cells = source.cells(&row, &id, shown);
    let attribute = source.attribute();
    listen(&row, "focusin", move |_| {
        let (key, place) = shown.with_untracked(|shown| (shown.key.clone(), shown.place));
        table.focus_came(&key, place);
    });
    let (element, before) = (row.clone(), RefCell::new(None));
    keep(move || {
        shown.with(|now| {
            let before = before.borrow_mut().replace(now.clone());
            if before.as_ref().is_none_or(|before| before.key != now.key) {
                set(&element, attribute, Some(&now.key));
            }
            draw(&element, &*cells, before.as_ref(), now);
        });
    });
    row
}

/// Draws what has changed.
fn draw(row: &HtmlElement, cells: &dyn Cells, before: Option<&Shown>, now: &Shown) {
    if before.is_none_or(|before| {
        (before.place, before.top, before.some) != (now.place, now.top, now.some)
    }) {
        let _ = row.style().set_property("top", &dom::px(now.top));
        // The head is the first.
        let index = now.some.then(|| (now.place + 2).to_string());
        set(row, "aria-rowindex", index.as_deref());
    }
    if before.is_none_or(|before| before.active != now.active) {
        let tab = Some(if now.active { "0" } else { "-1" });
        set(row, "tabindex", tab);
        for stop in cells.stops() {
            set(stop, "tabindex", tab);
        }
    }
    if before.is_none_or(|before| before.open != now.open) {
        let _ = row
            .class_list()
            .toggle_with_force("grid-row-open", now.open);
        set(row, "aria-selected", now.open.then_some("true"));
    }
    if before.is_none_or(|before| before.ended != now.ended) {
        let _ = row
            .class_list()
            .toggle_with_force("grid-row-ended", now.ended);
    }
    if before.is_none_or(|before| before.ended != now.ended || before.line != now.line) {
        cells.draw(before, now);
    }
}
