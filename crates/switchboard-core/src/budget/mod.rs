//! What the conversation costs: events, bytes, requests and time, of the last minute.
//!
//! Bounded: a fixed number of names, each with a fixed number of seconds. Time and durations are
//! arguments; the counting itself must cost next to nothing, for it is done at every event.

mod advice;

use std::time::Duration;

pub use advice::{Advice, advise};

use ajam::time::Moment;

/// How far back is counted, in seconds.
pub const SECONDS: usize = 60;
/// How many names of events are told apart; what comes beyond is counted together.
pub const NAMES: usize = 64;
/// Bytes of a name that are kept.
const LONGEST: usize = 40;

/// How much there was of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// How many bytes, or microseconds, in all.
    pub amount: u64,
}

/// What the page spends time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// From bytes to model: one body, or one slice of it.
    Take,
    /// From model to page: one frame.
    Draw,
}

/// Seconds that come and go, the newest at `second` of the budget.
#[derive(Clone, Debug)]
struct Ring(Box<[Cell; SECONDS]>);

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    count: u32,
    amount: u32,
}

#[derive(Clone, Debug)]
struct Name {
    name: Box<str>,
    read: bool,
    ring: Ring,
}

/// What has been spent lately.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// The second that is being counted.
    second: i64,
    begun: Option<Moment>,
    /// In no order; the last is what had no place of its own.
    names: Vec<Name>,
    rest: Ring,
    requests: Ring,
    bodies: Ring,
    takes: Ring,
    draws: Ring,
    longest: [Duration; 2],
}

/// What one name came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The events' name; empty for all that had no place of its own.
    pub name: String,
    /// Whether anything here reads them.
    pub read: bool,
    /// How many, and their bytes.
    pub sum: Sum,
}

/// What was spent in a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The span: as asked for, or shorter if the page is younger.
    pub span: Duration,
    /// By name, the most bytes first.
    pub lines: Vec<Line>,
    /// All events, with their bytes.
    pub events: Sum,
    /// Requests sent.
    pub requests: u64,
    /// Answers, with all their bytes.
    pub bodies: Sum,
    /// Microseconds from bytes to model, and in how many pieces.
    pub takes: Sum,
    /// Microseconds from model to page, and in how many frames.
    pub draws: Sum,
    /// The longest single piece since the page was opened, of either.
    pub longest: [Duration; 2],
}

impl Default for Ring {
    fn default() -> Self {
        Self(Box::new([Cell::default(); SECONDS]))
    }
}

impl Ring {
    fn add(&mut self, slot: usize, amount: u64) {
        let cell = &mut self.0[slot];
        cell.count = cell.count.saturating_add(1);
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        cell.amount = cell.amount.saturating_add(amount);
    }

    /// Of so many seconds up to this one.
    fn sum(&self, second: i64, seconds: usize) -> Sum {
        let mut sum = Sum::default();
        for back in 0..seconds.min(SECONDS) {
            let cell = self.0[slot(second - back as i64)];
            sum.count += u64::from(cell.count);
            sum.amount += u64::from(cell.amount);
        }
        sum
    }
}

/// The most bytes first. They are few: the library's own sort would be more code than all of this.
fn order(lines: &mut [Line]) {
    for from in 1..lines.len() {
        for at in (1..=from).rev() {
            let (a, b) = (&lines[at - 1], &lines[at]);
            if (a.sum.amount, &b.name) >= (b.sum.amount, &a.name) {
                break;
            }
            lines.swap(at - 1, at);
        }
    }
}

fn slot(second: i64) -> usize {
    second.rem_euclid(SECONDS as i64) as usize
}

impl Budget {
    /// Counts an event of this name. `read` says whether anything here reads it; `bytes` are those
    /// of its packet.
    pub fn event(&mut self, name: &str, read: bool, bytes: usize, now: Moment) {
        self.roll(now);
        let slot = slot(self.second);
        let ring = match self.names.iter().position(|known| *known.name == *name) {
            Some(at) => {
                // What comes often is found soon.
                let before = at / 2;
                self.names.swap(at, before);
                &mut self.names[before].ring
            }
            None if self.names.len() < NAMES && name.len() <= LONGEST => {
                self.names.push(Name {
                    name: name.into(),
                    read,
                    ring: Ring::default(),
                });
                let last = self.names.len() - 1;
                &mut self.names[last].ring
            }
            None => &mut self.rest,
        };
        ring.add(slot, bytes as u64);
    }

    /// Counts a request.
    pub fn request(&mut self, now: Moment) {
        self.roll(now);
        self.requests.add(slot(self.second), 0);
    }

    /// Counts an answer of so many bytes.
    pub fn body(&mut self, bytes: usize, now: Moment) {
        self.roll(now);
        self.bodies.add(slot(self.second), bytes as u64);
    }

