//! Sorting.

use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt::Debug;

use ajam::time::Moment;

use super::find::Fold;
use super::record::Record;

/// The columns of a table.
pub trait Columns: Copy + Eq + Debug + Send + Sync + 'static {
    /// From left to right.
    const ALL: &'static [Self];
    /// The order that everybody begins with.
    const FIRST: Sort<Self>;

    /// Its name, for what keeps it: small letters and dashes, and no other column's.
    fn name(self) -> &'static str;

    /// Whether it tells the age of a row: the youngest is the smallest then, whatever its text.
    fn is_age(self) -> bool {
        false
    }
}

/// By which column of `C`, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<C> {
    /// The column.
    pub column: C,
    /// Largest first.
    pub descending: bool,
}

impl<C: Columns> Default for Sort<C> {
    fn default() -> Self {
        C::FIRST
    }
}

impl<C: Columns> Sort<C> {
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
        let mut columns = C::ALL.iter().copied();
        let column = columns.find(|known| known.name() == column)?;
        Some(Self {
            column,
            descending: name.starts_with('-'),
        })
    }

    /// What a press on a column's header makes of it.
    #[must_use]
    pub fn pressed(self, column: C) -> Self {
        Self {
            column,
            descending: self.column == column && !self.descending,
        }
    }
}

/// Which way rows are sorted, whatever the column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    /// By their age, not by a text.
    by_age: bool,
    descending: bool,
}

impl<C: Columns> From<Sort<C>> for Way {
    fn from(sort: Sort<C>) -> Self {
        Self {
            by_age: sort.column.is_age(),
            descending: sort.descending,
        }
    }
}

/// What a row is sorted by: made once when the row changes, compared often.
#[derive(Debug)]
pub(super) struct Key {
    /// What the row is sorted by, and behind it its id: in one piece, as they are compared together.
    told: Box<str>,
    /// Where the id begins.
    split: usize,
    pub began: Option<Moment>,
    /// Where the table keeps the row.
    pub slot: usize,
    left: Cell<bool>,
}

impl Key {
    pub(super) fn new(text: &str, began: Option<Moment>, id: &str, slot: usize) -> Self {
        Self {
            told: [text, id].concat().into(),
            split: text.len(),
            began,
            slot,
            left: Cell::new(false),
        }
    }

    fn text(&self) -> &str {
        &self.told[..self.split]
    }

    /// The name of the row.
    pub(super) fn id(&self) -> &str {
        &self.told[self.split..]
    }

    /// Whether the row stands where one with these does.
    pub(super) fn is(&self, text: &str, began: Option<Moment>) -> bool {
        self.began == began && self.text() == text
    }

    /// No row has it any more.
    pub(super) fn leave(&self) {
        self.left.set(true);
    }

    pub(super) fn has_left(&self) -> bool {
        self.left.get()
    }

    /// Rows without a text go last either way; rows that are equal stand newest first, and those
    /// that never began by their ids.
    pub(super) fn compare(&self, other: &Self, way: Way) -> Ordering {
        let newest_first = || {
            let began = other.began.cmp(&self.began);
            began.then_with(|| match self.began {
                Some(_) => other.id().cmp(self.id()),
                None => self.id().cmp(other.id()),
            })
        };
        match (way.by_age, way.descending) {
            (true, false) => return newest_first(),
            (true, true) => return newest_first().reverse(),
            _ => {}
        }
        let (text, others) = (self.text(), other.text());
        let by_text = text.cmp(others);
        let by_text = match text.is_empty() != others.is_empty() {
            true => return by_text.reverse(),
            false if way.descending => by_text.reverse(),
            false => by_text,
        };
        by_text.then_with(newest_first)
    }
}

/// What a row is sorted by in this column; nothing where it is its age.
pub(super) fn text<R: Record>(row: &R, column: R::Column, fold: Fold) -> String {
    match column.is_age() {
        true => String::new(),
        false => fold.plain(&row.text(column)).trim().to_owned(),
    }
}
