//! The form that parks a caller.

use ajam::ami::{Argument, Uniqueid};
use ajam::session::Lot;
use leptos::prelude::*;
use switchboard_core::acts::parking::DEFAULT_LOT;
use switchboard_core::acts::{Parks, offers};
use switchboard_core::console::{Act, Command, WhyNot};
use switchboard_core::words::{cells, outcome, phone as words, say, target};

use super::{AtRow, Cancel, WILL, Will, hindrance, just_changed, of_row};
use crate::ui::kit::{Button, Choice, Look};
use crate::ui::store::use_store;

/// Who is parked, where, and what comes of the others.
#[component]
pub(super) fn ParkForm(
    /// The channel of the row, or of that of its call.
    id: Uniqueid,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    let row_name = of_row(store, cells::called);
    let own = store.seen.phone;
    let parks = Memo::new(move |_| {
        popovers.beat.track();
        let parks = own.with(|own| store.look(|c| offers::parks(c.pbx(), &id, own.as_ref())));
        parks.unwrap_or_default()
    });
    // Who is parked is the same all the while, unless somebody chooses otherwise.
    let first = parks.with_untracked(|parks| parks.first().cloned());
    let chosen: RwSignal<Option<Parks>> = RwSignal::new(first);
    store.look_at_lots();
    let lots: Memo<Vec<(Lot, usize)>> = Memo::new(move |_| {
        popovers.beat.track();
        let lots = store.look(|c| {
            let lots = c.lots().unwrap_or_default().iter();
            let fit = lots.filter(|lot| Argument::new(&lot.name).is_ok());
            fit.map(|lot| (lot.clone(), c.room(lot))).collect()
        });
        lots.unwrap_or_default()
    });
    let wanted = RwSignal::new(None::<String>);
    // Where there is but one lot, Asterisk need not be told.
    let lot = Memo::new(move |_| {
        lots.with(|lots| {
            let name = wanted.get();
            let of = |name: &str| lots.iter().find(|(lot, _)| lot.name == name);
            let lot = of(name.as_deref().unwrap_or(DEFAULT_LOT)).or_else(|| lots.first());
            lot.cloned()
        })
    });
    let command = move || {
        let Parks { who, back_to } = chosen.get()?;
        let several = lots.with(|lots| lots.len() > 1);
        let lot = lot.get().filter(|_| several || wanted.get().is_some());
        Some(Command::Park {
            channel: who.leg,
            back_to: back_to.leg,
            lot: lot.map(|(lot, _)| lot.name),
        })
    };
    let prospect = Memo::new(move |_| {
        popovers.beat.track();
        let command = command()?;
        store.look(|c| c.prospect(&command)).flatten()
    });
    let name = Memo::new(move |_| {
        let who = chosen.with(|chosen| chosen.as_ref().map(|parks| target::called(&parks.who)));
        who.or_else(|| row_name.get()).unwrap_or_default()
    });
    let ended = of_row(store, |row| row.ended.is_some());
    let gone = move || ended.get().unwrap_or(true);
    let why_not = hindrance(store, Act::Park, gone);
    let full = Memo::new(move |_| lot.with(|lot| lot.as_ref().is_some_and(|(_, room)| *room == 0)));
    let fresh = just_changed(store, prospect, move || chosen.get());
    let off = move || {
        why_not.with(Option::is_some) || prospect.with(Option::is_none) || full.get() || fresh.get()
    };
    let sentence = move || {
        if gone() {
            return say!("park.ended", name = name.get());
        }
        if let Some(why_not) = why_not.get() {
            return why_not;
        }
        if full.get() {
            return say!("park.full");
        }
        let after = lot.with(|lot| lot.as_ref().map(|(lot, _)| lot.comes_back));
        let back_to = chosen.with(|chosen| chosen.as_ref().map(|it| it.back_to.leg.clone()));
        match (prospect.get(), back_to) {
            (Some(prospect), Some(back_to)) => target::park(&prospect, &back_to, after),
            _ => outcome::why_not(WhyNot::NotNow(Act::Park)),
        }
    };
    let park = move || {
        if let (Some(command), Some(shown)) = (untrack(command), prospect.get_untracked())
            && !untrack(off)
        {
            popovers.leave(store);
            store.ask_as_shown(command, shown);
        }
    };
    let whom = move || {
        let all = parks.get();
        let choice = |parks: Parks| {
            let called = target::called(&parks.who);
            (parks, called)
        };
        (all.len() > 1).then(|| {
            let all = all.into_iter().map(choice).collect();
            view! {
                <Choice
                    name="parks"
                    legend=say!("park.which")
                    all
                    chosen=chosen
                    choose=move |parks| chosen.set(Some(parks))
                />
            }
        })
    };
    let where_to = move || {
        let all = lots.get();
        let choice = |(lot, room): (Lot, usize)| {
            let words = words::lot(&lot, room);
            (lot.name, words)
        };
        (all.len() > 1).then(|| {
            let all = all.into_iter().map(choice).collect();
            let chosen = Signal::derive(move || lot.get().map(|(lot, _)| lot.name));
            view! {
                <Choice
                    name="lots"
                    legend=say!("park.lot_which")
                    all
                    chosen
                    choose=move |lot| wanted.set(Some(lot))
                />
            }
        })
    };
    view! {
        <AtRow title=Signal::derive(move || say!("park.title", name = name.get()))>
            {whom}
            {where_to}
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
                    press=park
                >
                    {say!("button.park")}
                </Button>
                <Cancel />
            </div>
        </AtRow>
    }
}
