//! The lists of checks: what has failed, what is worth changing, and the rest without and with
//! an account. What fails moves to the first, what is worth changing to the second; in each, what asks
//! for a hand comes first.

use leptos::prelude::*;
use switchboard_core::doctor::{Check, State};
use switchboard_core::words::doctor as words;

use super::{check, use_checkup};
use crate::ui::kit::{Icon, Picture};

/// Which checks stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Those that failed. It is not there while it is empty.
    ToMend,
    /// Those that are worth changing though the page works. It is not there while it is empty.
    Advised,
    /// The rest of those of the server.
    Server,
    /// The rest of those that take an account.
    Account,
}

impl List {
    fn of(check: Check, state: State) -> Self {
        match state {
            State::Failed => Self::ToMend,
            State::Advice => Self::Advised,
            _ if check.takes_an_account() => Self::Account,
            _ => Self::Server,
        }
    }
}

/// A list of checks.
#[component]
pub(super) fn Checks(
    /// What it is called.
    heading: String,
    /// Which one it is.
    list: List,
) -> impl IntoView {
    let checkup = use_checkup();
    let here = Memo::new(move |_| {
        let all = Check::all().enumerate();
        let here = all.filter(|(at, check)| List::of(*check, checkup.state(*at)) == list);
        let mut here: Vec<usize> = here.map(|(at, _)| at).collect();
        here.sort_by_key(|at| checkup.state(*at).rank());
        here
    });
    let comes_and_goes = matches!(list, List::ToMend | List::Advised);
    view! {
        <section class="sheet" hidden=move || comes_and_goes && here.with(Vec::is_empty)>
            <h2>{heading.clone()}</h2>
            <ul class="checks" aria-label=heading>
                <For each=move || here.get() key=|at| *at let:at>
                    <Row at />
                </For>
            </ul>
        </section>
    }
}

/// One check.
#[component]
fn Row(
    /// Its place among all.
    at: usize,
) -> impl IntoView {
    let checkup = use_checkup();
    let state = Memo::new(move |_| checkup.state(at));
    let detail = Memo::new(move |_| checkup.entry(at, words::detail));
    let fix = Memo::new(move |_| {
        let fix = checkup.entry(at, |entry| entry.fix.as_ref().map(words::lines));
        fix.unwrap_or_default()
    });
    view! {
        <li class=move || class(state.get())>
            <Picture icon=Signal::derive(move || icon(state.get())) />
            <div class="check-body">
                <p class="check-head">
                    <span class="check-title">{check(at).map(words::title)}</span>
                    <span class="check-state">{move || words::state(state.get())}</span>
                </p>
                <p class="check-detail">{detail}</p>
                <code class="technical lines">{fix}</code>
            </div>
        </li>
    }
}

fn class(state: State) -> &'static str {
    match state {
        State::Passed => "check passed",
        State::Advice => "check advice",
        State::Optional | State::NotGiven => "check optional",
        State::Failed => "check failed",
        State::Trying => "check trying",
        State::Waiting | State::Unknown | State::Skipped => "check",
    }
}

fn icon(state: State) -> Icon {
    match state {
        State::Passed => Icon::Tick,
        State::Advice => Icon::Warning,
        State::Optional | State::NotGiven => Icon::Dash,
        State::Failed => Icon::Cross,
        State::Trying => Icon::More,
        State::Waiting => Icon::Ring,
        State::Unknown => Icon::Question,
        State::Skipped => Icon::Dash,
    }
}
