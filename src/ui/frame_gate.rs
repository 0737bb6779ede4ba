//! Shown in place of everything to a page that may not frame this one.

use leptos::prelude::*;

use crate::words::say;

pub(super) fn frame_gate() -> impl IntoView {
    // The same page, whole.
    let location = window().location();
    let address = location.pathname().unwrap_or_default();
    view! {
        <main class="gate">
            <h1 class="empty-word">{say!("gate.title")}</h1>
            <p>{say!("gate.why")}</p>
            <p>
                <a class="button primary" href=address target="_blank" rel="noopener noreferrer">
                    {say!("gate.open")}
                </a>
            </p>
        </main>
    }
}
