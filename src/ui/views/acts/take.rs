//! What takes a call to one's own phone: one that rings elsewhere, or one that is parked.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::acts::{Phone, Rings, Wish, offers};
use switchboard_core::console::{Act, Console, WhyNot};
use switchboard_core::words::{cells, outcome, say, target};

use super::{AtRow, Cancel, WILL, Will, hindrance, just_changed, of_row};
use crate::ui::kit::{Button, Look};
use crate::ui::store::use_store;

/// Who comes to one's own phone, and what becomes of the others.
#[component]
pub(super) fn Take(
    /// The channel of the row, or of that of its call.
    id: Uniqueid,
    /// What is to be done.
    act: Act,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    let row_name = of_row(store, cells::called);
    let own = store.seen.phone;
    // What is to be taken stays the same, once there was something.
    let wish = Memo::new(move |before: Option<&Option<Wish>>| {
        popovers.beat.track();
        if let Some(Some(before)) = before {
            return Some(before.clone());
        }
        own.with(|own| store.look(|c| wish(c, &id, act, own.as_ref())))
            .flatten()
    });
    let prospect = Memo::new(move |_| {
        popovers.beat.track();
        let wish = wish.get()?;
        store.look(|c| c.prospect_of_wish(&wish)).flatten()
    });
    let name = Memo::new(move |before: Option<&String>| {
        let comes = prospect.with(|prospect| {
            let (person, _) = prospect.as_ref()?.fates.first()?;
            Some(target::called(person))
        });
        let known = || before.cloned().or_else(|| row_name.get());
        comes.or_else(known).unwrap_or_default()
    });
    let ended = of_row(store, |row| row.ended.is_some());
    let why_not = hindrance(store, act, move || ended.get().unwrap_or(true));
    let fresh = just_changed(store, prospect, || ());
    let off =
        move || why_not.with(Option::is_some) || prospect.with(Option::is_none) || fresh.get();
    let sentence = move || {
        if let Some(why_not) = why_not.get() {
            return why_not;
        }
        match (prospect.get(), own.get()) {
            (Some(prospect), Some(phone)) => target::comes(&prospect, &phone),
            (None, Some(_)) if wish.with(Option::is_some) => say!("take.gone"),
            _ => outcome::why_not(WhyNot::NotNow(act)),
        }
    };
    let take = move || {
        if let (Some(phone), Some(wish), Some(shown)) = (
            own.get_untracked(),
            wish.get_untracked(),
            prospect.get_untracked(),
        ) && !untrack(off)
        {
            popovers.leave(store);
            store.call_phone(phone, wish, shown);
        }
    };
    let title = move || match act {
        Act::PickUp => say!("take.pick_up", name = name.get()),
        _ => say!("take.retrieve", name = name.get()),
    };
    let set = move || {
        own.with(Option::is_none).then(|| {
            let open = move || {
                popovers.leave(store);
                store.open_my_phone();
            };
            view! { <Button press=open>{say!("button.my_phone")}</Button> }
        })
    };
    view! {
        <AtRow title=Signal::derive(title)>
            <Will sentence=Signal::derive(sentence) />
            <p class="will-hint" role="status">
                {move || fresh.get().then(|| say!("transfer.just_changed"))}
            </p>
            <div class="popover-buttons">
                <Button
                    look=Look::Primary
                    first=true
                    about=WILL
                    off=Signal::derive(off)
                    press=take
                >
                    {outcome::name(act)}
                </Button>
                {set}
                <Cancel />
            </div>
        </AtRow>
    }
}

/// What is to be taken; none if there is nothing of the kind.
fn wish(console: &Console, id: &Uniqueid, act: Act, phone: Option<&Phone>) -> Option<Wish> {
    match act {
        Act::PickUp => {
            let Rings { caller, ringing } = offers::rings(console.pbx(), id, phone)?;
            Some(Wish::PickUp {
                ringing: ringing.leg,
                caller: caller.leg,
            })
        }
        _ => Some(Wish::Retrieve(offers::parked(console.pbx(), id)?.leg)),
    }
}
