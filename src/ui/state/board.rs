//! The board, but for its rows.

use leptos::prelude::*;
use switchboard_core::board::Ring;

use crate::ui::store::{Store, Tally, use_store};
use crate::ui::views::channels::Channels;

/// What is told of the board as a whole.
#[derive(Clone, Copy)]
pub struct Board {
    store: Store,
    pub tally: ReadSignal<Tally>,
    /// What stands in Find.
    pub find: ReadSignal<String>,
    /// The calls that ring out of sight, the one that has waited longest first.
    pub rings: ReadSignal<Vec<Ring>>,
    /// Whether a person wants the column of locations.
    pub location: ReadSignal<bool>,
}

impl Board {
    /// Moves the focus to the row of the call that has rung longest out of sight.
    pub fn show_ring(self) {
        let first = self
            .rings
            .with_untracked(|rings| rings.first().map(|ring| ring.id.clone()));
        if let Some(id) = first {
            Channels(self.store).show(&id);
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
        find: seen.find.read_only(),
        rings: seen.rings.read_only(),
        location: seen.location.read_only(),
    }
}
