//! What fuzzing has found worth keeping, on every run of the tests. `CONTRIBUTING.md` says how to
//! fuzz.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::fs;
use std::io::Read as _;
use std::path::Path;

use support::fuzz;

/// The files of a corpus: what fuzzing left, packed, and what was found since, one by one.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus");
    let packed = fs::File::open(folder.join(format!("{target}.tar.gz"))).expect("corpus");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
    let mut files = Vec::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("entry");
        let name = entry.path().expect("name").display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("file of the corpus");
        files.push((name, bytes));
    }
    for entry in fs::read_dir(folder.join(target)).into_iter().flatten() {
        let path = entry.expect("entry").path();
        let bytes = fs::read(&path).expect("file of the corpus");
        files.push((path.display().to_string(), bytes));
    }
    files
}

/// Runs each file of the corpus; how many there were.
fn each(target: &str, run: fn(&[u8])) -> usize {
    let files = corpus(target);
    for (name, bytes) in &files {
        let held = std::panic::catch_unwind(|| run(bytes));
        assert!(held.is_ok(), "a claim does not hold of {name}");
    }
    files.len()
}

#[test]
fn what_is_claimed_of_bodies_holds_on_the_whole_corpus() {
    assert!(each("body", fuzz::body::run) > 2000);
}

#[test]
fn what_is_claimed_of_conversations_holds_on_the_whole_corpus() {
    assert!(each("session", fuzz::session::run) > 1000);
}

#[test]
fn what_is_claimed_of_bodies_holds_on_every_recording() {
    for recording in support::everywhere().filter(|r| r.body.len() < 30_000) {
        fuzz::body::run(recording.body.as_bytes());
    }
}
