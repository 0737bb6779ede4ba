//! A table in the page: its head, and the place of its rows.

use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use switchboard_core::board::window;
use web_sys::HtmlElement;

use super::Table;
use crate::ui::dom;
use crate::ui::store::set;

/// A column.
pub(in crate::ui) struct Column {
    pub name: String,
    /// The class of its head.
    pub class: String,
    /// Sorts by it; none where that makes no sense. Its name is read, and not seen, then.
    pub sort: Option<Callback<()>>,
    /// `ascending` or `descending`, if the rows are sorted by it.
    pub sorted: Signal<Option<&'static str>>,
    /// What is shown beside the name.
    pub remark: Signal<Option<String>>,
}

/// A table, and what stands below its head where there are no rows.
#[component]
pub(in crate::ui) fn TableView(
    /// The table.
    table: Table,
    /// What it is called.
    label: String,
    /// Its columns.
    columns: Vec<Column>,
    /// Whether the rows are not what is so now, as far as anybody knows.
    #[prop(into)]
    stale: Signal<bool>,
    /// What stands there where there are no rows.
    children: Children,
) -> impl IntoView {
    let scroller = NodeRef::<html::Div>::new();
    let element = NodeRef::<html::Table>::new();
    let body = NodeRef::<html::Tbody>::new();
    keep_drawn(table, scroller, element, body);
    let count = columns.len().to_string();
    let (len, viewport) = (table.len, table.viewport);
    set(len, table.source().len());
    let rowcount = move || {
        let len = len.get();
        (len > window::ALL).then(|| (len + 1).to_string())
    };
    let height = move || dom::px(len.get() as f64 * viewport.get().row);
    let row_at = move |event: &Event| {
        let row = dom::target(event).and_then(|at| at.closest(".grid-row").ok().flatten());
        let rows = table.rows.get_value();
        let rows = rows.try_borrow().ok();
        rows.and_then(|rows| rows.key(&row?))
    };
    let left = move |event: FocusEvent| {
        if !dom::stays_within(&event) {
            table.focus_left();
        }
    };
    view! {
        <div
            class="grid-scroll"
            class:grid-stale=stale
            style=("--count", count)
            node_ref=scroller on:scroll=move |_| table.was_scrolled()>
            <table
                role="grid"
                class="grid-table"
                tabindex="-1"
                aria-label=label
                aria-rowcount=rowcount
                node_ref=element
                on:keydown=move |event: KeyboardEvent| table.key_pressed(&event)
            >
                <thead role="rowgroup" class="grid-head">
                    <tr role="row" class="grid-heads">
                        {columns.into_iter().map(head).collect_view()}
                    </tr>
                </thead>
                <tbody
                    role="rowgroup"
                    class="grid-body"
                    style:height=height
                    node_ref=body
                    on:pointermove=move |event| table.pointed(row_at(&event))
                    on:pointerdown=move |event| table.went_down(row_at(&event))
                    // A screen reader presses without a pointer: the last one's place is over.
                    on:pointercancel=move |_| table.went_down(None)
                    on:click=move |_| table.went_down(None)
                    on:pointerleave=move |_| table.pointer_left()
                    on:focusout=left
                    // As Enter does, where the first press has put the focus.
                    on:dblclick=move |event| {
                        table.source().pressed("Enter", dom::target(&event).as_ref());
                    }
                ></tbody>
            </table>
            {children()}
        </div>
    }
}

fn head(column: Column) -> AnyView {
    let Column {
        name,
        class,
        sort,
        sorted,
        remark,
    } = column;
    let name = match sort {
        Some(sort) => view! {
            <button class="grid-sort" type="button" on:click=move |_| sort.run(())>
                {name}
            </button>
        }
        .into_any(),
        None => view! { <span class="hidden">{name}</span> }.into_any(),
    };
    // The remark is an attribute that the style sheet shows: the column's name stays its name.
    view! {
        <th role="columnheader" scope="col" class=class aria-sort=sorted data-remark=remark>
            {name}
        </th>
    }
    .into_any()
}

/// The rows live in the body for as long as it is in the page.
fn keep_drawn(
    table: Table,
    scroller: NodeRef<html::Div>,
    element: NodeRef<html::Table>,
    body: NodeRef<html::Tbody>,
) {
    let housed = StoredValue::new_local(None::<HtmlElement>);
    // Apart from what is drawn again and again: what is watched here is let go when this runs anew.
    Effect::new(move || {
        if let (Some(scroller), Some(element), Some(body)) =
            (scroller.get(), element.get(), body.get())
        {
            let body = HtmlElement::from(body);
            housed.set_value(Some(body.clone()));
            table.own.set_value(Some(element.into()));
            table.scroller.set_value(Some(scroller.clone().into()));
            if let Ok(mut rows) = table.rows.get_value().try_borrow_mut() {
                rows.house(Some(body));
            }
            table.watch_size(&scroller);
        }
    });
    Effect::new(move |began: Option<bool>| {
        if body.get().is_none() {
            return false;
        }
        // When it is in the page, and whenever something opens at a row or closes.
        let _ = table.source().open();
        table.draw();
        // After a log-in nothing has the focus: the form that had it is gone.
        if began != Some(true) && dom::focused().is_none() {
            table.focus_table();
        }
        true
    });
    on_cleanup(move || {
        let Some(rows) = table.rows.try_get_value() else {
            return;
        };
        if let Ok(mut rows) = rows.try_borrow_mut()
            && rows.are_in(housed.try_get_value().flatten().as_ref())
        {
            rows.house(None);
        }
    });
}
