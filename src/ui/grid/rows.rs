//! The rows in the page: those in sight, and the ones that somebody has a hand on.
//!
//! A keyed list of its own: what is in sight changes with every turn of a wheel, the row that has the
//! focus has to outlast that, and an element that is moved loses it. Here a row is moved only if its
//! neighbours changed their order. The elements of a row that goes are used again for one that comes:
//! in a storm and while somebody scrolls that is most of the rows in every drawing.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use leptos::prelude::*;
use switchboard_core::board::window;
use web_sys::{Element, HtmlElement};

use super::row::{Shown, row};
use super::{Key, Table};
use crate::ui::store::set;

#[derive(Default)]
pub(super) struct Rows {
    body: Option<HtmlElement>,
    mounted: HashMap<Key, Mounted>,
    numbers: usize,
}

/// A row in the page, its signal, and what goes when it goes.
struct Mounted {
    element: HtmlElement,
    shown: RwSignal<Shown>,
    owner: Owner,
}

impl Mounted {
    /// Whether its elements are as new: nothing is open in it, and nobody is there.
    fn is_as_new(&self) -> bool {
        let open = self.element.query_selector(".acts-open, [data-told]");
        let focused = document().active_element();
        open.is_ok_and(|open| open.is_none()) && !self.element.contains(focused.as_deref())
    }
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
        if self.body != body {
            self.mounted.clear();
            self.body = body;
        }
    }

    /// Whether rows go into this element.
    pub(super) fn are_in(&self, body: Option<&HtmlElement>) -> bool {
        self.body.as_ref() == body
    }

    /// Whose row this element is.
    pub(super) fn key(&self, row: &Element) -> Option<Key> {
        let mut mounted = self.mounted.iter();
        let found = mounted.find(|(_, mounted)| *mounted.element == *row);
        found.map(|(key, _)| key.clone())
    }

    pub(super) fn element(&self, key: &str) -> Option<Element> {
        self.mounted.get(key).map(|row| row.element.clone().into())
    }

    /// Takes all other rows than these out. Those whose elements can be used again are told, the
    /// lowest first.
    fn let_go(&mut self, keep: &HashSet<&Key>) -> Vec<Mounted> {
        let gone = self.mounted.extract_if(|key, _| !keep.contains(key));
        let mut gone: Vec<_> = gone.map(|(_, row)| row).collect();
        gone.retain(Mounted::is_as_new);
        let place = |row: &Mounted| row.shown.with_untracked(|shown| shown.place);
        gone.sort_by_key(|row| Reverse(place(row)));
        gone
    }

    /// Shows a row: in elements of its own, in some that can be used again, or in new ones.
    fn put(&mut self, table: Table, body: &HtmlElement, spare: &mut Vec<Mounted>, shown: Shown) {
        let key = shown.key.clone();
        if let Some(row) = self.mounted.get(&key) {
            if row.shown.with_untracked(|old| *old != shown) {
                row.shown.set(shown);
            }
            return;
        }
        if let Some(row) = spare.pop() {
            row.shown.set(shown);
            self.mounted.insert(key, row);
            return;
        }
        self.numbers += 1;
        let number = self.numbers;
        // Nobody's child: a parent remembers its children until it goes itself, and rows come and
        // go by the hundred thousand.
        let owner = Owner::default();
        let (shown, element) = owner.with(|| {
            let shown = RwSignal::new(shown);
            (shown, row(table, number, shown))
        });
        let _ = body.append_child(&element);
        let mounted = Mounted {
            element,
            shown,
            owner,
        };
        self.mounted.insert(key, mounted);
    }

    fn arrange(&self, body: &HtmlElement, keys: &[Key]) {
        let mut next = body.first_element_child();
        for row in keys.iter().filter_map(|key| self.mounted.get(key)) {
            if next.as_ref() == Some(&*row.element) {
                next = row.element.next_element_sibling();
            } else {
                let _ = body.insert_before(&row.element, next.as_ref().map(AsRef::as_ref));
            }
        }
    }
}

impl Table {
    /// Brings the rows in the page in line with the source and with what is in sight. What the
    /// source stands on must not be borrowed: taking a row away that has the focus is an event, and
    /// its handler may want to draw.
    pub(in crate::ui) fn draw(self) {
        let source = self.source();
        if !source.is_in_sight() {
            return;
        }
        // Busy only if the browser tells of a lost focus while rows are taken away; then the
        // drawing that is under way is the newest there is.
        let all = self.rows.get_value();
        let Ok(mut all) = all.try_borrow_mut() else {
            return;
        };
        let Some(body) = all.body.clone() else {
            return;
        };
        set(self.len, source.len());
        let lost = self.lost();
        let places = self.places();
        let rows = source.rows(&places);
        let keys: Vec<Key> = rows.iter().map(|(key, _)| key.clone()).collect();
        let keep: HashSet<&Key> = keys.iter().collect();
        let mut spare = all.let_go(&keep);
        self.keep_reachable(&keys);
        let (active, open) = (self.active(), untrack(|| source.open()));
        let height = self.viewport().row;
        let some = source.len() > window::ALL;
        for (place, (key, line)) in places.into_iter().zip(rows) {
            let shown = Shown {
                active: active.as_ref() == Some(&key),
                open: open.as_ref() == Some(&key),
                ended: source.has_ended(&key),
                key,
                line,
                place,
                top: place as f64 * height,
                some,
            };
            all.put(self, &body, &mut spare, shown);
        }
        drop(spare);
        all.arrange(&body, &keys);
        if let Some(heir) = lost {
            // Not while the rows are borrowed.
            set_timeout(move || self.fall(heir), Duration::ZERO);
        }
    }

    /// The places of the rows that belong into the page, from the top.
    fn places(self) -> Vec<usize> {
        let len = self.source().len();
        let mut places: Vec<usize> = self.viewport().rows(len).collect();
        if len > window::ALL {
            let pinned = self.pinned().into_iter().flatten();
            for place in pinned.filter_map(|key| self.source().place(&key)) {
                if let Err(at) = places.binary_search(&place) {
                    places.insert(at, place);
                }
            }
        }
        places
    }
}
