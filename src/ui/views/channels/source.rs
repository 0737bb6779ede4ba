//! The channels as rows of a table.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::board::{Board, Column, Row, Tables};
use switchboard_core::console::{Act, Console, Target, WhyNot};
use switchboard_core::route::Place;
use switchboard_core::words::{cells as words, say};

use super::cells::{Line, Parts};
use crate::ui::store::Store;
use crate::ui::views::acts::Offers;
use crate::ui::views::listing::Listing;
use crate::ui::views::rings;

/// The channels of the board, in its order.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Channels(Store);

impl Listing for Channels {
    const PLACE: Place = Place::Channels;
    const ATTRIBUTE: &'static str = "data-uniqueid";
    const ACTS: &'static [Act] = &Act::ON_CHANNEL;
    const FURTHER: bool = true;

    type Record = Row;
    type Line = Line;
    type Act = Act;
    type Cells = Parts;

    fn of(store: Store) -> Self {
        Self(store)
    }

    fn store(self) -> Store {
        self.0
    }

    fn rows(tables: &Tables) -> &Board {
        &tables.channels
    }

    fn rows_mut(tables: &mut Tables) -> &mut Board {
        &mut tables.channels
    }

    fn line(self, console: &Console, row: &Row) -> Line {
        Line {
            row: row.clone(),
            note: console.note(&Target::from(&row.uniqueid)).cloned(),
            offers: Offers::of(self.0, None),
        }
    }

    fn header(by: Column) -> String {
        words::header(by)
    }

    fn remark(self, by: Column) -> Option<String> {
        let unknown = by == Column::Location && !self.0.seen.located.get();
        unknown.then(|| say!("column.location_unknown"))
    }

    fn hides(self, by: Column) -> bool {
        by == Column::Location && !self.0.seen.location.get()
    }

    fn why_not(line: &Line, act: Act) -> Option<WhyNot> {
        line.offers.why_not(act)
    }

    fn act(self, id: &Uniqueid, act: Act) {
        self.0.popovers.open(self.0, id, act, (Self::PLACE, id));
    }

    fn further(self, id: &Uniqueid) {
        self.0.popovers.open_menu(self.0, id, (Self::PLACE, id));
    }

    fn further_by_key(self, id: &Uniqueid, key: &str) -> bool {
        self.0.popovers.pressed(self.0, id, key, (Self::PLACE, id))
    }

    fn open(self) -> Option<Uniqueid> {
        let row = self.0.popovers.at(Self::PLACE)?;
        Uniqueid::new(&row)
    }

    fn drawn(self) {
        rings::listen(self.0);
        self.0.popovers.follow(self.0);
    }

    fn resized(self) {
        self.0.show_views();
    }

    fn ticked(self) {
        rings::find(self.0);
    }

    fn left(self) {
        self.0.popovers.close(self.0);
        rings::listen(self.0);
    }
}
