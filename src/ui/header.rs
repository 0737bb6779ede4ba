//! The band at the top: which PBX, which account, and whether the line is live.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::session::Phase;
use crate::words::{cells, connection, count, say};

/// The element id of the find field: a key of its own leads there.
pub(super) const FIND: &str = "find";

pub(super) fn header(store: Store) -> impl IntoView {
    keep_title(store);
    let seen = store.seen;
    let board = Memo::new(move |_| seen.phase.with(Phase::has_board));
    let signed_in = Memo::new(move |_| {
        seen.phase
            .with(|phase| phase.has_board() || *phase == Phase::Loading)
    });
    view! {
        <header class="header">
            <div class="brand">
                <span class="mark">{icon(|| Icon::Mark)}</span>
                <h1 class="server"><bdi>{move || server(store)}</bdi></h1>
                <span class="about">{move || about(store)}</span>
            </div>
            {lamp(store)}
            <div class="tools">
                {move || board.get().then(|| find(store))}
                {move || board.get().then(|| location(store))}
                {move || board.get().then(|| refresh(store))}
                {move || board.get().then(|| traffic(store))}
                {move || {
                    signed_in
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| store.sign_out()
                                >
                                    {say!("button.log_off")}
                                </button>
                            }
                        })
                }}
            </div>
        </header>
    }
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

fn lamp(store: Store) -> impl IntoView {
    let phase = store.seen.phase;
    let words = move || {
        phase.with(|phase| {
            let since = match phase {
                Phase::Live { since } => store.time_of_day(*since),
                _ => String::new(),
            };
            connection::lamp(phase, &since)
        })
    };
    let colour = move || {
        phase.with(|phase| match phase {
            Phase::Live { .. } => "connection live",
            Phase::Late { .. }
            | Phase::Reconnecting { .. }
            | Phase::TakenOver
            | Phase::Outdated => "connection broken",
            Phase::SignedOut(_) => "connection off",
            Phase::Starting | Phase::SigningIn | Phase::Loading => "connection busy",
        })
    };
    view! {
        <div class=colour role="status" aria-label=say!("region.connection")>
            <span class="bulb" aria-hidden="true"></span>
            <span>{words}</span>
        </div>
    }
}

fn find(store: Store) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let typed = store.seen.find;
    view! {
        <div class="find" role="search">
            <label for=FIND>{icon(|| Icon::Search)} <span class="hidden">{say!("field.find")}</span></label>
            <input
                id=FIND
                class="input"
                type="search"
                autocomplete="off"
                spellcheck="false"
                placeholder=say!("field.find")
                aria-keyshortcuts="/"
                node_ref=field
                prop:value=move || typed.get()
                on:input:target=move |event| store.find(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        store.find(String::new());
                    } else if event.key() == "ArrowDown" || event.key() == "Enter" {
                        event.prevent_default();
                        store.focus.to_place(store, 0);
                    }
                }
            />
        </div>
    }
}

/// Asterisk is asked for the steps in the dial plan only while somebody sees them.
fn location(store: Store) -> impl IntoView {
    let shown = store.seen.location;
    let pressed = move || shown.get().to_string();
    view! {
        <button
            type="button"
            class="button only-wide"
            aria-pressed=pressed
            on:click=move |_| store.show_location(!shown.get_untracked())
        >
            {say!("button.location")}
        </button>
    }
}

fn traffic(store: Store) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            aria-haspopup="dialog"
            aria-keyshortcuts="b"
            on:click=move |_| store.seen.traffic.set(true)
        >
            {say!("button.traffic")}
        </button>
    }
}

fn refresh(store: Store) -> impl IntoView {
    let busy = move || store.seen.listing.get().then_some("true");
    view! {
        <button type="button" class="button" aria-busy=busy on:click=move |_| store.refresh()>
            {say!("button.refresh")}
        </button>
    }
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
