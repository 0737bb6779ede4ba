//! The line between the telephones and Asterisk.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The tags of `To` and `From` of a call that the telephone made.
type Tags = (String, String);

/// What is meant where the telephone says that it is busy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// 603 Decline.
    Decline,
    /// 302 Moved Temporarily, to this number.
    Forward(String),
}

/// Passes datagrams on, from the telephones to Asterisk and back.
///
/// The telephone knows one word for a call that it does not take, 486 Busy Here. Where another is
/// meant, which Asterisk treats otherwise, the line says that instead. It has a lamp, too: the
/// telephone does not listen when it is told of messages in its mailbox.
#[derive(Debug)]
pub(super) struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<Known>,
    news: Condvar,
    ended: AtomicBool,
}

#[derive(Debug, Default)]
struct Known {
    /// By the id of the call.
    refusals: HashMap<String, Refusal>,
    tags: HashMap<String, Tags>,
    messages: u32,
}

impl Line {
    pub(super) fn open(asterisk: SocketAddr, phones: SocketAddr) -> Result<Self> {
        let socket =
            UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free UDP port")?;
        let address = socket.local_addr().context("a port has no number")?;
        let shared = Arc::<Shared>::default();
        let line = Self {
            address,
            shared: Arc::clone(&shared),
        };
        thread::spawn(move || pass(&socket, asterisk, phones, &shared));
        Ok(line)
    }

    /// Where the telephones find Asterisk.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The tags by which Asterisk knows a call that the telephone made and somebody has answered.
    pub(super) fn tags(&self, call_id: &str) -> Option<Tags> {
        self.shared.lock().tags.get(call_id).cloned()
    }

    /// From now on, this is said of this call where the telephone says that it is busy.
    pub(super) fn refuse(&self, call_id: &str, refusal: Refusal) {
        let mut known = self.shared.lock();
        known.refusals.insert(call_id.to_owned(), refusal);
    }

    /// How many new messages are in the mailbox, as it was told last.
    pub(super) fn messages(&self) -> u32 {
        self.shared.lock().messages
    }

    /// Waits until so many new messages are in the mailbox.
    pub(super) fn until_messages(&self, count: u32, time: Duration) -> Result<()> {
        let deadline = Instant::now() + time;
        let mut known = self.shared.lock();
        while known.messages != count {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!(
                    "{} new messages and not {count} after {time:?}",
                    known.messages
                );
            }
            let news = self.shared.news.wait_timeout(known, left);
            known = news.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        // Wakes the thread, which waits for a datagram.
        let _ = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.send_to(&[], self.address));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what Asterisk says.
    fn hear(&self, message: &[u8]) {
        if let Some((call_id, both)) = answered(message) {
            self.lock().tags.insert(call_id, both);
        } else if let Some(count) = messages(message) {
            self.lock().messages = count;
            self.news.notify_all();
        }
    }
}

fn pass(socket: &UdpSocket, asterisk: SocketAddr, phones: SocketAddr, shared: &Shared) {
    let mut datagram = vec![0; 1 << 16];
    while !shared.ended.load(Ordering::Relaxed) {
        let (length, from) = match socket.recv_from(&mut datagram) {
            Ok(received) => received,
            // The other side was not there when something was sent to it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
            Err(_) => return,
        };
        let message = &datagram[..length];
        // What does not arrive is sent again, as on any line.
        if from == asterisk {
            shared.hear(message);
            let _ = socket.send_to(message, phones);
        } else if length > 0 {
            let message = worded(message, &shared.lock().refusals, asterisk);
            let _ = socket.send_to(&message, asterisk);
        }
    }
}

/// The message as Asterisk is to get it.
fn worded(message: &[u8], refusals: &HashMap<String, Refusal>, asterisk: SocketAddr) -> Vec<u8> {
    let busy = message
        .strip_prefix(b"SIP/2.0 486 ")
        .and_then(|rest| std::str::from_utf8(rest).ok())
        .and_then(|rest| rest.split_once("\r\n"));
    let meant = busy.and_then(|(_, rest)| Some((rest, refusals.get(call_id(rest)?)?)));
    match meant {
        Some((rest, Refusal::Decline)) => format!("SIP/2.0 603 Decline\r\n{rest}").into_bytes(),
        Some((rest, Refusal::Forward(number))) => {
            format!("SIP/2.0 302 Moved Temporarily\r\nContact: <sip:{number}@{asterisk}>\r\n{rest}")
                .into_bytes()
        }
        None => message.to_vec(),
    }
}

/// How many new messages there are, if this tells (RFC 3842).
fn messages(message: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(message.strip_prefix(b"NOTIFY ")?).ok()?;
    let told = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(found, _)| found.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    told("Messages-Waiting")?;
    let (new, _) = told("Voice-Message").unwrap_or("0/0").split_once('/')?;
    new.trim().parse().ok()
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
    use std::{collections::HashMap, net::SocketAddr};

    use super::{Refusal, answered, messages, worded};

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
    fn only_the_calls_that_are_declined_or_forwarded_are() {
        let asterisk = SocketAddr::from(([127, 0, 0, 1], 5060));
        let refusals = HashMap::from([
            ("a".to_owned(), Refusal::Decline),
            ("f".to_owned(), Refusal::Forward("204".to_owned())),
        ]);
        let worded = |message: &str| {
            let message = worded(message.as_bytes(), &refusals, asterisk);
            String::from_utf8(message).expect("text")
        };
        let busy = |id: &str| format!("SIP/2.0 486 Rejected\r\nVia: x\r\nCall-ID: {id}\r\n\r\n");
        assert_eq!(
            worded(&busy("a")),
            "SIP/2.0 603 Decline\r\nVia: x\r\nCall-ID: a\r\n\r\n"
        );
        assert_eq!(
            worded(&busy("f")),
            "SIP/2.0 302 Moved Temporarily\r\nContact: <sip:204@127.0.0.1:5060>\r\n\
             Via: x\r\nCall-ID: f\r\n\r\n"
        );
        assert_eq!(worded(&busy("b")), busy("b"));
        let ringing = "SIP/2.0 180 Ringing\r\nCall-ID: a\r\n\r\n";
        assert_eq!(worded(ringing), ringing);
    }

    #[test]
    fn the_lamp_shows_new_messages() {
        let told = |body: &str| {
            let text = format!("NOTIFY sip:201@x SIP/2.0\r\nEvent: message-summary\r\n\r\n{body}");
            messages(text.as_bytes())
        };
        let some =
            "Messages-Waiting: yes\r\nMessage-Account: sip:x\r\nVoice-Message: 2/1 (0/0)\r\n";
        assert_eq!(told(some), Some(2));
        assert_eq!(told("Messages-Waiting: no\r\n"), Some(0));
        assert_eq!(told("SIP/2.0 100 Trying\r\n"), None);
    }
}
