//! What fuzzing has found worth keeping, on every run of the tests. `CONTRIBUTING.md` says how to
//! fuzz.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::fs;
use std::path::Path;

use support::fuzz;

/// Runs each file of the corpus; how many there were.
fn each(target: &str, run: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/corpus")
        .join(target);
    let files = fs::read_dir(&folder).expect("corpus");
    let mut count = 0;
    for file in files {
        let path = file.expect("entry").path();
        let bytes = fs::read(&path).expect("file of the corpus");
        let held = std::panic::catch_unwind(|| run(&bytes));
        assert!(held.is_ok(), "a claim does not hold of {}", path.display());
        count += 1;
    }
    count
}

#[test]
fn what_is_claimed_of_bodies_holds_on_the_whole_corpus() {
    assert!(each("body", fuzz::body::run) > 100);
}

#[test]
fn what_is_claimed_of_conversations_holds_on_the_whole_corpus() {
    assert!(each("session", fuzz::session::run) > 100);
}

#[test]
fn what_is_claimed_of_bodies_holds_on_every_recording() {
    for recording in support::everywhere().filter(|r| r.body.len() < 30_000) {
        fuzz::body::run(recording.body.as_bytes());
    }
}
