//! The question before a hang-up.

use leptos::prelude::*;
use switchboard_core::console::{Act, Command};
use switchboard_core::words::{cells, say, target};
use web_sys::Element;

use super::super::plain::{self, set, words};
use super::super::store::Store;
use super::{buttons, in_the_way, of_row, title, will};

/// Fills the popover.
pub(super) fn hang_up(store: Store, popover: &Element) {
    let popovers = store.popovers;
    let row_name = of_row(store, cells::called);
    // Whom it would hit, as the model has it by now.
    let prospect = Memo::new(move |_| {
        popovers.beat.track();
        let command = Command::HangUp(popovers.on()?);
        store.look(|c| c.prospect(&command)).flatten()
    });
    let name = Memo::new(move |_| {
        let own = prospect.with(|prospect| {
            let (person, _) = prospect.as_ref()?.fates.first()?;
            (Some(&person.leg) == popovers.on().as_ref()).then(|| target::called(person))
        });
        own.or_else(|| row_name.get()).unwrap_or_default()
    });
    let ended = of_row(store, |row| row.ended.is_some());
    let why_not = in_the_way(store, Act::HangUp);
    let title = title(move || say!("hang_up.title", name = name.get()));
    let sentence = will(move || match (ended.get(), prospect.get()) {
        (Some(false), Some(prospect)) => target::hang_up(&prospect),
        _ => say!("hang_up.ended", name = name.get()),
    });
    let wrong = words(plain::say("p", "field-error", ""), move || {
        let why_not = why_not.get().filter(|_| ended.get() == Some(false));
        why_not.unwrap_or_default()
    });
    let confirm = plain::button("button danger", &say!("button.hang_up"), move || {
        let (Some(id), Some(shown)) = (popovers.on(), prospect.get_untracked()) else {
            return;
        };
        if why_not.get_untracked().is_none() {
            popovers.leave(store);
            store.ask_as_shown(Command::HangUp(id), shown);
        }
    });
    set(&confirm, "data-first", Some(""));
    let buttons = buttons(store, confirm, why_not);
    for part in [&title, &sentence, &wrong, &buttons] {
        let _ = popover.append_child(part);
    }
}
