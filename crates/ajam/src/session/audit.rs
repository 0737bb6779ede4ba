//! Do the events come that should? Now and then the channels are listed once more and compared with
//! what is shown.
//!
//! Accounts without a right and filters of an administrator keep events back without a word, and
//! servers lose some: a channel whose name a `ChanSpy` listens for by a prefix ends without
//! `Hangup`, and `CoreShowChannels` goes on naming it (22, 16). `Status` knows better. So each page
//! asks for `Status` now and then, the rarer the more channels there are, and never while many
//! events come. Differences that stand behind a pause lead to a list of everything. They also tell
//! what does not come; then lists take its place, at short intervals.

use std::time::Duration;

use super::io::Notice;
use super::lists::Keep;
use super::machine::{Purpose, Session, Sink};
use super::share::Role;
use super::topics::Topic;
use crate::ami::{Action, Answer, Event, Uniqueid};
use crate::time::Moment;

/// How soon behind a list the first comparison follows.
const FIRST: Duration = Duration::from_secs(5);
/// How often it is compared while nothing has shown that events come.
const UNPROVEN: Duration = Duration::from_secs(10);
/// How often once `Newchannel` and `Hangup` were heard.
const PROVEN: Duration = Duration::from_secs(30);
/// How much rarer for each channel that is listed.
const FOR_EACH: Duration = Duration::from_millis(60);
/// The rarest.
const RAREST: Duration = Duration::from_secs(600);
/// How often everything is listed where events do not come; rarer where there are many channels.
const LISTS: Duration = Duration::from_secs(10);
/// What may be on its way is here after so long: the longest pause of [`wait`](super::wait), and
/// the time that a busy page takes.
const SETTLED: Duration = Duration::from_secs(3);
/// Whoever is accused of keeping events back is so only after this long: a `WaitEvent` that a broken
/// connection took along is found out about by then, and no account is to blame for that.
const CONFIRMED: Duration = Duration::from_secs(12);
/// What is unlikely is looked into no sooner behind the comparison before.
const HASTE: Duration = Duration::from_secs(10);
/// So many events a second are a storm.
const STORM: f64 = 60.0;
/// How soon it is looked again whether a storm is over, and how long one may put a comparison off.
const STORM_LOOK: Duration = Duration::from_secs(5);
const STORM_MOST: Duration = Duration::from_secs(300);
/// Up to so many channels `Status`, which costs three times as much, stands in for
/// `CoreShowChannels` in every list.
const SMALL: usize = 1000;

/// What does not come though it was asked for, as far as comparing has shown. Each is `false` again
/// as soon as such an event comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// No event of class `call` at all: the account lacks that right in `read`, or a filter keeps
    /// all back.
    pub calls: bool,
    /// No `Newchannel`.
    pub newchannel: bool,
    /// No `Hangup`.
    pub hangup: bool,
    /// No `Newexten`: the account lacks the right `dialplan` in `read`, or a filter keeps it back.
    pub newexten: bool,
}

impl Missing {
    fn is_any(self) -> bool {
        self.is_any_row() || self.newexten
    }

    /// Whether rows would be wrong without lists.
    fn is_any_row(self) -> bool {
        self.calls || self.newchannel || self.hangup
    }
}

/// How many differences stand between a list and what the caller holds: what it answers to
/// [`Notice::CompareDone`] and [`Notice::CompareAgain`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Channels that began without a word.
    pub born: usize,
    /// Channels that ended without a word; not more than a few of them.
    pub gone: Vec<Uniqueid>,
    /// Channels that changed without a word.
    pub changed: usize,
    /// Channels that went to another place in the dial plan without a word.
    pub moved: usize,
    /// Rows that something other than `Newchannel` has made since the last list.
    pub unannounced: usize,
}

impl Found {
    /// Whether a row is wrong, its place in the dial plan apart.
    pub fn is_any_row(&self) -> bool {
        self.born > 0 || self.changed > 0 || !self.gone.is_empty()
    }
}

/// Which events have come since the log-in.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    call: bool,
    newchannel: bool,
    hangup: bool,
    newexten: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Rests,
    /// The list is on its way.
    Asked,
    /// What differs is looked at once more then.
    Settles(Moment),
}

#[derive(Debug, Default)]
pub(super) struct Audit {
    stage: Stage,
    due: Option<Moment>,
    /// When it was last asked for.
    asked: Option<Moment>,
    /// The next one is to follow soon.
    hurried: bool,
    /// Since when a storm puts it off.
    put_off: Option<Moment>,
    heard: Heard,
    missing: Missing,
    /// What seems to be missing, and since when, until that is [`CONFIRMED`].
    suspected: Missing,
    since: Option<Moment>,
    /// How many channels the last list told of.
    channels: usize,
    /// This account may not list channels.
    refused: bool,
    /// A channel stood in `CoreShowChannels` that `Status` does not know.
    ghosts: bool,
    /// Channels that ended without a word. Those that `CoreShowChannels` still names are a fault of
    /// the server's, and tell nothing of filters.
    ended: Vec<Uniqueid>,
    /// Channels moved once without a word.
    strayed: bool,
    /// Events a second, lately.
    rate: f64,
    counted: Option<Moment>,
}

