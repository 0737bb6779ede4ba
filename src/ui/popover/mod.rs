//! What opens at a row: the transfer form and the question before a hang-up.
//!
//! It belongs to its row but lives outside of it, so that it outlasts the row: a channel that ends
//! takes nothing away that somebody is typing.

mod hang_up;
mod transfer;

use std::collections::HashMap;

use ajam::ami::Uniqueid;
use ajam::session::Outcome;
use leptos::prelude::*;
use switchboard_core::board::Row;
use switchboard_core::console::{Act, Target};
use switchboard_core::words::{outcome, say};
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement, HtmlInputElement, KeyboardEvent, Node};

use super::dom;
use super::focus::Part;
use super::plain::{self, attribute, listen, make, part, truth, words};
use super::store::{Store, set};
pub(super) use transfer::Draft;

/// What is open, and at which row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    id: Uniqueid,
    act: Act,
}

#[derive(Clone, Copy)]
pub(super) struct Popovers {
    open: RwSignal<Option<Open>>,
    /// The row it belongs to, as it was last seen.
    row: RwSignal<Option<Row>>,
    drafts: StoredValue<HashMap<Uniqueid, Draft>>,
    /// Drafts that were sent, by their rows, and the channels that are to move: what was typed is
    /// kept until Asterisk has taken it.
    sent: StoredValue<HashMap<Uniqueid, Uniqueid>>,
    /// Where the row was last seen.
    at: StoredValue<Option<DomRect>, LocalStorage>,
    element: StoredValue<Option<Element>, LocalStorage>,
    /// Counts the drawings while something is open: what the console knows may be another.
    beat: RwSignal<u32>,
}

impl Popovers {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::default(),
            row: RwSignal::default(),
            drafts: StoredValue::default(),
            sent: StoredValue::default(),
            at: StoredValue::new_local(None),
            element: StoredValue::new_local(None),
            beat: RwSignal::default(),
        }
    }

    pub(super) fn is_open(self) -> bool {
        self.open.with_untracked(Option::is_some)
    }

    /// Has what is being drawn follow what opens and closes.
    pub(super) fn track(self) {
        self.open.track();
    }

    /// The row it is open at.
    pub(super) fn on(self) -> Option<Uniqueid> {
        self.open
            .with_untracked(|open| open.as_ref().map(|open| open.id.clone()))
    }

    pub(super) fn open(self, store: Store, id: &Uniqueid, act: Act) {
        let Some(row) = store.look(|c| c.board().find(id).cloned()).flatten() else {
            return;
        };
        self.row.set(Some(row));
        let id = id.clone();
        self.open.set(Some(Open { id, act }));
        store.hold.refresh(store);
        self.follow(store);
    }

    /// Closes, and gives the focus back to the button that opened.
    fn leave(self, store: Store) {
        let open = self.open.get_untracked();
        self.close(store);
        let Some(Open { id, act }) = open else {
            return;
        };
        let lives = store.look(|c| c.board().find(&id).is_some_and(|row| row.ended.is_none()));
        if lives != Some(true) || !store.focus.to(store, &id, Part::Button(act)) {
            // Its call has ended: no other row is under the hand, for the next key to act on.
            let grid = document().query_selector("[role=grid]").ok().flatten();
            if let Some(grid) = grid.and_then(|grid| grid.dyn_into::<HtmlElement>().ok()) {
                let _ = grid.focus();
            }
        }
    }

    pub(super) fn close(self, store: Store) {
        self.open.set(None);
        store.hold.refresh(store);
    }

    /// Keeps up with the row: what it says, and where it is.
    pub(super) fn follow(self, store: Store) {
        let Some(id) = self.on() else {
            self.forget_drafts(store);
            return;
        };
        self.beat.update(|beat| *beat = beat.wrapping_add(1));
        let now = store.now();
        let row = store.look(|c| c.board().find(&id).cloned()).flatten();
        match row {
            Some(row) => set(self.row, Some(row)),
            None => self.row.update(|row| {
                if let Some(row) = row {
                    row.ended.get_or_insert(now);
                }
            }),
        }
        let rows = store.rows();
        let element = rows.try_borrow().ok().and_then(|rows| rows.element(&id));
        if let Some(element) = element {
            self.at.set_value(Some(element.get_bounding_client_rect()));
        }
        self.place();
    }

    fn forget_drafts(self, store: Store) {
        if self.drafts.with_value(HashMap::is_empty) {
            return;
        }
        store.look(|c| {
            let mut taken = Vec::new();
            self.sent.update_value(|sent| {
                sent.retain(|row, mover| {
                    let outcome = c
                        .note(&Target::from(&*mover))
                        .map(|note| note.outcome.as_ref());
                    if matches!(outcome, None | Some(Some(Outcome::Done(_)))) {
                        taken.push(row.clone());
                    }
                    outcome == Some(None)
                });
            });
            self.drafts.update_value(|drafts| {
                drafts.retain(|id, _| c.board().find(id).is_some() && !taken.contains(id));
            });
        });
    }

    /// Puts the popover under its row, or above it where there is no room.
    fn place(self) {
        let (Some(element), Some(row)) = (self.element.get_value(), self.at.get_value()) else {
            return;
        };
        let own = element.get_bounding_client_rect();
        let (width, height) = (dom::window_width(), dom::window_height());
        let below = row.bottom() + GAP;
        let top = if below + own.height() + GAP <= height {
            below
        } else {
            row.top() - own.height() - GAP
        };
        let top = top.min(height - own.height() - GAP).max(GAP);
        let left = (row.right() - own.width() - GAP).min(width - own.width() - GAP);
        if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
            let style = element.style();
            let _ = style.set_property("top", &dom::px(top));
            let _ = style.set_property("left", &dom::px(left.max(GAP)));
        }
    }
}

