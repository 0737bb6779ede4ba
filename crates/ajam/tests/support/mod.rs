//! Recorded bodies. The tests of `switchboard-core` take this file in, too.

#![allow(dead_code)] // each test takes what it needs

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ajam::ami::message::{self, Message};
use ajam::ami::{Event, xml};
use serde::Deserialize;

/// A recorded body.
pub struct Recording {
    /// Its folder's name: the version of the server.
    pub version: String,
    /// Its file's name without the endings.
    pub name: String,
    pub body: String,
    /// How many events of each name a line-by-line count finds in it.
    pub events: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
struct Manifest {
    files: BTreeMap<String, Entry>,
}

#[derive(Deserialize, Default)]
struct Entry {
    #[serde(default)]
    events: BTreeMap<String, usize>,
}

/// Versions whose vocabulary is that of 13 and later.
pub const MODERN: [&str; 4] = ["13.38.3", "16.28.0", "20.21.0-rc1", "22.10.1"];
/// All versions of the ready-made recordings.
pub const ALL: [&str; 7] = [
    "1.4.44",
    "1.8.32.3",
    "11.25.3",
    "13.38.3",
    "16.28.0",
    "20.21.0-rc1",
    "22.10.1",
];
/// The recordings of `cargo xtask record`.
pub const OWN: [&str; 2] = ["own/16.28.0", "own/22.10.1"];

/// All of them.
pub fn everywhere() -> impl Iterator<Item = Recording> {
    ALL.into_iter().chain(OWN).flat_map(recordings)
}

/// Every recording of a version, in the order of their names.
pub fn recordings(version: &str) -> Vec<Recording> {
    let folder = folder(version);
    let manifest: Manifest =
        serde_json::from_str(&text(&folder.join("manifest.json"))).expect("manifest");
    let mut found: Vec<_> = fs::read_dir(&folder)
        .expect("folder of recordings")
        .map(|entry| entry.expect("entry").path())
        .filter_map(|path| {
            let file = path.file_name()?.to_str()?.to_owned();
            let name = file
                .strip_suffix(".gz")
                .unwrap_or(&file)
                .strip_suffix(".xml")?
                .to_owned();
            let events = manifest
                .files
                .get(&file)
                .map(|e| e.events.clone())
                .unwrap_or_default();
            Some(Recording {
                version: version.to_owned(),
                name,
                body: text(&path),
                events,
            })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// One recording.
pub fn recording(version: &str, name: &str) -> String {
    let plain = folder(version).join(format!("{name}.xml"));
    if plain.exists() {
        text(&plain)
    } else {
        text(&plain.with_extension("xml.gz"))
    }
}

fn folder(version: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ajam/tests/fixtures");
    match version.strip_prefix("own/") {
        Some(version) => fixtures.join(version),
        None => fixtures.join("many-versions").join(version),
    }
}

fn text(path: &Path) -> String {
    let mut bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|e| e == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_end(&mut plain)
            .expect("gzip");
        bytes = plain;
    }
    xml::decode(bytes)
}

/// The events of a body.
pub fn events(body: &str) -> Vec<Event<'_>> {
    let (messages, _) = message::messages(body);
    messages
        .into_iter()
        .filter_map(|message| match message {
            Message::Event(event) => Some(event),
            _ => None,
        })
        .collect()
}
