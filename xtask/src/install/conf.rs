//! Asterisk's configuration files: sections, templates, comments and includes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

/// How deep files may include each other.
const DEPTH: usize = 16;

/// A configuration file with all that it includes.
#[derive(Debug, Default)]
pub(crate) struct Conf {
    sections: Vec<Section>,
}

/// A section. Several may have the same name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    pub(crate) name: String,
    is_template: bool,
    settings: Vec<Setting>,
}

/// A line that sets something, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

impl Conf {
    /// Reads a file of a folder; none if it is not there.
    pub(crate) fn read(folder: &Path, name: &str) -> Result<Option<Self>> {
        let file = folder.join(name);
        if !file.exists() {
            return Ok(None);
        }
        let mut reader = Reader {
            folder,
            conf: Self::default(),
        };
        reader.file(&file, None, 0)?;
        Ok(Some(reader.conf))
    }

    /// The first section of a name, which is the one that Asterisk looks into.
    pub(crate) fn section(&self, name: &str) -> Option<&Section> {
        self.sections()
            .find(|section| section.name.eq_ignore_ascii_case(name))
    }

    /// All sections that are not mere templates.
    pub(crate) fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| !section.is_template)
    }
}

impl Section {
    /// The last line that sets something, which is the one that counts.
    pub(crate) fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings
            .iter()
            .rev()
            .find(|setting| setting.name.eq_ignore_ascii_case(name))
    }

    /// What the last line sets it to.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.setting(name).map(|setting| setting.value.as_str())
    }
}

/// Whether a value means yes.
pub(crate) fn is_true(value: &str) -> bool {
    ["yes", "true", "y", "t", "1", "on"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}

struct Reader<'a> {
    folder: &'a Path,
    conf: Conf,
}

impl Reader<'_> {
    /// Reads a file whose first lines belong to a section that is open already.
    fn file(&mut self, file: &Path, mut section: Option<usize>, depth: usize) -> Result<()> {
        ensure!(depth < DEPTH, "{} is included by itself", file.display());
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut comments = Comments::default();
        for (index, line) in text.lines().enumerate() {
            let line = comments.strip(line);
            let line = line.trim();
            let at = Place {
                file,
                line: index + 1,
            };
            if let Some(directive) = line.strip_prefix('#') {
                self.directive(directive, section, depth)
                    .with_context(|| at.to_string())?;
            } else if line.starts_with('[') {
                section = Some(self.header(line).with_context(|| at.to_string())?);
            } else if let Some((name, value)) = line.split_once('=') {
                let Some(section) = section else { continue };
                self.conf.sections[section].settings.push(Setting {
                    name: name.trim_end_matches('+').trim().to_owned(),
                    value: value.strip_prefix('>').unwrap_or(value).trim().to_owned(),
                    file: file.to_path_buf(),
                    line: at.line,
                });
            }
        }
        Ok(())
    }

    /// `[name]`, `[name](!)`, `[name](template,other)`, `[name](+)`.
    fn header(&mut self, line: &str) -> Result<usize> {
        let (name, rest) = line[1..]
            .split_once(']')
            .context("a section has no closing bracket")?;
        let name = name.trim();
        let options = rest
            .trim()
            .strip_prefix('(')
            .and_then(|text| text.split_once(')'));
        let mut section = Section {
            name: name.to_owned(),
            ..Section::default()
        };
        for option in options
            .map_or("", |(text, _)| text)
            .split(',')
            .map(str::trim)
        {
            match option {
                "" => {}
                "!" => section.is_template = true,
                "+" => match self.find(name) {
                    Some(index) => return Ok(index),
                    None => bail!("[{name}](+) adds to a section that is not there"),
                },
                other => match self.find(other) {
                    Some(index) => {
                        let inherited = self.conf.sections[index].settings.clone();
                        section.settings.extend(inherited);
                    }
                    None => bail!("[{name}] uses the template {other}, which is not there"),
                },
            }
        }
        self.conf.sections.push(section);
        Ok(self.conf.sections.len() - 1)
    }

    fn find(&self, name: &str) -> Option<usize> {
        let same = |section: &Section| section.name.eq_ignore_ascii_case(name);
        self.conf.sections.iter().position(same)
    }

    fn directive(&mut self, text: &str, section: Option<usize>, depth: usize) -> Result<()> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let name = rest.trim().trim_matches(['"', '<', '>']);
        let must_exist = match word {
            "include" => true,
            "tryinclude" => false,
            // `#exec` runs programs; a check does not.
            _ => return Ok(()),
        };
        let files = matching(&self.folder.join(name));
        ensure!(
            !must_exist || !files.is_empty(),
            "{name} is included and not there"
        );
        for file in files {
            self.file(&file, section, depth + 1)?;
        }
        Ok(())
    }
}

struct Place<'a> {
    file: &'a Path,
    line: usize,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}

/// The files that a name with `*` in its last part stands for, in order.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().unwrap_or_default().to_string_lossy();
    if !name.contains('*') {
        return pattern
            .is_file()
            .then(|| pattern.to_path_buf())
            .into_iter()
            .collect();
    }
    let folder = pattern.parent().unwrap_or(Path::new("/"));
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| fits(&entry.file_name().to_string_lossy(), &name))
        .map(|entry| entry.path())
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    files
}

fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| fits(&rest[at..], after))
        }),
    }
}

/// Takes comments away: `;` to the end of the line, and `;--` to `--;` over lines.
#[derive(Default)]
struct Comments {
    depth: usize,
}

impl Comments {
    fn strip(&mut self, line: &str) -> String {
        let mut kept = String::new();
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            if self.depth > 0 {
                if let Some(after) = rest.strip_prefix("--;") {
                    self.depth -= 1;
                    rest = after;
                    continue;
                }
                if opens(rest) {
                    self.depth += 1;
                }
            } else if let Some(after) = rest.strip_prefix("\\;") {
                kept.push(';');
                rest = after;
                continue;
            } else if opens(rest) {
                self.depth += 1;
                rest = &rest[3..];
                continue;
            } else if first == ';' {
                break;
            } else {
                kept.push(first);
            }
            rest = &rest[first.len_utf8()..];
        }
        kept
    }
}

/// `;--` opens a comment over lines, while `;---` is a ruler.
fn opens(text: &str) -> bool {
    text.strip_prefix(";--")
        .is_some_and(|after| !after.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Conf, fits, is_true};

    /// A folder of files, gone at the end of the test.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn of(test: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("switchboard-conf-{test}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(&folder).expect("a folder");
            for (name, text) in files {
                fs::write(folder.join(name), text).expect("a file");
            }
            Self(folder)
        }

        fn read(&self) -> anyhow::Result<Option<Conf>> {
            Conf::read(&self.0, "a.conf")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn settings_are_read_as_asterisk_reads_them() {
        // What the file holds, and what `x` in section `general` then is.
        let table = [
            ("[general]\nx=1\n", Some("1")),
            ("[general]\nx => 1 ; why\n", Some("1")),
            ("[general]\n;x=1\n", None),
            ("[general]\n;-- x=1\nx=2 --;\n", None),
            ("[general]\n;-- a --; x=3\n", Some("3")),
            ("[general]\n;---- ruler\nx=1\n", Some("1")),
            ("[general]\nx=a\\;b;c\n", Some("a;b")),
            ("[general]\nx=1\nx=2\n", Some("2")),
            ("  [ general ]  \n  X  =  1  \n", Some("1")),
            ("[other]\nx=1\n", None),
            (
                "[general]\ny=1\n[other]\nx=1\n[general](+)\nx=2\n",
                Some("2"),
            ),
            ("[general]\ny=1\n[general]\nx=2\n", None),
            ("[t](!)\nx=1\n[general](t)\n", Some("1")),
            ("[t](!)\nx=1\n[general](t)\nx=2\n", Some("2")),
            ("[a](!)\nx=1\n[b](!)\nx=2\n[general](a,b)\n", Some("2")),
            ("[general](!)\nx=1\n", None),
            ("x=0\n[general]\nx=1\n", Some("1")),
            ("[general]\r\nx=1\r\n", Some("1")),
            ("[general]\n#tryinclude nothere.conf\nx=1\n", Some("1")),
            ("[general]\n#exec /bin/false\nx=1\n", Some("1")),
        ];
        for (text, expected) in table {
            let folder = Folder::of("table", &[("a.conf", text)]);
            let conf = folder.read().expect(text).expect("the file");
            let found = conf.section("general").and_then(|section| section.get("x"));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn included_files_belong_to_the_section_that_includes_them() {
        let folder = Folder::of(
            "include",
            &[
                (
                    "a.conf",
                    "[general]\n#include \"d-*.conf\"\ny=1\n#include <e.conf>\nz=1\n",
                ),
                ("d-1.conf", "x=1\n[user]\nread=all\n"),
                ("d-2.conf", "x=2\n"),
                ("e.conf", "w=1\n"),
            ],
        );
        let conf = folder.read().expect("readable").expect("the file");
        let general = conf.section("general").expect("a section");
        let x = general.setting("x").expect("a setting");
        assert_eq!((x.value.as_str(), x.line), ("2", 1));
        assert!(x.file.ends_with("d-2.conf"));
        for name in ["w", "y", "z"] {
            assert_eq!(general.get(name), Some("1"), "{name}");
        }
        assert_eq!(
            conf.section("user").and_then(|user| user.get("read")),
            Some("all")
        );
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        let table = [
            ("\n#include gone.conf\n", "gone.conf is included"),
            ("\n[a](gone)\n", "template gone"),
            ("\n[a](+)\n", "adds to a section"),
            ("\n[a\n", "closing bracket"),
            ("\n#include a.conf\n", "included by itself"),
        ];
        for (text, expected) in table {
            let folder = Folder::of("errors", &[("a.conf", text)]);
            let error = format!("{:#}", folder.read().expect_err(text));
            assert!(error.contains("a.conf, line 2"), "{error}");
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn names_with_stars_are_matched() {
        assert!(fits("d-1.conf", "d-*.conf"));
        assert!(fits("d-.conf", "*"));
        assert!(!fits("e-1.conf", "d-*.conf"));
        assert!(!fits("d-1.conf.old", "*.conf"));
        assert!(is_true("Yes") && is_true("on") && !is_true("no") && !is_true(""));
    }
}
