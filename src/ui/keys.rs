//! What the keyboard does anywhere on the page, and the list of its keys.

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::store::Store;
use super::{dom, header};
use crate::words::say;

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
        "/" => dom::focus_id(header::FIND),
        "?" => store.seen.keys.set(true),
        "b" if !store.embedded() => store.seen.traffic.set(true),
        _ => return,
    }
    event.prevent_default();
}

/// The list of keys.
pub(super) fn keys(store: Store) -> impl IntoView {
    let open = store.seen.keys;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get()
            && open.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let list = || {
        [
            ("/", say!("keys.find")),
            ("↑ ↓", say!("keys.move")),
            ("Home End", say!("keys.first_last")),
            ("b", say!("keys.traffic")),
            ("t", say!("keys.transfer")),
            ("h Delete", say!("keys.hang_up")),
            ("Esc", say!("keys.leave")),
            ("?", say!("keys.this")),
        ]
    };
    view! {
        <dialog
            class="keys"
            aria-labelledby="keys-title"
            node_ref=dialog
            on:close=move |_| open.set(false)
        >
            <h2 class="popover-title" id="keys-title">{say!("keys.title")}</h2>
            <dl>
                {list()
                    .into_iter()
                    .map(|(key, words)| {
                        view! {
                            <dt><kbd>{key}</kbd></dt>
                            <dd>{words}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    if let Some(dialog) = dialog.get_untracked() {
                        dialog.close();
                    }
                }
            >
                {say!("button.close")}
            </button>
        </dialog>
    }
}
