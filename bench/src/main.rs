//! What the page costs, against pages that do the same: run as `cargo xtask bench`.
//!
//! Every figure is a ratio (or a difference) of medians of one run on one machine, in which the
//! pages take turns. Seconds depend on the machine; ratios much less so.

mod parts;
mod process;
mod say;
mod stage;
mod stats;

use std::process::ExitCode;

use say::{complain, say};

fn main() -> ExitCode {
    let mut runs = 3;
    let mut only = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--runs", Some(number)) => runs = number.parse().unwrap_or(runs),
            ("--only", Some(part)) => only.push(part),
            _ => {
                complain(&format!("unknown: {arg}"));
                return ExitCode::FAILURE;
            }
        }
    }
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    if wanted("storm") {
        say(&parts::storm::run(500, runs));
    }
    if wanted("big-storm") {
        say(&parts::storm::run(2000, runs));
    }
    if wanted("delay") {
        say(&parts::delay::run(1000, runs));
        say(&parts::delay::run(4000, runs));
    }
    ExitCode::SUCCESS
}
