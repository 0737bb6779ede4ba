//! Requests that the browser sent twice.
//!
//! When a connection that was used before breaks without an answer, browsers send the request
//! again on a new one, and say nothing. For a `WaitEvent` that is not harmless: what happened in
//! between has gone into the broken connection. It shows only in the times of the request: it was
//! begun long before the connection that it was answered on.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit,
    PerformanceResourceTiming,
};

/// How much later than the request its connection must have been begun, in ms. One `WaitEvent`
/// follows another on the same connection, so hardly any begins a new one.
const LATER: f64 = 8.0;
/// How far the browser's word for the beginning of a request may be from ours, in ms.
const APART: f64 = 25.0;

/// Now, on the clock that requests are timed by.
pub(super) fn clock() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Calls `resent` for each `WaitEvent` that was sent twice, when it has been answered. `begun` is
/// when the newest two were begun.
pub(super) fn watch(mxml: &str, begun: Rc<Cell<[f64; 2]>>, resent: impl Fn() + 'static) {
    let path = mxml.to_owned();
    let told = Closure::<dyn Fn(PerformanceObserverEntryList)>::new(
        move |entries: PerformanceObserverEntryList| {
            let entries = Array::from(&entries.get_entries());
            let begun = begun.get();
            if entries.iter().any(|entry| was_resent(&entry, &path, begun)) {
                resent();
            }
        },
    );
    if let Ok(observer) = PerformanceObserver::new(told.as_ref().unchecked_ref()) {
        let kinds = Array::of1(&JsValue::from_str("resource"));
        let options = PerformanceObserverInit::new(&kinds);
        observer.observe(&options);
    }
    // For the life of the page.
    told.forget();
}

fn was_resent(entry: &JsValue, path: &str, begun: [f64; 2]) -> bool {
    let Some(entry) = entry.dyn_ref::<PerformanceResourceTiming>() else {
        return false;
    };
    let connected_anew = entry.connect_end() > entry.connect_start();
    let waits = begun
        .iter()
        .any(|at| (entry.start_time() - at).abs() < APART);
    entry.name().ends_with(path)
        && waits
        && connected_anew
        && entry.connect_start() - entry.fetch_start() > LATER
}
