//! The table of calls: who talks with whom, who rings, who waits.

mod cells;
mod source;

use leptos::prelude::*;
use switchboard_core::words::say;

use super::channels::Nothing;
use super::listing::{Listing, ListingView};
use crate::ui::store::use_store;
pub(in crate::ui) use source::Calls;

pub(super) fn view() -> AnyView {
    view! {
        <ListingView
            listing=Calls::of(use_store())
            label=say!("calls.title")
            class=Signal::stored("calls")
        >
            <Nothing />
        </ListingView>
    }
    .into_any()
}
