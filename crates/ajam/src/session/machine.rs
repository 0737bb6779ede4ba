//! The machine: what each answer, failure and moment leads to.
//!
//! Its parts: [`login`](super::login), [`lists`](super::lists), [`events`](super::events),
//! [`acts`](super::acts) and [`pages`](super::pages); here is what they share.

use std::collections::VecDeque;
use std::time::Duration;

use super::abilities::Abilities;
use super::audit::Audit;
use super::backoff::Backoff;
use super::classes::{Classes, Then};
use super::doubt::Doubt;
use super::events::Displaced;
use super::filters::Filters;
use super::idle::Idle;
use super::io::{
    Credentials, Failure, Handle, Input, LONGEST, Learned, Notice, Outcome, Output, Post, Question,
    Reply, RequestId, Way, patience,
};
use super::lists::{Keep, Listing};
use super::phase::{LogOff, Next, Phase, SignedOut, Trouble};
use super::reading::{Job, Reading, Why};
use super::share::{Role, Share};
use super::signer::Signer;
use super::topics::{Topic, Topics};
use super::wait::Pace;
use crate::ami::{Action, ActionId, Answer, digest, message, xml};
use crate::time::Moment;

/// The conversation. See the [module](super).
#[derive(Debug)]
pub struct Session {
    pub(super) phase: Phase,
    pub(super) account: Option<String>,
    pub(super) credentials: Option<Credentials>,
    pub(super) abilities: Abilities,
    pub(super) pending: Vec<(RequestId, Pending)>,
    pub(super) outbox: VecDeque<Output>,
    /// What happened and has not been looked at.
    pub(super) inbox: VecDeque<(Input, Moment)>,
    /// Bytes in it that other pages have passed on.
    pub(super) unread: usize,
    /// What was looked at and is not done with; it goes before the inbox.
    pub(super) jobs: VecDeque<Job>,
    pub(super) list_was_adopted: bool,
    /// Everything that is known was told before this log-in.
    pub(super) new_session: bool,
    /// How many lists in a row had a piece that was no good.
    pub(super) spoiled_lists: u8,
    pub(super) backoff: Backoff,
    pub(super) pace: Pace,
    pub(super) next_wait: Option<Moment>,
    pub(super) listing: Option<Listing>,
    pub(super) last_word: Option<Moment>,
    /// Logged in, and nothing has been allowed yet: the cookie may not have been kept.
    pub(super) unproven: bool,
    /// A session of somebody else's was ended once for this log-in.
    pub(super) evicted: bool,
    /// The server has said that it goes down.
    pub(super) restarting: bool,
    pub(super) transport: Transport,
    /// A POST of this page was answered: the server knows POST.
    posts_work: bool,
    /// A request whose POST was answered with 501, while a `Ping` by GET tells whether that is
    /// because the server knows no POST.
    trial: Option<Pending>,
    /// What the server challenged this log-in with, the first time.
    pub(super) challenge: Option<String>,
    pub(super) signer: Signer,
    pub(super) role: Role,
    /// The session lives, but which part this page has is not settled yet.
    pub(super) held: bool,
    pub(super) displaced: Displaced,
    pub(super) classes: Classes,
    pub(super) filters: Filters,
    pub(super) doubt: Doubt,
    pub(super) audit: Audit,
    /// The page that waits for events finds the server late.
    pub(super) late_elsewhere: bool,
    /// The other pages were asked whether one of them has the secret.
    pub(super) asked_for_secret: bool,
    pub(super) idle: Idle,
    /// What nobody else can know: every `ActionID` begins with it.
    mark: String,
    last_id: u64,
}

/// Takes what Asterisk said, while it is being read.
pub(super) type Sink<'s> = &'s mut dyn FnMut(Notice<'_, '_>);

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Post,
    /// To 1.4, which knows nothing else.
    Get,
    Digest(Apart),
}

/// Why there is a session apart from the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// Somebody wanted it so.
    Asked,
    /// The browser keeps no cookie here.
    NoCookie,
}

