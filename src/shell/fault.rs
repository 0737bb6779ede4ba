//! The end of the module by a fault of its own.
//!
//! A panic ends it where it stands (`panic = "abort"`): nothing is unwound, and whatever was being
//! changed stays half changed. `boot.js` then takes the page down and offers to reload; what is left
//! of the module must keep still, so that no other page takes it for one that is alive.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use gloo_events::EventListener;
use js_sys::Error;
use wasm_bindgen::JsValue;
use web_sys::{Event, Window, console};

/// Told to the window by whoever notices first: this module, or `boot.js` of faults that are no
/// panic (memory or stack at their end, an error of the browser's in the middle of something).
const STOPPED: &str = "switchboard-stopped";

static IS_STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the module has come to its end.
pub fn is_stopped() -> bool {
    IS_STOPPED.load(Ordering::Relaxed)
}

/// Watches for it, for as long as the page lives.
pub fn watch(window: &Window) {
    let told = |_: &Event| IS_STOPPED.store(true, Ordering::Relaxed);
    EventListener::new(window, STOPPED, told).forget();
    panic::set_hook(Box::new(|info| {
        if IS_STOPPED.swap(true, Ordering::Relaxed) {
            return;
        }
        // Where, and nothing of what: words made at run time may hold anything, also a secret.
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let words = info.payload().downcast_ref::<&'static str>();
        let words = words.copied().unwrap_or("a fault");
        let error = Error::new(&format!("Switchboard stopped at {place}: {words}"));
        let stack = js_sys::Reflect::get(&error, &JsValue::from_str("stack"));
        console::error_2(&error, &stack.unwrap_or_default());
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(STOPPED)) {
            let _ = window.dispatch_event(&event);
        }
    }));
}
