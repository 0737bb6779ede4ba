//! The field that finds channels, wherever the page is.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use switchboard_core::route::LONGEST_FIND;
use switchboard_core::words::say;

use super::FIND;
use crate::ui::kit::{Icon, Picture};
use crate::ui::store::{Store, use_store};

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
                prop:value=move || store.seen.find.get()
                on:input:target=move |event| store.find(event.target().value())
                on:keydown=move |event| pressed(store, &event)
            />
        </div>
    }
}

fn pressed(store: Store, event: &KeyboardEvent) {
    match event.key().as_str() {
        // Once more leads back to the rows, where the keys are.
        "Escape" if store.seen.find.with_untracked(String::is_empty) => {
            store.at_board(move || store.table().focus_table());
        }
        "Escape" => store.find(String::new()),
        "ArrowDown" | "Enter" => store.at_board(move || store.table().focus_place(0)),
        _ => return,
    }
    event.prevent_default();
}
