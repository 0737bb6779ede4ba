//! Calls of every kind, for tests, demo and benchmarks.

use std::{
    collections::HashSet,
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{Ami, Asterisk, Channel, Originate};

/// How long thousands of channels may take to come or go.
const MANY: Duration = Duration::from_secs(120);

/// Makes calls and ends them.
#[derive(Debug)]
pub struct Calls {
    ami: Ami,
}

/// A call that was started: the caller's Local channel, whose halves have these `Uniqueid`s.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// The half that goes through the dial plan as the caller.
    pub uniqueid: String,
    /// The half that stands for the caller's telephone.
    pub phone: String,
}

impl Call {
    fn new() -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // Of one length: Asterisk refuses an id that another channel's id begins with
        // (`does_id_conflict` in channel.c), and starts calls in no order.
        let uniqueid = format!("lab-{}.{number:08}", process::id());
        Self {
            phone: format!("{uniqueid};2"),
            uniqueid,
        }
    }
}

impl Calls {
    /// Calls on a server, over a connection of their own.
    pub fn on(asterisk: &Asterisk) -> Result<Self> {
        Ok(Self::by(asterisk.ami()?))
    }

    /// Calls over this connection.
    pub fn by(ami: Ami) -> Self {
        Self { ami }
    }

    /// The connection, to wait for events and to look at channels.
    pub fn ami(&mut self) -> &mut Ami {
        &mut self.ami
    }

    /// A caller dials a number of the context `default`. The caller's telephone has answered
    /// already; the called one does what its number says.
    pub fn call(&mut self, name: &str, number: &str, exten: &str) -> Result<Call> {
        self.call_with(name, number, exten, &[])
    }

    /// The same with channel variables: `__RING` and `__REFUSE` are the seconds that a telephone
    /// rings before it answers or refuses.
    pub fn call_with(
        &mut self,
        name: &str,
        number: &str,
        exten: &str,
        variables: &[(&str, &str)],
    ) -> Result<Call> {
        let call = Call::new();
        let mut originate = Originate::to_exten("Local/300@phones/n", exten, "default")
            .caller(name, number)
            .id(&call.uniqueid);
        for (name, value) in variables {
            originate = originate.variable(name, value);
        }
        self.ami.originate(&originate)?;
        Ok(call)
    }

    /// A telephone that only rings: two channels, whose caller has this name and number.
    pub fn ring(&mut self, name: &str, number: &str) -> Result<Call> {
        let call = Call::new();
        self.ami.originate(
            &Originate::to_application("Local/100@phones/n", "Wait", "7200")
                .caller(name, number)
                .id(&call.uniqueid),
        )?;
        Ok(call)
    }

    /// Starts so many calls of two channels each, as fast as the server takes them, and returns
    /// when all of them stand.
    pub fn storm(&mut self, calls: usize) -> Result<Vec<Call>> {
        // Sent in groups, each after the answers of the one before, so that neither side's buffers
        // grow without limit.
        const GROUP: usize = 50;
        let mut started = Vec::with_capacity(calls);
        while started.len() < calls {
            let mut awaited = HashSet::new();
            for number in started.len()..calls.min(started.len() + GROUP) {
                let (call, originate) = numbered(number);
                awaited.insert(self.ami.send("Originate", &pairs(&originate))?);
                started.push(call);
            }
            self.results(awaited)?;
        }
        Ok(started)
    }

    /// Starts so many calls of two channels each, one every `pause`, whether or not those before it
    /// stand already. Returns when all of them stand.
    pub fn paced_storm(&mut self, calls: usize, pause: Duration) -> Result<Vec<Call>> {
        let mut started = Vec::with_capacity(calls);
        let mut awaited = HashSet::new();
        let mut next = Instant::now();
        for number in 0..calls {
            let (call, originate) = numbered(number);
            awaited.insert(self.ami.send("Originate", &pairs(&originate))?);
            started.push(call);
            next += pause;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        self.results(awaited)?;
        Ok(started)
    }

    /// Hangs these calls up, one every `pause`. Returns when all of them are gone.
    pub fn paced_hang_up(&mut self, calls: &[Call], pause: Duration) -> Result<()> {
        self.ami.forget_events();
        let mut left = HashSet::new();
        let mut next = Instant::now();
        for call in calls {
            left.extend([call.uniqueid.as_str(), call.phone.as_str()]);
            self.ami.send("Hangup", &[("Channel", &call.uniqueid)])?;
            next += pause;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        while !left.is_empty() {
            let gone = self
                .ami
                .wait_for(MANY, |event| event.event() == Some("Hangup"))?;
            left.remove(gone.text("Uniqueid"));
        }
        Ok(())
    }

    /// Waits until a channel satisfies a condition, looking again after each event.
    pub fn until(
        &mut self,
        uniqueid: &str,
        time: Duration,
        mut condition: impl FnMut(&Channel) -> bool,
    ) -> Result<Channel> {
        self.ami.forget_events();
        let deadline = Instant::now() + time;
        loop {
            let channel = self.ami.channel(uniqueid)?;
            if let Some(channel) = channel.filter(|channel| condition(channel)) {
                return Ok(channel);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            self.ami
                .next_event(left)?
                .with_context(|| format!("channel {uniqueid} did not get there in {time:?}"))?;
        }
    }

    /// Hangs up the caller's side of a call, and with it the call.
    pub fn hang_up(&mut self, call: &Call) -> Result<()> {
        self.ami.hangup(&call.uniqueid)?;
        Ok(())
    }

    /// Hangs up everything and returns when no channel is left.
    pub fn hang_up_all(&mut self) -> Result<()> {
        for _ in 0..5 {
            self.ami.forget_events();
            let mut standing: HashSet<String> = self
                .ami
                .channels()?
                .into_iter()
                .map(|channel| channel.uniqueid)
                .collect();
            if standing.is_empty() {
                return Ok(());
            }
            self.ami.list("Hangup", &[("Channel", "/.*/")])?;
            while !standing.is_empty() {
                let Some(event) = self.ami.next_event(Duration::from_secs(5))? else {
                    break;
                };
                if event.event() == Some("Hangup") {
                    standing.remove(event.text("Uniqueid"));
                }
            }
        }
        let left = self.ami.channels()?.len();
        ensure!(left == 0, "{left} channels do not go away");
        Ok(())
    }

    fn results(&mut self, mut awaited: HashSet<String>) -> Result<()> {
        while !awaited.is_empty() {
            let result = self
                .ami
                .wait_for(MANY, |event| event.event() == Some("OriginateResponse"))?;
            if awaited.remove(result.text("ActionID")) {
                ensure!(
                    result.get("Response") == Some("Success"),
                    "a call of the storm failed with reason {}",
                    result.text("Reason")
                );
            }
        }
        Ok(())
    }
}

/// A call of two channels that are up, by a caller with this number.
fn numbered(number: usize) -> (Call, Originate) {
    let call = Call::new();
    let originate = Originate::to_application("Local/300@phones/n", "Wait", "7200")
        .caller(&format!("Caller {number}"), &format!("5{number:05}"))
        .id(&call.uniqueid);
    (call, originate)
}

fn pairs(originate: &Originate) -> Vec<(&str, &str)> {
    let headers = originate.headers().iter();
    headers
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}
