//! The machine: which request comes when, and what its answer says of which check.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use ajam::ami::message::{self, Message};
use ajam::ami::{Action, ActionId, EventKind, Version, challenge, xml};
use ajam::session::EVENTS;
use ajam::session::wait::{Pace, TIMEOUT};
use ajam::session::{Credentials, Failure, Trouble};
use ajam::time::Moment;

use super::filters::Filters;
use super::finding::{ACTS, Check, Entry, Finding, LIST, More, State};
use super::io::{Answer, Ask, AskId, Input, Output, Place, Target};
use super::own::{self, Own};
use crate::recipe::Line;

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to listen for events at most.
const LISTEN: Duration = Duration::from_secs(120);
/// How often the channels are listed while no call was heard.
const LOOK: Duration = Duration::from_secs(2);
/// Requests sent at once. Browsers keep six connections to a server, of which `WaitEvent` has one;
/// more requests than that, so that none is answered before the last connection is opened.
const CROWD: usize = 12;
/// Clocks that differ by more than this many seconds are told of; HTTP's `Date` has no fractions.
const STEP: i64 = 3;

/// A value that Asterisk's files certainly have, and that is no secret.
const PROBE: &str = "AST_CONFIG(manager.conf,general,enabled)";

/// How far the examination has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What needs no account is being tried.
    Probing,
    /// Ready for an account.
    Ready,
    /// Logging in.
    SigningIn,
    /// Logged in: rights are looked up, and events listened for.
    Examining,
    /// Logging off.
    Leaving,
}

/// The examination. See the [module](super).
#[derive(Debug)]
pub struct Doctor {
    place: Place,
    stage: Stage,
    entries: Vec<Entry>,
    /// A handful.
    pending: Vec<Pending>,
    /// What is still to be fetched that takes no cookie.
    rest: VecDeque<(Target, Purpose)>,
    outbox: VecDeque<Output>,
    last_id: u64,
    credentials: Option<Credentials>,
    /// The first of the two challenges that are asked for.
    challenge: Option<String>,
    own: Own,
    /// The server takes no POST.
    by_get: bool,
    /// The session is one that this browser had already.
    borrowed: bool,
    version: Version,
    crowd: Option<Crowd>,
    ears: Ears,
}

#[derive(Debug)]
struct Pending {
    id: AskId,
    purpose: Purpose,
    sent: Moment,
    deadline: Moment,
}

/// Why a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Status,
    Root,
    Digest,
    /// Is the manager there, and is somebody logged in?
    Probe,
    Challenge,
    Login,
    /// Does the cookie come back?
    Cookie,
    Commands,
    /// Does the server give values of its files?
    Guard,
    /// What does the account's line say?
    OwnLine(Line),
    Settings,
    Crowd,
    Wait,
    Channels,
    Logoff,
}

#[derive(Debug, Default)]
struct Crowd {
    answered: usize,
    failed: usize,
}

/// What was heard.
#[derive(Debug, Default)]
struct Ears {
    until: Option<Moment>,
    pace: Pace,
    next_wait: Option<Moment>,
    next_look: Option<Moment>,
    /// Channels that were there when listening began.
    known: Option<BTreeSet<String>>,
    /// Another one has come since.
    came: bool,
    began: bool,
    /// How many events of class call were heard.
    calls: usize,
    filters: Filters,
}

impl Default for Doctor {
    fn default() -> Self {
        Self {
            place: Place::default(),
            stage: Stage::Ready,
            entries: Vec::new(),
            pending: Vec::new(),
            rest: VecDeque::new(),
            outbox: VecDeque::new(),
            last_id: 0,
            credentials: None,
            challenge: None,
            own: Own::default(),
            by_get: false,
            borrowed: false,
            version: Version::default(),
            crowd: None,
            ears: Ears::default(),
        }
    }
}

impl Doctor {
    /// Every check, in the order of the page.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How far it has come.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether there is a session on the server that must be ended if the page goes.
    pub fn has_session(&self) -> bool {
        !self.borrowed && matches!(self.stage, Stage::Examining | Stage::Leaving)
    }

