//! The machine: what each answer, failure and moment leads to.

use std::collections::{BTreeMap, VecDeque};

use super::abilities::Abilities;
use super::backoff::Backoff;
use super::io::{
    Credentials, Failure, Handle, Input, Notice, Outcome, Output, Post, Reply, RequestId, patience,
};
use super::phase::{LogOff, Phase, SignedOut, Trouble};
use super::wait::{Pace, TIMEOUT};
use crate::ami::message::{self, Message};
use crate::ami::{Action, ActionId, Answer, EventKind, challenge, xml};
use crate::live::{Keep, Parked};
use crate::time::Moment;

/// Classes of events the board is made of. `dialplan` holds Newexten from 16 on: without it a
/// channel's location would go stale unseen.
const EVENTS: &str = "call,dialplan,system,agent";

/// The conversation. See the [module](super).
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    account: Option<String>,
    credentials: Option<Credentials>,
    abilities: Abilities,
    pending: BTreeMap<RequestId, Pending>,
    outbox: VecDeque<Output>,
    last_id: u64,
    backoff: Backoff,
    pace: Pace,
    next_wait: Option<Moment>,
    listing: Option<Listing>,
    last_word: Option<Moment>,
    /// Logged in, and nothing has been allowed yet: the cookie may not have been kept.
    unproven: bool,
    /// A session of somebody else's was ended once for this log-in.
    evicted: bool,
}

/// Takes what Asterisk said, while it is being read.
type Sink<'s> = &'s mut dyn FnMut(Notice<'_, '_>);

#[derive(Debug)]
struct Pending {
    purpose: Purpose,
    sent: Moment,
    deadline: Moment,
}

/// Why a request was sent, and so what its answer means.
#[derive(Clone, Debug, PartialEq)]
enum Purpose {
    /// Does the session live?
    Probe,
    Challenge,
    Login,
    /// Displaces a `WaitEvent` that may still hang on a dead connection.
    Drain,
    Commands,
    Settings,
    Channels,
    /// The channels once more, for an account that may not use `CoreShowChannels`.
    Status,
    Bridges,
    Parked,
    Wait,
    Act(Handle),
    /// Was that a missing right, or has the session ended?
    Judge(Handle, String),
    /// The log-off that somebody asked for.
    Logoff,
    /// Ends a session that somebody else may have logged in, before logging in oneself.
    Evict,
}

/// Lists on their way.
#[derive(Debug)]
struct Listing {
    keep: Keep,
    open: usize,
    /// Bodies of events that came meanwhile: they may be newer than the list.
    log: Vec<String>,
}

