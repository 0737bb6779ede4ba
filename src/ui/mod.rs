//! The view: components of Leptos, and elements made by hand, that follow the signals which [`Store`]
//! copies from the console.
//!
//! One writer: [`Store::commit`], at most once a frame. Views read signals, ask the store for
//! what a person wants, and decide nothing; words come from [`words`](switchboard_core::words).

mod app;
mod arrival;
mod banner;
mod dom;
mod frame;
mod frame_gate;
mod grid;
mod header;
mod keys;
mod kit;
mod later;
mod ring_bar;
mod route;
mod state;
mod status;
mod store;
mod style;
mod toast;
mod views;

use app::App;
use frame_gate::FrameGate;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

pub use store::Store;
use views::doctor::{Checkup, DoctorPage};
use views::log_in::Early;

use crate::shell::{Link, Visit, fault, surroundings};
use switchboard_core::config::{Config, Parents, Wrong};
use switchboard_core::words::{say, settings};

/// Starts the page.
pub fn start() {
    gate(|body, settings| {
        let prepare = move |store: Store| {
            if surroundings::asks_for(&window(), "embed") {
                let how = surroundings::asked(&window(), "embed");
                store.embed(how.as_deref() == Some("bare"));
            }
            spawn_local(async move {
                match settings {
                    Some(config) => store.settle(Ok(config)),
                    None => surroundings::settings(move |told| store.settle(told)).await,
                }
            });
        };
        // For the life of the page.
        std::mem::forget(mount_with(&body, prepare, Link::open));
    });
}

/// Starts the set-up check in place of the page.
pub fn start_doctor() {
    gate(|body, _| mount_doctor(&body, Visit::open));
}

/// Shows the page, unless it is in a frame where it may not be shown; with the settings, if they
/// are known already.
fn gate(show: fn(HtmlElement, Option<Config>)) {
    fault::watch(&window());
    // A browser that knows no such sheets shows the page all the same.
    let _ = style::put_on();
    let Some(body) = document().body() else {
        return;
    };
    let parents = surroundings::parents(&window());
    // In a frame nothing is shown before it is known who may frame it; in a tab nothing waits.
    if parents == Parents::None {
        return show(body, None);
    }
    let own = window().location().origin().unwrap_or_default();
    let why = ArcRwSignal::new(Vec::new());
    let shut = why.clone();
    mount_to(body.clone(), || view! { <FrameGate why=shut /> }).forget();
    let told = move |settings: Result<Config, (Wrong, Option<Config>)>| {
        let refusal = match settings {
            Ok(config) if config.admits(&parents, &own) => {
                why.set(Vec::new());
                return show(body.clone(), Some(config));
            }
            Ok(config) => vec![settings::refused(&config, &parents, &own)],
            // Settings that cannot be read admit nobody, whatever was known before.
            Err((wrong, _)) => vec![settings::wrong(&wrong), say!("gate.settings")],
        };
        if why.with_untracked(|why| *why != refusal) {
            why.set(refusal);
        }
    };
    spawn_local(surroundings::settings(told));
}

/// A page that is drawn. Dropping it takes it away again.
#[must_use]
pub struct Mounted {
    _page: UnmountHandle<<AnyView as Render>::State>,
}

/// Draws the console of the line that `open` opens, inside `parent`.
pub fn mount(parent: &HtmlElement, open: impl FnOnce(Box<dyn Fn()>) -> Link + 'static) -> Mounted {
    mount_with(parent, |_| {}, open)
}

fn mount_with(
    parent: &HtmlElement,
    prepare: impl FnOnce(Store) + 'static,
    open: impl FnOnce(Box<dyn Fn()>) -> Link + 'static,
) -> Mounted {
    let page = mount_to(parent.clone(), move || {
        let store = Store::new();
        prepare(store);
        store.attach(open(Box::new(move || store.changed())));
        let form = Early::take();
        view! { <App store form /> }.into_any()
    });
    Mounted { _page: page }
}

/// Draws the set-up check of the doctor that `open` opens, inside `parent`, for good.
pub fn mount_doctor(parent: &HtmlElement, open: impl FnOnce(Box<dyn Fn()>) -> Visit + 'static) {
    let page = mount_to(parent.clone(), || {
        let checkup = Checkup::begin(open);
        view! { <DoctorPage checkup /> }.into_any()
    });
    page.forget();
}
