//! The table of channels.

mod cells;
mod source;

use leptos::prelude::*;
use switchboard_core::words::say;

use crate::ui::store::use_store;
use crate::ui::views::listing::{Listing, ListingView};
use crate::ui::views::nothing::Nothing;
pub(in crate::ui) use source::Channels;

pub(super) fn view() -> AnyView {
    let store = use_store();
    let class = move || match store.seen.location.get() {
        true => "channels",
        false => "channels channels-unlocated",
    };
    view! {
        <ListingView
            listing=Channels::of(store)
            label=say!("region.channels")
            class=Signal::derive(class)
        >
            <Nothing table=Channels::of(store).table() />
        </ListingView>
    }
    .into_any()
}
