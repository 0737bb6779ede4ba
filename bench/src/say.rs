//! What the bench tells the person who runs it. Nothing else prints.

#![allow(clippy::print_stdout, clippy::print_stderr)]

/// Prints a line.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Prints a line about something that is under way or went wrong.
pub(crate) fn complain(text: &str) {
    eprintln!("{text}");
}
