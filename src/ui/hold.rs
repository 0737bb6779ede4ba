//! Nothing moves under a hand: while the pointer or the focus is on a row, every row stays where it
//! is.
//!
//! A pointer that was left lying there is no hand: after a while the board goes on without it, and
//! what slides under it can't be pressed before it moves.

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::time::Moment;
use leptos::prelude::*;

use super::store::Store;

/// How long after it last moved, or a key was pressed, a hand is taken to be there.
const RESTS: Duration = Duration::from_secs(15);

#[derive(Clone, Copy)]
pub(super) struct Hold {
    /// When the pointer last moved on a row; none if it is on none.
    pointer: StoredValue<Option<Moment>>,
    /// The row on which it last moved; none if the rows were moved on purpose since.
    under: StoredValue<Option<Uniqueid>>,
    /// When the focus last did something in a row; none if it is in none.
    focus: StoredValue<Option<Moment>>,
    held: StoredValue<bool>,
}

impl Hold {
    pub(super) fn new() -> Self {
        Self {
            pointer: StoredValue::default(),
            under: StoredValue::default(),
            focus: StoredValue::default(),
            held: StoredValue::default(),
        }
    }

    /// The pointer moved on a row.
    pub(super) fn pointed(self, store: Store, row: Option<Uniqueid>) {
        self.under.set_value(row);
        self.pointer.set_value(Some(store.now()));
        self.refresh(store);
    }

    /// The pointer left the rows.
    pub(super) fn pointer_left(self, store: Store) {
        self.under.set_value(None);
        self.pointer.set_value(None);
        self.refresh(store);
    }

    /// The rows move under the pointer, because somebody scrolls.
    pub(super) fn scrolled(self, store: Store) {
        if self.pointer.get_value().is_some() {
            self.pointed(store, None);
        }
    }

    /// Whether this row slid under a pointer that rests: what is pressed there was meant for
    /// another call.
    pub(super) fn slid_under(self, row: &Uniqueid) -> bool {
        self.under
            .with_value(|under| under.as_ref().is_some_and(|under| under != row))
    }

    pub(super) fn focus(self, store: Store, in_row: bool) {
        self.focus.set_value(in_row.then(|| store.now()));
        self.refresh(store);
    }

    pub(super) fn refresh(self, store: Store) {
        let now = store.now();
        let lately = |at: Option<Moment>| at.is_some_and(|at| now.since(at) < RESTS);
        let held = lately(self.pointer.get_value())
            || lately(self.focus.get_value())
            || store.popovers.is_open();
        if held == self.held.get_value() {
            return;
        }
        self.held.set_value(held);
        store.touch(|console| console.board_mut().hold(held));
        if !held {
            store.changed();
        }
    }
}
