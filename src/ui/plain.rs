//! Elements that are made once, and what changes in them: by the signals of Leptos ([`keep`]), or
//! whenever anything has happened ([`Live`]).
//!
//! Leptos compiles every shape of a view to code of its own. Made of these few functions, a view
//! takes a third of that, and the page is what somebody waits for on a slow line.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{RenderEffect, StoredValue, document};
use switchboard_core::words::say;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlElement};

use super::icon::Icon;

type Draw = Box<dyn Fn()>;

/// What changes in a page: each is drawn anew whenever anything has happened.
#[derive(Clone, Default)]
pub(super) struct Live(Rc<RefCell<Vec<Draw>>>);

impl Live {
    /// Draws all of it.
    pub(super) fn draw(&self) {
        for draw in self.0.borrow().iter() {
            draw();
        }
    }

    fn keep(&self, draw: impl Fn() + 'static) {
        self.0.borrow_mut().push(Box::new(draw));
    }

    /// Keeps an attribute what it should be.
    pub(super) fn attribute(
        &self,
        of: &Element,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) {
        let (of, value) = (
            of.clone(),
            Box::new(value) as Box<dyn Fn() -> Option<String>>,
        );
        self.keep(move || set(&of, name, value().as_deref()));
    }

    /// Keeps the words of an element what they should be.
    pub(super) fn words(&self, of: Element, words: impl Fn() -> String + 'static) -> Element {
        let (element, words) = (of.clone(), Box::new(words) as Box<dyn Fn() -> String>);
        self.keep(move || {
            tell(&element, &words());
        });
        of
    }
}

/// Does this now, and again whenever a signal that it read has changed, for as long as the part of
/// the page is there that is being made.
pub(super) fn keep(draw: impl Fn() + 'static) {
    let draw: Draw = Box::new(draw);
    StoredValue::new_local(RenderEffect::new(move |_| draw()));
}

/// A part of the page that comes and goes, in its place. What `draw` reads decides when it is drawn
/// anew; what is kept inside it lasts as long as it does.
pub(super) fn part(draw: impl Fn() -> Option<Element> + 'static) -> Element {
    let place = make("div", &[("class", "part")], &[]);
    let (inside, draw) = (
        place.clone(),
        Box::new(draw) as Box<dyn Fn() -> Option<Element>>,
    );
    keep(move || {
        let drawn = draw();
        inside.set_text_content(None);
        if let Some(drawn) = drawn {
            let _ = inside.append_child(&drawn);
        }
    });
    place
}

/// Keeps the words of an element what they should be.
pub(super) fn words(of: Element, words: impl Fn() -> String + 'static) -> Element {
    let (element, words) = (of.clone(), Box::new(words) as Box<dyn Fn() -> String>);
    keep(move || tell(&element, &words()));
    of
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

/// `true`, or no attribute.
pub(super) fn truth(is: bool) -> Option<String> {
    is.then(|| "true".to_owned())
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

/// The technical reason, one click away. One click selects the whole of it.
pub(super) fn details(technical: &str) -> Element {
    let summary = say("summary", "", &say!("button.details"));
    let technical = say("code", "technical", technical);
    make("details", &[("class", "details")], &[&summary, &technical])
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

/// Does something whenever this happens to an element, for the life of the page.
pub(super) fn on(element: &Element, event: &str, act: impl Fn(Event) + 'static) {
    let act: Box<dyn Fn(Event)> = Box::new(act);
    let act = Closure::<dyn Fn(Event)>::new(act);
    let _ = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

/// A label above a control, which has this id.
pub(super) fn labelled(label: &str, control: &Element) -> Element {
    let words = say("label", "", label);
    let _ = words.set_attribute("for", &control.id());
    make("p", &[("class", "field")], &[&words, control])
}

/// A field to type into: id, type and what the browser may fill in; `about` (an id) describes it.
pub(super) fn field<T: JsCast>(id: &str, kind: &str, complete: &str, about: &str) -> T {
    let attributes = [
        ("id", id),
        ("class", "input"),
        ("type", kind),
        ("autocomplete", complete),
        ("autocapitalize", "off"),
        ("spellcheck", "false"),
        ("aria-describedby", about),
    ];
    make("input", &attributes, &[]).unchecked_into()
}

/// Moves the focus.
pub(super) fn focus(to: &HtmlElement) {
    let _ = to.focus();
}
