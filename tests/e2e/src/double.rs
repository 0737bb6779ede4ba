//! A double of the HTTP manager of Asterisk 1.4, and of 1.8: they cannot be had as packages any
//! more, and their HTTP is like no later one's.
//!
//! It speaks as 1.4.44 and 1.8.32.3 were recorded to speak, byte for byte where the recordings in
//! the recordings of `crates/ajam` show it (`tests/double.rs` compares), and keeps sessions, queues
//! of events and channels as they do. It makes no calls: what happens is told by the test.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt::Write as _,
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use md5::{Digest as _, Md5};

use crate::{DEMO, Request, VIEWER, environment};

/// Whose double it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// 1.4.44: GET alone, no length of a reply, events in every reply.
    V1_4,
    /// 1.8.32.3: POST of at most 1024 bytes under exactly one content type.
    V1_8,
}

/// What the double is set up with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Whose double.
    pub era: Era,
    /// `prefix` of `http.conf`, without slashes; empty for none.
    pub prefix: String,
    /// Served below `static/switchboard`.
    pub page: Option<PathBuf>,
    /// `httptimeout` of `manager.conf`.
    pub httptimeout: Duration,
    /// `systemname` of `asterisk.conf`, which only 1.8 tells.
    pub system_name: String,
}

impl Setup {
    /// As the version is shipped: 1.4 has the prefix `asterisk`, 1.8 has none.
    #[must_use]
    pub fn new(era: Era) -> Self {
        Self {
            era,
            prefix: if era == Era::V1_4 { "asterisk" } else { "" }.to_owned(),
            page: None,
            httptimeout: Duration::from_secs(60),
            system_name: String::new(),
        }
    }

    /// The same, serving the built page.
    #[must_use]
    pub fn serving(era: Era) -> Self {
        environment::prepared();
        Self {
            page: Some(environment::dist()),
            ..Self::new(era)
        }
    }
}

/// A channel of the double's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub channel: String,
    /// Its Uniqueid.
    pub uniqueid: String,
    /// The caller's number and name.
    pub caller: (String, String),
    /// Its state, in words.
    pub state: String,
    /// Exten and context; none for a channel that runs no dial plan.
    pub place: Option<(String, String)>,
    /// The name of the channel it is joined with.
    pub link: Option<String>,
}

/// A server, until it is dropped.
#[derive(Debug)]
pub struct Double {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    setup: Setup,
    state: Mutex<State>,
    /// Something that a `WaitEvent` waits for has changed.
    changed: Condvar,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    sessions: HashMap<u32, Session>,
    last_session: u32,
    /// How many `WaitEvent`s have begun.
    waits: u64,
    /// By Uniqueid.
    lines: BTreeMap<String, Line>,
    /// The name of a channel, and the space it is parked on.
    parked: Vec<(String, String)>,
    /// What the next hang-up or transfer is refused with.
    refusal: Option<String>,
    requests: Vec<Request>,
}

#[derive(Debug)]
struct Session {
    challenge: Option<String>,
    /// Name of the account, once logged in.
    account: Option<String>,
    expires: Instant,
    /// Requests under way; it is not purged meanwhile.
    in_use: usize,
    /// Its mask of events is not 0.
    listens: bool,
    /// Attributes of the events that are still to be told.
    queue: VecDeque<String>,
    /// The number of the newest `WaitEvent`: an older one gives way to it.
    waiting: u64,
    /// It was logged off while requests were under way.
    over: bool,
}

impl Double {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// Where no port is free.
    #[must_use]
    pub fn start(setup: Setup) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a port has a number");
        let shared = Arc::new(Shared {
            setup,
            state: Mutex::default(),
            changed: Condvar::new(),
            closed: AtomicBool::new(false),
        });
        let thread = thread::spawn({
            let shared = shared.clone();
            move || {
                for stream in listener.incoming().flatten() {
                    if shared.closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let shared = shared.clone();
                    // A connection that fails is the browser's to notice.
                    thread::spawn(move || drop(shared.serve(&stream)));
                }
            }
        });
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The page's address.
    #[must_use]
    pub fn page_url(&self) -> String {
        let root = self.shared.root();
        format!(
            "http://{}{root}/static/switchboard/index.html",
            self.address
        )
    }

    /// Every request so far, as it came.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// An event of these attributes goes to every session that is logged in.
    pub fn happen(&self, attributes: &str) {
        self.shared.state().happen(attributes);
        self.shared.changed.notify_all();
    }

