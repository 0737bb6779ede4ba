//! What the conversation with Asterisk costs, and how to have less of it.

use std::time::Duration;

use ajam::session::{KEPT_FOR_LIST, Session, Topic, UNREAD};

use super::{cells, say, time};
use crate::budget::{self, Advice, Line, Report, Sum};
use crate::live::tomb::REMEMBERED;
use crate::tabs::SHOWN;
use crate::{board, console};

/// A number and what it is of.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is of.
    pub name: String,
    /// The number with its unit.
    pub value: String,
    /// What else there is to say of it.
    pub more: String,
}

/// Which time the numbers are of.
pub fn span(report: &Report) -> String {
    say!("traffic.span", span = time::span(report.span))
}

/// What it comes to in all.
pub fn figures(report: &Report) -> [Figure; 5] {
    let seconds = report.span.as_secs().max(1);
    let work = |sum: Sum| {
        let millis = tenths(sum.amount, 1000 * seconds);
        say!("traffic.millis_per_second", millis = millis)
    };
    let longest = |time: Duration| {
        let millis = tenths(time.as_micros() as u64, 1000);
        say!("traffic.longest", millis = millis)
    };
    let answers = say!(
        "traffic.answers",
        count = report.bodies.count,
        bytes = bytes(report.bodies.amount)
    );
    [
        Figure {
            name: say!("traffic.events"),
            value: per_second(report.events.count, seconds),
            more: String::new(),
        },
        Figure {
            name: say!("traffic.bytes"),
            value: say!(
                "traffic.per_second",
                count = bytes(report.bodies.amount / seconds)
            ),
            more: answers,
        },
        Figure {
            name: say!("traffic.requests"),
            value: per_second(report.requests, seconds),
            more: String::new(),
        },
        Figure {
            name: say!("traffic.take"),
            value: work(report.takes),
            more: longest(report.longest[0]),
        },
        Figure {
            name: say!("traffic.draw"),
            value: work(report.draws),
            more: longest(report.longest[1]),
        },
    ]
}

/// The heads of the table of events.
pub fn heads() -> [String; 5] {
    [
        say!("traffic.name"),
        say!("traffic.events"),
        say!("traffic.bytes"),
        say!("traffic.share"),
        say!("traffic.read"),
    ]
}

/// The cells of a line of it.
pub fn line(line: &Line, report: &Report) -> [String; 5] {
    let seconds = report.span.as_secs().max(1);
    let share = (line.sum.amount * 100).checked_div(report.events.amount);
    let name = match line.name.as_str() {
        "" => say!("traffic.rest"),
        name => cells::shown(name),
    };
    [
        name,
        per_second(line.sum.count, seconds),
        say!(
            "traffic.per_second",
            count = bytes(line.sum.amount / seconds)
        ),
        percent(share.unwrap_or_default()),
        match line.read {
            true => say!("traffic.is_read"),
            false => say!("traffic.is_not_read"),
        },
    ]
}

/// Which classes of events are asked for, and why.
pub fn asked(session: &Session) -> String {
    match session.topics() {
        None => say!("traffic.asked_unknown"),
        Some(topics) => {
            let classes = topics.classes().replace(',', ", ");
            match topics.has(Topic::Locations) {
                true => say!("traffic.asked_with_location", classes = classes),
                false => say!("traffic.asked_without_location", classes = classes),
            }
        }
    }
}

/// Which events the server keeps back.
pub fn kept_back(session: &Session) -> String {
    let names: Vec<&str> = session.filtered().collect();
    match (names.is_empty(), session.filtering()) {
        (false, _) => say!("traffic.filtered", names = names.join(", ")),
        (true, None) => say!("traffic.filters_not_allowed"),
        (true, Some(_)) => say!("traffic.filtered_none"),
    }
}

/// What the administrator can do: what for, lines for the account, lines for the whole server.
pub fn advice(advice: &Advice) -> [String; 3] {
    if advice.names.is_empty() {
        return [say!("traffic.no_advice"), String::new(), String::new()];
    }
    let share = |(name, share): &(String, u64)| {
        say!("traffic.weighs", name = name, percent = percent(*share))
    };
    let names: Vec<String> = advice.names.iter().map(share).collect();
    let server = advice.server.clone().unwrap_or_default();
    [
        say!(
            "traffic.would_save",
            total = percent(advice.names.iter().map(|(_, share)| share).sum()),
            names = names.join(", ")
        ),
        advice.account.join("\n"),
        server,
    ]
}

/// What is kept of the past, each with its bound.
pub fn bounds() -> [String; 7] {
    [
        say!("traffic.keeps_rows", span = time::span(board::FADE)),
        say!(
            "traffic.keeps_notes",
            span = time::span(console::DONE_SHOWN)
        ),
        say!(
            "traffic.keeps_outcomes",
            span = time::span(console::ORPHAN_SHOWN)
        ),
        say!("traffic.keeps_ids", count = REMEMBERED),
        say!("traffic.keeps_undrawn", count = console::UNDRAWN),
        say!(
            "traffic.keeps_bodies",
            list = bytes(KEPT_FOR_LIST as u64),
            unread = bytes(UNREAD as u64),
            span = time::span(SHOWN)
        ),
        say!(
            "traffic.keeps_names",
            count = budget::NAMES,
            span = time::span(Duration::from_secs(budget::SECONDS as u64))
        ),
    ]
}

fn per_second(count: u64, seconds: u64) -> String {
    say!("traffic.per_second", count = tenths(count, seconds))
}

fn percent(hundredths: u64) -> String {
    say!("traffic.percent", count = hundredths)
}

/// A quotient: a whole number where it is large enough to be told apart without more, else with one
/// decimal. Without floating point, whose formatting is a large piece of code.
fn tenths(number: u64, by: u64) -> String {
    let tenths = number * 10 / by.max(1);
    match tenths {
        1..100 => format!("{}.{}", tenths / 10, tenths % 10),
        _ => (tenths / 10).to_string(),
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..10_000 => say!("traffic.unit_bytes", count = count),
        10_000..10_000_000 => say!("traffic.unit_kilobytes", count = count / 1000),
        _ => say!("traffic.unit_megabytes", count = count / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use ajam::time::Moment;

    #[test]
    fn a_storm_reads_as_rates_and_shares() {
        let mut budget = Budget::default();
        for _ in 0..300 {
            budget.event("VarSet", false, 400, Moment::from_millis(0));
        }
        budget.event("Hangup", true, 40_000, Moment::from_millis(0));
        let report = budget.report(10, Moment::from_millis(10_000));
        assert_eq!(
            line(&report.lines[0], &report),
            ["VarSet", "30/s", "12 kB/s", "75 %", "no"]
        );
        assert_eq!(
            line(&report.lines[1], &report),
            ["Hangup", "0.1/s", "4000 B/s", "25 %", "yes"]
        );
    }
}
