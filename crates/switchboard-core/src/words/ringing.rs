//! The calls that ring out of sight.

use super::{cells, say};
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

fn who(ring: &Ring) -> String {
    let who = cells::Who::of(&ring.caller);
    if who.is_empty() {
        cells::named(&ring.channel)
    } else {
        who.whole()
    }
}
