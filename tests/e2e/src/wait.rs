//! The one way to wait.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long something may take that takes a moment, on a machine that is busy with other work.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How soon it is looked again: neither a browser nor a server can be asked to tell.
const AGAIN: Duration = Duration::from_millis(25);

/// Looks again and again until there is what is waited for. `look` says what it saw instead; the
/// last such words are told when time is up.
#[track_caller]
pub fn until<T>(what: &str, time: Duration, mut look: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + time;
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) if Instant::now() > deadline => {
                panic!("waited {time:?} until {what}; last seen: {seen}")
            }
            Err(_) => thread::sleep(AGAIN),
        }
    }
}

/// Looks again and again that something stays as it is for a while.
#[track_caller]
pub fn stays(what: &str, time: Duration, mut look: impl FnMut() -> Result<(), String>) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        if let Err(seen) = look() {
            panic!("{what} for {time:?}: no longer; seen: {seen}");
        }
        thread::sleep(AGAIN);
    }
}
