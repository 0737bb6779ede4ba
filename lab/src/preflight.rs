//! What must be so before anything is downloaded or changed.

use std::{fmt, fs, net::TcpListener};

use crate::{Home, Release, is_provisioned, program_on_path};

/// Something that is missing, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Missing {
    /// A missing thing with its remedy.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}", self.what, self.remedy)
    }
}

/// Space that a server and the tools need, with some to spare.
const SPACE: u64 = 4 << 30;

/// What stands in the way of running servers of these releases; empty if nothing does.
///
/// Looks only; changes nothing.
pub fn preflight(home: &Home, releases: &[Release]) -> Vec<Missing> {
    let mut missing = Vec::new();
    if !is_root() {
        missing.push(Missing::new(
            "This needs root: the server runs in a small Debian of its own (debootstrap, chroot).",
            "Run it again as root, for example in a container, or with \
             `sudo env \"PATH=$PATH\" \"HOME=$HOME\" cargo xtask …`.",
        ));
    }
    if releases
        .iter()
        .all(|release| is_provisioned(home, *release))
    {
        return missing;
    }
    if !debian_family() {
        missing.push(Missing::new(
            "This is not Debian or Ubuntu, so Debian's packages of Asterisk cannot be set up here.",
            "Use a Debian or Ubuntu machine or container, or copy the page into an Asterisk that \
             you have: `cargo xtask build`, then `cargo xtask install --to FOLDER`.",
        ));
    } else if program_on_path("debootstrap").is_none() && program_on_path("apt-get").is_none() {
        missing.push(Missing::new(
            "Neither debootstrap nor apt-get was found.",
            "Install debootstrap.",
        ));
    }
    if let Some(free) = free_space(home)
        && free < SPACE
    {
        missing.push(Missing::new(
            format!(
                "{} has {} MB of free space, and about {} MB are needed.",
                home.path().display(),
                free >> 20,
                SPACE >> 20
            ),
            "Make room, or set SWITCHBOARD_HOME to a folder on another disk.",
        ));
    }
    missing
}

/// Whether this process has root's rights.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this is Debian, Ubuntu or a close relative.
pub fn debian_family() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| names_debian(&text))
}

/// Whether a TCP port of the loopback interface can be listened on.
pub fn port_is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn names_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| matches!(*name, "ID" | "ID_LIKE"))
        .flat_map(|(_, value)| value.trim_matches(['"', '\'']).split_whitespace())
        .any(|id| matches!(id, "debian" | "ubuntu"))
}

fn free_space(home: &Home) -> Option<u64> {
    // The home may not exist yet: its nearest parent that does lies on the same disk.
    let folder = home.path().ancestors().find(|folder| folder.is_dir())?;
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::names_debian;

    #[test]
    fn debian_and_its_relatives_are_told_from_others() {
        assert!(names_debian("NAME=x\nID=debian\n"));
        assert!(names_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\nID_LIKE=\"rhel\"\nNAME=debian\n"));
    }
}
