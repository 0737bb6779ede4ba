//! The table of calls: who talks with whom, who rings, who waits.

mod cells;
mod sections;
mod source;

use leptos::prelude::*;
use switchboard_core::words::say;

use super::listing::{Listing, ListingView};
use super::nothing::Nothing;
use crate::ui::store::use_store;
use sections::Sections;
pub(in crate::ui) use source::Calls;

pub(super) fn view() -> AnyView {
    let calls = Calls::of(use_store());
    view! {
        <Sections calls />
        <ListingView
            listing=calls
            label=say!("calls.title")
            class=Signal::stored("calls")
        >
            <Nothing table=calls.table() />
        </ListingView>
    }
    .into_any()
}
