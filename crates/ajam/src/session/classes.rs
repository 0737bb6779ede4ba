//! Which classes of events are asked for: those of all that any page of this browser shows.
//!
//! Wider at once, and what is new is listed behind the answer: so nothing is missing between list
//! and events. Narrower after a while, for people look away and back.

use std::time::Duration;

use super::io::Output;
use super::lists::Keep;
use super::machine::{Purpose, Session, Sink};
use super::share::Share;
use super::topics::{Lack, Topic, Topics};
use crate::ami::{Action, Answer};
use crate::time::Moment;

/// How long nobody must have looked at something before its events are asked for no more.
const LOOKED_AWAY: Duration = Duration::from_secs(3);
/// How often a topic beside the calls is listed of which no event has come since: there may have been
/// none, or a filter keeps them back, and nobody says so.
const UNHEARD: Duration = Duration::from_secs(60);
/// How late a page may wake for that.
const AWAKE: Duration = Duration::from_secs(1);

/// What follows when other classes have been asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The page takes up a session: it displaces what may hang, and lists.
    TakeUp,
    /// Nothing, but that those who look list.
    Look,
    /// Another page may have asked for something else meanwhile: everything is listed.
    List,
}

/// What is shown, and what has been asked for because of that.
#[derive(Debug)]
pub(super) struct Classes {
    /// What this page shows.
    own: Topics,
    /// What the other pages of this browser show.
    pub others: Topics,
    /// What the session on the server was asked for; none if that is not known.
    pub asked: Option<Topics>,
    /// Whether it is still the same session, for all that is known.
    doubtful: bool,
    /// When to ask for less.
    narrow_at: Option<Moment>,
    /// What has been listed since its events were asked for, and so is right.
    known: Topics,
    /// Of what events have told since it was listed.
    heard: Topics,
    /// When to list again of what none has.
    relist_at: Option<Moment>,
}

impl Default for Classes {
    fn default() -> Self {
        Self {
            own: Topics::CALLS,
            others: Topics::NONE,
            asked: None,
            doubtful: false,
            narrow_at: None,
            known: Topics::NONE,
            heard: Topics::NONE,
            relist_at: None,
        }
    }
}

impl Classes {
    /// What is to be asked for.
    pub fn wanted(&self) -> Topics {
        self.own.and(self.others)
    }

    pub fn narrow_at(&self) -> Option<Moment> {
        self.narrow_at
    }

    /// What this page shows.
    pub fn own(&self) -> Topics {
        self.own
    }

    /// What events tell of from now on, for all that is known.
    pub fn told(&self) -> Topics {
        self.asked.unwrap_or(Topics::NONE)
    }

    /// The server was, or may have been, asked for just this.
    pub fn are(&mut self, asked: Option<Topics>) {
        self.asked = asked;
        self.doubtful = false;
        self.known = self.known.also_in(self.told());
    }

    /// The session may be another one than the one that was asked.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Nothing is asked for at the moment.
    pub fn rest(&mut self) {
        self.narrow_at = None;
    }

    /// Events may have been lost: what is not listed anew is known no more.
    pub fn trust_own(&mut self) {
        self.known = self.known.also_in(self.own);
    }

    /// Nothing is known any more.
    pub fn forget(&mut self) {
        self.known = Topics::NONE;
    }

    /// A list of these is whole; events told of all `told` while it was on its way.
    pub fn listed(&mut self, topics: Topics, told: Topics, now: Moment) {
        let known = topics.also_in(told).also_in(self.told());
        self.known = self.known.not_in(topics).and(known);
        self.heard = self.heard.not_in(topics);
        self.relist_at = Some(now + UNHEARD);
    }

    /// An event came that tells of this.
    pub fn heard(&mut self, topic: Topic) {
        self.heard = self.heard.with(topic);
    }

    /// What is shown and was listed, and nothing shows that its events come. The calls are compared.
    fn unheard(&self) -> Topics {
        let known = self.own.also_in(self.known);
        known.not_in(Topics::CALLS).not_in(self.heard)
    }
}

/// Whether a topic is no part of the calls, and its events come in their class.
fn is_beside_the_calls(topic: Topic) -> bool {
    let subject = topic.subject();
    !subject.of_calls && subject.classes.contains(&"call")
}

impl Session {
    /// Whether what the model holds of a topic is right. It is not while nobody looked at it, nor
    /// where the account can't have it.
    pub fn knows(&self, topic: Topic) -> bool {
        self.classes.known.has(topic) && self.lack(topic).is_none()
    }

    /// Why a topic can't be had, or not wholly; as far as that has shown.
    pub fn lack(&self, topic: Topic) -> Option<Lack> {
        let missing = self.missing();
        let unheard = match topic {
            Topic::Channels if missing.calls => Some("call"),
            Topic::Locations if missing.newexten => Some("dialplan"),
            // What comes in the same class comes as little.
            _ if missing.calls && is_beside_the_calls(topic) => Some("call"),
            _ => None,
        };
        let unheard = unheard.map(Lack::Events);
        unheard.or_else(|| self.abilities.cannot_list(topic))
    }

    /// What Asterisk was asked to tell of, as far as this page knows.
    pub fn topics(&self) -> Option<Topics> {
        self.classes.asked
    }

    /// This page shows something else.
    pub(super) fn shows(&mut self, topics: Topics, now: Moment, sink: Sink<'_>) {
        // Acts, and the comparing, stand on the channels.
        let topics = topics.with(Topic::Channels);
        if std::mem::replace(&mut self.classes.own, topics) == topics {
            return;
        }
        self.outbox.push_back(Output::Show(topics));
        self.adjust(now);
        self.look(now, sink);
    }

