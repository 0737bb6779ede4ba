//! The line between the telephones and Asterisk.

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};

/// The tags of `To` and `From` of a call that the telephone made.
type Tags = (String, String);

/// Passes datagrams on, from the telephones to Asterisk and back.
///
/// The telephone knows one word for a call that it does not take, 486 Busy Here. Where 603 Decline
/// is meant, which Asterisk treats otherwise, the line says that instead.
#[derive(Debug)]
pub(super) struct Line {
    address: SocketAddr,
    declined: Arc<Mutex<HashSet<String>>>,
    tags: Arc<Mutex<HashMap<String, Tags>>>,
    ended: Arc<AtomicBool>,
}

impl Line {
    pub(super) fn open(asterisk: SocketAddr, phones: SocketAddr) -> Result<Self> {
        let socket =
            UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free UDP port")?;
        let address = socket.local_addr().context("a port has no number")?;
        let line = Self {
            address,
            declined: Arc::default(),
            tags: Arc::default(),
            ended: Arc::default(),
        };
        let (declined, ended) = (Arc::clone(&line.declined), Arc::clone(&line.ended));
        let tags = Arc::clone(&line.tags);
        thread::spawn(move || pass(&socket, asterisk, phones, &declined, &tags, &ended));
        Ok(line)
    }

    /// Where the telephones find Asterisk.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The tags by which Asterisk knows a call that the telephone made and somebody has answered.
    pub(super) fn tags(&self, call_id: &str) -> Option<Tags> {
        let tags = self.tags.lock().unwrap_or_else(PoisonError::into_inner);
        tags.get(call_id).cloned()
    }

    /// From now on, this call is declined where the telephone says that it is busy.
    pub(super) fn decline(&self, call_id: &str) {
        let mut declined = self.declined.lock().unwrap_or_else(PoisonError::into_inner);
        declined.insert(call_id.to_owned());
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the thread, which waits for a datagram.
        let _ = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.send_to(&[], self.address));
    }
}

fn pass(
    socket: &UdpSocket,
    asterisk: SocketAddr,
    phones: SocketAddr,
    declined: &Mutex<HashSet<String>>,
    tags: &Mutex<HashMap<String, Tags>>,
    ended: &AtomicBool,
) {
    let mut datagram = vec![0; 1 << 16];
    while !ended.load(Ordering::Relaxed) {
        let (length, from) = match socket.recv_from(&mut datagram) {
            Ok(received) => received,
            // The other side was not there when something was sent to it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(_) => return,
        };
        let message = &datagram[..length];
        // What does not arrive is sent again, as on any line.
        if from == asterisk {
            if let Some((call_id, both)) = answered(message) {
                let mut tags = tags.lock().unwrap_or_else(PoisonError::into_inner);
                tags.insert(call_id, both);
            }
            let _ = socket.send_to(message, phones);
        } else if length > 0 {
            let declined = declined.lock().unwrap_or_else(PoisonError::into_inner);
            let message = worded(message, &declined);
            let _ = socket.send_to(&message, asterisk);
        }
    }
}

/// The message as Asterisk is to get it.
fn worded(message: &[u8], declined: &HashSet<String>) -> Vec<u8> {
    let busy = message
        .strip_prefix(b"SIP/2.0 486 ")
        .and_then(|rest| std::str::from_utf8(rest).ok())
        .and_then(|rest| rest.split_once("\r\n"));
    match busy {
        Some((_, rest)) if call_id(rest).is_some_and(|id| declined.contains(id)) => {
            format!("SIP/2.0 603 Decline\r\n{rest}").into_bytes()
        }
        _ => message.to_vec(),
    }
}

/// Which call this answers, and its tags, if it is the answer to an INVITE.
fn answered(message: &[u8]) -> Option<(String, Tags)> {
    let text = std::str::from_utf8(message.strip_prefix(b"SIP/2.0 200 ")?).ok()?;
    let value = |wanted: &str| {
        let headers = text.lines().take_while(|line| !line.is_empty());
        let mut headers = headers.filter_map(|line| line.split_once(':'));
        let found = headers.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim())
    };
    let tag = |name: &str| {
        let (_, tag) = value(name)?.split_once(";tag=")?;
        tag.split(';').next().map(str::to_owned)
    };
    if !value("cseq")?.ends_with("INVITE") {
        return None;
    }
    Some((call_id(text)?.to_owned(), (tag("to")?, tag("from")?)))
}

fn call_id(headers: &str) -> Option<&str> {
    headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("call-id"))
        .map(|(_, id)| id.trim())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{answered, worded};

    #[test]
    fn an_answer_tells_the_tags_of_its_call() {
        let answer = |method: &str| {
            format!(
                "SIP/2.0 200 OK\r\nCall-ID: a\r\nFrom: <sip:201@x>;tag=f\r\n\
                 To: <sip:204@x>;tag=t\r\nCSeq: 1 {method}\r\n\r\n"
            )
        };
        let tags = ("t".to_owned(), "f".to_owned());
        assert_eq!(
            answered(answer("INVITE").as_bytes()),
            Some(("a".to_owned(), tags))
        );
        assert_eq!(answered(answer("REGISTER").as_bytes()), None);
    }

    #[test]
    fn only_the_calls_that_are_declined_are() {
        let declined = HashSet::from(["a".to_owned()]);
        let busy = |id: &str| format!("SIP/2.0 486 Rejected\r\nVia: x\r\nCall-ID: {id}\r\n\r\n");
        assert_eq!(
            worded(busy("a").as_bytes(), &declined),
            b"SIP/2.0 603 Decline\r\nVia: x\r\nCall-ID: a\r\n\r\n"
        );
        assert_eq!(
            worded(busy("b").as_bytes(), &declined),
            busy("b").as_bytes()
        );
        let ringing = b"SIP/2.0 180 Ringing\r\nCall-ID: a\r\n\r\n";
        assert_eq!(worded(ringing, &declined), ringing);
    }
}
