//! Compresses the modules that Trunk built, as Asterisk compresses nothing, and names each module
//! and its glue by what is in it: a proxy may then have browsers keep them for good.
//! `boot.js` unpacks the modules.

use std::{fs, num::NonZeroU64, path::Path};

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};

use switchboard_lab::{Home, Tool};

use crate::{dist::hex, page, setup};

const INDEX: &str = "index.html";

/// Packs the built page in place.
pub(crate) fn pack(dist: &Path) -> Result<()> {
    let index = dist.join(INDEX);
    let mut html = String::from_utf8(read(&index)?).context("index.html is not UTF-8")?;
    let modules: Vec<String> = page::files(dist)?
        .into_iter()
        .filter(|name| name.ends_with("_bg.wasm"))
        .collect();
    ensure!(
        modules.len() == 2,
        "there should be two modules: {modules:?}"
    );
    for module in modules {
        let stem = module.trim_end_matches("_bg.wasm");
        let glue = format!("{stem}.js");
        let plain = stem.split('-').next().unwrap_or(stem);
        let packed = gzip(&read(&dist.join(&module))?)?;
        let script = minified(&dist.join(&glue))?;
        for (old, bytes, end) in [(&module, packed, "gzip"), (&glue, script, "js")] {
            let sum = hex(&Sha256::digest(&bytes));
            let new = format!("{plain}-{}.{end}", &sum[..16]);
            ensure!(html.contains(old), "index.html does not name {old}");
            html = html.replace(old, &new);
            write(&dist.join(&new), &bytes)?;
            fs::remove_file(dist.join(old)).with_context(|| format!("cannot remove {old}"))?;
        }
    }
    write(&index, html.as_bytes())
}

/// The glue that wasm-bindgen wrote, by half as long. Trunk's own minifier does not read it.
fn minified(glue: &Path) -> Result<Vec<u8>> {
    let home = Home::find();
    Tool::new("esbuild", home.logs().join("esbuild.log"))
        .args(["--minify", "--format=esm", "--log-level=warning"])
        .args([
            "--allow-overwrite".to_owned(),
            format!("--outfile={}", glue.display()),
        ])
        .arg(glue)
        .env("PATH", setup::path(&home)?)
        .run()?;
    read(glue)
}

/// By a twentieth smaller than what flate2 makes, and unpacked alike. The same module gives the same
/// bytes: the head has neither time nor name.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    // A module has parts of many kinds. More blocks are worth more than more rounds, of which the
    // first few do nearly all.
    let options = zopfli::Options {
        iteration_count: const { NonZeroU64::new(5).unwrap() },
        maximum_block_splits: 60,
        ..zopfli::Options::default()
    };
    zopfli::compress(options, zopfli::Format::Gzip, bytes, &mut packed)?;
    Ok(packed)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
