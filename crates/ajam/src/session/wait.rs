//! When to ask for events again.

use std::time::Duration;

use crate::time::Moment;

/// Seconds that a `WaitEvent` asks for. Asterisk cuts it to `httptimeout` − 10 (50 s by default);
/// well below, so that a server that has frozen is noticed soon: no other sign of life comes from
/// an idle one.
pub const TIMEOUT: u32 = 10;

/// A reply that comes sooner than this and holds nothing was not worth waiting for.
const SOON: Duration = Duration::from_secs(1);
/// The longest pause after such replies.
const LONGEST: Duration = Duration::from_millis(500);

/// So many events may come in a row before a pause follows: a call or two from beginning to end.
const BURST: f64 = 150.0;
/// Of so many a second, on average, each is still fetched at once.
const CALM: f64 = 100.0;
/// So many a second are a storm: as long a pause as there is.
const STORM: f64 = 2000.0;
/// The shortest and the longest pause of a busy board, in ms.
const PAUSE: (f64, f64) = (100.0, 1200.0);
/// In how many ms half of what came is forgotten.
const MEMORY: f64 = 1000.0;

/// The pace of `WaitEvent`.
///
/// Each one costs Asterisk a thread's turn, a session and a temporary file (`main/manager.c`,
/// `generic_http_callback`), and the page a drawing. While little happens the next one follows at
/// once. On a busy server a pause lets events gather: the more come, the longer, up to 1.2 s. So an
/// event is seen that much later in a storm; `cargo xtask bench` measures both.
///
/// Up to the per-session queue (20.21, 22.10 and their like still have the old one), the wait ends
/// for any event of the server, also for one this account may not see: on a busy system a page
/// that asks again at once would do nothing else. So a pause follows each hasty empty reply, and
/// grows while they keep coming; the first one costs nothing, for an idle server sends one whenever
/// anybody logs in.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    hasty: u32,
    /// How many more events may come before a pause.
    credit: f64,
    /// Events a second, lately.
    rate: f64,
    last: Option<Moment>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            hasty: 0,
            credit: BURST,
            rate: 0.0,
            last: None,
        }
    }
}

impl Pace {
    /// A reply came: how long to pause before the next `WaitEvent`.
    pub fn after(&mut self, asked: Moment, now: Moment, events: usize) -> Duration {
        self.count(now, events);
        if events > 0 {
            self.hasty = 0;
            return self.busy();
        }
        if now.since(asked) >= SOON {
            self.hasty = 0;
            return Duration::ZERO;
        }
        let pause = match self.hasty {
            0 => Duration::ZERO,
            n => (Duration::from_millis(25) * (1 << n.min(8))).min(LONGEST),
        };
        self.hasty += 1;
        pause
    }

    fn count(&mut self, now: Moment, events: usize) {
        let last = self.last.replace(now).unwrap_or(now);
        let passed = now.since(last).as_millis() as f64;
        let came = events as f64;
        self.credit = (self.credit + CALM * passed / 1000.0 - came).clamp(-CALM, BURST);
        // What came is forgotten by half in so long.
        self.rate = self.rate * MEMORY / (MEMORY + passed) + came * 1000.0 / MEMORY;
    }

    fn busy(&self) -> Duration {
        if self.credit > 0.0 {
            return Duration::ZERO;
        }
        let share = (self.rate / STORM).min(1.0);
        Duration::from_millis((PAUSE.1 * share).max(PAUSE.0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(pace: &mut Pace, replies: &[(i64, usize)]) -> Vec<u128> {
        replies
            .iter()
            .map(|(took, events)| {
                let asked = Moment::from_millis(0);
                pace.after(asked, Moment::from_millis(*took), *events)
                    .as_millis()
            })
            .collect()
    }

    #[test]
    fn hasty_empty_replies_are_answered_ever_more_slowly() {
        let mut pace = Pace::default();
        assert_eq!(
            pauses(
                &mut pace,
                &[(3, 0), (3, 0), (3, 0), (3, 0), (3, 0), (3, 0), (3, 0)]
            ),
            [0, 50, 100, 200, 400, 500, 500]
        );
    }

    /// How many requests it takes, and the longest pause, while so many events a second come in
    /// groups of so many for ten seconds.
    fn storm(rate: usize, group: usize) -> (usize, u128) {
        let mut pace = Pace::default();
        let (mut requests, mut longest) = (0, 0);
        let (mut at, mut told) = (0, 0);
        while at < 10_000 {
            let come = (rate * at as usize / 1000) / group * group;
            if come == told {
                at += 1;
                continue;
            }
            let now = Moment::from_millis(at);
            let pause = pace.after(now, now, come - told).as_millis();
            told = come;
            requests += 1;
            longest = longest.max(pause);
            at += pause as i64 + 1;
        }
        (requests, longest)
    }

    #[test]
    fn a_call_now_and_then_is_followed_at_once() {
        // Two calls a second, of 24 events each.
        assert_eq!(storm(48, 6).1, 0);
    }

    #[test]
    fn a_storm_costs_few_requests_and_a_busy_morning_a_short_pause() {
        let (requests, longest) = storm(5000, 5);
        assert!(requests < 50 && longest == 1200, "{requests} {longest}");
        let (_, longest) = storm(300, 5);
        assert!((100..400).contains(&longest), "{longest}");
    }

    #[test]
    fn behind_a_storm_everything_is_quick_again() {
        let mut pace = Pace::default();
        for at in 0..10 {
            pace.after(Moment::default(), Moment::from_millis(at * 1200), 6000);
        }
        let later = Moment::from_millis(12_000 + 2000);
        assert_eq!(pace.after(later, later, 5), Duration::ZERO);
    }

    #[test]
    fn events_and_patient_replies_are_followed_at_once() {
        let mut pace = Pace::default();
        pauses(&mut pace, &[(3, 0), (3, 0), (3, 0)]);
        assert_eq!(
            pauses(&mut pace, &[(3, 1), (3, 0), (2000, 0), (3, 0)]),
            [0, 0, 0, 0]
        );
    }
}
