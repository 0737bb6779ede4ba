//! Which classes of events are asked for: those of all that any page of this browser shows.
//!
//! Wider at once, and everything is listed behind the answer: so nothing is missing between list
//! and events. Narrower after a while, for people look away and back.

use std::time::Duration;

use super::io::Output;
use super::lists::Keep;
use super::machine::{Purpose, Session, Sink};
use super::share::Share;
use super::views::Views;
use crate::ami::{Action, Answer};
use crate::time::Moment;

/// How long nobody must have looked at something before its events are asked for no more.
const LOOKED_AWAY: Duration = Duration::from_secs(3);
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
    own: Views,
    /// What the other pages of this browser show.
    pub others: Views,
    /// What the session on the server was asked for; none if that is not known.
    pub asked: Option<Views>,
    /// Whether it is still the same session, for all that is known.
    doubtful: bool,
    /// When to ask for less.
    narrow_at: Option<Moment>,
    /// Everything has been listed since Newexten was asked for: locations are right.
    located: bool,
}

impl Default for Classes {
    fn default() -> Self {
        Self {
            own: Views::ALL,
            others: Views::NONE,
            asked: None,
            doubtful: false,
            narrow_at: None,
            located: false,
        }
    }
}

impl Classes {
    /// What is to be asked for.
    pub fn wanted(&self) -> Views {
        self.own.and(self.others)
    }

    pub fn narrow_at(&self) -> Option<Moment> {
        self.narrow_at
    }

    /// Whether events tell of locations from now on, for all that is known.
    pub fn tell_locations(&self) -> bool {
        self.asked.is_some_and(|views| views.location)
    }

    /// The server was, or may have been, asked for just this.
    pub fn are(&mut self, asked: Option<Views>) {
        self.asked = asked;
        self.doubtful = false;
        self.located &= self.tell_locations();
    }

    /// The session may be another one than the one that was asked.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Nothing is asked for at the moment.
    pub fn rest(&mut self) {
        self.narrow_at = None;
    }

    /// A list is whole; `whole` says whether events told of locations all the while.
    pub fn listed(&mut self, whole: bool) {
        self.located = whole && self.tell_locations();
    }
}

impl Session {
    /// Whether the model's locations are right. They are not while nobody looked at them, nor where
    /// the account does not hear of them.
    pub fn knows_locations(&self) -> bool {
        self.classes.located && !self.missing().newexten
    }

    /// What Asterisk was asked to tell of, as far as this page knows.
    pub fn views(&self) -> Option<Views> {
        self.classes.asked
    }

    /// This page shows something else.
    pub(super) fn shows(&mut self, views: Views, now: Moment, sink: Sink<'_>) {
        if std::mem::replace(&mut self.classes.own, views) == views {
            return;
        }
        self.outbox.push_back(Output::Show(views));
        self.adjust(now);
        self.locate(now, sink);
    }

    /// The other pages do.
    pub(super) fn others_show(&mut self, views: Views, now: Moment) {
        self.classes.others = views;
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
            Some(asked) if asked.cover(wanted) => match self.classes.narrow_at {
                Some(at) if at > now => {}
                // A page that was frozen meanwhile may not lead any more, and does not know it yet.
                Some(at) if now.since(at) < AWAKE => self.ask_for(wanted, Then::Look, now),
                _ => self.classes.narrow_at = Some(now + LOOKED_AWAY),
            },
            _ => self.ask_for(wanted, Then::Look, now),
        }
    }

    fn ask_for(&mut self, views: Views, then: Then, now: Moment) {
        self.classes.narrow_at = None;
        // From here on it may be in force; from the answer on, it is.
        if self.classes.asked.is_some_and(|asked| !views.cover(asked)) {
            self.classes_are(views);
        }
        let action = Action::Events {
            mask: views.classes(),
        };
        self.post(action, Purpose::Classes(views, then), now);
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
        (views, then): (Views, Then),
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        if answer.is_denied() {
            return self.ended(now, sink);
        }
        self.classes_are(views);
        match then {
            Then::TakeUp => self.drain(now),
            Then::Look => self.locate(now, sink),
            Then::List => self.list(Keep::ListedOnly, now, sink),
        }
        self.adjust(now);
    }

    fn classes_are(&mut self, views: Views) {
        self.classes.are(Some(views));
        if !views.location
            && let Some(listing) = &mut self.listing
        {
            listing.tells_locations = false;
        }
        if self.role.waits() {
            self.share(|| Share::Classes(views));
        }
    }

    /// The page that waits for events says what it has asked for.
    pub(super) fn told_classes(&mut self, views: Views, now: Moment, sink: Sink<'_>) {
        if self.role.waits() {
            return;
        }
        self.classes_are(views);
        self.show_again();
        self.locate(now, sink);
    }

    /// Tells once more what this page shows, if that was not heard.
    pub(super) fn show_again(&mut self) {
        let own = self.classes.own;
        if self.classes.asked.is_some_and(|asked| !asked.cover(own)) {
            self.outbox.push_back(Output::Show(own));
        }
    }

    /// Lists if that is what it takes to show locations that are right.
    fn locate(&mut self, now: Moment, sink: Sink<'_>) {
        let classes = &self.classes;
        if !classes.own.location || classes.located || !classes.tell_locations() {
            return;
        }
        let keep = match &self.listing {
            Some(listing) if listing.tells_locations => return,
            Some(listing) => listing.keep,
            None if self.phase.may_ask() => Keep::Unlisted,
            None => return,
        };
        self.list(keep, now, sink);
    }
}
