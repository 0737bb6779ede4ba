//! The question before a hang-up.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::console::{Act, Command};
use switchboard_core::words::{cells, say, target};

use super::{AtRow, Cancel, WILL, Will, hindrance, just_changed, of_row};
use crate::ui::kit::{Button, Look};
use crate::ui::store::use_store;

/// The question, and the button that says yes.
#[component]
pub(super) fn HangUp(
    /// The channel.
    id: Uniqueid,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    let row_name = of_row(store, cells::called);
    let id = StoredValue::new(id);
    // Whom it would hit, as the model has it by now.
    let prospect = Memo::new(move |_| {
        popovers.beat.track();
        let command = Command::HangUp(id.get_value());
        store.look(|c| c.prospect(&command)).flatten()
    });
    let name = Memo::new(move |_| {
        let own = prospect.with(|prospect| {
            let (person, _) = prospect.as_ref()?.fates.first()?;
            (person.leg == id.get_value()).then(|| target::called(person))
        });
        own.or_else(|| row_name.get()).unwrap_or_default()
    });
    let ended = of_row(store, |row| row.ended.is_some());
    let why_not = hindrance(store, Act::HangUp, move || ended.get().unwrap_or(true));
    let fresh = just_changed(store, prospect, || ());
    let off = move || why_not.with(Option::is_some) || fresh.get();
    let sentence = move || match (ended.get(), prospect.get()) {
        (Some(false), Some(prospect)) => target::hang_up(&prospect),
        _ => say!("hang_up.ended", name = name.get()),
    };
    let wrong = move || {
        let why_not = why_not.get().filter(|_| ended.get() == Some(false));
        why_not.unwrap_or_default()
    };
    let hang_up = move || {
        if let Some(shown) = prospect.get_untracked()
            && !untrack(off)
        {
            let id = id.get_value();
            popovers.leave(store);
            store.ask_as_shown(Command::HangUp(id), shown);
        }
    };
    view! {
        <AtRow title=Signal::derive(move || say!("hang_up.title", name = name.get()))>
            <Will sentence=Signal::derive(sentence) />
            <p class="field-error">{move || wrong()}</p>
            <p class="will-hint" role="status">
                {move || fresh.get().then(|| say!("transfer.just_changed"))}
            </p>
            <div class="popover-buttons">
                <Button
                    look=Look::Danger
                    first=true
                    about=WILL
                    off=Signal::derive(off)
                    press=hang_up
                >
                    {say!("button.hang_up")}
                </Button>
                <Cancel />
            </div>
        </AtRow>
    }
}
