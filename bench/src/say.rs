//! What the bench tells the person who runs it. Nothing else prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

/// Prints a line of the report.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Prints what is under way.
pub(crate) fn progress(text: &str) {
    eprintln!("  ... {text}");
}

/// Prints a line about something that went wrong.
pub(crate) fn complain(text: &str) {
    eprintln!("{text}");
}
