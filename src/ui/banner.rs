//! Trouble, said once above the rows that it concerns.

use ajam::session::{Next, Phase, Trouble};
use leptos::prelude::*;
use switchboard_core::words::{connection, say};

use super::kit::{Button, Details, Icon, Picture};
use super::state::{use_ask, use_board, use_clock, use_session};

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

/// What holds for as long as the account is what it is: it lies over the head of the board until
/// it was read.
fn info(words: String, hide: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <div class="banner banner-info">
            <p>{words}</p>
            <Button press=hide>{say!("button.hide")}</Button>
        </div>
    }
    .into_any()
}

/// This page has stopped, and one button goes on.
fn stopped(words: String, button: String, act: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <Alarm>
            <p>{words}</p>
            <Button press=act>{button}</Button>
        </Alarm>
    }
    .into_any()
}

/// Something is wrong: what, and what may be done.
#[component]
fn Alarm(children: Children) -> impl IntoView {
    view! {
        <section class="banner banner-trouble" aria-label=say!("region.trouble")>
            <Picture icon=Icon::Warning />
            {children()}
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
        <Alarm>
            <p>{move || words()}</p>
            <Button press=move || ask.refresh()>{say!("button.try_now")}</Button>
            <Details technical />
        </Alarm>
    }
}

#[component]
fn Late() -> impl IntoView {
    let (session, clock) = (use_session(), use_clock());
    let words = move || {
        let now = clock.now();
        connection::late(session.last_word.get().map(|at| now.since(at)))
    };
    view! {
        <Alarm>
            <p>{move || words()}</p>
        </Alarm>
    }
}
