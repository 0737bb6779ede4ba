//! The release archive: the built page, for people who have Asterisk and no toolchain.

use std::{env, fs, path::Path, process::Command};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use switchboard_lab::Home;

use crate::{
    install, page,
    say::say,
    setup::{self, Want},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How to install it by hand.
const INSTALL: &str = "docs/INSTALL.txt";

/// What is there to read, and what it shows.
const PAPERS: [&str; 5] = [
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/board-light.png",
];

/// Configuration of nginx and Apache, to which the README refers.
const PROXIES: &str = "docs/proxy";

/// Builds the page and packs it, with a file of checksums beside it.
pub(crate) fn run() -> Result<()> {
    setup::run(&Want::default())?;
    let dist = page::build()?;
    let folder = Home::workspace().join("target/dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let name = format!("switchboard-{VERSION}.tar.gz");
    let bytes = pack(&dist)?;
    let sum = hex(&Sha256::digest(&bytes));
    write(&folder.join(&name), &bytes)?;
    write(
        &folder.join("SHA256SUMS"),
        format!("{sum}  {name}\n").as_bytes(),
    )?;
    say(&format!(
        "{} ({} kB)\nsha256 {sum}",
        folder.join(&name).display(),
        bytes.len() / 1000
    ));
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

/// The same files give the same bytes: in order, with one time, without owner.
fn pack(dist: &Path) -> Result<Vec<u8>> {
    let root = Home::workspace();
    let top = format!("switchboard-{VERSION}");
    let mut files = vec![(format!("{top}/INSTALL.txt"), read(&root.join(INSTALL))?)];
    for name in PAPERS {
        files.push((format!("{top}/{name}"), read(&root.join(name))?));
    }
    for name in page::files(&root.join(PROXIES))? {
        let bytes = read(&root.join(PROXIES).join(&name))?;
        files.push((format!("{top}/{PROXIES}/{name}"), bytes));
    }
    let page = install::built(dist)?;
    // So that an upgrade knows what this one put there, though it was copied by hand.
    let list = install::list(&page).text().into_bytes();
    files.push((format!("{top}/switchboard/{}", install::LIST), list));
    for (name, bytes) in page {
        files.push((format!("{top}/switchboard/{name}"), bytes));
    }
    files.sort();
    let gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(gzip);
    let time = source_time();
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(time);
        archive
            .append_data(&mut header, &name, bytes.as_slice())
            .with_context(|| format!("cannot pack {name}"))?;
    }
    let gzip = archive.into_inner().context("cannot end the archive")?;
    gzip.finish().context("cannot compress the archive")
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The time of the source. It has to differ between versions: Asterisk's ETag is a file's time and
/// nothing else, so with one time for all, browsers would keep the old page.
fn source_time() -> u64 {
    let given = env::var("SOURCE_DATE_EPOCH").ok();
    let of_commit = || {
        let output = Command::new("git")
            .args(["log", "-1", "--format=%ct"])
            .current_dir(Home::workspace())
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()
    };
    given
        .or_else(of_commit)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(946_684_800)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{INSTALL, PAPERS, PROXIES};
    use switchboard_lab::Home;

    #[test]
    fn whatever_the_papers_of_the_archive_link_to_is_in_it() {
        let root = Home::workspace();
        assert!(root.join(INSTALL).is_file());
        for paper in PAPERS.iter().filter(|name| name.ends_with(".md")) {
            let text = fs::read_to_string(root.join(paper)).expect("a paper");
            let links = text
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next());
            for link in links.filter(|link| link.contains('.') && !link.contains("://")) {
                assert!(root.join(link).is_file(), "{paper} links to {link}");
                let packed = PAPERS.contains(&link) || link.starts_with(PROXIES);
                assert!(packed, "{paper} links to {link}, which is not packed");
            }
        }
    }
}
