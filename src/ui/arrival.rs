//! Somebody calls one's own phone: the tab's title says who, and the browser rings, if that is wanted.

use std::rc::Rc;

use ajam::session::Phase;
use leptos::prelude::*;
use switchboard_core::acts::{Arrival, offers};
use switchboard_core::console::Console;
use switchboard_core::words::ringing;

use super::store::{Store, set};
use crate::shell::bell::Bell;

thread_local! {
    static BELL: Rc<Bell> = Rc::default();
}

/// The page's bell.
pub(super) fn bell() -> Rc<Bell> {
    BELL.with(Rc::clone)
}

/// Looks who calls. While the line is cut nobody knows.
pub(super) fn look(store: Store, console: &Console) {
    let seen = store.seen;
    let phone = seen.phone.get_untracked();
    let live = console.session().phase().is_live();
    let phone = phone.filter(|_| live);
    let arrival = phone.and_then(|phone| offers::arrival(console.pbx(), &phone));
    set(seen.arrival, arrival);
}

/// Rings for whoever calls, once a call. What rang before the page knew of it is no news, and of several
/// tabs one rings.
pub(super) fn listen(store: Store) {
    let seen = store.seen;
    let rung = StoredValue::new(None);
    Effect::new(move || {
        let arrival = seen.arrival.get();
        let leg = arrival.as_ref().map(|arrival| arrival.leg.clone());
        if rung.get_value() == leg {
            return;
        }
        rung.set_value(leg);
        bell().hush();
        let phone = seen.phone.get_untracked();
        if let (Some(arrival), Some(phone)) = (arrival.filter(|one| is_news(store, one)), phone) {
            bell().ring(&ringing::caller(&arrival), &ringing::at_phone(&phone));
        }
    });
    on_cleanup(|| bell().hush());
}

fn is_news(store: Store, arrival: &Arrival) -> bool {
    let since = store.seen.phase.with_untracked(|phase| match phase {
        Phase::Live { since } => Some(*since),
        _ => None,
    });
    let waits = store.look(|console| console.session().waits());
    let rings = store.seen.bell.get_untracked() && waits == Some(true);
    rings && since.is_some_and(|since| arrival.since >= since)
}
