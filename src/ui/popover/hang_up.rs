//! The question before a hang-up.

use leptos::prelude::*;
use web_sys::Element;

use super::super::plain::{self, set, words};
use super::super::store::Store;
use super::{buttons, in_the_way, of_row, title, will};
use crate::console::{Command, Verb};
use crate::words::{cells, say};

/// Fills the popover.
pub(super) fn hang_up(store: Store, popover: &Element) {
    let name = of_row(store, cells::called);
    let name = move || name.get().unwrap_or_default();
    let others = of_row(store, |row| cells::other_called(row).is_some());
    let ended = of_row(store, |row| row.ended.is_some());
    let why_not = in_the_way(store, Verb::HangUp);
    let title = title(move || say!("hang_up.title", name = name()));
    let sentence = will(move || match (ended.get(), others.get()) {
        (Some(false), Some(true)) => say!("hang_up.will"),
        (Some(false), _) => say!("hang_up.will_alone"),
        _ => say!("hang_up.ended", name = name()),
    });
    let wrong = words(plain::say("p", "field-error", ""), move || {
        let why_not = why_not.get().filter(|_| ended.get() == Some(false));
        why_not.unwrap_or_default()
    });
    let confirm = plain::button("button danger", &say!("button.hang_up"), move || {
        let id = store.popovers.on();
        if why_not.get_untracked().is_none()
            && let Some(id) = id
        {
            store.popovers.leave(store);
            store.ask(Command::HangUp(id));
        }
    });
    set(&confirm, "data-first", Some(""));
    let buttons = buttons(store, confirm, why_not);
    for part in [&title, &sentence, &wrong, &buttons] {
        let _ = popover.append_child(part);
    }
}
