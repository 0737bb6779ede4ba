//! What came of an action, and why one cannot be asked for.

use ajam::session::{Abilities, Outcome};

use super::{cells, cells::Who, connection, say};
use crate::acts::Reached;
use crate::console::{Note, Orphan, Verb};

/// How a note looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Under way.
    Asked,
    /// Done: the events show what was wanted.
    Done,
    /// Asterisk took it, but it did not become what was wanted, or nobody knows.
    Doubt,
    /// Not done, or somebody was lost.
    Wrong,
}

impl Tone {
    /// Of this note.
    pub fn of(note: &Note) -> Self {
        match (&note.reached, &note.outcome) {
            (Some(reached), _) if reached.is_done() => Self::Done,
            (Some(reached), _) if reached.is_under_way() => Self::Asked,
            (Some(reached), _) if reached.is_lost() => Self::Wrong,
            (Some(_), _) => Self::Doubt,
            (None, None | Some(Outcome::Done(_))) => Self::Asked,
            (None, Some(Outcome::Shown)) => Self::Done,
            (None, Some(_)) => Self::Wrong,
        }
    }

    /// A sign beside the words, so that the colour is not alone.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Asked => "…",
            Self::Done => "✓",
            Self::Doubt => "!",
            Self::Wrong => "✗",
        }
    }
}

/// A note in words: what the events show, or what Asterisk said where nothing came of it.
pub fn note(note: &Note) -> String {
    use Outcome::{
        Changed, Done, NoChannel, NoExtension, NotConnected, Refused, Shown, TooLong, Unknown,
    };
    use Verb::{HangUp, Transfer};
    let exten = || cells::quoted(note.to.as_ref().map_or("", |exten| exten.as_str()));
    if let Some(reached) = &note.reached {
        return far(note.verb, reached, &exten());
    }
    match (note.verb, &note.outcome) {
        (HangUp, None | Some(Done(_))) => say!("note.hang_up_asked"),
        (Transfer, None | Some(Done(_))) => say!("note.transfer_asked"),
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
        (HangUp, Some(Changed | NoExtension)) => say!("note.hang_up_changed"),
        (Transfer, Some(Changed)) => say!("note.transfer_changed"),
        (Transfer, Some(NoExtension)) => say!("note.transfer_no_extension", exten = exten()),
        (HangUp, Some(TooLong(_))) => say!("note.hang_up_too_long"),
        (Transfer, Some(TooLong(_))) => say!("note.transfer_too_long"),
    }
}

/// How far something has come.
fn far(verb: Verb, reached: &Reached, exten: &str) -> String {
    match (verb, reached) {
        (Verb::HangUp, Reached::Gone) => say!("note.gone"),
        (Verb::HangUp, Reached::StillThere) => say!("note.still_there"),
        (Verb::HangUp, _) => say!("note.hang_up_sent"),
        (_, Reached::Sent) => say!("note.sent", exten = exten),
        (_, Reached::Calling) => say!("note.calling", exten = exten),
        (_, Reached::Ringing) => say!("note.ringing", exten = exten),
        (_, Reached::Answered) => say!("note.answered", exten = exten),
        (_, Reached::There(application)) => say!(
            "note.there",
            exten = exten,
            application = cells::quoted(application)
        ),
        (_, Reached::Waiting(queue)) => say!("note.waiting", queue = cells::quoted(queue)),
        (_, Reached::Parked(space)) => say!("note.parked", space = cells::quoted(space)),
        (
            _,
            Reached::Elsewhere {
                exten: place,
                context,
            },
        ) => say!(
            "note.elsewhere",
            exten = exten,
            place = cells::quoted(&format!("{place}@{context}"))
        ),
        (_, Reached::Busy { ended: false }) => say!("note.busy", exten = exten),
        (_, Reached::Busy { ended: true }) => say!("note.busy_ended", exten = exten),
        (_, Reached::NoAnswer { ended: false }) => say!("note.no_answer", exten = exten),
        (_, Reached::NoAnswer { ended: true }) => say!("note.no_answer_ended", exten = exten),
        (_, Reached::GaveUp) => say!("note.gave_up", exten = exten),
        (_, Reached::Ended) => say!("note.ended", exten = exten),
        (_, Reached::Lost | Reached::Gone) => say!("note.lost"),
        (_, Reached::Unknown | Reached::StillThere) => say!("note.not_known", exten = exten),
    }
}

