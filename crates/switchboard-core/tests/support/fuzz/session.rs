//! Inputs to the console, in any order, and a server that comes to its senses in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::ami::{Secret, Uniqueid};
use ajam::session::{
    Credentials, Failure, Input, Over, Phase, Reply, RequestId, Role, Scope, Share, Topics,
    Trouble, Way,
};
use ajam::time::Moment;
use switchboard_core::console::{Command, Console, Output};

use super::answering::{action, answering, shown, whole};
use super::model;

const SECRET: &str = "hunter2";
const ROLES: [Role; 4] = [Role::Undecided, Role::Alone, Role::Lead, Role::Follow];

/// What another page may say.
fn share(kind: usize) -> Share {
    match kind % 14 {
        0 => Share::Body(good("WaitEvent", kind)),
        1 => Share::Epoch {
            account: None,
            topics: Topics::CALLS,
        },
        2 => Share::Epoch {
            account: Some("other".to_owned()),
            topics: shown(false),
        },
        3 => Share::Hello,
        4 => Share::Account(Some("demo".to_owned())),
        5 => Share::InTime,
        6 => Share::Late,
        7 => Share::Broken(Trouble::NoAnswer),
        8 => Share::SignedOut(Over::Expired),
        9 => Share::NeedSecret,
        10 => Share::Doubt,
        12 => Share::Classes(Topics::CALLS),
        13 => Share::Classes(shown(false)),
        11 if kind % 28 == 25 => Share::NewSession,
        _ => Share::Active,
    }
}

const CHANNELS: [&str; 3] = ["1.1", "1.2", "1.3"];

/// The most requests that may be open beside the actions that a person asked for: the parts of one
/// list, a `WaitEvent`, a change of classes, filters, a log-off.
const OWN_REQUESTS: usize = 10;

/// Runs any bytes: each step is a byte that says what happens and the bytes it needs.
///
/// Held at every step: one `WaitEvent` at most; no more requests open than a list has parts and a
/// person has asked actions; nothing left in the outbox; no secret in what is posted; and while
/// nothing is open there is a moment to wake at, or somebody to ask. **Held at the end, whatever
/// went before: against a server that answers well, the console is live within a minute and shows
/// what is listed, or waits for a person, by name.**
///
/// # Panics
/// Where a claim does not hold.
pub fn run(bytes: &[u8]) {
    let mut stage = Stage::begin();
    let mut bytes = Bytes(bytes);
    while let Some(what) = bytes.next() {
        stage.step(what, &mut bytes);
        stage.holds();
    }
    stage.comes_to_rest();
}

/// The fuzzer's bytes, taken from the front; zeros behind their end.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> usize {
        self.next().unwrap_or_default().into()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

struct Stage {
    console: Console,
    now: i64,
    open: BTreeMap<RequestId, String>,
    /// Every form that was posted.
    forms: BTreeMap<RequestId, String>,
    /// Requests that were answered or given up.
    closed: BTreeSet<RequestId>,
    asked: usize,
    role: Role,
}

impl Stage {
    fn begin() -> Self {
        let mut stage = Self {
            console: Console::new(1),
            now: 0,
            open: BTreeMap::new(),
            forms: BTreeMap::new(),
            closed: BTreeSet::new(),
            asked: 0,
            role: Role::Alone,
        };
        stage.input(Input::Start { account: None });
        stage
    }

