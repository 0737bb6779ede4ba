//! What the page costs, against pages that do the same: run as `cargo xtask bench`.
//!
//! Every figure is a ratio (or a difference) of medians of one run on one machine, in which the
//! pages take turns. Seconds depend on the machine; ratios much less so.

mod ajamdemo;
mod machine;
mod parts;
mod process;
mod report;
mod say;
mod stage;
mod stats;

use std::{fs, panic, process::ExitCode, time::Instant};

use parts::{body, delay, idle, many, native, steady, storm, view};
use report::Part;
use say::{complain, say};
use switchboard_e2e::lab::Home;

/// Measures with so many runs.
type Measure = fn(usize) -> Vec<Part>;

/// The parts by name, in the order in which they are run.
const PARTS: [(&str, Measure); 9] = [
    ("native", |_| vec![native::run()]),
    ("body", |runs| vec![body::run(runs)]),
    ("view", |runs| vec![view::run(runs)]),
    ("storm", |runs| {
        vec![storm::run(
            500,
            runs,
            &storm::Goals {
                time: 0.4,
                rest: true,
            },
        )]
    }),
    ("big-storm", |runs| {
        // It takes long, and differs little from run to run.
        vec![storm::run(
            2000,
            runs.div_ceil(2),
            &storm::Goals {
                time: 0.25,
                rest: false,
            },
        )]
    }),
    ("delay", |runs| {
        vec![delay::run(1000, runs, 13.0), delay::run(4000, runs, 15.0)]
    }),
    ("many", |runs| vec![many::run(runs)]),
    ("steady", |_| vec![steady::run()]),
    ("idle", |_| vec![idle::run()]),
];

struct Options {
    runs: usize,
    only: Vec<String>,
    write: bool,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            complain(&error);
            return ExitCode::FAILURE;
        }
    };
    let mut found = Vec::new();
    let mut failed = Vec::new();
    for (name, run) in PARTS {
        if !options.only.is_empty() && !options.only.iter().any(|one| one == name) {
            continue;
        }
        say(&format!("{name} ..."));
        let begun = Instant::now();
        // One that breaks says why, and the others are still worth running.
        match panic::catch_unwind(|| run(options.runs)) {
            Ok(parts) => found.extend(parts),
            Err(_) => failed.push(name),
        }
        say(&format!("  {:.0} s", begun.elapsed().as_secs_f64()));
    }
    let text = document(&found);
    say(&text);
    if options.write && failed.is_empty() {
        let file = Home::workspace().join("BENCHMARKS.md");
        if let Err(error) = fs::write(&file, text) {
            complain(&format!("cannot write {}: {error}", file.display()));
            return ExitCode::FAILURE;
        }
    }
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        complain(&format!("these parts broke: {}", failed.join(", ")));
        ExitCode::FAILURE
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        runs: 3,
        only: Vec::new(),
        write: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--runs" => {
                options.runs = args
                    .next()
                    .and_then(|text| text.parse().ok())
                    .filter(|runs| *runs > 0)
                    .ok_or("--runs takes a number")?;
            }
            "--only" => {
                let name = args.next().unwrap_or_default();
                if !PARTS.iter().any(|(part, _)| *part == name) {
                    let parts = PARTS.map(|(part, _)| part).join(", ");
                    return Err(format!("there is no part {name}; there are {parts}"));
                }
                options.only.push(name);
            }
            "--write" => options.write = true,
            other => return Err(format!("what is {other}?")),
        }
    }
    Ok(options)
}

fn document(found: &[Part]) -> String {
    let server = stage::serve();
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench`, which says in `bench/README.md` what is compared with what. \
         All figures are medians of one run, in which the pages took turns; `figure` is \
         Switchboard's part of what the page by hand (or, for the idle page, ajamdemo) took, \
         unless it has a unit.\n\n{}\n{}",
        machine::description(&server),
        report::markdown(found)
    )
}
