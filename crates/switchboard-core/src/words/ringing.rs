//! The calls that ring: out of sight, and at one's own phone.

use super::{cells, phone, say, target};
use crate::acts::{Arrival, Phone};
use crate::board::Ring;

/// What the bar says of them; nothing if there are none.
pub fn bar(rings: &[Ring]) -> String {
    match rings {
        [] => String::new(),
        [one] => say!("ringing.one", who = who(one)),
        [first, ..] => say!("ringing.many", count = rings.len(), who = who(first)),
    }
}

/// What a screen reader says of a new one.
pub fn told(ring: &Ring) -> String {
    say!("ringing.told", who = who(ring))
}

/// Who calls one's own phone.
pub fn caller(arrival: &Arrival) -> String {
    target::called(&arrival.caller)
}

/// What stands beside that in a notice of the browser's.
pub fn at_phone(own: &Phone) -> String {
    say!("ringing.at_phone", phone = phone::name(own))
}

/// The title of the tab while somebody calls one's own phone.
pub fn title(arrival: &Arrival, title: &str) -> String {
    say!("title.arrival", who = caller(arrival), title = title)
}

fn who(ring: &Ring) -> String {
    let who = cells::Who::of(&ring.caller);
    if who.is_empty() {
        cells::named(&ring.channel)
    } else {
        who.whole()
    }
}
