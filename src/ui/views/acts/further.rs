//! What more can be done with a call than what has a button of its own.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::acts::offers;
use switchboard_core::console::{Act, WhyNot};
use switchboard_core::words::{cells, outcome, say};

use super::why_not;
use crate::ui::kit::{Choose, Menu};
use crate::ui::store::use_store;

/// The key that opens the menu of a row.
pub(super) const KEY: &str = "m";

/// The menu, at the row.
#[component]
pub(super) fn FurtherMenu(
    /// The channel of the row, or of that of its call.
    id: Uniqueid,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    let name = popovers.row.get_untracked();
    let name = name.as_ref().map(cells::called).unwrap_or_default();
    let phone = store.seen.phone.get_untracked();
    let fitting = store.look(|c| offers::fitting(c.pbx(), &id, phone.as_ref()));
    let at = popovers.open.get_untracked();
    let at = StoredValue::new(at.map(|open| (open.place, open.row)));
    let id = StoredValue::new(id);
    let choose = |act: Act| {
        let open = move || {
            if let Some((place, row)) = at.get_value() {
                popovers.open(store, &id.get_value(), act, (place, &row));
            }
        };
        Choose {
            name: outcome::name(act),
            key: act.keys().first().copied(),
            why_not: hinders(untrack(|| why_not(store, act, false))).map(outcome::why_not),
            press: Callback::new(move |()| open()),
        }
    };
    let mut all: Vec<Choose> = fitting
        .unwrap_or_default()
        .into_iter()
        .map(choose)
        .collect();
    if all.is_empty() {
        all.push(Choose {
            name: say!("more.nothing"),
            key: None,
            why_not: Some(String::new()),
            press: Callback::new(|()| ()),
        });
    }
    view! {
        <Menu
            label=say!("more.title", name = name)
            all
            at=popovers.at
            leave=move || popovers.leave(store)
            press_elsewhere=move || popovers.close(store)
        />
    }
}

/// What leaves nothing to choose. Where no phone is set, the form says so, and leads there.
fn hinders(why_not: Option<WhyNot>) -> Option<WhyNot> {
    why_not.filter(|why| *why != WhyNot::NoPhone)
}
