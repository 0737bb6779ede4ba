//! The pages of one browser: which of them waits for events, and what they tell each other.

use super::audit::Audit;
use super::classes::Then;
use super::events::Displaced;
use super::filters::Filters;
use super::io::{Notice, Output};
use super::lists::Keep;
use super::machine::{Purpose, Session, Sink};
use super::phase::{Next, Phase, SignedOut, Trouble};
use super::reading::{Job, Reading, Why};
use super::share::{Over, Role, Share};
use super::topics::Topics;
use crate::session::Abilities;
use crate::time::Moment;

impl Session {
    /// Tells the other pages, if there may be any.
    pub(super) fn share(&mut self, share: impl FnOnce() -> Share) {
        if matches!(self.role, Role::Lead | Role::Follow) {
            self.outbox.push_back(Output::Share(share()));
        }
    }

    pub(super) fn take_role(&mut self, role: Role, now: Moment, sink: Sink<'_>) {
        let before = std::mem::replace(&mut self.role, role);
        self.late_elsewhere = false;
        if std::mem::take(&mut self.held) {
            return self.alive(now, sink);
        }
        if role == before {
            // Another page came forward: the need that this one saw has been met. Whether that one
            // told of everything from the first moment on, nobody knows.
            if role == Role::Follow {
                self.asked_for_secret = false;
                // A list that is on its way would be followed by what the one before told.
                if self.phase.may_ask() || self.listing.is_some() {
                    self.list(Keep::ListedOnly, now, sink);
                }
            }
            return;
        }
        // Pages that turned up were told of nothing so far.
        if before == Role::Alone && role == Role::Lead && self.phase.may_ask() {
            self.share_epoch();
        }
        if role == Role::Follow {
            let draining = self.pending().any(|p| {
                matches!(
                    p.purpose,
                    Purpose::Drain | Purpose::Classes(_, Then::TakeUp)
                )
            });
            self.give_up(|p| matches!(p, Purpose::Wait | Purpose::Drain | Purpose::Classes(..)));
            // The list that was to come behind it needs no events taken by this page. And a page
            // that led and was frozen may have missed what another one heard meanwhile.
            let led = before.waits() && (self.phase.may_ask() || self.listing.is_some());
            self.displaced = Displaced::default();
            if draining || led {
                self.list(Keep::ListedOnly, now, sink);
            }
        }
        match (role, &self.phase) {
            // It was one of ours that took the events.
            (Role::Alone | Role::Lead | Role::Follow, Phase::TakenOver) => {
                self.displaced = Displaced::default();
                self.phase = Phase::Reconnecting {
                    trouble: Trouble::TakenOver,
                    attempt: 0,
                    next: Next::Trying,
                };
                self.retry(now);
            }
            (Role::Follow, _) => {
                self.next_wait = None;
                self.asked_for_secret = false;
                // Logging in at the same time as another page would make two sessions.
                if self.phase != Phase::SigningIn {
                    self.give_up(|p| {
                        matches!(p, Purpose::Challenge | Purpose::Login(_) | Purpose::Evict)
                    });
                }
            }
            // The page that waited may have taken events with it into its grave. What is shown is
            // right but for these; so it stays live, and everything is listed behind.
            (Role::Alone | Role::Lead, Phase::Live { .. } | Phase::Late { .. })
                if !before.waits() =>
            {
                self.take_up(now);
            }
            (Role::Alone | Role::Lead, Phase::Reconnecting { .. }) if !before.waits() => {
                self.give_up_board();
                self.retry(now);
            }
            _ => {}
        }
    }

    /// Another page of this browser is newer: this one stops, and its rows are no more than a
    /// memory.
    pub(super) fn outdated(&mut self, sink: Sink<'_>) {
        self.give_up_all(sink);
        self.role = Role::Undecided;
        self.phase = Phase::Outdated;
        self.credentials = None;
    }

    pub(super) fn active(&mut self, now: Moment) {
        self.idle.touched(now);
        if self.idle.should_tell(now) {
            self.share(|| Share::Active);
        }
    }

