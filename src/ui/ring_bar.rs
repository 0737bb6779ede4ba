//! What is worth a press just now: the calls that ring out of sight, or that many rows of the table
//! have ended. Over the band at the bottom, where it pushes nothing and lies over no row.

use leptos::prelude::*;
use switchboard_core::words::{count, ringing, say};

use super::kit::{Button, Icon, Picture};
use super::state::use_board;

/// From so many rows that have ended, and stay under a hand, it is offered to clear them.
const MANY: usize = 5;

/// The bar, while there are such calls.
#[component]
pub(super) fn RingBar() -> impl IntoView {
    let board = use_board();
    let rings = board.rings;
    let clear = Memo::new(move |_| rings.with(Vec::is_empty) && board.kept.get() >= MANY);
    view! {
        <Show when=move || clear.get()>
            <section class="ring-bar ring-bar-calm" aria-label=say!("region.ended")>
                <span class="ring-bar-words">{move || count::ended(board.kept.get())}</span>
                <Button key="c" press=move || board.tidy()>
                    {say!("button.clear_ended")}
                </Button>
            </section>
        </Show>
        <Show when=move || rings.with(|rings| !rings.is_empty())>
            <section class="ring-bar" aria-label=say!("region.ringing")>
                <Picture icon=Icon::Bell />
                <span class="ring-bar-words">
                    {move || rings.with(|rings| ringing::bar(rings))}
                </span>
                <Button key="r" press=move || board.show_ring()>
                    {say!("button.show")}
                </Button>
            </section>
        </Show>
    }
}