    /// One step. A new kind of input takes a number of its own here.
    fn step(&mut self, what: u8, bytes: &mut Bytes<'_>) {
        match what % 16 {
            0 => self.input(sign_in(Scope::Browser)),
            1 => self.input(Input::SignOut),
            2 => self.input(Input::Refresh),
            3 => self.sleep(),
            4 => {
                let seconds = i64::try_from(bytes.number()).unwrap_or_default();
                self.now += seconds * seconds * 10;
                self.input(Input::Tick);
            }
            // A laptop that slept; some clocks go on meanwhile.
            5 => self.now += 60_000 * i64::try_from(bytes.number()).unwrap_or_default(),
            6 => {
                if let Some((id, _)) = self.one(bytes) {
                    self.input(Input::Failed(id, Failure("reset".to_owned())));
                }
            }
            7 => {
                let kind = bytes.number();
                let status = [200, 404, 500, 401, 413, 503, 204, 0][kind % 8];
                if let Some((id, _)) = self.one(bytes) {
                    let authenticate = (kind >= 128).then(|| demand(kind));
                    self.input(Input::Replied(
                        id,
                        Reply {
                            status,
                            body: b"<!DOCTYPE html><html></html>".to_vec(),
                            authenticate,
                        },
                    ));
                }
            }
            8 => {
                let (kind, which) = (bytes.number(), bytes.number());
                self.ask(kind, CHANNELS[which % CHANNELS.len()]);
            }
            9 => {
                let length = bytes.number();
                let raw = bytes.take(length);
                if let Some((id, _)) = self.one(bytes) {
                    let mut body = b"<ajax-response>\n".to_vec();
                    body.extend(raw);
                    self.reply(id, 200, body);
                }
            }
            // Too late, or twice.
            10 => {
                let at = bytes.number() % self.closed.len().max(1);
                if let Some(id) = self.closed.iter().nth(at).copied() {
                    self.reply(id, 200, good("Login", 0).into_bytes());
                }
            }
            11 => {
                let Some((id, _)) = self.one(bytes) else {
                    return;
                };
                let body = packets(&[REFUSALS[bytes.number() % REFUSALS.len()]]);
                self.reply(id, 200, body.into_bytes());
            }
            // A good answer, cut.
            12 => {
                let cut = bytes.number();
                if let Some((id, action)) = self.one(bytes) {
                    let mut body = self.good(id, &action, cut);
                    body.truncate(body.len().saturating_sub(cut));
                    self.reply(id, 200, body);
                }
            }
            13 => {
                let at = bytes.number();
                match at % 8 {
                    0 => self.input(sign_in(Scope::Tab)),
                    1 => self.input(Input::Active),
                    2 => self.input(Input::Nudge),
                    3 => {
                        let what = bytes.number();
                        let location = what & 1 == 0;
                        let topics = shown(location);
                        self.input(match what % 4 {
                            0 | 1 => Input::Topics(topics),
                            _ => Input::Others(topics),
                        });
                    }
                    4 => self.input(Input::EventsLost),
                    5 => self.take_role(ROLES[bytes.number() % ROLES.len()]),
                    6 => {
                        let share = share(bytes.number());
                        self.input(Input::Shared(share));
                    }
                    _ => {
                        let id = self.open.keys().nth(at % self.open.len().max(1)).copied();
                        id.into_iter()
                            .for_each(|id| self.input(Input::Progress(id)));
                    }
                }
            }
            _ => {
                let variant = bytes.number();
                if let Some((id, action)) = self.one(bytes) {
                    let body = self.good(id, &action, variant);
                    self.reply(id, 200, body);
                }
            }
        }
    }

    fn take_role(&mut self, role: Role) {
        self.role = role;
        self.input(Input::Role(role));
    }

    fn one(&mut self, bytes: &mut Bytes<'_>) -> Option<(RequestId, String)> {
        let at = bytes.number() % self.open.len().max(1);
        let id = self.open.keys().nth(at).copied()?;
        self.closed.insert(id);
        self.open.remove(&id).map(|action| (id, action))
    }

    fn ask(&mut self, kind: usize, channel: &str) {
        let Some(channel) = Uniqueid::new(channel) else {
            return;
        };
        let (Ok(exten), Ok(context)) = (Exten::new("801"), Context::new("target")) else {
            return;
        };
        let command = match kind % 3 {
            0 => Command::HangUp(channel),
            1 => Command::Transfer {
                channel,
                exten,
                context,
                with: None,
            },
            _ => Command::Transfer {
                channel,
                exten,
                context,
                with: Uniqueid::new(CHANNELS[0]),
            },
        };
        self.asked += 1;
        self.console.ask(command, Moment::from_millis(self.now));
        self.drain();
    }

    /// A good answer to this request.
    fn good(&self, id: RequestId, action: &str, variant: usize) -> Vec<u8> {
        answering(&self.forms[&id], &good(action, variant)).into_bytes()
    }

    fn reply(&mut self, id: RequestId, status: u16, body: Vec<u8>) {
        self.input(Input::Replied(
            id,
            Reply {
                status,
                body,
                authenticate: None,
            },
        ));
    }

