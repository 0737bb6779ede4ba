//! Events, and whether they still come in time.

use std::time::Duration;

use super::machine::{Purpose, Session, Sink};
use super::phase::{Next, Phase, Trouble};
use super::share::{Role, Share};
use super::wait::TIMEOUT;
use crate::ami::{Action, Answer};
use crate::time::Moment;

/// How much later than asked for an answer to `WaitEvent` may come before it is late.
const GRACE: Duration = Duration::from_secs(2);
/// How soon the answer to an action is due.
const SOON: Duration = Duration::from_secs(3);
/// How soon a list is: those of busy systems are long.
pub(super) const LATER: Duration = Duration::from_secs(8);
/// A page that was not awake for so long trusts nothing that it finds.
const ASLEEP: Duration = Duration::from_secs(30);

/// How often `WaitEvent` was displaced lately. Pages of one browser hand it to each other, and a
/// page that was frozen meanwhile may grab it once more; somebody else's page goes on and on.
#[derive(Debug, Default)]
pub(super) struct Displaced {
    times: u32,
    last: Option<Moment>,
    /// It was, and has not waited since.
    doubtful: bool,
}

impl Displaced {
    const FORGOTTEN: Duration = Duration::from_secs(10);
    const OFTEN: u32 = 3;
    const PAUSE: Duration = Duration::from_millis(250);

    /// A connection has just broken. What the browser sent again on a new one, and what was given up
    /// and still stood on its way, displaces this page's own next `WaitEvent`.
    pub fn by_ourselves(&mut self) {
        self.times = 0;
    }

    fn is_too_often(&mut self, now: Moment) -> bool {
        if self.last.is_none_or(|at| now.since(at) > Self::FORGOTTEN) {
            self.times = 0;
        }
        self.last = Some(now);
        self.times += 1;
        self.times > Self::OFTEN
    }
}

impl Session {
    pub(super) fn wait(&mut self, now: Moment) {
        self.next_wait = None;
        if !self.role.waits() {
            return;
        }
        if std::mem::take(&mut self.displaced.doubtful) {
            // Whoever displaced this page may have gone since, and taken events along.
            self.post(Action::WaitEvent { timeout: 0 }, Purpose::Drain, now);
        } else {
            self.post(Action::WaitEvent { timeout: TIMEOUT }, Purpose::Wait, now);
        }
    }

    /// Waits for events, unless that is under way.
    pub(super) fn wait_if_due(&mut self, now: Moment) {
        let waiting = self.pending().any(|p| p.purpose == Purpose::Wait);
        if !waiting && self.next_wait.is_none() {
            self.wait(now);
        }
    }

    pub(super) fn waited(
        &mut self,
        answer: Option<&Answer<'_>>,
        events: usize,
        whole: bool,
        sent: Moment,
        now: Moment,
        sink: Sink<'_>,
    ) {
        if answer.is_some_and(Answer::is_denied) {
            return self.ended(now, sink);
        }
        if !whole {
            return self.trouble(Trouble::Cut, now);
        }
        match answer {
            Some(answer) if !answer.success => {
                self.trouble(Trouble::Refused(answer.message.to_string()), now);
            }
            // An envelope without a word: a newer WaitEvent of this session took its place.
            None if events == 0 => self.displaced(now),
            // The page was not awake: who knows what the server threw away meanwhile. A session
            // by Digest is even made anew without a word.
            _ if now.since(sent) > ASLEEP => {
                self.trouble(Trouble::NoAnswer, now);
                self.retry(now);
            }
            _ => {
                let pause = self.pace.after(sent, now, events);
                if pause.is_zero() {
                    self.wait(now);
                } else {
                    self.next_wait = Some(now + pause);
                }
            }
        }
    }

    fn displaced(&mut self, now: Moment) {
        if self.role == Role::Lead && !self.displaced.is_too_often(now) {
            self.displaced.doubtful = true;
            self.next_wait = Some(now + Displaced::PAUSE);
            return;
        }
        self.give_up_board();
        self.phase = Phase::TakenOver;
        self.share(|| Share::Broken(Trouble::TakenOver));
    }

    /// A body of events was read: others want it, and a list that is on its way.
    pub(super) fn heard(&mut self, text: String, in_one: bool, now: Moment) {
        if self.role == Role::Lead && in_one {
            self.share(|| Share::Body(text.clone()));
        }
        self.keep_for_list(text, now);
        self.filter_more(now);
        self.look_whether_late(now);
    }

    /// When the next word from the server is due, if one is.
    pub(super) fn due(&self) -> Option<Moment> {
        let due = |sent: Moment, purpose: &Purpose| match purpose {
            Purpose::Wait => sent + Duration::from_secs(u64::from(TIMEOUT)) + GRACE,
            _ if purpose.is_list() || *purpose == Purpose::Audit => sent + LATER,
            _ => sent + SOON,
        };
        let pending = self.pending();
        pending.map(|p| due(p.sent, &p.purpose)).min()
    }

    /// Doubts the board while a word is overdue, and trusts it again when it came: events queue on
    /// the session meanwhile and are not lost.
    pub(super) fn look_whether_late(&mut self, now: Moment) {
        let late = self.late_elsewhere || self.due().is_some_and(|at| at <= now);
        match self.phase {
            Phase::Live { since } if late => {
                self.phase = Phase::Late { since };
                self.share_if_leading(Share::Late);
            }
            Phase::Late { since } if !late => {
                self.phase = Phase::Live { since };
                self.share_if_leading(Share::InTime);
            }
            _ => {}
        }
    }

    fn share_if_leading(&mut self, share: Share) {
        if self.role == Role::Lead {
            self.share(|| share);
        }
    }

    /// Whether everything is being listed behind a doubt.
    pub fn is_resynchronising(&self) -> bool {
        matches!(
            self.phase,
            Phase::Reconnecting {
                next: Next::Listing,
                ..
            }
        )
    }
}