pub(super) struct Pending {
    pub purpose: Purpose,
    pub sent: Moment,
    /// When it is given up.
    pub deadline: Moment,
    /// How long it may be silent.
    patience: Duration,
    /// What the items of its list bear, if its answer is one.
    action_id: Option<ActionId>,
    /// To be sent again if it was signed with an old nonce, or the server knows no POST.
    body: String,
    /// It was answered with 501, and a `Ping` by GET told that the server knows POST.
    tried: bool,
    /// How often it came back as wrong, and as signed with an old nonce.
    refused: u8,
    stale: u8,
}

/// Without the body: it may hold the answer to a challenge.
impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pending({:?}, {:?})", self.purpose, self.sent)
    }
}

/// When a list that is longer than this page reads is asked for again.
const MUCH_LATER: Duration = Duration::from_secs(300);

/// How often one request is signed anew because its nonce was old or its count out of order.
const STALE: u8 = 12;

/// Why a request was sent, and so what its answer means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Purpose {
    /// Does the session live?
    Probe,
    /// Does the server know GET alone?
    Trial,
    Challenge,
    Login(Topics),
    /// Logs in by Digest, or finds out whether that still works.
    Enter(Topics),
    /// Asks for other classes of events.
    Classes(Topics, Then),
    /// Displaces a `WaitEvent` that may still hang on a dead connection.
    Drain,
    /// Keeps events of these names on the server; whether as a part of a list.
    Filter(Vec<&'static str>, bool),
    Commands,
    Settings,
    Channels,
    /// The channels once more, for an account that may not use `CoreShowChannels`.
    Status,
    /// What else there is of a topic.
    Topic(Topic),
    /// Which channels `CoreShowChannels` names that may have ended.
    Named,
    /// The channels, to compare with what is known.
    Audit,
    Wait,
    Act(Handle),
    /// Something to know before an action.
    Ask(Handle, Question),
    /// Was that a missing right, or has the session ended?
    Judge(Handle, String),
    /// The log-off that somebody asked for.
    Logoff,
    /// Ends a session that somebody else may have logged in, before logging in oneself.
    Evict,
}

/// Whether this is how 1.4 answers a `Ping`; later versions have other words for both.
fn is_of_1_4(answer: &Answer<'_>) -> bool {
    let pong = answer.packet.get("response");
    pong.is_some_and(|word| word == "Pong")
        || message::starts_with(&answer.message, "Authentication Required")
}

impl Purpose {
    /// Whether the board stands on it. The others have an outcome of their own.
    fn is_boards(&self) -> bool {
        !matches!(
            self,
            Self::Act(_) | Self::Ask(..) | Self::Judge(..) | Self::Logoff
        )
    }

    /// Whether its answer holds items that bear its id.
    pub(super) fn has_items(&self) -> bool {
        self.is_list() || *self == Self::Audit
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(
            self,
            Self::Commands
                | Self::Settings
                | Self::Channels
                | Self::Status
                | Self::Topic(_)
                | Self::Named
                | Self::Filter(_, true)
        )
    }
}

impl Session {
    /// A session that has said nothing yet. The seed is for what others must not guess, and for the
    /// delays of [`Backoff`](super::backoff::Backoff).
    pub fn new(seed: u64) -> Self {
        Self {
            phase: Phase::Starting,
            account: None,
            credentials: None,
            abilities: Abilities::default(),
            pending: Vec::new(),
            outbox: VecDeque::new(),
            inbox: VecDeque::new(),
            unread: 0,
            jobs: VecDeque::new(),
            list_was_adopted: false,
            new_session: false,
            spoiled_lists: 0,
            backoff: Backoff::new(seed),
            pace: Pace::default(),
            next_wait: None,
            listing: None,
            last_word: None,
            unproven: false,
            evicted: false,
            restarting: false,
            transport: Transport::Post,
            posts_work: false,
            trial: None,
            challenge: None,
            signer: Signer::new(format!("{seed:016x}")),
            role: Role::default(),
            held: false,
            displaced: Displaced::default(),
            classes: Classes::default(),
            filters: Filters::default(),
            doubt: Doubt::default(),
            audit: Audit::default(),
            late_elsewhere: false,
            asked_for_secret: false,
            idle: Idle::default(),
            mark: digest::hex(&["ActionID", &format!("{seed:016x}")])[..16].to_owned(),
            last_id: 0,
        }
    }

