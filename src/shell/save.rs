//! Text for a file of the person's.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Has the browser save a text as a file of this name and type. Whether it took it.
pub fn text(name: &str, kind: &str, text: &str) -> bool {
    hand_over(name, kind, text).is_ok()
}

fn hand_over(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let how = BlobPropertyBag::new();
    how.set_type(&format!("{kind};charset=utf-8"));
    // By the mark of the byte order, spreadsheets know that it is UTF-8.
    let parts = Array::of2(&JsValue::from_str("\u{feff}"), &JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &how)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link = document().create_element("a")?;
    let link: HtmlAnchorElement = link.dyn_into().map_err(JsValue::from)?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has begun to read it by then, or has refused.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}
