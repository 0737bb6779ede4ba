//! What came of an action, and why one cannot be asked for.

use ajam::session::Outcome;

use super::{cells, cells::Who, connection, say, target};
use crate::acts::{Own, Person, Reached};
use crate::console::{Act, Note, Orphan, WhyNot};

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
        Changed, Done, Full, NoChannel, NoExtension, NotChecked, NotConnected, Refused, Shown,
        TooLong, Unknown,
    };
    let act = || name(note.act);
    let exten = || cells::quoted(note.to.as_ref().map_or("", |exten| exten.as_str()));
    if let Some(reached) = &note.reached {
        return far(note.act, reached, &exten());
    }
    match &note.outcome {
        None | Some(Done(_)) => say!("note.asked", act = act()),
        Some(Refused(words)) => {
            say!("note.refused", act = act(), words = cells::quoted(words))
        }
        Some(Unknown(_)) => say!("note.unknown", act = act()),
        Some(Shown) => match note.act {
            Act::HangUp => say!("note.hang_up_shown"),
            Act::Transfer => say!("note.transfer_shown"),
            Act::Park => say!("note.park_shown"),
            Act::PickUp | Act::Retrieve | Act::Call | Act::Ring => {
                say!("note.phone_shown", act = act())
            }
        },
        Some(NotConnected) => say!("note.not_connected", act = act()),
        Some(NoChannel) => say!("note.no_channel", act = act()),
        Some(Changed) => say!("note.changed", act = act()),
        Some(NoExtension) => say!("note.no_extension", act = act(), exten = exten()),
        Some(NotChecked) => say!("note.not_checked", act = act(), exten = exten()),
        Some(Full) => say!("note.full", act = act()),
        Some(TooLong(_)) => say!("note.request_too_long", act = act()),
    }
}

/// An act, on the button that asks for it and at the head of what is told of it.
pub fn name(act: Act) -> String {
    match act {
        Act::HangUp => say!("button.hang_up"),
        Act::Transfer => say!("button.transfer"),
        Act::Park => say!("button.park"),
        Act::PickUp => say!("button.pick_up"),
        Act::Retrieve => say!("button.retrieve"),
        Act::Call => say!("button.call"),
        Act::Ring => say!("button.ring"),
    }
}

/// How far something has come.
fn far(act: Act, reached: &Reached, exten: &str) -> String {
    match act {
        Act::Park => parked(reached).unwrap_or_else(|| say!("note.park_sent")),
        Act::Call | Act::PickUp | Act::Retrieve | Act::Ring => {
            called(act, reached, exten).unwrap_or_else(|| there(act, reached, exten))
        }
        Act::Transfer | Act::HangUp => there(act, reached, exten),
    }
}

/// How far somebody is who is to be parked.
fn parked(reached: &Reached) -> Option<String> {
    Some(match reached {
        Reached::Parked(space) => say!("note.parked", space = cells::quoted(space)),
        Reached::NotParked(with) if with.is_empty() => say!("note.not_parked"),
        Reached::NotParked(with) => {
            let with: Vec<&Person> = with.iter().collect();
            say!("note.not_parked_with", names = target::all(&with))
        }
        Reached::Lost => say!("note.lost"),
        Reached::Unknown => say!("note.park_not_known"),
        _ => return None,
    })
}

