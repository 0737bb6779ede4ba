//! Logging in and off, and what an ended session leads to.

use std::time::Duration;

use super::abilities::Abilities;
use super::audit::Audit;
use super::filters::Filters;
use super::io::{Credentials, Notice, Output, Scope};
use super::lists::Keep;
use super::machine::{Apart, Purpose, Session, Sink, Transport};
use super::phase::{LogOff, Next, Phase, SignedOut, Trouble};
use super::share::{Over, Role, Share};
use super::topics::Topics;
use crate::ami::message;
use crate::ami::{Action, Answer, challenge};
use crate::time::Moment;

/// Classes of events that an account must be allowed to read for all that there is to see. Which
/// of them are asked for is up to [`Topics::classes`].
pub const EVENTS: &str = "call,dialplan,system,agent";

/// How long the other pages may take to say that one of them has the secret.
const SECRET_WAIT: Duration = Duration::from_millis(1500);

impl Session {
    pub(super) fn sign_in(&mut self, credentials: Credentials, scope: Scope, now: Moment) {
        // Pressed twice, or while the page still tries something else: only this counts.
        self.give_up_board();
        self.account = Some(credentials.username.clone());
        self.credentials = Some(credentials);
        self.abilities = Abilities::default();
        self.evicted = false;
        self.restarting = false;
        self.idle.touched(now);
        self.phase = Phase::SigningIn;
        // A server that knows only GET has no Digest either, and will say so.
        if scope == Scope::Tab {
            return self.stand_apart(Apart::Asked, now);
        }
        if matches!(self.transport, Transport::Digest(_)) {
            self.transport = Transport::Post;
        }
        self.claim();
        // The answer to a log-off brings the old session's cookie: let it come first.
        if !self.pending().any(|p| p.purpose == Purpose::Logoff) {
            self.begin_login(now);
        }
    }

    /// This page is to be the one that waits for events: the other pages are told.
    pub(super) fn claim(&mut self) {
        if self.role != Role::Alone {
            self.role = Role::Lead;
            self.outbox.push_back(Output::Claim);
        }
    }

    /// Logs in by Digest, into a session that no other tab shares.
    fn stand_apart(&mut self, why: Apart, now: Moment) {
        self.transport = Transport::Digest(why);
        self.filters = Filters::of_new_session();
        self.role = Role::Alone;
        self.classes.others = Topics::NONE;
        self.phase = Phase::SigningIn;
        self.outbox.push_back(Output::Leave);
        self.enter(now);
    }

    /// By Digest every request logs in; this one says which events are wanted as well, for there
    /// is no Login that could.
    pub(super) fn enter(&mut self, now: Moment) {
        let topics = self.classes.wanted();
        let mask = topics.classes();
        self.post(Action::Events { mask }, Purpose::Enter(topics), now);
    }

    pub(super) fn entered(
        &mut self,
        topics: Topics,
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        if !answer.success {
            return self.sign_out_because(SignedOut::Refused(answer.message.to_string()), sink);
        }
        self.classes.are(Some(topics));
        self.alive(now, sink);
    }

    pub(super) fn sign_out(&mut self, now: Moment, sink: Sink<'_>) {
        self.log_off(
            SignedOut::LoggedOff(LogOff::Asked),
            Over::LoggedOff,
            now,
            sink,
        );
    }

    /// Nobody was there for too long.
    pub(super) fn idle_out(&mut self, now: Moment, sink: Sink<'_>) {
        self.log_off(SignedOut::Idle(LogOff::Asked), Over::Idle, now, sink);
    }

    fn log_off(&mut self, why: SignedOut, over: Over, now: Moment, sink: Sink<'_>) {
        self.give_up_all(sink);
        self.share(|| Share::SignedOut(over));
        self.post(Action::Logoff, Purpose::Logoff, now);
        // A log-off by Digest is signed, and may have to be signed twice.
        if self.apart().is_none() {
            self.credentials = None;
        }
        self.account = None;
        self.abilities = Abilities::default();
        self.phase = Phase::SignedOut(why);
        self.classes.forget();
        sink(Notice::Forget);
    }

