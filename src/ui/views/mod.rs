//! What stands in the middle of the page, one view a place. Each is one `fn view() -> AnyView`,
//! which knows nothing of the others.

pub(super) mod channels;
mod credentials;
pub(super) mod doctor;
pub(super) mod log_in;
mod nowhere;
mod traffic;

use leptos::prelude::*;
use switchboard_core::route::Place;

use super::banner::Banner;
use super::dom;
use super::store::use_store;

/// The id of a place's element that takes the focus when somebody comes there.
const PLACE: &str = "place";

/// The place where the page is. The board stays, out of sight and untouched, so that focus, scroll
/// and selection are as they were when somebody comes back.
pub(super) fn places() -> AnyView {
    let store = use_store();
    let router = store.router;
    let away = move || router.place() != Some(Place::Channels);
    let other = move || match router.place() {
        Some(Place::Channels) => ().into_any(),
        Some(Place::Traffic) => traffic::view(),
        None => nowhere::view(),
    };
    view! {
        <Banner />
        <div class="places-board" class:places-away=away inert=away>
            {channels::view()}
        </div>
        {other}
    }
    .into_any()
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
