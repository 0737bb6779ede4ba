//! The bar of places: in the band at the top, or under the thumb where the window is narrow.

use leptos::prelude::*;
use switchboard_core::route::Place;
use switchboard_core::words::say;

use crate::ui::route::{Link, use_router};
use crate::ui::views;

/// A link to each place, as it was left.
#[component]
pub(super) fn Places() -> impl IntoView {
    let router = use_router();
    let links = Place::ALL.map(|place| {
        let to = Signal::derive(move || router.last(place));
        let keys = (place == Place::Traffic).then_some("b");
        view! {
            <Link class="places-link" to=to keys=keys>
                {views::name(Some(place))}
            </Link>
        }
    });
    view! {
        <nav class="places" aria-label=say!("region.places")>
            {links.collect_view()}
        </nav>
    }
}
