//! Makes what Trunk built as small as it can be sent: Asterisk compresses nothing.
//!
//! The style sheets of the log-in form become one, scripts lose their blanks, and modules are
//! optimised, put in an order that packs well, lose the long names that they share with their glue,
//! and are packed with LZMA, all other style behind them. `boot.js` unpacks them.

mod glue;
mod names;
mod order;
mod streams;

use std::{fs, path::Path};

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
    let style = take_style(dist, &html)?;
    html = style.html;
    let old = "data-wasm=";
    ensure!(html.contains(old), "index.html names no module");
    html = html.replace(old, &format!("data-style={} {old}", style.later.len()));
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
        let packed = lzma(
            &[
                streams::part(&bytes(&wasm)?)?,
                style.later.clone().into_bytes(),
            ]
            .concat(),
        )?;
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

/// The sheets that the log-in form needs; a module draws all that others are for.
const FIRST: [&str; 4] = ["tokens-", "base-", "header-", "log-in-"];

struct Style {
    /// The page, which names one sheet: that of the form.
    html: String,
    /// The sheets that are of no use before a module is there.
    later: String,
}

/// Puts the style sheets of the log-in form into one, where the first of them stood, and takes the
/// others out. Each keeps its place among its like.
fn take_style(dist: &Path, html: &str) -> Result<Style> {
    let (mut first, mut later) = (String::new(), String::new());
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
        let text = read(&dist.join(name))?;
        if FIRST.iter().any(|known| name.starts_with(known)) {
            ensure!(later.is_empty(), "{name} would come before what it follows");
            if first.is_empty() {
                page.push_str(mark);
            }
            first.push_str(&text);
        } else {
            later.push_str(&text);
        }
        fs::remove_file(dist.join(name)).with_context(|| format!("cannot remove {name}"))?;
        page.push_str(after);
    }
    ensure!(!first.is_empty(), "index.html names no style sheet");
    let name = hashed("style", first.as_bytes(), "css");
    write(&dist.join(&name), first.as_bytes())?;
    let html = page.replace(mark, &format!("<link href=./{name} rel=stylesheet>"));
    Ok(Style { html, later })
}

/// Optimises a module for size; what is told is which names it shortened.
fn optimise(wasm: &Path) -> Result<String> {
    run_wasm_opt(
        wasm,
        &[
            // What lies lowest is the end of the stack, where nothing is read or written.
            "--low-memory-unused",
            // What is called once stays a function, unless it is tiny: it is like others then.
            "--one-caller-inline-max-function-size=20",
            "--always-inline-max-function-size=0",
            "-Oz",
            // Streams of a server's functions: Leptos has them, and there is no such server.
            "--remove-exports=*intounderlying*",
            "-Oz",
            "--strip-debug",
            "--strip-producers",
        ],
    )?;
    write(wasm, &order::name(&bytes(wasm)?)?)?;
    run_wasm_opt(
        wasm,
        &[
            "--reorder-functions-by-name",
            "--strip-debug",
            "--strip-target-features",
            "--minify-imports-and-exports-and-modules",
        ],
    )
}

/// Has wasm-opt change a module in place; what is told is what it printed.
fn run_wasm_opt(wasm: &Path, options: &[&str]) -> Result<String> {
    let home = Home::find();
    let log = home.logs().join("wasm-opt.log");
    // What it prints of names is read: the log of this run only.
    let _ = fs::remove_file(&log);
    Tool::new("wasm-opt", &log)
        .args(options)
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

/// The settings that pack streams of instructions and numbers best: bytes, which know no alignment.
fn lzma(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    options.dict_size = 1 << 22;
    options.lc = 2;
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

fn bytes(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