    pub(super) fn shared(&mut self, share: Share, now: Moment, sink: Sink<'_>) {
        // Whatever else is said of the connection is newer.
        if share.is_leaders() {
            self.late_elsewhere = false;
        }
        match share {
            Share::Body(text) => self.overheard(text, now),
            Share::Epoch { account, topics } => self.begin_anew(account, topics, now, sink),
            Share::Classes(topics) => self.told_classes(topics, now, sink),
            Share::Hello => {
                if self.role == Role::Lead && self.phase.has_board() {
                    let account = self.account.clone();
                    self.share(|| Share::Account(account));
                    if let Some(topics) = self.classes.asked {
                        self.share(|| Share::Classes(topics));
                    }
                    if let Phase::Reconnecting { trouble, .. } = self.phase.clone() {
                        self.share(|| Share::Broken(trouble));
                    }
                }
            }
            Share::Account(account) => {
                if self.role != Role::Lead {
                    self.account = account;
                }
            }
            Share::Late | Share::InTime if self.role == Role::Follow => {
                self.late_elsewhere = share == Share::Late;
                self.look_whether_late(now);
            }
            Share::Broken(trouble) if self.role == Role::Follow => {
                if self.phase.has_board() {
                    self.give_up_board();
                    self.phase = Phase::Reconnecting {
                        trouble,
                        attempt: 1,
                        next: Next::Trying,
                    };
                }
            }
            Share::NewSession => {
                self.give_up(|p| *p == Purpose::Audit);
                self.abilities = Abilities::default();
                self.audit = Audit::default();
                self.filters = Filters::of_new_session();
                self.new_session = true;
            }
            Share::SignedOut(over) => {
                if self.phase.has_board() || self.phase == Phase::Loading {
                    self.give_up_all(sink);
                    self.account = None;
                    self.abilities = Abilities::default();
                    let why = match over {
                        Over::Expired => SignedOut::Expired,
                        Over::LoggedOff | Over::Idle => SignedOut::Elsewhere,
                    };
                    self.sign_out_because(why, sink);
                }
            }
            Share::NeedSecret => {
                if self.role == Role::Follow && self.credentials.is_some() {
                    self.give_up_board();
                    self.phase = Phase::Reconnecting {
                        trouble: Trouble::SessionEnded,
                        attempt: 0,
                        next: Next::Trying,
                    };
                    self.claim();
                    self.begin_login(now);
                }
            }
            Share::Doubt => {
                let probing = self.pending().any(|p| p.purpose == Purpose::Probe);
                if self.role == Role::Lead && self.phase.may_ask() && !probing {
                    self.probe(now);
                }
            }
            Share::Active => self.idle.touched(now),
            Share::Late | Share::InTime | Share::Broken(_) => {}
        }
    }

    /// Another page passes on what it heard.
    fn overheard(&mut self, text: String, now: Moment) {
        if !self.phase.may_ask() && self.listing.is_none() {
            return;
        }
        self.last_word = Some(now);
        let reading = Reading::begin(text, Why::Overheard, now);
        self.jobs.extend(reading.map(Job::Read));
    }

    /// The page that waits for events has begun anew; what came before may be incomplete.
    fn begin_anew(&mut self, account: Option<String>, topics: Topics, now: Moment, sink: Sink<'_>) {
        if self.role.waits() {
            return;
        }
        self.classes.are(Some(topics));
        self.show_again();
        if matches!(self.phase, Phase::SigningIn | Phase::Starting) {
            return;
        }
        if account != self.account {
            self.abilities = Abilities::default();
            self.account = account;
        }
        self.give_up_board();
        if let Phase::SignedOut(_) = self.phase {
            self.classes.forget();
            sink(Notice::Forget);
            self.phase = Phase::Loading;
        }
        if self.phase == Phase::TakenOver {
            self.phase = Phase::Reconnecting {
                trouble: Trouble::TakenOver,
                attempt: 0,
                next: Next::Listing,
            };
        }
        self.list(Keep::ListedOnly, now, sink);
    }
}
