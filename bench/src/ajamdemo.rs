//! Asterisk's own page, `static-http/ajamdemo.html`. Debian's packages leave it out, and its licence
//! is another than this project's: so it is taken from Debian's source package when it is needed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use switchboard_e2e::lab::{Home, Release};

const FILES: [&str; 4] = ["ajamdemo.html", "astman.js", "astman.css", "prototype.js"];

/// The folder with its files, or why it is not to be had.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let home = Home::find();
    let folder = home.path().join("bench/ajamdemo");
    if is_there(&folder) {
        return Ok(folder);
    }
    let root = home.asterisk(Release::V22);
    let version = version(&root)?;
    let source = format!("asterisk_{version}.orig.tar.xz");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let archive = folder.join("source.tar.xz");
    let url = format!("{}/pool/main/a/asterisk/{source}", mirror(&root)?);
    // Knows apt's proxy, and is wherever apt is.
    run(Command::new("/usr/lib/apt/apt-helper")
        .arg("download-file")
        .args([&url, &archive.display().to_string()]))?;
    run(Command::new("tar")
        .args(["--extract", "--xz", "--wildcards", "--strip-components=2"])
        .arg("--file")
        .arg(&archive)
        .arg("--directory")
        .arg(&folder)
        .args(FILES.map(|name| format!("*/static-http/{name}"))))?;
    let _ = fs::remove_file(&archive);
    if is_there(&folder) {
        Ok(folder)
    } else {
        Err(format!("{source} does not hold it"))
    }
}

fn is_there(folder: &Path) -> bool {
    FILES.iter().all(|name| folder.join(name).is_file())
}

/// The upstream part of the installed package's version, as the source's file has it.
fn version(root: &Path) -> Result<String, String> {
    let whole = run(Command::new("chroot").arg(root).args([
        "dpkg-query",
        "--show",
        "--showformat=${source:Upstream-Version}",
        "asterisk",
    ]))?;
    let (_, version) = whole.rsplit_once(':').unwrap_or(("", &whole));
    Ok(version.trim().to_owned())
}

fn mirror(root: &Path) -> Result<String, String> {
    let list = fs::read_to_string(root.join("etc/apt/sources.list")).unwrap_or_default();
    list.split_whitespace()
        .find(|word| word.starts_with("http"))
        .map(|uri| uri.trim_end_matches('/').to_owned())
        .ok_or_else(|| "Asterisk's own small Debian names no mirror".to_owned())
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{}: {}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}
