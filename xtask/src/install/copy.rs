//! Copying the page so that a browser never meets half of it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::page;

/// What an installation may have changed: an upgrade leaves it as it is.
const SETTINGS: &str = "config.json";

/// Copies a built page. `index.html`, which names the other files, comes last, and only then do
/// files go that it does not name any more.
pub(crate) fn publish(dist: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    allow(to, 0o755)?;
    let mut names = page::files(dist)?;
    names.sort_by_key(|name| name == "index.html");
    for name in &names {
        if name == SETTINGS && to.join(name).exists() {
            continue;
        }
        replace(&dist.join(name), &to.join(name))?;
    }
    for name in page::files(to)? {
        if !names.contains(&name) && is_hashed(&name) {
            let stale = to.join(&name);
            fs::remove_file(&stale)
                .with_context(|| format!("cannot remove {}", stale.display()))?;
        }
    }
    Ok(())
}

fn replace(from: &Path, to: &Path) -> Result<()> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    fs::copy(from, &part)
        .map(drop)
        .with_context(|| format!("cannot write {}", part.display()))?;
    // Asterisk need not run as the one who copies.
    allow(&part, 0o644)?;
    fs::rename(&part, to).with_context(|| format!("cannot write {}", to.display()))
}

fn allow(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the rights of {}", path.display()))
}

/// Whether a name is one that the build gives, with a hash in it.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{is_hashed, publish};

    #[test]
    fn only_names_with_a_hash_are_taken_for_old_versions() {
        assert!(is_hashed("switchboard-0123456789abcdef.lzma"));
        assert!(is_hashed("app-0123456789abcdef.css"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("notes-of-the-administrator.txt"));
    }

    #[test]
    fn a_newer_page_takes_the_place_of_an_older_one() {
        let base = std::env::temp_dir().join(format!("switchboard-copy-{}", std::process::id()));
        let (dist, to) = (base.join("dist"), base.join("static-http/switchboard"));
        fs::create_dir_all(&dist).expect("a folder");
        fs::create_dir_all(&to).expect("a folder");
        fs::write(dist.join("index.html"), "new").expect("a file");
        fs::write(dist.join("a-00000000000000bb.js"), "new").expect("a file");
        fs::write(to.join("index.html"), "old").expect("a file");
        fs::write(dist.join("config.json"), "{}").expect("a file");
        fs::write(to.join("config.json"), "theirs").expect("a file");
        fs::write(to.join("a-00000000000000aa.js"), "old").expect("a file");
        fs::write(to.join("own.txt"), "own").expect("a file");
        publish(&dist, &to).expect("a copy");
        assert_eq!(
            fs::read_to_string(to.join("index.html")).expect("a file"),
            "new"
        );
        assert!(to.join("a-00000000000000bb.js").exists());
        assert!(!to.join("a-00000000000000aa.js").exists());
        assert!(to.join("own.txt").exists());
        let settings = fs::read_to_string(to.join("config.json"));
        assert_eq!(settings.expect("a file"), "theirs");
        fs::remove_dir_all(base).expect("a tidy end");
    }
}
