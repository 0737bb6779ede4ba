//! What came of an action, and why one cannot be asked for.

use super::{cells, connection, say};
use crate::console::{Note, Orphan, Verb};
use crate::session::{Abilities, Outcome};

/// How a note looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Not answered yet.
    Asked,
    /// Done.
    Done,
    /// Not done, or nobody knows.
    Wrong,
}

impl Tone {
    /// Of this note.
    pub fn of(note: &Note) -> Self {
        match note.outcome {
            None => Self::Asked,
            Some(Outcome::Done(_) | Outcome::Shown) => Self::Done,
            Some(_) => Self::Wrong,
        }
    }

    /// A sign beside the words, so that the colour is not alone.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Asked => "…",
            Self::Done => "✓",
            Self::Wrong => "✗",
        }
    }
}

/// A note in words: Asterisk's own, after what was asked.
pub fn note(note: &Note) -> String {
    use Outcome::{Done, NoChannel, NotConnected, Refused, Shown, TooLong, Unknown};
    use Verb::{HangUp, Transfer};
    match (note.verb, &note.outcome) {
        (HangUp, None) => say!("note.hang_up_asked"),
        (Transfer, None) => say!("note.transfer_asked"),
        (HangUp, Some(Done(words))) => say!("note.hang_up_done", words = cells::quoted(words)),
        (Transfer, Some(Done(words))) => say!("note.transfer_done", words = cells::quoted(words)),
        (HangUp, Some(Refused(words))) => {
            say!("note.hang_up_refused", words = cells::quoted(words))
        }
        (Transfer, Some(Refused(words))) => {
            say!("note.transfer_refused", words = cells::quoted(words))
        }
        (HangUp, Some(Unknown(_))) => say!("note.hang_up_unknown"),
        (Transfer, Some(Unknown(_))) => say!("note.transfer_unknown"),
        (HangUp, Some(Shown)) => say!("note.hang_up_shown"),
        (Transfer, Some(Shown)) => say!("note.transfer_shown"),
        (HangUp, Some(NotConnected)) => say!("note.hang_up_not_sent"),
        (Transfer, Some(NotConnected)) => say!("note.transfer_not_sent"),
        (HangUp, Some(NoChannel)) => say!("note.hang_up_no_channel"),
        (Transfer, Some(NoChannel)) => say!("note.transfer_no_channel"),
        (HangUp, Some(TooLong(_))) => say!("note.hang_up_too_long"),
        (Transfer, Some(TooLong(_))) => say!("note.transfer_too_long"),
    }
}

/// The same for a channel that has no row any more.
pub fn orphan(orphan: &Orphan) -> String {
    say!(
        "note.about",
        channel = cells::named(&orphan.channel),
        note = note(&orphan.note)
    )
}

/// Why this cannot be asked for on a living row; none if it can.
pub fn why_not(verb: Verb, live: bool, abilities: &Abilities) -> Option<String> {
    let action = match verb {
        Verb::HangUp => "Hangup",
        Verb::Transfer => "Redirect",
    };
    if !abilities.may(action) {
        return Some(say!("why_not.right", rights = connection::rights(action)));
    }
    (!live).then(|| say!("why_not.not_live"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Moment;

    #[test]
    fn a_refusal_keeps_asterisks_words() {
        let refused = Note {
            verb: Verb::Transfer,
            outcome: Some(Outcome::Refused("Channel does not exist: x".to_owned())),
            at: Moment::default(),
        };
        assert_eq!(
            note(&refused),
            "Transfer refused: Channel does not exist: x"
        );
    }

    #[test]
    fn nothing_stands_in_the_way_on_a_live_line_with_all_rights() {
        let all = Abilities::default();
        assert_eq!(why_not(Verb::HangUp, true, &all), None);
        assert!(why_not(Verb::HangUp, false, &all).is_some());
    }
}
