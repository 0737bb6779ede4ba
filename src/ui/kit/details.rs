//! More, one click away.

use leptos::prelude::*;
use switchboard_core::words::say;

/// The technical reason, one click away. One click on it selects the whole.
#[component]
pub fn Details(
    /// What is inside.
    technical: String,
) -> impl IntoView {
    view! {
        <details class="details">
            <summary>{say!("button.details")}</summary>
            <code class="technical">{technical}</code>
        </details>
    }
}
