//! Nothing moves under a hand: while the pointer or the focus is on a row, every row stays where it
//! is ([`Hand`]).

use leptos::prelude::*;
use switchboard_core::board::Hand;

use super::{Key, Table};

#[derive(Clone, Copy)]
pub(super) struct Hold {
    hand: StoredValue<Hand<Key>>,
    /// The row on which a pointer went down last.
    down: StoredValue<Option<Key>>,
    held: StoredValue<bool>,
}

impl Hold {
    pub(super) fn new() -> Self {
        Self {
            hand: StoredValue::new(Hand::default()),
            down: StoredValue::new(None),
            held: StoredValue::new(false),
        }
    }
}

impl Table {
    /// The pointer moved on a row.
    pub(super) fn pointed(self, row: Option<Key>) {
        let now = self.source().now();
        let hand = self.hold.hand;
        hand.update_value(|hand| hand.pointed(row, now));
        self.refresh_hold();
    }

    /// The pointer left the rows.
    pub(in crate::ui) fn pointer_left(self) {
        self.hold.hand.update_value(Hand::pointer_left);
        self.refresh_hold();
    }

    /// The rows move under the pointer, because somebody scrolls.
    pub(in crate::ui) fn hold_scrolled(self) {
        let now = self.source().now();
        self.hold.hand.update_value(|hand| hand.scrolled(now));
        self.refresh_hold();
    }

    /// A pointer, or a finger, went down on a row.
    pub(super) fn went_down(self, row: Option<Key>) {
        self.hold.down.set_value(row);
    }

    /// Whether a click on this row can be meant for it: it did not slide under a pointer that rests,
    /// and was there when the pointer went down.
    pub(in crate::ui) fn is_meant(self, row: &Key) -> bool {
        let hold = self.hold;
        let other = |down: &Option<Key>| down.as_ref().is_some_and(|down| down != row);
        !hold.down.with_value(other) && !hold.hand.with_value(|hand| hand.was_slid_under(row))
    }

    pub(super) fn hold_focus(self, in_row: bool) {
        let now = self.source().now();
        self.hold.hand.update_value(|hand| match in_row {
            true => hand.focused(now),
            false => hand.focus_left(),
        });
        self.refresh_hold();
    }

    /// Holds the rows, or lets them go, as it should be by now.
    pub(in crate::ui) fn refresh_hold(self) {
        let now = self.source().now();
        let hold = self.hold;
        // Where no row lives there is nothing that a hand could mean.
        let held = hold.hand.with_value(|hand| hand.is_there(now)) && self.source().is_alive()
            || untrack(|| self.source().open()).is_some();
        if held == hold.held.get_value() {
            return;
        }
        hold.held.set_value(held);
        self.source().hold(held);
        if !held {
            self.source().changed();
        }
    }
}
