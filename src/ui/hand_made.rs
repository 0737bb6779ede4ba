//! Elements that are made by hand, as parts of a view.

use leptos::prelude::*;
use web_sys::Element;

/// An element in its place in a view.
pub(super) fn hand_made(element: Element) -> AnyView {
    view! { <div class="part" use:holds=element></div> }.into_any()
}

fn holds(place: Element, element: Element) {
    place.set_text_content(None);
    let _ = place.append_child(&element);
}
