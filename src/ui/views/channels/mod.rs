//! The table of channels, and what opens at its rows.

pub(in crate::ui) mod acts;
mod cells;
mod nothing;
mod party;
mod source;

use leptos::prelude::*;
use switchboard_core::board::{Column as By, Columns, Sort};
use switchboard_core::words::{cells as words, say};

use crate::ui::grid::{Column, TableView};
use crate::ui::store::{Store, use_store};
use acts::RowPopover;
use nothing::Nothing;
pub(in crate::ui) use source::Channels;

pub(super) fn view() -> AnyView {
    view! {
        <Board />
        <RowPopover />
    }
    .into_any()
}

/// The table, and what stands there when it is empty.
#[component]
fn Board() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let stale = Memo::new(move |_| seen.phase.with(|phase| !phase.is_live()));
    let mut columns: Vec<Column> = By::ALL.iter().map(|by| column(store, *by)).collect();
    columns.push(Column {
        name: say!("column.actions"),
        class: "head c-actions",
        sort: None,
        sorted: Signal::default(),
        remark: Signal::default(),
    });
    view! {
        <section
            class="board"
            class:stale=stale
            class:no-location=move || !seen.location.get()
        >
            <TableView table=store.table() label=say!("region.channels") columns>
                <Nothing />
            </TableView>
        </section>
    }
}

fn column(store: Store, by: By) -> Column {
    let (sort, located) = (store.seen.sort, store.seen.located);
    let class = match by {
        By::Channel => "head c-channel",
        By::State => "head c-state",
        By::Caller => "head c-caller",
        By::Location => "head c-location",
        By::Connected => "head c-connected",
        By::Duration => "head c-duration",
    };
    let sorted = move || {
        let Sort { column, descending } = sort.get();
        let direction = match descending {
            false => "ascending",
            true => "descending",
        };
        (column == by).then_some(direction)
    };
    let remark = move || {
        let unknown = by == By::Location && !located.get();
        unknown.then(|| say!("column.location_unknown"))
    };
    let press = move || store.sort_by(sort.get_untracked().pressed(by));
    Column {
        name: words::header(by),
        class,
        sort: Some(press.into()),
        sorted: Signal::derive(sorted),
        remark: Signal::derive(remark),
    }
}
