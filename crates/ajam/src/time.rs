//! Time without a clock: the browser's shell reads the clock, everything else is told.

use core::ops::{Add, Sub};
use core::time::Duration;

/// A moment, in milliseconds since some start that is the same for the life of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// This many milliseconds after the start; before it if negative (a call may be older than
    /// the page).
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds after the start.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Time from `earlier` to here; none if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// What the two clocks of a browser say at one time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clocks {
    /// Since some start. Never goes back, but stands still on some systems while they sleep.
    pub steady: f64,
    /// Since 1970. People and programs set it, forward and back.
    pub wall: f64,
}

/// Moments out of two clocks, of which neither can be trusted alone.
///
/// The steady clock counts. Where the wall clock ran ahead of it between two looks, the computer may
/// have slept, and that time passed as well: for what stands in the page it is better to be doubted
/// for nothing than to be believed after a sleep. Where the wall clock fell back, somebody set it,
/// and no time was lost.
#[derive(Clone, Copy, Debug)]
pub struct Timekeeper {
    last: Clocks,
    at: f64,
}

/// What a look at the clocks came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Now; never before what was told last.
    pub now: Moment,
    /// Time passed that the steady clock did not see: whatever waits by it comes too late.
    pub leapt: bool,
}

/// How much further than the steady clock the wall clock may have gone by itself between two looks,
/// in ms: it is slewed, and the two are not read at the very same time.
const SLACK: f64 = 1000.0;

impl Timekeeper {
    /// Begins at [`Moment::default`].
    pub fn begin(clocks: Clocks) -> Self {
        Self {
            last: clocks,
            at: 0.0,
        }
    }

    /// Looks at the clocks.
    pub fn look(&mut self, clocks: Clocks) -> Look {
        let steady = (clocks.steady - self.last.steady).max(0.0);
        let wall = clocks.wall - self.last.wall;
        let leapt = wall > steady + SLACK;
        self.at += if leapt { wall } else { steady };
        self.last = clocks;
        Look {
            now: Moment::from_millis(self.at as i64),
            leapt,
        }
    }

    /// What the wall clock, as it goes now, would have said at that moment: since 1970, in
    /// milliseconds.
    pub fn wall(&self, at: Moment) -> f64 {
        self.last.wall - (self.at - at.millis() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 1_800_000_000_000.0;
    const HOUR: f64 = 3_600_000.0;

    fn keeper() -> Timekeeper {
        Timekeeper::begin(Clocks {
            steady: 5_000.0,
            wall: DAY,
        })
    }

    /// So long after the beginning by either clock.
    fn after(steady: f64, wall: f64) -> Clocks {
        Clocks {
            steady: 5_000.0 + steady,
            wall: DAY + wall,
        }
    }

    #[test]
    fn a_wall_clock_that_is_set_back_holds_nothing_up() {
        for step in [90_000.0, HOUR, 400.0 * 24.0 * HOUR] {
            let mut keeper = keeper();
            keeper.look(after(1_000.0, 1_000.0));
            for second in 2..20 {
                let told = f64::from(second) * 1000.0;
                let look = keeper.look(after(told, told - step));
                assert_eq!(look.now.millis(), i64::from(second) * 1000);
                assert!(!look.leapt);
            }
        }
    }

    #[test]
    fn a_sleep_that_only_the_wall_clock_saw_has_passed() {
        let mut keeper = keeper();
        keeper.look(after(1_000.0, 1_000.0));
        let look = keeper.look(after(1_500.0, 1_500.0 + HOUR));
        assert!(look.leapt);
        assert_eq!(look.now.millis(), 1_500 + HOUR as i64);
        let look = keeper.look(after(2_500.0, 2_500.0 + HOUR));
        assert!(!look.leapt, "once");
        assert_eq!(look.now.millis(), 2_500 + HOUR as i64);
    }

    #[test]
    fn a_sleep_that_both_clocks_saw_is_counted_once() {
        let mut keeper = keeper();
        let look = keeper.look(after(HOUR, HOUR));
        assert_eq!((look.now.millis(), look.leapt), (HOUR as i64, false));
    }

    #[test]
    fn there_and_back_again_takes_no_time_back() {
        let mut keeper = keeper();
        let there = keeper.look(after(1_000.0, HOUR)).now;
        let back = keeper.look(after(2_000.0, 2_000.0)).now;
        assert_eq!(back.since(there), Duration::from_secs(1));
        let again = keeper.look(after(3_000.0, 3_000.0));
        assert_eq!(again.now.since(back), Duration::from_secs(1));
        assert!(!again.leapt);
    }

    #[test]
    fn clocks_that_are_slewed_or_read_apart_do_not_leap() {
        let mut keeper = keeper();
        for second in 1..100_000 {
            let told = f64::from(second) * 1000.0;
            let look = keeper.look(after(told, told * 1.01 + f64::from(second % 3) * 300.0));
            assert!(!look.leapt);
            assert_eq!(look.now.millis(), i64::from(second) * 1000);
        }
    }

    #[test]
    fn a_time_of_day_is_that_of_the_wall_clock_as_it_goes_now() {
        let mut keeper = keeper();
        let live = keeper.look(after(1_000.0, 1_000.0)).now;
        assert!((keeper.wall(live) - (DAY + 1_000.0)).abs() < 1.0);
        keeper.look(after(61_000.0, 61_000.0 - HOUR));
        assert!((keeper.wall(live) - (DAY + 1_000.0 - HOUR)).abs() < 1.0);
    }
}
