//! Calls to one's own phone, and what whoever answers gets: a number is called, or a call that rings or
//! is parked comes there.
//!
//! `OriginateResponse` says the same of a phone that is busy, declines, or is not there (0; 16 and 22):
//! what came of it is told by `DialEnd` and `Hangup` of the channel, which bears the id that it was
//! given. Of a phone that is not there, there never is a channel.

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::ami::{ChannelState, Event, EventKind, Uniqueid};
use ajam::time::Moment;

use super::pursuit::{Pursuit, REJECTED};
use super::{Course, Reached};
use crate::live::{Channel, Pbx, Ties, is_ringing};

/// For how long one's own phone rings.
pub const RINGS: Duration = Duration::from_secs(30);
/// For how long it rings to be tried.
pub const TRIED: Duration = Duration::from_secs(6);
/// How long nothing may show what was taken.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long whoever was to be taken may be nowhere: when one's own phone is answered, the parking or the
/// ringing may end some events before the answer is told (seen on 22), and when a caller gives up, before
/// their channel ends. To end the call to one's own phone then would hang up both.
const ON_THE_WAY: Duration = Duration::from_millis(1500);
/// How long it may take from the answer of one's own phone until both are joined.
const JOINED: Duration = Duration::from_secs(5);
/// How long a call is followed at the most.
const LONGEST: Duration = Duration::from_secs(600);

/// What one's own phone is called for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To be heard.
    Ring,
    /// To call this number.
    Call(Exten, Context),
    /// To take this channel, which is parked.
    Retrieve(Uniqueid),
    /// To take the call that rings there.
    PickUp {
        /// The channel that rings.
        ringing: Uniqueid,
        /// Who calls.
        caller: Uniqueid,
    },
}

/// What one's own phone does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// It rings.
    Rings,
    /// It was answered, and waits for the other side.
    Answered,
    /// It is busy.
    Busy,
    /// It has declined.
    Declined,
    /// It was not answered.
    NoAnswer,
    /// It is not there.
    Unreachable,
    /// Somebody has ended the call to it.
    Stopped,
}

/// A call to one's own phone, followed until it is where it should be, or is no more.
#[derive(Clone, Debug)]
pub struct Errand {
    leg: Uniqueid,
    wish: Wish,
    reached: Reached,
    asked: Moment,
    taken: Option<Moment>,
    /// The channel was there.
    seen: bool,
    answered: Option<Moment>,
    /// It was told that it was answered; the channel may have ended before the model was looked at.
    picked_up: bool,
    /// How the call to one's own phone ended, by `DialEnd`.
    status: Option<String>,
    /// The cause of its `Hangup`.
    cause: Option<String>,
    /// Asterisk says late that it came to nothing, and why.
    failed: Option<String>,
    /// How the number is doing.
    call: Option<Pursuit>,
    /// The model has shown the channel.
    shown: bool,
    /// The dial plan dials, and has dialled somebody.
    dials: bool,
    dialled: bool,
    /// Since when whoever was to be taken waits no more.
    left: Option<Moment>,
    /// There is nothing to do for the phone any more.
    idle: bool,
    told_idle: bool,
    blind: bool,
    attended: Moment,
}

impl Errand {
    /// Follows the channel that will bear this id.
    pub fn of(leg: Uniqueid, wish: Wish, now: Moment) -> Self {
        let call = match &wish {
            Wish::Call(exten, context) => {
                let place = Some((exten.clone(), context.clone()));
                Some(Pursuit::ahead(leg.clone(), place, now))
            }
            _ => None,
        };
        Self {
            leg,
            wish,
            reached: Reached::Sent,
            asked: now,
            taken: None,
            seen: false,
            answered: None,
            picked_up: false,
            status: None,
            cause: None,
            failed: None,
            call,
            shown: false,
            dials: false,
            dialled: false,
            left: None,
            idle: false,
            told_idle: false,
            blind: false,
            attended: now,
        }
    }

