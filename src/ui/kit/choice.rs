//! One of a few.

use leptos::prelude::*;

/// A choice among a few that are all in sight.
#[component]
pub fn Choice<T>(
    /// By this name the browser knows what belongs together.
    name: &'static str,
    /// What is chosen.
    legend: String,
    /// All there is to choose from, and what each is called.
    all: Vec<(T, String)>,
    /// The one that is chosen.
    #[prop(into)]
    chosen: Signal<Option<T>>,
    /// Another is to be chosen.
    #[prop(into)]
    choose: Callback<(T,)>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let one = move |(value, words): (T, String)| {
        let own = value.clone();
        view! {
            <label class="choice-one">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.with(|chosen| chosen.as_ref() == Some(&own))
                    on:change=move |_| choose.run((value.clone(),))
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice-of">
            <legend>{legend}</legend>
            {all.into_iter().map(one).collect_view()}
        </fieldset>
    }
}
