//! Elements that are handled without a view: rows and their cells, and the form in `index.html`.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

use crate::ui::kit::Icon;

type Draw = Box<dyn Fn()>;

/// Does this now, and again whenever a signal that it read has changed, for as long as the part of
/// the page is there that is being made.
pub(in crate::ui) fn keep(draw: impl Fn() + 'static) {
    let draw: Draw = Box::new(draw);
    StoredValue::new_local(RenderEffect::new(move |_| draw()));
}

/// Does something whenever this happens to an element that goes with the part being made.
pub(in crate::ui) fn listen(element: &Element, event: &str, act: impl Fn(Event) + 'static) {
    let act: Box<dyn Fn(Event)> = Box::new(act);
    let act = Closure::<dyn Fn(Event)>::new(act);
    let _ = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    StoredValue::new_local(act);
}

/// Sets an attribute, or takes it away; only if that changes it.
pub(in crate::ui) fn set(of: &Element, name: &str, value: Option<&str>) {
    if of.get_attribute(name).as_deref() != value {
        let _ = match value {
            Some(value) => of.set_attribute(name, value),
            None => of.remove_attribute(name),
        };
    }
}

/// An element with attributes: names and values in turn.
pub(in crate::ui) fn make(
    tag: &str,
    attributes: &[(&str, &str)],
    children: &[&Element],
) -> Element {
    let element = document()
        .create_element(tag)
        .unwrap_or_else(|_| unreachable!("{tag} is a tag"));
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    for child in children {
        let _ = element.append_child(child);
    }
    element
}

/// Sets the words of an element; only if that changes them, for what is set anew is told anew.
pub(in crate::ui) fn tell(element: &Element, words: &str) {
    if element.text_content().as_deref() != Some(words) {
        element.set_text_content(Some(words));
    }
}

/// An element with words.
pub(in crate::ui) fn said(tag: &str, class: &str, words: &str) -> Element {
    let element = make(tag, &[("class", class)], &[]);
    element.set_text_content(Some(words));
    element
}

/// A picture, and the path in it. It says nothing to a screen reader: words stand beside it.
pub(in crate::ui) fn picture(which: Icon) -> (Element, Element) {
    const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");
    let drawn = |tag| {
        document()
            .create_element_ns(SVG, tag)
            .unwrap_or_else(|_| unreachable!("a tag of SVG"))
    };
    let (svg, path) = (drawn("svg"), drawn("path"));
    for (name, value) in [
        ("class", "icon"),
        ("viewBox", "0 0 16 16"),
        ("aria-hidden", "true"),
        ("focusable", "false"),
    ] {
        let _ = svg.set_attribute(name, value);
    }
    let _ = path.set_attribute("d", which.path());
    let _ = svg.append_child(&path);
    (svg, path)
}
