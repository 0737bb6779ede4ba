//! A proxy between browser and server that keeps what the browser sends, counts it, and does harm
//! on demand.

mod relay;
mod state;
mod wire;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{PATIENCE, until};
use state::Shared;

/// Stands before a server until it is dropped.
///
/// Every byte is passed on as it is, until [`inflict`](Self::inflict) says otherwise.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// A request as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET /path HTTP/1.1`
    pub line: String,
    /// The header lines.
    pub head: String,
    /// The body.
    pub body: String,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server gets the request and answers it, and the connection is cut when half of the
    /// answer's body has passed.
    Cut,
    /// The server's answer comes in pieces of so many bytes, with a pause before each.
    Trickle {
        /// The length of a piece, 1 or more.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// Requests are taken and answers held back until [`Proxy::mend`]; then they are passed on, if
    /// the browser still has its connection.
    Freeze,
    /// The server never learns of the request, and this is the answer.
    Answer {
        /// The status code.
        status: u16,
        /// The header field `Content-Type`.
        content_type: &'static str,
        /// The body.
        body: String,
    },
}

/// What a fault comes to.
///
/// [`Fault::Cut`] and [`Fault::Trickle`] come to an answer when the server gives it, so that they
/// also meet a `WaitEvent` that was sent before; [`Fault::Freeze`] to both request and answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On<'a> {
    /// One request with this AMI action, the next that comes.
    Next(&'a str),
    /// Every request with this AMI action.
    Every(&'a str),
    /// Every request for a file whose path holds this.
    Path(&'a str),
    /// Every request, whatever it is for.
    All,
}

impl Proxy {
    /// Stands before the server at this address.
    #[must_use]
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a port has a number");
        let shared = Arc::new(Shared::new(server));
        let thread = Some(listen(listener, shared.clone()));
        Self {
            address,
            shared,
            thread,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of something on it: `url("/mxml")`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every byte that was sent through it.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.look(|state| state.bytes.concat())
    }

    /// The requests that were sent to it, whatever became of them.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look(|state| state.requests.clone())
    }

    /// How many requests with this AMI action were sent to it, by POST or by GET.
    pub fn count(&self, action: &str) -> usize {
        self.shared.look(|state| {
            let is = |request: &&Request| request.is(action);
            state.requests.iter().filter(is).count()
        })
    }

    /// How many `WaitEvent`s have no answer at this moment.
    pub fn waiting(&self) -> usize {
        self.shared.look(|state| state.waiting)
    }

    /// How many `WaitEvent`s had no answer at the same time, at most.
    pub fn most_waiting(&self) -> usize {
        self.shared.look(|state| state.most_waiting)
    }

    /// Forgets what was sent and counted.
    pub fn forget(&self) {
        self.shared.look(|state| {
            state.bytes.iter_mut().for_each(Vec::clear);
            state.requests.clear();
            state.most_waiting = state.waiting;
        });
    }

    /// Lets this go wrong from now on. Of several faults for one request, the last one counts.
    pub fn inflict(&self, on: On<'_>, fault: Fault) {
        self.shared.inflict(on, fault);
    }

    /// Lets nothing go wrong any more. What is frozen or trickles goes on.
    pub fn mend(&self) {
        self.shared.mend();
    }

    /// Cuts every connection, as a router that is switched off and on.
    pub fn cut(&self) {
        self.shared.cut();
    }

    /// Refuses connections, and cuts those that there are.
    pub fn close(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.shared.close(true);
        // The listener looks only when somebody comes.
        let _ = TcpStream::connect(self.address);
        let _ = thread.join();
        self.shared.cut();
    }

    /// Takes connections again, on the same port, after [`close`](Self::close).
    #[track_caller]
    pub fn open(&mut self) {
        if self.thread.is_some() {
            return;
        }
        self.shared.close(false);
        let listener = until("the port can be had again", PATIENCE, || {
            TcpListener::bind(self.address).map_err(|error| error.to_string())
        });
        self.thread = Some(listen(listener, self.shared.clone()));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}

impl Fault {
    /// An HTML page in place of the answer, as another proxy would give.
    pub fn page(status: u16, html: &str) -> Self {
        Self::Answer {
            status,
            content_type: "text/html",
            body: html.to_owned(),
        }
    }
}

impl Request {
    /// The AMI action that it asks for, in its body or its query.
    pub fn action(&self) -> Option<&str> {
        let mut words = self.line.split(' ');
        let form = match (words.next(), words.next()) {
            (Some("POST"), _) => self.body.as_str(),
            (_, Some(path)) => path.split_once('?')?.1,
            _ => return None,
        };
        form.split('&')
            .filter_map(|field| field.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("Action"))
            .map(|(_, action)| action)
    }

    fn is(&self, action: &str) -> bool {
        self.action()
            .is_some_and(|own| own.eq_ignore_ascii_case(action))
    }
}

fn listen(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if shared.look(|state| state.closed) {
                return;
            }
            let shared = shared.clone();
            thread::spawn(move || relay::serve(stream, &shared));
        }
    })
}
