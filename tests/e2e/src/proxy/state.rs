//! What the connections of a proxy have in common.

use std::{
    collections::BTreeMap,
    io,
    net::{Shutdown, SocketAddr, TcpStream},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Fault, On, Request, wire::is_gone};

/// How soon it is looked again whether a browser has left a frozen connection.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) server: SocketAddr,
    state: Mutex<State>,
    mended: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) closed: bool,
    /// What was sent, a connection each.
    pub(super) bytes: Vec<Vec<u8>>,
    pub(super) requests: Vec<Request>,
    pub(super) waiting: usize,
    pub(super) most_waiting: usize,
    rules: Vec<Rule>,
    /// How often it was mended.
    mends: u64,
    open: BTreeMap<usize, Vec<TcpStream>>,
}

#[derive(Debug)]
struct Rule {
    of: Of,
    once: bool,
    fault: Fault,
}

/// Which requests a rule is for.
#[derive(Debug)]
enum Of {
    All,
    Action(String),
    /// Those whose first line holds this.
    Path(String),
}

/// Where a request is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Asked,
    Answered,
}

impl Shared {
    pub(super) fn new(server: SocketAddr) -> Self {
        Self {
            server,
            state: Mutex::default(),
            mended: Condvar::new(),
        }
    }

    pub(super) fn look<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        with(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection in and gives it a number.
    pub(super) fn enter(&self, browser: &TcpStream) -> io::Result<usize> {
        let browser = browser.try_clone()?;
        let mut state = self.lock();
        let number = state.bytes.len();
        state.bytes.push(Vec::new());
        state.open.insert(number, vec![browser]);
        Ok(number)
    }

    /// The connection to the server that belongs to it.
    pub(super) fn connect(&self, number: usize) -> io::Result<TcpStream> {
        let server = TcpStream::connect(self.server)?;
        let other = server.try_clone()?;
        let mut state = self.lock();
        match state.open.get_mut(&number) {
            Some(streams) => streams.push(other),
            None => return Err(io::ErrorKind::ConnectionAborted.into()),
        }
        Ok(server)
    }

    /// Closes a connection on both sides.
    pub(super) fn leave(&self, number: usize) {
        let streams = self.lock().open.remove(&number);
        for stream in streams.iter().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn cut(&self) {
        for stream in self.lock().open.values().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn close(&self, closed: bool) {
        self.lock().closed = closed;
    }

    pub(super) fn inflict(&self, on: On<'_>, fault: Fault) {
        let (of, once) = match on {
            On::Next(action) => (Of::Action(action.to_owned()), true),
            On::Every(action) => (Of::Action(action.to_owned()), false),
            On::Path(path) => (Of::Path(path.to_owned()), false),
            On::All => (Of::All, false),
        };
        self.lock().rules.push(Rule { of, once, fault });
    }

    pub(super) fn mend(&self) {
        let mut state = self.lock();
        state.rules.clear();
        state.mends += 1;
        self.mended.notify_all();
    }

    /// What happens to this request at this stage.
    pub(super) fn fault(&self, request: &Request, stage: Stage) -> Option<Fault> {
        let mut state = self.lock();
        let at = state.rules.iter().rposition(|rule| {
            let fits = match &rule.of {
                Of::All => true,
                Of::Action(action) => request.is(action),
                Of::Path(path) => request.line.contains(path.as_str()),
            };
            fits && rule.fault.comes_at(stage)
        })?;
        if state.rules[at].once {
            Some(state.rules.remove(at).fault)
        } else {
            Some(state.rules[at].fault.clone())
        }
    }

    pub(super) fn mends(&self) -> u64 {
        self.lock().mends
    }

    /// Waits until it is mended; fails if the browser goes away before.
    pub(super) fn freeze(&self, browser: &TcpStream) -> io::Result<()> {
        let mut state = self.lock();
        let mends = state.mends;
        while state.mends == mends {
            if is_gone(browser)? {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            (state, _) = self
                .mended
                .wait_timeout(state, LOOK)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Waits this long, or not at all if it was mended since.
    pub(super) fn pause(&self, time: Duration, mends: u64) {
        let state = self.lock();
        let _ = self
            .mended
            .wait_timeout_while(state, time, |state| state.mends == mends)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

impl Fault {
    fn comes_at(&self, stage: Stage) -> bool {
        match self {
            Self::Cut | Self::Trickle { .. } => stage == Stage::Answered,
            Self::Freeze => true,
            Self::Answer { .. } => stage == Stage::Asked,
        }
    }
}

/// Counts a request for as long as it has no answer.
#[derive(Debug)]
pub(super) struct Underway<'a> {
    shared: &'a Shared,
    waits: bool,
}

impl<'a> Underway<'a> {
    pub(super) fn begin(shared: &'a Shared, request: &Request) -> Self {
        let waits = request.is("WaitEvent");
        shared.look(|state| {
            state.requests.push(request.clone());
            if waits {
                state.waiting += 1;
                state.most_waiting = state.most_waiting.max(state.waiting);
            }
        });
        Self { shared, waits }
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if self.waits {
            self.shared.look(|state| state.waiting -= 1);
        }
    }
}
