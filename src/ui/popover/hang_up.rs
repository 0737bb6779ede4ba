//! The question before a hang-up.

use leptos::prelude::*;

use super::super::store::Store;
use super::{in_the_way, of_row};
use crate::console::{Command, Verb};
use crate::words::{cells, say};

pub(super) fn hang_up(store: Store) -> impl IntoView {
    let name = of_row(store, cells::called);
    let name = move || name.get().unwrap_or_default();
    let others = of_row(store, |row| cells::other_called(row).is_some());
    let ended = of_row(store, |row| row.ended.is_some());
    let why_not = in_the_way(store, Verb::HangUp);
    let sentence = move || match (ended.get(), others.get()) {
        (Some(false), Some(true)) => say!("hang_up.will"),
        (Some(false), _) => say!("hang_up.will_alone"),
        _ => say!("hang_up.ended", name = name()),
    };
    let confirm = move |_| {
        let id = store.popovers.on();
        if why_not.get_untracked().is_none()
            && let Some(id) = id
        {
            store.popovers.leave(store);
            store.ask(Command::HangUp(id));
        }
    };
    view! {
        <h2 class="popover-title" id="popover-title">{move || say!("hang_up.title", name = name())}</h2>
        <p class="will" id="popover-will">{sentence}</p>
        <p class="field-error">{move || why_not.get().filter(|_| ended.get() == Some(false))}</p>
        <div class="popover-buttons">
            <button
                type="button"
                class="button danger"
                data-first=""
                aria-describedby="popover-will"
                aria-disabled=move || why_not.get().map(|_| "true")
                on:click=confirm
            >
                {say!("button.hang_up")}
            </button>
            <button type="button" class="button" on:click=move |_| store.popovers.leave(store)>
                {say!("button.cancel")}
            </button>
        </div>
    }
}