    /// The session is no more on the server. With the secret at hand it is opened anew, unasked.
    pub(super) fn ended(&mut self, now: Moment, sink: Sink<'_>) {
        let unproven = self.unproven;
        self.classes.asked = None;
        self.give_up_board();
        if unproven {
            return self.without_cookie(now, sink);
        }
        let attempt = self.backoff.attempt();
        let lost = |next| Phase::Reconnecting {
            trouble: Trouble::SessionEnded,
            attempt,
            next,
        };
        if self.role == Role::Follow && self.phase.has_board() {
            // Two pages that log in at once would each get a session.
            self.phase = lost(Next::At(now + self.backoff.next_delay()));
            return self.share(|| Share::Doubt);
        }
        if self.credentials.is_some() {
            self.phase = lost(Next::Trying);
            return self.begin_login(now);
        }
        if self.role == Role::Lead && self.phase.has_board() {
            self.phase = lost(Next::At(now + SECRET_WAIT));
            self.asked_for_secret = true;
            return self.share(|| Share::NeedSecret);
        }
        self.expire(sink);
    }

    /// To log in again would end the same way, for ever. Digest needs no cookie.
    fn without_cookie(&mut self, now: Moment, sink: Sink<'_>) {
        if self.transport == Transport::Post {
            return self.stand_apart(Apart::NoCookie, now);
        }
        let why = SignedOut::Unreachable(Trouble::CookieNotKept);
        self.sign_out_because(why, sink);
    }

    /// Nobody has the secret.
    pub(super) fn expire(&mut self, sink: Sink<'_>) {
        self.give_up_board();
        let known = self.account.take().is_some() || self.phase.has_board();
        if self.phase.has_board() && self.role == Role::Lead {
            self.share(|| Share::SignedOut(Over::Expired));
        }
        let why = match known {
            true => SignedOut::Expired,
            false => SignedOut::NotYet,
        };
        self.sign_out_because(why, sink);
    }

    pub(super) fn sign_out_because(&mut self, why: SignedOut, sink: Sink<'_>) {
        self.give_up_board();
        self.credentials = None;
        self.phase = Phase::SignedOut(why);
        self.classes.forget();
        sink(Notice::Forget);
    }

    /// Begins to log in. The second of two challenges tells whether the browser keeps the cookie.
    pub(super) fn begin_login(&mut self, now: Moment) {
        self.challenge = None;
        self.challenge(now);
    }

    fn challenge(&mut self, now: Moment) {
        self.post(Action::Challenge, Purpose::Challenge, now);
    }

    pub(super) fn challenged(&mut self, answer: &Answer<'_>, now: Moment, sink: Sink<'_>) {
        let Some(credentials) = &self.credentials else {
            return;
        };
        match answer.packet.text("challenge").filter(|_| answer.success) {
            Some(challenge) => {
                // One session keeps one challenge. Another one means another session: the browser
                // did not keep the cookie, and Login would fail as if the secret were wrong.
                match self.challenge.replace(challenge.to_string()) {
                    None => return self.challenge(now),
                    Some(first) if first != challenge => {
                        return self.without_cookie(now, sink);
                    }
                    Some(_) => {}
                }
                let topics = self.classes.wanted();
                let username = credentials.username.clone();
                let key = challenge::key(&challenge, &credentials.secret);
                let login = Action::Login {
                    username,
                    key,
                    events: topics.classes(),
                };
                self.post(login, Purpose::Login(topics), now);
            }
            None => self.sign_out_because(SignedOut::Refused(answer.message.to_string()), sink),
        }
    }

    pub(super) fn logged_in(
        &mut self,
        topics: Topics,
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        if !answer.success {
            return self.sign_out_because(SignedOut::Refused(answer.message.to_string()), sink);
        }
        // Asterisk looked at neither name nor secret: the cookie is that of another log-in.
        if message::starts_with(&answer.message, "Already")
            && !std::mem::replace(&mut self.evicted, true)
        {
            return self.post(Action::Logoff, Purpose::Evict, now);
        }
        self.classes.are(Some(topics));
        self.filters = Filters::of_new_session();
        self.unproven = true;
        self.new_session = true;
        self.audit = Audit::default();
        self.restarting = false;
        self.abilities = Abilities::default();
        self.enter_loading();
        self.share(|| Share::NewSession);
        // Another page leads, and may take this session for the one that it knew.
        if self.role == Role::Follow {
            self.share(|| Share::Doubt);
        }
        self.list(Keep::ListedOnly, now, sink);
    }

    pub(super) fn logged_off(&mut self, how: LogOff, now: Moment) {
        match &mut self.phase {
            Phase::SignedOut(SignedOut::LoggedOff(state) | SignedOut::Idle(state)) => {
                *state = how;
                self.credentials = None;
            }
            Phase::SigningIn => self.begin_login(now),
            _ => {}
        }
    }

    pub(super) fn enter_loading(&mut self) {
        match &mut self.phase {
            Phase::Starting | Phase::SigningIn => self.phase = Phase::Loading,
            Phase::Reconnecting { next, .. } => *next = Next::Listing,
            _ => {}
        }
    }
}
