//! One's own phone in words.

use ajam::ami::action::{Exten, Unfit};
use ajam::session::Lot;

use super::{cells, say, target};
use crate::acts::{NoPhone, Phone};

/// What a phone is called: by its number, where that is known.
pub fn name(phone: &Phone) -> String {
    match phone.number() {
        Some(number) => cells::quoted(number.as_str()),
        None => cells::quoted(phone.endpoint().as_str()),
    }
}

/// The same with what Asterisk calls it.
pub fn whole(phone: &Phone) -> String {
    let endpoint = cells::quoted(phone.endpoint().as_str());
    match phone.number() {
        Some(number) => say!(
            "phone.whole",
            number = cells::quoted(number.as_str()),
            endpoint = endpoint
        ),
        None => endpoint,
    }
}

/// What is wrong with what was typed for the phone.
pub fn wrong(wrong: NoPhone) -> Option<String> {
    Some(match wrong {
        NoPhone::Endpoint(Unfit::Character(c)) => say!("phone.character", char = target::seen(c)),
        NoPhone::Endpoint(Unfit::TooLong) | NoPhone::Number(Unfit::TooLong) => {
            say!("unfit.too_long")
        }
        NoPhone::Endpoint(Unfit::Empty) | NoPhone::Number(Unfit::Empty) => say!("phone.empty"),
        NoPhone::Number(Unfit::Character(c)) => say!("phone.character", char = target::seen(c)),
        NoPhone::Context(_) | NoPhone::NoContext => return None,
    })
}

/// What is wrong with the context.
pub fn wrong_context(wrong: NoPhone) -> Option<String> {
    match wrong {
        NoPhone::Context(unfit) => Some(target::unfit_context(unfit)),
        NoPhone::NoContext => Some(say!("phone.no_context")),
        NoPhone::Endpoint(_) | NoPhone::Number(_) => None,
    }
}

/// What a call from one's own phone does.
pub fn calls(phone: &Phone, exten: &Exten) -> String {
    say!(
        "will.calls",
        phone = name(phone),
        exten = cells::quoted(exten.as_str())
    )
}

/// A parking lot, and for how many calls more it has room.
pub fn lot(lot: &Lot, room: usize) -> String {
    say!("park.lot", name = cells::quoted(&lot.name), count = room)
}
