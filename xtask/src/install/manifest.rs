//! The list of what an installation put there: the next one removes that, and nothing else.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::dist::hex;

/// The list's name, beside the files that it lists. `sha256sum --check` reads it.
pub(crate) const NAME: &str = "SHA256SUMS";
/// Longest list that is read, in bytes.
pub(crate) const LONGEST: u64 = 1 << 20;

/// Files, each with what was in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    sum: String,
    name: String,
}

impl Manifest {
    /// Notes a file.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        let line = Line {
            sum: sum(bytes),
            name: name.to_owned(),
        };
        if !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    /// What either of the two lists.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for line in &other.lines {
            if !both.lines.contains(line) {
                both.lines.push(line.clone());
            }
        }
        both
    }

    /// The names, in order, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.lines.iter().map(|line| line.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether it lists a file of this name with just this in it.
    pub(crate) fn lists(&self, name: &str, bytes: &[u8]) -> bool {
        let sum = sum(bytes);
        self.lines
            .iter()
            .any(|line| line.name == name && line.sum == sum)
    }

    /// As it stands in the file.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for Line { sum, name } in &self.lines {
            let _ = writeln!(text, "{sum}  {name}");
        }
        text
    }

    /// Reads a list. It may be anybody's: if one line is not as we write it, none is believed.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).context("it is no text")?;
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let parts = line.split_once("  ");
            let parts = parts.filter(|(sum, name)| is_sum(sum) && is_plain(name));
            ensure!(parts.is_some(), "line {} names no plain file", index + 1);
            lines.extend(parts.map(|(sum, name)| Line {
                sum: sum.to_owned(),
                name: name.to_owned(),
            }));
        }
        Ok(Self { lines })
    }
}

fn sum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn is_sum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a name is one that the build gives: letters, digits and `. _ -`, in one folder.
fn is_plain(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.len() <= 255
        && name.bytes().all(fits)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::Manifest;

    #[test]
    fn what_is_written_is_read_again() {
        let mut list = Manifest::default();
        list.add("index.html", b"<html>");
        list.add("boot.js", b"");
        list.add("boot.js", b"");
        assert_eq!(
            Manifest::read(list.text().as_bytes()).expect("a list"),
            list
        );
        assert_eq!(list.names(), ["boot.js", "index.html"]);
        assert!(list.lists("boot.js", b""));
        assert!(!list.lists("boot.js", b"changed"));
    }

    #[test]
    fn a_list_with_one_line_that_is_not_ours_is_not_believed() {
        let sum = "0".repeat(64);
        let odd = [
            "../x",
            "/etc/passwd",
            ".",
            "..",
            "",
            "a/b",
            ".hidden",
            "a b",
            "a\0b",
            "-r",
            "ä",
        ];
        for name in odd {
            let text = format!("{sum}  fine.js\n{sum}  {name}\n");
            assert!(Manifest::read(text.as_bytes()).is_err(), "{name:?}");
        }
        for text in ["fine.js", "00  fine.js", &format!("{sum} fine.js"), "\n"] {
            assert!(Manifest::read(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(Manifest::read(b"\xff").is_err());
    }
}
