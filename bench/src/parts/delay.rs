//! How long it takes from sending Originate to the new row in the page.

use std::{
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::json;
use switchboard_e2e::lab::Calls;

use crate::{
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Open, Subject},
    stats::Samples,
};

/// Calls in a row before one page.
const CALLS: usize = 12;

/// So that calls do not come in step with anything that a page does once in a while.
const PAUSE: Duration = Duration::from_millis(237);

/// Measures with so many channels standing; ours may take so many milliseconds longer.
pub(crate) fn run(standing: usize, runs: usize, most: f64) -> Part {
    let server = stage::serve();
    let mut calls = stage::driver(&server);
    calls.storm(standing / 2).expect("calls stand");
    let figure = "Originate to row, ms";
    let mut samples = Samples::default();
    // At least 24 calls before each page.
    for run in 0..runs.max(2) {
        for subject in Subject::BOTH {
            progress(&format!(
                "{standing} channels standing, run {}, {}",
                run + 1,
                subject.name()
            ));
            let open = Open::new(&server, subject);
            open.await_rows(standing);
            open.settle();
            open.browser.script::<()>(WATCH, vec![]);
            for _ in 0..CALLS {
                samples.add(figure, subject.name(), delay(&open, &mut calls));
            }
        }
    }
    let (ours, hand) = (
        samples.of(figure, Subject::Ours.name()),
        samples.of(figure, Subject::ByHand.name()),
    );
    let quartiles = format!(
        "From sending Originate to the row in the document, on one clock. The middle half of \
         them: Switchboard {} to {} ms, by hand {} to {} ms.",
        short(ours.quantile(0.25)),
        short(ours.quantile(0.75)),
        short(hand.quantile(0.25)),
        short(hand.quantile(0.75)),
    );
    Part {
        title: format!("Originate to row with {standing} channels standing"),
        lines: vec![Line {
            what: format!("Originate to row, {standing} channels standing, ms above by hand"),
            by_hand: short(hand.median()),
            ajamdemo: String::new(),
            ours: short(ours.median()),
            figure: ours.median() - hand.median(),
            unit: " ms",
            goal: Goal::AtMost(most),
        }],
        samples,
        notes: vec![quartiles],
    }
}

/// Milliseconds from sending Originate to the row.
fn delay(open: &Open, calls: &mut Calls) -> f64 {
    thread::sleep(PAUSE);
    let apart = apart(open);
    let sent = now();
    let call = calls.ring("Caller", "1001").expect("a call");
    let came: f64 = open.browser.slow_script(
        "rowTime(arguments[0]).then(arguments[arguments.length - 1]);",
        vec![json!(call.uniqueid)],
    );
    calls.hang_up(&call).expect("the call ends");
    came - apart - sent
}

/// How far the page's clock is ahead of this program's, in milliseconds: of several looks the one
/// that took least.
fn apart(open: &Open) -> f64 {
    let look = || {
        let before = now();
        let page: f64 = open
            .browser
            .script("return performance.timeOrigin + performance.now();", vec![]);
        let after = now();
        (after - before, page - f64::midpoint(before, after))
    };
    let looks = [look(), look(), look()];
    let best = looks.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or(0.0, |look| look.1)
}

fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

/// Notes when each row comes into the document. Looks only at what was added or renamed.
const WATCH: &str = "
    const now = () => performance.timeOrigin + performance.now();
    const came = new Map();
    let waiting = null;
    const saw = (row, time) => {
      const id = row.dataset?.uniqueid;
      if (id && !came.has(id)) came.set(id, time);
    };
    new MutationObserver((records) => {
      const time = now();
      for (const record of records) {
        if (record.type === 'attributes') saw(record.target, time);
        for (const node of record.addedNodes) {
          saw(node, time);
          for (const row of node.querySelectorAll?.('[data-uniqueid]') ?? []) saw(row, time);
        }
      }
      waiting?.();
    }).observe(document.body, {
      subtree: true, childList: true, attributes: true, attributeFilter: ['data-uniqueid'],
    });
    window.rowTime = (id) => new Promise((told) => {
      waiting = () => { if (came.has(id)) { waiting = null; told(came.get(id)); } };
      waiting();
    });
";
