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

/// The pace of `WaitEvent`.
///
/// Up to the per-session queue (20.21, 22.10 and their like still have the old one), the wait ends
/// for any event of the server, also for one this account may not see: on a busy system a page
/// that asks again at once would do nothing else. So a pause follows each hasty empty reply, and
/// grows while they keep coming; the first one costs nothing, for an idle server sends one whenever
/// anybody logs in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    hasty: u32,
}

impl Pace {
    /// A reply came: how long to pause before the next `WaitEvent`.
    pub fn after(&mut self, asked: Moment, now: Moment, events: usize) -> Duration {
        if events > 0 || now.since(asked) >= SOON {
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
