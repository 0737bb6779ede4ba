//! Calls that are started and hung up at once.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use switchboard_e2e::lab::{Asterisk, Calls};

use crate::{
    process, say::complain,
    stage::{self, Open, Subject},
    stats::Sample,
};

/// Between two calls that are started, or hung up.
const PAUSE: Duration = Duration::from_millis(5);

/// What a repetition gives, by name.
type Figures = Vec<(&'static str, f64)>;

/// Starts and hangs up so many calls of two channels each, before each page in turn.
pub(crate) fn run(calls: usize, runs: usize) -> String {
    let server = stage::serve();
    let mut samples: BTreeMap<(&str, &str), Sample> = BTreeMap::new();
    for run in 0..runs {
        for subject in [None, Some(Subject::Ours), Some(Subject::ByHand)] {
            let name = subject.map_or("no page", Subject::name);
            let figures = storm(&server, subject, calls);
            complain(&format!("  {calls} calls, {run}, {name}: {figures:?}"));
            for (figure, value) in figures {
                samples.entry((figure, name)).or_default().add(value);
            }
        }
    }
    let mut text = format!("Storm of {calls} calls, {runs} runs: median (least to greatest)\n");
    for ((figure, name), sample) in &samples {
        let (least, greatest) = sample.range();
        let _ = writeln!(
            text,
            "  {figure:12} {name:8} {:9.3} ({least:.3} to {greatest:.3})",
            sample.median()
        );
    }
    for figure in ["tasks", "main", "renderer", "requests"] {
        let ours = samples[&(figure, "ours")].median();
        let hand = samples[&(figure, "by hand")].median();
        let _ = writeln!(text, "  {figure:12} ratio {:.3}", ours / hand);
    }
    let none = samples[&("asterisk", "no page")].median();
    let ours = samples[&("asterisk", "ours")].median() - none;
    let hand = samples[&("asterisk", "by hand")].median() - none;
    let _ = writeln!(text, "  asterisk     ratio {:.3}", ours / hand);
    text
}

fn storm(server: &Asterisk, subject: Option<Subject>, calls: usize) -> Figures {
    let open = subject.map(|subject| Open::new(server, subject));
    let mut driver = Calls::on(server).expect("the manager interface answers");
    // Answers to Originate, and Hangup, are all that it needs; reading costs processor time too.
    driver.ami().events("call").expect("the mask is taken");
    if let Some(open) = &open {
        open.settle();
    }
    let asterisk = server.process().expect("Asterisk runs");
    let served = process::cpu(asterisk);
    let before = open.as_ref().map(Open::cost);
    let begun = std::time::Instant::now();
    let standing = driver.paced_storm(calls, PAUSE).expect("calls stand");
    let rows = i64::try_from(calls * 2).expect("a number of rows");
    if let Some(open) = &open {
        open.await_rows(rows);
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
    let mut figures = vec![
        ("asterisk", process::cpu(asterisk) - served),
        ("seconds", lasted),
    ];
    if let (Some(open), Some(before)) = (&open, before) {
        let after = open.cost();
        figures.extend([
            ("tasks", after.tasks - before.tasks),
            ("script", after.script - before.script),
            ("layout", after.layout - before.layout),
            ("main", after.main - before.main),
            ("renderer", after.renderer - before.renderer),
            ("requests", after.requests - before.requests),
        ]);
    }
    figures
}
