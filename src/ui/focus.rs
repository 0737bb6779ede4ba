//! Where the focus is among the rows, and where it goes when its row goes.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::board::Board;
use switchboard_core::console::Act;
use switchboard_core::words::say;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::store::{Store, set};

/// A part of a row that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Row,
    Button(Act),
}

#[derive(Clone, Copy)]
pub(super) struct Focus {
    /// The row that the Tab key reaches.
    pub active: RwSignal<Option<Uniqueid>>,
    /// The row that has the focus, and the place where it was last drawn.
    on: StoredValue<Option<(Uniqueid, usize)>>,
    /// The row that is about to get it.
    next: StoredValue<Option<Uniqueid>>,
}

impl Focus {
    pub(super) fn new() -> Self {
        Self {
            active: RwSignal::default(),
            on: StoredValue::default(),
            next: StoredValue::default(),
        }
    }

    /// Rows that must be in the page, in sight or not.
    pub(super) fn pinned(self) -> [Option<Uniqueid>; 2] {
        [self.on(), self.next.get_value()]
    }

    /// The row that has the focus.
    pub(super) fn on(self) -> Option<Uniqueid> {
        self.on.get_value().map(|(id, _)| id)
    }

    pub(super) fn came(self, store: Store, id: &Uniqueid, place: usize) {
        self.on.set_value(Some((id.clone(), place)));
        if self.active.get_untracked().as_ref() != Some(id) {
            self.active.set(Some(id.clone()));
            store.changed();
        }
        store.hold.focus(store, true);
    }

    pub(super) fn left(self, store: Store) {
        self.on.set_value(None);
        store.hold.focus(store, false);
    }

    /// Before rows are drawn: whether the row that has the focus has gone, and which one took its
    /// place, if there is one.
    pub(super) fn lost(self, board: &Board) -> Option<Option<Uniqueid>> {
        let (id, place) = self.on.get_value()?;
        match board.place(&id) {
            Some(place) => {
                self.on.set_value(Some((id, place)));
                None
            }
            None => {
                let last = board.len().checked_sub(1);
                let heir = last.and_then(|last| board.row(place.min(last)));
                Some(heir.map(|row| row.uniqueid.clone()))
            }
        }
    }

    /// The Tab key must reach one of the rows in the page.
    pub(super) fn keep_reachable(self, drawn: &[Uniqueid]) {
        let active = self.active.get_untracked();
        if !active.is_some_and(|id| drawn.contains(&id)) {
            set(self.active, drawn.first().cloned());
        }
    }

    /// Moves the focus to a row, which is drawn if it was not.
    pub(super) fn to(self, store: Store, id: &Uniqueid, part: Part) -> bool {
        let Some(place) = store.look(|c| c.board().place(id)).flatten() else {
            return false;
        };
        super::board::reveal(store, place);
        // The row that has it now stays until it has moved: a focus that is lost on the way lets
        // the board go.
        self.next.set_value(Some(id.clone()));
        store.draw_rows();
        let rows = store.rows();
        let element = rows.try_borrow().ok().and_then(|rows| rows.element(id));
        let given = element.is_some_and(|row| give(&row, part));
        self.next.set_value(None);
        given
    }

    /// The focus of a row that has gone falls to the grid: no key does to one call what was meant
    /// for another. An arrow leads on to the row that took its place. Nothing scrolls, for nobody
    /// asked for that.
    pub(super) fn fall(self, heir: Option<Uniqueid>) {
        self.on.set_value(None);
        if heir.is_some() {
            self.active.set(heir);
        }
        let grid = document().get_element_by_id(super::board::GRID);
        if let Some(grid) = grid.and_then(|grid| grid.dyn_into::<HtmlElement>().ok()) {
            let still = FocusOptions::new();
            still.set_prevent_scroll(true);
            let _ = grid.focus_with_options(&still);
        }
    }

    /// Moves the focus to a row, whatever is typed in Find.
    pub(super) fn show(self, store: Store, id: &Uniqueid) {
        let hidden = store.look(|c| c.board().place(id).is_none() && c.board().find(id).is_some());
        if hidden == Some(true) {
            store.find(String::new());
        }
        let id = id.clone();
        store.at_board(move || {
            self.to(store, &id, Part::Row);
        });
    }

    /// Moves the focus to the call that rings and has waited longest; from there to the next.
    pub(super) fn next_ringing(self, store: Store) {
        let calls = store.look(|c| c.board().ringing()).unwrap_or_default();
        let here = self.on();
        let at = here.and_then(|id| calls.iter().position(|call| call.rows.contains(&id)));
        let next = at.map_or(0, |at| (at + 1) % calls.len());
        match calls.get(next) {
            Some(call) => self.show(store, &call.id),
            None => store.seen.said.set(say!("ringing.none")),
        }
    }

    /// Moves the focus to the row at this place.
    pub(super) fn to_place(self, store: Store, place: usize) {
        let id = store.look(|c| c.board().row(place).map(|row| row.uniqueid.clone()));
        if let Some(id) = id.flatten() {
            self.to(store, &id, Part::Row);
        }
    }

    /// Moves the focus by this many rows.
    pub(super) fn step(self, store: Store, by: isize) {
        let on = self.on();
        // From the grid itself to the row that the Tab key would reach.
        let by = if on.is_none() && by.abs() == 1 { 0 } else { by };
        let here = on.or_else(|| self.active.get_untracked());
        let place = store.look(|c| {
            let last = c.board().len().saturating_sub(1);
            let place = here.and_then(|id| c.board().place(&id)).unwrap_or_default();
            place.saturating_add_signed(by).min(last)
        });
        if let Some(place) = place {
            self.to_place(store, place);
        }
    }
}

fn give(row: &Element, part: Part) -> bool {
    let selector = match part {
        Part::Row => None,
        Part::Button(act) => Some(format!(".act-{}", act.name())),
    };
    let inner = selector.and_then(|selector| row.query_selector(&selector).ok().flatten());
    // A button behind the row's menu takes no focus: then the row does.
    [inner, Some(row.clone())]
        .into_iter()
        .flatten()
        .filter_map(|element| element.dyn_into::<HtmlElement>().ok())
        .any(|element| {
            let _ = element.focus();
            document().active_element().as_ref() == Some(element.as_ref())
        })
}
