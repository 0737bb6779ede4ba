//! Elements that are made by hand, for the rows of the board: what changes in a row is compared cell
//! by cell, and drawn without a signal for each.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

use super::kit::Icon;

type Draw = Box<dyn Fn()>;

/// Does this now, and again whenever a signal that it read has changed, for as long as the part of
/// the page is there that is being made.
pub(super) fn keep(draw: impl Fn() + 'static) {
    let draw: Draw = Box::new(draw);
    StoredValue::new_local(RenderEffect::new(move |_| draw()));
}

/// A view in its place among elements that are made by hand.
pub(super) fn drawn<V: IntoView + 'static>(view: impl FnOnce() -> V) -> Element {
    let place = make("div", &[("class", "part")], &[]);
    let mut state = view().into_any().build();
    state.mount(&place, None);
    StoredValue::new_local(state);
    place
}

/// Keeps an attribute what it should be.
pub(super) fn attribute(
    of: &Element,
    name: &'static str,
    value: impl Fn() -> Option<String> + 'static,
) {
    let (of, value) = (
        of.clone(),
        Box::new(value) as Box<dyn Fn() -> Option<String>>,
    );
    keep(move || set(&of, name, value().as_deref()));
}

/// A button that does something, for as long as the part of the page is there that is being made.
pub(super) fn button(class: &str, words: &str, act: impl Fn() + 'static) -> Element {
    let button = say("button", class, words);
    set(&button, "type", Some("button"));
    listen(&button, "click", move |_| act());
    button
}

/// Does something whenever this happens to an element that goes with the part being made.
pub(super) fn listen(element: &Element, event: &str, act: impl Fn(Event) + 'static) {
    let act: Box<dyn Fn(Event)> = Box::new(act);
    let act = Closure::<dyn Fn(Event)>::new(act);
    let _ = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    StoredValue::new_local(act);
}

/// Sets an attribute, or takes it away; only if that changes it.
pub(super) fn set(of: &Element, name: &str, value: Option<&str>) {
    if of.get_attribute(name).as_deref() != value {
        let _ = match value {
            Some(value) => of.set_attribute(name, value),
            None => of.remove_attribute(name),
        };
    }
}

/// An element with attributes: names and values in turn.
pub(super) fn make(tag: &str, attributes: &[(&str, &str)], children: &[&Element]) -> Element {
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
pub(super) fn tell(element: &Element, words: &str) {
    if element.text_content().as_deref() != Some(words) {
        element.set_text_content(Some(words));
    }
}

/// An element with words.
pub(super) fn say(tag: &str, class: &str, words: &str) -> Element {
    let element = make(tag, &[("class", class)], &[]);
    element.set_text_content(Some(words));
    element
}

/// A picture, and the path in it. It says nothing to a screen reader: words stand beside it.
pub(super) fn picture(which: Icon) -> (Element, Element) {
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
