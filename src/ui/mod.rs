//! The view: Leptos components over signals that [`Store`] copies from the console.
//!
//! One writer: [`Store::commit`], at most once a frame. Components read signals, ask the store for
//! what a person wants, and decide nothing; words come from [`words`](crate::words).

mod app;
mod banner;
mod board;
mod dom;
mod focus;
mod frame;
mod header;
mod hold;
mod icon;
mod keys;
mod log_in;
mod party;
mod popover;
mod row;
mod rows;
mod status;
mod store;
mod toast;

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub use store::Store;

use crate::shell::Link;

/// Starts the page.
pub fn start() {
    console_error_panic_hook::set_once();
    let body = document().body().map(JsCast::unchecked_into);
    if let Some(body) = body {
        mount(body, Link::open).forget();
    }
}

/// Draws the console of the line that `open` opens, inside `parent`. Dropping what is returned
/// takes it away again.
pub fn mount(
    parent: HtmlElement,
    open: impl FnOnce(Box<dyn Fn()>) -> Link + 'static,
) -> UnmountHandle<AnyViewState> {
    mount_to(parent, move || {
        let store = Store::new();
        store.attach(open(Box::new(move || store.changed())));
        app::app(store).into_any()
    })
}