    /// Up to the next moment the console wants to be woken at.
    fn sleep(&mut self) {
        if let Some(at) = self.console.wake_at() {
            self.now = self.now.max(at.millis());
            self.input(Input::Tick);
        }
    }

    fn input(&mut self, input: Input) {
        self.console.handle(input, Moment::from_millis(self.now));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.console.poll() {
            match output {
                Output::Post(post) => {
                    assert!(!post.body.contains(SECRET), "the secret is posted");
                    if let Way::Digest(Some(header)) = &post.way {
                        assert!(!header.expose().contains(SECRET), "the secret is sent");
                    }
                    let drain = post.body.contains("Timeout=0");
                    let action = if drain { "Drain" } else { action(&post.body) };
                    assert!(!self.closed.contains(&post.id), "an id is used twice");
                    self.open.insert(post.id, action.to_owned());
                    self.forms.insert(post.id, post.body);
                }
                Output::Abort(id) => {
                    self.closed.insert(id);
                    self.open.remove(&id);
                }
                // What the pages of one browser say to each other: there are no others here.
                _ => {}
            }
        }
    }

    fn holds(&mut self) {
        let now = Moment::from_millis(self.now);
        self.console.commit(now);
        let count = |name: &str| self.open.values().filter(|action| *action == name).count();
        assert!(count("WaitEvent") <= 1, "two polls: {:?}", self.open);
        assert!(
            self.open.len() <= OWN_REQUESTS + self.asked,
            "{:?}",
            self.open
        );
        assert!(
            !self.open.is_empty()
                || self.console.wake_at().is_some()
                || self.waits_for_a_person()
                || self.waits_for_a_page(),
            "stuck: {:?}",
            self.console.session().phase()
        );
        model::in_step(self.console.pbx(), "in a session");
        model::shown(self.console.board(), self.console.pbx());
        // One that is unknown is told again when the model shows it.
        assert!(
            self.console.take_orphans().len() <= 2 * self.asked,
            "more outcomes than were asked for"
        );
    }

    fn waits_for_a_person(&self) -> bool {
        let phase = self.console.session().phase();
        matches!(
            phase,
            Phase::SignedOut(_) | Phase::TakenOver | Phase::Outdated
        )
    }

    /// Another page leads, or it is not settled whether one does: that page goes on, or is missed.
    fn waits_for_a_page(&self) -> bool {
        matches!(self.role, Role::Follow | Role::Undecided)
    }

    fn comes_to_rest(&mut self) {
        self.take_role(Role::Alone);
        let end = self.now + 60_000;
        let was_waiting = self.waits_for_a_person();
        for _ in 0..1000 {
            let quiet = self.open.values().all(|action| action == "WaitEvent");
            let phase = self.console.session().phase();
            if quiet && phase.is_live() && !self.console.session().is_listing() {
                return self.shows_what_is_listed();
            }
            if quiet && self.waits_for_a_person() {
                return;
            }
            let next = self.open.iter().find(|(_, action)| *action != "WaitEvent");
            match next.map(|(id, action)| (*id, action.clone())) {
                Some((id, action)) => {
                    self.closed.insert(id);
                    self.open.remove(&id);
                    let body = self.good(id, &action, 0);
                    self.reply(id, 200, body);
                }
                None => {
                    let before = self.console.wake_at();
                    self.sleep();
                    assert!(before.is_some(), "nothing to wake for");
                }
            }
            self.holds();
            assert!(self.now <= end, "not within a minute: {was_waiting}");
        }
        panic!("never at rest: {:?}", self.console.session().phase());
    }

    /// Asks for a list, which is answered well.
    fn shows_what_is_listed(&mut self) {
        self.input(Input::Refresh);
        while let Some((id, action)) = self
            .open
            .iter()
            .find(|(_, action)| *action != "WaitEvent")
            .map(|(id, action)| (*id, action.clone()))
        {
            self.closed.insert(id);
            self.open.remove(&id);
            let body = self.good(id, &action, 0);
            self.reply(id, 200, body);
        }
        self.console.commit(Moment::from_millis(self.now));
        let mut shown: Vec<_> = self
            .console
            .pbx()
            .channels()
            .map(|c| c.uniqueid.as_str())
            .collect();
        shown.sort_unstable();
        assert_eq!(shown, CHANNELS);
        self.now += Duration::from_secs(3).as_millis() as i64;
        self.input(Input::Tick);
        assert_eq!(self.console.board().len(), CHANNELS.len());
    }
}

