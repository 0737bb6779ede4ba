//! The style of what a module draws. It comes with the module, so that the log-in form, which
//! stands in `index.html`, waits for its own sheets only; the policy of the page allows it as it
//! does a sheet of the server's.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

/// In the order in which they count.
const SHEETS: &str = concat!(
    include_str!("../../style/kit/choice.css"),
    include_str!("../../style/kit/dialog.css"),
    include_str!("../../style/kit/empty.css"),
    include_str!("../../style/kit/menu.css"),
    include_str!("../../style/kit/popover.css"),
    include_str!("../../style/kit/seek.css"),
    include_str!("../../style/tools.css"),
    include_str!("../../style/doctor.css"),
    include_str!("../../style/places.css"),
    include_str!("../../style/grid.css"),
    include_str!("../../style/channels.css"),
    include_str!("../../style/calls.css"),
    include_str!("../../style/sections.css"),
    include_str!("../../style/ended.css"),
    include_str!("../../style/extensions.css"),
    include_str!("../../style/acts.css"),
    include_str!("../../style/consult.css"),
    include_str!("../../style/phone.css"),
    include_str!("../../style/keys.css"),
    include_str!("../../style/traffic.css"),
    include_str!("../../style/notices.css"),
);

/// Puts the style behind that of the form.
pub(super) fn put_on() -> Result<(), JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(SHEETS)?;
    document().set_adopted_style_sheets(&Array::of1(&sheet));
    Ok(())
}