    /// Where the conversation stands.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Who is logged in, if that is known.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether this page receives the events itself, and from no other page.
    pub fn waits(&self) -> bool {
        self.role.waits()
    }

    /// What this account can do on this server.
    pub fn abilities(&self) -> &Abilities {
        &self.abilities
    }

    /// When Asterisk was last heard.
    pub fn last_word(&self) -> Option<Moment> {
        self.last_word
    }

    /// Whether everything is being listed anew.
    pub fn is_listing(&self) -> bool {
        self.listing.is_some()
    }

    /// Whether, and why, this page is logged in by Digest and apart from the browser's other tabs.
    pub fn apart(&self) -> Option<Apart> {
        match self.transport {
            Transport::Digest(why) => Some(why),
            _ => None,
        }
    }

    /// After how long without a key or a pointer this page logs off; never if none.
    pub fn set_idle_limit(&mut self, limit: Option<Duration>) {
        self.idle.limit = limit;
    }

    /// The next thing to do outside, if there is any.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest; never while there is work: what came
    /// in may be what is waited for.
    pub fn wake_at(&self) -> Option<Moment> {
        if self.has_work() {
            return None;
        }
        let retry = match self.phase {
            Phase::Reconnecting {
                next: Next::At(at), ..
            } => Some(at),
            _ => None,
        };
        let idle = self.idle.ends().filter(|_| self.phase.has_board());
        let late = self.due().filter(|_| self.phase.is_live());
        let deadlines = self.pending().map(|pending| pending.deadline);
        let others = [
            retry,
            idle,
            late,
            self.next_wait,
            self.classes.narrow_at(),
            self.doubt_due(),
            self.audit_due(),
            self.relist_due(),
        ]
        .into_iter()
        .flatten();
        deadlines.chain(others).min()
    }

    pub(super) fn take(&mut self, input: Input, now: Moment, sink: Sink<'_>) {
        if self.phase == Phase::Outdated {
            return;
        }
        match input {
            Input::Start { account } => {
                self.account = account.or(self.account.take());
                self.phase = Phase::Starting;
                self.idle.touched(now);
                self.post(Action::Ping, Purpose::Probe, now);
            }
            Input::SignIn(credentials, scope) => self.sign_in(credentials, scope, now),
            Input::SignOut => self.sign_out(now, sink),
            Input::Refresh => self.refresh(now, sink),
            Input::Active => self.active(now),
            Input::Nudge => self.nudge(now),
            Input::Role(role) => self.take_role(role, now, sink),
            Input::Topics(topics) => self.shows(topics, now, sink),
            Input::Others(topics) => self.others_show(topics, now),
            Input::Shared(share) => self.shared(share, now, sink),
            Input::Outdated => self.outdated(sink),
            Input::Replied(id, reply) => self.replied(id, reply, now, sink),
            // It was displaced by its own first copy, which came in late.
            Input::EventsLost if self.phase == Phase::TakenOver => self.refresh(now, sink),
            Input::EventsLost => {
                self.displaced.by_ourselves();
                // A WaitEvent displaced its own first copy, so nothing hangs; but what that one
                // took along is lost to every page.
                if !self.phase.may_ask() || !self.role.waits() || self.lists_all() {
                } else if self.role == Role::Lead {
                    self.ask_again(now);
                } else {
                    self.list(Keep::ListedOnly, now, sink);
                }
            }
            Input::Doubtful => {
                self.doubt.raise(now);
                self.look_whether_doubtful(now, sink);
            }
            Input::Unlikely => self.compare_soon(now),
            Input::Behind => {
                if self.phase.may_ask() || self.listing.is_some() {
                    self.list(Keep::ListedOnly, now, sink);
                }
            }
            Input::Progress(id) => self.progressed(id, now),
            Input::Failed(id, Failure(words)) => {
                if let Some(pending) = self.no_longer_pending(id) {
                    let trouble = self.network(&pending, words);
                    self.failed(pending.purpose, trouble, now, sink);
                }
            }
            Input::TooLarge(id) => self.too_large(id, now, sink),
            Input::Tick => self.tick(now, sink),
        }
    }

