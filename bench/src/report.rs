//! What was found, for the screen and for `BENCHMARKS.md`.

use std::fmt::Write as _;

use crate::stats::Samples;

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// Told for size only.
    None,
}

/// A figure that is held against a goal.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// What was measured.
    pub(crate) what: String,
    /// The same of the page by hand, and of ajamdemo; empty where there is none.
    pub(crate) by_hand: String,
    pub(crate) ajamdemo: String,
    pub(crate) ours: String,
    /// What is held against the goal.
    pub(crate) figure: f64,
    /// ` ms`, or nothing for a ratio.
    pub(crate) unit: &'static str,
    pub(crate) goal: Goal,
}

/// What one part of the bench found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) samples: Samples,
    /// How it was measured, and what else there is to say.
    pub(crate) notes: Vec<String>,
}

impl Line {
    fn verdict(&self) -> &'static str {
        let reached = match self.goal {
            Goal::AtMost(most) => self.figure <= most,
            Goal::AtLeast(least) => self.figure >= least,
            Goal::None => return "",
        };
        // A figure that is not a number reaches nothing.
        if reached { "reached" } else { "NOT reached" }
    }

    fn goal(&self) -> String {
        match self.goal {
            Goal::AtMost(most) => format!("at most {}{}", short(most), self.unit),
            Goal::AtLeast(least) => format!("at least {}{}", short(least), self.unit),
            Goal::None => String::new(),
        }
    }
}

/// The table of goals, and what it was made of, as Markdown.
pub(crate) fn markdown(parts: &[Part]) -> String {
    let mut text = String::from(
        "| | by hand | ajamdemo | Switchboard | figure | to reach | |\n|---|---|---|---|---|---|---|\n",
    );
    for line in parts.iter().flat_map(|part| &part.lines) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {}{} | {} | {} |",
            line.what,
            line.by_hand,
            line.ajamdemo,
            line.ours,
            short(line.figure),
            line.unit,
            line.goal(),
            line.verdict(),
        );
    }
    for part in parts {
        let _ = writeln!(text, "\n## {}\n", part.title);
        for note in &part.notes {
            let _ = writeln!(text, "{note}\n");
        }
        if part.samples.iter().next().is_some() {
            text.push_str(
                "| | page | median | least | greatest | runs |\n|---|---|---|---|---|---|\n",
            );
        }
        for (figure, page, sample) in part.samples.iter() {
            let (least, greatest) = sample.range();
            let _ = writeln!(
                text,
                "| {figure} | {page} | {} | {} | {} | {} |",
                short(sample.median()),
                short(least),
                short(greatest),
                sample.len(),
            );
        }
    }
    text
}

/// Three digits, or all before the point.
pub(crate) fn short(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "–".to_owned()
    } else if size >= 99.95 || size == size.trunc() {
        format!("{number:.0}")
    } else if size >= 9.995 {
        format!("{number:.1}")
    } else if size >= 0.0995 {
        format!("{number:.2}")
    } else {
        format!("{number:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Goal, Line, short};

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(1234.56), "1235");
        assert_eq!(short(12.34), "12.3");
        assert_eq!(short(1.234), "1.23");
        assert_eq!(short(0.01234), "0.0123");
        assert_eq!(short(2.0), "2");
        assert_eq!(short(f64::NAN), "–");
    }

    #[test]
    fn what_was_not_measured_reaches_nothing() {
        let line = Line {
            what: String::new(),
            by_hand: String::new(),
            ajamdemo: String::new(),
            ours: String::new(),
            figure: f64::NAN,
            unit: "",
            goal: Goal::AtMost(1.0),
        };
        assert_eq!(line.verdict(), "NOT reached");
    }
}
