//! What happened in a call, step by step, as somebody would tell it.

use std::collections::HashMap;

use ajam::ami::Uniqueid;
use ajam::time::Moment;
use serde::{Deserialize, Serialize};

use super::calls::is_helper;
use crate::live::past::Did;
use crate::live::{Gone, Party};

/// What happened in a call, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Those who are told of.
    pub people: Vec<Who>,
    /// What they did.
    pub lines: Vec<Line>,
}

/// Somebody on a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Who it is. May be empty.
    pub party: Party,
    /// The channel's name.
    pub channel: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    #[serde(with = "millis")]
    pub at: Moment,
    /// Whose it was: a place among the people.
    pub who: usize,
    /// What.
    pub what: What,
}

/// What somebody did, or what was done to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// Calls.
    Calls,
    /// Was on the call already when it was first listed.
    WasThere,
    /// Dials this number, or is sent there.
    Dials(String),
    /// Their phone rings.
    Rings,
    /// Answers.
    Answers,
    /// Does not answer, and why not.
    Unanswered(Unanswered),
    /// Is connected with somebody, a place among the people; with others if none.
    Connected(Option<usize>),
    /// Enters this conference.
    Enters(String),
    /// Leaves those they were with, and goes on.
    Parts,
    /// Puts the other on hold.
    Holds,
    /// Takes the other off hold.
    Resumes,
    /// Waits in this queue.
    Waits(String),
    /// Is parked at this space.
    Parked(String),
    /// Is parked no more.
    Unparked,
    /// This application of the dial plan has them.
    Has(String),
    /// Leaves: `Cause` (Q.931), and Asterisk's words for it.
    Leaves(u16, String),
    /// Was not there any more when everything was listed.
    Missing,
}

/// Why somebody did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unanswered {
    /// The phone was busy.
    Busy,
    /// The call was turned down.
    Declined,
    /// Nobody answered in time.
    InTime,
    /// The caller gave up, or somebody else answered.
    Stopped,
    /// There was no way to them.
    Unreachable,
}

/// How long somebody who leaves the others may go on before it is told apart from their end.
const PARTED: i64 = 1500;

/// `Cause` of a call that was turned down (Q.931, call rejected).
const REJECTED: u16 = 21;

impl Who {
    pub(super) fn of(gone: &Gone) -> Self {
        Self {
            party: gone.person.party.clone(),
            channel: gone.person.channel.clone(),
        }
    }
}

impl Story {
    /// Of these channels: those that have ended, and those that live.
    pub fn of(gone: &[Gone], living: &[Gone]) -> Self {
        let legs: Vec<_> = gone
            .iter()
            .map(|leg| (leg, false))
            .chain(living.iter().map(|leg| (leg, true)))
            .collect();
        let shown = people(legs.iter().map(|(leg, _)| *leg));
        let mut told: Vec<(u64, Line)> = Vec::new();
        let at: HashMap<&Uniqueid, usize> = shown
            .iter()
            .enumerate()
            .map(|(place, leg)| (&leg.person.leg, place))
            .collect();
        for (leg, lives) in legs {
            if let Some(who) = at.get(&leg.person.leg) {
                tell(leg, *who, lives, &at, &mut told);
            }
        }
        told.sort_by_key(|(event, line)| (line.at, *event));
        let mut story = Self {
            people: shown.iter().map(|leg| Who::of(leg)).collect(),
            lines: told.into_iter().map(|(_, line)| line).collect(),
        };
        story.tell_once();
        story
    }

    /// That two are connected is told of both.
    fn tell_once(&mut self) {
        let mut told: Vec<(Moment, usize, usize)> = Vec::new();
        self.lines.retain(|line| {
            let What::Connected(Some(with)) = line.what else {
                return true;
            };
            let again = told.contains(&(line.at, with, line.who));
            told.push((line.at, line.who, with));
            !again
        });
    }
}

