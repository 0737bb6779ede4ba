//! A small dialog that stands beside what it belongs to, and leaves the rest of the page to be used.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, HtmlElement, HtmlInputElement, KeyboardEvent, Node};

use crate::ui::dom;

/// How far it stays away from all edges, in pixels.
const GAP: f64 = 8.0;

/// A popover, for as long as it is drawn. The focus goes to what bears `data-first`.
#[component]
pub fn Popover(
    /// The id of the title, which names the popover.
    id: &'static str,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Where that is in the window, to which it belongs; whoever says so has it placed anew.
    at: RwSignal<Option<DomRect>, LocalStorage>,
    /// What Escape does.
    #[prop(into)]
    leave: Callback<()>,
    /// What a press elsewhere does.
    #[prop(into)]
    press_elsewhere: Callback<()>,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    let own = NodeRef::<html::Div>::new();
    Effect::new(move |began: Option<bool>| {
        let Some(own) = own.get() else { return false };
        if let Some(at) = at.get() {
            place(&own, &at);
        }
        if began != Some(true) {
            begin(&own);
        }
        true
    });
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let hit = event.target().and_then(|hit| hit.dyn_into::<Node>().ok());
        if let Some(own) = own.get_untracked()
            && !own.contains(hit.as_ref())
        {
            press_elsewhere.run(());
        }
    });
    on_cleanup(move || outside.remove());
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        // A key that is held says yes to nothing.
        "Enter" | " " if event.repeat() => event.prevent_default(),
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            leave.run(());
        }
        "Tab" => {
            if let Some(own) = own.get_untracked() {
                go_round(&own, &event);
            }
        }
        _ => {}
    };
    view! {
        <div class="popover" role="dialog" aria-labelledby=id node_ref=own on:keydown=pressed>
            <h2 class="popover-title" id=id>
                {title}
            </h2>
            {children()}
        </div>
    }
}

/// Puts it below what it belongs to, or above where there is no room.
pub(super) fn place(own: &HtmlElement, at: &DomRect) {
    let rect = own.get_bounding_client_rect();
    let (width, height) = (dom::window_width(), dom::window_height());
    let below = at.bottom() + GAP;
    let top = if below + rect.height() + GAP <= height {
        below
    } else {
        at.top() - rect.height() - GAP
    };
    let top = top.min(height - rect.height() - GAP).max(GAP);
    let left = (at.right() - rect.width() - GAP).min(width - rect.width() - GAP);
    let style = own.style();
    let _ = style.set_property("top", &dom::px(top));
    let _ = style.set_property("left", &dom::px(left.max(GAP)));
}

/// Gives the focus to what comes first. What stands there from before is replaced by what is typed.
fn begin(own: &HtmlElement) {
    dom::focus_first(own, "[data-first]");
    let first = own.query_selector("input[data-first]").ok().flatten();
    if let Some(field) = first.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}

/// The Tab key goes round inside.
fn go_round(own: &HtmlElement, event: &KeyboardEvent) {
    let stops = dom::tab_stops(own);
    let (from, to) = match event.shift_key() {
        true => (stops.first(), stops.last()),
        false => (stops.last(), stops.first()),
    };
    let here = document().active_element();
    if let (Some(from), Some(to)) = (from, to)
        && here.as_ref() == Some(from.as_ref())
    {
        event.prevent_default();
        let _ = to.focus();
    }
}
