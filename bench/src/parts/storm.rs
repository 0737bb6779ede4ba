//! Calls that are started and then hung up, many a second.

use std::{
    thread,
    time::{Duration, Instant},
};

use switchboard_e2e::lab::Asterisk;

use crate::{
    process::{self, Serving},
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Open, Subject},
    stats::Samples,
};

/// Between two calls that are started, or hung up.
const PAUSE: Duration = Duration::from_millis(5);

/// Between two runs, so that what Asterisk still does of one is not counted with the next.
const REST: Duration = Duration::from_millis(500);

/// A storm without any page.
const NONE: &str = "no page";

/// What Asterisk spends on the page, in seconds.
const FOR_PAGE: &str = "Asterisk, for the page, s";

/// What the pages are to reach.
pub(crate) struct Goals {
    /// Main-thread time.
    pub(crate) time: f64,
    /// Requests, and what Asterisk spends; told of only one of the storms.
    pub(crate) rest: bool,
}

/// Starts and hangs up so many calls of two channels each, before each page in turn.
pub(crate) fn run(calls: usize, runs: usize, goals: &Goals) -> Part {
    let server = stage::serve();
    let mut samples = Samples::default();
    for run in 0..runs {
        let mut subjects = vec![None, Some(Subject::Ours), Some(Subject::ByHand)];
        // For size only.
        if run == 0 && crate::ajamdemo::folder().is_ok() {
            subjects.push(Some(Subject::Ajamdemo));
        }
        for subject in subjects {
            let name = subject.map_or(NONE, Subject::name);
            progress(&format!("{calls} calls, run {}, {name}", run + 1));
            storm(&server, subject, calls, &mut samples);
        }
    }
    Part {
        title: format!("A storm of {calls} calls"),
        lines: lines(calls, &samples, goals),
        notes: vec![format!(
            "One Originate of two Local channels every {} ms, then one Hangup every {0} ms; from \
             just before the first until the board is empty again and the page quiet. Seconds of \
             processor time: `main thread` are the tasks of the page's main thread as Chromium \
             counts them, with `script` and `layout` as parts of it; `page's process` is all \
             threads of the renderer. `requests` are all that went to the manager interface. \
             `Asterisk, for the page` are the threads that serve its connections: they format \
             and send. That other threads wake a waiting one is not in it. `Asterisk, in all` is \
             the whole process, which varies more from storm to storm than what a page costs.",
            PAUSE.as_millis()
        )],
        samples,
    }
}

fn storm(server: &Asterisk, subject: Option<Subject>, calls: usize, samples: &mut Samples) {
    let asterisk = server.process().expect("Asterisk runs");
    let others = process::threads(asterisk);
    let open = subject.map(|subject| Open::new(server, subject));
    if let Some(open) = &open {
        open.settle();
    }
    let serving = Serving::since(asterisk, &others, server.http_address());
    let mut driver = stage::driver(server);
    thread::sleep(REST);
    let (in_all, for_page) = (process::cpu(asterisk), serving.cpu());
    let before = open.as_ref().map(Open::cost);
    let begun = Instant::now();
    let standing = driver.paced_storm(calls, PAUSE).expect("calls stand");
    if let Some(open) = &open {
        open.await_rows(calls * 2);
    }
    driver
        .paced_hang_up(&standing, PAUSE)
        .expect("no call is left");
    if let Some(open) = &open {
        open.await_rows(0);
    }
    let lasted = begun.elapsed().as_secs_f64();
    if let Some(open) = &open {
        open.settle();
    }
    let name = subject.map_or(NONE, Subject::name);
    if let (Some(open), Some(before)) = (&open, before) {
        let after = open.cost();
        samples.add("main thread, s", name, after.tasks - before.tasks);
        samples.add("script, s", name, after.script - before.script);
        samples.add("layout, s", name, after.layout - before.layout);
        samples.add("page's process, s", name, after.renderer - before.renderer);
        samples.add("requests", name, after.requests - before.requests);
    }
    let in_all = process::cpu(asterisk) - in_all;
    samples.add("Asterisk, in all, s", name, in_all);
    let for_page = serving.cpu_since(&for_page);
    if open.is_some() && !for_page.is_nan() {
        samples.add(FOR_PAGE, name, for_page);
    }
    samples.add("until empty, s", name, lasted);
}

fn lines(calls: usize, samples: &Samples, goals: &Goals) -> Vec<Line> {
    let line = |what: String, goal, figures: [f64; 3]| {
        let [ours, hand, demo] = figures;
        Line {
            what,
            by_hand: format!("1 ({})", short(hand)),
            ajamdemo: short(demo / hand),
            ours: short(ours),
            figure: ours / hand,
            unit: "",
            goal,
        }
    };
    let all = |figure: &str| {
        let of = |subject: Subject| samples.median(figure, subject.name());
        [
            of(Subject::Ours),
            of(Subject::ByHand),
            of(Subject::Ajamdemo),
        ]
    };
    let mut lines = vec![line(
        format!("main-thread time of {calls} calls, s"),
        Goal::AtMost(goals.time),
        all("main thread, s"),
    )];
    let (requests, spent) = if goals.rest {
        (Goal::AtMost(0.1), Goal::AtMost(0.5))
    } else {
        (Goal::None, Goal::None)
    };
    lines.push(line(
        format!("requests in the storm of {calls} calls"),
        requests,
        all("requests"),
    ));
    lines.push(line(
        format!("processor time of Asterisk for one page, {calls} calls, s"),
        spent,
        all(FOR_PAGE),
    ));
    lines
}
