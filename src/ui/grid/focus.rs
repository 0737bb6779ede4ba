//! Where the focus is among the rows, and where it goes when its row goes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::{Key, Table};
use crate::ui::store::set;

/// A part of a row that can have the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Part {
    Row,
    /// The first element in it that matches.
    First(String),
}

#[derive(Clone, Copy)]
pub(super) struct Focus {
    /// The row that the Tab key reaches.
    active: RwSignal<Option<Key>>,
    /// The row that has the focus, and the place where it was last drawn.
    on: StoredValue<Option<(Key, usize)>>,
    /// The row that is about to get it.
    next: StoredValue<Option<Key>>,
}

impl Focus {
    pub(super) fn new() -> Self {
        Self {
            active: RwSignal::new(None),
            on: StoredValue::new(None),
            next: StoredValue::new(None),
        }
    }
}

impl Table {
    /// Rows that must be in the page, in sight or not.
    pub(super) fn pinned(self) -> [Option<Key>; 3] {
        let open = untrack(|| self.source().open());
        [self.focused(), self.focus.next.get_value(), open]
    }

    /// The row that has the focus.
    pub(in crate::ui) fn focused(self) -> Option<Key> {
        self.focus.on.get_value().map(|(key, _)| key)
    }

    /// The row that the Tab key reaches.
    pub(super) fn active(self) -> Option<Key> {
        self.focus.active.get_untracked()
    }

    pub(super) fn focus_came(self, key: &Key, place: usize) {
        let focus = self.focus;
        focus.on.set_value(Some((key.clone(), place)));
        if focus.active.get_untracked().as_ref() != Some(key) {
            focus.active.set(Some(key.clone()));
            self.source().changed();
        }
        self.hold_focus(true);
    }

    pub(super) fn focus_left(self) {
        self.focus.on.set_value(None);
        self.hold_focus(false);
    }

    /// Before rows are drawn: whether the row that has the focus has gone, and which one took its
    /// place, if there is one.
    pub(super) fn lost(self) -> Option<Option<Key>> {
        let (key, place) = self.focus.on.get_value()?;
        match self.source().place(&key) {
            Some(place) => {
                self.focus.on.set_value(Some((key, place)));
                None
            }
            None => {
                let last = self.source().len().checked_sub(1);
                Some(last.and_then(|last| self.source().key(place.min(last))))
            }
        }
    }

    /// The Tab key must reach one of the rows in the page.
    pub(super) fn keep_reachable(self, drawn: &[Key]) {
        if !self.active().is_some_and(|key| drawn.contains(&key)) {
            set(self.focus.active, drawn.first().cloned());
        }
    }

    /// Moves the focus to a row, which is drawn if it was not.
    pub(in crate::ui) fn focus(self, key: &str, part: Part) -> bool {
        let Some(place) = self.source().place(key) else {
            return false;
        };
        self.reveal(place);
        // The row that has it now stays until it has moved: a focus that is lost on the way lets
        // the table go.
        self.focus.next.set_value(Some(key.into()));
        self.draw();
        let given = self.element(key).is_some_and(|row| give(&row, part));
        self.focus.next.set_value(None);
        given
    }

    /// Moves the focus to the table itself: no row is meant by the next key.
    pub(in crate::ui) fn focus_table(self) {
        if let Some(table) = self.own.get_value() {
            let _ = table.focus();
        }
    }

    /// The focus of a row that has gone falls to the table: no key does to one row what was meant
    /// for another. An arrow leads on to the row that took its place. Nothing scrolls, for nobody
    /// asked for that.
    pub(super) fn fall(self, heir: Option<Key>) {
        self.focus.on.set_value(None);
        if heir.is_some() {
            self.focus.active.set(heir);
        }
        if let Some(table) = self.own.get_value() {
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = table.focus_with_options(&still);
        }
    }

    /// Moves the focus to the row at this place.
    pub(in crate::ui) fn focus_place(self, place: usize) {
        if let Some(key) = self.source().key(place) {
            self.focus(&key, Part::Row);
        }
    }

    /// Moves the focus by this many rows.
    pub(super) fn step(self, by: isize) {
        let on = self.focused();
        // From the table itself to the row that the Tab key would reach.
        let by = if on.is_none() && by.abs() == 1 { 0 } else { by };
        let here = on.or_else(|| self.active());
        let last = self.source().len().saturating_sub(1);
        let place = here.and_then(|key| self.source().place(&key));
        let place = place.unwrap_or_default().saturating_add_signed(by);
        self.focus_place(place.min(last));
    }
}

fn give(row: &Element, part: Part) -> bool {
    let inner = match part {
        Part::Row => None,
        Part::First(selector) => row.query_selector(&selector).ok().flatten(),
    };
    // What is out of sight takes no focus: then the row does.
    [inner, Some(row.clone())]
        .into_iter()
        .flatten()
        .filter_map(|element| element.dyn_into::<HtmlElement>().ok())
        .any(|element| {
            let _ = element.focus();
            document().active_element().as_ref() == Some(element.as_ref())
        })
}
