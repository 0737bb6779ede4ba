//! The calls that ring out of sight.

use leptos::prelude::*;
use switchboard_core::board::Ring;
use switchboard_core::console::Console;
use switchboard_core::words::{ringing, say};

use super::Channels;
use crate::ui::store::set;
use crate::ui::views::listing::Listing;

/// Up to so many rows that ring are looked through whenever anything has happened.
const MANY: usize = 100;

impl Channels {
    /// Finds the calls that ring out of sight, unless there are very many: of those, the tick counts.
    pub(super) fn listen_for_rings(self) {
        let few = |console: &Console| console.board().rows_ringing() <= MANY;
        if self.store().look(few) == Some(true) {
            self.find_rings();
        }
    }

    /// Finds the calls that ring out of sight. A new one is told to those who do not see the bar.
    pub(super) fn find_rings(self) {
        let seen = self.store().seen;
        let Some(rings) = self.store().look(|console| self.rings_unseen(console)) else {
            return;
        };
        let known = seen.rings.get_untracked();
        let is_new = |ring: &&Ring| known.iter().all(|old| old.id != ring.id);
        if let Some(ring) = rings.iter().find(is_new) {
            seen.said.set(ringing::told(ring));
        } else if !self.store().has_board() {
            // Nobody's number stays in the page when it is logged off.
            set(seen.said, String::new());
        }
        set(seen.rings, rings);
    }

    fn rings_unseen(self, console: &Console) -> Vec<Ring> {
        if !console.session().phase().is_live() {
            return Vec::new();
        }
        let mut viewport = self.table().viewport();
        if !self.store().shows(Self::PLACE) {
            viewport.height = 0.0;
        }
        let head = self.table().head();
        console.board().ringing_unseen(&viewport, head)
    }

    /// Moves the focus to the call that rings and has waited longest; from there to the next.
    pub(in crate::ui) fn show_next_ringing(self) {
        let calls = self.store().look(|c| c.board().ringing());
        let calls = calls.unwrap_or_default();
        let here = self.table().focused();
        let at = here.and_then(|id| {
            calls
                .iter()
                .position(|call| call.rows.iter().any(|row| **row == *id))
        });
        let next = at.map_or(0, |at| (at + 1) % calls.len());
        match calls.get(next) {
            Some(call) => self.show(&call.id),
            None => self.store().seen.said.set(say!("ringing.none")),
        }
    }
}