impl Audit {
    /// An event came that is believed.
    pub fn heard(&mut self, event: &Event<'_>) {
        let heard = &mut self.heard;
        match &*event.name {
            "Newchannel" => heard.newchannel = true,
            "Hangup" => heard.hangup = true,
            "Newexten" => heard.newexten = true,
            _ => {}
        }
        if !heard.call {
            let class = event.packet.get("privilege");
            heard.call = class.is_some_and(|class| class.starts_with("call"));
        }
        for missing in [&mut self.missing, &mut self.suspected] {
            missing.calls &= !heard.call;
            missing.newchannel &= !heard.newchannel;
            missing.hangup &= !heard.hangup;
            missing.newexten &= !heard.newexten;
        }
    }

    /// Events may have been lost on the way: what did not come shows nothing.
    pub fn forgive(&mut self) {
        self.suspected = Missing::default();
        self.since = None;
    }

    fn suspect(&mut self, what: Missing, now: Moment) {
        let all = Missing {
            calls: what.calls || self.suspected.calls,
            newchannel: what.newchannel || self.suspected.newchannel,
            hangup: what.hangup || self.suspected.hangup,
            newexten: what.newexten || self.suspected.newexten,
        };
        if all.is_any() {
            self.since.get_or_insert(now);
        }
        self.suspected = all;
    }

    /// When a suspicion becomes certain.
    fn confirms_at(&self) -> Option<Moment> {
        let at = self.since.filter(|_| self.suspected.is_any());
        at.map(|at| at + CONFIRMED)
    }

    fn confirm(&mut self, now: Moment) {
        if self.confirms_at().is_none_or(|at| at > now) {
            return;
        }
        let (missing, suspected) = (&mut self.missing, self.suspected);
        missing.calls |= suspected.calls;
        missing.newchannel |= suspected.newchannel;
        missing.hangup |= suspected.hangup;
        missing.newexten |= suspected.newexten;
        self.forgive();
    }

    /// So many events came with one body.
    pub fn count(&mut self, events: usize, now: Moment) {
        self.rate = self.rate(now) + events as f64;
        self.counted = Some(now);
    }

    fn rate(&self, now: Moment) -> f64 {
        let passed = self.counted.map_or(0, |at| now.since(at).as_millis()) as f64;
        self.rate * 1000.0 / (1000.0 + passed)
    }

    /// A channel was listed.
    pub fn listed(&mut self) {
        self.channels += 1;
    }

    /// A list begins.
    pub fn list_begins(&mut self) {
        self.rest();
        self.channels = 0;
    }

    /// `CoreShowChannels` still names it.
    pub fn still_named(&mut self, id: &str) {
        self.ended.retain(|ended| ended.as_str() != id);
    }

    /// Nothing is compared at the moment.
    pub fn rest(&mut self) {
        self.stage = Stage::Rests;
        self.due = None;
        self.put_off = None;
    }

    /// Whether lists are to be made of `Status`, which names no channel that has ended.
    pub fn prefers_status(&self) -> bool {
        self.ghosts || self.channels <= SMALL
    }

    /// Whether it is to be found out which of the channels that ended without a word are named on.
    pub fn asks_for_names(&self) -> bool {
        !self.ended.is_empty()
    }

    /// The shortest time between two comparisons.
    fn haste(&self) -> Duration {
        let channels = u32::try_from(self.channels).unwrap_or(u32::MAX);
        HASTE.max(FOR_EACH.saturating_mul(channels)).min(RAREST)
    }

    fn interval(&self, role: Role) -> Duration {
        let channels = u32::try_from(self.channels).unwrap_or(u32::MAX);
        if self.missing.is_any_row() {
            return LISTS.max(Duration::from_millis(10) * channels.min(60_000));
        }
        let strayed = self.strayed && !self.heard.newexten && !self.missing.newexten;
        let base = match self.heard.newchannel && self.heard.hangup && !strayed {
            true => PROVEN,
            false => UNPROVEN,
        };
        let base = (base + FOR_EACH.saturating_mul(channels)).min(RAREST);
        // What is wrong in one page of a browser mostly is in all.
        if role == Role::Follow {
            base * 3 / 2
        } else {
            base
        }
    }

    /// Differences stand. Whether everything is to be listed.
    fn judge(&mut self, found: &Found, locations: bool, now: Moment) -> bool {
        let heard = self.heard;
        let changed = found.born > 0 || found.changed > 0;
        let unannounced = found.born > 0 || found.unannounced > 1;
        let strays = locations && found.moved > 0 && heard.call && !heard.newexten;
        let suspected = Missing {
            calls: changed && !heard.call,
            newchannel: heard.call && !heard.newchannel && unannounced,
            hangup: false,
            // One that was lost shows no fault.
            newexten: strays && std::mem::replace(&mut self.strayed, true),
        };
        self.suspect(suspected, now);
        if !found.gone.is_empty() {
            self.ghosts = true;
            self.ended = match heard.hangup {
                true => Vec::new(),
                false => found.gone.clone(),
            };
        }
        let astray =
            locations && found.moved > 0 && !self.missing.newexten && !self.suspected.newexten;
        found.is_any_row() || astray
    }
}

