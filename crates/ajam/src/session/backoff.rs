//! How long to wait before trying again.

use std::time::Duration;

/// The first delay.
const FIRST: Duration = Duration::from_millis(250);
/// The longest delay: a person who restarted the server is watching.
const LONGEST: Duration = Duration::from_secs(3);

/// Delays that double from a quarter of a second to three seconds, each up to a fifth shorter by
/// chance, so that many pages do not come back in step.
#[derive(Clone, Debug)]
pub struct Backoff {
    attempt: u32,
    seed: u64,
}

impl Backoff {
    /// The seed makes the delays repeatable in tests.
    pub fn new(seed: u64) -> Self {
        Self {
            attempt: 0,
            seed: seed | 1,
        }
    }

    /// How many delays were given since the last success.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// It worked: start over.
    pub fn reset(&mut self) {
        self.attempt = 0;
    }

    /// The delay before the next try.
    pub fn next_delay(&mut self) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.attempt.min(10));
        self.attempt = self.attempt.saturating_add(1);
        doubled.min(LONGEST).mul_f64(1.0 - self.chance() / 5.0)
    }

    /// Between 0 and 1 (xorshift64; nothing secret depends on it).
    fn chance(&mut self) -> f64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        (self.seed >> 40) as f64 / (1u64 << 24) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_three_seconds_and_start_over_after_a_success() {
        let mut backoff = Backoff::new(7);
        let delays: Vec<_> = (0..20).map(|_| backoff.next_delay().as_millis()).collect();
        assert!((200..=250).contains(&delays[0]), "{delays:?}");
        assert!((400..=500).contains(&delays[1]), "{delays:?}");
        assert!(
            delays[10..].iter().all(|d| (2400..=3000).contains(d)),
            "{delays:?}"
        );
        backoff.reset();
        assert!(backoff.next_delay().as_millis() <= 250);
    }

    #[test]
    fn two_pages_do_not_come_back_in_step() {
        let delays = |seed| {
            let mut backoff = Backoff::new(seed);
            (0..8).map(|_| backoff.next_delay()).collect::<Vec<_>>()
        };
        assert_ne!(delays(3), delays(5));
    }
}
