//! The board: its head, the rows, and what stands there when there are none.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::board::{Column, Sort, Viewport, window};
use switchboard_core::words::{cells, say};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, KeyboardEvent, ResizeObserver};

use super::nothing::Nothing;
use super::plain::{self, attribute, drawn, keep, listen, make};
use super::store::{Store, set};
use super::{dom, row};

/// The height of a row where no style sheet says otherwise.
pub(super) const ROW: f64 = 40.0;

const SCROLLER: &str = "board-scroll";
pub(super) const GRID: &str = "channels";

pub(super) fn board(store: Store) -> Element {
    let seen = store.seen;
    let heads = Column::ALL.map(|column| header(store, column));
    let head = make("tr", &[("role", "row"), ("class", "row-head")], &[]);
    for column in heads {
        let _ = head.append_child(&column);
    }
    let actions = plain::say("span", "hidden", &say!("column.actions"));
    let attributes = [
        ("role", "columnheader"),
        ("scope", "col"),
        ("class", "head c-actions"),
    ];
    let _ = head.append_child(&make("th", &attributes, &[&actions]));
    let head = make(
        "thead",
        &[("role", "rowgroup"), ("class", "thead")],
        &[&head],
    );
    let body: HtmlElement =
        make("tbody", &[("role", "rowgroup"), ("class", "tbody")], &[]).unchecked_into();
    let table = make(
        "table",
        &[
            ("role", "grid"),
            ("class", "table"),
            ("id", GRID),
            ("tabindex", "-1"),
            ("aria-label", &say!("region.channels")),
        ],
        &[&head, &body],
    );
    attribute(&table, "aria-rowcount", move || {
        let shown = seen.tally.get().shown;
        (shown > window::ALL).then(|| (shown + 1).to_string())
    });
    let style = body.style();
    keep(move || {
        let rows = seen.tally.get().shown as f64;
        let _ = style.set_property("height", &dom::px(rows * seen.viewport.get().row));
    });
    listen(&body, "pointermove", move |event| {
        let at = dom::target(event.unchecked_ref::<web_sys::Event>());
        let row = at.and_then(|at| at.closest("[data-uniqueid]").ok().flatten());
        let id = row.and_then(|row| row.get_attribute("data-uniqueid"));
        store
            .hold
            .pointed(store, id.and_then(|id| Uniqueid::new(&id)));
    });
    listen(&body, "pointerleave", move |_| {
        store.hold.pointer_left(store)
    });
    listen(&body, "focusout", move |event| {
        if !dom::stays_within(event.unchecked_ref()) {
            store.focus.left(store);
        }
    });
    listen(&table, "keydown", move |event| {
        pressed(store, event.unchecked_ref())
    });
    let scroller = make(
        "div",
        &[("class", "board-scroll"), ("id", SCROLLER)],
        &[&table, &drawn(|| view! { <Nothing /> })],
    );
    let scrolls = scroller.clone();
    listen(&scroller, "scroll", move |_| scrolled(store, &scrolls));
    house(store, &body);
    watch_size(store, &scroller);
    let board = make("section", &[], &[&scroller]);
    attribute(&board, "class", move || {
        let stale = seen.phase.with(|phase| !phase.is_live());
        let stale = if stale { " stale" } else { "" };
        let location = if seen.location.get() {
            ""
        } else {
            " no-location"
        };
        Some(format!("board{stale}{location}"))
    });
    board
}

