//! The clock, and the one timer that goes by it.

use std::cell::RefCell;
use std::rc::Rc;

use ajam::time::{Look, Moment};
use gloo_timers::callback::Timeout;
use js_sys::Date;

use super::clock::Clock;

/// The longest time that a timer is set for, in ms: the clock may leap meanwhile.
const LONGEST: u32 = 60_000;

/// Wakes at one moment at a time.
pub(super) struct Alarm {
    clock: Clock,
    timer: Rc<RefCell<Option<(Moment, Timeout)>>>,
}

impl Alarm {
    /// Begins to count; nothing is due.
    pub fn begin() -> Self {
        Self {
            clock: Clock::begin(),
            timer: Rc::default(),
        }
    }

    /// Looks at the time.
    pub fn look(&self) -> Look {
        self.clock.look()
    }

    /// That moment on the wall clock, as it goes now.
    pub fn date(&self, at: Moment) -> Date {
        self.clock.date(at)
    }

    /// Calls `woken` at this moment, or somewhat earlier, and no more at the one that was set before.
    /// Whoever is woken sets it anew.
    pub fn set(&self, at: Option<Moment>, now: Moment, woken: impl FnOnce() + 'static) {
        if self.timer.borrow().as_ref().map(|(at, _)| *at) == at {
            return;
        }
        let timer = at.map(|at| {
            let wait = at.since(now).as_millis();
            let wait = u32::try_from(wait).unwrap_or(u32::MAX).min(LONGEST);
            let own = self.timer.clone();
            let fire = move || {
                // Not dropped while it runs.
                let fired = own.borrow_mut().take();
                if let Some((_, fired)) = fired {
                    fired.forget();
                }
                woken();
            };
            (at, Timeout::new(wait, fire))
        });
        *self.timer.borrow_mut() = timer;
    }
}
