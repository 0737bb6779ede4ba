//! A field to type into, which says itself what is wrong with what is typed.

use leptos::html;
use leptos::prelude::*;

/// A label, a field, and below it what is wrong.
#[component]
pub fn Field(
    /// Its element id.
    id: &'static str,
    /// What is to be typed.
    label: String,
    /// What stands there at first.
    #[prop(optional)]
    value: String,
    /// What is done with what is typed.
    #[prop(optional, into)]
    typed: Option<Callback<(String,)>>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// The id of what is said of it; its own with `-error` unless set.
    #[prop(optional)]
    error_id: Option<&'static str>,
    /// Whether that is an alarm, as nothing was done.
    #[prop(optional)]
    alert: bool,
    /// Its type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    complete: &'static str,
    /// Which keys a telephone shows.
    #[prop(optional)]
    keys: Option<&'static str>,
    /// Whether it has the focus first.
    #[prop(optional)]
    first: bool,
    /// The element.
    #[prop(optional)]
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let about = error_id.map_or_else(|| format!("{id}-error"), str::to_owned);
    view! {
        <p class="field">
            <label for=id>{label}</label>
            <input
                id=id
                class="input"
                type=kind
                autocomplete=complete
                autocapitalize="off"
                spellcheck="false"
                inputmode=keys
                data-first=first.then_some("")
                aria-describedby=about.clone()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                value=(!value.is_empty()).then_some(value)
                node_ref=input
                on:input=move |event| {
                    if let Some(typed) = typed {
                        typed.run((event_target_value(&event),));
                    }
                }
            />
            <span class="field-error" id=about role=if alert { "alert" } else { "status" }>
                {move || error.get().unwrap_or_default()}
            </span>
        </p>
    }
}
