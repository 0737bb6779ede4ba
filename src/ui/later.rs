//! What is done a while later: once, though it is asked for again and again, and not at all when whoever
//! wanted it is gone.

use std::time::Duration;

use leptos::prelude::*;

/// How long nobody must have typed before a number is looked up.
pub(super) const TYPED: Duration = Duration::from_millis(250);

/// How long what has changed must have stood before the button below it does what it says: what changes
/// under a finger was not read.
pub(super) const READ: Duration = Duration::from_millis(700);

/// Something to be done later.
#[derive(Clone, Copy)]
pub(super) struct Later(StoredValue<u32>);

impl Later {
    /// Nothing yet. It lives as long as the component that makes it.
    pub(super) fn new() -> Self {
        Self(StoredValue::default())
    }

    /// Does this after so long, in place of what was asked for before.
    pub(super) fn after(self, time: Duration, act: impl FnOnce() + 'static) {
        let times = self.0.get_value().wrapping_add(1);
        self.0.set_value(times);
        set_timeout(
            move || {
                if self.0.try_get_value() == Some(times) {
                    act();
                }
            },
            time,
        );
    }
}
