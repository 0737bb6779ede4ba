//! A dialog over the page: the browser's own, which keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;
use switchboard_core::words::say;

/// A dialog that is there while `open` is set. Escape closes it, which is told by `open`.
#[component]
pub fn Dialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// The id of the title, which names the dialog.
    id: &'static str,
    /// What it is about.
    title: String,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            class="dialog"
            aria-labelledby=id
            node_ref=dialog
            on:close=move |_| open.set(false)
        >
            <h2 class="dialog-title" id=id>
                {title}
            </h2>
            {children()}
            <button type="button" class="button" on:click=move |_| open.set(false)>
                {say!("button.close")}
            </button>
        </dialog>
    }
}
