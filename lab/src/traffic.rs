//! Calls that keep coming and going, as a small office has them.

use std::{
    collections::HashSet,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result};

use crate::{Asterisk, CALLERS, Call, Calls, Door, Packet};

/// How much traffic there is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrafficSettings {
    /// How many calls stand at a time, about.
    pub calls: usize,
    /// The same seed gives the same calls in the same order; none takes one from the clock.
    pub seed: Option<u64>,
}

impl Default for TrafficSettings {
    fn default() -> Self {
        Self {
            calls: 10,
            seed: None,
        }
    }
}

/// How long a server may be away that restarts.
pub const COMEBACK: Duration = Duration::from_secs(60);

/// How soon it is tried again: nothing tells when a server is back.
const RETRY: Duration = Duration::from_millis(250);

/// A server that was there for so long had come back for good.
const STEADY: Duration = Duration::from_secs(10);

/// What became of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrafficNews {
    /// It has gone, or does not do what it is asked, as when it restarts. It has [`COMEBACK`].
    Lost,
    /// It is back, and calls come again.
    Back,
}

/// Calls that keep coming and going until this is dropped, also when the server restarts.
#[derive(Debug)]
pub struct Traffic {
    stop: Option<Sender<()>>,
    news: Receiver<TrafficNews>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Traffic {
    /// Starts traffic on a server.
    pub fn start(asterisk: &Asterisk, settings: TrafficSettings) -> Result<Self> {
        let door = asterisk.door();
        let mut office = Office::new(Calls::on(asterisk)?, settings)?;
        let (stop, stopped) = mpsc::channel();
        let (tell, news) = mpsc::channel();
        let thread = thread::spawn(move || office.stay(&door, &stopped, &tell));
        Ok(Self {
            stop: Some(stop),
            news,
            thread: Some(thread),
        })
    }

    /// Ends the traffic and hangs up all calls. An error tells why traffic had ended before.
    pub fn stop(mut self) -> Result<()> {
        self.finish()
    }

    /// What became of the server since this was asked for last.
    pub fn news(&self) -> impl Iterator<Item = TrafficNews> {
        self.news.try_iter()
    }

    /// Whether calls still come and go, or will: they do not when the server has gone for good.
    pub fn is_running(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    fn finish(&mut self) -> Result<()> {
        self.stop.take();
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => anyhow::bail!("the traffic's thread panicked"),
            None => Ok(()),
        }
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

/// A kind of call: how often it comes, where it goes, how long it stays at most.
struct Kind {
    share: u64,
    exten: fn(&mut Random) -> String,
    seconds: (u64, u64),
}

static KINDS: [Kind; 9] = [
    // Rings, is answered, the two talk.
    Kind {
        share: 34,
        exten: |r| format!("2{:02}", r.within(4, 60)),
        seconds: (20, 120),
    },
    // Nobody answers, and the caller gives up.
    Kind {
        share: 14,
        exten: |r| format!("1{:02}", r.within(2, 60)),
        seconds: (8, 40),
    },
    // Picked up at once.
    Kind {
        share: 8,
        exten: |r| format!("3{:02}", r.within(2, 60)),
        seconds: (15, 60),
    },
    // Busy, or not reached.
    Kind {
        share: 5,
        exten: |r| format!("4{:02}", r.within(0, 60)),
        seconds: (10, 10),
    },
    Kind {
        share: 4,
        exten: |r| format!("5{:02}", r.within(0, 60)),
        seconds: (10, 10),
    },
    // The two queues.
    Kind {
        share: 14,
        exten: |r| if r.within(0, 3) == 0 { "600" } else { "610" }.to_owned(),
        seconds: (20, 90),
    },
    // A conference that several join.
    Kind {
        share: 10,
        exten: |r| format!("65{}", r.within(0, 1)),
        seconds: (40, 120),
    },
    // Parked, and perhaps fetched by somebody.
    Kind {
        share: 6,
        exten: |_| "700".to_owned(),
        seconds: (30, 90),
    },
    // Something that answers by itself, or plays music.
    Kind {
        share: 5,
        exten: |r| format!("{}{:02}", r.within(8, 9), r.within(1, 20)),
        seconds: (10, 40),
    },
];

struct Office {
    calls: Calls,
    random: Random,
    /// As many calls as there are to be, each with the time of its end.
    standing: Vec<(Instant, Call)>,
    wanted: usize,
    next_call: Instant,
}

impl Office {
    fn new(mut calls: Calls, settings: TrafficSettings) -> Result<Self> {
        // Hangup tells when a call has ended by itself, ParkedCall where one waits.
        calls.ami().events("call")?;
        Ok(Self {
            calls,
            random: Random::new(settings.seed),
            standing: Vec::with_capacity(settings.calls),
            wanted: settings.calls,
            next_call: Instant::now(),
        })
    }

    /// Works, and comes in again when the server has restarted.
    fn stay(
        &mut self,
        door: &Door,
        stopped: &Receiver<()>,
        tell: &Sender<TrafficNews>,
    ) -> Result<()> {
        let mut trouble: Option<Instant> = None;
        loop {
            let begun = Instant::now();
            let Err(error) = self.work(stopped) else {
                return Ok(());
            };
            if begun.elapsed() > STEADY {
                trouble = None;
            }
            let since = *trouble.get_or_insert_with(Instant::now);
            if since.elapsed() > COMEBACK {
                return Err(error);
            }
            let _ = tell.send(TrafficNews::Lost);
            loop {
                // Woken by the wish to stop.
                let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(RETRY) else {
                    return Ok(());
                };
                match self.come_in(door) {
                    Ok(()) => break,
                    Err(error) if since.elapsed() > COMEBACK => {
                        return Err(error)
                            .with_context(|| format!("it is not back after {COMEBACK:?}"));
                    }
                    Err(_) => {}
                }
            }
            let _ = tell.send(TrafficNews::Back);
        }
    }

    /// Comes in anew. Calls that still stand are ended in their time.
    fn come_in(&mut self, door: &Door) -> Result<()> {
        let mut ami = door.ami_when_booted(STEADY)?;
        ami.events("call")?;
        let there: HashSet<String> = ami.channels()?.into_iter().map(|c| c.uniqueid).collect();
        self.standing
            .retain(|(_, call)| there.contains(&call.uniqueid));
        self.next_call = Instant::now();
        self.calls = Calls::by(ami);
        Ok(())
    }

    fn work(&mut self, stopped: &Receiver<()>) -> Result<()> {
        loop {
            let now = Instant::now();
            self.end_calls(now)?;
            self.begin_calls(now)?;
            self.look_at_events()?;
            // Woken by the wish to stop; otherwise often enough for calls to seem to come singly.
            match stopped.recv_timeout(Duration::from_millis(100)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return self.calls.hang_up_all(),
            }
        }
    }

    fn end_calls(&mut self, now: Instant) -> Result<()> {
        let (over, standing) = self.standing.drain(..).partition(|(end, _)| *end <= now);
        self.standing = standing;
        let over: Vec<(Instant, Call)> = over;
        for (_, call) in over {
            // It may have ended by itself in this moment, which is no error.
            self.calls
                .ami()
                .send("Hangup", &[("Channel", &call.uniqueid)])?;
        }
        Ok(())
    }

    fn begin_calls(&mut self, now: Instant) -> Result<()> {
        while self.standing.len() < self.wanted && now >= self.next_call {
            let kind = self.kind();
            let exten = (kind.exten)(&mut self.random);
            let seconds = self.random.within(kind.seconds.0, kind.seconds.1);
            self.dial(&exten, now + Duration::from_secs(seconds))?;
            // A third of the calls that are missing come at once, the others one by one.
            let missing = self.wanted - self.standing.len();
            if missing * 3 <= self.wanted * 2 {
                let pause = self.random.within(100, 1500) * 10 / (self.wanted as u64).max(1);
                self.next_call = now + Duration::from_millis(pause);
            }
        }
        Ok(())
    }

    fn dial(&mut self, exten: &str, end: Instant) -> Result<()> {
        let caller = self.random.choose(&CALLERS);
        let ring = self.random.within(3, 12).to_string();
        let refuse = self.random.within(1, 3).to_string();
        let call = self.calls.call_with(
            caller.name,
            caller.number,
            exten,
            &[("__RING", &ring), ("__REFUSE", &refuse)],
        )?;
        self.standing.push((end, call));
        Ok(())
    }

    fn look_at_events(&mut self) -> Result<()> {
        while let Some(event) = self.calls.ami().next_event(Duration::ZERO)? {
            match event.event() {
                Some("Hangup") => {
                    let id = event.text("Uniqueid");
                    self.standing.retain(|(_, call)| call.uniqueid != id);
                }
                // Whom a person has parked is theirs to fetch.
                Some("ParkedCall") if self.has(&event) && self.random.within(0, 1) == 0 => {
                    let space = event.text("ParkingSpace").to_owned();
                    let seconds = self.random.within(15, 40);
                    self.dial(&space, Instant::now() + Duration::from_secs(seconds))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether it is one of these calls that was parked.
    fn has(&self, parked: &Packet) -> bool {
        let began = parked.text("ParkeeLinkedid");
        self.standing.iter().any(|(_, call)| call.uniqueid == began)
    }

    fn kind(&mut self) -> &'static Kind {
        let total: u64 = KINDS.iter().map(|kind| kind.share).sum();
        let mut at = self.random.within(0, total - 1);
        for kind in &KINDS {
            if at < kind.share {
                return kind;
            }
            at -= kind.share;
        }
        &KINDS[0]
    }
}

/// SplitMix64: small, even enough, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: Option<u64>) -> Self {
        Self(seed.unwrap_or_else(|| {
            let time = SystemTime::now().duration_since(UNIX_EPOCH);
            time.map_or(1, |time| time.as_nanos() as u64)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.within(0, from.len() as u64 - 1);
        &from[index as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn numbers_stay_within_their_limits_and_reach_them() {
        let mut random = Random::new(Some(7));
        let numbers: Vec<u64> = (0..200).map(|_| random.within(3, 6)).collect();
        for number in 3..=6 {
            assert!(numbers.contains(&number));
        }
        assert!(numbers.iter().all(|number| (3..=6).contains(number)));
    }
}
