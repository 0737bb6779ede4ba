//! The table of calls that are over, and the story of a call.

use ajam::time::Moment;

use super::{calls, cells, say, time};
use crate::board::Record;
use crate::board::ended::{Column, Ended, EndedAs};
use crate::board::story::{Line, Story, Unanswered, What, Who};
use crate::trunks::{Direction, Trunks};

/// A column's header.
pub fn header(column: Column) -> String {
    match column {
        Column::Time => say!("column.ended"),
        Column::State => say!("column.result"),
        Column::From => say!("column.from"),
        Column::To => say!("column.to"),
        Column::Duration => say!("column.duration"),
    }
}

/// What stands in a cell; `clock` tells the time of day of a moment, `way` which way it went.
pub fn cell(
    row: &Ended,
    by: Column,
    way: Option<Direction>,
    clock: impl Fn(Moment) -> String,
) -> String {
    match by {
        Column::Time => clock(row.ended),
        Column::State if way == Some(Direction::Out) => out(row),
        Column::State => result(row),
        Column::From => calls::on_its_way(called(&row.from), way),
        Column::To => to(row),
        Column::Duration => time::millis(row.duration()),
    }
}

/// What became of a call.
pub fn result(row: &Ended) -> String {
    match &row.result {
        EndedAs::Talked if row.talked == 0 => say!("ended.talked"),
        EndedAs::Talked => say!("ended.talked_for", span = time::millis(row.talked)),
        EndedAs::Conference(room) => say!("calls.room", name = cells::quoted(room)),
        EndedAs::Mailbox => say!("ended.mailbox"),
        EndedAs::LeftQueue(queue) => say!("ended.left_queue", queue = cells::quoted(queue)),
        EndedAs::Unanswered(why) => match why {
            Unanswered::Busy => say!("ended.busy"),
            Unanswered::Declined => say!("ended.declined"),
            Unanswered::InTime => say!("ended.no_answer"),
            Unanswered::Stopped => say!("ended.gave_up"),
            Unanswered::Unreachable => say!("ended.unreachable"),
        },
        EndedAs::Alone(application) if application.is_empty() => say!("ended.nobody"),
        EndedAs::Alone(application) => calls::alone(application),
        EndedAs::Unseen => say!("ended.unseen"),
    }
}

/// What became of a call that went out: nobody of the house has missed it.
fn out(row: &Ended) -> String {
    match &row.result {
        EndedAs::Unanswered(why) => match why {
            Unanswered::Busy => say!("ended.out_busy"),
            Unanswered::Declined => say!("ended.out_declined"),
            Unanswered::InTime => say!("ended.out_no_answer"),
            Unanswered::Stopped => say!("ended.out_gave_up"),
            Unanswered::Unreachable => say!("ended.out_unreachable"),
        },
        _ => result(row),
    }
}

/// Whom they talked with, or whose phones rang.
fn to(row: &Ended) -> String {
    let named: Vec<_> = row.to.iter().map(called).collect();
    let known = row.to.iter().any(|who| who.party.num == row.dialled);
    let dialled = cells::shown(&row.dialled);
    match (named.is_empty(), dialled.is_empty() || known) {
        (true, _) => dialled,
        (false, true) => named.join(", "),
        (false, false) => say!(
            "calls.both",
            one = named.join(", "),
            two = say!("calls.dialled", number = cells::quoted(&row.dialled))
        ),
    }
}

/// What somebody is called.
pub fn called(who: &Who) -> String {
    named(who, cells::Who::whole)
}

/// The same for the middle of a sentence: by the name alone.
fn in_short(who: &Who) -> String {
    named(who, |known| cells::quoted(&known.name))
}

fn named(who: &Who, as_known: impl Fn(&cells::Who) -> String) -> String {
    let known = cells::Who::of(&who.party);
    match known.is_empty() {
        true => cells::channel(&who.channel),
        false => as_known(&known),
    }
}

/// What happened, a sentence a step.
pub fn told(story: &Story) -> Vec<(Moment, String)> {
    let lines = story.lines.iter();
    lines
        .map(|line| (line.at, sentence(line, &story.people)))
        .collect()
}