impl Session {
    /// A session that has said nothing yet. The seed is for the delays of
    /// [`Backoff`](super::backoff::Backoff).
    pub fn new(seed: u64) -> Self {
        Self {
            phase: Phase::Starting,
            account: None,
            credentials: None,
            abilities: Abilities::default(),
            pending: BTreeMap::new(),
            outbox: VecDeque::new(),
            last_id: 0,
            backoff: Backoff::new(seed),
            pace: Pace::default(),
            next_wait: None,
            listing: None,
            last_word: None,
            unproven: false,
            evicted: false,
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

    /// The next thing to do outside, if there is any.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn wake_at(&self) -> Option<Moment> {
        let retry = match self.phase {
            Phase::Reconnecting { retry_at, .. } => retry_at,
            _ => None,
        };
        let deadlines = self.pending.values().map(|pending| pending.deadline);
        deadlines.chain(retry).chain(self.next_wait).min()
    }

    /// Takes in what happened at `now`, and tells `sink` what Asterisk said.
    pub fn handle(&mut self, input: Input, now: Moment, sink: &mut dyn FnMut(Notice<'_, '_>)) {
        match input {
            Input::Start { account } => {
                self.account = account;
                self.phase = Phase::Starting;
                self.post(Action::Ping, Purpose::Probe, now);
            }
            Input::SignIn(credentials) => self.sign_in(credentials, now),
            Input::SignOut => self.sign_out(now, sink),
            Input::Refresh => self.refresh(now, sink),
            Input::Replied(id, reply) => self.replied(id, reply, now, sink),
            Input::Failed(id, Failure(words)) => {
                if let Some(pending) = self.pending.remove(&id) {
                    self.failed(pending.purpose, Trouble::Network(words), now, sink);
                }
            }
            Input::Tick => self.tick(now, sink),
        }
    }

    /// Sends an action that somebody asked for; its outcome is told under this handle, once.
    pub fn submit(
        &mut self,
        action: Action,
        now: Moment,
        sink: &mut dyn FnMut(Notice<'_, '_>),
    ) -> Handle {
        let handle = Handle(self.next_action_id());
        if !self.phase.is_live() {
            sink(Notice::Outcome(&handle, &Outcome::NotConnected));
            return handle;
        }
        match action
            .form(&handle.0)
            .encode(self.abilities.version.post_limit())
        {
            Ok(body) => {
                let deadline = now + patience(&action);
                self.send(body, Purpose::Act(handle.clone()), now, deadline);
            }
            Err(too_long) => sink(Notice::Outcome(&handle, &Outcome::TooLong(too_long))),
        }
        handle
    }

    // What a person does.

    fn sign_in(&mut self, credentials: Credentials, now: Moment) {
        // Pressed twice, or while the page still tries something else: only this counts.
        self.give_up_board();
        self.account = Some(credentials.username.clone());
        self.credentials = Some(credentials);
        self.abilities = Abilities::default();
        self.evicted = false;
        self.phase = Phase::SigningIn;
        // The answer to a log-off brings the old session's cookie: let it come first.
        if !self.pending.values().any(|p| p.purpose == Purpose::Logoff) {
            self.challenge(now);
        }
    }

    fn sign_out(&mut self, now: Moment, sink: Sink<'_>) {
        self.give_up_all(sink);
        self.credentials = None;
        self.account = None;
        self.abilities = Abilities::default();
        self.phase = Phase::SignedOut(SignedOut::LoggedOff(LogOff::Asked));
        self.post(Action::Logoff, Purpose::Logoff, now);
        sink(Notice::Forget);
    }

    fn refresh(&mut self, now: Moment, sink: Sink<'_>) {
        match self.phase {
            Phase::Live { .. } if self.listing.is_none() => self.list(Keep::Unlisted, now, sink),
            Phase::Reconnecting {
                retry_at: Some(_), ..
            } => self.retry(now),
            Phase::TakenOver => {
                self.phase = Phase::Reconnecting {
                    trouble: Trouble::TakenOver,
                    attempt: 0,
                    retry_at: None,
                };
                self.post(Action::Ping, Purpose::Probe, now);
            }
            _ => {}
        }
    }

    // What time does.

    fn tick(&mut self, now: Moment, sink: Sink<'_>) {
        let late: Vec<RequestId> = self
            .pending
            .iter()
            .filter(|(_, p)| p.deadline <= now)
            .map(|(id, _)| *id)
            .collect();
        for id in late {
            if let Some(pending) = self.pending.remove(&id) {
                self.outbox.push_back(Output::Abort(id));
                self.failed(pending.purpose, Trouble::NoAnswer, now, sink);
            }
        }
        if self.next_wait.is_some_and(|at| at <= now) {
            self.wait(now);
        }
        if let Phase::Reconnecting {
            retry_at: Some(at), ..
        } = self.phase
            && at <= now
        {
            self.retry(now);
        }
    }

    fn retry(&mut self, now: Moment) {
        if let Phase::Reconnecting { retry_at, .. } = &mut self.phase {
            *retry_at = None;
        }
        self.post(Action::Ping, Purpose::Probe, now);
    }

    // What Asterisk, or the way to it, does.

    fn replied(&mut self, id: RequestId, reply: Reply, now: Moment, sink: Sink<'_>) {
        let Some(Pending { purpose, sent, .. }) = self.pending.remove(&id) else {
            return;
        };
        let trouble = match reply.status {
            200 => None,
            404 => Some(Trouble::ManagerOff),
            other => Some(Trouble::Http(other)),
        };
        if let Some(trouble) = trouble {
            return self.failed(purpose, trouble, now, sink);
        }
        let text = xml::decode(reply.body);
        let (messages, problems) = message::messages(xml::read(&text));
        if problems.contains(&xml::Problem::NotAjax) {
            return self.failed(purpose, Trouble::NotAsterisk, now, sink);
        }
        self.last_word = Some(now);
        let whole = !problems.contains(&xml::Problem::Cut);
        if purpose == Purpose::Wait {
            self.waited(&messages, whole, sent, now, sink);
            if let Some(listing) = &mut self.listing {
                listing.log.push(text);
            }
            return;
        }
        if !whole {
            return self.failed(purpose, Trouble::Cut, now, sink);
        }
        let answer = message::answer(&messages);
        match answer {
            Some(answer) => self.answered(purpose, answer, &messages, now, sink),
            None => self.failed(purpose, Trouble::NotAsterisk, now, sink),
        }
    }

    fn answered(
        &mut self,
        purpose: Purpose,
        answer: &Answer<'_>,
        messages: &[Message<'_>],
        now: Moment,
        sink: Sink<'_>,
    ) {
        let denied = answer.is_denied();
        match purpose {
            Purpose::Probe | Purpose::Drain | Purpose::Commands if denied => self.ended(now, sink),
            Purpose::Probe => {
                self.enter_loading();
                self.post(Action::WaitEvent { timeout: 0 }, Purpose::Drain, now);
            }
            Purpose::Drain => self.list(Keep::ListedOnly, now, sink),
            Purpose::Challenge => self.challenged(answer, now, sink),
            Purpose::Login => self.logged_in(answer, now, sink),
            Purpose::Commands => {
                self.unproven = false;
                self.abilities.learn_commands(answer);
                self.list_part_done(now, sink);
            }
            Purpose::Settings => {
                if answer.success {
                    self.abilities.learn_settings(answer);
                }
                self.list_part_done(now, sink);
            }
            Purpose::Channels if !answer.success => {
                self.post(Action::Status, Purpose::Status, now);
            }
            Purpose::Channels | Purpose::Status | Purpose::Bridges | Purpose::Parked => {
                if matches!(purpose, Purpose::Channels | Purpose::Status) {
                    self.abilities.lists_channels = answer.success;
                }
                if purpose == Purpose::Parked && answer.success {
                    sink(Notice::ParkedBegun);
                }
                self.listed(messages, sink);
                self.list_part_done(now, sink);
            }
            Purpose::Act(handle) if denied => {
                self.post(
                    Action::Ping,
                    Purpose::Judge(handle, answer.message.to_string()),
                    now,
                );
            }
            Purpose::Act(handle) => {
                let words = answer.message.to_string();
                let outcome = if answer.success {
                    Outcome::Done(words)
                } else {
                    Outcome::Refused(words)
                };
                sink(Notice::Outcome(&handle, &outcome));
            }
            Purpose::Judge(handle, words) => {
                sink(Notice::Outcome(&handle, &Outcome::Refused(words)));
                if denied {
                    self.ended(now, sink);
                }
            }
            Purpose::Logoff => self.logged_off(LogOff::Confirmed, now),
            Purpose::Evict => self.challenge(now),
            Purpose::Wait => {}
        }
    }

    fn failed(&mut self, purpose: Purpose, trouble: Trouble, now: Moment, sink: Sink<'_>) {
        match purpose {
            Purpose::Act(handle) => sink(Notice::Outcome(&handle, &Outcome::Unknown(trouble))),
            Purpose::Judge(handle, words) => {
                sink(Notice::Outcome(&handle, &Outcome::Refused(words)));
            }
            Purpose::Logoff => self.logged_off(LogOff::Unconfirmed, now),
            _ => self.trouble(trouble, now),
        }
    }

    /// Something that the board stands on has failed: everything is in doubt.
    fn trouble(&mut self, trouble: Trouble, now: Moment) {
        self.give_up_board();
        self.phase = match self.phase {
            Phase::SigningIn => Phase::SignedOut(SignedOut::Unreachable(trouble)),
            Phase::SignedOut(_) => return,
            _ => {
                let retry_at = Some(now + self.backoff.next_delay());
                Phase::Reconnecting {
                    trouble,
                    attempt: self.backoff.attempt(),
                    retry_at,
                }
            }
        };
    }

    /// The session is no more on the server. With the secret at hand it is opened anew, unasked.
    fn ended(&mut self, now: Moment, sink: Sink<'_>) {
        let unproven = self.unproven;
        self.give_up_board();
        // To log in again would end the same way, for ever.
        if unproven {
            let why = SignedOut::Unreachable(Trouble::CookieNotKept);
            return self.sign_out_because(why, sink);
        }
        if self.credentials.is_some() {
            let attempt = self.backoff.attempt();
            self.phase = Phase::Reconnecting {
                trouble: Trouble::SessionEnded,
                attempt,
                retry_at: None,
            };
            return self.challenge(now);
        }
        let known = self.account.take().is_some() || self.phase.has_board();
        self.sign_out_because(
            if known {
                SignedOut::Expired
            } else {
                SignedOut::NotYet
            },
            sink,
        );
    }

    fn sign_out_because(&mut self, why: SignedOut, sink: Sink<'_>) {
        self.credentials = None;
        self.phase = Phase::SignedOut(why);
        sink(Notice::Forget);
    }

    // Logging in and off.

    fn challenge(&mut self, now: Moment) {
        self.post(Action::Challenge, Purpose::Challenge, now);
    }

    fn challenged(&mut self, answer: &Answer<'_>, now: Moment, sink: Sink<'_>) {
        let Some(credentials) = &self.credentials else {
            return;
        };
        match answer.packet.text("challenge").filter(|_| answer.success) {
            Some(challenge) => {
                let username = credentials.username.clone();
                let key = challenge::key(&challenge, &credentials.secret);
                let login = Action::Login {
                    username,
                    key,
                    events: EVENTS,
                };
                self.post(login, Purpose::Login, now);
            }
            None => self.sign_out_because(SignedOut::Refused(answer.message.to_string()), sink),
        }
    }

    fn logged_in(&mut self, answer: &Answer<'_>, now: Moment, sink: Sink<'_>) {
        if !answer.success {
            return self.sign_out_because(SignedOut::Refused(answer.message.to_string()), sink);
        }
        // Asterisk looked at neither name nor secret: the cookie is that of another log-in.
        if message::starts_with(&answer.message, "Already")
            && !std::mem::replace(&mut self.evicted, true)
        {
            return self.post(Action::Logoff, Purpose::Evict, now);
        }
        self.unproven = true;
        self.abilities = Abilities::default();
        self.enter_loading();
        self.list(Keep::ListedOnly, now, sink);
    }

    fn logged_off(&mut self, how: LogOff, now: Moment) {
        match &mut self.phase {
            Phase::SignedOut(SignedOut::LoggedOff(state)) => *state = how,
            Phase::SigningIn => self.challenge(now),
            _ => {}
        }
    }

    fn enter_loading(&mut self) {
        if matches!(self.phase, Phase::Starting | Phase::SigningIn) {
            self.phase = Phase::Loading;
        }
    }

    // Lists.

    fn list(&mut self, keep: Keep, now: Moment, sink: Sink<'_>) {
        sink(Notice::ListBegun);
        let mut parts = vec![
            (Action::CoreShowChannels, Purpose::Channels),
            (Action::BridgeList, Purpose::Bridges),
            (Action::ParkedCalls, Purpose::Parked),
        ];
        // Once for each log-in: rights are copied into the session then, and do not change.
        if !self.abilities.are_known() {
            parts.push((Action::ListCommands, Purpose::Commands));
            parts.push((Action::CoreSettings, Purpose::Settings));
        }
        self.listing = Some(Listing {
            keep,
            open: parts.len(),
            log: Vec::new(),
        });
        for (action, purpose) in parts {
            self.post(action, purpose, now);
        }
    }

    fn listed(&mut self, messages: &[Message<'_>], sink: Sink<'_>) {
        for message in messages {
            let Message::Event(event) = message else {
                continue;
            };
            match &event.kind {
                EventKind::ListedChannel(item) => sink(Notice::ListedChannel(item)),
                EventKind::ListedBridge(block) => sink(Notice::ListedBridge(block)),
                EventKind::ParkedCall { parkee, lot, space } => {
                    let (lot, space) = (lot.to_string(), space.to_string());
                    sink(Notice::ListedParked(parkee, Parked { lot, space }));
                }
                _ => {}
            }
        }
    }

    fn list_part_done(&mut self, now: Moment, sink: Sink<'_>) {
        let Some(listing) = &mut self.listing else {
            return;
        };
        listing.open -= 1;
        if listing.open > 0 {
            return;
        }
        let Some(listing) = self.listing.take() else {
            return;
        };
        sink(Notice::ListDone(listing.keep));
        for body in &listing.log {
            let (messages, _) = message::messages(xml::read(body));
            tell(&messages, sink);
        }
        self.backoff.reset();
        if !self.phase.is_live() {
            self.phase = Phase::Live { since: now };
            self.pace = Pace::default();
            self.wait(now);
        }
    }

    // Events.

    fn wait(&mut self, now: Moment) {
        self.next_wait = None;
        self.post(Action::WaitEvent { timeout: TIMEOUT }, Purpose::Wait, now);
    }

    fn waited(
        &mut self,
        messages: &[Message<'_>],
        whole: bool,
        sent: Moment,
        now: Moment,
        sink: Sink<'_>,
    ) {
        let answer = message::answer(messages);
        if answer.is_some_and(Answer::is_denied) {
            return self.ended(now, sink);
        }
        let events = tell(messages, sink);
        if !whole {
            return self.trouble(Trouble::Cut, now);
        }
        match answer {
            Some(answer) if !answer.success => {
                self.trouble(Trouble::Refused(answer.message.to_string()), now);
            }
            // An envelope without a word: a newer WaitEvent of this session took its place.
            None if events == 0 => {
                self.give_up_board();
                self.phase = Phase::TakenOver;
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

    // Requests.

    fn post(&mut self, action: Action, purpose: Purpose, now: Moment) {
        let id = self.next_action_id();
        let deadline = now + patience(&action);
        // Before the version is known this is the smallest limit there is, and no action of the
        // session's own comes near it but a log-in with an absurd name.
        match action.form(&id).encode(self.abilities.version.post_limit()) {
            Ok(body) => self.send(body, purpose, now, deadline),
            Err(_) => self.phase = Phase::SignedOut(SignedOut::Unreachable(Trouble::Http(413))),
        }
    }

    fn send(&mut self, body: String, purpose: Purpose, now: Moment, deadline: Moment) {
        let id = RequestId(self.last_id);
        let keepalive = purpose == Purpose::Logoff;
        self.pending.insert(
            id,
            Pending {
                purpose,
                sent: now,
                deadline,
            },
        );
        self.outbox.push_back(Output::Post(Post {
            id,
            body,
            keepalive,
        }));
    }

    fn next_action_id(&mut self) -> ActionId {
        self.last_id += 1;
        ActionId::new(&format!("sb-{}", self.last_id)).unwrap_or_else(|| unreachable!("not empty"))
    }

    /// Gives up all that the board waits for. Actions stay: their outcome is still to come.
    fn give_up_board(&mut self) {
        self.unproven = false;
        self.listing = None;
        self.next_wait = None;
        let outbox = &mut self.outbox;
        self.pending.retain(|id, pending| {
            let keep = matches!(
                pending.purpose,
                Purpose::Act(_) | Purpose::Judge(..) | Purpose::Logoff
            );
            if !keep {
                outbox.push_back(Output::Abort(*id));
            }
            keep
        });
    }

    fn give_up_all(&mut self, sink: Sink<'_>) {
        self.give_up_board();
        for (id, pending) in std::mem::take(&mut self.pending) {
            self.outbox.push_back(Output::Abort(id));
            if let Purpose::Act(handle) | Purpose::Judge(handle, _) = pending.purpose {
                sink(Notice::Outcome(
                    &handle,
                    &Outcome::Unknown(Trouble::SessionEnded),
                ));
            }
        }
    }
}

/// Tells of the events in a body, and how many there were.
fn tell(messages: &[Message<'_>], sink: &mut dyn FnMut(Notice<'_, '_>)) -> usize {
    let mut told = 0;
    for message in messages {
        if let Message::Event(event) = message
            && event.kind != EventKind::WaitEventComplete
        {
            sink(Notice::Happened(event));
            told += 1;
        }
    }
    told
}
