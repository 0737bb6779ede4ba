//! A menu: a few things to choose from, one under the other.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, HtmlElement, KeyboardEvent, Node};

use super::popover::place;
use crate::ui::dom;

/// Something to choose.
#[derive(Clone)]
pub struct Choose {
    /// What it says.
    pub name: String,
    /// The key that does the same.
    pub key: Option<&'static str>,
    /// Why it can't be chosen now.
    pub why_not: Option<String>,
    /// What it does. The menu is gone by then.
    pub press: Callback<()>,
}

/// A menu, for as long as it is drawn. The focus goes to its first entry; the arrow keys go round.
#[component]
pub fn Menu(
    /// What it is called.
    label: String,
    /// What there is to choose.
    all: Vec<Choose>,
    /// Where that is in the window, to which it belongs; none if it stands in the page beside that.
    #[prop(optional)]
    at: Option<RwSignal<Option<DomRect>, LocalStorage>>,
    /// What Escape and the Tab key do.
    #[prop(into)]
    leave: Callback<()>,
    /// What a press elsewhere does.
    #[prop(into)]
    press_elsewhere: Callback<()>,
) -> impl IntoView {
    let own = NodeRef::<html::Div>::new();
    Effect::new(move |began: Option<bool>| {
        let Some(own) = own.get() else { return false };
        if let Some(at) = at.and_then(|at| at.get()) {
            place(&own, &at);
        }
        if began != Some(true) {
            dom::focus_first(&own, "[role=menuitem]");
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
    let keys: Vec<(&'static str, usize)> = all
        .iter()
        .enumerate()
        .filter_map(|(number, one)| Some((one.key?, number)))
        .collect();
    let pressed = move |event: KeyboardEvent| {
        let Some(own) = own.get_untracked() else {
            return;
        };
        let key = event.key();
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        let by_key = |(own, _): &&(&str, usize)| own.eq_ignore_ascii_case(&key);
        match &*key {
            _ if modified => return,
            // A key that is held chooses nothing.
            "Enter" | " " if event.repeat() => {}
            "Enter" | " " => return event.stop_propagation(),
            "ArrowDown" => step(&own, 1),
            "ArrowUp" => step(&own, -1),
            "Home" | "PageUp" => step(&own, isize::MIN),
            "End" | "PageDown" => step(&own, isize::MAX),
            "Escape" | "Tab" => leave.run(()),
            _ => match keys.iter().find(by_key) {
                Some((_, number)) => press(&own, *number),
                None => return event.stop_propagation(),
            },
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let entries = all.into_iter().map(|one| {
        let Choose {
            name,
            key,
            why_not,
            press,
        } = one;
        let off = why_not.is_some();
        let chosen = move |_| {
            if !off {
                leave.run(());
                press.run(());
            }
        };
        view! {
            <button
                type="button"
                class="menu-entry"
                role="menuitem"
                tabindex="-1"
                aria-disabled=off.then_some("true")
                aria-keyshortcuts=key
                on:click=chosen
            >
                <span class="menu-name">{name}</span>
                {key.map(|key| view! { <kbd class="menu-key" aria-hidden="true">{key}</kbd> })}
                {why_not.map(|why| view! { <span class="menu-why">{why}</span> })}
            </button>
        }
    });
    let class = match at {
        Some(_) => "menu menu-at",
        None => "menu",
    };
    view! {
        <div class=class role="menu" aria-label=label node_ref=own on:keydown=pressed>
            {entries.collect_view()}
        </div>
    }
}

fn entries(own: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(list) = own.query_selector_all("[role=menuitem]") else {
        return Vec::new();
    };
    let entries = (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok());
    entries.collect()
}

/// Goes so many entries on, round at the ends; far beyond is the first or the last.
fn step(own: &HtmlElement, by: isize) {
    let entries = entries(own);
    let last = entries.len().saturating_sub(1) as isize;
    let focused = dom::focused();
    let here = entries.iter().position(|one| Some(one) == focused.as_ref());
    let here = here.map_or(-1, |here| here as isize);
    let there = match by {
        isize::MIN => 0,
        isize::MAX => last,
        by if here + by > last => 0,
        by if here + by < 0 => last,
        by => here + by,
    };
    if let Some(entry) = entries.get(there.unsigned_abs()) {
        let _ = entry.focus();
    }
}

fn press(own: &HtmlElement, number: usize) {
    if let Some(entry) = entries(own).get(number) {
        entry.click();
    }
}
