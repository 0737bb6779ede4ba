//! Copying a built page into an Asterisk, and saying which settings it still needs there.

mod check;
mod conf;
mod copy;
mod folder;
mod manifest;

pub(crate) use copy::{built, list};
pub(crate) use manifest::NAME as LIST;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};

use crate::{page, say::say};

/// What may be chosen.
pub(crate) struct Options {
    pub(crate) to: PathBuf,
    pub(crate) conf: Option<PathBuf>,
    pub(crate) check: bool,
}

/// Copies, unless only a check is wanted, and checks. The exit code tells whether all is well.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let to = fs::canonicalize(&options.to).with_context(|| {
        format!(
            "there is no folder {}. It has to be the folder static-http of Asterisk, on Debian \
             /usr/share/asterisk/static-http, often /var/lib/asterisk/static-http elsewhere",
            options.to.display()
        )
    })?;
    ensure!(to.is_dir(), "{} is not a folder", to.display());
    let page = to.join("switchboard");
    if options.check {
        if page.join("index.html").is_file() {
            say(&format!("The page is in {}.", page.display()));
        } else {
            say(&format!("The page is not in {} yet.", page.display()));
        }
    } else {
        let dist = page::folder();
        ensure!(
            dist.join("index.html").is_file(),
            "there is no built page in {}: run `cargo xtask build` first",
            dist.display()
        );
        let target = folder::Folder::open(&to)?.below("switchboard")?;
        let notes = copy::publish(&dist, &target)?;
        say(&format!("Copied the page to {}.", page.display()));
        for note in notes {
            say(&format!("- {note}"));
        }
    }
    let folder = match &options.conf {
        Some(folder) => folder.clone(),
        None => conf_beside(&to)
            .context("Asterisk's .conf files were not found: name their folder with --conf")?,
    };
    Ok(report(&check::check(&folder)?, &folder))
}

fn report(findings: &check::Findings, folder: &Path) -> ExitCode {
    say(&format!("\nThe settings in {}:", folder.display()));
    for note in &findings.notes {
        say(&format!("- {note}"));
    }
    for missing in &findings.missing {
        say(&format!("- MISSING: {missing}"));
    }
    if !findings.missing.is_empty() {
        say(
            "\nAfter the changes: `asterisk -rx 'module reload http'` and \
             `asterisk -rx 'module reload manager'`, or start Asterisk again.",
        );
        return ExitCode::FAILURE;
    }
    say(&format!(
        "\nNothing is missing. Once copied, the page is at {}",
        findings.address
    ));
    ExitCode::SUCCESS
}

/// The `.conf` files that belong to a `static-http` folder: beside it, or in the `etc` of the same
/// installation, or those of the machine.
fn conf_beside(to: &Path) -> Option<PathBuf> {
    let up = |levels: usize| to.ancestors().nth(levels).unwrap_or(Path::new("/"));
    [
        up(1).to_path_buf(),
        up(1).join("etc"),
        up(2).join("etc"),
        up(4).join("etc/asterisk"),
        PathBuf::from("/etc/asterisk"),
    ]
    .into_iter()
    .find(|folder| {
        ["http.conf", "manager.conf", "asterisk.conf"]
            .iter()
            .any(|name| folder.join(name).is_file())
    })
}
