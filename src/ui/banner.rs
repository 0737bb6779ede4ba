//! Trouble, said once above the rows that it concerns.

use ajam::session::{Next, Phase, Trouble};
use leptos::prelude::*;
use switchboard_core::words::{connection, say};
use web_sys::Element;

use super::icon::Icon;
use super::plain::{self, make, part, picture, words};
use super::store::Store;

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

pub(super) fn banner(store: Store) -> Element {
    let seen = store.seen;
    let topic = Memo::new(move |_| {
        seen.phase.with(|phase| match phase {
            Phase::Reconnecting { trouble, .. } => Some(Topic::Stale(trouble.clone())),
            Phase::Late { .. } => Some(Topic::Late),
            Phase::TakenOver => Some(Topic::TakenOver),
            Phase::Outdated => Some(Topic::Outdated),
            Phase::Live { .. } => {
                let (missing, every) = (seen.missing.get(), seen.lists_every.get());
                let unlisted = seen.abilities.with(|abilities| !abilities.lists_channels);
                connection::missing(missing, every, seen.location.get())
                    .map(Topic::Missing)
                    .or_else(|| unlisted.then_some(Topic::Unlisted))
            }
            _ => None,
        })
    });
    let hidden = RwSignal::new(None);
    part(move || {
        let shown = topic.get()?;
        if hidden.get().as_ref() == Some(&shown) {
            return None;
        }
        Some(match shown.clone() {
            Topic::Stale(trouble) => stale(store, trouble),
            Topic::Late => late(store),
            Topic::TakenOver => {
                let again = move || store.refresh();
                stopped(
                    &say!("banner.taken_over"),
                    &say!("button.use_this_page"),
                    again,
                )
            }
            Topic::Outdated => {
                let reload = || {
                    let _ = window().location().reload();
                };
                stopped(&say!("banner.outdated"), &say!("button.reload"), reload)
            }
            Topic::Missing(words) => info(&words, move || hidden.set(Some(shown.clone()))),
            Topic::Unlisted => info(&connection::unlisted(), move || {
                hidden.set(Some(shown.clone()))
            }),
        })
    })
}

/// What holds for as long as the account is what it is: it lies over the head of the board until
/// it was read.
fn info(words: &str, hide: impl Fn() + 'static) -> Element {
    let hide = plain::button("button", &say!("button.hide"), hide);
    let attributes = [("class", "banner banner-info")];
    make("div", &attributes, &[&plain::say("p", "", words), &hide])
}

/// Something is wrong: what, and what may be done.
fn trouble(words: &Element, more: &[&Element]) -> Element {
    let banner = make(
        "section",
        &[
            ("class", "banner banner-trouble"),
            ("aria-label", &say!("region.trouble")),
        ],
        &[&picture(Icon::Warning).0, words],
    );
    for more in more {
        let _ = banner.append_child(more);
    }
    banner
}

fn stale(store: Store, why: Trouble) -> Element {
    let seen = store.seen;
    let details = plain::details(&connection::technical(&why));
    let words = words(make("p", &[], &[]), move || {
        let now = seen.clock.get().max(untrack(|| store.now()));
        let silent = seen.last_word.get().map(|at| now.since(at));
        let wait = seen.phase.with(|phase| match phase {
            Phase::Reconnecting {
                next: Next::At(at), ..
            } => Some(at.since(now)),
            _ => None,
        });
        let listing = seen.resynchronising.get();
        let known = seen.tally.with(|tally| tally.listed);
        connection::stale(&why, silent, wait, (listing, known))
    });
    let again = plain::button("button", &say!("button.try_now"), move || store.refresh());
    trouble(&words, &[&again, &details])
}

fn late(store: Store) -> Element {
    let seen = store.seen;
    let words = words(make("p", &[], &[]), move || {
        let now = seen.clock.get().max(untrack(|| store.now()));
        connection::late(seen.last_word.get().map(|at| now.since(at)))
    });
    trouble(&words, &[])
}

/// This page has stopped, and one button goes on.
fn stopped(words: &str, button: &str, act: impl Fn() + 'static) -> Element {
    let button = plain::button("button", button, act);
    trouble(&plain::say("p", "", words), &[&button])
}