/// Asterisk's own words to it, where the note says more than they do.
pub fn details(note: &Note) -> Option<String> {
    match (&note.reached, &note.outcome) {
        (Some(_), Some(Outcome::Done(words))) if !words.is_empty() => {
            Some(say!("note.asterisk_said", words = cells::quoted(words)))
        }
        _ => None,
    }
}

/// The same for somebody who has no row any more: by the channel's name where nobody has told
/// theirs.
pub fn orphan(orphan: &Orphan) -> String {
    let who = Who::of(&orphan.about.caller);
    let who = match who.is_empty() {
        true => cells::named(&orphan.about.channel),
        false => who.whole(),
    };
    say!("note.about", who = who, note = note(&orphan.note))
}

/// Why this cannot be asked for on a living row; none if it can.
pub fn why_not(verb: Verb, live: bool, abilities: &Abilities) -> Option<String> {
    let action = match verb {
        Verb::HangUp => "Hangup",
        Verb::Transfer => "Redirect",
    };
    if !abilities.may(action) {
        let rights = connection::rights(action);
        return Some(match verb {
            Verb::HangUp => say!("why_not.hang_up", rights = rights),
            Verb::Transfer => say!("why_not.transfer", rights = rights),
        });
    }
    (!live).then(|| say!("why_not.not_live"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::Subject;
    use crate::live::Party;
    use ajam::time::Moment;

    #[test]
    fn a_refusal_keeps_asterisks_words() {
        let refused = Note {
            verb: Verb::Transfer,
            to: None,
            outcome: Some(Outcome::Refused("Channel does not exist: x".to_owned())),
            reached: None,
            at: Moment::default(),
        };
        assert_eq!(
            note(&refused),
            "Transfer refused: Channel does not exist: x"
        );
    }

    #[test]
    fn whose_row_is_gone_is_named_like_a_person() {
        let note = Note {
            verb: Verb::Transfer,
            to: ajam::ami::action::Exten::new("204").ok(),
            outcome: None,
            reached: Some(Reached::Busy { ended: true }),
            at: Moment::default(),
        };
        let mut told = Orphan {
            about: Subject {
                channel: "PJSIP/klingler-00000002".to_owned(),
                caller: Party {
                    name: "Klingler".to_owned(),
                    num: "0711555012".to_owned(),
                },
            },
            note,
        };
        assert_eq!(
            orphan(&told),
            "Klingler 0711555012: 204 is busy: the call has ended"
        );
        told.about.caller = Party::default();
        assert_eq!(
            orphan(&told),
            "PJSIP/klingler-00000002: 204 is busy: the call has ended"
        );
    }

    #[test]
    fn nothing_is_green_only_because_asterisk_took_it() {
        let mut taken = Note {
            verb: Verb::Transfer,
            to: ajam::ami::action::Exten::new("204").ok(),
            outcome: Some(Outcome::Done("Redirect successful".to_owned())),
            reached: Some(Reached::Sent),
            at: Moment::default(),
        };
        let told = |note: &Note| (Tone::of(note), super::note(note));
        assert_eq!(told(&taken), (Tone::Asked, "Sent to 204".to_owned()));
        assert_eq!(
            details(&taken).as_deref(),
            Some("Asterisk said: Redirect successful")
        );
        for (reached, tone, words) in [
            (Reached::Ringing, Tone::Asked, "204 is ringing"),
            (Reached::Answered, Tone::Done, "204 answered"),
            (
                Reached::Elsewhere {
                    exten: "i".to_owned(),
                    context: "default".to_owned(),
                },
                Tone::Doubt,
                "Sent, but 204 does not exist there: the caller is at i@default",
            ),
            (Reached::Lost, Tone::Wrong, "The call was lost"),
        ] {
            taken.reached = Some(reached);
            assert_eq!(told(&taken), (tone, words.to_owned()));
        }
    }

    #[test]
    fn nothing_stands_in_the_way_on_a_live_line_with_all_rights() {
        let all = Abilities::default();
        assert_eq!(why_not(Verb::HangUp, true, &all), None);
        assert!(why_not(Verb::HangUp, false, &all).is_some());
    }
}
