//! A table in a place of its own: what is the same for each of them. What differs, from its columns to
//! what can be done with its rows, is a [`Listing`].

mod acts;
mod any;
mod cells;
pub(super) mod note;
mod party;
mod sign;
mod source;
pub(super) mod texts;
mod view;

use switchboard_core::board::{self, Record, Tables};
use switchboard_core::console::{Console, WhyNot};
use switchboard_core::live::Topic;
use switchboard_core::route::Place;

use crate::ui::grid::Table;
use crate::ui::kit::Icon;
use crate::ui::store::Store;

pub(super) use acts::{Acts, FURTHER, RowAct, button, part};
pub(in crate::ui) use any::{AnyListing, begin};
pub(in crate::ui) use cells::{Cells, Showing, Shown};
pub(super) use party::Party;
pub(super) use sign::Sign;
pub(super) use view::{ListingView, NoMatch};

/// Names a row of a listing.
pub(in crate::ui) type Id<L> = <<L as Listing>::Record as Record>::Id;
/// A column of a listing.
pub(in crate::ui) type By<L> = <<L as Listing>::Record as Record>::Column;

/// The table of a place.
pub(in crate::ui) trait Listing: Copy + Send + Sync + 'static {
    /// Where it is.
    const PLACE: Place;
    /// The attribute of a row that holds its id.
    const ATTRIBUTE: &'static str = "data-id";
    /// What Asterisk has to tell of while the place is in sight, beside the calls.
    const TOPICS: &'static [Topic] = &[];
    /// What a row says in words that it does not hold itself: Find looks at them, too.
    const WORDS: Option<fn(&Self::Record) -> String> = None;
    /// What can be done with a row, in the order in which it is offered.
    const ACTS: &'static [Self::Act] = &[];
    /// Whether there is more to do with a row than these, in a menu of its own.
    const FURTHER: bool = false;
    /// The column of the state, which has a [picture](Self::look).
    const STATE: Option<By<Self>> = None;

    /// What the rows are, as the core has them.
    type Record: Record + 'static;
    /// What a row shows.
    type Line: Clone + PartialEq + Send + Sync + 'static;
    /// What can be done with one.
    type Act: RowAct;
    /// How it is drawn: [`Texts`](texts::Texts), unless there is more to it.
    type Cells: Cells<Self>;

    /// The one of this store.
    fn of(store: Store) -> Self;
    /// The store that it is of.
    fn store(self) -> Store;

    /// Its rows.
    fn rows(tables: &Tables) -> &board::Table<Self::Record>;
    /// The same, to sort, find and hold them.
    fn rows_mut(tables: &mut Tables) -> &mut board::Table<Self::Record>;

    /// What a row shows just now.
    fn line(self, console: &Console, row: &Self::Record) -> Self::Line;
    /// What stands in a cell, where that is a text.
    fn text(line: &Self::Line, by: By<Self>) -> String {
        let _ = (line, by);
        String::new()
    }

    /// The picture of the state, and the name by which the sheet of style knows the state.
    fn look(line: &Self::Line) -> (Icon, &'static str) {
        let _ = line;
        (Icon::Ring, "")
    }

    /// What a column is called.
    fn header(by: By<Self>) -> String;
    /// What is said of a column beside that; what it reads it follows.
    fn remark(self, by: By<Self>) -> Option<String> {
        let _ = by;
        None
    }
    /// Whether nobody sees this column just now, and so no order by it.
    fn hides(self, by: By<Self>) -> bool {
        let _ = by;
        false
    }

    /// Why this cannot be done with a row that lives; none if it can.
    fn why_not(line: &Self::Line, act: Self::Act) -> Option<WhyNot> {
        let _ = (line, act);
        None
    }
    /// Somebody asks for this, and it can be done.
    fn act(self, id: &Id<Self>, act: Self::Act) {
        let _ = (id, act);
    }

    /// Somebody wants to know what more can be done with a row.
    fn further(self, id: &Id<Self>) {
        let _ = id;
    }

    /// Somebody presses the key of something more that can be done with a row. Whether it is one.
    fn further_by_key(self, id: &Id<Self>, key: &str) -> bool {
        let _ = (id, key);
        false
    }

    /// Somebody goes into a row. Whether that meant something; else the first of its acts is next.
    fn enter(self, id: &Id<Self>) -> bool {
        let _ = id;
        false
    }

    /// The row at which something is open; what reads this follows it.
    fn open(self) -> Option<Id<Self>> {
        None
    }
    /// Rows were drawn anew, or others are in sight than before.
    fn drawn(self) {}
    /// The table has another size than before.
    fn resized(self) {}
    /// A second has passed.
    fn ticked(self) {}
    /// Somebody leaves the place.
    fn left(self) {}

    /// The table in the page.
    fn table(self) -> Table {
        self.any().table()
    }

    /// The listing, whatever its rows.
    fn any(self) -> AnyListing {
        let listing = self.store().listing(Self::PLACE);
        listing.unwrap_or_else(|| unreachable!("each listing stands among the places"))
    }
}
