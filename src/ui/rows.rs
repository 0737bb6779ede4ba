//! The rows in the page: those in sight, and the ones that somebody has a hand on.
//!
//! A keyed list of its own: Leptos' moves every element of a window that slides, and an element
//! that is moved loses the focus. Here a row is moved only if its neighbours changed their order.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::board::{Board, Row, window};
use switchboard_core::console::{Act, Console, Target};
use switchboard_core::words::outcome;
use web_sys::{Element, HtmlElement};

use super::row::{self, Shown};
use super::store::Store;

#[derive(Default)]
pub(super) struct Rows {
    body: Option<HtmlElement>,
    mounted: HashMap<Uniqueid, Mounted>,
    numbers: usize,
}

/// A row in the page, its signal, and what goes when it goes.
struct Mounted {
    element: HtmlElement,
    shown: RwSignal<Shown>,
    owner: Owner,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.element.remove();
        self.owner.cleanup();
    }
}

impl Rows {
    /// Rows go into this element from now on; into none if there is none.
    pub(super) fn house(&mut self, body: Option<HtmlElement>) {
        self.mounted.clear();
        self.body = body;
    }

    /// Whether rows go into this element.
    pub(super) fn are_in(&self, body: Option<&HtmlElement>) -> bool {
        self.body.as_ref() == body
    }

    pub(super) fn element(&self, id: &Uniqueid) -> Option<Element> {
        self.mounted.get(id).map(|row| row.element.clone().into())
    }

    /// Makes the page's rows those of the plan. The console must not be borrowed: taking a row away
    /// that has the focus is an event, and its handler may want to draw.
    pub(super) fn draw(&mut self, store: Store, plan: Plan) {
        let Some(body) = self.body.clone() else {
            return;
        };
        let ids: Vec<Uniqueid> = plan
            .rows
            .iter()
            .map(|shown| shown.row.uniqueid.clone())
            .collect();
        let keep: HashSet<&Uniqueid> = ids.iter().collect();
        self.mounted.retain(|id, _| keep.contains(id));
        store.focus.keep_reachable(&ids);
        let active = store.focus.active.get_untracked();
        for mut shown in plan.rows {
            shown.active = active.as_ref() == Some(&shown.row.uniqueid);
            self.put(store, &body, shown);
        }
        self.arrange(&body, &ids);
        if let Some(heir) = plan.lost {
            let go = move || store.focus.fall(heir);
            // Not while the rows are borrowed.
            set_timeout(go, Duration::ZERO);
        }
    }

    fn put(&mut self, store: Store, body: &HtmlElement, shown: Shown) {
        let id = shown.row.uniqueid.clone();
        if let Some(row) = self.mounted.get(&id) {
            let (same, news) = row
                .shown
                .with_untracked(|old| (*old == shown, old.note != shown.note));
            if news && let Some(note) = shown.note.as_ref().filter(|n| n.outcome.is_some()) {
                store.seen.said.set(outcome::note(note));
            }
            if !same {
                row.shown.set(shown);
            }
            return;
        }
        self.numbers += 1;
        let number = self.numbers;
        // Nobody's child: a parent remembers its children until it goes itself, and rows come and
        // go by the hundred thousand.
        let owner = Owner::default();
        let (shown, element) = owner.with(|| {
            let shown = RwSignal::new(shown);
            (shown, row::row(store, number, shown))
        });
        let _ = body.append_child(&element);
        let mounted = Mounted {
            element,
            shown,
            owner,
        };
        self.mounted.insert(id, mounted);
    }

    fn arrange(&self, body: &HtmlElement, ids: &[Uniqueid]) {
        let mut next = body.first_element_child();
        for row in ids.iter().filter_map(|id| self.mounted.get(id)) {
            if next.as_ref() == Some(&*row.element) {
                next = row.element.next_element_sibling();
            } else {
                let _ = body.insert_before(&row.element, next.as_ref().map(AsRef::as_ref));
            }
        }
    }
}

/// The rows that belong into the page, from the top.
pub(super) struct Plan {
    rows: Vec<Shown>,
    /// The row that has the focus has gone: which one took its place.
    lost: Option<Option<Uniqueid>>,
}

impl Plan {
    pub(super) fn of(store: Store, console: &Console) -> Self {
        let board = console.board();
        let lost = store.focus.lost(board);
        let why_not = Act::ON_CHANNEL.map(|act| (act, untrack(|| row::why_not(store, act, false))));
        let height = store.seen.viewport.get_untracked().row;
        let open = store.popovers.on();
        let some = board.len() > window::ALL;
        let shown = |place| {
            let row: &Row = board.row(place)?;
            Some(Shown {
                row: row.clone(),
                note: console.note(&Target::from(&row.uniqueid)).cloned(),
                place,
                top: place as f64 * height,
                some,
                active: false,
                open: open.as_ref() == Some(&row.uniqueid),
                why_not,
            })
        };
        let rows = places(store, board);
        Self {
            rows: rows.into_iter().filter_map(shown).collect(),
            lost,
        }
    }
}

fn places(store: Store, board: &Board) -> Vec<usize> {
    let viewport = store.seen.viewport.get_untracked();
    let mut places: Vec<usize> = viewport.rows(board.len()).collect();
    if board.len() > window::ALL {
        let pinned = store.focus.pinned().into_iter();
        let pinned = pinned.chain([store.popovers.on()]).flatten();
        for place in pinned.filter_map(|id| board.place(&id)) {
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
    }
    places
}
