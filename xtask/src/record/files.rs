//! The files of a recording, and the list that says how each was made.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use switchboard_lab::http::Reply;

use crate::dist::hex;

/// Bodies above this size are compressed.
const LARGE: usize = 12_000;

/// The folder of a recording.
pub(crate) struct Files {
    folder: PathBuf,
    version: String,
    list: BTreeMap<String, Value>,
    bytes: usize,
}

impl Files {
    /// An empty folder for a recording; an older one in it goes.
    pub(crate) fn new(folder: &Path, version: &str) -> Result<Self> {
        if folder.join("manifest.json").is_file() {
            fs::remove_dir_all(folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_path_buf(),
            version: version.to_owned(),
            list: BTreeMap::new(),
            bytes: 0,
        })
    }

    /// Writes a body as it came.
    pub(crate) fn add(
        &mut self,
        name: &str,
        how: &str,
        request: &str,
        reply: &Reply,
        time: Duration,
    ) -> Result<()> {
        let large = reply.body.len() > LARGE;
        let name = if large {
            format!("{name}.xml.gz")
        } else {
            format!("{name}.xml")
        };
        let mut entry = Map::new();
        entry.insert("how".to_owned(), json!(how));
        entry.insert("request".to_owned(), json!(request));
        entry.insert("status".to_owned(), json!(reply.status_line));
        entry.insert(
            "seconds".to_owned(),
            json!((time.as_secs_f64() * 100.0).round() / 100.0),
        );
        entry.insert("bytes".to_owned(), json!(reply.body.len()));
        entry.insert(
            "sha256".to_owned(),
            json!(hex(&Sha256::digest(&reply.body))),
        );
        let text = reply.text();
        let events = events(&text);
        if !events.is_empty() {
            entry.insert("events".to_owned(), json!(events));
        }
        let bytes = if large {
            compress(&reply.body)?
        } else {
            reply.body.clone()
        };
        self.bytes += bytes.len();
        self.write(&name, &bytes)?;
        self.list.insert(name, Value::Object(entry));
        Ok(())
    }

    /// Writes the list, and tells how much the folder holds.
    pub(crate) fn finish(self) -> Result<usize> {
        let list = json!({
            "asterisk": self.version,
            "made by": "cargo xtask record",
            "files": self.list,
        });
        let mut text = serde_json::to_string_pretty(&list).context("cannot write the list")?;
        text.push('\n');
        self.write("manifest.json", text.as_bytes())?;
        Ok(self.bytes + text.len())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let file = self.folder.join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))
    }
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    gzip.write_all(bytes)
        .and_then(|()| gzip.finish())
        .context("cannot compress a body")
}

/// How often each event is in a body.
fn events(body: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for part in body.split(" event='").skip(1) {
        if let Some((name, _)) = part.split_once('\'') {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}
