//! What stands in the middle of the page, one view a place. Each is one `fn view() -> AnyView`,
//! which knows nothing of the others.

pub(super) mod acts;
mod calls;
pub(super) mod channels;
pub(super) mod consult;
mod credentials;
pub(super) mod doctor;
mod ended;
mod extensions;
pub(super) mod listing;
pub(super) mod log_in;
pub(super) mod my_phone;
pub(super) mod new_call;
mod nothing;
mod nowhere;
pub(super) mod rings;
mod traffic;

use leptos::prelude::*;
use switchboard_core::route::Place;
use switchboard_core::words::say;

use super::dom;
use super::store::{Store, use_store};
use acts::RowPopover;
use calls::Calls;
use channels::Channels;
use ended::Ended;
use extensions::Extensions;
use listing::AnyListing;

/// What a place has.
struct Entry {
    place: Place,
    /// What it is called.
    name: fn() -> String,
    view: fn() -> AnyView,
    /// Its table, if it has one: that is what Find serves there.
    listing: Option<fn(Store) -> AnyListing>,
}

/// The places, in the order of the bar.
const PLACES: [Entry; Place::ALL.len()] = [
    Entry {
        place: Place::Channels,
        name: || say!("region.channels"),
        view: channels::view,
        listing: Some(listing::begin::<Channels>),
    },
    Entry {
        place: Place::Calls,
        name: || say!("calls.title"),
        view: calls::view,
        listing: Some(listing::begin::<Calls>),
    },
    Entry {
        place: Place::Ended,
        name: || say!("ended.title"),
        view: ended::view,
        listing: Some(listing::begin::<Ended>),
    },
    Entry {
        place: Place::Extensions,
        name: || say!("extensions.title"),
        view: extensions::view,
        listing: Some(listing::begin::<Extensions>),
    },
    Entry {
        place: Place::Traffic,
        name: || say!("traffic.title"),
        view: traffic::view,
        listing: None,
    },
];

/// The id of a place's element that takes the focus when somebody comes there.
const PLACE: &str = "place";

/// What a place is called; nothing has no place.
pub(super) fn name(place: Option<Place>) -> String {
    let entry = PLACES.into_iter().find(|entry| Some(entry.place) == place);
    entry.map_or_else(|| say!("place.nowhere"), |entry| (entry.name)())
}

/// The tables of the places.
pub(super) fn listings(store: Store) -> Vec<AnyListing> {
    let listings = PLACES.into_iter().filter_map(|entry| entry.listing);
    listings.map(|begin| begin(store)).collect()
}

/// The place where the page is. A table that was seen once stays, out of sight and untouched, so that
/// focus, scroll and selection are as they were when somebody comes back; the channels are there from
/// the start.
pub(super) fn places() -> AnyView {
    let router = use_store().router;
    let tables = PLACES.into_iter().filter(|entry| entry.listing.is_some());
    let tables = tables.map(|entry| {
        let away = move || router.place() != Some(entry.place);
        let begins = entry.place == Place::Channels;
        let seen = Memo::new(move |seen| begins || seen == Some(&true) || !away());
        move || {
            seen.get().then(|| {
                view! {
                    <div class="places-board" class:places-away=away inert=away>
                        {(entry.view)()}
                    </div>
                }
            })
        }
    });
    let other = move || {
        let place = router.place();
        let mut places = PLACES.into_iter();
        match places.find(|entry| Some(entry.place) == place) {
            Some(entry) if entry.listing.is_some() => ().into_any(),
            Some(entry) => (entry.view)(),
            None => nowhere::view(),
        }
    };
    view! {
        {tables.collect_view()}
        {other}
        <RowPopover />
    }
    .into_any()
}

/// Gives the focus to where the page is: to its table, where no row is meant by the next key, or to
/// whatever stands in its stead.
pub(super) fn focus(store: Store) {
    let place = untrack(|| store.router.place());
    let table = place.and_then(|place| store.listing(place));
    match table {
        _ if !store.has_board() => dom::focus_id(log_in::FIRST),
        Some(table) => table.focus(),
        None => dom::focus_id(PLACE),
    }
}

/// Gives the focus to the place that has just been drawn, unless somebody types.
fn arrive<E>(place: NodeRef<E>)
where
    E: leptos::html::ElementType + 'static,
    E::Output: wasm_bindgen::JsCast + Clone + 'static,
{
    place.on_load(|_| {
        if !dom::is_typing() {
            dom::focus_id(PLACE);
        }
    });
}
