//! The table in the page, with what stands there when it is empty.

use leptos::prelude::*;
use switchboard_core::board::{Columns, Sort};
use switchboard_core::words::{cells, say};

use super::{By, Listing};
use crate::ui::grid::{Column, TableView};
use crate::ui::kit::{Button, Empty};
use crate::ui::state::{use_ask, use_session};
use crate::ui::store::use_store;

/// A table, from its head to its last row.
#[component]
pub(in crate::ui::views) fn ListingView<L: Listing>(
    /// Whose rows it shows.
    listing: L,
    /// What it is called.
    label: String,
    /// The classes of the element that it is in.
    #[prop(into, optional)]
    class: Signal<&'static str>,
    /// What stands there where there are no rows: by what is typed, if it is not given.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let session = use_session();
    let table = listing.table();
    let known = listing.store().seen.known;
    let knows = move || {
        L::TOPICS
            .iter()
            .all(|topic| known.with(|known| known.has(*topic)))
    };
    let stale = Memo::new(move |_| !session.is_live() || !knows());
    let columns = By::<L>::ALL.iter().map(|by| column(listing, *by));
    let acts = (!L::ACTS.is_empty()).then(|| Column {
        name: say!("column.actions"),
        class: "grid-column".to_owned(),
        sort: None,
        sorted: Signal::default(),
        remark: Signal::default(),
    });
    let columns: Vec<Column> = columns.chain(acts).collect();
    let empty = move || {
        let none = table.drawn_len().get() == 0;
        none.then(|| view! { <Nothing /> })
    };
    let inside = match children {
        Some(children) => children(),
        None => empty.into_any(),
    };
    view! {
        <section class=move || format!("grid {}", class.get())>
            <TableView table label columns stale>
                {inside}
            </TableView>
        </section>
    }
}

fn column<L: Listing>(listing: L, by: By<L>) -> Column {
    let store = listing.store();
    let sort = Memo::new(move |_| {
        let search = store.router.search(L::PLACE);
        let sort = search.sort().and_then(Sort::named);
        sort.unwrap_or_default()
    });
    let sorted = move || {
        let Sort { column, descending } = sort.get();
        let direction = match descending {
            false => "ascending",
            true => "descending",
        };
        (column == by).then_some(direction)
    };
    let press = move || store.sort_by(L::PLACE, &sort.get_untracked().pressed(by).name());
    Column {
        name: L::header(by),
        class: format!("grid-column {}-{}", L::PLACE.name(), by.name()),
        sort: Some(press.into()),
        sorted: Signal::derive(sorted),
        remark: Signal::derive(move || listing.remark(by)),
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let store = use_store();
    move || match store.typed().trim().is_empty() {
        true => view! { <Empty word=say!("empty.none")>""</Empty> }.into_any(),
        false => {
            let word = move || {
                say!(
                    "empty.nothing_matches",
                    typed = cells::quoted(&store.typed())
                )
            };
            view! { <NoMatch word=Signal::derive(word) /> }.into_any()
        }
    }
}

/// Nothing matches what is typed.
#[component]
pub(in crate::ui::views) fn NoMatch(
    /// Which says so.
    word: Signal<String>,
) -> impl IntoView {
    let ask = use_ask();
    view! {
        <Empty word=word>
            <p>
                <Button press=move || ask.find("")>{say!("button.clear_find")}</Button>
            </p>
        </Empty>
    }
}
