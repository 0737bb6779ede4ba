//! What the keyboard does anywhere on the page, and the list of its keys.

use leptos::prelude::*;
use switchboard_core::route::Route;
use switchboard_core::words::say;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, KeyboardEvent};

use super::plain::{self, keep, make, set};
use super::store::Store;
use super::{dom, header};

/// Listens for as long as the page is there.
pub(super) fn listen(store: Store) {
    let keys = window_event_listener(leptos::ev::keydown, move |event| pressed(store, &event));
    on_cleanup(move || keys.remove());
}

fn pressed(store: Store, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    if modified || dom::target(event).is_some_and(|at| dom::takes_text(&at)) {
        return;
    }
    match event.key().as_str() {
        "/" if !store.is_bare() => dom::select_id(header::FIND),
        "r" | "R" => store.focus.next_ringing(store),
        "?" => store.seen.keys.set(true),
        "b" if !store.embedded() && store.has_board() => store.router.go(Route::Traffic),
        _ => return,
    }
    event.prevent_default();
}

/// The list of keys.
pub(super) fn keys(store: Store) -> Element {
    let open = store.seen.keys;
    let title = plain::say("h2", "popover-title", &say!("keys.title"));
    set(&title, "id", Some("keys-title"));
    let list = make("dl", &[], &[]);
    let embedded = store.embedded();
    let bare = store.is_bare();
    for (key, words) in [
        ("/", say!("keys.find")),
        ("r", say!("keys.ringing")),
        ("↑ ↓", say!("keys.move")),
        ("Home End", say!("keys.first_last")),
        ("Enter", say!("keys.actions")),
        ("t", say!("keys.transfer")),
        ("h Delete", say!("keys.hang_up")),
        ("Esc", say!("keys.leave")),
        ("b", say!("keys.traffic")),
        ("?", say!("keys.this")),
    ] {
        // Only what does something here.
        if key == "b" && embedded || key == "/" && bare {
            continue;
        }
        let key = make("dt", &[], &[&plain::say("kbd", "", key)]);
        let _ = list.append_child(&key);
        let _ = list.append_child(&plain::say("dd", "", &words));
    }
    // Closing it is an event, which sets the signal.
    let shut = plain::button("button", &say!("button.close"), move || open.set(false));
    let dialog: HtmlDialogElement = make(
        "dialog",
        &[("class", "keys"), ("aria-labelledby", "keys-title")],
        &[&title, &list, &shut],
    )
    .unchecked_into();
    plain::listen(&dialog, "close", move |_| open.set(false));
    let shown = dialog.clone();
    keep(move || match (open.get(), shown.open()) {
        (true, false) => {
            let _ = shown.show_modal();
        }
        (false, true) => shown.close(),
        _ => {}
    });
    dialog.into()
}