/// How far a call to one's own phone is, where that is said in its own words.
fn called(act: Act, reached: &Reached, exten: &str) -> Option<String> {
    let own = |why: String| match act {
        Act::Call => say!("note.not_called", exten = exten, why = why),
        Act::Retrieve => say!("note.still_parked", why = why),
        Act::PickUp => say!("note.not_picked_up", why = why),
        _ => why,
    };
    Some(match (reached, act) {
        (Reached::Sent, _) => say!("note.own_sent"),
        (Reached::Own(Own::Rings), _) => say!("note.own_rings"),
        (Reached::Own(Own::Answered), Act::Call) => say!("note.own_answered", exten = exten),
        (Reached::Own(Own::Answered), _) => say!("note.own_answers"),
        (Reached::Own(Own::Busy), _) => own(say!("note.own_busy")),
        (Reached::Own(Own::Declined), _) => own(say!("note.own_declined")),
        (Reached::Own(Own::NoAnswer), _) => own(say!("note.own_no_answer")),
        (Reached::Own(Own::Unreachable), _) => own(say!("note.own_unreachable")),
        (Reached::Own(Own::Stopped), _) => own(say!("note.own_stopped")),
        (Reached::Rang, _) => say!("note.rang"),
        (Reached::Answered, Act::Ring) => say!("note.rang_answered"),
        (Reached::Answered, Act::Call) => say!("note.connected", exten = exten),
        (Reached::Answered, _) => say!("note.comes"),
        (Reached::TooLate, Act::Retrieve) => say!("note.taken_elsewhere"),
        (Reached::TooLate, _) => say!("note.answered_elsewhere"),
        (Reached::GaveUp, Act::Retrieve | Act::PickUp) => say!("note.caller_gave_up"),
        (Reached::Busy { .. }, _) => say!("note.called_busy", exten = exten),
        (Reached::NoAnswer { .. }, _) => say!("note.called_no_answer", exten = exten),
        (Reached::Declined { .. }, _) => say!("note.called_declined", exten = exten),
        (Reached::Unreachable, _) => say!("note.called_unreachable", exten = exten),
        (Reached::Unknown, _) => say!("note.own_not_known"),
        _ => return None,
    })
}

/// How far somebody is who was sent elsewhere, or is hung up.
fn there(act: Act, reached: &Reached, exten: &str) -> String {
    match (act, reached) {
        (Act::HangUp, Reached::Gone) => say!("note.gone"),
        (Act::HangUp, Reached::StillThere) => say!("note.still_there"),
        (Act::HangUp, _) => say!("note.hang_up_sent"),
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
        (_, Reached::Declined { ended: false }) => say!("note.declined", exten = exten),
        (_, Reached::Declined { ended: true }) => say!("note.declined_ended", exten = exten),
        (_, Reached::GaveUp) => say!("note.gave_up", exten = exten),
        (_, Reached::Ended) => say!("note.ended", exten = exten),
        (_, Reached::Lost | Reached::Gone) => say!("note.lost"),
        (_, Reached::Unreachable) => say!("note.called_unreachable", exten = exten),
        // Of what is not sent elsewhere, these tell.
        (_, Reached::NotParked(_) | Reached::Own(_) | Reached::Rang | Reached::TooLate) => {
            say!("note.not_known", exten = exten)
        }
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

/// Why something cannot be asked for.
pub fn why_not(why: WhyNot) -> String {
    match why {
        WhyNot::Right(act) => {
            let rights = connection::rights(act.action());
            match act {
                Act::HangUp => say!("why_not.hang_up", rights = rights),
                Act::Transfer => say!("why_not.transfer", rights = rights),
                Act::Park => say!("why_not.park", rights = rights),
                Act::PickUp | Act::Retrieve | Act::Call | Act::Ring => {
                    say!("why_not.call", rights = rights)
                }
            }
        }
        WhyNot::NotLive => say!("why_not.not_live"),
        WhyNot::Ended => say!("why_not.ended"),
        WhyNot::Several => say!("why_not.several"),
        WhyNot::NoPhone => say!("why_not.no_phone"),
        WhyNot::NotNow(act) => match act {
            Act::Park => say!("why_not.nobody_talks"),
            Act::PickUp => say!("why_not.nothing_rings"),
            Act::Retrieve => say!("why_not.not_parked"),
            _ => say!("why_not.ended"),
        },
    }
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
            act: Act::Transfer,
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
            act: Act::Transfer,
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
            act: Act::Transfer,
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
}
