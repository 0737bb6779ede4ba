//! The band at the bottom: how many, and when the server was last heard.

use leptos::prelude::*;

use super::store::Store;
use crate::session::Phase;
use crate::words::{count, say};

pub(super) fn status(store: Store) -> impl IntoView {
    let seen = store.seen;
    let board = Memo::new(move |_| seen.phase.with(Phase::has_board));
    move || board.get().then(|| line(store))
}

fn line(store: Store) -> impl IntoView {
    let seen = store.seen;
    let calls = move || count::calls(seen.tally.get().calls);
    let channels = move || count::channels(seen.tally.get().channels);
    let shown = move || {
        let tally = seen.tally.get();
        (!seen.find.get().trim().is_empty())
            .then(|| say!("count.shown", shown = tally.shown, all = tally.channels))
    };
    let heard = move || {
        let clock = seen.clock.get();
        seen.last_word
            .get()
            .map(|at| count::last_word(clock.since(at)))
    };
    view! {
        <footer class="status" aria-label=say!("region.line")>
            <span class="count">{calls}</span>
            <span>{channels}</span>
            <span class="shown">{shown}</span>
            <span class="heard">{heard}</span>
            <button
                type="button"
                class="quiet"
                aria-keyshortcuts="?"
                on:click=move |_| seen.keys.set(true)
            >
                {say!("button.keys")}
            </button>
        </footer>
    }
}
