//! Small questions to the browser.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, Node};

/// The element that an event happened to.
pub(super) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether a key press at this element is typing.
pub(super) fn takes_text(element: &Element) -> bool {
    element.dyn_ref::<HtmlInputElement>().is_some()
}

/// Whether the focus is going to another element inside the same one.
pub(super) fn stays_within(event: &web_sys::FocusEvent) -> bool {
    let inside = event
        .current_target()
        .and_then(|own| own.dyn_into::<Node>().ok());
    let next = event
        .related_target()
        .and_then(|next| next.dyn_into::<Node>().ok());
    match (inside, next) {
        (Some(inside), Some(next)) => inside.contains(Some(&next)),
        _ => false,
    }
}

/// Moves the focus to the first element that matches.
pub(super) fn focus_first(within: &Element, selector: &str) {
    if let Ok(Some(found)) = within.query_selector(selector)
        && let Ok(found) = found.dyn_into::<HtmlElement>()
    {
        let _ = found.focus();
    }
}

/// Moves the focus to the element with this id.
pub(super) fn focus_id(id: &str) {
    if let Some(found) = document().get_element_by_id(id)
        && let Ok(found) = found.dyn_into::<HtmlElement>()
    {
        let _ = found.focus();
    }
}

/// Moves the focus to the field with this id, and selects what stands there.
pub(super) fn select_id(id: &str) {
    let found = document().get_element_by_id(id);
    if let Some(field) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        let _ = field.focus();
        field.select();
    }
}

/// What has the focus, if anything has.
pub(super) fn focused() -> Option<HtmlElement> {
    let focused: HtmlElement = document().active_element()?.dyn_into().ok()?;
    (focused.tag_name() != "BODY").then_some(focused)
}

/// Whether what has the focus is inside of what matches.
pub(super) fn has_focus(selector: &str) -> bool {
    let inside = |on: HtmlElement| on.closest(selector).ok().flatten();
    focused().and_then(inside).is_some()
}

/// Whether somebody types.
pub(super) fn is_typing() -> bool {
    focused().is_some_and(|focused| takes_text(&focused))
}

/// Moves the focus there, if that is in the page and can have it.
pub(super) fn gives_focus(to: &HtmlElement) -> bool {
    let _ = to.focus();
    focused().as_ref() == Some(to)
}

/// Everything inside that the Tab key reaches, in order.
pub(super) fn tab_stops(within: &Element) -> Vec<HtmlElement> {
    let Ok(list) = within.query_selector_all("input, button, summary") else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.get(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_parent().is_some() && element.tab_index() >= 0)
        .collect()
}

/// A length that the style sheet sets on this element, in pixels.
pub(super) fn length(element: &Element, property: &str) -> Option<f64> {
    let style = window().get_computed_style(element).ok()??;
    let text = style.get_property_value(property).ok()?;
    let length = js_sys::parse_float(text.trim().strip_suffix("px")?);
    length.is_finite().then_some(length)
}

/// A length for a style, in whole pixels. Not by the formatting of floating-point numbers: that is
/// 20 kB of code.
pub(super) fn px(length: f64) -> String {
    format!("{}px", length.round() as i64)
}

/// The height of the browser's window.
pub(super) fn window_height() -> f64 {
    size(window().inner_height())
}

/// The width of the browser's window.
pub(super) fn window_width() -> f64 {
    size(window().inner_width())
}

fn size(told: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    told.ok()
        .and_then(|value| value.as_f64())
        .unwrap_or_default()
}
