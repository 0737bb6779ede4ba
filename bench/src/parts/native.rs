//! What the core does natively, as criterion has measured it before (`bench/benches/core.rs`).

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use switchboard_e2e::lab::Home;

use crate::{
    report::{Goal, Line, Part, short},
    stats::Samples,
};

/// Reads what criterion has found.
pub(crate) fn run() -> Part {
    let mut lines = Vec::new();
    for step in ["read", "type", "apply", "console"] {
        let Some(found) = estimates(step) else {
            continue;
        };
        lines.push(Line {
            what: format!("native, {step}: MB/s of a recorded body"),
            by_hand: String::new(),
            ajamdemo: String::new(),
            ours: format!("{} events/s", short(found.events_per_second)),
            figure: found.bytes_per_second / 1e6,
            unit: " MB/s",
            goal: Goal::None,
        });
    }
    Part {
        title: "The core, native".to_owned(),
        lines,
        samples: Samples::default(),
        notes: vec![
            "criterion on the recording `burst-50` of Asterisk 22, one thread. `read`: bytes to \
             packets; `type`: bytes to all events, typed; `apply`: events to model; `console`: bytes to \
             model as the page does it, what no view reads left out."
                .to_owned(),
        ],
    }
}

struct Found {
    bytes_per_second: f64,
    events_per_second: f64,
}

fn estimates(step: &str) -> Option<Found> {
    let folder = PathBuf::from(env::var_os("SWITCHBOARD_BENCH_CRITERION")?);
    let found = read(&folder.join("core").join(step).join("new/estimates.json"))?;
    let seconds = found["median"]["point_estimate"].as_f64()? / 1e9;
    let manifest =
        read(&Home::workspace().join("crates/ajam/tests/fixtures/22.10.1/manifest.json"))?;
    let recording = &manifest["files"]["burst-50.xml.gz"];
    let events: f64 = recording["events"]
        .as_object()?
        .values()
        .filter_map(Value::as_f64)
        .sum();
    Some(Found {
        bytes_per_second: recording["bytes"].as_f64()? / seconds,
        events_per_second: events / seconds,
    })
}

fn read(file: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}