    /// Counts time that was spent, in one piece.
    pub fn spent(&mut self, work: Work, time: Duration, now: Moment) {
        self.roll(now);
        let (ring, longest) = match work {
            Work::Take => (&mut self.takes, &mut self.longest[0]),
            Work::Draw => (&mut self.draws, &mut self.longest[1]),
        };
        ring.add(slot(self.second), time.as_micros() as u64);
        *longest = time.max(*longest);
    }

    /// What the last `seconds` whole seconds came to, at most [`SECONDS`]` - 1`. The second that
    /// has just begun is left out.
    pub fn report(&mut self, seconds: usize, now: Moment) -> Report {
        self.roll(now);
        let age = self.begun.map_or(0, |begun| now.since(begun).as_secs());
        let seconds = seconds.min(SECONDS - 1).min(age as usize).max(1);
        let last = self.second - 1;
        let mut lines: Vec<Line> = self
            .names
            .iter()
            .map(|known| Line {
                name: known.name.to_string(),
                read: known.read,
                sum: known.ring.sum(last, seconds),
            })
            .chain([Line {
                name: String::new(),
                read: true,
                sum: self.rest.sum(last, seconds),
            }])
            .filter(|line| line.sum.count > 0)
            .collect();
        order(&mut lines);
        let events = lines.iter().fold(Sum::default(), |all, line| Sum {
            count: all.count + line.sum.count,
            amount: all.amount + line.sum.amount,
        });
        Report {
            span: Duration::from_secs(seconds as u64),
            lines,
            events,
            requests: self.requests.sum(last, seconds).count,
            bodies: self.bodies.sum(last, seconds),
            takes: self.takes.sum(last, seconds),
            draws: self.draws.sum(last, seconds),
            longest: self.longest,
        }
    }

    /// Goes on to the second of `now`: what is older than a minute falls out.
    fn roll(&mut self, now: Moment) {
        self.begun.get_or_insert(now);
        let second = now.millis().div_euclid(1000);
        let passed = second - self.second;
        if passed <= 0 {
            return;
        }
        let names = self.names.iter_mut().map(|name| &mut name.ring);
        let others = [
            &mut self.rest,
            &mut self.requests,
            &mut self.bodies,
            &mut self.takes,
            &mut self.draws,
        ];
        for ring in names.chain(others) {
            for step in 0..passed.min(SECONDS as i64) {
                ring.0[slot(second - step)] = Cell::default();
            }
        }
        self.second = second;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_millis(seconds * 1000)
    }

    #[test]
    fn names_come_by_their_bytes_and_fall_out_after_their_time() {
        let mut budget = Budget::default();
        budget.event("Hangup", true, 300, at(0));
        for _ in 0..3 {
            budget.event("VarSet", false, 200, at(1));
        }
        let report = budget.report(10, at(2));
        let lines: Vec<_> = report
            .lines
            .iter()
            .map(|line| (&*line.name, line.sum.count, line.sum.amount))
            .collect();
        assert_eq!(lines, [("VarSet", 3, 600), ("Hangup", 1, 300)]);
        assert_eq!((report.events.count, report.events.amount), (4, 900));
        assert_eq!(report.span, Duration::from_secs(2));
        assert_eq!(budget.report(1, at(2)).lines.len(), 1);
        assert!(budget.report(10, at(12)).lines.is_empty());
        assert_eq!(budget.report(59, at(12)).events.count, 4);
        assert!(budget.report(59, at(120)).lines.is_empty());
    }

    #[test]
    fn a_flood_of_names_is_counted_in_bounded_memory() {
        let mut budget = Budget::default();
        for n in 0..10_000 {
            budget.event(&format!("Event{n}"), true, 1, at(0));
        }
        budget.event(&"x".repeat(1000), true, 1, at(0));
        let report = budget.report(10, at(1));
        assert_eq!(report.lines.len(), NAMES + 1);
        assert_eq!(report.events.count, 10_001);
    }

    #[test]
    fn requests_bytes_and_time_are_summed_apart() {
        let mut budget = Budget::default();
        budget.request(at(0));
        budget.request(at(1));
        budget.body(1000, at(1));
        budget.spent(Work::Take, Duration::from_micros(700), at(1));
        budget.spent(Work::Take, Duration::from_micros(300), at(1));
        budget.spent(Work::Draw, Duration::from_micros(50), at(1));
        let report = budget.report(10, at(3));
        assert_eq!(report.requests, 2);
        assert_eq!(report.bodies.amount, 1000);
        assert_eq!((report.takes.count, report.takes.amount), (2, 1000));
        assert_eq!(report.draws.amount, 50);
        assert_eq!(report.longest[0], Duration::from_micros(700));
    }

    #[test]
    fn what_happens_in_a_second_is_told_when_it_is_over() {
        let mut budget = Budget::default();
        budget.event("Hangup", true, 300, at(5));
        assert!(budget.report(10, at(5)).lines.is_empty());
        assert_eq!(budget.report(10, at(6)).lines.len(), 1);
    }
}
