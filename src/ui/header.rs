//! The band at the top: which PBX, which account, and whether the line is live.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::icon::Icon;
use super::plain::{self, attribute, keep, listen, make, part, picture, set, truth, words};
use super::store::Store;
use crate::session::Phase;
use crate::words::{cells, connection, count, say};

/// The element id of the find field: a key of its own leads there.
pub(super) const FIND: &str = "find";

pub(super) fn header(store: Store) -> Element {
    keep_title(store);
    let seen = store.seen;
    let board = Memo::new(move |_| seen.phase.with(Phase::has_board));
    let signed_in = Memo::new(move |_| {
        seen.phase
            .with(|phase| phase.has_board() || *phase == Phase::Loading)
    });
    let mark = make("span", &[("class", "mark")], &[&picture(Icon::Mark).0]);
    let name = words(make("bdi", &[], &[]), move || server(store));
    let name = make("h1", &[("class", "server")], &[&name]);
    let about = words(plain::say("span", "about", ""), move || about(store));
    let brand = make("div", &[("class", "brand")], &[&mark, &name, &about]);
    let log_off = part(move || {
        let out = move || store.sign_out();
        let button = || plain::button("button", &say!("button.log_off"), out);
        signed_in.get().then(button)
    });
    let of_board = part(move || board.get().then(|| of_board(store)));
    let tools = make("div", &[("class", "tools")], &[&of_board, &log_off]);
    make(
        "header",
        &[("class", "header")],
        &[&brand, &lamp(store), &tools],
    )
}

/// What there is to do with a board.
fn of_board(store: Store) -> Element {
    make(
        "div",
        &[("class", "place")],
        &[
            &find(store),
            &location(store),
            &refresh(store),
            &traffic(store),
        ],
    )
}

/// The PBX's own name, else the machine's.
fn server(store: Store) -> String {
    let named = store
        .seen
        .abilities
        .with(|abilities| cells::shown(&abilities.system_name));
    if !named.is_empty() {
        return named;
    }
    let host = window().location().hostname().unwrap_or_default();
    if host.is_empty() {
        say!("app.name")
    } else {
        host
    }
}

/// Version and account.
fn about(store: Store) -> String {
    let seen = store.seen;
    let version = seen
        .abilities
        .with(|abilities| cells::quoted(&abilities.version.asterisk));
    let version = (!version.is_empty()).then(|| say!("server.asterisk", version = version));
    let signed_in = seen.phase.with(|phase| phase.has_board());
    let account = seen
        .account
        .get()
        .filter(|_| signed_in)
        .map(|account| say!("server.account", account = cells::quoted(&account)));
    let apart = seen.apart.get().is_some().then(|| say!("server.apart"));
    let parts: Vec<String> = [version, account, apart].into_iter().flatten().collect();
    parts.join(" ")
}

fn lamp(store: Store) -> Element {
    let seen = store.seen;
    let phase = seen.phase;
    let said = words(make("span", &[], &[]), move || {
        phase.with(|phase| {
            let since = match phase {
                // Told anew each second: the wall clock may have been set.
                Phase::Live { since } => {
                    store.seen.clock.track();
                    store.time_of_day(*since)
                }
                _ => String::new(),
            };
            match seen.lists_every.get() {
                Some(every) if phase.is_live() => connection::polled(every),
                _ => connection::lamp(phase, &since),
            }
        })
    });
    let bulb = make("span", &[("class", "bulb"), ("aria-hidden", "true")], &[]);
    let lamp = make(
        "div",
        &[
            ("role", "status"),
            ("aria-label", &say!("region.connection")),
        ],
        &[&bulb, &said],
    );
    attribute(&lamp, "class", move || {
        let class = phase.with(|phase| match phase {
            Phase::Live { .. } if seen.lists_every.get().is_some() => "connection polled",
            Phase::Live { .. } => "connection live",
            Phase::Late { .. }
            | Phase::Reconnecting { .. }
            | Phase::TakenOver
            | Phase::Outdated => "connection broken",
            Phase::SignedOut(_) => "connection off",
            Phase::Starting | Phase::SigningIn | Phase::Loading => "connection busy",
        });
        Some(class.to_owned())
    });
    lamp
}

fn find(store: Store) -> Element {
    let hint = say!("field.find");
    let label = make("label", &[("for", FIND)], &[&picture(Icon::Search).0]);
    let _ = label.append_child(&plain::say("span", "hidden", &hint));
    let field: HtmlInputElement = make(
        "input",
        &[
            ("id", FIND),
            ("class", "input"),
            ("type", "search"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
            ("placeholder", &hint),
            ("aria-keyshortcuts", "/"),
        ],
        &[],
    )
    .unchecked_into();
    let (shown, typed) = (field.clone(), field.clone());
    keep(move || {
        let find = store.seen.find.get();
        if shown.value() != find {
            shown.set_value(&find);
        }
    });
    listen(&field, "input", move |_| store.find(typed.value()));
    listen(&field, "keydown", move |event| {
        let key = event.unchecked_ref::<KeyboardEvent>().key();
        match key.as_str() {
            "Escape" => store.find(String::new()),
            "ArrowDown" | "Enter" => {
                store.focus.to_place(store, 0);
            }
            _ => return,
        }
        event.prevent_default();
    });
    make(
        "div",
        &[("class", "find"), ("role", "search")],
        &[&label, &field],
    )
}

/// Asterisk is asked for the steps in the dial plan only while somebody sees them.
fn location(store: Store) -> Element {
    let shown = store.seen.location;
    let button = plain::button("button only-wide", &say!("button.location"), move || {
        store.show_location(!shown.get_untracked());
    });
    attribute(&button, "aria-pressed", move || {
        Some(shown.get().to_string())
    });
    button
}

fn traffic(store: Store) -> Element {
    let button = plain::button("button", &say!("button.traffic"), move || {
        store.seen.traffic.set(true);
    });
    set(&button, "aria-haspopup", Some("dialog"));
    set(&button, "aria-keyshortcuts", Some("b"));
    button
}

fn refresh(store: Store) -> Element {
    let button = plain::button("button", &say!("button.refresh"), move || store.refresh());
    attribute(&button, "aria-busy", move || {
        truth(store.seen.listing.get())
    });
    button
}

fn keep_title(store: Store) {
    let title = Memo::new(move |_| {
        let calls = store.seen.tally.get().calls;
        let server = server(store);
        store
            .seen
            .phase
            .with(|phase| count::title(phase, calls, &server))
    });
    Effect::new(move || document().set_title(&title.get()));
}
