//! Text for the clipboard.

use js_sys::Reflect;
use leptos::prelude::*;
use switchboard_core::words::say;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Copies a text that is selected already, and tells what came of it. Browsers give the clipboard to
/// pages on `https` and on the machine itself; elsewhere the selection is all there is.
pub fn copy(text: String, told: RwSignal<String>) {
    let navigator = window().navigator();
    let known = Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !known.is_ok_and(|clipboard| clipboard.is_truthy()) {
        return told.set(say!("copy.selected"));
    }
    spawn_local(async move {
        let done = JsFuture::from(navigator.clipboard().write_text(&text)).await;
        told.try_set(match done {
            Ok(_) => say!("copy.done"),
            Err(_) => say!("copy.selected"),
        });
    });
}