    // What a person does.

    fn refresh(&mut self, now: Moment, sink: Sink<'_>) {
        match self.phase {
            Phase::Live { .. } | Phase::Late { .. } if !self.lists_all() => {
                self.list(Keep::Unlisted, now, sink);
            }
            Phase::TakenOver => {
                self.displaced = Displaced::default();
                self.phase = Phase::Reconnecting {
                    trouble: Trouble::TakenOver,
                    attempt: 0,
                    next: Next::Trying,
                };
                self.claim();
                self.post(Action::Ping, Purpose::Probe, now);
            }
            _ => self.nudge(now),
        }
    }

    /// Does not wait for the next try.
    fn nudge(&mut self, now: Moment) {
        if let Phase::Reconnecting {
            next: Next::At(_), ..
        } = self.phase
        {
            self.retry(now);
        }
    }

    // What time does.

    fn tick(&mut self, now: Moment, sink: Sink<'_>) {
        let late = self.pending.iter().filter(|(_, p)| p.deadline <= now);
        let late: Vec<RequestId> = late.map(|(id, _)| *id).collect();
        for id in late {
            if let Some(pending) = self.no_longer_pending(id) {
                self.outbox.push_back(Output::Abort(id));
                self.failed(pending.purpose, Trouble::NoAnswer, now, sink);
            }
        }
        if self.next_wait.is_some_and(|at| at <= now) {
            self.wait(now);
        }
        if let Phase::Reconnecting {
            next: Next::At(at), ..
        } = self.phase
            && at <= now
        {
            if self.asked_for_secret {
                return self.expire(sink);
            }
            self.retry(now);
        }
        if self.idle.is_over(now) && self.phase.has_board() {
            return self.idle_out(now, sink);
        }
        self.adjust(now);
        self.look_whether_late(now);
        self.look_whether_doubtful(now, sink);
        self.audit_if_due(now, sink);
        self.relist_if_due(now, sink);
    }

    pub(super) fn retry(&mut self, now: Moment) {
        if let Phase::Reconnecting { next, .. } = &mut self.phase {
            *next = Next::Trying;
        }
        self.probe(now);
    }

    /// Does the session live?
    pub(super) fn probe(&mut self, now: Moment) {
        match self.transport {
            Transport::Digest(_) => self.enter(now),
            _ => self.post(Action::Ping, Purpose::Probe, now),
        }
    }

    // What Asterisk, or the way to it, does.

    fn progressed(&mut self, id: RequestId, now: Moment) {
        if let Some((_, pending)) = self.pending.iter_mut().find(|(other, _)| *other == id) {
            let longest = pending.sent + pending.patience + LONGEST;
            pending.deadline = (now + pending.patience).min(longest);
        }
    }

    /// Events that are too many to read are lost, and everything is listed anew, as behind a cut. A
    /// list that is too long would be so again: it is not asked for over and over.
    fn too_large(&mut self, id: RequestId, now: Moment, sink: Sink<'_>) {
        let Some(pending) = self.no_longer_pending(id) else {
            return;
        };
        let lists = pending.purpose.is_list();
        self.failed(pending.purpose, Trouble::TooLarge, now, sink);
        if let Phase::Reconnecting { next, .. } = &mut self.phase
            && lists
        {
            *next = Next::At(now + MUCH_LATER);
        }
    }

