//! A small HTTP client, enough to ask Asterisk and to record its answers byte for byte.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// An answer, its body as it came.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status line, such as `HTTP/1.1 200 OK`.
    pub status_line: String,
    /// The status code.
    pub status: u16,
    /// The header fields in order.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header field of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The session that Asterisk gave, ready to be sent back: `mansession_id="…"`.
    pub fn cookie(&self) -> Option<&str> {
        self.header("Set-Cookie")?.split(';').next()
    }

    /// The body as text, with replacement characters for what is not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Fetches a path.
pub fn get(address: SocketAddr, path: &str) -> Result<Reply> {
    exchange(address, "GET", path, None, None)
}

/// Posts a form body, which must be encoded already.
pub fn post(address: SocketAddr, path: &str, cookie: Option<&str>, form: &str) -> Result<Reply> {
    exchange(address, "POST", path, cookie, Some(form))
}

/// A request that has been sent, its answer not yet read. Dropping it closes the connection.
#[derive(Debug)]
pub struct Pending(TcpStream);

impl Pending {
    /// Waits for the answer.
    pub fn finish(mut self) -> Result<Reply> {
        let mut bytes = Vec::new();
        self.0
            .read_to_end(&mut bytes)
            .context("the web server closed the connection")?;
        parse(&bytes)
    }
}

/// Posts a form body without waiting for the answer.
pub fn send(address: SocketAddr, path: &str, cookie: Option<&str>, form: &str) -> Result<Pending> {
    start(address, "POST", path, cookie, Some(form))
}

/// Form-encodes names and values by the rules that all versions of Asterisk agree on.
pub fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        encode(&mut text, name.as_bytes());
        text.push('=');
        encode(&mut text, value.as_bytes());
    }
    text
}

fn encode(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    form: Option<&str>,
) -> Result<Reply> {
    start(address, method, path, cookie, form)?.finish()
}

fn start(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    form: Option<&str>,
) -> Result<Pending> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))
        .with_context(|| format!("nothing answers at {address}"))?;
    stream
        .set_read_timeout(Some(Duration::from_secs(120)))
        .context("cannot set a time limit")?;
    let fields: Vec<(&str, &str)> = cookie.iter().map(|cookie| ("Cookie", *cookie)).collect();
    let request = request(method, &address.to_string(), path, &fields, form);
    stream
        .write_all(request.as_bytes())
        .context("cannot send the request")?;
    Ok(Pending(stream))
}

/// A request whose answer ends with the connection.
pub(crate) fn request(
    method: &str,
    host: &str,
    path: &str,
    fields: &[(&str, &str)],
    form: Option<&str>,
) -> String {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in fields {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    if let Some(form) = form {
        let _ = write!(
            request,
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
    } else {
        request.push_str("\r\n");
    }
    request
}

/// Reads an answer that ended with its connection.
pub(crate) fn parse(bytes: &[u8]) -> Result<Reply> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        bail!("the web server sent no complete answer");
    };
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default().to_owned();
    let status = status_line
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .with_context(|| format!("not a status line: {status_line}"))?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    Ok(Reply {
        status_line,
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::{form, parse};

    #[test]
    fn forms_are_encoded_without_plus() {
        assert_eq!(
            form([("a b", "1+1=2"), ("ü", "\r\n")]),
            "a%20b=1%2B1%3D2&%C3%BC=%0D%0A"
        );
    }

    #[test]
    fn answers_are_read() {
        let reply = parse(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: mansession_id=\"1a\"; Version=1\r\n\r\nx\r\n\r\ny",
        )
        .expect("an answer");
        assert_eq!(reply.status, 200);
        assert_eq!(reply.cookie(), Some("mansession_id=\"1a\""));
        assert_eq!(reply.body, b"x\r\n\r\ny");
    }
}
