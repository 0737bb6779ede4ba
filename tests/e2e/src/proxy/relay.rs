//! One connection of a browser, and the server's end of it.

use std::{io, net::TcpStream};

use super::{
    Fault, Request,
    state::{Shared, Stage, Underway},
    wire::{self, Wire},
};

/// Passes requests and answers on until one side goes. A connection that fails is the browser's to
/// notice.
pub(super) fn serve(browser: TcpStream, shared: &Shared) {
    let Ok(number) = shared.enter(&browser) else {
        return;
    };
    let mut connection = Connection {
        number,
        browser: Wire::new(browser),
        server: None,
        shared,
    };
    while let Ok(true) = connection.exchange() {}
    shared.leave(number);
}

struct Connection<'a> {
    number: usize,
    browser: Wire,
    server: Option<Wire>,
    shared: &'a Shared,
}

impl Connection<'_> {
    /// One request and its answer. Says whether another may follow.
    fn exchange(&mut self) -> io::Result<bool> {
        let server = self.server.as_ref().map(|server| &server.stream);
        if !wire::browser_speaks(&self.browser, server)? {
            return Ok(false);
        }
        let (shared, number) = (self.shared, self.number);
        let mut keep = |bytes: &[u8]| {
            shared.look(|state| state.bytes[number].extend_from_slice(bytes));
        };
        let Some((raw, request)) = wire::request(&mut self.browser, &mut keep)? else {
            return Ok(false);
        };
        let _underway = Underway::begin(shared, &request);
        match shared.fault(&request, Stage::Asked) {
            Some(Fault::Freeze) => shared.freeze(&self.browser.stream)?,
            Some(Fault::Answer {
                status,
                content_type,
                body,
            }) => {
                self.browser.send(
                    format!(
                        "HTTP/1.1 {status} Instead\r\nContent-Type: {content_type}\r\n\
                         Content-Length: {}\r\n\r\n{body}",
                        body.len()
                    )
                    .as_bytes(),
                )?;
                return Ok(!wire::closes(&request.head));
            }
            _ => {}
        }
        self.forward(&raw, &request)
    }

    fn forward(&mut self, raw: &[u8], request: &Request) -> io::Result<bool> {
        let mut server = match self.server.take() {
            // It closes what is idle, and may have done so while this was frozen.
            Some(server) if !wire::is_gone(&server.stream)? => server,
            _ => Wire::new(self.shared.connect(self.number)?),
        };
        server.send(raw)?;
        if !wire::server_speaks(&self.browser.stream, &server.stream)? {
            return Ok(false);
        }
        let fault = self.shared.fault(request, Stage::Answered);
        if fault == Some(Fault::Freeze) {
            self.shared.freeze(&self.browser.stream)?;
        }
        let Some(head) = server.head(&mut |_| {})? else {
            return Ok(false);
        };
        self.browser.send(head.as_bytes())?;
        let length = wire::answer_length(request, &head);
        if fault == Some(Fault::Cut) {
            let half = length.map_or(1, |length| length / 2);
            self.body(&mut server, Some(half), None)?;
            return Ok(false);
        }
        self.body(&mut server, length, fault.as_ref())?;
        let goes_on = length.is_some() && !wire::closes(&head);
        self.server = Some(server);
        Ok(goes_on)
    }

    fn body(
        &mut self,
        server: &mut Wire,
        length: Option<usize>,
        fault: Option<&Fault>,
    ) -> io::Result<()> {
        let mends = self.shared.mends();
        let mut left = length.unwrap_or(usize::MAX);
        while left > 0 {
            let part = server.some(left, &mut |_| {})?;
            if part.is_empty() {
                return match length {
                    Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
                    None => Ok(()),
                };
            }
            left -= part.len();
            if let Some(Fault::Trickle { bytes, every }) = fault {
                for piece in part.chunks(*bytes) {
                    self.shared.pause(*every, mends);
                    self.browser.send(piece)?;
                }
            } else {
                self.browser.send(&part)?;
            }
        }
        Ok(())
    }
}
