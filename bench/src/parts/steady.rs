//! Whether the page grows while calls come and go.

use std::time::Duration;

use crate::{
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Open, Subject},
    stats::Samples,
};

/// Calls of two channels each in one wave, all of them standing at its height.
const CALLS: usize = 400;

/// Between two calls that are started, or hung up.
const PAUSE: Duration = Duration::from_millis(4);

/// The first fill what is filled once: buffers, compiled code, and the ids of 16,384 channels that
/// have ended, which the page remembers.
const WARM: usize = 21;
const WAVES: usize = 25;

/// What is held against the wave behind the warming up, and by how much it may be above: objects
/// of scripts by as much as the browser's own counting wavers, all else by nothing.
const KEPT: [(&str, f64); 4] = [
    ("objects of scripts, kB", 1.05),
    ("memory of the module, kB", 1.0),
    ("nodes of the document", 1.0),
    ("listeners", 1.0),
];

/// Waves of calls before one page, which is looked at whenever it is empty.
pub(crate) fn run() -> Part {
    let server = stage::serve();
    let open = Open::new(&server, Subject::Ours);
    let mut driver = stage::driver(&server);
    let mut waves: Vec<[f64; 4]> = Vec::new();
    for wave in 0..WAVES {
        progress(&format!("{CALLS} calls, wave {}", wave + 1));
        let standing = driver.paced_storm(CALLS, PAUSE).expect("calls stand");
        open.await_rows_inside(CALLS * 2);
        driver
            .paced_hang_up(&standing, PAUSE)
            .expect("no call is left");
        open.await_rows_inside(0);
        let [objects, module, nodes, listeners] = open.kept();
        waves.push([objects / 1e3, module / 1e3, nodes, listeners]);
    }
    let mut samples = Samples::default();
    for kept in &waves[WARM - 1..] {
        for ((what, _), kept) in KEPT.iter().zip(kept) {
            samples.add(what, Subject::Ours.name(), *kept);
        }
    }
    Part {
        title: "Calls that come and go".to_owned(),
        lines: lines(waves[WARM - 1], waves[WAVES - 1]),
        samples,
        notes: vec![format!(
            "{WAVES} waves of {CALLS} calls that start, stand and are hung up. What the page keeps \
             after each, with its litter collected: the last wave against wave {WARM}, by which the \
             page remembers as many ended channels as it ever will, and below all from then on. The \
             driver asks the page nothing meanwhile: each question leaves about a hundred bytes in \
             the browser."
        )],
    }
}

fn lines(first: [f64; 4], last: [f64; 4]) -> Vec<Line> {
    let all = KEPT.iter().zip(first.into_iter().zip(last));
    all.map(|((what, most), (first, last))| Line {
        what: format!(
            "{what}: after {} calls, against {}",
            WAVES * CALLS,
            WARM * CALLS
        ),
        by_hand: String::new(),
        ajamdemo: String::new(),
        ours: format!("{} → {}", short(first), short(last)),
        figure: last / first,
        unit: "",
        goal: Goal::AtMost(*most),
    })
    .collect()
}
