//! What the keyboard does anywhere on the page, and the list of its keys.

use leptos::prelude::*;
use switchboard_core::route::Place;
use switchboard_core::words::say;
use web_sys::KeyboardEvent;

use super::kit::Dialog;
use super::state::use_surroundings;
use super::store::Store;
use super::views::{consult, rings};
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
        "r" | "R" => rings::show_next(store),
        "c" | "C" => store.tidy(),
        "x" | "X" => {
            consult::goes_there();
        }
        "n" | "N" => store.open_new_call(),
        "?" => store.seen.keys.set(true),
        "b" if !store.embedded() && store.has_board() => store.router.go(Place::Traffic.into()),
        _ => return,
    }
    event.prevent_default();
}

/// The list of keys.
#[component]
pub(super) fn Keys(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let around = use_surroundings();
    let keys = [
        ("/", say!("keys.find")),
        ("r", say!("keys.ringing")),
        ("↑ ↓", say!("keys.move")),
        ("Home End", say!("keys.first_last")),
        ("Enter", say!("keys.actions")),
        ("t", say!("keys.transfer")),
        ("h Delete", say!("keys.hang_up")),
        ("p", say!("keys.park")),
        ("u", say!("keys.pick_up")),
        ("g", say!("keys.retrieve")),
        ("m", say!("keys.more")),
        ("n", say!("keys.new_call")),
        ("c", say!("keys.clear")),
        ("x", say!("keys.consult")),
        ("Esc", say!("keys.leave")),
        ("b", say!("keys.traffic")),
        ("?", say!("keys.this")),
    ];
    // Only what does something here.
    let works = move |key: &str| match key {
        "b" => !around.embedded,
        "/" => !around.bare,
        _ => true,
    };
    let keys = keys.into_iter().filter(move |(key, _)| works(key));
    let list = keys.map(|(key, words)| {
        view! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
        }
    });
    view! {
        <Dialog open id="keys-title" title=say!("keys.title")>
            <dl class="keys">{list.collect_view()}</dl>
        </Dialog>
    }
}
