//! How many calls ring, wait and talk, and which of them has done so for longest: over the table, whose
//! rows stand in that order.

use leptos::prelude::*;
use switchboard_core::board::calls::{Kind, Section};
use switchboard_core::route::Place;
use switchboard_core::words::{calls as words, say, time};

use super::Calls;
use crate::ui::store::use_store;
use crate::ui::views::listing::Listing;
use crate::ui::views::rings;

/// The sections that have calls. A press goes to the call that has been in it for longest.
#[component]
pub(super) fn Sections(
    /// The table.
    calls: Calls,
) -> impl IntoView {
    let store = use_store();
    let table = calls.table();
    let all = Memo::new(move |_| {
        // Whatever changes, a second later at the most.
        table.drawn_len().track();
        store.seen.found.track();
        store.seen.tally.track();
        store.seen.clock.track();
        let here = store.router.place() == Some(Place::Calls);
        let all = here.then(|| store.look(|c| c.tables().calls.sections()));
        all.flatten().unwrap_or_default()
    });
    let each = move || all.get().into_iter().map(|section| section.kind);
    view! {
        <ul class="sections" aria-label=say!("sections.title")>
            <For each=each key=|kind| *kind children=move |kind| view! { <One kind all /> } />
        </ul>
    }
}

/// One of them.
#[component]
fn One(
    /// Which.
    kind: Kind,
    /// All of them.
    all: Memo<Vec<Section>>,
) -> impl IntoView {
    let store = use_store();
    let section = Memo::new(move |_| {
        all.with(|all| all.iter().find(|section| section.kind == kind).cloned())
    });
    let count = move || section.with(|section| section.as_ref().map(words::section));
    let waits = kind == Kind::Ringing || kind == Kind::Waiting;
    let longest = move || {
        let since = section.with(|section| section.as_ref()?.longest.as_ref().map(|it| it.0));
        let span = store.seen.row_clock.get().since(since.filter(|_| waits)?);
        Some(say!("sections.longest", span = time::duration(span)))
    };
    let press = move |_| {
        let longest = section.with_untracked(|section| section.as_ref()?.longest.clone());
        if let Some((_, call)) = longest {
            rings::show_call(store, &call);
        }
    };
    view! {
        <li>
            <button type="button" class="quiet sections-one" data-kind=name(kind) on:click=press>
                <span class="sections-count">{count}</span>
                " "
                <span class="sections-longest">{longest}</span>
            </button>
        </li>
    }
}

/// The name by which the sheet of style knows it.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Ringing => "ringing",
        Kind::Waiting => "waiting",
        Kind::Talking => "talking",
        Kind::Alone => "alone",
    }
}
