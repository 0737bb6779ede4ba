//! The page: three bands, and what stands in the middle one.

use std::collections::HashMap;
use std::time::Duration;

use ajam::session::{Phase, SignedOut};
use leptos::prelude::*;
use switchboard_core::directory::Directory;
use switchboard_core::route::Place;
use switchboard_core::words::{count, ringing, say, settings};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::arrival;
use super::header::{self, Header};
use super::keys::{self, Keys};
use super::ring_bar::RingBar;
use super::status::Status;
use super::store::Store;
use super::toast::ToastList;
use super::views::consult::Consultations;
use super::views::log_in::{Early, LogIn};
use super::views::my_phone::MyPhone;
use super::views::new_call::NewCall;
use super::{dom, views};
use crate::shell::surroundings;

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

/// The page of this store, with the log-in form that stands in `index.html`.
#[component]
pub(super) fn App(store: Store, form: Early) -> impl IntoView {
    provide_context(store);
    provide_context(store.router);
    tick(store);
    keys::listen(store);
    store.router.listen();
    Effect::new(move || store.follow(&store.router.route()));
    follow_place(store);
    forget_who_left(store);
    read_contacts(store);
    keep_title(store);
    arrival::listen(store);
    let screen = Memo::new(move |_| {
        match store.seen.phase.with(Screen::of) {
            // The form is in sight before anything is known.
            Screen::Starting if form.is_shown() => Screen::LogIn,
            screen => screen,
        }
    });
    let middle = move || match screen.get() {
        Screen::Starting => waiting(say!("loading.starting")),
        Screen::LogIn => view! { <LogIn early=form /> }.into_any(),
        Screen::Loading => waiting(say!("loading.listing")),
        Screen::Board => views::places(),
    };
    let (embedded, bare) = (store.embedded(), store.is_bare());
    let class = match (embedded, bare) {
        (_, true) => "page page-bare",
        (true, _) => "page page-embedded",
        _ => "page",
    };
    view! {
        <div class=class>
            {(!bare).then(|| view! { <Header /> })}
            <main class="main">
                <Settings store />
                {middle}
                <Consultations />
                <ToastList />
            </main>
            <RingBar />
            <Status />
            <div class="hidden" aria-live="polite">
                {move || store.seen.said.get()}
            </div>
            <Keys open=store.seen.keys />
            <MyPhone />
            <NewCall />
        </div>
    }
}

/// What is wrong with the installation's settings.
#[component]
fn Settings(store: Store) -> impl IntoView {
    let wrong = store.seen.settings;
    let settings = move || wrong.with(|wrong| wrong.as_ref().map(settings::wrong));
    let contacts = move || store.seen.contacts.get();
    move || {
        let words = [settings(), contacts()].into_iter().flatten();
        let banner = |words| {
            view! {
                <div class="banner" role="alert">
                    <p>{words}</p>
                </div>
            }
        };
        words.map(banner).collect_view()
    }
}

/// Shown with a delay: what is over at once should not flash.
fn waiting(words: String) -> AnyView {
    view! { <p class="waiting">{words}</p> }.into_any()
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

/// When somebody leaves a table, nothing stays open there. When they come back, it is drawn, and what
/// had the focus there has it again.
fn follow_place(store: Store) {
    let focus = StoredValue::new_local(HashMap::<Place, HtmlElement>::new());
    let listing = move |place: Option<Place>| store.listing(place?);
    Effect::new(move |before: Option<Option<Place>>| {
        let here = store.router.place();
        let Some(before) = before.filter(|before| *before != here) else {
            return here;
        };
        if let Some(left) = listing(before) {
            let on = dom::focused().filter(|on| !is_in_the_bar(on));
            focus.update_value(|focus| focus.extend(on.map(|on| (left.place(), on))));
            left.leave();
        }
        store.show_views();
        if let Some(come) = listing(here) {
            store.commit();
            let known = focus.try_update_value(|focus| focus.remove(&come.place()));
            let known = known.flatten();
            // When the table can have it again.
            queue_microtask(move || {
                if !dom::is_typing() && !known.is_some_and(|known| dom::gives_focus(&known)) {
                    come.focus();
                }
            });
        }
        here
    });
}

fn is_in_the_bar(element: &HtmlElement) -> bool {
    element.closest("nav").is_ok_and(|bar| bar.is_some())
}

/// Nobody finds what the one before looked for, or reads what they were told. Whoever was only cut off goes on.
fn forget_who_left(store: Store) {
    let left = Memo::new(move |_| {
        store.seen.phase.with(|phase| {
            matches!(
                phase,
                Phase::SignedOut(
                    SignedOut::LoggedOff(_) | SignedOut::Idle(_) | SignedOut::Elsewhere
                )
            )
        })
    });
    Effect::new(move || {
        if left.get() {
            store.forget_search();
            store.seen.my_phone.set(false);
            store.seen.new_call.set(false);
            store.toasts.clear(store);
        }
    });
}

/// Those who log in may see more of the contacts than others: they are read anew.
fn read_contacts(store: Store) {
    let account = Memo::new(move |_| {
        let has_board = store.seen.phase.with(Phase::has_board);
        store.seen.account.get().filter(|_| has_board)
    });
    Effect::new(move || {
        let (Some(_), Some(file)) = (account.get(), store.seen.contacts_file.get()) else {
            return store.set_contacts(Directory::default(), None);
        };
        spawn_local(async move {
            let contacts = surroundings::contacts(&file).await;
            if account.try_get_untracked().flatten().is_some() {
                let (contacts, wrong) = match contacts {
                    Ok(contacts) => (contacts, None),
                    Err(wrong) => (
                        Directory::default(),
                        Some(settings::contacts(&file, &wrong)),
                    ),
                };
                store.set_contacts(contacts, wrong);
            }
        });
    });
}

fn keep_title(store: Store) {
    let title = Memo::new(move |_| {
        let calls = store.seen.tally.get().calls;
        let server = header::server(store);
        let place = views::name(store.router.place());
        let phase = store.seen.phase;
        let title = phase.with(|phase| count::title(phase, &place, calls, &server));
        store.seen.arrival.with(|arrival| match arrival {
            Some(arrival) => ringing::title(arrival, &title),
            None => title,
        })
    });
    Effect::new(move || document().set_title(&title.get()));
}
