//! Copying the page so that a browser never meets half of it.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{
    folder::Folder,
    manifest::{self, Manifest},
};
use crate::page;

/// What an installation may have changed: an upgrade leaves it as it is.
const SETTINGS: &str = "config.json";
/// What names all others.
const INDEX: &str = "index.html";
/// Largest file of an older version that is looked at before it goes, in bytes.
const LARGEST: u64 = 1 << 26;

/// Copies a built page into a folder, and returns what is worth saying about it. `index.html`, which
/// names the other files, comes last, and only then do files go that the last installation put
/// there, unless somebody has changed them since.
pub(crate) fn publish(dist: &Path, to: &Folder) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let old = old_list(to, &mut notes)?;
    let files = built(dist)?;
    let new = list(&files);
    // Should this be interrupted, the next one knows of both.
    write_list(to, &old.with(&new))?;
    for (name, bytes) in &files {
        if name != SETTINGS || !to.has(name)? {
            to.replace(name, bytes)?;
        }
    }
    let stays = new.names();
    for name in old.names() {
        if stays.contains(&name) || name == SETTINGS || name == manifest::NAME || !to.has(name)? {
            continue;
        }
        let ours = to
            .read(name, LARGEST)?
            .is_some_and(|bytes| old.lists(name, &bytes));
        if ours {
            to.remove(name)?;
        } else {
            notes.push(format!(
                "{} is of an older version, but was changed: it stays",
                to.path().join(name).display()
            ));
        }
    }
    write_list(to, &new)?;
    Ok(notes)
}

/// What the build made, `index.html` last.
pub(crate) fn built(dist: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut names = page::files(dist)?;
    names.sort_by_key(|name| (name == INDEX, name.clone()));
    names
        .into_iter()
        .filter(|name| name != manifest::NAME)
        .map(|name| {
            let file = dist.join(&name);
            let bytes =
                fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok((name, bytes))
        })
        .collect()
}

/// The list of files that were built, less what an administrator may change.
pub(crate) fn list(files: &[(String, Vec<u8>)]) -> Manifest {
    let mut list = Manifest::default();
    for (name, bytes) in files.iter().filter(|(name, _)| name != SETTINGS) {
        list.add(name, bytes);
    }
    list
}

fn write_list(to: &Folder, list: &Manifest) -> Result<()> {
    to.replace(manifest::NAME, list.text().as_bytes())
}

