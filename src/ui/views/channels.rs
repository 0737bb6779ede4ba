//! The table of channels, and what opens at its rows.

use leptos::prelude::*;

use crate::ui::board;
use crate::ui::hand_made::hand_made;
use crate::ui::popover::RowPopover;
use crate::ui::store::use_store;

pub(super) fn view() -> AnyView {
    let store = use_store();
    view! {
        {hand_made(board::board(store))}
        <RowPopover />
    }
    .into_any()
}
