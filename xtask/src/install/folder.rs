//! A folder of somebody else's: opened once, and never again reached by its name.
//!
//! Whoever installs may be root, and the folder may be another's, who can put links into it at any
//! moment. So nothing here follows a link, nothing writes into a file that is there already, and
//! everything is relative to the folder that was opened.

use std::{
    ffi::OsStr,
    fs::File,
    io::{Read as _, Write as _},
    os::fd::OwnedFd,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::{
    fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat},
    io::Errno,
};

use crate::dist::hex;

/// What every other user may read, and nobody else change. Asterisk need not run as who installs.
const FOLDER: u32 = 0o755;
const FILE: u32 = 0o644;
/// Everybody may write.
const OTHERS_WRITE: u32 = 0o002;

/// A folder that is open.
#[derive(Debug)]
pub(crate) struct Folder {
    handle: OwnedFd,
    path: PathBuf,
}

impl Folder {
    /// Opens a folder by its whole path, no part of which may be a link.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        ensure!(path.is_absolute(), "{} is no whole path", path.display());
        let mut handle = open_folder(CWD, Path::new("/").as_os_str())?;
        for part in path.components() {
            match part {
                Component::RootDir | Component::CurDir => {}
                Component::Normal(name) => {
                    handle = open_folder(&handle, name).with_context(|| {
                        format!(
                            "cannot open {}: {} is a link, or no folder",
                            path.display(),
                            name.display()
                        )
                    })?;
                }
                Component::ParentDir | Component::Prefix(_) => {
                    bail!("{} is no plain path", path.display());
                }
            }
        }
        let path = path.to_path_buf();
        let folder = Self { handle, path };
        folder.refuse_if_anybody_may_write()?;
        Ok(folder)
    }

    /// The folder of this name in this one; it is made if there is nothing of that name.
    pub(crate) fn below(&self, name: &str) -> Result<Self> {
        let path = self.path.join(name);
        match rustix::fs::mkdirat(&self.handle, name, Mode::from_raw_mode(0o700)) {
            Ok(()) => {
                let handle = open_folder(&self.handle, OsStr::new(name))?;
                rustix::fs::fchmod(&handle, Mode::from_raw_mode(FOLDER))
                    .with_context(|| format!("cannot set the rights of {}", path.display()))?;
                return Ok(Self { handle, path });
            }
            Err(Errno::EXIST) => {}
            Err(why) => return Err(why).context(format!("cannot create {}", path.display())),
        }
        let handle = open_folder(&self.handle, OsStr::new(name)).with_context(|| {
            format!(
                "{} is a link, or no folder: the page is copied into a real folder only. Look at \
                 it, and remove it",
                path.display()
            )
        })?;
        let folder = Self { handle, path };
        folder.refuse_if_anybody_may_write()?;
        let (owner, above) = (folder.stat()?.st_uid, self.stat()?.st_uid);
        let me = rustix::process::geteuid().as_raw();
        ensure!(
            may_own(owner, above, me),
            "{} belongs to the user with the number {owner}, who could put anything into the page. \
             Look at it, and remove it, or give it another owner",
            folder.path.display()
        );
        Ok(folder)
    }

    /// Where it was when it was opened.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is anything of this name, be it a link that leads nowhere.
    pub(crate) fn has(&self, name: &str) -> Result<bool> {
        match rustix::fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(why) => Err(why).with_context(|| self.cannot("look at", name)),
        }
    }

    /// What is in a file; none if there is no file of this name, or something that is no file, or
    /// more than `most` bytes.
    pub(crate) fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>> {
        // Not blocking: a pipe that nobody writes into would hold us for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let handle = match rustix::fs::openat(&self.handle, name, flags, Mode::empty()) {
            Ok(handle) => handle,
            Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(None),
            Err(why) => return Err(why).with_context(|| self.cannot("read", name)),
        };
        let stat = rustix::fs::fstat(&handle).with_context(|| self.cannot("read", name))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::from(handle)
            .take(most + 1)
            .read_to_end(&mut bytes)
            .with_context(|| self.cannot("read", name))?;
        let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= most);
        Ok(fits.then_some(bytes))
    }

    /// Puts a file in the place of whatever has this name: a new one, under a name that nobody can
    /// guess, which then takes the old one's place.
    pub(crate) fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let new = format!(".new-{}", random()?);
        let done = self.write_new(&new, bytes).and_then(|()| {
            rustix::fs::renameat(&self.handle, &new, &self.handle, name).map_err(Into::into)
        });
        if done.is_err() {
            let _ = rustix::fs::unlinkat(&self.handle, &new, AtFlags::empty());
        }
        done.with_context(|| self.cannot("write", name))
    }

    fn write_new(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = rustix::fs::openat(&self.handle, name, flags, Mode::from_raw_mode(0o600))?;
        rustix::fs::fchmod(&handle, Mode::from_raw_mode(FILE))?;
        let mut file = File::from(handle);
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(())
    }

    /// Removes a file or a link, never what a link leads to.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        rustix::fs::unlinkat(&self.handle, name, AtFlags::empty())
            .with_context(|| self.cannot("remove", name))
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> Result<bool> {
        let path = || format!("cannot look into {}", self.path.display());
        let handle = open_folder(&self.handle, OsStr::new(".")).with_context(path)?;
        for entry in Dir::new(handle).with_context(path)? {
            let entry = entry.with_context(path)?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn stat(&self) -> Result<Stat> {
        rustix::fs::fstat(&self.handle)
            .with_context(|| format!("cannot look at {}", self.path.display()))
    }

    fn refuse_if_anybody_may_write(&self) -> Result<()> {
        let mode = self.stat()?.st_mode;
        ensure!(
            mode & OTHERS_WRITE == 0,
            "everybody may write into {path}, and so put another page in the place of this one: \
             chmod o-w {path}",
            path = self.path.display()
        );
        Ok(())
    }

    fn cannot(&self, what: &str, name: &str) -> String {
        format!("cannot {what} {}", self.path.join(name).display())
    }
}

/// Whether a folder that was there already may be used: it is ours, or root's, or that of whoever
/// owns the folder that it lies in, who could change it anyway.
fn may_own(owner: u32, above: u32, me: u32) -> bool {
    [0, above, me].contains(&owner)
}

fn open_folder(at: impl rustix::fd::AsFd, name: &OsStr) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(at, name, flags, Mode::empty()).map_err(Into::into)
}

/// 128 bits.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("the system gives no random numbers")?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::may_own;

    #[test]
    fn a_folder_of_a_third_person_is_not_used() {
        assert!(may_own(0, 0, 0));
        assert!(may_own(100, 100, 0), "all of it is Asterisk's user's");
        assert!(may_own(1000, 0, 1000), "ours");
        assert!(!may_own(1000, 0, 0));
        assert!(!may_own(1000, 100, 0));
    }
}