    fn replied(&mut self, id: RequestId, mut reply: Reply, now: Moment, sink: Sink<'_>) {
        let Some(pending) = self.no_longer_pending(id) else {
            return;
        };
        let digest = matches!(self.transport, Transport::Digest(_));
        let trouble = match reply.status {
            200 => None,
            401 if digest => {
                return self.signed_wrong(pending, reply.authenticate.take(), now, sink);
            }
            404 if digest && self.phase == Phase::SigningIn => match self.apart() {
                Some(Apart::NoCookie) => Some(Trouble::CookieNotKept),
                _ => Some(Trouble::NoDigest),
            },
            404 => Some(Trouble::ManagerOff),
            501 if self.may_know_get_alone(&pending) => return self.try_get(pending, now),
            503 => Some(Trouble::Restarting),
            other => Some(Trouble::Http(other)),
        };
        if let Some(trouble) = trouble {
            return self.failed(pending.purpose, trouble, now, sink);
        }
        let Pending {
            purpose,
            sent,
            action_id,
            ..
        } = pending;
        match Reading::begin(
            xml::decode(reply.body),
            Why::Answer(purpose.clone(), sent, action_id),
            now,
        ) {
            Some(reading) => {
                self.posts_work |= self.transport == Transport::Post;
                self.last_word = Some(now);
                self.jobs.push_back(Job::Read(reading));
            }
            None => self.failed(purpose, Trouble::NotAsterisk, now, sink),
        }
    }

    pub(super) fn answered(
        &mut self,
        purpose: Purpose,
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        let denied = answer.is_denied();
        match purpose {
            Purpose::Probe | Purpose::Drain | Purpose::Commands if denied => self.ended(now, sink),
            Purpose::Trial => self.tried(answer, now, sink),
            Purpose::Probe => {
                // The server may be a newer one than before.
                if self.transport == Transport::Get && !is_of_1_4(answer) {
                    self.transport = Transport::Post;
                }
                // It may be another one than before: pages share the cookie.
                self.classes.doubt();
                self.alive(now, sink);
            }
            Purpose::Enter(topics) => self.entered(topics, answer, now, sink),
            Purpose::Classes(topics, then) => self.asked_for((topics, then), answer, now, sink),
            Purpose::Drain => self.list(Keep::ListedOnly, now, sink),
            Purpose::Challenge => self.challenged(answer, now, sink),
            Purpose::Login(topics) => self.logged_in(topics, answer, now, sink),
            Purpose::Commands => {
                self.unproven = false;
                self.abilities.learn_commands(answer);
                self.filter_first(now);
                self.list_part_done(now, sink);
            }
            Purpose::Settings => {
                if answer.success {
                    self.abilities.learn_settings(answer);
                    self.filter_first(now);
                }
                self.list_part_done(now, sink);
            }
            Purpose::Filter(names, listed) => {
                self.filter_set(&names, answer, now);
                if listed {
                    self.list_part_done(now, sink);
                }
            }
            Purpose::Channels if !answer.success => {
                self.post(Action::Status { channel: None }, Purpose::Status, now);
            }
            Purpose::Audit => self.audited(answer, now, sink),
            Purpose::Channels | Purpose::Status => {
                self.channels_listed(answer);
                self.list_part_done(now, sink);
            }
            Purpose::Topic(topic) => {
                self.abilities.topic_listed(topic, answer.success);
                self.list_part_done(now, sink);
            }
            Purpose::Named => self.list_part_done(now, sink),
            Purpose::Act(handle) => self.acted(handle, answer, now, sink),
            Purpose::Judge(handle, words) => {
                sink(Notice::Outcome(&handle, &Outcome::Refused(words)));
                if denied {
                    self.ended(now, sink);
                }
            }
            Purpose::Logoff => self.logged_off(LogOff::Confirmed, now),
            Purpose::Evict => self.begin_login(now),
            // Those were looked at with the whole body.
            Purpose::Wait | Purpose::Ask(..) => {}
        }
    }

    /// The session lives on the server: take up the board.
    pub(super) fn alive(&mut self, now: Moment, sink: Sink<'_>) {
        self.held = self.role == Role::Undecided;
        if self.held {
            return;
        }
        self.enter_loading();
        if self.role.waits() {
            self.take_up(now);
        } else {
            self.list(Keep::ListedOnly, now, sink);
        }
    }