fn sentence(line: &Line, people: &[Who]) -> String {
    let name = |place: usize| people.get(place).map(in_short).unwrap_or_default();
    let who = name(line.who);
    match &line.what {
        What::Calls => say!("story.calls", who = who),
        What::WasThere => say!("story.was_there", who = who),
        What::Dials(number) => say!("story.dials", who = who, number = cells::quoted(number)),
        What::Rings => say!("story.rings", who = who),
        What::Answers => say!("story.answers", who = who),
        What::Unanswered(why) => match why {
            Unanswered::Busy => say!("story.busy", who = who),
            Unanswered::Declined => say!("story.declines", who = who),
            Unanswered::InTime => say!("story.no_answer", who = who),
            Unanswered::Stopped => say!("story.stopped", who = who),
            Unanswered::Unreachable => say!("story.unreachable", who = who),
        },
        What::Connected(Some(other)) => {
            say!("story.connected", who = who, other = name(*other))
        }
        What::Connected(None) => say!("story.connected_others", who = who),
        What::Enters(room) => say!("story.enters", who = who, room = cells::quoted(room)),
        What::Parts => say!("story.parts", who = who),
        What::Holds => say!("story.holds", who = who),
        What::Resumes => say!("story.resumes", who = who),
        What::Waits(queue) => say!("story.waits", who = who, queue = cells::quoted(queue)),
        What::Parked(space) if space.is_empty() => say!("story.parked_somewhere", who = who),
        What::Parked(space) => say!("story.parked", who = who, space = cells::quoted(space)),
        What::Unparked => say!("story.unparked", who = who),
        What::Has(application) => {
            say!("story.has", who = who, doing = calls::alone(application))
        }
        What::Leaves(cause, text) => match self::cause(*cause, text) {
            Some(cause) => say!("story.leaves_by", who = who, cause = cause),
            None => say!("story.leaves", who = who),
        },
        What::Missing => say!("story.missing", who = who),
    }
}

/// Why somebody's line was given up (Q.931), where that is not as usual.
fn cause(cause: u16, text: &str) -> Option<String> {
    Some(match cause {
        16 => return None,
        1 | 3 | 28 => say!("cause.unknown_number"),
        17 => say!("cause.busy"),
        18 | 19 => say!("cause.no_answer"),
        20 | 27 => say!("cause.not_connected"),
        21 => say!("cause.declined"),
        26 => say!("cause.elsewhere"),
        34 | 38 | 41 | 42 | 44 => say!("cause.network"),
        _ if text.is_empty() || cause == 0 => return None,
        _ => cells::quoted(text),
    })
}

/// A story as text: a line a step, behind its time.
pub fn as_text(title: &str, story: &Story, clock: impl Fn(Moment) -> String) -> String {
    let mut text = title.to_owned();
    for (at, sentence) in told(story) {
        text.push('\n');
        text.push_str(&clock(at));
        text.push_str("  ");
        text.push_str(&sentence);
    }
    text
}

/// All of these as a table for other programs (RFC 4180), the oldest first; `clock` tells date and
/// time of a moment.
pub fn csv<'r>(
    rows: impl IntoIterator<Item = &'r Ended>,
    trunks: &Trunks,
    clock: impl Fn(Moment) -> String,
) -> String {
    let mut rows: Vec<&Ended> = rows.into_iter().collect();
    rows.sort_by_key(|row| (row.ended, row.id()));
    let head = [
        say!("csv.began"),
        say!("csv.ended"),
        say!("csv.way"),
        say!("csv.result"),
        say!("csv.from_name"),
        say!("csv.from_number"),
        say!("csv.dialled"),
        say!("csv.to_name"),
        say!("csv.to_number"),
        say!("csv.seconds"),
        say!("csv.talked"),
    ];
    let mut csv = line(&head);
    for row in rows {
        let way = row.direction(trunks);
        let each = |of: fn(&Who) -> &String| {
            let all: Vec<_> = row.to.iter().map(|who| cells::shown(of(who))).collect();
            all.join("; ")
        };
        csv.push_str(&line(&[
            clock(row.began),
            clock(row.ended),
            way.map(calls::direction).unwrap_or_default(),
            match way {
                Some(Direction::Out) => out(row),
                _ => result(row),
            },
            cells::shown(&row.from.party.name),
            cells::shown(&row.from.party.num),
            cells::shown(&row.dialled),
            each(|who| &who.party.name),
            each(|who| &who.party.num),
            (row.duration() / 1000).to_string(),
            (row.talked / 1000).to_string(),
        ]));
    }
    csv
}

fn line(fields: &[String]) -> String {
    let fields: Vec<_> = fields.iter().map(|field| quoted(field)).collect();
    fields.join(",") + "\r\n"
}

/// A field. What a spreadsheet would take for a formula is text: callers choose their names. A number
/// with its plus is none.
fn quoted(field: &str) -> String {
    let is_number =
        field.len() > 1 && field.starts_with('+') && field[1..].chars().all(|c| c.is_ascii_digit());
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_taken_for_a_formula_or_for_two() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(quoted("+49301234"), "\"+49301234\"");
        assert_eq!(quoted("+49+cmd"), "\"'+49+cmd\"");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
