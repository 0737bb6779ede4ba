//! The calls that ring: those out of sight, whichever table somebody looks at, and what is told of a new
//! one.

use std::collections::HashSet;

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::acts::offers;
use switchboard_core::board::{Ring, Viewport};
use switchboard_core::console::Console;
use switchboard_core::route::Place;
use switchboard_core::words::{ringing, say};

use super::calls::Calls;
use super::channels::Channels;
use crate::ui::grid::Part;
use crate::ui::store::{Store, set};
use crate::ui::views::listing::Listing;

/// Up to so many rows that ring are looked through whenever anything has happened.
const MANY: usize = 100;

/// Finds the calls that ring out of sight, unless there are very many: of those, the tick counts.
pub(super) fn listen(store: Store) {
    let few = |console: &Console| console.board().rows_ringing() <= MANY;
    if store.look(few) == Some(true) {
        find(store);
    }
}

/// Finds the calls that ring out of sight. A call that begins to ring, in sight or not, is told to those
/// who see neither its row nor the bar; of several at once, the one that has waited longest. Of a call to
/// one's own phone that was asked for here it is told what becomes of it.
pub(super) fn find(store: Store) {
    let seen = store.seen;
    let rings = store.look(|console| {
        let live = console.session().phase().is_live();
        live.then(|| console.board().ringing())
    });
    let Some(rings) = rings else {
        return;
    };
    if !store.has_board() {
        // Nobody's number stays in the page when it is logged off.
        set(seen.said, String::new());
    }
    // While the line is cut, what rang is no news.
    if let Some(rings) = &rings {
        let asked_for = |ring: &Ring| {
            let asked = |console: &Console| {
                let phone = seen.phone.get_untracked()?;
                let asked = |row| offers::is_asked_for(console.pbx(), row, &phone);
                Some(ring.rows.iter().all(|row| asked(row)))
            };
            store.look(asked).flatten() == Some(true)
        };
        store.heard.update_value(|heard| {
            let is_new =
                |ring: &&Ring| !ring.rows.iter().any(|row| heard.contains(row)) && !asked_for(ring);
            if let Some(ring) = rings.iter().find(is_new) {
                seen.said.set(ringing::told(ring));
            }
            *heard = rings.iter().flat_map(|ring| ring.rows.clone()).collect();
        });
    }
    let unseen = rings.and_then(|rings| store.look(|console| unseen(store, console, rings)));
    set(seen.rings, unseen.unwrap_or_default());
}

/// Those of these calls that have no row in sight.
fn unseen(store: Store, console: &Console, mut rings: Vec<Ring>) -> Vec<Ring> {
    if rings.is_empty() {
        return rings;
    }
    if store.shows(Place::Calls) {
        let table = Calls::of(store).table();
        let rows = &console.tables().calls;
        let places = table.viewport().in_sight(rows.len(), table.head());
        let in_sight: HashSet<&str> = rows.ids(places).collect();
        let is_seen = |id: &Uniqueid| {
            let call = console.calls().of(id);
            call.is_some_and(|call| in_sight.contains(&**call))
        };
        rings.retain(|ring| !ring.rows.iter().any(is_seen));
        return rings;
    }
    let table = Channels::of(store).table();
    let here = store.shows(Place::Channels);
    let height = if here { table.viewport().height } else { 0.0 };
    let viewport = Viewport {
        height,
        ..table.viewport()
    };
    let board = console.board();
    board.ringing_unseen(&viewport, table.head())
}

/// Moves the focus to the row of a channel, or to that of its call where calls are in sight, whatever
/// is typed in Find.
pub(in crate::ui) fn show(store: Store, channel: &Uniqueid) {
    let call = store.look(|console| console.calls().of(channel).cloned());
    let (place, row) = match call.flatten() {
        Some(call) if store.shows(Place::Calls) => (Place::Calls, call),
        _ => (Place::Channels, channel.clone()),
    };
    focus(store, place, row);
}

fn focus(store: Store, place: Place, row: Uniqueid) {
    let Some(listing) = store.listing(place) else {
        return;
    };
    if store.look(|console| listing.rows(console.tables()).leaves_out(&row)) == Some(true) {
        store.find_at(place, "");
    }
    store.at(place, move || {
        listing.table().focus(&row, Part::Row);
    });
}

/// Moves the focus to the row of a call, whatever is typed in Find there.
pub(in crate::ui) fn show_call(store: Store, call: &Uniqueid) {
    focus(store, Place::Calls, call.clone());
}

/// Moves the focus to the row of a channel on the Channels place, whatever is typed in Find there.
pub(in crate::ui) fn show_channel(store: Store, channel: &Uniqueid) {
    focus(store, Place::Channels, channel.clone());
}

/// Moves the focus to the call that rings and has waited longest; from there to the next.
pub(in crate::ui) fn show_next(store: Store) {
    let calls = store.look(|console| console.board().ringing());
    let calls = calls.unwrap_or_default();
    let at = store.look(|console| {
        if store.shows(Place::Calls) {
            let here = Calls::of(store).table().focused()?;
            let call = |id: &Uniqueid| console.calls().of(id);
            let is_here = |id: &Uniqueid| call(id).is_some_and(|call| **call == *here);
            return calls.iter().position(|ring| ring.rows.iter().any(is_here));
        }
        let here = Channels::of(store).table().focused()?;
        let is_here = |id: &Uniqueid| **id == *here;
        calls.iter().position(|ring| ring.rows.iter().any(is_here))
    });
    let next = at.flatten().map_or(0, |at| (at + 1) % calls.len());
    match calls.get(next) {
        Some(ring) => show(store, &ring.id),
        None => store.seen.said.set(say!("ringing.none")),
    }
}
