//! Whether the line is live.

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{connection, say};

use crate::ui::store::{Store, use_store};

/// The lamp, and what it means in a word.
#[component]
pub(super) fn Lamp() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let class = move || {
        let polled = seen.lists_every.get().is_some();
        seen.phase.with(|phase| look(phase, polled))
    };
    let said = Memo::new(move |_| words(store));
    view! {
        <div class=class role="status" aria-label=say!("region.connection")>
            <span class="bulb" aria-hidden="true"></span>
            <span class="connection-words" title=said>
                {said}
            </span>
        </div>
    }
}

fn look(phase: &Phase, polled: bool) -> &'static str {
    match phase {
        Phase::Live { .. } if polled => "connection connection-polled",
        Phase::Live { .. } => "connection connection-live",
        Phase::Late { .. } | Phase::Reconnecting { .. } | Phase::TakenOver | Phase::Outdated => {
            "connection connection-cut"
        }
        Phase::SignedOut(_) => "connection connection-off",
        Phase::Starting | Phase::SigningIn | Phase::Loading => "connection connection-busy",
    }
}

fn words(store: Store) -> String {
    let seen = store.seen;
    seen.phase.with(|phase| {
        let since = match phase {
            // Told anew each second: the wall clock may have been set.
            Phase::Live { since } => {
                seen.clock.track();
                store.time_of_day(*since)
            }
            _ => String::new(),
        };
        match seen.lists_every.get() {
            Some(every) if phase.is_live() => connection::polled(every),
            _ => connection::lamp(phase, &since),
        }
    })
}
