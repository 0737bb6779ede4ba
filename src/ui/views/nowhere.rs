//! What an address leads to that names no place.

use leptos::html::Section;
use leptos::prelude::*;
use switchboard_core::route::{Place, Route};
use switchboard_core::words::{place, say};

use super::{PLACE, arrive};
use crate::ui::route::{Link, use_router};

pub(super) fn view() -> AnyView {
    let router = use_router();
    let name = move || match router.route() {
        Route::Unknown(name) => place::unknown(&name),
        _ => String::new(),
    };
    let channels = Signal::derive(move || router.last(Place::Channels));
    let section = NodeRef::<Section>::new();
    arrive(section);
    view! {
        <section
            class="places-nowhere"
            id=PLACE
            tabindex="-1"
            aria-labelledby="places-nowhere"
            node_ref=section
        >
            <h2 class="places-nowhere-title" id="places-nowhere">
                {say!("place.nowhere")}
            </h2>
            <p>{name}</p>
            <p>
                <Link class="link" to=channels>
                    {say!("place.to_channels")}
                </Link>
            </p>
        </section>
    }
    .into_any()
}
