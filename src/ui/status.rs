//! The band at the bottom: how many, and when the server was last heard; or what is wrong.

use std::time::Duration;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::words::{count, say};

use super::banner::Banner;
use super::kit::{Button, Look};
use super::state::{use_ask, use_board, use_clock, use_session, use_surroundings};

/// The band, while there is a board; inside another page only while something is wrong.
#[component]
pub(super) fn Status() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.phase.with(Phase::has_board)>
            <Line />
        </Show>
    }
}

#[component]
fn Line() -> impl IntoView {
    let (session, board, clock, ask) = (use_session(), use_board(), use_clock(), use_ask());
    let tally = board.tally;
    let unknown =
        Memo::new(move |_| tally.with(|tally| tally.channels) == 0 && !session.lists_channels());
    let calls = move || match unknown.get() {
        true => say!("count.unknown"),
        false => count::calls(tally.get().calls),
    };
    let channels = move || match unknown.get() {
        true => String::new(),
        false => count::channels(tally.get().channels),
    };
    let shown = move || {
        if board.typed().trim().is_empty() {
            return String::new();
        }
        let (found, living) = board.found.get();
        say!("count.shown", shown = found, all = living)
    };
    let heard = move || {
        // A line that is cut says nothing just now.
        let least = Duration::from_secs(u64::from(!session.is_live()));
        let second = clock.second();
        let ago = session.last_word.get().map(|at| second.since(at));
        ago.map(|ago| count::last_word(ago.max(least)))
            .unwrap_or_default()
    };
    let class = match use_surroundings().embedded {
        true => "status status-embedded",
        false => "status",
    };
    view! {
        <footer class=class aria-label=say!("region.line")>
            <span class="status-count">{move || calls()}</span>
            <Banner />
            <span class="status-channels">{move || channels()}</span>
            <span class="status-shown">{move || shown()}</span>
            <span class="status-heard">{move || heard()}</span>
            <Button look=Look::Quiet key="?" press=move || ask.show_keys()>
                {say!("button.keys")}
            </Button>
        </footer>
    }
}
