//! What the keyboard does among the rows.

use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::Table;
use crate::ui::dom;

impl Table {
    pub(super) fn key_pressed(self, event: &KeyboardEvent) {
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        let at = dom::target(event);
        // The head is part of the table, and its buttons have keys of their own.
        let in_head = at
            .as_ref()
            .is_some_and(|at| at.closest(".grid-head").is_ok_and(|head| head.is_some()));
        if !modified && !in_head && self.does(&event.key(), at.as_ref()) {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn does(self, key: &str, at: Option<&Element>) -> bool {
        let on_row = at.is_some_and(|at| !is_button(at));
        let page = self.viewport();
        let page = ((page.height / page.row) as isize - 2).max(1);
        match key {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "PageDown" => self.step(page),
            "PageUp" => self.step(-page),
            "Home" => self.step(isize::MIN),
            "End" => self.step(isize::MAX),
            "Enter" if on_row && self.focused().is_none() => self.step(1),
            "ArrowRight" => return beside(at, 1),
            "ArrowLeft" => return beside(at, -1),
            _ => return self.source().pressed(key, at),
        }
        true
    }
}

/// Whether a key press at this element is one of a button.
pub(in crate::ui) fn is_button(at: &Element) -> bool {
    at.matches("button").unwrap_or(false)
}

/// From one button of a row to the one beside it.
fn beside(at: Option<&Element>, by: isize) -> bool {
    let button = at.filter(|at| is_button(at));
    let Some(row) = button.and_then(|at| at.closest(".grid-row").ok()?) else {
        return false;
    };
    let stops = dom::tab_stops(&row);
    let here = stops.iter().position(|stop| Some(&**stop) == at);
    let next: Option<&HtmlElement> = here.and_then(|here| stops.get(here.checked_add_signed(by)?));
    next.is_some_and(|next| {
        let _ = next.focus();
        true
    })
}
