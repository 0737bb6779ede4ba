//! The board, but for its rows.

use leptos::prelude::*;
use switchboard_core::board::Ring;

use crate::ui::store::{Store, Tally, use_store};
use crate::ui::views::rings;

/// What is told of the board as a whole.
#[derive(Clone, Copy)]
pub struct Board {
    store: Store,
    pub tally: ReadSignal<Tally>,
    /// How many rows Find has found that live, and of how many.
    pub found: ReadSignal<(usize, usize)>,
    /// How many rows have ended and stay under a hand.
    pub kept: ReadSignal<usize>,
    /// The calls that ring out of sight, the one that has waited longest first.
    pub rings: ReadSignal<Vec<Ring>>,
    /// Whether a person wants the column of locations.
    pub location: ReadSignal<bool>,
}

impl Board {
    /// Puts the table in sight in order.
    pub fn tidy(self) {
        self.store.tidy();
    }

    /// What stands in Find; what reads this follows it.
    pub fn typed(self) -> String {
        self.store.typed()
    }

    /// Moves the focus to the row of the call that has rung longest out of sight.
    pub fn show_ring(self) {
        let first = self
            .rings
            .with_untracked(|rings| rings.first().map(|ring| ring.id.clone()));
        if let Some(id) = first {
            rings::show(self.store, &id);
        }
    }
}

/// The board of this page.
pub fn use_board() -> Board {
    let store = use_store();
    let seen = store.seen;
    Board {
        store,
        tally: seen.tally.read_only(),
        found: seen.found.read_only(),
        kept: seen.kept.read_only(),
        rings: seen.rings.read_only(),
        location: seen.location.read_only(),
    }
}