    /// What becomes of it while the channel is there.
    fn with(&mut self, leg: &Channel, pbx: &Pbx, now: Moment) -> (Reached, bool) {
        if self.idle {
            return (self.reached.clone(), false);
        }
        let first = !std::mem::replace(&mut self.shown, true);
        if let Some(call) = &mut self.call
            && first
            && leg.state != ChannelState::Up
        {
            call.begins(leg);
        }
        if leg.state != ChannelState::Up && self.answered.is_none() {
            if let Some(reached) = self.missed(leg, pbx, now) {
                self.idle = true;
                return (reached, false);
            }
            return match is_ringing(leg) {
                true => (Reached::Own(Own::Rings), false),
                false => (Reached::Sent, false),
            };
        }
        let answered = *self.answered.get_or_insert(now);
        let other = match &self.wish {
            Wish::Ring => return (Reached::Answered, true),
            Wish::Call(..) => return self.calls(leg, pbx, now),
            Wish::Retrieve(other) | Wish::PickUp { caller: other, .. } => pbx.channel(other),
        };
        let joined = |other: &Channel| {
            leg.bridge.is_some() && leg.bridge == other.bridge && other.parked.is_none()
        };
        match other {
            Some(other) if joined(other) || is_across(leg, other, pbx) => (Reached::Answered, true),
            Some(_) if now < answered + JOINED => (Reached::Own(Own::Answered), false),
            Some(_) => {
                self.idle = true;
                (Reached::TooLate, false)
            }
            None => {
                self.idle = true;
                (Reached::GaveUp, false)
            }
        }
    }

    /// Why there is nothing to come any more, though one's own phone has not been answered yet.
    fn missed(&mut self, leg: &Channel, pbx: &Pbx, now: Moment) -> Option<Reached> {
        let (other, waits) = match &self.wish {
            Wish::Ring | Wish::Call(..) => return None,
            Wish::Retrieve(parked) => {
                let other = pbx.channel(parked);
                (other, other.is_some_and(|other| other.parked.is_some()))
            }
            Wish::PickUp { ringing, caller } => {
                let rings = pbx.channel(ringing).is_some_and(is_ringing);
                (pbx.channel(caller), rings)
            }
        };
        match other {
            None if self.blind => Some(Reached::Unknown),
            None => Some(Reached::GaveUp),
            Some(_) if waits => {
                self.left = None;
                None
            }
            Some(other) => {
                let left = *self.left.get_or_insert(now);
                let is_taken = pbx.peers(other).any(|peer| peer.uniqueid != leg.uniqueid);
                (is_taken || now.since(left) >= ON_THE_WAY).then_some(Reached::TooLate)
            }
        }
    }

    /// One's own phone was answered, and the number is called.
    fn calls(&mut self, leg: &Channel, pbx: &Pbx, now: Moment) -> (Reached, bool) {
        let Some(call) = &mut self.call else {
            return (Reached::Own(Own::Answered), false);
        };
        call.taken(now);
        let over = call.look(pbx, now);
        match call.reached() {
            Reached::Sent => (Reached::Own(Own::Answered), false),
            Reached::Answered => match answers(leg, pbx) {
                Answer::Somebody => (Reached::Answered, true),
                Answer::Application(runs) => (Reached::There(runs), true),
                Answer::Nobody => (Reached::Calling, now >= self.asked + LONGEST),
            },
            reached => (reached.clone(), over),
        }
    }

    /// What its end means.
    fn without(&mut self, pbx: &Pbx, now: Moment) -> Reached {
        if self.idle {
            return self.reached.clone();
        }
        if self.answered.is_none() && !self.picked_up {
            return self.unanswered();
        }
        match &self.wish {
            Wish::Ring => Reached::Answered,
            Wish::Call(..) if self.dials && !self.dialled => Reached::Unreachable,
            Wish::Call(..) => match &mut self.call {
                Some(call) => {
                    call.look(pbx, now);
                    match call.reached() {
                        Reached::Lost if !self.shown => Reached::Unknown,
                        reached => reached.clone(),
                    }
                }
                None => Reached::Unknown,
            },
            Wish::Retrieve(other) | Wish::PickUp { caller: other, .. } => {
                match pbx.channel(other) {
                    _ if self.blind => Reached::Unknown,
                    None => Reached::GaveUp,
                    Some(_) => Reached::TooLate,
                }
            }
        }
    }

    /// Why one's own phone was not answered (Q.931 causes; SIP 486, 603, 480 on 16 and 22).
    fn unanswered(&self) -> Reached {
        let own = match (self.status.as_deref(), self.cause.as_deref()) {
            (Some("BUSY"), _) | (_, Some("17")) => Own::Busy,
            (_, Some(REJECTED)) => Own::Declined,
            (Some("CHANUNAVAIL" | "CONGESTION"), _) | (_, Some("3" | "20" | "27" | "34")) => {
                Own::Unreachable
            }
            // Its time was over: nothing tells that it was dialled.
            (None, _) | (_, Some("18" | "19")) => Own::NoAnswer,
            _ if self.blind => return Reached::Unknown,
            _ => Own::Stopped,
        };
        match own {
            Own::NoAnswer if self.wish == Wish::Ring => Reached::Rang,
            own => Reached::Own(own),
        }
    }
}

impl Course for Errand {
    fn channel(&self) -> &Uniqueid {
        match &self.wish {
            Wish::Ring | Wish::Call(..) => &self.leg,
            Wish::Retrieve(other) | Wish::PickUp { caller: other, .. } => other,
        }
    }

