//! A blocking client of the manager interface over TCP.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{Originate, Packet};

/// How long an answer may take on a machine that is busy with other work.
const ANSWER: Duration = Duration::from_secs(30);

/// A client that is logged in and gets all events.
///
/// Events that come while something else is awaited are kept for [`next_event`](Self::next_event)
/// and [`wait_for`](Self::wait_for); a thread reads them, so that the server is never held up.
#[derive(Debug)]
pub struct Ami {
    stream: TcpStream,
    packets: Receiver<Packet>,
    events: VecDeque<Packet>,
    last_id: u64,
}

/// A channel, as `CoreShowChannels` lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// `Channel`: its name.
    pub name: String,
    /// `Uniqueid`.
    pub uniqueid: String,
    /// `Linkedid`: the same for all channels of a call.
    pub linkedid: String,
    /// `ChannelStateDesc`, such as `Up` or `Ringing`.
    pub state: String,
    /// `Exten`: where it is in the dial plan.
    pub exten: String,
    /// `Context`.
    pub context: String,
    /// `Priority`.
    pub priority: String,
    /// `Application`: what it executes.
    pub application: String,
    /// `CallerIDNum`.
    pub caller_number: String,
    /// `CallerIDName`.
    pub caller_name: String,
    /// `ConnectedLineNum`.
    pub connected_number: String,
    /// `ConnectedLineName`.
    pub connected_name: String,
    /// `BridgeId`: empty when it is in none.
    pub bridge: String,
}

impl From<&Packet> for Channel {
    fn from(packet: &Packet) -> Self {
        let text = |name| packet.text(name).to_owned();
        Self {
            name: text("Channel"),
            uniqueid: text("Uniqueid"),
            linkedid: text("Linkedid"),
            state: text("ChannelStateDesc"),
            exten: text("Exten"),
            context: text("Context"),
            priority: text("Priority"),
            application: text("Application"),
            caller_number: text("CallerIDNum"),
            caller_name: text("CallerIDName"),
            connected_number: text("ConnectedLineNum"),
            connected_name: text("ConnectedLineName"),
            bridge: text("BridgeId"),
        }
    }
}

