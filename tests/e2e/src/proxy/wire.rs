//! HTTP as it goes over a connection, as far as passing it on needs it.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
};

use rustix::event::{PollFd, PollFlags, poll};

use super::Request;

/// A connection, and what was read from it and not used yet.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) stream: TcpStream,
    rest: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            rest: Vec::new(),
        }
    }

    /// Reads a head and its empty line; nothing if the connection ends instead.
    pub(super) fn head(&mut self, look: &mut impl FnMut(&[u8])) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.rest.drain(..end + 4).collect();
                return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
            }
            if self.more(look)? == 0 {
                return Ok(None);
            }
        }
    }

    /// Reads what follows a head, at most this many bytes, as it comes; nothing at the end of the
    /// connection.
    pub(super) fn some(
        &mut self,
        most: usize,
        look: &mut impl FnMut(&[u8]),
    ) -> io::Result<Vec<u8>> {
        if self.rest.is_empty() {
            self.more(look)?;
        }
        Ok(self.rest.drain(..self.rest.len().min(most)).collect())
    }

    fn more(&mut self, look: &mut impl FnMut(&[u8])) -> io::Result<usize> {
        let mut bytes = [0; 16 * 1024];
        let count = self.stream.read(&mut bytes)?;
        look(&bytes[..count]);
        self.rest.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    /// Sends all of this.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }
}

/// Reads a request, body and all: as it is to be passed on, and as it is understood.
pub(super) fn request(
    browser: &mut Wire,
    look: &mut impl FnMut(&[u8]),
) -> io::Result<Option<(Vec<u8>, Request)>> {
    let Some(head) = browser.head(look)? else {
        return Ok(None);
    };
    let mut missing = length(&head).unwrap_or(0);
    let mut body = Vec::new();
    while missing > 0 {
        let part = browser.some(missing, look)?;
        if part.is_empty() {
            return Ok(None);
        }
        missing -= part.len();
        body.extend(part);
    }
    let raw = [head.as_bytes(), &body].concat();
    let (line, fields) = head.trim_end().split_once("\r\n").unwrap_or((&head, ""));
    let request = Request {
        line: line.to_owned(),
        head: fields.to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    Ok(Some((raw, request)))
}

/// The length of a body, if the head tells it.
pub(super) fn length(head: &str) -> Option<usize> {
    field(head, "Content-Length")?.parse().ok()
}

/// The length of the body of an answer; none if it lasts until the connection ends.
pub(super) fn answer_length(request: &Request, head: &str) -> Option<usize> {
    let status = head.split(' ').nth(1).unwrap_or_default();
    if request.line.starts_with("HEAD ") || status == "304" || status == "204" {
        return Some(0);
    }
    length(head)
}

pub(super) fn closes(head: &str) -> bool {
    field(head, "Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// Waits until the server has something to say, or `false` if one of the two has gone.
pub(super) fn server_speaks(browser: &TcpStream, server: &TcpStream) -> io::Result<bool> {
    let mut watch_browser = true;
    loop {
        let mut both = [
            PollFd::new(server, PollFlags::IN),
            PollFd::new(browser, PollFlags::IN),
        ];
        poll(&mut both[..1 + usize::from(watch_browser)], None)?;
        let [from_server, from_browser] = both.map(|one| !one.revents().is_empty());
        if from_server {
            return Ok(!is_gone(server)?);
        }
        if watch_browser && from_browser {
            if is_gone(browser)? {
                return Ok(false);
            }
            // It has sent its next request early, which waits for its turn.
            watch_browser = false;
        }
    }
}

/// Waits until the browser has something to say, or `false` if one of the two has gone.
pub(super) fn browser_speaks(browser: &Wire, server: Option<&TcpStream>) -> io::Result<bool> {
    if !browser.rest.is_empty() {
        return Ok(true);
    }
    let browser = &browser.stream;
    let mut both = vec![PollFd::new(browser, PollFlags::IN)];
    both.extend(server.map(|server| PollFd::new(server, PollFlags::IN)));
    poll(&mut both, None)?;
    // A server that speaks unasked has closed the connection.
    let closed = both.get(1).is_some_and(|one| !one.revents().is_empty());
    Ok(!closed && !is_gone(browser)?)
}

/// Whether the other side has closed the connection.
pub(super) fn is_gone(stream: &TcpStream) -> io::Result<bool> {
    stream.set_nonblocking(true)?;
    let seen = stream.peek(&mut [0]);
    stream.set_nonblocking(false)?;
    Ok(match seen {
        Ok(count) => count == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    })
}
