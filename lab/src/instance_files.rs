//! The folder of an instance, inside the root of its release, and what a dead one left behind.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, Result};
use rustix::{
    fs::{FlockOperation, flock},
    process::{Pid, Signal, kill_process_group},
};

use crate::{Settings, conf, provision::module_folder};

/// Where instances live, inside the root of their release.
const INSTANCES: &str = "srv/switchboard";

/// The folder of one instance, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct InstanceFiles {
    root: PathBuf,
    name: String,
    /// Locked while the owner lives; a folder whose file is not locked is a dead one's.
    _owner: File,
}

impl InstanceFiles {
    pub(crate) fn create(root: &Path) -> Result<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(1);
        clean(root);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", process::id());
        let folder = root.join(INSTANCES).join(&name);
        for part in [
            "etc",
            "run",
            "log",
            "spool",
            "db",
            "data/static-http",
            "data/moh",
        ] {
            fs::create_dir_all(folder.join(part)).with_context(|| {
                format!("cannot create the folder {}", folder.join(part).display())
            })?;
        }
        let owner = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("owner"))
            .context("cannot mark the instance's folder as in use")?;
        flock(&owner, FlockOperation::NonBlockingLockExclusive)
            .context("the instance's folder is in use")?;
        let files = Self {
            root: root.to_path_buf(),
            name,
            _owner: owner,
        };
        files.link_data()?;
        fs::write(files.folder().join("data/moh/hold.ulaw"), hold_music())
            .context("cannot write the music on hold")?;
        Ok(files)
    }

    /// The folder as this process sees it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join(INSTANCES).join(&self.name)
    }

    /// The folder as Asterisk sees it.
    pub(crate) fn inside(&self) -> String {
        format!("/{INSTANCES}/{}", self.name)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn configure(
        &self,
        settings: &Settings,
        http_port: u16,
        ami_port: u16,
        driver_secret: &str,
    ) -> Result<()> {
        let modules = module_folder(&self.root)?;
        let place = conf::Place {
            folder: &self.inside(),
            modules: &modules,
            http_port,
            ami_port,
            driver_secret,
        };
        for (name, text) in conf::files(settings, &place) {
            let file = self.folder().join("etc").join(name);
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }

    /// Copies a folder to `static-http/switchboard`, in place of what is there.
    pub(crate) fn publish(&self, page: &Path) -> Result<()> {
        let to = self.folder().join("data/static-http/switchboard");
        if to.exists() {
            fs::remove_dir_all(&to).with_context(|| format!("cannot remove {}", to.display()))?;
        }
        copy(page, &to).with_context(|| {
            format!(
                "cannot copy the page from {}: build it first with `cargo xtask build`",
                page.display()
            )
        })
    }

    /// Asterisk's own data, except what each instance has for itself.
    fn link_data(&self) -> Result<()> {
        let data = self.root.join("usr/share/asterisk");
        let entries =
            fs::read_dir(&data).with_context(|| format!("cannot look into {}", data.display()))?;
        for entry in entries {
            let name = entry
                .context("cannot look into Asterisk's data")?
                .file_name();
            if name == "static-http" || name == "moh" {
                continue;
            }
            let target = Path::new("/usr/share/asterisk").join(&name);
            symlink(target, self.folder().join("data").join(&name))
                .context("cannot link Asterisk's data")?;
        }
        Ok(())
    }
}

impl Drop for InstanceFiles {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.folder());
    }
}

/// Ends and removes instances whose owner has died without doing so.
fn clean(root: &Path) {
    let Ok(folders) = fs::read_dir(root.join(INSTANCES)) else {
        return;
    };
    for folder in folders.flatten().map(|entry| entry.path()) {
        let Ok(owner) = File::open(folder.join("owner")) else {
            continue;
        };
        if flock(&owner, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        if let Some(pid) = running(root, &folder) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = fs::remove_dir_all(&folder);
    }
}

/// The process of an instance, if it is still that process and not another with its number.
fn running(root: &Path, folder: &Path) -> Option<Pid> {
    let text = fs::read_to_string(folder.join("run/asterisk.pid")).ok()?;
    let number: i32 = text.trim().parse().ok()?;
    let its_root = fs::read_link(format!("/proc/{number}/root")).ok()?;
    (its_root == root.canonicalize().ok()?).then(|| Pid::from_raw(number))?
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Four seconds of a soft tone in mu-law: with no file at all, Asterisk has no music class, and
/// then raises no events of music on hold.
fn hold_music() -> Vec<u8> {
    // One period of a 250 Hz triangle at 8,000 samples a second, as mu-law codes of low amplitude.
    const PERIOD: [u8; 32] = [
        0xff, 0xfa, 0xf5, 0xf0, 0xec, 0xea, 0xe8, 0xe6, 0xe5, 0xe6, 0xe8, 0xea, 0xec, 0xf0, 0xf5,
        0xfa, 0x7f, 0x7a, 0x75, 0x70, 0x6c, 0x6a, 0x68, 0x66, 0x65, 0x66, 0x68, 0x6a, 0x6c, 0x70,
        0x75, 0x7a,
    ];
    PERIOD.repeat(1000)
}