fn pressed(store: Store, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    let at = dom::target(event);
    // The head is part of the grid, and its buttons have keys of their own.
    if at
        .as_ref()
        .is_some_and(|at| at.closest(".thead").is_ok_and(|head| head.is_some()))
    {
        return;
    }
    if !modified && row::pressed(store, &event.key(), at.as_ref()) {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The rows live in this element for as long as the board is in the page.
fn house(store: Store, body: &HtmlElement) {
    if let Ok(mut rows) = store.rows().try_borrow_mut() {
        rows.house(Some(body.clone()));
    }
    // When the board is in the page, and whenever a form opens at a row or closes.
    Effect::new(move || {
        store.popovers.track();
        store.draw_rows();
    });
    // After a log-in nothing has the focus: the form that had it is gone.
    Effect::new(move || {
        let active = document().active_element();
        if active.is_none_or(|active| active.tag_name() == "BODY") {
            dom::focus_id(GRID);
        }
    });
    let body = StoredValue::new_local(body.clone());
    on_cleanup(move || {
        if let Ok(mut rows) = store.rows().try_borrow_mut()
            && rows.are_in(body.try_get_value().as_ref())
        {
            rows.house(None);
        }
    });
}

fn watch_size(store: Store, scroller: &Element) {
    let watched = scroller.clone();
    let changed = Closure::<dyn FnMut()>::new(move || measure(store, &watched));
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(scroller);
    let keep = StoredValue::new_local(Some((observer, changed)));
    on_cleanup(move || {
        if let Some(Some((observer, _))) = keep.try_update_value(Option::take) {
            observer.disconnect();
        }
    });
}

/// In every frame while somebody scrolls: nothing is asked that would make the browser lay out.
fn scrolled(store: Store, element: &Element) {
    let top = f64::from(element.scroll_top());
    let viewport = store.seen.viewport.get_untracked();
    set(store.seen.viewport, Viewport { top, ..viewport });
    store.hold.scrolled(store);
    store.draw_rows();
    store.listen_for_rings();
    store.popovers.follow(store);
}

fn measure(store: Store, element: &Element) {
    // Without a style sheet the element is as high as all rows together.
    let most = dom::window_height();
    let viewport = Viewport {
        top: f64::from(element.scroll_top()),
        height: f64::from(element.client_height()).min(most),
        row: dom::length(element, "--row").unwrap_or(ROW),
    };
    set(store.seen.viewport, viewport);
    store.seen.head.set_value(head(element));
    store.shows();
    store.draw_rows();
    store.listen_for_rings();
    store.popovers.follow(store);
}

/// How high the head is that lies over the rows.
fn head(scroller: &Element) -> f64 {
    let head = scroller.query_selector(".thead").ok().flatten();
    head.map_or(0.0, |head: Element| f64::from(head.client_height()))
}

/// Scrolls as little as it takes to see this row whole.
pub(super) fn reveal(store: Store, place: usize) {
    let Some(element) = document().get_element_by_id(SCROLLER) else {
        return;
    };
    let header = head(&element);
    let viewport = store.seen.viewport.get_untracked();
    let top = viewport.reveal(place, header);
    if (top - viewport.top).abs() >= 1.0 {
        element.set_scroll_top(top.round() as i32);
        set(store.seen.viewport, Viewport { top, ..viewport });
    }
}

fn header(store: Store, column: Column) -> Element {
    let sort = store.seen.sort;
    let class = match column {
        Column::Channel => "head c-channel",
        Column::State => "head c-state",
        Column::Caller => "head c-caller",
        Column::Location => "head c-location",
        Column::Connected => "head c-connected",
        Column::Duration => "head c-duration",
    };
    let button = plain::button("sort", &cells::header(column), move || {
        store.sort_by(sort.get_untracked().pressed(column));
    });
    let attributes = [("role", "columnheader"), ("scope", "col"), ("class", class)];
    let head = make("th", &attributes, &[&button]);
    if column == Column::Location {
        let located = store.seen.located;
        // An attribute that the style sheet shows: the column's name stays its name.
        attribute(&head, "data-remark", move || {
            (!located.get()).then(|| say!("column.location_unknown"))
        });
    }
    attribute(&head, "aria-sort", move || {
        let Sort {
            column: by,
            descending,
        } = sort.get();
        let direction = match descending {
            false => "ascending",
            true => "descending",
        };
        (by == column).then(|| direction.to_owned())
    });
    head
}
