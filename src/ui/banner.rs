//! Trouble and what is missing, said once, in the band at the bottom: it takes the place of the
//! numbers there, and lies over nothing.

use ajam::session::{Next, Phase, Trouble};
use leptos::prelude::*;
use switchboard_core::words::{connection, say};

use super::kit::{Button, Details, Icon, Picture};
use super::state::{use_ask, use_board, use_clock, use_session};
use super::store::use_store;
use super::{dom, views};

/// What the banner is about; what ticks in it is read apart, so that its buttons stay.
#[derive(Clone, PartialEq)]
enum Topic {
    Stale(Trouble),
    Late,
    TakenOver,
    Outdated,
    /// Some events do not come.
    Missing(String),
    Unlisted,
}

/// The banner, while there is something to say.
#[component]
pub(super) fn Banner() -> impl IntoView {
    let (session, board, ask) = (use_session(), use_board(), use_ask());
    let topic = Memo::new(move |_| {
        session.phase.with(|phase| match phase {
            Phase::Reconnecting { trouble, .. } => Some(Topic::Stale(trouble.clone())),
            Phase::Late { .. } => Some(Topic::Late),
            Phase::TakenOver => Some(Topic::TakenOver),
            Phase::Outdated => Some(Topic::Outdated),
            Phase::Live { .. } => {
                let (missing, every) = (session.missing.get(), session.lists_every.get());
                connection::missing(missing, every, board.location.get())
                    .map(Topic::Missing)
                    .or_else(|| (!session.lists_channels()).then_some(Topic::Unlisted))
            }
            _ => None,
        })
    });
    let hidden = RwSignal::new(None);
    move || {
        let shown = topic.get()?;
        if hidden.get().as_ref() == Some(&shown) {
            return None;
        }
        let read = shown.clone();
        let hide = move || hidden.set(Some(read.clone()));
        Some(match shown {
            Topic::Stale(why) => view! { <Stale why /> }.into_any(),
            Topic::Late => view! { <Late /> }.into_any(),
            Topic::TakenOver => stopped(
                say!("banner.taken_over"),
                say!("button.use_this_page"),
                move || ask.refresh(),
            ),
            Topic::Outdated => stopped(say!("banner.outdated"), say!("button.reload"), || {
                let _ = window().location().reload();
            }),
            Topic::Missing(words) => info(words, hide),
            Topic::Unlisted => info(connection::unlisted(), hide),
        })
    }
}

/// What holds for as long as the account is what it is: it stands there until it was read.
fn info(words: String, hide: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <Notice words>
            <Button press=hide>{say!("button.hide")}</Button>
        </Notice>
    }
    .into_any()
}

/// This page has stopped, and one button goes on.
fn stopped(words: String, button: String, act: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <Notice trouble=true words>
            <Button press=act>{button}</Button>
        </Notice>
    }
    .into_any()
}

/// What is to be known, and what may be done. As much of it is shown as has room; the rest, with the
/// technical reason, is one click away.
#[component]
fn Notice(
    /// Whether something is wrong.
    #[prop(optional)]
    trouble: bool,
    /// What it says.
    #[prop(into)]
    words: Signal<String>,
    /// The technical reason, if there is one.
    #[prop(optional)]
    technical: Option<String>,
    /// What may be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let store = use_store();
    on_cleanup(move || {
        if dom::has_focus(".notice") {
            views::focus(store);
        }
    });
    let open = RwSignal::new(false);
    let more = match technical {
        Some(technical) => view! { <Details technical /> }.into_any(),
        None => view! {
            <button
                class="quiet notice-more"
                type="button"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {say!("button.details")}
            </button>
        }
        .into_any(),
    };
    let class = match trouble {
        true => "notice notice-trouble",
        false => "notice",
    };
    let label = match trouble {
        true => say!("region.trouble"),
        false => say!("region.notice"),
    };
    view! {
        <section class=class class:notice-open=open aria-label=label>
            {trouble.then(|| view! { <Picture icon=Icon::Warning /> })}
            <p>{words}</p>
            {children.map(|children| children())}
            {more}
        </section>
    }
}

#[component]
fn Stale(why: Trouble) -> impl IntoView {
    let (session, board, clock, ask) = (use_session(), use_board(), use_clock(), use_ask());
    let technical = connection::technical(&why);
    let words = move || {
        let now = clock.now();
        let silent = session.last_word.get().map(|at| now.since(at));
        let wait = session.phase.with(|phase| match phase {
            Phase::Reconnecting {
                next: Next::At(at), ..
            } => Some(at.since(now)),
            _ => None,
        });
        let listing = session.resynchronising.get();
        let known = board.tally.with(|tally| tally.listed);
        connection::stale(&why, silent, wait, (listing, known))
    };
    view! {
        <Notice trouble=true words=Signal::derive(words) technical>
            <Button press=move || ask.refresh()>{say!("button.try_now")}</Button>
        </Notice>
    }
}

#[component]
fn Late() -> impl IntoView {
    let (session, clock) = (use_session(), use_clock());
    let words = move || {
        let now = clock.now();
        connection::late(session.last_word.get().map(|at| now.since(at)))
    };
    view! { <Notice trouble=true words=Signal::derive(words) /> }
}
