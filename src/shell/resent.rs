//! Requests that the browser sent twice.
//!
//! When a connection that was used before breaks without an answer, browsers send the request
//! again on a new one, and say nothing. For a `WaitEvent` that is not harmless: what happened in
//! between has gone into the broken connection. It shows only in the times of the request: one
//! `WaitEvent` follows another on the same connection, so one that was answered on a new connection
//! has lost its old one. (Up to 11 Asterisk closes each connection; nothing is sent again there.)

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit,
    PerformanceResourceTiming,
};

use super::clock::precise;

/// How far the browser's word for the beginning of a request may be from ours, in ms.
const APART: f64 = 25.0;

/// What this page knows of its own requests.
#[derive(Default)]
pub(super) struct Requests {
    /// When the newest `WaitEvent`s were begun. In a burst of events many are, before the browser
    /// tells of the first.
    begun: RefCell<VecDeque<f64>>,
    /// The newest answer said that its connection would be closed behind it.
    closes: Cell<bool>,
}

pub(super) type Begun = Rc<Requests>;

/// How many of them are kept.
const KEPT: usize = 64;

/// A `WaitEvent` begins now.
pub(super) fn begin(begun: &Begun) {
    let mut begun = begun.begun.borrow_mut();
    if begun.len() == KEPT {
        begun.pop_front();
    }
    begun.push_back(precise());
}

/// An answer has come; whether its connection closes with it.
pub(super) fn answered(begun: &Begun, closes: bool) {
    begun.closes.set(closes);
}

/// Calls `resent` for each `WaitEvent` that was sent twice, when it has been answered.
pub(super) fn watch(mxml: &str, begun: Begun, resent: impl Fn() + 'static) {
    let path = mxml.to_owned();
    // Whether this server keeps connections open at all, for all that the times tell: a connection
    // that the browser opened in advance looks like one that was used before.
    let kept = Cell::new(false);
    let told = Closure::<dyn Fn(PerformanceObserverEntryList)>::new(
        move |entries: PerformanceObserverEntryList| {
            let mut any = false;
            for entry in Array::from(&entries.get_entries()).iter() {
                let Some(entry) = entry.dyn_ref::<PerformanceResourceTiming>() else {
                    continue;
                };
                if !entry.name().ends_with(&path) {
                    continue;
                }
                if is_on_new_connection(entry) {
                    let looked_for = kept.get() && !begun.closes.get();
                    any |= looked_for && waits(entry, &begun.begun.borrow());
                } else {
                    kept.set(true);
                }
            }
            if any {
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

/// Whether its connection was made for it. For an older one the browser gives the time of the request
/// itself; how long it took to connect may well be rounded to nothing.
fn is_on_new_connection(entry: &PerformanceResourceTiming) -> bool {
    entry.connect_end() > entry.fetch_start()
}

/// Whether this was a `WaitEvent`.
fn waits(entry: &PerformanceResourceTiming, begun: &VecDeque<f64>) -> bool {
    let start = entry.start_time();
    begun.iter().any(|at| (start - at).abs() < APART)
}
