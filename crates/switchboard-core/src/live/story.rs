//! What is kept of calls beyond the life of their channels: who has left a call that goes on, and who
//! was on one that is over.

use std::collections::HashMap;

use ajam::ami::{Linkedid, Uniqueid};
use ajam::time::Moment;

use super::calls::{Calls, Changes};
use super::channel::Channel;
use super::past::{Did, Past, is_noticed};
use super::pbx::Pbx;
use super::ties::{Person, Ties};

/// So many channels that have left are kept of a call: a queue rings its members for as long as
/// somebody waits. Of more, those in the middle go.
pub const LEFT: usize = 200;

/// How a channel ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Moment,
    /// Which event told of it, counted as in [`Step`](super::past::Step).
    pub event: u64,
    /// `Cause` of its Hangup (Q.931); 0 if none was told.
    pub cause: u16,
    /// `Cause-txt`, in Asterisk's words.
    pub text: String,
}

/// A channel that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Who was at its end.
    pub person: Person,
    /// The call it belonged to, as Asterisk has it.
    pub linkedid: Option<Linkedid>,
    /// Whether somebody called it.
    pub called: bool,
    /// The application of the dial plan that had it at its end, of those that a caller notices; may be
    /// empty.
    pub ran: String,
    /// Whether it was a half of a Local channel.
    pub is_half: bool,
    /// When it was made.
    pub started: Moment,
    /// How it ended; none if it was only missing when everything was listed.
    pub end: Option<End>,
    /// What it did.
    pub past: Past,
}

/// A call that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// Its name.
    pub call: Uniqueid,
    /// Its channels, in the order in which they ended.
    pub legs: Vec<Gone>,
}

/// Those who have left.
#[derive(Debug, Default)]
pub struct Stories {
    /// By the calls that go on without them.
    left: HashMap<Uniqueid, Vec<Gone>>,
}

impl Gone {
    pub(super) fn of(channel: &Channel, ties: Ties<'_>, end: Option<End>) -> Self {
        let caller = channel.called_by.as_ref().or(channel.dialled_by.as_ref());
        let other = caller.and_then(|id| ties.pbx.channel(id));
        let past = ties.pbx.past(&channel.uniqueid).cloned();
        let past = past.unwrap_or_default();
        Self {
            person: ties.person(channel, other),
            linkedid: channel.linkedid.clone(),
            called: past.called || channel.is_called() || channel.dialled_by.is_some(),
            ran: noticed(channel.runs()),
            is_half: ties.half(channel).is_some() || channel.other_half.is_some(),
            started: channel.started,
            end,
            past,
        }
    }
}

impl Stories {
    /// Those who have left this call, in that order.
    pub fn left(&self, call: &str) -> &[Gone] {
        self.left.get(call).map(Vec::as_slice).unwrap_or_default()
    }

    /// Forgets everybody.
    pub fn clear(&mut self) {
        self.left.clear();
    }

    /// Keeps up with the calls, which are brought up to date by this: the calls that are over are
    /// told.
    pub fn follow<'t>(
        &mut self,
        pbx: &Pbx,
        gone: Vec<Gone>,
        calls: &mut Calls,
        touched: impl IntoIterator<Item = &'t Uniqueid>,
    ) -> (Changes, Vec<Over>) {
        let known: Vec<_> = gone
            .into_iter()
            .map(|gone| (calls.of(&gone.person.leg).cloned(), gone))
            .collect();
        let changes = calls.follow(pbx, touched);
        for (from, to) in &changes.merged {
            if let Some(left) = self.left.remove(from) {
                self.left.entry(to.clone()).or_default().extend(left);
            }
        }
        let mut over: Vec<Over> = Vec::new();
        for (call, gone) in known {
            let merged = call.map(|call| match changes.merged.get(&call) {
                Some(to) => to.clone(),
                None => call,
            });
            // It came and went since the calls were last looked at.
            let call = merged.or_else(|| self.supposed(&gone, calls));
            let call = call.unwrap_or_else(|| gone.person.leg.clone());
            let left = self.left.entry(call).or_default();
            if left.len() >= LEFT {
                left.remove(LEFT / 2);
            }
            left.push(gone);
        }
        let ended: Vec<Uniqueid> = self
            .left
            .keys()
            .filter(|call| calls.members(call).is_none())
            .cloned()
            .collect();
        for call in ended {
            let legs = self.left.remove(&call).unwrap_or_default();
            over.push(Over { call, legs });
        }
        // Phones that rang fall apart when whoever called them is gone: they are no calls of their own.
        let (rests, mut over): (Vec<_>, Vec<_>) = over.into_iter().partition(Over::is_rest);
        for rest in rests {
            let linkedid = rest.linkedid();
            let of = over.iter_mut().find(|over| over.linkedid() == linkedid);
            if let Some(of) = of {
                of.legs.extend(rest.legs);
            }
        }
        over.sort_by_key(|over| over.ended());
        (changes, over)
    }

    /// The call of a channel that was never looked at: that of the channel which its call began with.
    fn supposed(&self, gone: &Gone, calls: &Calls) -> Option<Uniqueid> {
        let began = gone.linkedid.as_deref()?;
        if let Some(call) = calls.of(began) {
            return Some(call.clone());
        }
        let known = self.left.iter().find(|(_, left)| {
            left.iter()
                .any(|one| one.person.leg.as_str() == began || one.linkedid == gone.linkedid)
        });
        known.map(|(call, _)| call.clone())
    }
}

impl Over {
    /// Whether nobody on it called, and nobody was joined with anybody.
    fn is_rest(&self) -> bool {
        let joined = |did: &Did| matches!(did, Did::Joined(_) | Did::Entered(_));
        let rest = |leg: &Gone| leg.called && !leg.past.steps.iter().any(|step| joined(&step.did));
        self.legs.iter().all(rest)
    }

    fn linkedid(&self) -> Option<&Linkedid> {
        self.legs.first()?.linkedid.as_ref()
    }

    /// When the last of it ended, as far as that was seen.
    pub fn ended(&self) -> Option<Moment> {
        let ends = self.legs.iter().filter_map(|leg| leg.end.as_ref());
        ends.map(|end| end.at).max()
    }
}

fn noticed(application: &str) -> String {
    let application = Some(application).filter(|application| is_noticed(application));
    application.unwrap_or_default().to_owned()
}
