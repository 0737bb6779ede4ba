//! Logs off when the page is closed, and not when it is reloaded.
//!
//! A page cannot tell the two apart while it goes. So it tells a service worker (`sw.js`), which
//! waits a moment, looks whether any page of ours is open, and logs off if none is. Browsers have
//! service workers on `https` and on the machine itself only; elsewhere the session ends by
//! Asterisk's own `httptimeout`.

use std::cell::RefCell;
use std::rc::Rc;

use ajam::session::Input;
use gloo_events::EventListener;
use switchboard_core::tabs;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, EventTarget, PageTransitionEvent, ServiceWorkerRegistration, Window};

use super::Link;

type Registration = Rc<RefCell<Option<ServiceWorkerRegistration>>>;

/// Watches over the page's coming and going, for as long as it lives.
pub(super) fn watch(window: &Window, mxml: String, link: Link) {
    let registration = Registration::default();
    spawn_local(register(window.clone(), registration.clone()));
    // Firefox was seen to lose what a page says while it is hidden for good, but not what it says
    // just before. Twice does no harm: the worker looks whether a page is open.
    let tell = Rc::new({
        let (window, link) = (window.clone(), link.clone());
        move || {
            if link.has_session() {
                tell(&window, &registration, &mxml);
            }
        }
    });
    let before = tell.clone();
    on(window, "beforeunload", move |_: &Event| before());
    let leaving = link.clone();
    on(window, "pagehide", move |_: &Event| {
        tell();
        leaving.leave();
    });
    let again = window.clone();
    on(window, "pageshow", move |event: &Event| {
        let event = event.dyn_ref::<PageTransitionEvent>();
        // Brought back from the browser's cache: its requests and timers are long dead.
        if event.is_some_and(PageTransitionEvent::persisted) {
            let _ = again.location().reload();
        }
    });
    let online = link.clone();
    on(window, "online", move |_: &Event| {
        online.input(Input::Nudge)
    });
    for event in ["pointerdown", "pointermove", "keydown", "wheel"] {
        let link = link.clone();
        on(window, event, move |_: &Event| link.active());
    }
    if let Some(document) = window.document() {
        let seen = document.clone();
        on(&document, "visibilitychange", move |_: &Event| {
            let hidden = seen.hidden();
            link.tabs(tabs::Input::Seen(!hidden));
            if !hidden {
                link.input(Input::Nudge);
            }
        });
    }
}

async fn register(window: Window, slot: Registration) {
    let navigator = window.navigator();
    let has_workers = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    if !has_workers.unwrap_or(false) {
        return;
    }
    // A browser may still refuse, as in a private window.
    if let Ok(made) = JsFuture::from(navigator.service_worker().register("sw.js")).await {
        *slot.borrow_mut() = made.dyn_into().ok();
    }
}

/// The worker that controls the page first: Firefox was seen to name none as active while a page
/// goes.
fn tell(window: &Window, registration: &Registration, mxml: &str) {
    let registration = registration.borrow();
    let Some(registration) = registration.as_ref() else {
        return;
    };
    let controller = window.navigator().service_worker().controller();
    if let Some(worker) = controller.or_else(|| registration.active()) {
        let _ = worker.post_message(&JsValue::from_str(mxml));
    }
}

/// For the life of the page.
fn on(at: &EventTarget, event: &'static str, act: impl Fn(&Event) + 'static) {
    EventListener::new(at, event, act).forget();
}
