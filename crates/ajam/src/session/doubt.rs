//! Signs that something was missed: a list tells what is true.
//!
//! A server may spoil the same packet for ever, and somebody may send it such texts on purpose. So
//! the first sign leads to a list at once, and each that follows soon after to a later one.

use std::time::Duration;

use super::lists::Keep;
use super::machine::{Session, Sink};
use crate::time::Moment;

/// The pause behind the first list.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// After so long without a sign the next one is the first again.
const FORGOTTEN: Duration = Duration::from_secs(180);

/// Whether, and when, everything is to be listed because of a sign.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    due: Option<Moment>,
    last: Option<Moment>,
    pause: Duration,
}

impl Doubt {
    /// There was a sign.
    pub fn raise(&mut self, now: Moment) {
        if self.last.is_some_and(|last| now.since(last) > FORGOTTEN) {
            self.pause = Duration::ZERO;
        }
        let next = self.last.map_or(now, |last| last + self.pause);
        self.due.get_or_insert(next.max(now));
    }

    /// When to list.
    pub fn due(&self) -> Option<Moment> {
        self.due
    }

    /// Whether to list now.
    fn take(&mut self, now: Moment) -> bool {
        let due = self.due.take_if(|at| *at <= now).is_some();
        if due {
            self.last = Some(now);
            self.pause = (self.pause * 2).clamp(FIRST, LONGEST);
        }
        due
    }

    /// Everything is being listed because of something else.
    pub fn rest(&mut self) {
        self.due = None;
    }
}

impl Session {
    /// When to list because of a sign, if there was one and nothing is being listed.
    pub(super) fn doubt_due(&self) -> Option<Moment> {
        let may = self.phase.may_ask() && self.listing.is_none();
        self.doubt.due().filter(|_| may)
    }

    /// Lists if there was a sign. Each page sees the signs for itself.
    pub(super) fn look_whether_doubtful(&mut self, now: Moment, sink: Sink<'_>) {
        if self.doubt_due().is_some() && self.doubt.take(now) {
            self.list_alone(Keep::ListedOnly, now, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_without_end_lead_to_ever_rarer_lists_and_a_late_one_to_one_at_once() {
        let mut doubt = Doubt::default();
        let mut lists = Vec::new();
        for at in (0..600_000).step_by(100) {
            let now = Moment::from_millis(at);
            doubt.raise(now);
            if doubt.take(now) {
                lists.push(at);
            }
        }
        assert_eq!(lists[0], 0);
        assert!((12..20).contains(&lists.len()), "{lists:?}");
        let later = Moment::from_millis(900_000);
        doubt.rest();
        doubt.raise(later);
        assert!(doubt.take(later));
    }
}
