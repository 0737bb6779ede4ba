//! A transfer in words: what will happen, and what is wrong with what was typed.

use super::{cells, say};
use crate::ami::action::{Context, Exten, Unfit};
use crate::board::Row;

/// What is wrong with an extension.
pub fn unfit_exten(unfit: Unfit) -> String {
    match unfit {
        Unfit::Empty => say!("unfit.extension_empty"),
        Unfit::TooLong => say!("unfit.too_long"),
        Unfit::Character(c) => say!("unfit.extension_character", char = seen(c)),
    }
}

/// What is wrong with a context.
pub fn unfit_context(unfit: Unfit) -> String {
    match unfit {
        Unfit::Empty => say!("unfit.context_empty"),
        Unfit::TooLong => say!("unfit.too_long"),
        Unfit::Character(c) => say!("unfit.context_character", char = seen(c)),
    }
}

fn seen(c: char) -> String {
    crate::ami::text::visible(c.encode_utf8(&mut [0; 4])).into_owned()
}

/// Who would go along; none if there is nobody.
pub fn other(row: &Row) -> Option<String> {
    let channel = cells::named(row.other_leg.as_deref()?);
    let name = cells::other_called(row).filter(|name| *name != channel);
    Some(match name {
        Some(name) => say!("transfer.both_with", name = name, channel = channel),
        None => say!("transfer.both_with_channel", channel = channel),
    })
}

/// What the button will do.
pub fn sentence(row: &Row, exten: &str, context: &str, both: bool) -> String {
    let name = cells::called(row);
    let (Ok(exten), Ok(context)) = (Exten::new(exten), Context::new(context)) else {
        return say!("transfer.will_nothing", name = name);
    };
    let (exten, context) = (exten.as_str(), context.as_str());
    match (cells::other_called(row), both) {
        (None, _) => say!(
            "transfer.will_one",
            name = name,
            exten = exten,
            context = context
        ),
        (Some(other), true) => say!(
            "transfer.will_both",
            name = name,
            other = other,
            exten = exten,
            context = context
        ),
        (Some(other), false) => say!(
            "transfer.will_one_peer",
            name = name,
            other = other,
            exten = exten,
            context = context
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_stand_in_an_extension_is_named() {
        assert!(unfit_exten(Unfit::Character('$')).contains("“$”"));
        assert!(unfit_exten(Unfit::Character('\r')).contains("“␍”"));
    }
}
