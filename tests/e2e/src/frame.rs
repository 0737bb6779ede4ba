//! A page of somebody else's, that shows ours in a frame or links to it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A web server with one page, until it is dropped.
///
/// The servers of the lab are at 127.0.0.1, so that a page of this server is of the same site under
/// that name ([`same_site`](Self::same_site)), whatever the port, and of another site under the
/// name localhost ([`other_site`](Self::other_site)). It speaks no TLS: to browsers, the same name
/// with `https` is another site as well.
#[derive(Debug)]
pub struct FrameHost {
    address: SocketAddr,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FrameHost {
    /// A page with one frame of this width, in CSS pixels, and 600 high, in which `src` is opened.
    /// [`Browser::enter_frame`](crate::Browser::enter_frame) goes into it.
    #[must_use]
    pub fn around(src: &str, width: u32) -> Self {
        Self::page(&format!(
            "<iframe src=\"{}\" width={width} height=600 style=\"border: 0\"></iframe>",
            src.replace('&', "&amp;").replace('"', "&quot;")
        ))
    }

    /// A page with this HTML in its body.
    #[must_use]
    pub fn page(body: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a port has a number");
        let closed = Arc::new(AtomicBool::new(false));
        let html = format!(
            "<!doctype html><html lang=en><title>Somebody else</title><body>{body}</body></html>"
        );
        let thread = thread::spawn({
            let closed = closed.clone();
            move || {
                for stream in listener.incoming().flatten() {
                    if closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let html = html.clone();
                    // Browsers open connections that they do not use.
                    thread::spawn(move || answer(stream, &html));
                }
            }
        });
        Self {
            address,
            closed,
            thread: Some(thread),
        }
    }

    /// The page, of the same site as the servers of the lab.
    pub fn same_site(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The page, of another site.
    pub fn other_site(&self) -> String {
        format!("http://localhost:{}/", self.address.port())
    }
}

impl Drop for FrameHost {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: TcpStream, html: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let Some(line) = lines.next().transpose()? else {
        return Ok(());
    };
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, body) = match line.split(' ').nth(1) {
        Some("/") => ("200 OK", html),
        _ => ("404 Not Found", ""),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