    fn reached(&self) -> &Reached {
        &self.reached
    }

    fn taken(&mut self, now: Moment) {
        self.taken.get_or_insert(now);
    }

    fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    fn lost_sight(&mut self) {
        self.blind = true;
        if let Some(call) = &mut self.call {
            call.lost_sight();
        }
    }

    fn hear(&mut self, event: &Event<'_>) {
        if let Some(call) = &mut self.call {
            call.hear(event);
        }
        let is_own = |id: &str| id == self.leg.as_str();
        match &event.kind {
            EventKind::Newchannel(block) if is_own(&block.uniqueid) => self.seen = true,
            EventKind::Newexten {
                channel,
                application,
                ..
            } if is_own(&channel.uniqueid) => self.dials |= application == "Dial",
            EventKind::DialBegin {
                caller: Some(caller),
                ..
            } if is_own(&caller.uniqueid) => self.dialled = true,
            EventKind::Channel(block) if is_own(&block.uniqueid) => {
                self.picked_up |= block.state == Some(ChannelState::Up);
            }
            EventKind::DialEnd { dest, status, .. } if is_own(&dest.uniqueid) => {
                self.picked_up |= status == "ANSWER";
                self.status = Some(status.to_string());
            }
            EventKind::Hangup { channel, cause, .. } if is_own(&channel.uniqueid) => {
                self.seen = true;
                self.cause = Some(cause.to_string());
            }
            _ => {}
        }
    }

    fn responded(&mut self, event: &Event<'_>) {
        if let EventKind::OriginateResponse { success, reason } = &event.kind
            && !success
        {
            self.failed = Some(reason.to_string());
        }
    }

    fn wake_at(&self) -> Option<Moment> {
        let taken = self.taken?;
        let own = match self.reached {
            Reached::Sent => taken + PATIENCE,
            _ => self.asked + LONGEST,
        };
        let joined = self.answered.map(|at| at + JOINED);
        let left = self.left.map(|at| at + ON_THE_WAY);
        let call = self.call.as_ref().and_then(Pursuit::wake_at);
        let times = [Some(own), joined, left, call].into_iter().flatten();
        times.filter(|at| *at > self.attended).min()
    }

    fn look(&mut self, pbx: &Pbx, now: Moment) -> bool {
        self.attended = self.attended.max(now);
        let (reached, over) = match pbx.channel(&self.leg) {
            Some(leg) => {
                self.seen = true;
                let (reached, over) = self.with(leg, pbx, now);
                (reached, over || now >= self.asked + LONGEST)
            }
            None if self.seen => (self.without(pbx, now), true),
            None if self.failed.is_some() => (Reached::Own(Own::Unreachable), true),
            None => match self.taken {
                Some(taken) if now >= taken + PATIENCE => (Reached::Unknown, true),
                _ => (Reached::Sent, false),
            },
        };
        self.reached = reached;
        over && self.taken.is_some()
    }

    fn spare(&mut self) -> Option<Uniqueid> {
        let now = self.idle && !std::mem::replace(&mut self.told_idle, self.idle);
        now.then(|| self.leg.clone())
    }
}

/// Whether these two are together, with Local channels between them.
fn is_across(leg: &Channel, other: &Channel, pbx: &Pbx) -> bool {
    let ties = Ties { pbx };
    let mut ends = ties.peers(leg).flat_map(|peer| ties.ends(peer, leg));
    other.parked.is_none() && ends.any(|end| end.uniqueid == other.uniqueid)
}

/// Who has answered.
enum Answer {
    Somebody,
    Application(String),
    Nobody,
}

/// Who is with this channel: somebody's own channel that is up, or, behind Local channels, an
/// application.
fn answers(leg: &Channel, pbx: &Pbx) -> Answer {
    let ties = Ties { pbx };
    let ends: Vec<&Channel> = ties
        .peers(leg)
        .flat_map(|peer| ties.ends(peer, leg))
        .collect();
    let is_local = |end: &Channel| {
        end.name
            .as_deref()
            .is_some_and(|it| it.starts_with("Local/"))
    };
    let is_there = |end: &&&Channel| end.state == ChannelState::Up && !is_local(end);
    if ends.iter().any(|end| is_there(&end)) {
        return Answer::Somebody;
    }
    let runs = |end: &&Channel| {
        let half = ties.half(end)?;
        let runs = half.runs();
        (!matches!(runs, "" | "Dial" | "Queue" | "AppDial")).then(|| runs.to_owned())
    };
    match ends.iter().find_map(runs) {
        Some(application) => Answer::Application(application),
        None => Answer::Nobody,
    }
}
