//! Something to be wanted or not.

use leptos::prelude::*;
use leptos::tachys::dom::event_target_checked;

/// A choice of yes or no, and what it means.
#[component]
pub fn Check(
    /// The id of the box; its hint's begins with it.
    id: &'static str,
    /// What is wanted.
    label: String,
    /// What that means.
    #[prop(into)]
    hint: Signal<String>,
    /// Whether it is wanted.
    #[prop(into)]
    checked: Signal<bool>,
    /// It is to be wanted, or not any more.
    #[prop(into)]
    check: Callback<(bool,)>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="check-of">
            <label class="choice-one">
                <input
                    type="checkbox"
                    id=id
                    aria-describedby=hint_id.clone()
                    prop:checked=checked
                    on:change=move |event| check.run((event_target_checked(&event),))
                />
                <span>{label}</span>
            </label>
            <p class="check-hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
}
