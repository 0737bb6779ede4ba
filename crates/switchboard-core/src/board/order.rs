//! Sorting.

use std::cell::Cell;
use std::cmp::Ordering;

use ajam::time::Moment;

use super::find::Fold;
use super::row::Row;

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

    fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::State => "state",
            Self::Caller => "caller",
            Self::Location => "location",
            Self::Connected => "connected",
            Self::Duration => "duration",
        }
    }
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
    /// Its name, for what keeps it: `caller`, or `-caller` with the largest first.
    #[must_use]
    pub fn name(self) -> String {
        let way = if self.descending { "-" } else { "" };
        format!("{way}{}", self.column.name())
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let column = name.strip_prefix('-').unwrap_or(name);
        let mut columns = Column::ALL.into_iter();
        let column = columns.find(|known| known.name() == column)?;
        Some(Self {
            column,
            descending: name.starts_with('-'),
        })
    }

    /// What a press on a column's header makes of it.
    #[must_use]
    pub fn pressed(self, column: Column) -> Self {
        Self {
            column,
            descending: self.column == column && !self.descending,
        }
    }
}

/// What a row is sorted by: made once when the row changes, compared often.
#[derive(Debug)]
pub(super) struct Key {
    text: String,
    started: Moment,
    pub id: ajam::ami::Uniqueid,
    left: Cell<bool>,
}

impl Key {
    pub(super) fn of(row: &Row, column: Column, fold: Fold) -> Self {
        let text = match column {
            Column::Channel => fold.plain(&row.channel),
            Column::State => format!("{:?}{:02}", row.status.lamp, row.status.state.number()),
            Column::Caller => fold.plain(&format!("{} {}", row.caller.name, row.caller.num)),
            Column::Location => fold.plain(&row.location),
            Column::Connected => fold.plain(&row.connected.text()),
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
