//! The calls that ring out of sight: over the band at the bottom, where it pushes nothing and lies
//! over no row.

use leptos::prelude::*;
use switchboard_core::words::{ringing, say};
use web_sys::Element;

use super::icon::Icon;
use super::plain::{self, make, part, picture, set, words};
use super::store::Store;

pub(super) fn ring_bar(store: Store) -> Element {
    let rings = store.seen.rings;
    let some = Memo::new(move |_| rings.with(|rings| !rings.is_empty()));
    part(move || some.get().then(|| bar(store)))
}

fn bar(store: Store) -> Element {
    let rings = store.seen.rings;
    let said = words(plain::say("span", "ring-bar-words", ""), move || {
        rings.with(|rings| ringing::bar(rings))
    });
    let show = plain::button("button", &say!("button.show"), move || {
        let first = rings.with_untracked(|rings| rings.first().map(|ring| ring.id.clone()));
        if let Some(id) = first {
            store.focus.show(store, &id);
        }
    });
    set(&show, "aria-keyshortcuts", Some("r"));
    make(
        "section",
        &[
            ("class", "ring-bar"),
            ("aria-label", &say!("region.ringing")),
        ],
        &[&picture(Icon::Bell).0, &said, &show],
    )
}
