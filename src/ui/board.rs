//! The board: its head, the rows, and what stands there when there are none.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, KeyboardEvent, ResizeObserver};

use super::store::{Store, set};
use super::{dom, row};
use crate::board::{Column, Sort, Viewport, window};
use crate::session::Phase;
use crate::words::{cells, say};

/// The height of a row where no style sheet says otherwise.
pub(super) const ROW: f64 = 36.0;

const SCROLLER: &str = "board-scroll";

pub(super) fn board(store: Store) -> impl IntoView {
    let (scroller, body) = (NodeRef::<html::Div>::new(), NodeRef::<html::Tbody>::new());
    house(store, body);
    watch_size(store, scroller);
    let seen = store.seen;
    let height = move || {
        let rows = seen.tally.get().shown as f64;
        dom::px(rows * seen.viewport.get().row)
    };
    let count = move || {
        let shown = seen.tally.get().shown;
        (shown > window::ALL).then_some(shown + 1)
    };
    let stale = move || seen.phase.with(|phase| !phase.is_live());
    view! {
        <section class="board" class:stale=stale class:no-location=move || !seen.location.get()>
            <div
                class="board-scroll"
                id=SCROLLER
                node_ref=scroller
                on:scroll=move |_| measure(store, scroller)
            >
                <table role="grid" class="table" aria-label=say!("region.channels") aria-rowcount=count>
                    <thead role="rowgroup" class="thead">
                        <tr role="row" class="row-head">
                            {Column::ALL.map(|column| header(store, column)).collect_view()}
                            <th role="columnheader" scope="col" class="head c-actions">
                                <span class="hidden">{say!("column.actions")}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody
                        role="rowgroup"
                        class="tbody"
                        node_ref=body
                        style:height=height
                        on:pointermove=move |_| store.hold.pointer(store, true)
                        on:pointerleave=move |_| store.hold.pointer(store, false)
                        on:focusout=move |event| {
                            if !dom::stays_within(&event) {
                                store.focus.left(store);
                            }
                        }
                        on:keydown=move |event| pressed(store, &event)
                    ></tbody>
                </table>
                {empty(store)}
            </div>
        </section>
    }
}

fn pressed(store: Store, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    if !modified && row::pressed(store, &event.key()) {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The rows live in this element for as long as the board is in the page.
fn house(store: Store, body: NodeRef<html::Tbody>) {
    Effect::new(move || {
        let body = body.get().map(|body| body.unchecked_into::<HtmlElement>());
        if let Ok(mut rows) = store.rows().try_borrow_mut() {
            rows.house(body);
        }
        store.draw_rows();
    });
    on_cleanup(move || {
        if let Ok(mut rows) = store.rows().try_borrow_mut() {
            rows.house(None);
        }
    });
}

fn watch_size(store: Store, scroller: NodeRef<html::Div>) {
    Effect::new(move || {
        let Some(element) = scroller.get() else {
            return;
        };
        let changed = Closure::<dyn FnMut()>::new(move || measure(store, scroller));
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let keep = StoredValue::new_local(Some((observer, changed)));
        on_cleanup(move || {
            if let Some(Some((observer, _))) = keep.try_update_value(Option::take) {
                observer.disconnect();
            }
        });
    });
}

fn measure(store: Store, scroller: NodeRef<html::Div>) {
    let Some(element) = scroller.get_untracked() else {
        return;
    };
    // Without a style sheet the element is as high as all rows together.
    let most = super::dom::window_height();
    let viewport = Viewport {
        top: f64::from(element.scroll_top()),
        height: f64::from(element.client_height()).min(most),
        row: dom::length(&element, "--row").unwrap_or(ROW),
    };
    set(store.seen.viewport, viewport);
    store.shows();
    store.draw_rows();
    store.popovers.follow(store);
}

/// Scrolls as little as it takes to see this row whole.
pub(super) fn reveal(store: Store, place: usize) {
    let Some(element) = document().get_element_by_id(SCROLLER) else {
        return;
    };
    let header = element
        .query_selector(".thead")
        .ok()
        .flatten()
        .map_or(0.0, |head: Element| f64::from(head.client_height()));
    let viewport = store.seen.viewport.get_untracked();
    let top = viewport.reveal(place, header);
    if (top - viewport.top).abs() >= 1.0 {
        element.set_scroll_top(top.round() as i32);
        set(store.seen.viewport, Viewport { top, ..viewport });
    }
}

fn header(store: Store, column: Column) -> impl IntoView {
    let sort = store.seen.sort;
    let direction = move || {
        let Sort {
            column: by,
            descending,
        } = sort.get();
        match (by == column, descending) {
            (false, _) => None,
            (true, false) => Some("ascending"),
            (true, true) => Some("descending"),
        }
    };
    let class = match column {
        Column::Channel => "head c-channel",
        Column::State => "head c-state",
        Column::Caller => "head c-caller",
        Column::Location => "head c-location",
        Column::Connected => "head c-connected",
        Column::Duration => "head c-duration",
    };
    let press = move |_| store.sort_by(sort.get_untracked().pressed(column));
    view! {
        <th role="columnheader" scope="col" class=class aria-sort=direction>
            <button type="button" class="sort" on:click=press>
                {cells::header(column)}
            </button>
        </th>
    }
}

fn empty(store: Store) -> impl IntoView {
    let seen = store.seen;
    let none = Memo::new(move |_| {
        let tally = seen.tally.get();
        (tally.shown == 0).then_some(tally.channels > 0)
    });
    let live = Memo::new(move |_| seen.phase.with(Phase::is_live));
    move || {
        none.get().map(|filtered| {
            if filtered {
                no_match(store).into_any()
            } else {
                calm(live.get()).into_any()
            }
        })
    }
}

fn calm(live: bool) -> impl IntoView {
    live.then(|| {
        view! {
            <div class="empty">
                <p class="empty-word">{say!("empty.calm")}</p>
                <p>{say!("empty.calm_more")}</p>
            </div>
        }
    })
}

fn no_match(store: Store) -> impl IntoView {
    let typed = move || store.seen.find.get();
    view! {
        <div class="empty">
            <p class="empty-word">{move || say!("empty.no_match", typed = cells::quoted(&typed()))}</p>
            <p>
                <button type="button" class="button" on:click=move |_| store.find(String::new())>
                    {say!("button.clear_find")}
                </button>
            </p>
        </div>
    }
}
