//! The button that has everything listed anew.

use std::time::Duration;

use leptos::prelude::*;
use switchboard_core::words::say;

use crate::ui::kit::{Icon, Picture};
use crate::ui::store::use_store;

/// How long it is shown that everything was listed anew.
const DONE: Duration = Duration::from_millis(2500);

/// The button. Its picture turns while everything is listed, and is a tick when that is done.
#[component]
pub(super) fn Refresh() -> impl IntoView {
    let store = use_store();
    let listing = store.seen.listing;
    let (asked, done) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |before: Option<bool>| {
        let now = listing.get();
        if before == Some(true) && !now && asked.get_untracked() {
            asked.set(false);
            done.set(true);
            store.seen.said.set(say!("refresh.done"));
            let over = move || {
                done.try_set(false);
            };
            set_timeout(over, DONE);
        }
        now
    });
    let ask = move |_| {
        asked.set(true);
        store.refresh();
    };
    let icon = Signal::derive(move || match done.get() {
        true => Icon::Tick,
        false => Icon::Refresh,
    });
    let truth = |is: RwSignal<bool>| move || is.get().then_some("true");
    view! {
        <button
            class="button refresh"
            type="button"
            aria-busy=truth(listing)
            data-done=truth(done)
            on:click=ask
        >
            <Picture icon=icon />
            <span class="refresh-word">{say!("button.refresh")}</span>
        </button>
    }
}
