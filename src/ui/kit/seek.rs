//! A field that offers what may be meant while somebody types (a combobox, as ARIA has it).

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{Icon, Picture};
use crate::ui::dom;

/// How long a press may take.
const PRESS: Duration = Duration::from_millis(400);

/// Something that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What is put into the field.
    pub value: String,
    /// What it is called.
    pub name: String,
    /// What else is said of it.
    pub about: String,
    /// Its picture.
    pub icon: Option<Icon>,
}

/// A label, a field, what may be meant, and below it what is wrong.
#[component]
pub fn Seek(
    /// Its element id.
    id: &'static str,
    /// What is to be typed.
    label: String,
    /// What stands in the field while it is empty.
    placeholder: String,
    /// What stands there at first.
    value: String,
    /// What may be meant by what is typed, the likeliest first.
    #[prop(into)]
    offers: Signal<Vec<Offer>>,
    /// Whether what is typed must be one of these: the first is taken then unless another is chosen.
    #[prop(into)]
    must: Signal<bool>,
    /// What is done with what is typed, or taken.
    #[prop(into)]
    typed: Callback<(String,)>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// The element.
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let about = format!("{id}-error");
    let (list, label_id) = (format!("{id}-offers"), format!("{id}-label"));
    let option = move |place: usize| format!("{id}-offer-{place}");
    // Taken by hand; none while nobody has gone there.
    let chosen = RwSignal::new(None::<usize>);
    let open = RwSignal::new(false);
    let text = RwSignal::new(value.clone());
    // Where all of it stands there, nothing is left to be offered.
    let is_whole = Memo::new(move |_| {
        offers.with(|offers| text.with(|text| offers.iter().any(|offer| offer.value == *text)))
    });
    let shown = Memo::new(move |_| {
        open.get() && !is_whole.get() && offers.with(|offers| !offers.is_empty())
    });
    let active = Memo::new(move |_| {
        let count = offers.with(Vec::len);
        let at = chosen.get().or_else(|| must.get().then_some(0));
        at.filter(|at| shown.get() && *at < count)
    });
    let take = move |place: usize| {
        let Some(offer) = offers.with_untracked(|offers| offers.get(place).cloned()) else {
            return;
        };
        if let Some(input) = input.get_untracked() {
            input.set_value(&offer.value);
            let _ = input.focus();
        }
        open.set(false);
        chosen.set(None);
        text.set(offer.value.clone());
        typed.run((offer.value,));
    };
    let press = move |event: KeyboardEvent| {
        if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let count = offers.with_untracked(Vec::len);
        let shows = shown.get_untracked();
        let at = active.get_untracked();
        match &*event.key() {
            "ArrowDown" if shows => {
                chosen.set(Some(at.map_or(0, |at| (at + 1) % count)));
            }
            "ArrowUp" if shows => {
                chosen.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count)));
            }
            "ArrowDown" if count > 0 => open.set(true),
            "Enter" => match at {
                Some(at) => take(at),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    };
    let rows = move || {
        if !shown.get() {
            return Vec::new();
        }
        let offers = offers.get().into_iter().enumerate();
        offers
            .map(|(place, offer)| {
                let is_active = move || active.get() == Some(place);
                let icon = offer.icon.map(|icon| view! { <Picture icon /> });
                view! {
                    <li
                        class="seek-offer"
                        class:seek-active=is_active
                        role="option"
                        id=option(place)
                        aria-selected=move || if is_active() { "true" } else { "false" }
                        // The field keeps the focus.
                        on:pointerdown=move |event| event.prevent_default()
                        on:click=move |_| take(place)
                    >
                        {icon}
                        <bdi class="seek-name">{offer.name}</bdi>
                        " "
                        <bdi class="seek-about">{offer.about}</bdi>
                    </li>
                }
            })
            .collect()
    };
    let in_sight = move || {
        active.get().and_then(|place| {
            let list = input.get_untracked()?.next_element_sibling()?;
            let row = list.children().item(u32::try_from(place).ok()?)?;
            row.dyn_into::<HtmlElement>().ok()
        })
    };
    Effect::new(move || {
        if let Some(row) = in_sight()
            && let Some(list) = row.parent_element()
        {
            let (top, height) = (row.offset_top(), row.offset_height());
            let bottom = list.scroll_top() + list.client_height();
            if top < list.scroll_top() {
                list.set_scroll_top(top);
            } else if top + height > bottom {
                list.set_scroll_top(top + height - list.client_height());
            }
        }
    });
    view! {
        <div class="field seek">
            <label for=id id=label_id.clone()>
                {label}
            </label>
            <input
                id=id
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=placeholder
                data-first=""
                aria-autocomplete="list"
                aria-expanded=move || if shown.get() { "true" } else { "false" }
                aria-controls=list.clone()
                aria-activedescendant=move || active.get().map(option)
                aria-describedby=about.clone()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                value=(!value.is_empty()).then_some(value)
                node_ref=input
                on:keydown=press
                // A button below must not move away from under the press that took the focus.
                on:blur=move |_| {
                    set_timeout(
                        move || {
                            // The form may be closed by then.
                            if open.try_get_untracked() == Some(true)
                                && !dom::has_focus(&format!("#{id}"))
                            {
                                open.set(false);
                            }
                        },
                        PRESS,
                    );
                }
                on:input=move |event| {
                    chosen.set(None);
                    open.set(true);
                    text.set(event_target_value(&event));
                    typed.run((event_target_value(&event),));
                }
            />
            <ul class="seek-offers" role="listbox" id=list aria-labelledby=label_id>
                {rows}
            </ul>
            <span class="field-error" id=about role="status">
                {move || error.get().unwrap_or_default()}
            </span>
        </div>
    }
}
