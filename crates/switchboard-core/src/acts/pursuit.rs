//! A wish that Asterisk has taken, followed until the events show what came of it.
//!
//! Asterisk takes a transfer to a number that is not there, and to a phone that is busy, with the
//! same words as any other; what came of it is told by the channel that moves: where it is, whom it
//! rings, whom it is joined with, and whether it is there at all.

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use ajam::ami::{BridgeUniqueid, ChannelState, Event, EventKind, Uniqueid};
use ajam::session::Seen;
use ajam::time::Moment;

use super::errand::Own;
use super::{Course, Person};
use crate::live::{Channel, Pbx};

/// How far a wish has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Asterisk has taken it, and nothing shows it yet.
    Sent,
    /// The number is being called.
    Calling,
    /// The number's phone rings.
    Ringing,
    /// The number has answered.
    Answered,
    /// The number has it: this application runs there.
    There(String),
    /// It waits in this queue.
    Waiting(String),
    /// It is parked at this space.
    Parked(String),
    /// It is not parked, though Asterisk took it: it is still with these.
    NotParked(Vec<Person>),
    /// One's own phone is called first, and this is what it does.
    Own(Own),
    /// One's own phone rang, which was all that was wanted.
    Rang,
    /// Somebody else was there first.
    TooLate,
    /// The number was dialled, and no phone is there.
    Unreachable,
    /// The number is not there: the channel is at this place instead.
    Elsewhere {
        /// The extension that took it.
        exten: String,
        /// Its context.
        context: String,
    },
    /// The number was busy, and nobody has taken it since.
    Busy {
        /// The channel has ended upon it.
        ended: bool,
    },
    /// Nobody answered at the number, or it could not be reached.
    NoAnswer {
        /// The channel has ended upon it.
        ended: bool,
    },
    /// Somebody at the number turned the call down.
    Declined {
        /// The channel has ended upon it.
        ended: bool,
    },
    /// The channel ended while the number was called.
    GaveUp,
    /// The channel ended before anything showed that it got there.
    Lost,
    /// The channel got there, and has ended.
    Ended,
    /// The channel was hung up, and is gone.
    Gone,
    /// The channel was hung up, and is still there.
    StillThere,
    /// Nothing showed it for too long.
    Unknown,
}

impl Reached {
    /// Whether it is what was wanted.
    pub fn is_done(&self) -> bool {
        matches!(
            self,
            Self::Answered
                | Self::There(_)
                | Self::Waiting(_)
                | Self::Parked(_)
                | Self::Gone
                | Self::Rang
        )
    }

    /// Whether it is on its way.
    pub fn is_under_way(&self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Calling | Self::Ringing | Self::Own(Own::Rings | Own::Answered)
        )
    }

    /// Whether nobody took it at the number.
    fn is_turned_away(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. } | Self::NoAnswer { .. } | Self::Declined { .. }
        )
    }

    /// Whether somebody was lost by it.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost)
    }
}

/// After how long without a sign of it the channel is looked at.
const QUIET: Duration = Duration::from_millis(1500);
/// How often it is looked at.
const LOOKS: u8 = 3;
/// How long an application must have had it: one that only passes it on is no end.
const SETTLED: Duration = Duration::from_secs(2);
/// How long nothing may show it.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a number that was busy may still send it elsewhere.
const AFTER_BUSY: Duration = Duration::from_secs(20);
/// How long a hang-up may take.
const HANG_UP: Duration = Duration::from_secs(10);
/// How long a wish is followed at the most.
const LONGEST: Duration = Duration::from_secs(600);

/// A wish that is followed.
#[derive(Clone, Debug)]
pub struct Pursuit {
    channel: Uniqueid,
    /// None for a hang-up.
    target: Option<(Exten, Context)>,
    before: Before,
    reached: Reached,
    /// When it was taken.
    taken: Option<Moment>,
    /// Since when it has come this far.
    since: Moment,
    asked: Moment,
    /// What its last dial came to, since it was asked, and of whom.
    dialled: Option<Dialled>,
    rung: Option<Uniqueid>,
    /// It was seen where it was sent, and that runs there.
    arrived: bool,
    /// It was said to be lost on the way: that it is told at the number shows nothing.
    doomed: bool,
    /// When its place last changed.
    moved: Moment,
    place: (String, String, String),
    looks: u8,
    looking: bool,
    looked: Option<Moment>,
    /// The line broke meanwhile.
    blind: bool,
    /// When the model was last looked at.
    attended: Moment,
}