/// What the last installation put there; nothing where that is not known for certain.
fn old_list(to: &Folder, notes: &mut Vec<String>) -> Result<Manifest> {
    let path = to.path().join(manifest::NAME);
    let Some(bytes) = to.read(manifest::NAME, manifest::LONGEST)? else {
        if !to.is_empty()? {
            notes.push(format!(
                "there is no list {} of what an older version put there, so nothing was removed",
                path.display()
            ));
        }
        return Ok(Manifest::default());
    };
    Ok(Manifest::read(&bytes).unwrap_or_else(|why| {
        notes.push(format!(
            "{} is not as an installation writes it ({why}), so nothing was removed",
            path.display()
        ));
        Manifest::default()
    }))
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt as _, symlink},
        path::{Path, PathBuf},
    };

    use super::{super::folder::Folder, manifest, publish};

    /// A folder for one test: a built page, an Asterisk's `static-http`, and what lies outside.
    struct Place(PathBuf);

    impl Place {
        fn new(test: &str) -> Self {
            let name = format!("switchboard-copy-{test}-{}", std::process::id());
            let place = Self(
                fs::canonicalize(std::env::temp_dir())
                    .expect("a folder")
                    .join(name),
            );
            for folder in ["dist", "static-http", "outside"] {
                fs::create_dir_all(place.0.join(folder)).expect("a folder");
            }
            place.write("dist/index.html", "new");
            place.write("dist/boot.js", "new");
            place.write("dist/config.json", "{}");
            place.write("dist/a-00000000000000bb.js", "new");
            place.write("outside/precious", "precious");
            place
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        fn page(&self, name: &str) -> PathBuf {
            self.at("static-http/switchboard").join(name)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.at(name), text).expect("a file");
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.at(name)).expect("a file")
        }

        fn install(&self) -> anyhow::Result<Vec<String>> {
            let to = Folder::open(&self.at("static-http"))?.below("switchboard")?;
            publish(&self.at("dist"), &to)
        }

        fn link(&self, name: &str, to: &Path) {
            fs::create_dir_all(self.page("")).expect("a folder");
            symlink(to, self.page(name)).expect("a link");
        }

        #[track_caller]
        fn outside_is_as_it_was(&self) {
            assert_eq!(self.read("outside/precious"), "precious");
            let count = fs::read_dir(self.at("outside")).expect("a folder").count();
            assert_eq!(count, 1, "something was written outside");
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn mode(path: &Path) -> u32 {
        let about = fs::symlink_metadata(path).expect("a file");
        about.permissions().mode() & 0o7777
    }

    #[test]
    fn a_newer_page_takes_the_place_of_an_older_one_and_leaves_what_is_not_of_it() {
        let place = Place::new("upgrade");
        assert_eq!(place.install().expect("a copy"), Vec::<String>::new());
        assert_eq!(mode(&place.page("")), 0o755);
        assert_eq!(mode(&place.page("index.html")), 0o644);
        // An administrator's: with eight hex digits, and a name as of a build.
        fs::write(place.page("notes-deadbeef.txt"), "own").expect("a file");
        fs::write(place.page("own-0123456789abcdef.js"), "own").expect("a file");
        fs::write(place.page("config.json"), "theirs").expect("a file");
        fs::remove_file(place.at("dist/a-00000000000000bb.js")).expect("a file");
        place.write("dist/a-00000000000000cc.js", "newer");
        place.write("dist/index.html", "newer");
        assert_eq!(place.install().expect("a copy"), Vec::<String>::new());
        let mut names: Vec<String> = fs::read_dir(place.page(""))
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                manifest::NAME,
                "a-00000000000000cc.js",
                "boot.js",
                "config.json",
                "index.html",
                "notes-deadbeef.txt",
                "own-0123456789abcdef.js"
            ]
        );
        assert_eq!(place.read("static-http/switchboard/index.html"), "newer");
        assert_eq!(place.read("static-http/switchboard/config.json"), "theirs");
    }

    #[test]
    fn without_a_list_of_what_was_installed_nothing_is_removed() {
        let place = Place::new("unlisted");
        fs::create_dir(place.page("")).expect("a folder");
        fs::write(place.page("a-00000000000000aa.js"), "old").expect("a file");
        let notes = place.install().expect("a copy");
        assert!(notes[0].contains("nothing was removed"), "{notes:?}");
        assert!(place.page("a-00000000000000aa.js").exists());
    }

    #[test]
    fn a_file_that_was_changed_since_it_was_installed_stays() {
        let place = Place::new("changed");
        place.install().expect("a copy");
        fs::write(place.page("a-00000000000000bb.js"), "mended by hand").expect("a file");
        fs::remove_file(place.at("dist/a-00000000000000bb.js")).expect("a file");
        let notes = place.install().expect("a copy");
        assert!(notes[0].contains("was changed"), "{notes:?}");
        assert!(place.page("a-00000000000000bb.js").exists());
    }

    #[test]
    fn a_list_that_names_files_elsewhere_removes_nothing() {
        let place = Place::new("elsewhere");
        place.install().expect("a copy");
        let sum = "d9b2f68bb3fe0bbb50a3ec4a3a9ff7b0e1bbf26db6b40ba6c8d1ef5d2e21a4c4";
        for name in ["../../outside/precious", "/etc/hostname", ".."] {
            let text = format!("{sum}  boot.js\n{sum}  {name}\n");
            fs::write(place.page(manifest::NAME), text).expect("a file");
            let notes = place.install().expect("a copy");
            assert!(notes[0].contains("nothing was removed"), "{notes:?}");
            place.outside_is_as_it_was();
        }
    }

    #[test]
    fn no_planted_link_is_written_through() {
        let place = Place::new("links");
        let precious = place.at("outside/precious");
        for name in [
            "boot.js",
            "boot.js.part",
            "index.html.part",
            "index.html",
            manifest::NAME,
        ] {
            place.link(name, &precious);
        }
        place.link("config.json", &place.at("outside/made"));
        place.install().expect("a copy");
        place.outside_is_as_it_was();
        for name in ["boot.js", "index.html", manifest::NAME] {
            let about = fs::symlink_metadata(place.page(name)).expect("a file");
            assert!(about.is_file(), "{name} is still a link");
        }
        // That of an administrator, who keeps the settings elsewhere.
        let about = fs::symlink_metadata(place.page("config.json")).expect("a link");
        assert!(about.is_symlink());
    }

    #[test]
    fn a_file_of_an_older_version_that_has_become_a_link_or_a_folder_is_left() {
        let place = Place::new("turned");
        place.write("dist/b.js", "b");
        place.install().expect("a copy");
        for name in ["a-00000000000000bb.js", "b.js"] {
            fs::remove_file(place.at("dist").join(name)).expect("a file");
            fs::remove_file(place.page(name)).expect("a file");
        }
        symlink(
            place.at("outside/precious"),
            place.page("a-00000000000000bb.js"),
        )
        .expect("a link");
        fs::create_dir(place.page("b.js")).expect("a folder");
        place.install().expect("a copy");
        assert!(place.page("b.js").is_dir());
        place.outside_is_as_it_was();
    }

    #[test]
    fn a_folder_that_is_a_link_is_refused_and_what_it_leads_to_is_left_alone() {
        let place = Place::new("linked");
        let outside = place.at("outside");
        fs::set_permissions(&outside, fs::Permissions::from_mode(0o700)).expect("rights");
        let folder = place.at("static-http/switchboard");
        symlink(&outside, &folder).expect("a link");
        let why = format!("{:#}", place.install().expect_err("it is refused"));
        assert!(why.contains("is a link"), "{why}");
        place.outside_is_as_it_was();
        assert_eq!(mode(&outside), 0o700);
        fs::remove_file(&folder).expect("a link");
        symlink(place.at("nowhere"), &folder).expect("a link");
        assert!(place.install().is_err());
        assert!(!place.at("nowhere").exists());
        // No part of the way may be one either, once it was looked up.
        symlink(place.at("static-http"), place.at("short")).expect("a link");
        assert!(Folder::open(&place.at("short")).is_err());
    }

    #[test]
    fn a_folder_into_which_everybody_may_write_is_refused() {
        for open in ["static-http", "static-http/switchboard"] {
            let place = Place::new(&format!("open-{}", open.len()));
            fs::create_dir(place.page("")).expect("a folder");
            fs::set_permissions(place.at(open), fs::Permissions::from_mode(0o1777))
                .expect("rights");
            let why = format!("{:#}", place.install().expect_err("it is refused"));
            assert!(why.contains("everybody may write into"), "{why}");
            assert!(!place.page("index.html").exists());
        }
    }

    #[test]
    fn a_pipe_in_the_place_of_the_list_holds_nobody_up() {
        let place = Place::new("pipe");
        fs::create_dir(place.page("")).expect("a folder");
        let pipe = place.page(manifest::NAME);
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        place.install().expect("a copy");
        assert!(fs::symlink_metadata(pipe).expect("a file").is_file());
    }
}
