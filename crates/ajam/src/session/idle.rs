//! Nobody there.

use std::time::Duration;

use crate::time::Moment;

/// How often the other pages are told that somebody is here, at most.
const TELL: Duration = Duration::from_secs(20);

/// When somebody was last seen at any page of this browser.
#[derive(Debug, Default)]
pub(super) struct Idle {
    /// Never over if none.
    pub limit: Option<Duration>,
    seen: Moment,
    told: Option<Moment>,
}

impl Idle {
    /// Somebody is there.
    pub fn touched(&mut self, now: Moment) {
        self.seen = self.seen.max(now);
    }

    /// Whether the other pages should hear of it; seldom enough.
    pub fn should_tell(&mut self, now: Moment) -> bool {
        let due = self.limit.is_some() && self.told.is_none_or(|at| now.since(at) >= TELL);
        if due {
            self.told = Some(now);
        }
        due
    }

    /// When it will be over.
    pub fn ends(&self) -> Option<Moment> {
        Some(self.seen + self.limit?)
    }

    /// Whether it is.
    pub fn is_over(&self, now: Moment) -> bool {
        self.ends().is_some_and(|at| at <= now)
    }
}
