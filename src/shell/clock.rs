//! The browser's clocks. Nothing else of the page reads them.

use std::cell::Cell;

use js_sys::Date;
use wasm_bindgen::JsValue;

use ajam::time::{Clocks, Look, Moment, Timekeeper};

/// Tells moments.
pub(super) struct Clock(Cell<Timekeeper>);

impl Clock {
    /// Begins to count.
    pub fn begin() -> Self {
        Self(Cell::new(Timekeeper::begin(clocks())))
    }

    /// Looks at the time.
    pub fn look(&self) -> Look {
        let mut keeper = self.0.get();
        let look = keeper.look(clocks());
        self.0.set(keeper);
        look
    }

    /// That moment on the wall clock, as it goes now.
    pub fn date(&self, at: Moment) -> Date {
        Date::new(&JsValue::from_f64(self.0.get().wall(at)))
    }
}

fn clocks() -> Clocks {
    Clocks {
        steady: precise(),
        wall: Date::now(),
    }
}

/// Milliseconds with their fractions, since the page was opened: for durations only, and on the
/// clock that requests are timed by. It never goes back, and may stand still while a computer
/// sleeps.
pub fn precise() -> f64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or_else(Date::now, |performance| performance.now())
}
