//! The page: three bands, and what stands in the middle one.

use std::time::Duration;

use leptos::prelude::*;

use super::store::Store;
use super::{banner, board, header, keys, log_in, popover, status, toast, traffic};
use crate::session::Phase;
use crate::words::{say, settings};

/// What stands in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Screen {
    Starting,
    LogIn,
    Loading,
    Board,
}

impl Screen {
    fn of(phase: &Phase) -> Self {
        match phase {
            Phase::Starting => Self::Starting,
            // One screen, so that what was typed outlives a refusal.
            Phase::SignedOut(_) | Phase::SigningIn => Self::LogIn,
            Phase::Loading => Self::Loading,
            Phase::Live { .. }
            | Phase::Late { .. }
            | Phase::Reconnecting { .. }
            | Phase::TakenOver
            | Phase::Outdated => Self::Board,
        }
    }
}

pub(super) fn app(store: Store, form: log_in::Form) -> impl IntoView {
    tick(store);
    keys::listen(store);
    traffic::traffic(store);
    let screen = Memo::new(move |_| {
        match store.seen.phase.with(Screen::of) {
            // The form is in sight before anything is known.
            Screen::Starting if form.is_early() => Screen::LogIn,
            screen => screen,
        }
    });
    let middle = move || match screen.get() {
        Screen::Starting => waiting(say!("loading.starting")).into_any(),
        Screen::LogIn => log_in::log_in(form).into_any(),
        Screen::Loading => waiting(say!("loading.listing")).into_any(),
        Screen::Board => view! {
            {banner::banner(store)}
            {board::board(store)}
            {popover::popover(store)}
        }
        .into_any(),
    };
    let embedded = store.embedded();
    view! {
        <div class="page" class:embedded=embedded>
            {(!embedded).then(|| header::header(store))}
            <main class="main">{settings(store)} {middle} {toast::toasts(store)}</main>
            {(!embedded).then(|| status::status(store))}
            <div class="hidden" aria-live="polite">{move || store.seen.said.get()}</div>
            {keys::keys(store)}
        </div>
    }
}

/// What is wrong with the installation's settings.
fn settings(store: Store) -> impl IntoView {
    let wrong = store.seen.settings;
    move || {
        let words = settings::wrong(&wrong.get()?);
        Some(view! {
            <div class="banner info" role="alert">
                <p>{words}</p>
            </div>
        })
    }
}

/// Shown with a delay: what is over at once should not flash.
fn waiting(words: String) -> impl IntoView {
    view! { <p class="waiting">{words}</p> }
}

fn tick(store: Store) {
    let second = set_interval_with_handle(move || store.tick(), Duration::from_secs(1));
    let seen = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if !document().hidden() {
            store.tick();
            store.commit();
        }
    });
    on_cleanup(move || {
        if let Ok(second) = second {
            second.clear();
        }
        seen.remove();
    });
}
