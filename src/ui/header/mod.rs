//! The band at the top: which PBX, which account, the places, and whether the line is live.

mod account;
mod find;
mod lamp;
mod places;
mod refresh;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{cells, say};

use super::kit::{Icon, Picture};
use super::store::{Store, use_store};
use account::Account;
use find::Find;
use lamp::Lamp;
use places::Places;
use refresh::Refresh;

/// The element id of the find field: a key of its own leads there.
pub(super) const FIND: &str = "find";

/// The band. Inside another page it is slim, without places and with less to press.
#[component]
pub(super) fn Header() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let whole = !store.embedded();
    let board = Memo::new(move |_| seen.phase.with(Phase::has_board));
    let signed_in = Memo::new(move |_| board.get() || seen.phase.with(|p| *p == Phase::Loading));
    let of_board = move || {
        board.get().then(|| {
            view! {
                {whole.then(|| view! { <NewCall /> })}
                <Find />
                {whole.then(|| view! { <Location /> <Refresh /> <Account /> })}
            }
        })
    };
    let log_off = move || {
        signed_in.get().then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| store.sign_out()>
                    {say!("button.log_off")}
                </button>
            }
        })
    };
    view! {
        <header class="header" class:header-slim=!whole>
            <div class="brand">
                {whole.then(|| view! { <Server /> })}
                <span class="about">{move || about(store)}</span>
            </div>
            {move || (whole && board.get()).then(|| view! { <Places /> })}
            <Lamp />
            <div class="tools">{of_board} {log_off}</div>
        </header>
    }
}

/// The page's mark, and the server's name.
#[component]
fn Server() -> impl IntoView {
    let store = use_store();
    view! {
        <span class="mark">
            <Picture icon=Icon::Mark />
        </span>
        <h1 class="server">
            <bdi>{move || server(store)}</bdi>
        </h1>
    }
}

/// Asterisk is asked for the steps in the dial plan only while somebody sees them.
#[component]
fn Location() -> impl IntoView {
    let store = use_store();
    let shown = store.seen.location;
    view! {
        <button
            class="button only-wide"
            type="button"
            aria-pressed=move || shown.get().to_string()
            on:click=move |_| store.show_location(!shown.get_untracked())
        >
            {say!("button.location")}
        </button>
    }
}

/// Calls a number from one's own phone.
#[component]
fn NewCall() -> impl IntoView {
    let store = use_store();
    view! {
        <button
            class="button new-call-button"
            type="button"
            aria-haspopup="dialog"
            aria-keyshortcuts="n"
            on:click=move |_| store.open_new_call()
        >
            <Picture icon=Icon::Call />
            <span class="new-call-word">{say!("button.new_call")}</span>
        </button>
    }
}

/// The PBX's own name, else the machine's.
pub(super) fn server(store: Store) -> String {
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

/// Version, and where there is no menu for it the account.
fn about(store: Store) -> String {
    let seen = store.seen;
    let version = seen
        .abilities
        .with(|abilities| cells::quoted(&abilities.version.asterisk));
    let version = (!version.is_empty()).then(|| say!("server.asterisk", version = version));
    // Elsewhere it stands on the button of its menu.
    let signed_in = store.embedded() && seen.phase.with(|phase| phase.has_board());
    let account = seen
        .account
        .get()
        .filter(|_| signed_in)
        .map(|account| say!("server.account", account = cells::quoted(&account)));
    let apart = seen.apart.get().is_some().then(|| say!("server.apart"));
    let parts: Vec<String> = [version, account, apart].into_iter().flatten().collect();
    parts.join(" ")
}
