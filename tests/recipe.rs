//! README, INSTALL.txt and the page say the same of what Asterisk needs: the one recipe.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use switchboard_core::recipe::{self, Line, OPTIONAL, RIGHTS};
use switchboard_core::words::doctor as words;

const PAPERS: [&str; 2] = ["README.md", "docs/INSTALL.txt"];

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Blanks and line breaks of any number are as one.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_paper_gives_the_same_lines() {
    for paper in PAPERS {
        let text = text(paper);
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.split(';').next().unwrap_or_default().trim())
            .collect();
        let wanted = recipe::HTTP.iter().chain(&recipe::MANAGER);
        for line in wanted {
            assert!(lines.contains(line), "{paper} lacks {line}");
        }
        // Once for Asterisk, and once for FreePBX.
        for (line, classes) in [(Line::Read, recipe::READ), (Line::Write, recipe::WRITE)] {
            let right = format!("{} = {classes}", line.name());
            let count = lines.iter().filter(|line| **line == right).count();
            assert_eq!(count, 2, "{paper} and {right}");
            // A longer or shorter list of classes would be a recipe of its own.
            let begin = format!("{} = ", line.name());
            let others = lines
                .iter()
                .filter_map(|line| line.strip_prefix(&begin))
                .filter_map(|rest| rest.split_whitespace().next())
                .filter(|classes| classes.contains(','));
            assert_eq!(others.count(), 2, "{paper} has another {begin}");
        }
    }
}

#[test]
fn every_paper_says_what_each_right_is_for_in_the_words_of_the_page() {
    let readme = flat(&text("README.md"));
    let install = flat(&text("docs/INSTALL.txt"));
    for right in RIGHTS.into_iter().chain(OPTIONAL) {
        let gives = words::gives(right.gives);
        let row = format!("| `{}` | `{}` | {gives} |", right.line.name(), right.class);
        assert!(readme.contains(&row), "README.md lacks {row}");
        let line = format!("{} {gives}", words::right(right));
        assert!(install.contains(&line), "INSTALL.txt lacks {line}");
    }
    assert!(readme.contains(&format!("`write = {}`", recipe::WATCH)));
}

#[test]
fn the_guard_is_whole_wherever_it_is_given() {
    for paper in ["SECURITY.md", "docs/INSTALL.txt"] {
        let text = text(paper);
        for line in recipe::GUARD {
            assert!(
                text.lines().any(|one| one.trim() == line),
                "{paper} lacks {line}"
            );
        }
    }
    let page = words::beyond().join(" ");
    for line in recipe::GUARD {
        assert!(page.contains(line), "the page lacks {line}");
    }
}

#[test]
fn what_is_said_of_freepbx_is_said_everywhere() {
    for paper in PAPERS {
        let text = text(paper);
        for name in [
            recipe::FREEPBX_MANAGER,
            recipe::FREEPBX_HTTP,
            recipe::FREEPBX_CONTEXT,
            "transfer_context",
        ] {
            assert!(text.contains(name), "{paper} lacks {name}");
        }
    }
}

#[test]
fn the_log_in_form_has_no_recipe_of_its_own() {
    let form = text("index.html");
    for right in RIGHTS {
        let alone = |part: &str| part == right.class;
        let words = form
            .split("data-say=\"log_in.needs\">")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .unwrap_or_default();
        assert!(
            !words.split(|c: char| !c.is_alphanumeric()).any(alone),
            "the form names {}",
            right.class
        );
    }
}

#[test]
fn the_recipe_gives_every_class_of_events_that_the_session_can_ask_for() {
    assert_eq!(recipe::READ, ajam::session::EVENTS);
}
