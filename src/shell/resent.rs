//! Requests that the browser sent twice.
//!
//! When a connection that was used before breaks without an answer, browsers send the request
//! again on a new one, and say nothing. For a `WaitEvent` that is not harmless: what happened in
//! between has gone into the broken connection. It shows only in the times of the request: it was
//! begun long before the connection that it was answered on.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit,
    PerformanceResourceTiming,
};

/// How much later than the request its connection must have been begun, in ms. A request that has
/// to wait for its turn is a little late as well.
const LATER: f64 = 40.0;

/// Calls `resent` for each request to this path that was sent twice, when it has been answered.
pub(super) fn watch(mxml: &str, resent: impl Fn() + 'static) {
    let path = mxml.to_owned();
    let told = Closure::<dyn Fn(PerformanceObserverEntryList)>::new(
        move |entries: PerformanceObserverEntryList| {
            let entries = Array::from(&entries.get_entries());
            if entries.iter().any(|entry| was_resent(&entry, &path)) {
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

fn was_resent(entry: &JsValue, path: &str) -> bool {
    let Some(entry) = entry.dyn_ref::<PerformanceResourceTiming>() else {
        return false;
    };
    let connected_anew = entry.connect_end() > entry.connect_start();
    entry.name().ends_with(path)
        && connected_anew
        && entry.connect_start() - entry.fetch_start() > LATER
}
