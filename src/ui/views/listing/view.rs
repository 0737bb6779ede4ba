//! The table in the page, with what stands there when it is empty.

use ajam::session::Lack;
use leptos::prelude::*;
use switchboard_core::live::Topic;
use switchboard_core::words::{cells, place, say};

use super::{AnyListing, Listing};
use crate::ui::grid::{Column, TableView};
use crate::ui::kit::{Button, Empty};
use crate::ui::state::{use_ask, use_board, use_session};
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
    listed(&listing.any(), label, class, children)
}

/// The same, whatever its rows.
fn listed(
    listing: &AnyListing,
    label: String,
    class: Signal<&'static str>,
    children: Option<Children>,
) -> AnyView {
    let session = use_session();
    let (table, topics) = (listing.table(), listing.topics());
    let stale = Memo::new(move |_| !session.is_live() || !session.knows(topics));
    let columns = listing.kind.columns().into_iter().enumerate();
    let columns = columns.map(|(column, name)| head(listing, column, name));
    let acts = (!listing.kind.acts().is_empty()).then(|| Column {
        name: say!("column.actions"),
        class: "grid-column".to_owned(),
        sort: None,
        sorted: Signal::default(),
        remark: Signal::default(),
    });
    let columns: Vec<Column> = columns.chain(acts).collect();
    let empty = move || {
        let none = table.drawn_len().get() == 0;
        none.then(|| view! { <Nothing topics /> })
    };
    let inside = match children {
        Some(children) => children(),
        None => empty.into_any(),
    };
    let lack = Memo::new(move |_| session.lack(topics));
    let lacks = move || {
        let lack = lack.get().filter(|_| table.drawn_len().get() > 0)?;
        Some(view! { <p class="grid-lack">{place::lack_of_some(lack)}</p> })
    };
    view! {
        {lacks}
        <section class=move || format!("grid {}", class.get())>
            <TableView table label columns stale>
                {inside}
            </TableView>
        </section>
    }
    .into_any()
}

/// The head of a column.
fn head(listing: &AnyListing, column: usize, name: &str) -> Column {
    let (store, place) = (listing.kind.store(), listing.place());
    let kind = StoredValue::new_local(listing.kind.clone());
    let sort = Memo::new(move |_| {
        let search = store.router.search(place);
        kind.with_value(|kind| kind.sort(search.sort()))
    });
    let sorted = move || {
        let (by, descending) = sort.get();
        let direction = match descending {
            false => "ascending",
            true => "descending",
        };
        (by == column).then_some(direction)
    };
    let press = move || {
        let search = untrack(|| store.router.search(place));
        let sort = kind.with_value(|kind| kind.pressed(search.sort(), column));
        store.sort_by(place, &sort);
    };
    Column {
        name: listing.kind.header(column),
        class: format!("grid-column {}-{name}", place.name()),
        sort: Some(press.into()),
        sorted: Signal::derive(sorted),
        remark: Signal::derive(move || kind.with_value(|kind| kind.remark(column))),
    }
}

/// Why no row is here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    NoMatch,
    Lack(Lack),
    /// That no row is here does not mean that there is none.
    Unknown,
    None,
}

#[component]
fn Nothing(topics: &'static [Topic]) -> impl IntoView {
    let (session, board, store) = (use_session(), use_board(), use_store());
    let why = Memo::new(move |_| {
        let (_, living) = board.found.get();
        match session.lack(topics) {
            _ if living > 0 => Why::NoMatch,
            Some(lack) => Why::Lack(lack),
            None if !session.knows(topics) => Why::Unknown,
            None if !store.typed().trim().is_empty() => Why::NoMatch,
            None => Why::None,
        }
    });
    move || match why.get() {
        Why::Lack(lack) => view! {
            <Empty word=say!("empty.lacking")>
                <p>{place::lack(lack)}</p>
            </Empty>
        }
        .into_any(),
        Why::Unknown => view! { <Empty word=say!("empty.unknown")>""</Empty> }.into_any(),
        Why::None => view! { <Empty word=say!("empty.none")>""</Empty> }.into_any(),
        Why::NoMatch => {
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
