//! What the commands tell the person who runs them. Nothing else prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::Result;

/// Prints a line.
pub(crate) fn say(text: &str) {
    println!("{text}");
    let _ = std::io::stdout().flush();
}

/// Prints a line about something that went wrong.
pub(crate) fn complain(text: &str) {
    eprintln!("{text}");
}

/// Does something that takes its time, and tells what, and how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(&format!("  ... {what}"));
    let begin = Instant::now();
    let result = work();
    let word = if result.is_ok() { "done" } else { "FAILED" };
    say(&format!("  {word}: {what} ({})", duration(begin.elapsed())));
    result
}

/// A time in words: `0.4 s`, `75 s`.
pub(crate) fn duration(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} s", time.as_secs())
    }
}
