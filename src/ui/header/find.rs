//! The field that finds rows of the table in sight, or channels where there is none.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use switchboard_core::route::LONGEST_FIND;
use switchboard_core::words::say;

use super::FIND;
use crate::ui::kit::{Icon, Picture};
use crate::ui::store::{Store, use_store};
use crate::ui::views::listing::AnyListing;

/// The field.
#[component]
pub(super) fn Find() -> impl IntoView {
    let store = use_store();
    view! {
        <div class="find" role="search">
            <label for=FIND>
                <Picture icon=Icon::Search />
                <span class="hidden">{say!("field.find")}</span>
            </label>
            <input
                id=FIND
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                maxlength=LONGEST_FIND.to_string()
                placeholder=say!("field.find")
                aria-keyshortcuts="/"
                prop:value=move || store.typed()
                on:input:target=move |event| store.find(&event.target().value())
                on:keydown=move |event| pressed(store, &event)
            />
        </div>
    }
}

fn pressed(store: Store, event: &KeyboardEvent) {
    match event.key().as_str() {
        // Once more leads back to the rows, where the keys are.
        "Escape" if untrack(|| store.typed()).is_empty() => go(store, |listing| listing.focus()),
        "Escape" => store.find(""),
        "ArrowDown" | "Enter" => go(store, |listing| listing.focus_first()),
        _ => return,
    }
    event.prevent_default();
}

/// Goes to the table, and does this there.
fn go(store: Store, then: fn(&AnyListing)) {
    let place = untrack(|| store.searched());
    if let Some(listing) = store.listing(place) {
        store.at(place, move || then(&listing));
    }
}
