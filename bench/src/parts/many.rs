//! As many channels as an Asterisk with 20,000 files can have.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use switchboard_e2e::lab::{Ami, Asterisk, Calls, Originate};

use crate::{
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Open, Subject},
    stats::Samples,
};

/// Each has two files open, and Asterisk needs some for itself.
const CHANNELS: usize = 9600;

/// What happens while somebody scrolls.
const EVENTS_PER_SECOND: f64 = 200.0;

/// How long somebody scrolls, in seconds.
const SCROLL: f64 = 6.0;

/// Classes of events that a page of channels is made of.
const CLASSES: &str = "call,dialplan,system,agent";

/// Calls by which it is found out how many events one makes.
const PROBE: usize = 10;

/// Calls that stand at a time while somebody scrolls.
const FEW: usize = 10;

/// Measures log-in, scrolling and memory with all channels standing.
pub(crate) fn run(runs: usize) -> Part {
    let server = stage::serve();
    let mut calls = stage::driver(&server);
    progress(&format!("{CHANNELS} channels"));
    calls.storm(CHANNELS / 2).expect("calls stand");
    let mut traffic = Traffic::default();
    let pause = pause(&server, &mut calls, &mut traffic);
    let mut samples = Samples::default();
    for run in 0..runs {
        for subject in Subject::BOTH {
            let name = subject.name();
            progress(&format!("{CHANNELS} channels, run {}, {name}", run + 1));
            let open = Open::before_log_in(&server, subject);
            samples.add("log-in to full board, ms", name, open.log_in_to(CHANNELS));
            open.settle();
            let (process, objects) = open.memory();
            samples.add("memory of the page's process, MB", name, process / 1e6);
            samples.add("of that objects of scripts, MB", name, objects / 1e6);
            if subject == Subject::Ours {
                hands(&open, &mut samples);
            }
            let traffic = (&mut calls, &mut traffic, pause);
            scroll(&server, &open, traffic, &mut samples);
        }
    }
    part(samples)
}

fn part(samples: Samples) -> Part {
    let both = |figure: &str| {
        let of = |subject: Subject| samples.median(figure, subject.name());
        (of(Subject::Ours), of(Subject::ByHand))
    };
    let line = |what: &str, figure: f64, goal, (ours, hand): (f64, f64)| Line {
        what: format!("{CHANNELS} channels: {what}"),
        by_hand: short(hand),
        ajamdemo: String::new(),
        ours: short(ours),
        figure,
        unit: "",
        goal,
    };
    let ratio = |what, goal, (ours, hand)| line(what, ours / hand, goal, (ours, hand));
    let frames = both("frames a second");
    let lines = vec![
        ratio(
            "log-in to full board, ms",
            Goal::AtMost(0.5),
            both("log-in to full board, ms"),
        ),
        line(
            "frames a second while scrolling under 200 events a second",
            frames.0,
            Goal::AtLeast(55.0),
            frames,
        ),
        ratio(
            "memory of the page, MB",
            Goal::AtMost(1.0),
            both("memory of the page's process, MB"),
        ),
    ];
    Part {
        title: format!("{CHANNELS} channels"),
        lines,
        samples,
        notes: vec![
            "From the press on the button until the table tells of all rows and is drawn. Memory \
             is what the page's process has for itself after a collection of garbage. Frames are \
             those that the page is given to draw, while it scrolls a row and more in each, and \
             calls come and go; `events a second` is what Asterisk told of them meanwhile. \
             `a letter in Find` and `a click on a column` are from the key or the click until the \
             table is drawn anew, the wait for the next frame included; the page by hand has \
             neither."
                .to_owned(),
        ],
    }
}

/// The pause between calls that makes the wanted number of events.
fn pause(server: &Asterisk, calls: &mut Calls, traffic: &mut Traffic) -> Duration {
    let mut witness = server.ami().expect("the manager interface answers");
    witness.events(CLASSES).expect("the mask is taken");
    // What is left of the calls that stand.
    events(&mut witness);
    for _ in 0..PROBE {
        traffic.go_on(calls);
    }
    // It has begun by now, and can be ended.
    let begun = events(&mut witness);
    while traffic.end_one(calls) {}
    let events = begun + events(&mut witness);
    Duration::from_secs_f64(f64::from(events) / PROBE as f64 / EVENTS_PER_SECOND)
}

/// Calls that come and go without anybody waiting for them: a few stand at a time.
#[derive(Default)]
struct Traffic {
    number: usize,
    standing: VecDeque<String>,
}

