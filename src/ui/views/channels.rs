//! The table of channels, and what opens at its rows.

use leptos::prelude::*;

use crate::ui::hand_made::hand_made;
use crate::ui::store::use_store;
use crate::ui::{board, popover};

pub(super) fn view() -> AnyView {
    let store = use_store();
    view! {
        {hand_made(board::board(store))}
        {hand_made(popover::popover(store))}
    }
    .into_any()
}
