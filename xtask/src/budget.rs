//! Holds the built page to `tests/budget.json`: how large each part may be, raw and as sent.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use switchboard_lab::Home;

use crate::{page, say::say};

const FILE: &str = "tests/budget.json";

/// Parts of the budget, and the begin and the end of the names of their files.
const PARTS: [(&str, &str, &str); 6] = [
    ("module", "switchboard-", ".gzip"),
    ("doctor", "doctor-", ".gzip"),
    ("glue", "switchboard-", ".js"),
    ("boot", "boot", ".js"),
    ("style", "", ".css"),
    ("index", "index", ".html"),
];

/// Says how large everything is, and fails if anything is larger than it may be.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let text = fs::read_to_string(Home::workspace().join(FILE)).context("there is no budget")?;
    let budget: Value = serde_json::from_str(&text).context("the budget is no JSON")?;
    let mut over = Vec::new();
    for (part, begin, end) in PARTS {
        let (mut raw, mut sent) = (0, 0);
        for name in page::files(dist)? {
            if name.starts_with(begin) && name.ends_with(end) {
                let bytes =
                    fs::read(dist.join(&name)).with_context(|| format!("cannot read {name}"))?;
                raw += unpacked(&name, &bytes);
                sent += bytes.len() as u64;
            }
        }
        ensure!(sent > 0, "the page has no {begin}…{end}");
        let sizes = [("raw", raw), ("sent", sent)];
        for (kind, size) in sizes {
            let Some(most) = budget[part][kind].as_u64() else {
                continue;
            };
            say(&format!("{size:>8} of {most:>8}  {part}, {kind}"));
            if size > most {
                let why = budget[part]["why"].as_str().unwrap_or_default();
                over.push(format!("{part} has {size} bytes {kind}, not {most}: {why}"));
            }
        }
    }
    if !over.is_empty() {
        bail!("{}", over.join("\n"));
    }
    Ok(())
}

/// The length of what is packed stands at the end of the file.
fn unpacked(name: &str, bytes: &[u8]) -> u64 {
    match bytes.last_chunk() {
        Some(length) if name.ends_with(".gzip") => u64::from(u32::from_le_bytes(*length)),
        _ => bytes.len() as u64,
    }
}