impl Traffic {
    /// A call begins, and the oldest of a few ends.
    fn go_on(&mut self, calls: &mut Calls) {
        self.number += 1;
        let id = format!("traffic.{:08}", self.number);
        let originate = Originate::to_application("Local/100@phones/n", "Wait", "7200")
            .caller("Caller", "1001")
            .id(&id);
        let headers: Vec<(&str, &str)> = originate
            .headers()
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let ami = calls.ami();
        ami.send("Originate", &headers).expect("a call is begun");
        self.standing.push_back(id);
        if self.standing.len() > FEW {
            self.end_one(calls);
        }
        calls.ami().forget_events();
    }

    fn end_one(&mut self, calls: &mut Calls) -> bool {
        let Some(id) = self.standing.pop_front() else {
            return false;
        };
        let ami = calls.ami();
        ami.send("Hangup", &[("Channel", &id)])
            .expect("a call is ended");
        true
    }
}

/// Types into Find and takes it back, and sorts by each column and back.
fn hands(open: &Open, samples: &mut Samples) {
    let took: Value = open.browser.slow_script(HANDS, vec![]);
    for (figure, took) in [
        ("a letter in Find, ms", &took["find"]),
        ("a click on a column, ms", &took["sort"]),
    ] {
        let took = took.as_array().expect("times");
        for took in took.iter().filter_map(Value::as_f64) {
            samples.add(figure, open.subject.name(), took);
        }
    }
}

fn scroll(
    server: &Asterisk,
    open: &Open,
    (calls, traffic, pause): (&mut Calls, &mut Traffic, Duration),
    samples: &mut Samples,
) {
    let mut witness = server.ami().expect("the manager interface answers");
    witness.events(CLASSES).expect("the mask is taken");
    witness.forget_events();
    let over = AtomicBool::new(false);
    let begun = Instant::now();
    let found: Value = thread::scope(|scope| {
        scope.spawn(|| {
            let mut next = Instant::now();
            while !over.load(Ordering::Relaxed) {
                traffic.go_on(calls);
                next += pause;
                thread::sleep(next.saturating_duration_since(Instant::now()));
            }
            while traffic.end_one(calls) {}
        });
        // Whatever comes of it: the calls must end.
        let found = open.browser.try_slow_script(SCRIPT, vec![json!(SCROLL)]);
        over.store(true, Ordering::Relaxed);
        found.expect("the page scrolls")
    });
    let lasted = begun.elapsed().as_secs_f64();
    let events = events(&mut witness);
    let name = open.subject.name();
    let number = |name: &str| found[name].as_f64().unwrap_or(f64::NAN);
    samples.add(
        "frames a second",
        name,
        number("frames") / number("seconds"),
    );
    samples.add("longest frame, ms", name, number("longest"));
    samples.add("events a second", name, f64::from(events) / lasted);
}

/// How many have come.
fn events(witness: &mut Ami) -> u32 {
    let soon = Duration::from_millis(500);
    let mut events = 0;
    while witness.next_event(soon).expect("events").is_some() {
        events += 1;
    }
    events
}

/// How long each letter and each click takes.
const HANDS: &str = "
    const [done] = arguments;
    const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const timed = async (act) => {
      const begun = performance.now();
      act();
      await drawn();
      return performance.now() - begun;
    };
    const all = async () => {
      const [find, sort] = [[], []];
      const field = controls('input', 'Find', 'body')[0];
      for (const text of ['5', '50', '500', '5001', '50012', '5001', '500', '50', '5', '']) {
        const type = () => {
          field.value = text;
          field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        };
        find.push(await timed(type));
      }
      for (const head of document.querySelectorAll('[role=columnheader] button')) {
        for (let i = 0; i < 3; i++) sort.push(await timed(() => head.click()));
      }
      return { find, sort };
    };
    all().then(done);
";

/// Scrolls the table for so many seconds, a little in each frame, from one end towards the other
/// and back.
const SCRIPT: &str = "
    const [seconds, done] = arguments;
    const scrolls = (element) =>
      element.scrollHeight > element.clientHeight && getComputedStyle(element).overflowY !== 'visible';
    let box = document.querySelector('table');
    while (box && !scrolls(box)) box = box.parentElement;
    box ??= document.scrollingElement;
    const begun = performance.now();
    let [frames, longest, last, step] = [0, 0, begun, 47];
    const frame = () => {
      const now = performance.now();
      frames += 1;
      longest = Math.max(longest, now - last);
      last = now;
      const before = box.scrollTop;
      box.scrollTop = before + step;
      if (box.scrollTop === before) step = -step;
      if (now - begun < seconds * 1000) requestAnimationFrame(frame);
      else done({ frames, longest, seconds: (now - begun) / 1000 });
    };
    requestAnimationFrame(frame);
";
