//! A folder of one running program, inside the root of a release, and what a dead one left behind.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, Result};
use rustix::{
    fs::{FlockOperation, flock},
    process::{Pid, Signal, kill_process_group},
};

/// Where they live, inside the root of their release.
const FOLDERS: &str = "srv/switchboard";

/// Where the number of a program's process stands.
const PIDS: [&str; 3] = ["run/asterisk.pid", PROXY_PID, PHONES_PID];

/// Where a proxy writes the number of its process.
pub(crate) const PROXY_PID: &str = "run/proxy.pid";

/// Where the number of the telephones' process stands.
pub(crate) const PHONES_PID: &str = "run/phones.pid";

/// A folder of its own, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct OwnFolder {
    root: PathBuf,
    name: String,
    /// Locked while the owner lives; a folder whose file is not locked is a dead one's.
    _owner: File,
}

impl OwnFolder {
    /// Makes one with these folders in it.
    pub(crate) fn create(root: &Path, parts: &[&str]) -> Result<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(1);
        clean(root);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", process::id());
        let folder = root.join(FOLDERS).join(&name);
        for part in parts {
            fs::create_dir_all(folder.join(part)).with_context(|| {
                format!("cannot create the folder {}", folder.join(part).display())
            })?;
        }
        let owner = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("owner"))
            .context("cannot mark the folder as in use")?;
        flock(&owner, FlockOperation::NonBlockingLockExclusive).context("the folder is in use")?;
        Ok(Self {
            root: root.to_path_buf(),
            name,
            _owner: owner,
        })
    }

    /// The folder as this process sees it.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.join(FOLDERS).join(&self.name)
    }

    /// The folder as the program sees it.
    pub(crate) fn inside(&self) -> String {
        format!("/{FOLDERS}/{}", self.name)
    }

    /// The root of the release.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes one more folder in it.
    pub(crate) fn make(&self, part: &str) -> Result<()> {
        let folder = self.path().join(part);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<()> {
        let file = self.path().join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// What stands in a file; nothing if there is none.
    pub(crate) fn read(&self, name: &str) -> String {
        let bytes = fs::read(self.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.path());
    }
}

/// Ends and removes what has lost its owner.
fn clean(root: &Path) {
    let Ok(folders) = fs::read_dir(root.join(FOLDERS)) else {
        return;
    };
    for folder in folders.flatten().map(|entry| entry.path()) {
        let Ok(owner) = File::open(folder.join("owner")) else {
            continue;
        };
        if flock(&owner, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        for pid in PIDS
            .iter()
            .filter_map(|pid| running(root, &folder.join(pid)))
        {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = fs::remove_dir_all(&folder);
    }
}

/// The process of that number, if it is still that process and not another with its number.
fn running(root: &Path, pid: &Path) -> Option<Pid> {
    let text = fs::read_to_string(pid).ok()?;
    let number: i32 = text.trim().parse().ok()?;
    let its_root = fs::read_link(format!("/proc/{number}/root")).ok()?;
    (its_root == root.canonicalize().ok()?).then(|| Pid::from_raw(number))?
}
