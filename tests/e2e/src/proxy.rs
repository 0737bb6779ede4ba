//! A proxy that passes every byte on and keeps what the browser has sent.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// Stands before a server until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    sent: Sent,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What was sent, a connection each.
type Sent = Arc<Mutex<Vec<Vec<u8>>>>;

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

impl Proxy {
    /// Stands before the server at this address.
    #[must_use]
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a port has a number");
        let sent = Sent::default();
        let closed = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (sent, closed) = (sent.clone(), closed.clone());
            move || {
                for stream in listener.incoming().flatten() {
                    if closed.load(Ordering::Relaxed) {
                        return;
                    }
                    // A connection that fails is the browser's to notice.
                    let _ = join(stream, server, &sent);
                }
            }
        });
        Self {
            address,
            sent,
            closed,
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every byte that was sent through it.
    pub fn bytes(&self) -> Vec<u8> {
        lock(&self.sent).concat()
    }

    /// The requests that were sent through it.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.sent)
            .iter()
            .flat_map(|bytes| requests(bytes))
            .collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn join(browser: TcpStream, server: SocketAddr, sent: &Sent) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    let number = {
        let mut sent = lock(sent);
        sent.push(Vec::new());
        sent.len() - 1
    };
    let (from, to, sent) = (browser.try_clone()?, server.try_clone()?, sent.clone());
    thread::spawn(move || pass(from, to, |bytes| lock(&sent)[number].extend(bytes)));
    thread::spawn(move || pass(server, browser, |_| {}));
    Ok(())
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8])) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        look(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

fn requests(mut bytes: &[u8]) -> Vec<Request> {
    let mut found = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))
            .and_then(|(_, value)| value.trim().parse().ok())
            .unwrap_or(0);
        bytes = &bytes[end + 4..];
        let (body, rest) = bytes.split_at(bytes.len().min(length));
        bytes = rest;
        let (line, head) = head.split_once("\r\n").unwrap_or((&head, ""));
        found.push(Request {
            line: line.to_owned(),
            head: head.to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        });
    }
    found
}

fn lock(sent: &Sent) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}