    /// The other pages do.
    pub(super) fn others_show(&mut self, topics: Topics, now: Moment) {
        self.classes.others = topics;
        self.adjust(now);
    }

    /// Asks for more if more is shown, and for less if that has been enough for a while.
    pub(super) fn adjust(&mut self, now: Moment) {
        let wanted = self.classes.wanted();
        let asking = |p: &Purpose| {
            matches!(
                p,
                Purpose::Classes(..) | Purpose::Login(_) | Purpose::Enter(_)
            )
        };
        let busy = self.pending().any(|p| asking(&p.purpose));
        let settled = self.phase.may_ask() || self.listing.is_some();
        if !self.role.waits() || busy || !settled {
            self.classes.narrow_at = None;
            return;
        }
        match self.classes.asked {
            Some(asked) if asked == wanted => self.classes.narrow_at = None,
            // The same events tell of it.
            Some(asked) if !self.classes.doubtful && asked.classes() == wanted.classes() => {
                self.classes.narrow_at = None;
                self.classes_are(wanted);
            }
            Some(asked) if asked.cover(wanted) => match self.classes.narrow_at {
                Some(at) if at > now => {}
                // A page that was frozen meanwhile may not lead any more, and does not know it yet.
                Some(at) if now.since(at) < AWAKE => self.ask_for(wanted, Then::Look, now),
                _ => self.classes.narrow_at = Some(now + LOOKED_AWAY),
            },
            _ => self.ask_for(wanted, Then::Look, now),
        }
    }

    fn ask_for(&mut self, topics: Topics, then: Then, now: Moment) {
        self.classes.narrow_at = None;
        // From here on it may be in force; from the answer on, it is.
        if let Some(asked) = self.classes.asked
            && !topics.cover(asked)
        {
            self.classes_are(asked.also_in(topics));
        }
        let mask = topics.classes();
        self.post(Action::Events { mask }, Purpose::Classes(topics, then), now);
    }

    /// Takes up a session of which events may have gone elsewhere: first what is asked for, then
    /// what may hang is displaced, and then everything is listed.
    pub(super) fn take_up(&mut self, now: Moment) {
        let wanted = self.classes.wanted();
        match self.classes.asked {
            Some(asked) if asked.cover(wanted) && !self.classes.doubtful => self.drain(now),
            _ => self.ask_for(wanted, Then::TakeUp, now),
        }
    }

    /// Another page waited for events for a moment, and may have asked for others than these.
    pub(super) fn ask_again(&mut self, now: Moment) {
        self.ask_for(self.classes.wanted(), Then::List, now);
    }

    fn drain(&mut self, now: Moment) {
        self.post(Action::WaitEvent { timeout: 0 }, Purpose::Drain, now);
    }

    /// Asterisk takes every mask of ours; what it says of it is of no account.
    pub(super) fn asked_for(
        &mut self,
        (topics, then): (Topics, Then),
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        if answer.is_denied() {
            return self.ended(now, sink);
        }
        self.classes_are(topics);
        match then {
            Then::TakeUp => self.drain(now),
            Then::Look => self.look(now, sink),
            Then::List => self.list(Keep::ListedOnly, now, sink),
        }
        self.adjust(now);
    }

    fn classes_are(&mut self, topics: Topics) {
        self.classes.are(Some(topics));
        if let Some(listing) = &mut self.listing {
            listing.told = listing.told.also_in(topics);
        }
        if self.role.waits() {
            self.share(|| Share::Classes(topics));
        }
    }

    /// The page that waits for events says what it has asked for.
    pub(super) fn told_classes(&mut self, topics: Topics, now: Moment, sink: Sink<'_>) {
        if self.role.waits() {
            return;
        }
        self.classes_are(topics);
        self.show_again();
        self.look(now, sink);
    }

    /// Tells once more what this page shows, if that was not heard.
    pub(super) fn show_again(&mut self) {
        let own = self.classes.own;
        if self.classes.asked.is_some_and(|asked| !asked.cover(own)) {
            self.outbox.push_back(Output::Show(own));
        }
    }

    /// When to list again of what no event has told.
    pub(super) fn relist_due(&self) -> Option<Moment> {
        let may = self.phase.may_ask() && self.listing.is_none();
        let at = self.classes.relist_at.filter(|_| may)?;
        (!self.classes.unheard().is_empty()).then_some(at)
    }

    pub(super) fn relist_if_due(&mut self, now: Moment, sink: Sink<'_>) {
        if self.relist_due().is_some_and(|at| at <= now) {
            self.list_some(self.classes.unheard(), Keep::Unlisted, now, sink);
        }
    }

    /// Lists what is shown and not known yet, if events tell of it.
    fn look(&mut self, now: Moment, sink: Sink<'_>) {
        let classes = &self.classes;
        let new = classes.own.not_in(classes.known).also_in(classes.told());
        if new.is_empty() {
            return;
        }
        match &self.listing {
            Some(listing) if listing.topics.also_in(listing.told).cover(new) => {}
            Some(listing) => self.list(listing.keep, now, sink),
            None if self.phase.may_ask() => {
                let calls = match new.also_in(Topics::CALLS).is_empty() {
                    true => Topics::NONE,
                    false => classes.own.also_in(Topics::CALLS),
                };
                self.list_some(new.and(calls), Keep::Unlisted, now, sink);
            }
            None => {}
        }
    }
}
