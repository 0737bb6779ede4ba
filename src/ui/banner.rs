//! Trouble, said once above the rows that it concerns.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::session::{Next, Phase, Trouble};
use crate::words::{connection, say};

/// What the banner is about; what ticks in it is read apart, so that its buttons stay.
#[derive(Clone, PartialEq)]
enum Topic {
    Stale(Trouble),
    Late,
    TakenOver,
    Outdated,
    Unlisted,
}

pub(super) fn banner(store: Store) -> impl IntoView {
    let seen = store.seen;
    let topic = Memo::new(move |_| {
        seen.phase.with(|phase| match phase {
            Phase::Reconnecting { trouble, .. } => Some(Topic::Stale(trouble.clone())),
            Phase::Late { .. } => Some(Topic::Late),
            Phase::TakenOver => Some(Topic::TakenOver),
            Phase::Outdated => Some(Topic::Outdated),
            Phase::Live { .. } => seen
                .abilities
                .with(|abilities| !abilities.lists_channels)
                .then_some(Topic::Unlisted),
            _ => None,
        })
    });
    move || {
        topic.get().map(|topic| match topic {
            Topic::Stale(trouble) => stale(store, trouble).into_any(),
            Topic::Late => late(store).into_any(),
            Topic::TakenOver => {
                let again = move || store.refresh();
                stopped(
                    say!("banner.taken_over"),
                    say!("button.use_this_page"),
                    again,
                )
                .into_any()
            }
            Topic::Outdated => {
                let reload = || {
                    let _ = window().location().reload();
                };
                stopped(say!("banner.outdated"), say!("button.reload"), reload).into_any()
            }
            Topic::Unlisted => view! {
                <div class="banner info">
                    <p>{connection::unlisted()}</p>
                </div>
            }
            .into_any(),
        })
    }
}

fn stale(store: Store, trouble: Trouble) -> impl IntoView {
    let seen = store.seen;
    let technical = connection::technical(&trouble);
    let words = move || {
        let now = seen.clock.get().max(untrack(|| store.now()));
        let silent = seen.last_word.get().map(|at| now.since(at));
        let wait = seen.phase.with(|phase| match phase {
            Phase::Reconnecting {
                next: Next::At(at), ..
            } => Some(at.since(now)),
            _ => None,
        });
        let listing = seen.resynchronising.get();
        connection::stale(&trouble, silent, wait, listing)
    };
    view! {
        <section class="banner trouble" aria-label=say!("region.trouble")>
            {icon(|| Icon::Warning)}
            <p>{words}</p>
            <button type="button" class="button" on:click=move |_| store.refresh()>
                {say!("button.try_now")}
            </button>
            {details(technical)}
        </section>
    }
}

fn late(store: Store) -> impl IntoView {
    let seen = store.seen;
    let words = move || {
        let now = seen.clock.get().max(untrack(|| store.now()));
        connection::late(seen.last_word.get().map(|at| now.since(at)))
    };
    view! {
        <section class="banner trouble" aria-label=say!("region.trouble")>
            {icon(|| Icon::Warning)}
            <p>{words}</p>
        </section>
    }
}

/// This page has stopped, and one button goes on.
fn stopped(words: String, button: String, act: impl Fn() + 'static) -> impl IntoView {
    view! {
        <section class="banner trouble" aria-label=say!("region.trouble")>
            {icon(|| Icon::Warning)}
            <p>{words}</p>
            <button type="button" class="button" on:click=move |_| act()>
                {button}
            </button>
        </section>
    }
}

/// The technical reason, one click away. One click selects the whole of it.
pub(super) fn details(technical: String) -> impl IntoView {
    view! {
        <details class="details">
            <summary>{say!("button.details")}</summary>
            <code class="technical">{technical}</code>
        </details>
    }
}
