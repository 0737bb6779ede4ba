//! Nothing moves under a hand: while the pointer or the focus is on a row, every row stays where it
//! is ([`Hand`]).

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::board::Hand;

use super::store::Store;

#[derive(Clone, Copy)]
pub(super) struct Hold {
    hand: StoredValue<Hand>,
    held: StoredValue<bool>,
}

impl Hold {
    pub(super) fn new() -> Self {
        Self {
            hand: StoredValue::default(),
            held: StoredValue::default(),
        }
    }

    /// The pointer moved on a row.
    pub(super) fn pointed(self, store: Store, row: Option<Uniqueid>) {
        let now = store.now();
        self.hand.update_value(|hand| hand.pointed(row, now));
        self.refresh(store);
    }

    /// The pointer left the rows.
    pub(super) fn pointer_left(self, store: Store) {
        self.hand.update_value(Hand::pointer_left);
        self.refresh(store);
    }

    /// The rows move under the pointer, because somebody scrolls.
    pub(super) fn scrolled(self, store: Store) {
        let now = store.now();
        self.hand.update_value(|hand| hand.scrolled(now));
        self.refresh(store);
    }

    /// Whether this row slid under a pointer that rests.
    pub(super) fn slid_under(self, row: &Uniqueid) -> bool {
        self.hand.with_value(|hand| hand.was_slid_under(row))
    }

    pub(super) fn focus(self, store: Store, in_row: bool) {
        let now = store.now();
        self.hand.update_value(|hand| match in_row {
            true => hand.focused(now),
            false => hand.focus_left(),
        });
        self.refresh(store);
    }

    pub(super) fn refresh(self, store: Store) {
        let now = store.now();
        // Where no channel lives there is nothing that a hand could mean.
        let lives = store.look(|console| console.board().living() > 0);
        let held = self.hand.with_value(|hand| hand.is_there(now)) && lives == Some(true)
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