    /// A channel is there from now on, and everybody is told.
    pub fn add(&self, line: Line) {
        let mut state = self.shared.state();
        state.happen(&self.shared.newchannel(&line));
        state.lines.insert(line.uniqueid.clone(), line);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Two channels are joined, and everybody is told.
    ///
    /// # Panics
    /// Where there are no such channels.
    pub fn link(&self, one: &str, two: &str) {
        let mut state = self.shared.state();
        let names = [one, two].map(|id| state.lines[id].channel.clone());
        let numbers = [one, two].map(|id| escape(&state.lines[id].caller.0));
        for (id, other) in [(one, &names[1]), (two, &names[0])] {
            if let Some(line) = state.lines.get_mut(id) {
                line.link = Some(other.clone());
            }
        }
        let event = match self.shared.setup.era {
            Era::V1_4 => "event='Link' privilege='call,all'",
            Era::V1_8 => "event='Bridge' privilege='call,all' bridgestate='Link' bridgetype='core'",
        };
        state.happen(&format!(
            "{event} channel1='{}' channel2='{}' uniqueid1='{one}' uniqueid2='{two}' \
             callerid1='{}' callerid2='{}'",
            escape(&names[0]),
            escape(&names[1]),
            numbers[0],
            numbers[1]
        ));
        drop(state);
        self.shared.changed.notify_all();
    }

    /// A channel is parked on this space, and everybody is told.
    ///
    /// # Panics
    /// Where there is no such channel.
    pub fn park(&self, id: &str, space: &str) {
        let mut state = self.shared.state();
        let line = state.lines[id].clone();
        state.parked.push((line.channel.clone(), space.to_owned()));
        let event = self.shared.parked(&line, space, Some(&line.channel));
        state.happen(&event);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// The next hang-up or transfer is refused in these words.
    pub fn refuse(&self, words: &str) {
        self.shared.state().refusal = Some(words.to_owned());
    }

    /// A channel is gone, and everybody is told.
    pub fn hang_up(&self, id: &str) {
        let mut state = self.shared.state();
        self.shared.hang_up(&mut state, id);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits until so many `WaitEvent`s have begun to wait, the ended ones included.
    pub fn await_waits(&self, count: u64) {
        let mut state = self.shared.state();
        while state.waits < count {
            let waited = self.shared.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Sessions are as much nearer to their end as if so much time had gone by.
    pub fn pass(&self, time: Duration) {
        for session in self.shared.state().sessions.values_mut() {
            session.expires = session.expires.checked_sub(time).unwrap_or(session.expires);
        }
    }

    /// Every session is forgotten, as after a restart.
    pub fn forget_sessions(&self) {
        for session in self.shared.state().sessions.values_mut() {
            session.over = true;
        }
        self.shared.state().sessions.clear();
        self.shared.changed.notify_all();
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.changed.notify_all();
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A request, taken apart.
struct Asked {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().rev();
        let found = headers.find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The parameters of an action, in order.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(text: &str, era: Era) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, era), decode(value, era))
        });
        Self(decoded.collect())
    }

    /// The first of this name.
    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// 1.4 leaves a plus sign a plus sign.
fn decode(text: &str, era: Era) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |rest: &std::str::Bytes<'_>| {
            let two: Vec<u8> = rest.clone().take(2).collect();
            u8::from_str_radix(std::str::from_utf8(&two).ok()?, 16).ok()
        };
        match byte {
            b'+' if era == Era::V1_8 => bytes.push(b' '),
            b'%' => match hex(&rest) {
                Some(value) => {
                    bytes.push(value);
                    rest.nth(1);
                }
                None => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Longest body of a POST (`main/http.c` of 1.8).
const LONGEST_BODY: usize = 1024;

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn root(&self) -> String {
        match self.setup.prefix.as_str() {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        }
    }

    /// One request; no connection carries two.
    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let Some(asked) = read(stream)? else {
            return Ok(());
        };
        self.state().requests.push(Request {
            line: format!("{} {}{} HTTP/1.1", asked.method, asked.path, asked.query),
            head: asked
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect(),
            body: String::from_utf8_lossy(&asked.body).into_owned(),
        });
        let reply = self.reply(&asked);
        let mut stream = stream;
        stream.write_all(&reply)?;
        stream.shutdown(std::net::Shutdown::Write)
    }

    fn reply(&self, asked: &Asked) -> Vec<u8> {
        let path = asked.path.to_ascii_lowercase();
        let root = self.root();
        let here = path.strip_prefix(&root).unwrap_or("");
        let manager = matches!(here, "/mxml" | "/mxml/");
        let may = match self.setup.era {
            Era::V1_4 => asked.method == "GET",
            Era::V1_8 => asked.method == "GET" || asked.method == "POST" && manager,
        };
        if !may {
            let words = "Attempt to use unimplemented / unsupported method";
            return self.error(501, "Not Implemented", words);
        }
        if manager {
            return self.manager(asked);
        }
        match here.strip_prefix("/static") {
            // In the case it was written in: files have names.
            Some(_) => self.file(&asked.path[root.len() + "/static".len()..]),
            None => self.not_found(),
        }
    }

    fn manager(&self, asked: &Asked) -> Vec<u8> {
        let text = if asked.method == "POST" {
            if asked.body.len() > LONGEST_BODY {
                let status = "413 Request Entity Too Large";
                return self.head(status, &["Content-Length: 0".to_owned()]);
            }
            let form = asked
                .header("Content-Type")
                .is_none_or(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
            match form {
                true => String::from_utf8_lossy(&asked.body).into_owned(),
                false => String::new(),
            }
        } else {
            asked.query.trim_start_matches('?').to_owned()
        };
        let parameters = Parameters::read(&text, self.setup.era);
        let cookie = cookie(asked);
        // 1.4 takes the cookies for parameters, and so parameters for cookies.
        let named = parameters
            .get("mansession_id")
            .filter(|_| self.setup.era == Era::V1_4)
            .and_then(|id| u32::from_str_radix(id.trim_matches('"'), 16).ok());
        let (id, body) = self.act(cookie.or(named), &parameters);
        let mut headers = Vec::new();
        if self.setup.era == Era::V1_8 {
            headers.push(format!("Content-Length: {}", body.len()));
        }
        headers.push("Content-type: text/xml".to_owned());
        if self.setup.era == Era::V1_8 {
            headers.push("Cache-Control: no-cache;".to_owned());
        }
        headers.push(format!(
            "Set-Cookie: mansession_id=\"{id:08x}\"; Version=1; Max-Age={}",
            self.setup.httptimeout.as_secs()
        ));
        if self.setup.era == Era::V1_8 {
            headers.push("Pragma: SuppressEvents".to_owned());
        }
        let mut reply = self.head("200 OK", &headers);
        reply.extend(body);
        reply
    }

    /// Does what is asked on the session of this cookie, or on a new one.
    fn act(&self, cookie: Option<u32>, parameters: &Parameters) -> (u32, Vec<u8>) {
        let mut state = self.state();
        let now = Instant::now();
        state
            .sessions
            .retain(|_, session| session.in_use > 0 || session.expires > now);
        let id = cookie
            .filter(|id| state.sessions.get(id).is_some_and(|s| !s.over))
            .unwrap_or_else(|| state.open(now));
        if let Some(session) = state.sessions.get_mut(&id) {
            session.in_use += 1;
            session.expires = now + self.life(session);
        }
        let waits = parameters
            .get("action")
            .is_some_and(|action| action.eq_ignore_ascii_case("WaitEvent"));
        let (mut state, mut body) = if waits {
            self.wait(state, id, parameters)
        } else {
            let (state, packets) = self.answer(state, id, parameters);
            (state, Body::Packets(packets))
        };
        if let Some(session) = state.sessions.get_mut(&id) {
            session.in_use -= 1;
            // 1.4 counts from the beginning of a request.
            if self.setup.era == Era::V1_8 {
                session.expires = Instant::now() + self.life(session);
            }
            // 1.4 tells what has happened in whatever reply comes first.
            let listens = session.listens && session.account.is_some();
            if self.setup.era == Era::V1_4
                && listens
                && !waits
                && let Body::Packets(packets) = &mut body
            {
                packets.extend(session.queue.drain(..));
            }
            if session.over && session.in_use == 0 {
                state.sessions.remove(&id);
            }
        }
        (id, body.envelope())
    }

    fn life(&self, session: &Session) -> Duration {
        match session.account {
            Some(_) => self.setup.httptimeout,
            None => Duration::from_secs(5),
        }
    }

    fn wait<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        id: u32,
        parameters: &Parameters,
    ) -> (MutexGuard<'s, State>, Body) {
        let action_id = action_id(parameters);
        let seconds = parameters
            .get("timeout")
            .and_then(|t| t.trim().parse().ok());
        let longest = self
            .setup
            .httptimeout
            .saturating_sub(Duration::from_secs(10));
        let patience = match seconds {
            Some(seconds @ 0i64..) => Duration::from_secs(seconds.unsigned_abs()).min(longest),
            _ => longest,
        };
        let until = Instant::now() + patience;
        let Some(session) = state.sessions.get_mut(&id).filter(|s| s.account.is_some()) else {
            let denied = error(&action_id, self.not_logged_in());
            return (state, Body::Packets(vec![denied]));
        };
        session.waiting += 1;
        session.listens = true;
        let mine = session.waiting;
        state.waits += 1;
        // The older one gives way.
        self.changed.notify_all();
        loop {
            let Some(session) = state.sessions.get_mut(&id) else {
                return (state, Body::Packets(self.waited(&action_id, Vec::new())));
            };
            if session.waiting != mine {
                return (state, Body::Superseded(self.setup.era));
            }
            let left = until.saturating_duration_since(Instant::now());
            let closed = self.closed.load(Ordering::Relaxed);
            if !session.queue.is_empty() || session.over || left.is_zero() || closed {
                let events = session.queue.drain(..).collect();
                return (state, Body::Packets(self.waited(&action_id, events)));
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn waited(&self, action_id: &str, events: Vec<String>) -> Vec<String> {
        let words = match self.setup.era {
            Era::V1_4 => "Waiting for Event...",
            Era::V1_8 => "Waiting for Event completed.",
        };
        let mut packets = vec![success(action_id, words)];
        packets.extend(events);
        packets.push(format!("event='WaitEventComplete'{action_id}"));
        packets
    }

    fn not_logged_in(&self) -> &'static str {
        match self.setup.era {
            Era::V1_4 => "Authentication Required",
            Era::V1_8 => "Permission denied",
        }
    }

    /// The answer to any action but `WaitEvent`.
    fn answer<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        id: u32,
        parameters: &Parameters,
    ) -> (MutexGuard<'s, State>, Vec<String>) {
        let action_id = action_id(parameters);
        let action = parameters.get("action").unwrap_or_default();
        let lower = action.to_ascii_lowercase();
        let one = |packet: String| vec![packet];
        if action.is_empty() {
            return (state, one(error(&action_id, "Missing action in request")));
        }
        let account = state.sessions.get(&id).and_then(|s| s.account.clone());
        let packets = match (lower.as_str(), account) {
            ("challenge", _) => match parameters.get("authtype") {
                Some(kind) if kind.eq_ignore_ascii_case("MD5") => {
                    let challenge = format!("{}", 100_000_000 + u64::from(id) * 7919 % 900_000_000);
                    let shown = format!("response='Success'{action_id} challenge='{challenge}'");
                    if let Some(session) = state.sessions.get_mut(&id) {
                        session.challenge = Some(challenge);
                    }
                    one(shown)
                }
                _ => one(error(&action_id, "Must specify AuthType")),
            },
            ("login", Some(_)) => one(success(
                &action_id,
                match self.setup.era {
                    Era::V1_4 => "Already logged in",
                    Era::V1_8 => "Already authenticated",
                },
            )),
            ("login", None) => {
                let challenge = state.sessions.get(&id).and_then(|s| s.challenge.clone());
                match credentials(parameters, challenge.as_deref()) {
                    Some(account) => {
                        if let Some(session) = state.sessions.get_mut(&id) {
                            session.account = Some(account.to_owned());
                            session.expires = Instant::now() + self.setup.httptimeout;
                            let events = parameters.get("events");
                            session.listens =
                                events.is_some_and(|e| !e.eq_ignore_ascii_case("off"));
                        }
                        one(success(&action_id, "Authentication accepted"))
                    }
                    None => {
                        state.sessions.remove(&id);
                        drop(state);
                        thread::sleep(Duration::from_secs(1));
                        state = self.state();
                        one(error(&action_id, "Authentication failed"))
                    }
                }
            }
            ("logoff", account) => {
                if let Some(session) = state.sessions.get_mut(&id) {
                    session.over = true;
                }
                self.changed.notify_all();
                match (self.setup.era, account) {
                    (Era::V1_4, None) => one(success(&action_id, "See ya")),
                    _ => one(format!(
                        "response='Goodbye'{action_id} message='Thanks for all the fish.'"
                    )),
                }
            }
            (_, None) => one(error(&action_id, self.not_logged_in())),
            (known, Some(account)) => match self.rights(known) {
                None => one(error(&action_id, &self.unknown(action))),
                Some(class) if class == "call" && account == VIEWER.0 => {
                    one(error(&action_id, "Permission denied"))
                }
                Some(_) => self.allowed(&mut state, known, &account, parameters, &action_id),
            },
        };
        (state, packets)
    }

    /// The right that an action needs, if there is such an action.
    fn rights(&self, action: &str) -> Option<&'static str> {
        Some(match (action, self.setup.era) {
            ("ping" | "listcommands" | "events" | "waitevent" | "parkedcalls", _) => "<none>",
            ("status" | "redirect" | "hangup" | "originate", _) => "call",
            // The watcher of this double has `reporting`.
            ("coreshowchannels" | "coresettings" | "corestatus", Era::V1_8) => "reporting",
            _ => return None,
        })
    }

    fn unknown(&self, action: &str) -> String {
        match self.setup.era {
            Era::V1_4 => "Invalid/unknown command".to_owned(),
            Era::V1_8 => format!(
                "Invalid/unknown command: {action}. Use Action: ListCommands to show available commands."
            ),
        }
    }

    fn allowed(
        &self,
        state: &mut State,
        action: &str,
        account: &str,
        parameters: &Parameters,
        action_id: &str,
    ) -> Vec<String> {
        let old = self.setup.era == Era::V1_4;
        if matches!(action, "hangup" | "redirect")
            && let Some(words) = state.refusal.take()
        {
            return vec![error(action_id, &words)];
        }
        match action {
            "ping" if old => vec![format!("response='Pong'{action_id}")],
            "ping" => vec![format!(
                "response='Success'{action_id} ping='Pong' timestamp='1795229680.828800'"
            )],
            "events" => {
                let on = parameters
                    .get("eventmask")
                    .is_some_and(|mask| !mask.eq_ignore_ascii_case("off"));
                let words = if on { "On" } else { "Off" };
                vec![match old {
                    true => format!("response='Events {words}'{action_id}"),
                    false => format!("response='Success'{action_id} events='{words}'"),
                }]
            }
            "listcommands" => {
                let all = "events hangup listcommands logoff originate parkedcalls ping redirect \
                           status waitevent coreshowchannels coresettings corestatus";
                let mut packet = format!("response='Success'{action_id}");
                for name in all.split_whitespace() {
                    let right = if name == "logoff" {
                        Some("<none>")
                    } else {
                        self.rights(name)
                    };
                    if let Some(right) = right.filter(|r| *r != "call" || account != VIEWER.0) {
                        let _ = write!(packet, " {name}='(Priv: {})'", escape(right));
                    }
                }
                vec![packet]
            }
            "status" => {
                // Of one channel, or of all (`action_status` in main/manager.c, from 1.4 on).
                let wanted = parameters.get("channel").filter(|name| !name.is_empty());
                let lines: Vec<&Line> = state
                    .lines
                    .values()
                    .filter(|line| wanted.is_none_or(|name| line.channel == name))
                    .collect();
                if wanted.is_some() && lines.is_empty() {
                    return vec![error(action_id, "No such channel")];
                }
                let mut packets = vec![success(action_id, "Channel status will follow")];
                packets.extend(lines.iter().map(|l| self.status(l, state, action_id)));
                packets.push(match old {
                    true => format!("event='StatusComplete'{action_id}"),
                    false => format!("event='StatusComplete'{action_id} items='{}'", lines.len()),
                });
                packets
            }
            "coreshowchannels" => {
                let mut packets = vec![format!(
                    "response='Success'{action_id} eventlist='start' message='Channels will follow'"
                )];
                packets.extend(
                    state
                        .lines
                        .values()
                        .map(|l| core_channel(l, state, action_id)),
                );
                packets.push(format!(
                    "event='CoreShowChannelsComplete' eventlist='Complete' listitems='{}'{action_id}",
                    state.lines.len()
                ));
                packets
            }
            "coresettings" => vec![format!(
                "response='Success'{action_id} amiversion='1.1' asteriskversion='1.8.32.3' \
                 systemname='{}' coremaxcalls='0' coremaxloadavg='0.000000' corerunuser='' \
                 corerungroup='' coremaxfilehandles='4096' corerealtimeenabled='No' \
                 corecdrenabled='Yes' corehttpenabled='Yes'",
                escape(&self.setup.system_name)
            )],
            "parkedcalls" => {
                let mut packets = vec![success(action_id, "Parked calls will follow")];
                for (name, space) in &state.parked {
                    let line = state.lines.values().find(|line| line.channel == *name);
                    packets.extend(line.map(|line| {
                        let item = self.parked(line, space, None);
                        format!("{item}{action_id}")
                    }));
                }
                packets.push(match old {
                    true => format!("event='ParkedCallsComplete'{action_id}"),
                    false => format!(
                        "event='ParkedCallsComplete' total='{}'{action_id}",
                        state.parked.len()
                    ),
                });
                packets
            }
            "hangup" => match parameters.get("channel") {
                None | Some("") => vec![error(action_id, "No channel specified")],
                Some(name) => match state.named(name) {
                    None => vec![error(action_id, "No such channel")],
                    Some(id) => {
                        self.hang_up(state, &id);
                        self.changed.notify_all();
                        vec![success(action_id, "Channel Hungup")]
                    }
                },
            },
            "redirect" => vec![self.redirect(state, parameters, action_id)],
            _ => vec![error(action_id, "Channel not specified")],
        }
    }

    fn redirect(&self, state: &mut State, parameters: &Parameters, action_id: &str) -> String {
        let name = parameters.get("channel").unwrap_or_default();
        let place = (
            parameters.get("exten").unwrap_or_default().to_owned(),
            parameters.get("context").unwrap_or_default().to_owned(),
        );
        let Some(id) = state.named(name) else {
            return error(action_id, &format!("Channel does not exist: {name}"));
        };
        let extra = parameters
            .get("extrachannel")
            .filter(|name| !name.is_empty());
        let extra = match extra.map(|name| state.named(name).ok_or(name)) {
            Some(Err(name)) => {
                return error(action_id, &format!("ExtraChannel does not exist: {name}"));
            }
            found => found.and_then(Result::ok),
        };
        let both = extra.is_some();
        for id in [Some(id), extra].into_iter().flatten() {
            let Some(line) = state.lines.get_mut(&id) else {
                continue;
            };
            line.place = Some(place.clone());
            line.link = None;
            let event = format!(
                "event='Newexten' privilege='call,all' channel='{}' context='{}' extension='{}' \
                 priority='1' application='Wait' appdata='3600' uniqueid='{id}'",
                escape(&line.channel),
                escape(&place.1),
                escape(&place.0)
            );
            state.happen(&event);
        }
        self.changed.notify_all();
        let words = if both {
            "Dual Redirect successful"
        } else {
            "Redirect successful"
        };
        success(action_id, words)
    }

    fn hang_up(&self, state: &mut State, id: &str) {
        let Some(line) = state.lines.remove(id) else {
            return;
        };
        state.parked.retain(|(name, _)| *name != line.channel);
        let cause = match self.setup.era {
            Era::V1_4 => "cause='16' cause-txt='Normal Clearing'".to_owned(),
            Era::V1_8 => format!(
                "calleridnum='{}' calleridname='{}' connectedlinenum='&lt;unknown&gt;' \
                 connectedlinename='&lt;unknown&gt;' cause='16' cause_txt='Normal Clearing'",
                escape(&line.caller.0),
                escape(&line.caller.1)
            ),
        };
        state.happen(&format!(
            "event='Hangup' privilege='call,all' channel='{}' uniqueid='{id}' {cause}",
            escape(&line.channel)
        ));
    }

    fn newchannel(&self, line: &Line) -> String {
        let (channel, id) = (escape(&line.channel), escape(&line.uniqueid));
        let (num, name) = (escape(&line.caller.0), escape(&line.caller.1));
        let state = &line.state;
        match self.setup.era {
            Era::V1_4 => format!(
                "event='Newchannel' privilege='call,all' channel='{channel}' state='{state}' \
                 calleridnum='{num}' calleridname='{name}' uniqueid='{id}'"
            ),
            Era::V1_8 => {
                let (exten, context) = line.place.clone().unwrap_or_default();
                format!(
                    "event='Newchannel' privilege='call,all' channel='{channel}' \
                     channelstate='{}' channelstatedesc='{state}' calleridnum='{num}' \
                     calleridname='{name}' accountcode='' exten='{}' context='{}' uniqueid='{id}'",
                    number(state),
                    escape(&exten),
                    escape(&context)
                )
            }
        }
    }

    /// An item of `Status`.
    fn status(&self, line: &Line, state: &State, action_id: &str) -> String {
        let (num, name) = (escape(&line.caller.0), escape(&line.caller.1));
        let mut item = format!(
            "event='Status' privilege='Call' channel='{}'",
            escape(&line.channel)
        );
        let pbx = line.place.as_ref().map(|(exten, context)| {
            format!(
                " context='{}' extension='{}' priority='1' seconds='2'",
                escape(context),
                escape(exten)
            )
        });
        match self.setup.era {
            Era::V1_4 => {
                let _ = write!(
                    item,
                    " callerid='{num}' calleridnum='{num}' calleridname='{name}' account='' state='{}'",
                    line.state
                );
            }
            Era::V1_8 => {
                let _ = write!(
                    item,
                    " calleridnum='{num}' calleridname='{name}' connectedlinenum='&lt;unknown&gt;' \
                     connectedlinename='&lt;unknown&gt;'"
                );
                let _ = match pbx {
                    Some(_) => write!(
                        item,
                        " accountcode='' channelstate='{}' channelstatedesc='{}'",
                        number(&line.state),
                        line.state
                    ),
                    None => write!(item, " account='' state='{}'", line.state),
                };
            }
        }
        item += &pbx.unwrap_or_default();
        if let Some(link) = &line.link {
            let _ = match self.setup.era {
                Era::V1_4 => write!(item, " link='{}'", escape(link)),
                Era::V1_8 => write!(
                    item,
                    " bridgedchannel='{}' bridgeduniqueid='{}'",
                    escape(link),
                    state.named(link).unwrap_or_default()
                ),
            };
        }
        let _ = write!(item, " uniqueid='{}'{action_id}", line.uniqueid);
        item
    }

    /// `ParkedCall`: an item of the list without `from`, the event with it.
    fn parked(&self, line: &Line, space: &str, from: Option<&str>) -> String {
        let (channel, from_whom) = (escape(&line.channel), escape(from.unwrap_or_default()));
        let (num, name) = (escape(&line.caller.0), escape(&line.caller.1));
        let class = if from.is_some() {
            " privilege='call,all'"
        } else {
            ""
        };
        match self.setup.era {
            Era::V1_4 => format!(
                "event='ParkedCall'{class} exten='{space}' channel='{channel}' from='{from_whom}' \
                 timeout='3599' callerid='{num}' calleridname='{name}'"
            ),
            Era::V1_8 => {
                let id = match from {
                    Some(_) => format!(" uniqueid='{}'", line.uniqueid),
                    None => String::new(),
                };
                let channel = match from {
                    Some(_) => format!("exten='{space}' channel='{channel}' parkinglot='default'"),
                    None => format!("parkinglot='default' exten='{space}' channel='{channel}'"),
                };
                format!(
                    "event='ParkedCall'{class} {channel} from='{from_whom}' timeout='3597' \
                     calleridnum='{num}' calleridname='{name}' connectedlinenum='{num}' \
                     connectedlinename='{name}'{id}"
                )
            }
        }
    }

    // What is not the manager's.

    /// The head of a reply, with the empty line.
    fn head(&self, status: &str, headers: &[String]) -> Vec<u8> {
        let version = match self.setup.era {
            Era::V1_4 => "1.4.44",
            Era::V1_8 => "1.8.32.3",
        };
        let mut head = format!(
            "HTTP/1.1 {status}\r\nServer: Asterisk/{version}\r\n\
             Date: Sat, 21 Nov 2026 02:58:06 GMT\r\nConnection: close\r\n\
             Cache-Control: no-cache, no-store\r\n"
        );
        for header in headers {
            head += header;
            head += "\r\n";
        }
        head += "\r\n";
        head.into_bytes()
    }

    fn error(&self, code: u16, title: &str, words: &str) -> Vec<u8> {
        let body = format!(
            "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\r\n<html><head>\r\n\
             <title>{code} {title}</title>\r\n</head><body>\r\n<h1>{title}</h1>\r\n\
             <p>{words}</p>\r\n<hr />\r\n<address>Asterisk Server</address>\r\n</body></html>\r\n"
        );
        let mut headers = Vec::new();
        if self.setup.era == Era::V1_8 {
            headers.push(format!("Content-Length: {}", body.len()));
        }
        headers.push("Content-type: text/html".to_owned());
        let mut reply = self.head(&format!("{code} {title}"), &headers);
        reply.extend(body.as_bytes());
        reply
    }

    fn not_found(&self) -> Vec<u8> {
        let words = "The requested URL was not found on this server.";
        self.error(404, "Not Found", words)
    }

    /// A file below `static`, by the rules of `static_callback` in `main/http.c`.
    fn file(&self, path: &str) -> Vec<u8> {
        let path = path.trim_start_matches('/');
        let odd = path.starts_with(|c: char| c <= ' ' || "./|~@#$%^&*()".contains(c));
        if path.is_empty() || odd || path.contains("/..") {
            let words = "You do not have permission to access the requested URL.";
            return self.error(403, "Access Denied", words);
        }
        let file = self
            .setup
            .page
            .as_ref()
            .zip(path.strip_prefix("switchboard/").map(Path::new))
            .filter(|(_, path)| path.components().all(|c| matches!(c, Component::Normal(_))))
            .map(|(page, path)| page.join(path));
        let Some(bytes) = file.and_then(|file| fs::read(file).ok()) else {
            return self.not_found();
        };
        let ending = path.rsplit_once('.').map_or("plain", |(_, ending)| ending);
        let kind = self.kind(ending);
        let headers = [
            format!("Content-Length: {}", bytes.len()),
            format!("Content-type: {kind}"),
        ];
        let mut reply = self.head("200 OK", &headers);
        reply.extend(bytes);
        reply
    }

    /// 1.4 knows few types; whatever is not known is `text/` and its ending.
    fn kind(&self, ending: &str) -> String {
        match (ending, self.setup.era) {
            ("png", _) => "image/png".to_owned(),
            ("jpg", _) => "image/jpeg".to_owned(),
            ("gif", _) => "image/gif".to_owned(),
            ("svg", _) => "image/svg+xml".to_owned(),
            ("js", _) => "application/x-javascript".to_owned(),
            ("htm", Era::V1_8) => "text/html".to_owned(),
            (other, _) => format!("text/{other}"),
        }
    }
}

impl State {
    fn open(&mut self, now: Instant) -> u32 {
        // Any eight digits will do; these do not look like a count.
        self.last_session = self.last_session.wrapping_add(0x1f3d_5b79);
        let session = Session {
            challenge: None,
            account: None,
            expires: now,
            in_use: 0,
            listens: false,
            queue: VecDeque::new(),
            waiting: 0,
            over: false,
        };
        self.sessions.insert(self.last_session, session);
        self.last_session
    }

    fn happen(&mut self, attributes: &str) {
        for session in self.sessions.values_mut() {
            session.queue.push_back(attributes.to_owned());
        }
    }

    /// The Uniqueid of the channel of this name.
    fn named(&self, name: &str) -> Option<String> {
        let mut lines = self.lines.values();
        let found = lines.find(|line| line.channel.eq_ignore_ascii_case(name));
        found.map(|line| line.uniqueid.clone())
    }
}

enum Body {
    Packets(Vec<String>),
    /// A newer `WaitEvent` took its place.
    Superseded(Era),
}

impl Body {
    fn envelope(&self) -> Vec<u8> {
        let mut body = b"<ajax-response>\n".to_vec();
        match self {
            Self::Packets(packets) => {
                for packet in packets {
                    let packet = format!(
                        "<response type='object' id='unknown'><generic {packet} /></response>\n"
                    );
                    body.extend(packet.as_bytes());
                }
            }
            // Memory that was never set, as it was recorded.
            Self::Superseded(Era::V1_4) => body.extend([0xc8, 0x02, 0x4e]),
            Self::Superseded(Era::V1_8) => {}
        }
        body.extend(b"</ajax-response>\n");
        body
    }
}

fn action_id(parameters: &Parameters) -> String {
    let id = parameters.get("actionid").filter(|id| !id.is_empty());
    id.map_or_else(String::new, |id| format!(" actionid='{}'", escape(id)))
}

fn success(action_id: &str, words: &str) -> String {
    format!("response='Success'{action_id} message='{}'", escape(words))
}

fn error(action_id: &str, words: &str) -> String {
    format!("response='Error'{action_id} message='{}'", escape(words))
}

fn core_channel(line: &Line, state: &State, action_id: &str) -> String {
    let (exten, context) = line.place.clone().unwrap_or_default();
    let link = line.link.clone().unwrap_or_default();
    format!(
        "event='CoreShowChannel'{action_id} channel='{}' uniqueid='{}' context='{}' \
         extension='{}' priority='1' channelstate='{}' channelstatedesc='{}' application='Wait' \
         applicationdata='3600' calleridnum='{}' calleridname='{}' connectedlinenum='' \
         connectedlinename='' duration='00:00:02' accountcode='' bridgedchannel='{}' \
         bridgeduniqueid='{}'",
        escape(&line.channel),
        line.uniqueid,
        escape(&context),
        escape(&exten),
        number(&line.state),
        line.state,
        escape(&line.caller.0),
        escape(&line.caller.1),
        escape(&link),
        state.named(&link).unwrap_or_default()
    )
}

fn number(state: &str) -> u8 {
    let states = [
        "Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy",
    ];
    let at = states.iter().position(|name| *name == state);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or_default()
}

/// Text as it stands in an attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// The account of a log-in that is right: by secret, or by the answer to the challenge.
fn credentials(parameters: &Parameters, challenge: Option<&str>) -> Option<&'static str> {
    let name = parameters.get("username")?;
    let (account, secret) = [DEMO, VIEWER].into_iter().find(|(user, _)| *user == name)?;
    let by_key = parameters
        .get("authtype")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("MD5"));
    let right = if by_key {
        let digest = Md5::digest(format!("{}{secret}", challenge?));
        let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        parameters.get("key") == Some(&key)
    } else {
        parameters.get("secret") == Some(secret)
    };
    right.then_some(account)
}

/// The last session's id among the cookies, quoted or not.
fn cookie(asked: &Asked) -> Option<u32> {
    let cookies = asked.header("Cookie")?.rsplit(';');
    let mut ids = cookies.filter_map(|one| one.trim().strip_prefix("mansession_id="));
    u32::from_str_radix(ids.next()?.trim_matches('"'), 16).ok()
}

/// Reads a request; none if nothing was asked.
fn read(stream: &TcpStream) -> io::Result<Option<Asked>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = match target.find('?') {
        Some(at) => target.split_at(at),
        None => (target, ""),
    };
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        method,
        path,
        query,
        headers,
        body: Vec::new(),
    };
    let length = asked
        .header("Content-Length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    reader.take(length).read_to_end(&mut asked.body)?;
    Ok(Some(asked))
}