    /// Until when events are listened for, while they are.
    pub fn listening(&self) -> Option<Moment> {
        self.ears
            .until
            .filter(|_| self.stage == Stage::Examining && !self.borrowed)
    }

    /// The next thing to do outside, if there is any.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn wake_at(&self) -> Option<Moment> {
        let deadlines = self.pending.iter().map(|pending| pending.deadline);
        let ears = &self.ears;
        let ears = [ears.next_wait, ears.next_look, self.listening()];
        deadlines.chain(ears.into_iter().flatten()).min()
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, input: Input, now: Moment) {
        match input {
            Input::Start(place) => self.start(place, now),
            Input::Worker(taken) => {
                let finding = if taken {
                    Finding::LogsOff
                } else {
                    Finding::StaysLoggedIn
                };
                self.found(Check::Worker, finding);
            }
            Input::SignIn(credentials) => self.sign_in(credentials, now),
            Input::Stop => {
                if self.listening().is_some() {
                    self.ears.until = Some(now);
                    self.tick(now);
                }
            }
            Input::Leave => {
                if self.has_session() {
                    self.give_up();
                    self.leave(now);
                }
            }
            Input::Replied(id, answer) => {
                if let Some(pending) = self.take(id) {
                    self.replied(&pending, answer, now);
                    self.go_on(pending.purpose, now);
                }
            }
            Input::Failed(id, Failure(words)) => {
                if let Some(pending) = self.take(id) {
                    self.failed(pending.purpose, Trouble::Network(words), now);
                    self.go_on(pending.purpose, now);
                }
            }
            Input::Tick => self.tick(now),
        }
    }

    fn start(&mut self, place: Place, now: Moment) {
        let worker = self.finding(Check::Worker).cloned();
        self.give_up();
        *self = Self {
            stage: Stage::Probing,
            outbox: std::mem::take(&mut self.outbox),
            last_id: self.last_id,
            place,
            ..Self::default()
        };
        self.entries = Check::all()
            .map(|check| Entry {
                check,
                finding: if check.takes_an_account() {
                    Finding::WaitingForAccount
                } else {
                    Finding::Trying
                },
                fix: None,
                more: None,
            })
            .collect();
        if let Some(known) = worker {
            self.found(Check::Worker, known);
        }
        let page = self.place.page.clone();
        let manager = self.place.path(Target::Mxml);
        self.found(
            Check::Page,
            if page.contains("/static/") {
                Finding::Served { page, manager }
            } else {
                Finding::ServedElsewhere { page, manager }
            },
        );
        self.found(
            Check::Transport,
            match (self.place.encrypted, self.place.loopback) {
                (true, _) => Finding::Encrypted,
                (_, true) => Finding::Loopback,
                _ => Finding::Plain,
            },
        );
        self.rest = VecDeque::from([
            (Target::Amxml, Purpose::Digest),
            (Target::StatusPage, Purpose::Status),
            (Target::Root, Purpose::Root),
        ]);
        self.post(Action::Ping, Purpose::Probe, now);
    }

    /// One after the other: a server that allows few connections must not fail here, but where
    /// connections are counted.
    fn get_next(&mut self, now: Moment) {
        if let Some((target, purpose)) = self.rest.pop_front() {
            let id = self.next_id();
            self.ask(id, target, None, purpose, now + PATIENCE, now);
        }
    }

    /// What comes behind a request, whatever came of it.
    fn go_on(&mut self, purpose: Purpose, now: Moment) {
        match purpose {
            Purpose::Probe | Purpose::Digest | Purpose::Status | Purpose::Root => {
                self.get_next(now);
            }
            Purpose::Commands | Purpose::Guard | Purpose::OwnLine(_)
                if self.stage == Stage::Examining =>
            {
                match self.next_variable(purpose) {
                    Some((variable, purpose)) => {
                        self.post(Action::Getvar { variable }, purpose, now);
                    }
                    None => self.post(Action::CoreSettings, Purpose::Settings, now),
                }
            }
            Purpose::Settings if self.stage == Stage::Examining => {
                self.crowd = Some(Crowd::default());
                self.found(Check::Connections, Finding::Trying);
                for _ in 0..CROWD {
                    self.post(Action::ListCommands, Purpose::Crowd, now);
                }
            }
            _ => {}
        }
    }

    fn sign_in(&mut self, credentials: Credentials, now: Moment) {
        if self.stage != Stage::Ready {
            return;
        }
        self.own = Own::named(&credentials.username);
        self.credentials = Some(credentials);
        self.reset_account_checks();
        self.stage = Stage::SigningIn;
        self.found(Check::Login, Finding::Trying);
        // Somebody may have logged in, or off, in another page meanwhile.
        self.post(Action::Ping, Purpose::Probe, now);
    }

    fn reset_account_checks(&mut self) {
        self.borrowed = false;
        self.version = Version::default();
        self.crowd = None;
        self.ears = Ears::default();
        for check in Check::all().filter(|check| check.takes_an_account()) {
            self.found(check, Finding::Waiting);
        }
    }

    fn tick(&mut self, now: Moment) {
        let late: Vec<AskId> = self
            .pending
            .iter()
            .filter(|pending| pending.deadline <= now)
            .map(|pending| pending.id)
            .collect();
        for id in late {
            if let Some(pending) = self.take(id) {
                self.outbox.push_back(Output::Abort(id));
                self.failed(pending.purpose, Trouble::NoAnswer, now);
                self.go_on(pending.purpose, now);
            }
        }
        if self.ears.next_wait.is_some_and(|at| at <= now) {
            self.wait(now);
        }
        if self.ears.next_look.is_some_and(|at| at <= now) {
            self.ears.next_look = None;
            if self.stage == Stage::Examining {
                self.post(Action::CoreShowChannels, Purpose::Channels, now);
            }
        }
        self.finish_if_done(now);
    }

    // Answers.

    fn replied(&mut self, pending: &Pending, answer: Answer, now: Moment) {
        let purpose = pending.purpose;
        match purpose {
            Purpose::Status => {
                return self.found(
                    Check::StatusPage,
                    match answer.status {
                        200 => Finding::StatusOpen,
                        403 | 404 => Finding::StatusClosed,
                        other => Finding::Trouble(Trouble::Http(other)),
                    },
                );
            }
            Purpose::Root => {
                let finding = if answer.status == 200 && answer.path == self.place.page {
                    Finding::RootLeadsHere
                } else if answer.status == 404 {
                    Finding::RootEmpty
                } else {
                    Finding::RootTaken
                };
                return self.found(Check::Root, finding);
            }
            Purpose::Digest => {
                let offered = answer
                    .authenticate
                    .is_some_and(|how| message::starts_with(&how, "Digest"));
                let finding = if answer.status == 401 && offered {
                    Finding::DigestOffered
                } else {
                    Finding::DigestMissing
                };
                return self.found(Check::Digest, finding);
            }
            _ => {}
        }
        self.compare_clocks(answer.date, answer.wall, STEP);
        let trouble = match answer.status {
            200 => None,
            404 => Some(Trouble::ManagerOff),
            503 => Some(Trouble::Restarting),
            other => Some(Trouble::Http(other)),
        };
        if let Some(trouble) = trouble {
            return self.failed(purpose, trouble, now);
        }
        let text = xml::decode(answer.body);
        let (messages, problems) = message::messages(&text);
        if problems.contains(&xml::Problem::NotAjax) {
            return self.failed(purpose, Trouble::NotAsterisk, now);
        }
        if problems.contains(&xml::Problem::Cut) {
            return self.failed(purpose, Trouble::Cut, now);
        }
        self.understood(pending, &messages, answer.wall, now);
    }

    fn understood(&mut self, pending: &Pending, messages: &[Message<'_>], wall: i64, now: Moment) {
        let purpose = pending.purpose;
        if purpose == Purpose::Wait {
            return self.waited(messages, pending.sent, now);
        }
        let Some(answer) = message::answer(messages) else {
            return self.failed(purpose, Trouble::NotAsterisk, now);
        };
        let denied = answer.is_denied();
        let words = || answer.message.to_string();
        match purpose {
            Purpose::Probe if !denied && !answer.success => {
                self.failed(purpose, Trouble::Refused(words()), now);
            }
            Purpose::Probe => {
                let took = now.since(pending.sent).as_millis();
                let took = u64::try_from(took).unwrap_or(u64::MAX);
                let finding = if self.by_get {
                    Finding::AnswersGet
                } else {
                    Finding::Answers(took)
                };
                self.found(Check::Manager, finding);
                if denied {
                    self.free(now);
                } else {
                    self.tell_time(answer.packet.text("timestamp").as_deref(), wall);
                    self.borrow_session(now);
                }
            }
            Purpose::Challenge => {
                let challenge = answer.packet.text("challenge").filter(|_| answer.success);
                match challenge {
                    Some(challenge) => self.challenged(&challenge, now),
                    None => self.refused(words()),
                }
            }
            Purpose::Login if !answer.success => self.refused(words()),
            // Somebody logged in between the question and this: it is another's session.
            Purpose::Login if message::starts_with(&answer.message, "Already") => {
                self.borrow_session(now);
            }
            Purpose::Login => {
                self.credentials = None;
                self.found(Check::Login, Finding::Accepted);
                self.found(Check::Cookie, Finding::Trying);
                self.ears.began = messages.iter().any(|message| {
                    matches!(message, Message::Event(event) if event.kind == EventKind::FullyBooted)
                });
                self.post(Action::Ping, Purpose::Cookie, now);
            }
            Purpose::Cookie if denied => self.lost_cookie(),
            Purpose::Cookie => {
                self.tell_time(answer.packet.text("timestamp").as_deref(), wall);
                self.found(Check::Cookie, Finding::Kept);
                self.examine(now);
            }
            Purpose::Commands if denied => self.failed(purpose, Trouble::SessionEnded, now),
            Purpose::Commands => {
                let may = |action: &str| answer.packet.get(action).is_some();
                let watches = !ACTS.into_iter().any(may);
                for action in ACTS {
                    let without = Finding::Without {
                        act: action,
                        watches,
                    };
                    let finding = if may(action) {
                        Finding::Allowed
                    } else {
                        without
                    };
                    self.found(Check::May(action), finding);
                }
                let list = if may(LIST) {
                    Finding::Allowed
                } else {
                    Finding::Lacks(LIST)
                };
                self.found(Check::May(LIST), list);
                let modest = match own::too_much(&answer.packet) {
                    None => Finding::RightsHidden,
                    Some(classes) if classes.is_empty() => Finding::Modest,
                    Some(classes) => Finding::TooMuch(classes),
                };
                self.found(Check::Modest, modest);
                if answer.packet.get("Getvar").is_none() {
                    self.found(Check::Secrets, Finding::SecretsClosed);
                }
            }
            Purpose::Guard => {
                let value = answer.packet.get("value").unwrap_or_default();
                let finding = match answer.success {
                    false => Finding::SecretsUnknown,
                    // Of this value that much is known: without it the manager would not answer.
                    true if value.is_empty() => Finding::SecretsGuarded,
                    true => Finding::SecretsOpen,
                };
                self.found(Check::Secrets, finding);
            }
            Purpose::OwnLine(line) => {
                if answer.success {
                    let value = answer.packet.get("value").unwrap_or_default();
                    self.own.learn(line, &value);
                    self.look_again();
                }
            }
            Purpose::Settings => {
                let text = |name| answer.packet.get(name).unwrap_or_default();
                self.version = Version::new(&text("asteriskversion"), &text("amiversion"));
                let name = self.version.asterisk.clone();
                self.found(
                    Check::Version,
                    match self.version.ami {
                        _ if !answer.success => Finding::VersionHidden,
                        Some((major, _)) if major < 5 => Finding::OldVersion(name),
                        _ => Finding::Version(name),
                    },
                );
                // Newexten is of class call up to 13, and of class dialplan from 16 on.
                if answer.success && self.version.ami.is_some_and(|(major, _)| major < 5) {
                    self.found(Check::Hears("dialplan"), Finding::InClassCall);
                }
            }
            Purpose::Crowd => {
                if let Some(crowd) = &mut self.crowd {
                    crowd.answered += 1;
                }
                self.count_crowd(now);
            }
            Purpose::Channels => self.looked(answer.success, messages, now),
            Purpose::Logoff => self.left(),
            Purpose::Wait | Purpose::Status | Purpose::Root | Purpose::Digest => {}
        }
    }

    fn failed(&mut self, purpose: Purpose, trouble: Trouble, now: Moment) {
        match purpose {
            Purpose::Status => self.found(Check::StatusPage, Finding::Trouble(trouble)),
            Purpose::Root => self.found(Check::Root, Finding::RootTaken),
            Purpose::Digest => self.found(Check::Digest, Finding::Trouble(trouble)),
            Purpose::Probe if trouble == Trouble::Http(501) && !self.by_get => {
                self.by_get = true;
                self.post(Action::Ping, Purpose::Probe, now);
            }
            Purpose::Probe => {
                self.found(Check::Manager, Finding::Trouble(trouble));
                self.credentials = None;
                self.skip_rest();
                self.stage = Stage::Ready;
            }
            Purpose::Challenge | Purpose::Login => {
                self.credentials = None;
                self.found(Check::Login, Finding::Trouble(trouble));
                self.skip_rest();
                self.stage = Stage::Ready;
            }
            Purpose::Cookie => {
                self.found(Check::Cookie, Finding::Trouble(trouble));
                self.skip_rest();
                self.leave(now);
            }
            Purpose::Commands => {
                for check in Check::all().filter(|check| about_rights(*check)) {
                    self.found(check, Finding::Trouble(trouble.clone()));
                }
                self.skip_rest();
                self.leave(now);
            }
            Purpose::Guard => self.found(Check::Secrets, Finding::Trouble(trouble)),
            Purpose::OwnLine(_) => {}
            Purpose::Settings => self.found(Check::Version, Finding::Trouble(trouble)),
            Purpose::Crowd => {
                if let Some(crowd) = &mut self.crowd {
                    crowd.failed += 1;
                }
                self.count_crowd(now);
            }
            Purpose::Wait if self.stage == Stage::Examining => {
                self.ears.next_wait = Some(now + LOOK);
            }
            Purpose::Channels => self.ears.next_look = Some(now + LOOK),
            Purpose::Logoff => self.left(),
            Purpose::Wait => {}
        }
    }

    /// One session keeps one challenge: another one means another session, for the cookie of the
    /// first did not come back. Login would fail then as if the secret were wrong.
    fn challenged(&mut self, challenge: &str, now: Moment) {
        match self.challenge.replace(challenge.to_owned()) {
            None => return self.post(Action::Challenge, Purpose::Challenge, now),
            Some(first) if first != challenge => return self.lost_cookie(),
            Some(_) => {}
        }
        let Some(credentials) = self.credentials.take() else {
            return;
        };
        let key = challenge::key(challenge, &credentials.secret);
        let login = Action::Login {
            username: credentials.username,
            key,
            events: EVENTS.to_owned(),
        };
        self.post(login, Purpose::Login, now);
    }

    fn lost_cookie(&mut self) {
        self.credentials = None;
        let digest = self.finding(Check::Digest) == Some(&Finding::DigestOffered);
        self.found(Check::Cookie, Finding::NotKept { digest });
        self.skip_rest();
        self.stage = Stage::Ready;
    }

    fn refused(&mut self, words: String) {
        self.credentials = None;
        let finding = if message::starts_with(&words, "Login Already In Use") {
            Finding::InUse(words)
        } else {
            let account = self.own.name.clone().unwrap_or_default();
            Finding::Refused { words, account }
        };
        self.found(Check::Login, finding);
        self.skip_rest();
        self.stage = Stage::Ready;
    }

    /// Nobody is logged in in this browser.
    fn free(&mut self, now: Moment) {
        if self.credentials.is_some() {
            self.challenge = None;
            self.post(Action::Challenge, Purpose::Challenge, now);
        } else {
            self.stage = Stage::Ready;
        }
    }

    fn borrow_session(&mut self, now: Moment) {
        self.reset_account_checks();
        self.credentials = None;
        self.own = Own::default();
        self.borrowed = true;
        self.found(Check::Login, Finding::OtherSession);
        self.found(Check::Cookie, Finding::Kept);
        for class in EVENTS.split(',') {
            self.found(Check::Hears(class), Finding::NotListened);
        }
        self.examine(now);
    }

    fn examine(&mut self, now: Moment) {
        self.stage = Stage::Examining;
        self.found(Check::Version, Finding::Trying);
        for check in Check::all().filter(|check| about_rights(*check)) {
            self.found(check, Finding::Trying);
        }
        if !self.borrowed {
            self.ears.until = Some(now + LISTEN);
            for class in EVENTS.split(',') {
                self.found(Check::Hears(class), Finding::Listening);
            }
            // Said in the answer to a Login that asks for class system, and only to those who may
            // read it (1.8 and later; `main/manager.c`, `action_login`).
            let finding = if self.ears.began {
                Finding::Heard(1)
            } else {
                Finding::Deaf
            };
            self.found(Check::Hears("system"), finding);
            self.wait(now);
        }
        self.post(Action::ListCommands, Purpose::Commands, now);
    }

    fn count_crowd(&mut self, now: Moment) {
        let Some(&Crowd { answered, failed }) = self.crowd.as_ref() else {
            return;
        };
        if answered + failed < CROWD {
            return;
        }
        let finding = if failed == 0 {
            Finding::Enough(answered)
        } else {
            Finding::TooFew {
                answered,
                sent: CROWD,
            }
        };
        self.found(Check::Connections, finding);
        if self.borrowed {
            return self.finish_if_done(now);
        }
        self.ears.next_look = Some(now);
        self.tick(now);
    }

    // Events.

    fn wait(&mut self, now: Moment) {
        self.ears.next_wait = None;
        if self.stage == Stage::Examining {
            let wait = Action::WaitEvent { timeout: TIMEOUT };
            self.post(wait, Purpose::Wait, now);
        }
    }

    fn waited(&mut self, messages: &[Message<'_>], sent: Moment, now: Moment) {
        let mut events = 0;
        for message in messages {
            let Message::Event(event) = message else {
                continue;
            };
            if event.kind != EventKind::WaitEventComplete {
                events += 1;
                self.ears.filters.heard(event);
            }
            let privilege = event.packet.text("privilege").unwrap_or_default();
            for class in EVENTS.split(',') {
                let names_it = privilege
                    .split(',')
                    .any(|named| named.eq_ignore_ascii_case(class));
                if names_it {
                    self.ears.calls += usize::from(class == "call");
                    let check = Check::Hears(class);
                    let before = match self.finding(check) {
                        Some(Finding::Heard(times)) => *times,
                        _ => 0,
                    };
                    self.found(check, Finding::Heard(before + 1));
                }
            }
        }
        self.judge_filters();
        if self.stage != Stage::Examining {
            return;
        }
        let answer = message::answer(messages);
        if answer.is_some_and(message::Answer::is_denied) || (answer.is_none() && events == 0) {
            // Ended, or another page took the events: there is nothing more to hear.
            self.ears.until = Some(now);
        } else {
            let pause = self.ears.pace.after(sent, now, events);
            self.ears.next_wait = Some(now + pause);
        }
        self.tick(now);
    }

    /// The channels were listed: did one come without a word?
    fn looked(&mut self, listed: bool, messages: &[Message<'_>], now: Moment) {
        let call = Check::Hears("call");
        if !listed {
            return;
        }
        let channels: BTreeMap<String, bool> = messages
            .iter()
            .filter_map(|message| match message {
                Message::Event(event) => match &event.kind {
                    EventKind::ListedChannel(item) => {
                        let id = item.channel.uniqueid.to_string();
                        Some((id, !item.bridge.is_empty()))
                    }
                    _ => None,
                },
                _ => None,
            })
            .collect();
        self.ears.filters.listed(&channels);
        self.judge_filters();
        if self.finding(call) != Some(&Finding::Listening) {
            if self.ears.filters.looks_on() {
                self.ears.next_look = Some(now + LOOK);
            }
            return;
        }
        let ids: BTreeSet<String> = channels.into_keys().collect();
        match &self.ears.known {
            // Its events may still be on their way the first time: `WaitEvent` takes up to 1 s.
            Some(_) if self.ears.came => {
                self.found(call, Finding::Deaf);
                self.finish_if_done(now);
            }
            Some(known) => {
                self.ears.came = !ids.is_subset(known);
                self.ears.next_look = Some(now + LOOK);
            }
            None => {
                self.ears.known = Some(ids);
                self.ears.next_look = Some(now + LOOK);
            }
        }
    }

    /// Of what is heard, is something kept back?
    fn judge_filters(&mut self) {
        let call = Check::Hears("call");
        let names = self.ears.filters.kept_back();
        match self.finding(call) {
            Some(Finding::Heard(_) | Finding::Filtered(_)) if names.is_empty() => {
                self.found(call, Finding::Heard(self.ears.calls));
            }
            Some(Finding::Heard(_) | Finding::Filtered(_)) => {
                self.found(call, Finding::Filtered(names));
            }
            _ => {}
        }
    }

    /// Ends when there is nothing more to find out, or time is up.
    fn finish_if_done(&mut self, now: Moment) {
        let counted = self
            .crowd
            .as_ref()
            .is_some_and(|crowd| crowd.answered + crowd.failed == CROWD);
        if self.stage != Stage::Examining || !counted {
            return;
        }
        if self.borrowed {
            self.stage = Stage::Ready;
            return;
        }
        let time_is_up = self.ears.until.is_some_and(|until| until <= now);
        let listening = self
            .entries
            .iter()
            .any(|entry| entry.finding == Finding::Listening);
        if listening && !time_is_up {
            return;
        }
        let calls = self.ears.calls > 0;
        for class in EVENTS.split(',') {
            let check = Check::Hears(class);
            if self.finding(check) == Some(&Finding::Listening) {
                let finding = if class == "dialplan" && calls {
                    Finding::Deaf
                } else {
                    Finding::Silence
                };
                self.found(check, finding);
            }
        }
        self.leave(now);
    }

    // The end.

    fn leave(&mut self, now: Moment) {
        if self.borrowed {
            self.stage = Stage::Ready;
            return;
        }
        self.stage = Stage::Leaving;
        self.ears.next_wait = None;
        self.ears.next_look = None;
        self.post(Action::Logoff, Purpose::Logoff, now);
    }

    fn left(&mut self) {
        self.stage = Stage::Ready;
        // The answer to a WaitEvent that still hangs would bring the old cookie back.
        self.give_up();
        self.outbox.push_back(Output::DropCookie);
    }

    fn give_up(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            self.outbox.push_back(Output::Abort(pending.id));
        }
    }

    // What was found.

    fn found(&mut self, check: Check, finding: Finding) {
        let finding = match (check, finding) {
            (Check::Hears(class), Finding::Deaf) if self.own.has(Line::Read, class) => {
                Finding::HeldBack
            }
            (Check::Hears(class), Finding::Silence) if self.own.has(Line::Read, class) => {
                Finding::Quiet
            }
            (_, finding) => finding,
        };
        let fix = finding.fix(check, &self.place, &self.own);
        let more = match (check, &finding) {
            (Check::Hears("call"), Finding::Heard(_)) if self.ears.filters.is_whole() => {
                Some(More::Whole)
            }
            (Check::Hears("call"), Finding::Heard(_)) => Some(More::Untold),
            _ => None,
        };
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.check == check) {
            entry.finding = finding;
            entry.fix = fix;
            entry.more = more;
        }
    }

    /// More is known of the account: what was found says more, or other lines mend it.
    fn look_again(&mut self) {
        for Entry { check, finding, .. } in self.entries.clone() {
            self.found(check, finding);
        }
    }

    /// The next value to ask for, one behind the other: it is Asterisk's files that are asked for, and
    /// nothing that is a secret.
    fn next_variable(&self, behind: Purpose) -> Option<(String, Purpose)> {
        let line = |line| Some((self.own.variable(line)?, Purpose::OwnLine(line)));
        match (behind, self.finding(Check::Secrets)) {
            (Purpose::Commands, Some(Finding::Trying)) => Some((PROBE.to_owned(), Purpose::Guard)),
            (Purpose::Guard, Some(Finding::SecretsOpen)) => line(Line::Read),
            (Purpose::OwnLine(Line::Read), _) => line(Line::Write),
            _ => None,
        }
    }

    fn finding(&self, check: Check) -> Option<&Finding> {
        let entry = self.entries.iter().find(|entry| entry.check == check)?;
        Some(&entry.finding)
    }

    /// What needed what has just failed is left out.
    fn skip_rest(&mut self) {
        let waits = |state| matches!(state, State::Waiting | State::Trying);
        let apart = |check| {
            matches!(
                check,
                Check::Worker | Check::Root | Check::StatusPage | Check::Digest
            )
        };
        for entry in &mut self.entries {
            if waits(entry.finding.state()) && !apart(entry.check) {
                entry.finding = Finding::Skipped;
            }
        }
    }

    fn compare_clocks(&mut self, server: Option<i64>, wall: i64, tolerance: i64) {
        let finding = match server {
            None => Finding::NoDate,
            Some(server) => {
                let seconds = (server - wall) / 1000;
                if seconds.abs() > tolerance {
                    Finding::OutOfStep(seconds)
                } else {
                    Finding::InStep
                }
            }
        };
        if self.finding(Check::Clock) == Some(&Finding::Trying) {
            self.found(Check::Clock, finding);
        }
    }

    /// Ping's own word is better than HTTP's, which may be a proxy's.
    fn tell_time(&mut self, timestamp: Option<&str>, wall: i64) {
        let whole = |text: &str| text.split('.').next()?.parse::<i64>().ok();
        if let Some(seconds) = timestamp.and_then(whole) {
            self.found(Check::Clock, Finding::Trying);
            self.compare_clocks(Some(seconds.saturating_mul(1000)), wall, STEP);
        }
    }

    // Requests.

    fn post(&mut self, action: Action, purpose: Purpose, now: Moment) {
        let id = self.next_id();
        let patience = match action {
            Action::WaitEvent { timeout } => Duration::from_secs(u64::from(timeout)) + PATIENCE,
            _ => PATIENCE,
        };
        let Some(named) = ActionId::new(&format!("doctor-{}", id.0)) else {
            return;
        };
        // The smallest limit there is: a log-in with an absurd name is not sent.
        match action.form(&named).encode(Version::default().post_limit()) {
            Ok(body) => self.ask(id, Target::Mxml, Some(body), purpose, now + patience, now),
            Err(_) => self.failed(purpose, Trouble::Http(413), now),
        }
    }

    fn ask(
        &mut self,
        id: AskId,
        target: Target,
        body: Option<String>,
        purpose: Purpose,
        deadline: Moment,
        sent: Moment,
    ) {
        self.pending.push(Pending {
            id,
            purpose,
            sent,
            deadline,
        });
        let by_get = self.by_get;
        self.outbox.push_back(Output::Ask(Ask {
            id,
            target,
            body,
            by_get,
            keepalive: purpose == Purpose::Logoff,
        }));
    }

    fn take(&mut self, id: AskId) -> Option<Pending> {
        let at = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.remove(at))
    }

    fn next_id(&mut self) -> AskId {
        self.last_id += 1;
        AskId(self.last_id)
    }
}

/// Whether `ListCommands` tells of it, or what comes of that.
fn about_rights(check: Check) -> bool {
    matches!(check, Check::May(_) | Check::Modest | Check::Secrets)
}