fn sign_in(scope: Scope) -> Input {
    let credentials = Credentials {
        username: "demo".to_owned(),
        secret: Secret::new(SECRET),
    };
    Input::SignIn(credentials, scope)
}

/// `WWW-Authenticate` of a server, sometimes stale.
fn demand(kind: usize) -> String {
    let stale = if kind % 16 > 7 { ", stale=true" } else { "" };
    format!(
        "Digest algorithm=MD5, realm=\"asterisk\", nonce=\"{kind:08x}\", qop=\"auth\", \
         opaque=\"{kind:08x}\"{stale}"
    )
}

const REFUSALS: [&str; 6] = [
    "response='Error' message='Permission denied'",
    "response='Error' message='Authentication Required'",
    "response='Error' message='Authentication failed'",
    "response='Error' message='Invalid/unknown command'",
    "response='Success' message='Already authenticated'",
    "response='Error' message='Asterisk is shutting down'",
];

fn packets(packets: &[&str]) -> String {
    let packets: String = packets
        .iter()
        .map(|p| format!("<response type='object' id='unknown'><generic {p} /></response>\n"))
        .collect();
    format!("<ajax-response>\n{packets}</ajax-response>\n")
}

/// What a server answers that is well.
fn good(action: &str, variant: usize) -> String {
    let ok = "response='Success'";
    match action {
        "Ping" => packets(&["response='Success' ping='Pong'"]),
        "Challenge" => packets(&["response='Success' challenge='123456789'"]),
        "Login" => packets(&["response='Success' message='Authentication accepted'"]),
        "Logoff" => packets(&["response='Goodbye' message='Thanks for all the fish.'"]),
        "ListCommands" => packets(&["response='Success' redirect='x' hangup='x' ping='x'"]),
        "CoreSettings" => packets(&["response='Success' amiversion='11.0.0'"]),
        "CoreShowChannels" | "Status" => {
            let items = CHANNELS.map(|id| {
                format!(
                    "event='CoreShowChannel' channel='PJSIP/{id}' channelstate='6' calleridnum='1' \
                     calleridname='A' connectedlinenum='' connectedlinename='' context='' \
                     exten='' priority='' uniqueid='{id}' linkedid='1.1' bridgeid='b' \
                     duration='00:00:05'"
                )
            });
            let mut all = vec!["response='Success' eventlist='start'"];
            all.extend(items.iter().map(String::as_str));
            all.push("event='CoreShowChannelsComplete' eventlist='Complete' listitems='3'");
            packets(&all)
        }
        "BridgeList" => packets(&[ok, "event='BridgeListItem' bridgeuniqueid='b'"]),
        "ParkedCalls" => packets(&[ok, "event='ParkedCallsComplete' eventlist='Complete'"]),
        "WaitEvent" | "Drain" => {
            let happened: &[&str] = match variant % 8 {
                0 => &[],
                1 => &["event='Newchannel' channel='PJSIP/1.9' uniqueid='1.9'"],
                2 => &["event='Hangup' channel='PJSIP/1.9' uniqueid='1.9' cause='16'"],
                3 => &["event='Hangup' channel='PJSIP/1.1' uniqueid='1.1' cause='16'"],
                4 => &["event='Rename' channel='PJSIP/1.2' newname='/x' uniqueid='1.2'"],
                5 => &["event='Shutdown' shutdown='Cleanly' restart='True'"],
                6 => &["event='FullyBooted' status='Fully Booted'"],
                _ => return packets(&[]),
            };
            let happened: Vec<String> = happened.iter().map(|event| whole(event)).collect();
            let mut all = vec!["response='Success' message='Waiting for Event completed.'"];
            all.extend(happened.iter().map(String::as_str));
            all.push("event='WaitEventComplete'");
            packets(&all)
        }
        _ => packets(&["response='Success' message='Done'"]),
    }
}
