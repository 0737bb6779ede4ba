//! When to draw: at once if nothing was drawn lately, else with the browser's next frame. While a
//! long answer is read, ten times a second: it is read in turns of a few milliseconds, and a drawing
//! of a busy board takes longer than that. While nobody looks nothing is, but what the tab's title
//! says is brought up to date once a second.

use std::time::Duration;

use ajam::time::Moment;
use leptos::prelude::*;

use super::store::Store;

const FRAME: Duration = Duration::from_millis(16);
const READING: Duration = Duration::from_millis(100);
const UNSEEN: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Default, PartialEq)]
enum Due {
    #[default]
    Not,
    NextFrame,
    Later,
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    due: StoredValue<Due>,
    drawn: StoredValue<Option<Moment>>,
    /// Since when a long answer is read.
    reads: StoredValue<Option<Moment>>,
}

impl Frame {
    pub(super) fn new() -> Self {
        Self {
            due: StoredValue::default(),
            drawn: StoredValue::default(),
            reads: StoredValue::default(),
        }
    }

    pub(super) fn request(self, store: Store) {
        // The line may outlast the page that drew it.
        let Some(due) = self.due.try_get_value() else {
            return;
        };
        if document().hidden() {
            // A frame that was asked for before does not come while the page is hidden.
            if due != Due::Later {
                self.due.set_value(Due::Later);
                set_timeout(move || self.come(store, Due::Later), UNSEEN);
            }
            return;
        }
        let now = store.now();
        let drawn = self.drawn.get_value();
        let lately = |at: Option<Moment>, time| at.is_some_and(|at| now.since(at) < time);
        if store.reads() {
            let reads = self.reads.get_value().unwrap_or(now);
            self.reads.set_value(Some(reads));
            // Each turn asks again, and behind the last one nothing is left to be read.
            if lately(drawn.max(Some(reads)), READING) {
                return;
            }
        } else {
            self.reads.set_value(None);
        }
        if !lately(drawn, FRAME) {
            store.commit();
        } else if due != Due::NextFrame {
            self.due.set_value(Due::NextFrame);
            request_animation_frame(move || self.come(store, Due::NextFrame));
        }
    }

    /// Everything that waited has been drawn.
    pub(super) fn done(self, now: Moment) {
        self.due.set_value(Due::Not);
        self.drawn.set_value(Some(now));
    }

    fn come(self, store: Store, due: Due) {
        if self.due.try_get_value() != Some(due) {
            return;
        }
        if document().hidden() {
            self.due.set_value(Due::Not);
            store.glance();
        } else {
            store.commit();
        }
    }
}
