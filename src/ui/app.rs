//! The page: three bands, and what stands in the middle one.

use std::time::Duration;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{say, settings};
use web_sys::Element;

use super::plain::{self, make, part, set, words};
use super::store::Store;
use super::{banner, board, header, keys, log_in, popover, ring_bar, status, toast, traffic};

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

pub(super) fn app(store: Store, form: log_in::Form) -> Element {
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
    let middle = part(move || {
        Some(match screen.get() {
            Screen::Starting => waiting(&say!("loading.starting")),
            Screen::LogIn => log_in::log_in(form),
            Screen::Loading => waiting(&say!("loading.listing")),
            Screen::Board => make(
                "div",
                &[("class", "part")],
                &[
                    &banner::banner(store),
                    &board::board(store),
                    &popover::popover(store),
                ],
            ),
        })
    });
    let main = make(
        "main",
        &[("class", "main")],
        &[&settings(store), &middle, &toast::toasts(store)],
    );
    let said = plain::say("div", "hidden", "");
    set(&said, "aria-live", Some("polite"));
    let said = words(said, move || store.seen.said.get());
    let keys = keys::keys(store);
    let rings = ring_bar::ring_bar(store);
    let page = |class, parts: &[&Element]| {
        let page = make("div", &[("class", class)], parts);
        let _ = page.append_with_node_3(&rings, &said, &keys);
        page
    };
    match (store.embedded(), store.is_bare()) {
        (_, true) => page("page page-bare", &[&main]),
        (true, _) => page("page page-embedded", &[&header::header(store), &main]),
        _ => {
            let parts = [&header::header(store), &main, &status::status(store)];
            page("page", &parts)
        }
    }
}

/// What is wrong with the installation's settings.
fn settings(store: Store) -> Element {
    let wrong = store.seen.settings;
    part(move || {
        let words = plain::say("p", "", &settings::wrong(&wrong.get()?));
        let attributes = [
            ("class", "banner banner-info banner-settings"),
            ("role", "alert"),
        ];
        Some(make("div", &attributes, &[&words]))
    })
}

/// Shown with a delay: what is over at once should not flash.
fn waiting(words: &str) -> Element {
    plain::say("p", "waiting", words)
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