    pub(super) fn failed(
        &mut self,
        purpose: Purpose,
        trouble: Trouble,
        now: Moment,
        sink: Sink<'_>,
    ) {
        match purpose {
            Purpose::Act(handle) => {
                sink(Notice::Outcome(&handle, &Outcome::Unknown(trouble)));
                self.look_whether_late(now);
            }
            Purpose::Ask(handle, _) => {
                sink(Notice::Learned(&handle, &Learned::Unanswered));
                self.look_whether_late(now);
            }
            Purpose::Judge(handle, words) => {
                sink(Notice::Outcome(&handle, &Outcome::Refused(words)));
            }
            Purpose::Logoff => self.logged_off(LogOff::Unconfirmed, now),
            Purpose::Trial => {
                self.transport = Transport::Post;
                if let Some(tried) = self.trial.take() {
                    self.failed(tried.purpose, trouble, now, sink);
                }
            }
            _ => self.trouble(trouble, now),
        }
    }

    /// What it means that a request could not be sent, or its answer broke off.
    fn network(&self, pending: &Pending, words: String) -> Trouble {
        let other_stands = self
            .pending()
            .any(|p| p.purpose == Purpose::Wait && p.sent < pending.sent);
        if self.restarting {
            Trouble::Restarting
        } else if other_stands {
            Trouble::Full(words)
        } else {
            Trouble::Network(words)
        }
    }

    /// Something that the board stands on has failed: everything is in doubt.
    pub(super) fn trouble(&mut self, trouble: Trouble, now: Moment) {
        self.give_up_board();
        self.displaced.by_ourselves();
        self.phase = match self.phase {
            Phase::SigningIn => Phase::SignedOut(SignedOut::Unreachable(trouble)),
            Phase::SignedOut(_) => return,
            _ => {
                if self.role.waits() {
                    self.share(|| Share::Broken(trouble.clone()));
                }
                let next = Next::At(now + self.backoff.next_delay());
                Phase::Reconnecting {
                    trouble,
                    attempt: self.backoff.attempt(),
                    next,
                }
            }
        };
    }

    // Requests.

    pub(super) fn post(&mut self, action: Action, purpose: Purpose, now: Moment) {
        let id = self.next_action_id();
        let patience = patience(&action);
        // Before the version is known this is the smallest limit there is, and no action of the
        // session's own comes near it but a log-in with an absurd name.
        match action.form(&id).encode(self.abilities.version.post_limit()) {
            Ok(body) => self.send_as(Some(id), body, purpose, now, patience),
            Err(_) => self.phase = Phase::SignedOut(SignedOut::Unreachable(Trouble::Http(413))),
        }
    }

    pub(super) fn send(&mut self, body: String, purpose: Purpose, now: Moment, patience: Duration) {
        self.send_as(None, body, purpose, now, patience);
    }

    fn send_as(
        &mut self,
        action_id: Option<ActionId>,
        body: String,
        purpose: Purpose,
        now: Moment,
        patience: Duration,
    ) {
        self.dispatch(
            Pending {
                purpose,
                sent: now,
                deadline: now + patience,
                patience,
                action_id,
                body,
                tried: false,
                refused: 0,
                stale: 0,
            },
            now,
        );
    }

    fn dispatch(&mut self, pending: Pending, now: Moment) {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        let way = match (self.transport, &self.credentials) {
            (Transport::Post, _) => Way::Post,
            (Transport::Get, _) => Way::Get,
            (Transport::Digest(_), Some(credentials)) => Way::Digest(self.signer.sign(credentials)),
            (Transport::Digest(_), None) => Way::Digest(None),
        };
        self.outbox.push_back(Output::Post(Post {
            id,
            way,
            body: pending.body.clone(),
            keepalive: pending.purpose == Purpose::Logoff,
            waits: pending.purpose == Purpose::Wait,
        }));
        let deadline = now + pending.patience;
        let pending = Pending {
            deadline,
            ..pending
        };
        self.pending.push((id, pending));
    }