/// How things stood when it was asked: none of it is a sign that it was done.
#[derive(Clone, Debug, Default)]
struct Before {
    bridge: Option<BridgeUniqueid>,
    dialling: Vec<Uniqueid>,
    queue: Option<String>,
    parked: bool,
    application: (String, String),
    place: (String, String),
}

impl Before {
    fn of(channel: &Channel) -> Self {
        let at = &channel.location;
        Self {
            bridge: channel.bridge.clone(),
            dialling: channel.dialling.to_vec(),
            queue: channel.queue.clone(),
            parked: channel.parked.is_some(),
            application: (channel.application.clone(), channel.data.clone()),
            place: (at.exten.clone(), at.context.clone()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialled {
    Busy,
    NoAnswer,
    Declined,
}

impl Dialled {
    /// By `DialStatus` of `DialEnd` (`main/dial.c`, `ast_hangup_cause_to_dial_status`).
    fn of(status: &str) -> Option<Self> {
        match status {
            "ANSWER" => None,
            "BUSY" => Some(Self::Busy),
            _ => Some(Self::NoAnswer),
        }
    }

    fn reached(self, ended: bool) -> Reached {
        match self {
            Self::Busy => Reached::Busy { ended },
            Self::NoAnswer => Reached::NoAnswer { ended },
            Self::Declined => Reached::Declined { ended },
        }
    }
}

/// `Cause` of a phone whose call was turned down (Q.931, call rejected; SIP 603 on 16 and 22).
pub(super) const REJECTED: &str = "21";

impl Pursuit {
    /// Follows this channel from now on; to a number, or until it is gone.
    pub fn of(channel: &Channel, target: Option<(Exten, Context)>, now: Moment) -> Self {
        let before = Before::of(channel);
        Self {
            before,
            ..Self::ahead(channel.uniqueid.clone(), target, now)
        }
    }

    /// Follows the channel that will bear this id: all of it may be over before it is looked at.
    pub fn ahead(channel: Uniqueid, target: Option<(Exten, Context)>, now: Moment) -> Self {
        Self {
            channel,
            target,
            before: Before::default(),
            reached: Reached::Sent,
            taken: None,
            since: now,
            asked: now,
            dialled: None,
            rung: None,
            arrived: false,
            doomed: false,
            moved: now,
            place: Default::default(),
            looks: 0,
            looking: false,
            looked: None,
            blind: false,
            attended: now,
        }
    }

    /// The channel is there, and has not begun yet: what runs there is no sign of it.
    pub fn begins(&mut self, channel: &Channel) {
        self.before = Before::of(channel);
    }

    /// The same of a channel that will be lost on the way ([`Fate::Lost`](super::Fate::Lost)), for all
    /// that is known. A list names the application that it comes with otherwise than events do.
    #[must_use]
    pub fn doomed(self, doomed: bool) -> Self {
        Self { doomed, ..self }
    }

    /// The channel.
    pub fn channel(&self) -> &Uniqueid {
        &self.channel
    }

    /// How far it has come.
    pub fn reached(&self) -> &Reached {
        &self.reached
    }

    /// Since when it has come this far.
    pub fn since(&self) -> Moment {
        self.since
    }

    /// Asterisk has taken it.
    pub fn taken(&mut self, now: Moment) {
        self.taken.get_or_insert(now);
        self.since = self.since.max(now);
    }

    /// Whether Asterisk has taken it.
    pub fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// The line broke: an end that was not seen means nothing.
    pub fn lost_sight(&mut self) {
        self.blind = true;
        self.looking = false;
    }

    /// Takes in an event: how a dial ended is told by nothing else.
    pub fn hear(&mut self, event: &Event<'_>) {
        // The channel itself ends with the cause of the phone, and may be told of first.
        if let EventKind::Hangup { channel, cause, .. } = &event.kind
            && [self.rung.as_deref(), Some(&*self.channel)].contains(&Some(&*channel.uniqueid))
            && self.dialled == Some(Dialled::NoAnswer)
            && *cause == REJECTED
        {
            self.dialled = Some(Dialled::Declined);
        }
        let EventKind::DialEnd {
            caller: Some(caller),
            dest,
            status,
        } = &event.kind
        else {
            return;
        };
        let old = self.before.dialling.iter().any(|id| **id == *dest.uniqueid);
        if *caller.uniqueid != *self.channel || old {
            return;
        }
        self.arrived = true;
        self.dialled = Dialled::of(status);
        self.rung = Uniqueid::new(&dest.uniqueid);
    }

    /// The channel's place was asked for; what was told.
    pub fn seen(&mut self, seen: Option<&Seen>, now: Moment) {
        self.looking = false;
        self.looked = Some(now);
        let Some((seen, (exten, context))) = seen.zip(self.target.clone()) else {
            return;
        };
        self.place(&seen.exten, &seen.context, "", now);
        let at_target = seen.exten == exten.as_str() && seen.context == context.as_str();
        if at_target && let Some(application) = &seen.application {
            self.arrived |= *application != self.before.application.0;
        }
        if let Some(application) = &seen.application {
            self.place.2.clone_from(application);
        }
    }

    fn place(&mut self, exten: &str, context: &str, application: &str, now: Moment) {
        let new = (exten, context, application);
        let old = (
            self.place.0.as_str(),
            self.place.1.as_str(),
            self.place.2.as_str(),
        );
        if new != old {
            self.place = (exten.to_owned(), context.to_owned(), application.to_owned());
            self.moved = now;
        }
    }

    /// Whether the channel should be looked at; notes that it is.
    pub fn wants_look(&mut self, now: Moment) -> bool {
        let due = self.look_at().is_some_and(|at| at <= now);
        if due {
            self.looks += 1;
            self.looking = true;
        }
        due
    }

    fn look_at(&self) -> Option<Moment> {
        let taken = self.taken?;
        let wanted = self.target.is_some() && self.reached == Reached::Sent && !self.looking;
        let last = self.looked.unwrap_or(taken).max(taken);
        (wanted && self.looks < LOOKS).then(|| last + QUIET)
    }

    /// When to look again at the latest, though nothing happens.
    pub fn wake_at(&self) -> Option<Moment> {
        let taken = self.taken?;
        let patience = match (&self.reached, &self.target) {
            (_, None) => taken + HANG_UP,
            (Reached::Sent, _) => taken + PATIENCE,
            (reached, _) if reached.is_turned_away() => self.since + AFTER_BUSY,
            _ => self.asked + LONGEST,
        };
        let settles = (self.reached == Reached::Sent && self.arrived).then(|| self.moved + SETTLED);
        [Some(patience), settles, self.look_at()]
            .into_iter()
            .flatten()
            .filter(|at| *at > self.attended)
            .min()
    }

    /// Looks at the model. Whether that was the last: nothing is expected of it any more.
    pub fn look(&mut self, pbx: &Pbx, now: Moment) -> bool {
        self.attended = self.attended.max(now);
        let (reached, over) = match (pbx.channel(&self.channel), self.target.clone()) {
            (None, None) => (Reached::Gone, true),
            (Some(_), None) => match self.taken {
                Some(taken) if now >= taken + HANG_UP => (Reached::StillThere, true),
                _ => (Reached::Sent, false),
            },
            (None, Some(_)) => (self.without(), true),
            (Some(channel), Some((exten, context))) => {
                self.with(channel, &exten, &context, pbx, now)
            }
        };
        if reached != self.reached {
            self.reached = reached;
            self.since = now;
        }
        over && self.taken.is_some()
    }

    /// What its end means.
    fn without(&self) -> Reached {
        match &self.reached {
            // That it is busy may come together with the caller's end; that nobody has answered is
            // said of a caller who hangs up, too.
            Reached::Calling | Reached::Ringing
                if matches!(self.dialled, None | Some(Dialled::NoAnswer)) =>
            {
                Reached::GaveUp
            }
            Reached::Busy { .. } if self.dialled.is_none() => Reached::Busy { ended: true },
            Reached::NoAnswer { .. } if self.dialled.is_none() => Reached::NoAnswer { ended: true },
            _ => match self.dialled {
                Some(dialled) => dialled.reached(true),
                None if self.blind => Reached::Unknown,
                None if self.doomed => Reached::Lost,
                None if self.arrived => Reached::Ended,
                None => Reached::Lost,
            },
        }
    }

    fn with(
        &mut self,
        channel: &Channel,
        exten: &Exten,
        context: &Context,
        pbx: &Pbx,
        now: Moment,
    ) -> (Reached, bool) {
        if let Some(parked) = &channel.parked {
            if !self.before.parked {
                return (Reached::Parked(parked.space.clone()), true);
            }
        } else {
            self.before.parked = false;
        }
        let at = &channel.location;
        let at_target = at.exten == exten.as_str() && at.context == context.as_str();
        if channel.bridge.is_some() {
            // Two bridges may also become one before it moves.
            let new = channel.bridge != self.before.bridge && (self.arrived || at_target);
            return match new && channel.parked.is_none() {
                true => (Reached::Answered, true),
                false => self.wait_for_it(now),
            };
        }
        if channel.queue != self.before.queue
            && let Some(queue) = &channel.queue
        {
            return (Reached::Waiting(queue.clone()), true);
        }
        let dialled: Vec<_> = channel
            .dialling
            .iter()
            .filter(|id| !self.before.dialling.contains(id))
            .filter_map(|id| pbx.channel(id))
            .collect();
        if !dialled.is_empty() {
            self.arrived = true;
            self.dialled = None;
            let ringing = dialled
                .iter()
                .any(|dest| dest.state == ChannelState::Ringing);
            let over = now >= self.asked + LONGEST;
            return match ringing || self.reached == Reached::Ringing {
                true => (Reached::Ringing, over),
                false => (Reached::Calling, over),
            };
        }
        let is_told = (at.exten.as_str(), at.context.as_str())
            != (self.before.place.0.as_str(), self.before.place.1.as_str());
        // Between its old place and a step at the new one it is not known what runs: who is hung up
        // there never got anywhere.
        let (application, data) = &self.before.application;
        let runs = !channel.application.is_empty()
            && (&channel.application, &channel.data) != (application, data);
        if is_told || runs {
            let application = if runs { &channel.application } else { "" };
            self.place(&at.exten, &at.context, application, now);
            let first = at.priority.is_empty() || at.priority == "1";
            self.arrived |= runs && (at_target || is_told) || at_target && !first;
        }
        let (place, within, application) = self.place.clone();
        // The dial plan's own names: what takes a number that is not there, or waits no longer.
        if place == "i" && exten.as_str() != "i" {
            let elsewhere = Reached::Elsewhere {
                exten: place,
                context: within,
            };
            return (elsewhere, true);
        }
        if let Some(dialled) = self.dialled {
            let reached = dialled.reached(false);
            let since = if reached == self.reached {
                self.since
            } else {
                now
            };
            return (reached, now >= since + AFTER_BUSY);
        }
        match application.as_str() {
            "Busy" => return (Reached::Busy { ended: false }, true),
            "Congestion" => return (Reached::NoAnswer { ended: false }, true),
            "" | "Dial" | "Hangup" => {}
            _ if self.arrived && now >= self.moved + SETTLED => {
                return (Reached::There(application), true);
            }
            _ => {}
        }
        self.wait_for_it(now)
    }

    fn wait_for_it(&self, now: Moment) -> (Reached, bool) {
        match self.taken {
            Some(taken) if now >= taken + PATIENCE => (Reached::Unknown, true),
            _ => (Reached::Sent, false),
        }
    }
}

impl Course for Pursuit {
    fn channel(&self) -> &Uniqueid {
        self.channel()
    }

    fn reached(&self) -> &Reached {
        self.reached()
    }

    fn taken(&mut self, now: Moment) {
        self.taken(now);
    }

    fn is_taken(&self) -> bool {
        self.is_taken()
    }

    fn lost_sight(&mut self) {
        self.lost_sight();
    }

    fn hear(&mut self, event: &Event<'_>) {
        self.hear(event);
    }

    fn wants_look(&mut self, now: Moment) -> bool {
        self.wants_look(now)
    }

    fn seen(&mut self, seen: Option<&Seen>, now: Moment) {
        self.seen(seen, now);
    }

    fn wake_at(&self) -> Option<Moment> {
        self.wake_at()
    }

    fn look(&mut self, pbx: &Pbx, now: Moment) -> bool {
        self.look(pbx, now)
    }
}
