//! Nothing moves under a hand: while the pointer or the focus is on a row, the order stands.
//!
//! A pointer that was left lying there is no hand: after a while the board goes on without it.

use std::time::Duration;

use leptos::prelude::*;

use super::store::Store;
use crate::time::Moment;

const POINTER: Duration = Duration::from_secs(10);
const KEYS: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
pub(super) struct Hold {
    /// When the pointer last moved on a row; none if it is on none.
    pointer: StoredValue<Option<Moment>>,
    /// When the focus last did something in a row; none if it is in none.
    focus: StoredValue<Option<Moment>>,
    held: StoredValue<bool>,
}

impl Hold {
    pub(super) fn new() -> Self {
        Self {
            pointer: StoredValue::default(),
            focus: StoredValue::default(),
            held: StoredValue::default(),
        }
    }

    pub(super) fn pointer(self, store: Store, on_row: bool) {
        self.pointer.set_value(on_row.then(|| store.now()));
        self.refresh(store);
    }

    pub(super) fn focus(self, store: Store, in_row: bool) {
        self.focus.set_value(in_row.then(|| store.now()));
        self.refresh(store);
    }

    pub(super) fn refresh(self, store: Store) {
        let now = store.now();
        let lately = |at: Option<Moment>, span| at.is_some_and(|at| now.since(at) < span);
        let held = lately(self.pointer.get_value(), POINTER)
            || lately(self.focus.get_value(), KEYS)
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