    /// The requests that have no answer yet, in the order in which they were sent.
    pub(super) fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.pending.iter().map(|(_, pending)| pending)
    }

    fn no_longer_pending(&mut self, id: RequestId) -> Option<Pending> {
        let place = self.pending.iter().position(|(other, _)| *other == id)?;
        Some(self.pending.remove(place).1)
    }

    /// 401: not signed yet, signed with an old nonce or out of order, or signed with a wrong
    /// secret. Nothing was executed, so it may be sent again.
    fn signed_wrong(
        &mut self,
        mut pending: Pending,
        header: Option<String>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        let Some(ask) = header.as_deref().and_then(crate::ami::digest::Ask::read) else {
            return self.failed(pending.purpose, Trouble::Http(401), now, sink);
        };
        if ask.stale {
            pending.stale += 1;
        } else {
            pending.refused += 1;
        }
        self.signer.asked(ask);
        if pending.purpose == Purpose::Logoff && pending.refused > 1 {
            return self.logged_off(LogOff::Unconfirmed, now);
        }
        if pending.refused > 1 {
            if let Purpose::Ask(handle, _) = &pending.purpose {
                sink(Notice::Learned(handle, &Learned::Unanswered));
            }
            if let Purpose::Act(handle) = &pending.purpose {
                let words = Outcome::Refused("Unauthorized".to_owned());
                sink(Notice::Outcome(handle, &words));
            }
            self.give_up_all(sink);
            return self.sign_out_because(SignedOut::Refused("Unauthorized".to_owned()), sink);
        }
        if pending.stale > STALE {
            return self.failed(pending.purpose, Trouble::Http(401), now, sink);
        }
        self.dispatch(pending, now);
    }

    pub(super) fn next_action_id(&mut self) -> ActionId {
        self.last_id += 1;
        let id = format!("sb-{}-{}", self.mark, self.last_id);
        ActionId::new(&id).unwrap_or_else(|| unreachable!("not empty"))
    }

    /// 1.4 knows no POST, and says 501; so may anything on the way, once. What has answered a POST
    /// knows it.
    fn may_know_get_alone(&self, pending: &Pending) -> bool {
        self.transport == Transport::Post
            && !self.posts_work
            && !pending.tried
            && self.trial.is_none()
            && pending.purpose.is_boards()
    }

    /// Tries a `Ping` by GET before anything that is worth something: the answer to a challenge in
    /// an address would be kept in logs.
    fn try_get(&mut self, pending: Pending, now: Moment) {
        self.trial = Some(pending);
        self.transport = Transport::Get;
        self.post(Action::Ping, Purpose::Trial, now);
    }

    fn tried(&mut self, answer: &Answer<'_>, now: Moment, sink: Sink<'_>) {
        let Some(mut pending) = self.trial.take() else {
            return;
        };
        if !is_of_1_4(answer) {
            self.transport = Transport::Post;
            pending.tried = true;
        } else if pending.purpose == Purpose::Probe {
            return self.answered(Purpose::Probe, answer, now, sink);
        }
        self.dispatch(pending, now);
    }

    /// Gives up all that the board waits for. Actions stay: their outcome is still to come.
    pub(super) fn give_up_board(&mut self) {
        if self.trial.take().is_some() {
            self.transport = Transport::Post;
        }
        self.doubt.rest();
        self.audit.rest();
        self.audit.forgive();
        self.unproven = false;
        self.listing = None;
        self.next_wait = None;
        self.held = false;
        self.asked_for_secret = false;
        self.classes.rest();
        self.give_up(Purpose::is_boards);
    }

    pub(super) fn give_up(&mut self, which: impl Fn(&Purpose) -> bool) {
        let outbox = &mut self.outbox;
        self.pending.retain(|(id, pending)| {
            let gone = which(&pending.purpose);
            if gone {
                outbox.push_back(Output::Abort(*id));
            }
            !gone
        });
    }

    pub(super) fn give_up_all(&mut self, sink: Sink<'_>) {
        self.give_up_board();
        for (id, pending) in std::mem::take(&mut self.pending) {
            self.outbox.push_back(Output::Abort(id));
            let (handle, outcome) = match pending.purpose {
                Purpose::Act(handle) | Purpose::Judge(handle, _) => {
                    (handle, Outcome::Unknown(Trouble::SessionEnded))
                }
                Purpose::Ask(handle, _) => {
                    sink(Notice::Learned(&handle, &Learned::Unanswered));
                    continue;
                }
                _ => continue,
            };
            sink(Notice::Outcome(&handle, &outcome));
        }
    }
}
