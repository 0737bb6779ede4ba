//! What stands where there are no calls, and so no channels.

use leptos::prelude::*;
use switchboard_core::route::Place;
use switchboard_core::words::{cells, say};

use crate::ui::grid::Table;
use crate::ui::kit::Empty;
use crate::ui::state::{use_board, use_session};
use crate::ui::store::use_store;
use crate::ui::views::listing::NoMatch;

/// Why no row is here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    NoMatch,
    /// That no row is here does not mean that there is no call.
    Unlisted,
    Calm,
}

/// Says why no row is here, while that is so.
#[component]
pub(super) fn Nothing(
    /// The table that has none.
    table: Table,
) -> impl IntoView {
    let (session, board, store) = (use_session(), use_board(), use_store());
    let shown = table.drawn_len();
    let why = Memo::new(move |_| {
        if shown.get() > 0 {
            None
        } else if board.tally.get().channels > 0 {
            Some(Why::NoMatch)
        } else if !session.lists_channels() {
            Some(Why::Unlisted)
        } else {
            session.is_live().then_some(Why::Calm)
        }
    });
    move || {
        Some(match why.get()? {
            Why::NoMatch => {
                let word = move || {
                    let typed = cells::quoted(&store.typed());
                    match store.searched() {
                        Place::Channels => say!("empty.no_match", typed = typed),
                        _ => say!("empty.nothing_matches", typed = typed),
                    }
                };
                view! { <NoMatch word=Signal::derive(word) /> }.into_any()
            }
            Why::Unlisted => view! { <Unlisted /> }.into_any(),
            Why::Calm => view! {
                <Empty word=say!("empty.calm")>
                    <p>{say!("empty.calm_more")}</p>
                </Empty>
            }
            .into_any(),
        })
    }
}

#[component]
fn Unlisted() -> impl IntoView {
    let session = use_session();
    let live = Memo::new(move |_| session.is_live());
    let why = move || match live.get() {
        true => say!("empty.unknown_unlisted"),
        false => say!("empty.unknown_unheard"),
    };
    view! {
        <Empty word=say!("empty.unknown")>
            <p>{move || why()}</p>
            <p>
                <a class="link" href="?doctor">
                    {say!("log_in.check")}
                </a>
            </p>
        </Empty>
    }
}
