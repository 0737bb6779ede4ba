//! Sorting and searching.

use std::cell::Cell;
use std::cmp::Ordering;

use super::row::Row;
use crate::time::Moment;

/// A column of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The channel's name.
    Channel,
    /// Its state.
    State,
    /// The caller's name, then number.
    Caller,
    /// Where in the dial plan.
    Location,
    /// The other party.
    Connected,
    /// How long it has been there.
    Duration,
}

impl Column {
    /// From left to right.
    pub const ALL: [Self; 6] = [
        Self::Channel,
        Self::State,
        Self::Caller,
        Self::Location,
        Self::Connected,
        Self::Duration,
    ];
}

/// By which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest channel first: what has just begun to ring is what needs a hand.
    fn default() -> Self {
        Self {
            column: Column::Duration,
            descending: false,
        }
    }
}

impl Sort {
    /// What a press on a column's header makes of it.
    #[must_use]
    pub fn pressed(self, column: Column) -> Self {
        Self {
            column,
            descending: self.column == column && !self.descending,
        }
    }
}

/// Makes the letters of a text small. The browser knows how, for every script: what it has in tables
/// need not come with the page. Unless another is given, letters beyond ASCII stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Fold(pub fn(&str) -> String);

impl Default for Fold {
    fn default() -> Self {
        Self(str::to_ascii_lowercase)
    }
}

impl Fold {
    fn lower(self, text: &str) -> String {
        if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            self.0(text)
        }
    }
}

/// What a row is sorted by: made once when the row changes, compared often.
#[derive(Debug)]
pub(super) struct Key {
    text: String,
    started: Moment,
    pub id: crate::ami::Uniqueid,
    left: Cell<bool>,
}

impl Key {
    pub(super) fn of(row: &Row, column: Column, fold: Fold) -> Self {
        let text = match column {
            Column::Channel => fold.lower(&row.channel),
            Column::State => format!("{:?}{:02}", row.status.lamp, row.status.state.number()),
            Column::Caller => fold.lower(&format!("{} {}", row.caller.name, row.caller.num)),
            Column::Location => fold.lower(&row.location),
            Column::Connected => fold.lower(&row.connected.text()),
            Column::Duration => String::new(),
        };
        Self {
            text: text.trim().to_owned(),
            started: row.started,
            id: row.uniqueid.clone(),
            left: Cell::new(false),
        }
    }

    /// Whether a row with this key stands where one with the other does.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.started == other.started && self.text == other.text && self.id == other.id
    }

    /// No row has it any more.
    pub(super) fn leave(&self) {
        self.left.set(true);
    }

    pub(super) fn has_left(&self) -> bool {
        self.left.get()
    }

    /// Rows without a text go last either way; rows that are equal stand newest first.
    pub(super) fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let newest_first = other
            .started
            .cmp(&self.started)
            .then_with(|| other.id.cmp(&self.id));
        let by_text = self.text.cmp(&other.text);
        match (sort.column, sort.descending) {
            (Column::Duration, false) => newest_first,
            (Column::Duration, true) => newest_first.reverse(),
            _ if self.text.is_empty() != other.text.is_empty() => by_text.reverse(),
            (_, false) => by_text.then(newest_first),
            (_, true) => by_text.reverse().then(newest_first),
        }
    }
}

/// What somebody typed to find a row: every word must be somewhere in it, in any case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    words: Vec<String>,
    fold: Fold,
}

impl Filter {
    /// From what was typed.
    pub fn new(typed: &str, fold: Fold) -> Self {
        let words = typed.split_whitespace();
        Self {
            words: words.map(|word| fold.lower(word)).collect(),
            fold,
        }
    }

    /// Whether no row passes this one that does not pass the other: each word of the other is in one
    /// of its words.
    pub fn is_within(&self, other: &Self) -> bool {
        let within = |word: &String| {
            self.words
                .iter()
                .any(|longer| longer.contains(word.as_str()))
        };
        other.words.iter().all(within)
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether this row passes.
    pub fn matches(&self, row: &Row) -> bool {
        if self.is_empty() {
            return true;
        }
        let text = [
            row.channel.as_str(),
            row.status.state.words(),
            &row.caller.name,
            &row.caller.num,
            &row.location,
            &row.application,
            &row.connected.text(),
            &row.account,
            &row.uniqueid,
        ]
        .join("\n");
        let text = self.fold.lower(&text);
        self.words.iter().all(|word| text.contains(word))
    }
}
