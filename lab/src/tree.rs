//! Removing a folder that has been somebody's root folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Removes a folder and all in it. What an interrupted debootstrap left mounted below it
/// is unmounted first: deleting through such a mount would reach into the machine's own `/proc`.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    if fs::symlink_metadata(folder).is_err() {
        return Ok(());
    }
    let folder = folder
        .canonicalize()
        .with_context(|| format!("cannot look at {}", folder.display()))?;
    for place in mounts_below(&folder)?.iter().rev() {
        // Whether it worked is told by the table of mounts, read again below.
        let _ = Command::new("umount").arg("--lazy").arg(place).status();
    }
    if let Some(place) = mounts_below(&folder)?.first() {
        bail!(
            "{} is still mounted. Unmount it and try again.",
            place.display()
        );
    }
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn mounts_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let table = fs::read_to_string("/proc/self/mountinfo")
        .context("cannot read /proc/self/mountinfo, so it is not known what is mounted")?;
    Ok(places(&table)
        .filter(|place| place.starts_with(folder) && place != folder)
        .collect())
}

fn places(table: &str) -> impl Iterator<Item = PathBuf> {
    table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        // The kernel writes blanks in names as octal escapes.
        .map(|place| PathBuf::from(place.replace("\\040", " ")))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::places;

    #[test]
    fn places_of_mounts_are_read() {
        let table = "22 28 0:21 / /sys rw - sysfs sysfs rw\n\
                     30 28 0:5 / /a\\040b/proc rw - proc proc rw\n";
        let found: Vec<PathBuf> = places(table).collect();
        assert_eq!(found, [PathBuf::from("/sys"), PathBuf::from("/a b/proc")]);
    }
}
