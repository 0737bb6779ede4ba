//! The band at the bottom: how many, and when the server was last heard.

use std::time::Duration;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{count, say};
use web_sys::Element;

use super::plain::{self, make, part, set, words};
use super::store::Store;

pub(super) fn status(store: Store) -> Element {
    let board = Memo::new(move |_| store.seen.phase.with(Phase::has_board));
    part(move || board.get().then(|| line(store)))
}

fn line(store: Store) -> Element {
    let seen = store.seen;
    let span = |class| plain::say("span", class, "");
    let unknown = Memo::new(move |_| {
        let none = seen.tally.get().channels == 0;
        none && seen.abilities.with(|abilities| !abilities.lists_channels)
    });
    let calls = words(span("status-count"), move || match unknown.get() {
        true => say!("count.unknown"),
        false => count::calls(seen.tally.get().calls),
    });
    let channels = words(span(""), move || match unknown.get() {
        true => String::new(),
        false => count::channels(seen.tally.get().channels),
    });
    let shown = words(span("status-shown"), move || {
        let tally = seen.tally.get();
        if seen.find.with(|typed| typed.trim().is_empty()) {
            return String::new();
        }
        say!("count.shown", shown = tally.found, all = tally.channels)
    });
    let heard = words(span("status-heard"), move || {
        let clock = seen.clock.get();
        let ago = seen.last_word.get().map(|at| clock.since(at));
        let live = seen.phase.with(Phase::is_live);
        // A line that is cut says nothing just now.
        let least = Duration::from_secs(u64::from(!live));
        ago.map(|ago| count::last_word(ago.max(least)))
            .unwrap_or_default()
    });
    let keys = plain::button("quiet", &say!("button.keys"), move || seen.keys.set(true));
    set(&keys, "aria-keyshortcuts", Some("?"));
    make(
        "footer",
        &[("class", "status"), ("aria-label", &say!("region.line"))],
        &[&calls, &channels, &shown, &heard, &keys],
    )
}