const GAP: f64 = 8.0;
const TITLE: &str = "popover-title";
const WILL: &str = "popover-will";

/// Draws what is open.
pub(super) fn popover(store: Store) -> Element {
    let open = store.popovers.open;
    part(move || {
        let Open { act, .. } = open.get()?;
        let row = store.popovers.row.get_untracked()?;
        Some(frame(store, act, &row))
    })
}

fn frame(store: Store, act: Act, row: &Row) -> Element {
    let element = make(
        "div",
        &[
            ("class", "popover"),
            ("role", "dialog"),
            ("aria-labelledby", TITLE),
        ],
        &[],
    );
    match act {
        Act::Transfer => transfer::transfer(store, row, &element),
        Act::HangUp => hang_up::hang_up(store, &element),
    }
    let own = element.clone();
    // An effect comes after what is being drawn: only what is in the page has a place.
    Effect::new(move || {
        store.popovers.element.set_value(Some(own.clone()));
        store.popovers.follow(store);
        dom::focus_first(&own, "[data-first]");
        // What stands there from before is replaced by what is typed.
        let first = own.query_selector("input[data-first]").ok().flatten();
        if let Some(field) = first.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.select();
        }
    });
    let own = StoredValue::new_local(element.clone());
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let hit = event.target().and_then(|hit| hit.dyn_into::<Node>().ok());
        if !own.get_value().contains(hit.as_ref()) {
            store.popovers.close(store);
        }
    });
    on_cleanup(move || {
        outside.remove();
        store.popovers.element.set_value(None);
    });
    let own = element.clone();
    listen(&element, "keydown", move |event| {
        pressed(store, &own, event.unchecked_ref());
    });
    element
}

/// Escape leaves; the Tab key goes round inside.
fn pressed(store: Store, own: &Element, event: &KeyboardEvent) {
    match event.key().as_str() {
        // A key that is held says yes to nothing.
        "Enter" | " " if event.repeat() => event.prevent_default(),
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            store.popovers.leave(store);
        }
        "Tab" => {
            let stops = dom::tab_stops(own);
            let (from, to) = match event.shift_key() {
                true => (stops.first(), stops.last()),
                false => (stops.last(), stops.first()),
            };
            let here = document().active_element();
            if let (Some(from), Some(to)) = (from, to)
                && here.as_ref() == Some(from.as_ref())
            {
                event.prevent_default();
                let _ = to.focus();
            }
        }
        _ => {}
    }
}

/// The title, which names the popover, and the sentence about what will happen.
fn title(said: impl Fn() -> String + 'static) -> Element {
    words(
        make("h2", &[("class", "popover-title"), ("id", TITLE)], &[]),
        said,
    )
}

fn will(said: impl Fn() -> String + 'static) -> Element {
    words(make("p", &[("class", "will"), ("id", WILL)], &[]), said)
}

/// The button that does it, off while something is in the way, and the one that leaves.
fn buttons(store: Store, act: Element, why_not: Memo<Option<String>>) -> Element {
    plain::set(&act, "aria-describedby", Some(WILL));
    attribute(&act, "aria-disabled", move || {
        truth(why_not.get().is_some())
    });
    let cancel = plain::button("button", &say!("button.cancel"), move || {
        store.popovers.leave(store);
    });
    make("div", &[("class", "popover-buttons")], &[&act, &cancel])
}

/// The row that a popover belongs to, as it is now.
fn of_row<T: Clone + Send + Sync + PartialEq + 'static>(
    store: Store,
    of: impl Fn(&Row) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| store.popovers.row.with(|row| row.as_ref().map(&of)))
}

/// Why the button of a popover can do nothing now: what was possible when it opened may not be any
/// more.
fn in_the_way(store: Store, act: Act) -> Memo<Option<String>> {
    let ended = of_row(store, |row| row.ended.is_some());
    hindrance(store, act, move || ended.get().unwrap_or(true))
}

/// The same for an act whose channel may have ended while the row has not, or the other way round.
fn hindrance(
    store: Store,
    act: Act,
    ended: impl Fn() -> bool + Send + Sync + 'static,
) -> Memo<Option<String>> {
    Memo::new(move |_| super::row::why_not(store, act, ended()).map(outcome::why_not))
}
