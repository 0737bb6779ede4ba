//! Where the page is: one signal, kept level with what stands behind the `#` of the address.
//!
//! A place that somebody goes to is an entry of the browser's history; what is typed and sorted
//! there is written into that entry, a moment later.

use std::time::Duration;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use switchboard_core::route::{Place, Route, Search};
use wasm_bindgen::JsValue;

/// Browsers refuse more than 100 changes of the address in 10 seconds.
const PAUSE: Duration = Duration::from_millis(150);

/// Marks an entry of the history that has one of this page before it.
const WITHIN: &str = "within";

#[derive(Clone, Copy)]
pub(super) struct Router {
    route: RwSignal<Route>,
    place: Memo<Option<Place>>,
    /// How each place was left.
    left: RwSignal<Vec<Route>>,
    /// Whether the address is about to be written.
    due: StoredValue<bool>,
}

impl Router {
    /// At what the address names.
    pub(super) fn new() -> Self {
        let route = RwSignal::new(Route::parse(&hash()));
        Self {
            route,
            place: Memo::new(move |_| route.with(Route::place)),
            left: RwSignal::default(),
            due: StoredValue::default(),
        }
    }

    /// Where the page is.
    pub(super) fn route(self) -> Route {
        self.route.get()
    }

    /// The place, if there is one of that name.
    pub(super) fn place(self) -> Option<Place> {
        self.place.get()
    }

    /// The route to a place as it is, or as it was left.
    pub(super) fn last(self, place: Place) -> Route {
        let is = |route: &Route| route.place() == Some(place);
        let here = self.route.get();
        let left = self
            .left
            .with(|left| left.iter().find(|one| is(one)).cloned());
        let last = if is(&here) { Some(here) } else { left };
        last.unwrap_or_else(|| place.into())
    }

    /// What is searched for in the table of a place.
    pub(super) fn search(self, place: Place) -> Search {
        match self.last(place) {
            Route::At(_, search) => search,
            Route::Unknown(_) => Search::default(),
        }
    }

    /// Follows the browser: back, forward, an address that is typed.
    pub(super) fn listen(self) {
        let moved = move || {
            let route = Route::parse(&hash());
            if self.route.with_untracked(|here| *here != route) {
                self.set(route);
            }
        };
        let back = window_event_listener(leptos::ev::popstate, move |_| moved());
        let typed = window_event_listener(leptos::ev::hashchange, move |_| moved());
        on_cleanup(move || {
            back.remove();
            typed.remove();
        });
    }

    /// Goes there: to another place by a new entry of the history.
    pub(super) fn go(self, to: Route) {
        if to.place() == untrack(|| self.place()) {
            return self.note(to);
        }
        self.write();
        let address = to.to_string();
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::from_str(WITHIN), "", Some(&address));
        }
        self.set(to);
    }

    /// Goes back to where somebody came from; where that was another page, to the other place.
    pub(super) fn back(self, other: Place) {
        let history = window().history().ok();
        let within = |history: &web_sys::History| {
            let state = history.state().unwrap_or_default();
            state.as_string().as_deref() == Some(WITHIN)
        };
        match history.filter(within) {
            Some(history) => {
                let _ = history.back();
            }
            None => self.go(untrack(|| self.last(other))),
        }
    }

    /// What a place shows is another now.
    pub(super) fn note(self, now: Route) {
        if now.place() != untrack(|| self.place()) {
            return self.leave(now);
        }
        if self.route.with_untracked(|here| *here == now) {
            return;
        }
        self.route.set(now);
        if !self.due.get_value() {
            self.due.set_value(true);
            let write = move || {
                if self.due.try_get_value() == Some(true) {
                    self.write();
                }
            };
            set_timeout(write, PAUSE);
        }
    }

    /// Begins anew, for somebody else, at the place where everybody does; the others were left so.
    pub(super) fn reset(self, left: Vec<Route>) {
        let here = left.iter().find(|one| one.place() == Some(Place::Channels));
        let here = here.cloned().unwrap_or_default();
        self.left.set(left);
        self.route.set(here);
        self.write();
    }

    fn set(self, to: Route) {
        let here = self.route.get_untracked();
        self.leave(here);
        self.route.set(to);
    }

    fn leave(self, route: Route) {
        self.left.update(|left| {
            left.retain(|one| one.place() != route.place());
            left.push(route);
        });
    }

    /// Writes the address, unless that means the same already.
    fn write(self) {
        self.due.set_value(false);
        let here = self.route.get_untracked();
        if Route::parse(&hash()) == here {
            return;
        }
        if let Ok(history) = window().history() {
            let state = history.state().unwrap_or_default();
            let _ = history.replace_state_with_url(&state, "", Some(&here.to_string()));
        }
    }
}

/// What stands behind the `#`, with it.
fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// The page's router.
pub(super) fn use_router() -> Router {
    expect_context()
}

/// A link to a place, marked while the page is there.
#[component]
pub(super) fn Link(
    /// Where it leads.
    #[prop(into)]
    to: Signal<Route>,
    #[prop(optional)] class: &'static str,
    /// The keys that lead there, too.
    #[prop(optional_no_strip)]
    keys: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let router = use_router();
    let here = move || to.with(Route::place) == router.place();
    let follow = move |event: MouseEvent| {
        let elsewhere =
            event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !elsewhere {
            event.prevent_default();
            router.go(to.get_untracked());
        }
    };
    view! {
        <a
            class=class
            href=move || to.get().to_string()
            aria-current=move || here().then_some("page")
            aria-keyshortcuts=keys
            on:click=follow
        >
            {children()}
        </a>
    }
}
