//! What an administrator can do so that less is sent.

use leptos::html::Code;
use leptos::prelude::*;
use switchboard_core::words::say;

use super::Numbers;
use crate::ui::kit::copy;

/// What is sent and not used, and the lines of `manager.conf` that have it left out.
#[component]
pub(super) fn Advice(numbers: RwSignal<Numbers>) -> impl IntoView {
    let told =
        move |which: usize| Signal::derive(move || numbers.with(|all| all.advice[which].clone()));
    view! {
        <section class="traffic-part">
            <h3>{say!("traffic.advice")}</h3>
            <p>{told(0)}</p>
            <Lines id="traffic-account" what=say!("traffic.for_account") lines=told(1) />
            <Lines id="traffic-server" what=say!("traffic.for_server") lines=told(2) />
        </section>
    }
}

/// Lines to copy, under what they are for.
#[component]
fn Lines(id: &'static str, what: String, lines: Signal<String>) -> impl IntoView {
    let code = NodeRef::<Code>::new();
    let told = RwSignal::new(String::new());
    let take = move |_| {
        if let (Some(code), Some(selection)) = (
            code.get_untracked(),
            window().get_selection().ok().flatten(),
        ) {
            let _ = selection.select_all_children(&code);
        }
        copy(lines.get_untracked(), told);
    };
    view! {
        <div hidden=move || lines.with(String::is_empty)>
            <p class="traffic-soft">{what}</p>
            <code class="technical lines" id=id node_ref=code>
                {lines}
            </code>
            <div class="writer-buttons">
                <button class="button" type="button" aria-describedby=id on:click=take>
                    {say!("button.copy")}
                </button>
                <span class="traffic-soft" role="status">{told}</span>
            </div>
        </div>
    }
}