impl Session {
    /// What does not come though it was asked for.
    pub fn missing(&self) -> Missing {
        self.audit.missing
    }

    /// How often everything is listed because events do not come; none where they do.
    pub fn lists_every(&self) -> Option<Duration> {
        let missing = self.audit.missing.is_any_row();
        missing.then(|| self.audit.interval(self.role))
    }

    /// When to compare, to look once more, or to be certain of something.
    pub(super) fn audit_due(&self) -> Option<Moment> {
        let certain = self.audit.confirms_at().filter(|_| self.phase.may_ask());
        self.compare_due().into_iter().chain(certain).min()
    }

    fn compare_due(&self) -> Option<Moment> {
        let may = self.phase.may_ask() && self.listing.is_none();
        let at = match self.audit.stage {
            Stage::Rests => self.audit.due,
            Stage::Asked => None,
            Stage::Settles(at) => Some(at),
        };
        at.filter(|_| may)
    }

    /// Compares soon. Of what ordinary calls look like now and then, too, nothing follows but that.
    pub(super) fn compare_soon(&mut self, now: Moment) {
        if self.audit.missing.is_any_row() {
            return;
        }
        let Some(due) = self.audit.due.filter(|_| self.audit.stage == Stage::Rests) else {
            self.audit.hurried = self.audit.stage != Stage::Rests;
            return;
        };
        let soonest = self.audit.asked.map(|at| at + self.audit.haste());
        self.audit.due = Some(due.min(soonest.unwrap_or(now).max(now)));
    }

    /// Everything has been listed: the next comparison.
    pub(super) fn audit_later(&mut self, first: bool, now: Moment) {
        let hurried = std::mem::take(&mut self.audit.hurried);
        let wait = match first {
            true => FIRST,
            false if hurried => self.audit.haste(),
            false => self.audit.interval(self.role),
        };
        self.audit.rest();
        self.audit.due = (!self.audit.refused).then(|| now + wait);
    }

    pub(super) fn audit_if_due(&mut self, now: Moment, sink: Sink<'_>) {
        if self.phase.may_ask() {
            self.audit.confirm(now);
        }
        if self.compare_due().is_none_or(|at| at > now) {
            return;
        }
        if let Stage::Settles(_) = self.audit.stage {
            let mut found = Found::default();
            sink(Notice::CompareAgain(&mut found));
            return self.stands(&found, now, sink);
        }
        if self.audit.rate(now) > STORM {
            let since = *self.audit.put_off.get_or_insert(now);
            if now.since(since) < STORM_MOST {
                self.audit.due = Some(now + STORM_LOOK);
                return;
            }
        }
        self.audit.put_off = None;
        if self.audit.missing.is_any_row() {
            return self.list_alone(Keep::Unlisted, now, sink);
        }
        self.audit.stage = Stage::Asked;
        self.audit.due = None;
        self.audit.asked = Some(now);
        sink(Notice::CompareBegun);
        let action = self.channels_for_comparing();
        self.post(action, Purpose::Audit, now);
    }

    fn channels_for_comparing(&self) -> Action {
        match self.lists_by_status() || !self.abilities.may("CoreShowChannels") {
            true => Action::Status { channel: None },
            false => Action::CoreShowChannels,
        }
    }

    /// Whether `Status` tells all that `CoreShowChannels` does (12 and later).
    pub(super) fn lists_by_status(&self) -> bool {
        self.abilities.status_tells_all() && self.abilities.may("Status")
    }

    /// The list to compare with has come.
    pub(super) fn audited(&mut self, answer: &Answer<'_>, now: Moment, sink: Sink<'_>) {
        if self.audit.stage != Stage::Asked {
            return;
        }
        if !answer.success {
            self.audit.refused = true;
            return self.audit.rest();
        }
        let mut found = Found::default();
        sink(Notice::CompareDone(&mut found));
        let unannounced = found.unannounced > 1 && !self.audit.heard.newchannel;
        let moved = found.moved > 0 && self.classes.told().has(Topic::Locations);
        if found.is_any_row() || moved || unannounced {
            self.audit.stage = Stage::Settles(now + SETTLED);
        } else {
            self.audit_later(false, now);
        }
    }

    fn stands(&mut self, found: &Found, now: Moment, sink: Sink<'_>) {
        let locations = self.classes.told().has(Topic::Locations);
        if self.audit.judge(found, locations, now) {
            self.list_alone(Keep::Unlisted, now, sink);
        } else {
            self.audit_later(false, now);
        }
    }

    /// A list is whole: of the channels that ended without a word none is named any more that does
    /// not live.
    pub(super) fn audit_list_done(&mut self, now: Moment) {
        if std::mem::take(&mut self.audit.ended).is_empty() || self.audit.heard.hangup {
            return;
        }
        let heard = self.audit.heard.call;
        let suspected = Missing {
            hangup: heard,
            calls: !heard,
            ..Missing::default()
        };
        self.audit.suspect(suspected, now);
    }
}
