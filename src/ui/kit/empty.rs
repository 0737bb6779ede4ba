//! What stands where there is nothing to show.

use leptos::prelude::*;

/// A word, and below it what it means or what to do.
#[component]
pub fn Empty(
    /// The word.
    #[prop(into)]
    word: Signal<String>,
    /// What stands below it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-word">{word}</p>
            {children()}
        </div>
    }
}
