//! Shown in place of everything to a page that may not frame this one.

use leptos::prelude::window;
use switchboard_core::words::say;
use web_sys::Element;

use super::plain;
use crate::shell::surroundings;

/// With why, a paragraph each.
pub(super) fn frame_gate(why: &[String]) -> Element {
    // The same page, whole.
    let address = surroundings::address(&window());
    let link = plain::say("a", "button primary", &say!("gate.open"));
    for (name, value) in [
        ("href", address.as_str()),
        ("target", "_blank"),
        ("rel", "noopener noreferrer"),
    ] {
        let _ = link.set_attribute(name, value);
    }
    let gate = plain::make(
        "main",
        &[("class", "gate")],
        &[&plain::say("h1", "empty-word", &say!("gate.title"))],
    );
    for why in why {
        let _ = gate.append_child(&plain::say("p", "", why));
    }
    let _ = gate.append_child(&plain::make("p", &[], &[&link]));
    gate
}