/// Tells what one channel did, each step with the event that told of it.
fn tell(
    leg: &Gone,
    who: usize,
    lives: bool,
    at: &HashMap<&Uniqueid, usize>,
    told: &mut Vec<(u64, Line)>,
) {
    let mut tell = |event, at, what| told.push((event, Line { at, who, what }));
    let steps = &leg.past.steps;
    if !leg.past.whole {
        tell(0, leg.started, What::WasThere);
    } else if !leg.called {
        let first = steps.first().map(|step| &step.did);
        if !matches!(first, Some(Did::Dialled(_))) {
            tell(0, leg.started, What::Calls);
        }
    }
    let ended = leg.end.as_ref();
    let (mut unanswered, mut answered) = (false, false);
    for step in steps {
        let what = match &step.did {
            // It comes with the number by which it was called.
            Did::Dialled(_) if leg.called && !answered => continue,
            Did::Dialled(number) => What::Dials(number.clone()),
            Did::Rang => What::Rings,
            Did::Answered => What::Answers,
            Did::Unanswered(status) => {
                unanswered = true;
                let cause = ended.map(|end| end.cause);
                What::Unanswered(Unanswered::of(status, cause))
            }
            Did::Joined(Some(with)) => What::Connected(at.get(with).copied()),
            Did::Joined(None) => What::Connected(None),
            Did::Entered(room) => What::Enters(room.clone()),
            Did::Left => {
                let goes_on = |end: Moment| end.millis() - step.at.millis() > PARTED;
                match ended {
                    Some(end) if !goes_on(end.at) => continue,
                    _ => What::Parts,
                }
            }
            Did::Held => What::Holds,
            Did::Resumed => What::Resumes,
            Did::Waited(queue) => What::Waits(queue.clone()),
            Did::Parked(space) => What::Parked(space.clone()),
            Did::Unparked => What::Unparked,
            Did::Ran(application) => What::Has(application.clone()),
        };
        answered |= matches!(what, What::Answers | What::Connected(_) | What::Enters(_));
        tell(step.event, step.at, what);
    }
    match ended {
        Some(end) if !unanswered => {
            tell(end.event, end.at, What::Leaves(end.cause, end.text.clone()));
        }
        None if !lives => {
            let last = steps.last();
            let at = last.map_or(leg.started, |step| step.at);
            tell(last.map_or(0, |step| step.event), at, What::Missing);
        }
        _ => {}
    }
}

impl Unanswered {
    /// By `DialStatus`, and by the `Cause` with which the phone's channel ended.
    pub(super) fn of(status: &str, cause: Option<u16>) -> Self {
        match (status, cause) {
            (_, Some(REJECTED)) => Self::Declined,
            ("BUSY", _) => Self::Busy,
            ("CANCEL" | "ABORT" | "PROGRESS" | "RINGING", _) => Self::Stopped,
            ("NOANSWER", _) => Self::InTime,
            _ => Self::Unreachable,
        }
    }
}

/// Those of the channels at whose ends people were, the caller first: no half of a Local channel,
/// unless there is nothing else.
pub(super) fn people<'g>(legs: impl Iterator<Item = &'g Gone>) -> Vec<&'g Gone> {
    let mut legs: Vec<&Gone> = legs.filter(|leg| !is_helper(&leg.person.channel)).collect();
    if legs.iter().any(|leg| !leg.is_half) {
        legs.retain(|leg| !leg.is_half);
    } else {
        legs.truncate(1);
    }
    legs.sort_by_key(|leg| {
        let began = leg.linkedid.as_deref() == Some(leg.person.leg.as_str());
        (leg.called, !began, leg.started)
    });
    legs
}

/// A moment as its milliseconds.
pub(super) mod millis {
    use ajam::time::Moment;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Moment, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.millis())
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Moment, D::Error> {
        i64::deserialize(from).map(Moment::from_millis)
    }
}
