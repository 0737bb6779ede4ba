//! Shown in place of everything to a page that may not frame this one.

use leptos::prelude::*;
use switchboard_core::words::say;

use crate::shell::surroundings;

/// Why the page is not shown, and a way to it.
#[component]
pub(super) fn FrameGate(
    /// Why, a paragraph each. While there is none, nothing is in the way.
    why: ArcRwSignal<Vec<String>>,
) -> impl IntoView {
    move || {
        let why = why.get();
        (!why.is_empty()).then(|| gate(why))
    }
}

fn gate(why: Vec<String>) -> impl IntoView {
    let why = why.into_iter().map(|why| view! { <p>{why}</p> });
    view! {
        <main class="gate">
            <h1 class="empty-word">{say!("gate.title")}</h1>
            {why.collect_view()}
            <p>
                // The same page, whole.
                <a
                    class="button primary"
                    href=surroundings::address(&window())
                    target="_blank"
                    rel="noopener noreferrer"
                >
                    {say!("gate.open")}
                </a>
            </p>
        </main>
    }
}