impl Ami {
    /// Connects and logs in, with all events on.
    pub fn connect(address: SocketAddr, user: &str, secret: &str) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))
            .with_context(|| format!("no manager interface answers at {address}"))?;
        stream
            .set_nodelay(true)
            .context("cannot set up the connection")?;
        let reader = stream.try_clone().context("cannot share the connection")?;
        let (sender, packets) = mpsc::channel();
        thread::spawn(move || read(reader, &sender));
        let mut ami = Self {
            stream,
            packets,
            events: VecDeque::new(),
            last_id: 0,
        };
        ami.action(
            "Login",
            &[("Username", user), ("Secret", secret), ("Events", "on")],
        )?;
        Ok(ami)
    }

    /// Sends an action and waits for its answer. An answer other than `Error` is a success.
    pub fn action(&mut self, name: &str, headers: &[(&str, &str)]) -> Result<Packet> {
        let id = self.send(name, headers)?;
        self.answer(name, &id)
    }

    /// Sends an action that answers with a list, and returns the list's items.
    pub fn list(&mut self, name: &str, headers: &[(&str, &str)]) -> Result<Vec<Packet>> {
        let id = self.send(name, headers)?;
        self.answer(name, &id)?;
        let deadline = Instant::now() + ANSWER;
        let mut items = Vec::new();
        loop {
            let packet = self
                .receive(deadline)?
                .with_context(|| format!("the list of {name} does not end"))?;
            if packet.event().is_none() || packet.get("ActionID") != Some(id.as_str()) {
                self.keep(packet);
            } else if packet.text("EventList").eq_ignore_ascii_case("complete") {
                return Ok(items);
            } else {
                items.push(packet);
            }
        }
    }

    /// Sends an action without waiting for its answer, which nobody will see. Returns its
    /// `ActionID`.
    pub fn send(&mut self, name: &str, headers: &[(&str, &str)]) -> Result<String> {
        self.last_id += 1;
        let id = match headers.iter().find(|(name, _)| *name == "ActionID") {
            Some((_, id)) => (*id).to_owned(),
            None => format!("lab-{}", self.last_id),
        };
        let mut text = format!("Action: {name}\r\nActionID: {id}\r\n");
        for (name, value) in headers.iter().filter(|(name, _)| *name != "ActionID") {
            ensure!(
                !name.contains(['\r', '\n', ':']) && !value.contains(['\r', '\n']),
                "a header cannot hold a line break: {name}: {value:?}"
            );
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        self.stream
            .write_all(text.as_bytes())
            .with_context(|| format!("cannot send {name}"))?;
        Ok(id)
    }

    /// The next event, or none if none comes in time.
    pub fn next_event(&mut self, time: Duration) -> Result<Option<Packet>> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        let deadline = Instant::now() + time;
        while let Some(packet) = self.receive(deadline)? {
            if packet.event().is_some() {
                return Ok(Some(packet));
            }
        }
        Ok(None)
    }

    /// Waits for an event. Those before it are gone afterwards, those after it are kept.
    pub fn wait_for(
        &mut self,
        time: Duration,
        mut wanted: impl FnMut(&Packet) -> bool,
    ) -> Result<Packet> {
        let deadline = Instant::now() + time;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next_event(left)? {
                Some(event) if wanted(&event) => return Ok(event),
                Some(_) => {}
                None => bail!("the awaited event did not come within {time:?}"),
            }
        }
    }

    /// Forgets the events that have come so far.
    pub fn forget_events(&mut self) {
        self.events.clear();
        while let Ok(packet) = self.packets.try_recv() {
            drop(packet);
        }
    }

    /// Chooses the classes of events that come from now on, `on` or `off`.
    pub fn events(&mut self, mask: &str) -> Result<()> {
        self.action("Events", &[("EventMask", mask)])?;
        Ok(())
    }

    /// All channels.
    pub fn channels(&mut self) -> Result<Vec<Channel>> {
        let items = self.list("CoreShowChannels", &[])?;
        Ok(items.iter().map(Channel::from).collect())
    }

    /// One channel by its `Uniqueid`, if it is there.
    pub fn channel(&mut self, uniqueid: &str) -> Result<Option<Channel>> {
        let all = self.channels()?;
        Ok(all.into_iter().find(|channel| channel.uniqueid == uniqueid))
    }

    /// Starts a call. The answer says only that it was started.
    pub fn originate(&mut self, call: &Originate) -> Result<Packet> {
        let headers = call.headers();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.action("Originate", &headers)
    }

    /// Hangs up a channel by its name or `Uniqueid`, or several by `/regular expression/`.
    pub fn hangup(&mut self, channel: &str) -> Result<Packet> {
        self.action("Hangup", &[("Channel", channel)])
    }

    /// Sends a channel to another place in the dial plan, and a second one with it if given.
    pub fn redirect(
        &mut self,
        channel: &str,
        extra: Option<&str>,
        exten: &str,
        context: &str,
    ) -> Result<Packet> {
        let mut headers = vec![
            ("Channel", channel),
            ("Exten", exten),
            ("Context", context),
            ("Priority", "1"),
        ];
        if let Some(extra) = extra {
            headers.push(("ExtraChannel", extra));
        }
        self.action("Redirect", &headers)
    }

    /// Runs a command of the command line interface and returns the lines it prints.
    pub fn command(&mut self, command: &str) -> Result<Vec<String>> {
        let answer = self.action("Command", &[("Command", command)])?;
        Ok(answer.all("Output").map(str::to_owned).collect())
    }

    fn answer(&mut self, name: &str, id: &str) -> Result<Packet> {
        let deadline = Instant::now() + ANSWER;
        loop {
            let packet = self
                .receive(deadline)?
                .with_context(|| format!("{name} was not answered within {ANSWER:?}"))?;
            if packet.response().is_none() || packet.get("ActionID") != Some(id) {
                self.keep(packet);
            } else if packet.response() == Some("Error") {
                bail!("{name}: {}", packet.text("Message"));
            } else {
                return Ok(packet);
            }
        }
    }

    fn keep(&mut self, packet: Packet) {
        if packet.event().is_some() {
            self.events.push_back(packet);
        }
    }

    fn receive(&mut self, deadline: Instant) -> Result<Option<Packet>> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.packets.recv_timeout(left) {
            Ok(packet) => Ok(Some(packet)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                bail!("the manager interface closed the connection")
            }
        }
    }
}

impl Drop for Ami {
    fn drop(&mut self) {
        // Ends the reading thread too.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

fn read(stream: TcpStream, packets: &mpsc::Sender<Packet>) {
    let mut stream = BufReader::new(stream);
    // The greeting has no empty line after it.
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line).is_err() {
        return;
    }
    let mut packet = Packet::default();
    loop {
        line.clear();
        match stream.by_ref().take(1 << 20).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if !text.is_empty() {
            packet.push_line(text);
        } else if !packet.headers.is_empty() && packets.send(std::mem::take(&mut packet)).is_err() {
            return;
        }
    }
}
