//! What several tests need.

#![allow(dead_code)] // each test takes what it needs

pub mod asterisk;
pub mod fuzz;
pub mod scene;
pub mod talk;

#[path = "../../../ajam/tests/support/mod.rs"]
mod recordings;

use ajam::ami::Event;
use ajam::time::Moment;
use switchboard_core::live::Pbx;

#[allow(unused_imports)] // some need only the rest
pub use recordings::*;

/// The model after these events.
pub fn model<'e, 'a: 'e>(events: impl IntoIterator<Item = &'e Event<'a>>) -> Pbx {
    let mut pbx = Pbx::default();
    for event in events {
        pbx.apply(event, Moment::default());
    }
    pbx
}
