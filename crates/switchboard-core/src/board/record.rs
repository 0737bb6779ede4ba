//! What a row of a table has to tell of itself.

use std::borrow::{Borrow, Cow};
use std::fmt::Debug;
use std::hash::Hash;

use ajam::time::Moment;

use super::order::Columns;

/// What a row of a table holds. A kind of table is a type that tells this of itself: everything else
/// ([`Table`](super::Table)) is the same for all of them.
pub trait Record {
    /// Names it for as long as it is in the table: a text.
    type Id: Clone + Eq + Hash + Debug + Borrow<str>;
    /// What it can be sorted by.
    type Column: Columns;

    /// Its name.
    fn id(&self) -> &Self::Id;

    /// What it is sorted by in this column: in any case, numbers with zeros before them. A row
    /// without a text goes last either way.
    fn text(&self, column: Self::Column) -> Cow<'_, str>;

    /// What Find looks at, each part in a line of its own: its columns, unless it says otherwise.
    fn found_by(&self) -> String {
        let columns = Self::Column::ALL.iter();
        let texts: Vec<_> = columns.map(|column| self.text(*column)).collect();
        texts.join("\n")
    }

    /// The telephone numbers in it, which are found however people write them.
    fn numbers(&self) -> Vec<&str> {
        Vec::new()
    }

    /// When it began. Of rows that are equal the newest stands first.
    fn began(&self) -> Option<Moment> {
        None
    }

    /// It has ended, and stays for [`FADE`](super::FADE).
    fn end(&mut self, at: Moment) {
        let _ = at;
    }

    /// Whether it wants somebody's hand: the table knows such rows ([`urgent`](super::Table::urgent)),
    /// scrolled away and filtered out ones, too.
    fn is_urgent(&self) -> bool {
        false
    }
}
