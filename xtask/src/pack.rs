//! Makes what Trunk built as small as it can be sent: Asterisk compresses nothing.
//!
//! Style sheets become one, scripts lose their blanks, and modules are optimised, lose the long
//! names that they share with their glue, and are packed with LZMA, which `boot.js` unpacks.

mod names;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use lzma_rust2::{LzmaOptions, LzmaWriter};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use switchboard_lab::{Home, Tool};

use crate::{dist::hex, page, setup};

const INDEX: &str = "index.html";
/// What keeps its name: others refer to it from outside, or from themselves.
const BOOT: &str = "boot.js";

/// Packs the built page in place.
pub(crate) fn pack(dist: &Path) -> Result<()> {
    let index = dist.join(INDEX);
    let mut html = read(&index)?;
    html = one_sheet(dist, &html)?;
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
        let wasm = dist.join(&module);
        let mapping = optimise(&wasm)?;
        let script = dist.join(&glue);
        write(
            &script,
            names::shorten(&read(&script)?, &mapping)?.as_bytes(),
        )?;
        minify(&script)?;
        let packed = lzma(&bytes(&wasm)?)?;
        fs::remove_file(&wasm).context("cannot remove the module that was packed")?;
        let new_wasm = hashed(plain, &packed, "lzma");
        write(&dist.join(&new_wasm), &packed)?;
        let new_glue = hashed(plain, &bytes(&script)?, "js");
        fs::rename(&script, dist.join(&new_glue)).context("cannot rename the glue")?;
        for (old, new) in [(&module, &new_wasm), (&glue, &new_glue)] {
            ensure!(
                html.contains(old.as_str()),
                "index.html does not name {old}"
            );
            html = html.replace(old.as_str(), new);
        }
    }
    minify(&dist.join(BOOT))?;
    minify(&dist.join("sw.js"))?;
    write(&index, html.as_bytes())
}

/// Puts all style sheets into one, in their order, where the first of them stood.
fn one_sheet(dist: &Path, html: &str) -> Result<String> {
    let mut all = String::new();
    let mut parts = html.split("<link ");
    let mut page = parts.next().unwrap_or_default().to_owned();
    let mark = "<link one-sheet>";
    for part in parts {
        let (tag, after) = part.split_once('>').context("a tag has no end")?;
        if !tag.contains("stylesheet") {
            page.push_str("<link ");
            page.push_str(part);
            continue;
        }
        let name = tag
            .split_once("href=")
            .map(|(_, rest)| rest.trim_start_matches(['"', '.', '/']))
            .and_then(|rest| rest.split(['"', ' ']).next())
            .with_context(|| format!("a style sheet without a name: {tag}"))?;
        if all.is_empty() {
            page.push_str(mark);
        }
        all.push_str(&read(&dist.join(name))?);
        fs::remove_file(dist.join(name)).with_context(|| format!("cannot remove {name}"))?;
        page.push_str(after);
    }
    ensure!(!all.is_empty(), "index.html names no style sheet");
    let name = hashed("style", all.as_bytes(), "css");
    write(&dist.join(&name), all.as_bytes())?;
    Ok(page.replace(mark, &format!("<link href=./{name} rel=stylesheet>")))
}

/// Optimises a module for size; what is told is which names it shortened.
fn optimise(wasm: &Path) -> Result<String> {
    let home = Home::find();
    let log = home.logs().join("wasm-opt.log");
    // What it prints is the mapping, and nothing else: the log of this run only.
    let _ = fs::remove_file(&log);
    Tool::new("wasm-opt", &log)
        .args([
            "-Oz",
            // Streams of a server's functions: Leptos has them, and there is no such server.
            "--remove-exports=*intounderlying*",
            "-Oz",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
            "--minify-imports-and-exports-and-modules",
        ])
        .arg(wasm)
        .arg("-o")
        .arg(wasm)
        .env("PATH", setup::path(&home)?)
        .run()?;
    read(&log)
}

fn minify(script: &Path) -> Result<()> {
    let home = Home::find();
    Tool::new("esbuild", home.logs().join("esbuild.log"))
        .args([
            "--minify",
            "--format=esm",
            "--tree-shaking=true",
            "--allow-overwrite",
            "--log-level=warning",
        ])
        .arg(script)
        .arg(format!("--outfile={}", script.display()))
        .env("PATH", setup::path(&home)?)
        .run()
}

/// The settings that pack modules best: instructions are bytes, and know no alignment.
fn lzma(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    options.dict_size = 1 << 22;
    options.lc = 4;
    options.pb = 0;
    options.nice_len = LzmaOptions::NICE_LEN_MAX;
    options.depth_limit = 1000;
    let length = Some(bytes.len() as u64);
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, length)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

/// A name that changes with what is in the file.
fn hashed(stem: &str, bytes: &[u8], end: &str) -> String {
    let sum = hex(&Sha256::digest(bytes));
    format!("{stem}-{}.{end}", &sum[..16])
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn bytes(file: &PathBuf) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
