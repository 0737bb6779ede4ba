//! The time.

use ajam::time::Moment;
use leptos::prelude::*;

use crate::ui::store::{Store, use_store};

/// A clock that goes by seconds.
#[derive(Clone, Copy)]
pub struct Clock {
    store: Store,
    second: ReadSignal<Moment>,
}

impl Clock {
    /// The last full second; what reads it is drawn anew at the next.
    pub fn second(self) -> Moment {
        self.second.get()
    }

    /// This very moment; what reads it is drawn anew at the next second.
    pub fn now(self) -> Moment {
        self.second.get().max(untrack(|| self.store.now()))
    }
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    let store = use_store();
    Clock {
        store,
        second: store.seen.clock.read_only(),
    }
}
