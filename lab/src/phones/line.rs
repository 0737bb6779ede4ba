//! The line between the telephones and Asterisk.

use std::{
    collections::HashSet,
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};

/// Passes datagrams on, from the telephones to Asterisk and back.
///
/// The telephone knows one word for a call that it does not take, 486 Busy Here. Where 603 Decline
/// is meant, which Asterisk treats otherwise, the line says that instead.
#[derive(Debug)]
pub(super) struct Line {
    address: SocketAddr,
    declined: Arc<Mutex<HashSet<String>>>,
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
            ended: Arc::default(),
        };
        let (declined, ended) = (Arc::clone(&line.declined), Arc::clone(&line.ended));
        thread::spawn(move || pass(&socket, asterisk, phones, &declined, &ended));
        Ok(line)
    }

    /// Where the telephones find Asterisk.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
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

    use super::worded;

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
