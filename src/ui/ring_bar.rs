//! The calls that ring out of sight: over the band at the bottom, where it pushes nothing and lies
//! over no row.

use leptos::prelude::*;
use switchboard_core::words::{ringing, say};

use super::kit::{Button, Icon, Picture};
use super::state::use_board;

/// The bar, while there are such calls.
#[component]
pub(super) fn RingBar() -> impl IntoView {
    let board = use_board();
    let rings = board.rings;
    view! {
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
