//! The band at the top: which PBX, which account, and whether the line is live.

use std::time::Duration;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{cells, connection, count, say};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::icon::Icon;
use super::plain::{self, attribute, keep, listen, make, part, picture, set, truth, words};
use super::store::Store;
use super::{board, dom};

/// The element id of the find field: a key of its own leads there.
pub(super) const FIND: &str = "find";

/// How long it is shown that everything was listed anew.
const DONE: Duration = Duration::from_millis(2500);

pub(super) fn header(store: Store) -> Element {
    keep_title(store);
    let seen = store.seen;
    let board = Memo::new(move |_| seen.phase.with(Phase::has_board));
    let signed_in = Memo::new(move |_| {
        seen.phase
            .with(|phase| phase.has_board() || *phase == Phase::Loading)
    });
    let about = words(plain::say("span", "about", ""), move || about(store));
    let brand = if store.embedded() {
        make("div", &[("class", "brand")], &[&about])
    } else {
        let mark = make("span", &[("class", "mark")], &[&picture(Icon::Mark).0]);
        let name = words(make("bdi", &[], &[]), move || server(store));
        let name = make("h1", &[("class", "server")], &[&name]);
        make("div", &[("class", "brand")], &[&mark, &name, &about])
    };
    let log_off = part(move || {
        let out = move || store.sign_out();
        let button = || plain::button("button", &say!("button.log_off"), out);
        signed_in.get().then(button)
    });
    let of_board = part(move || board.get().then(|| of_board(store)));
    let tools = make("div", &[("class", "tools")], &[&of_board, &log_off]);
    let class = if store.embedded() {
        "header header-slim"
    } else {
        "header"
    };
    make(
        "header",
        &[("class", class)],
        &[&brand, &lamp(store), &tools],
    )
}

/// What there is to do with a board.
fn of_board(store: Store) -> Element {
    if store.embedded() {
        return find(store);
    }
    make(
        "div",
        &[("class", "part")],
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
            Phase::Live { .. } if seen.lists_every.get().is_some() => {
                "connection connection-polled"
            }
            Phase::Live { .. } => "connection connection-live",
            Phase::Late { .. }
            | Phase::Reconnecting { .. }
            | Phase::TakenOver
            | Phase::Outdated => "connection connection-cut",
            Phase::SignedOut(_) => "connection connection-off",
            Phase::Starting | Phase::SigningIn | Phase::Loading => "connection connection-busy",
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
            // Once more leads back to the rows, where the keys are.
            "Escape" if store.seen.find.with_untracked(String::is_empty) => {
                dom::focus_id(board::GRID);
            }
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

/// Its picture turns while everything is listed, and is a tick when that is done.
fn refresh(store: Store) -> Element {
    let listing = store.seen.listing;
    let (asked, done) = (RwSignal::new(false), RwSignal::new(false));
    let button = plain::button("button refresh", "", move || {
        asked.set(true);
        store.refresh();
    });
    let (drawn, lines) = picture(Icon::Refresh);
    let _ = button.append_child(&drawn);
    let _ = button.append_child(&plain::say("span", "refresh-word", &say!("button.refresh")));
    attribute(&button, "aria-busy", move || truth(listing.get()));
    attribute(&button, "data-done", move || truth(done.get()));
    keep(move || {
        let icon = if done.get() {
            Icon::Tick
        } else {
            Icon::Refresh
        };
        set(&lines, "d", Some(icon.path()));
    });
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
