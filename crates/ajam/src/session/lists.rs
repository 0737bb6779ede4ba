//! Lists: everything anew, and what came meanwhile once more behind it.

use std::collections::VecDeque;

use super::io::Notice;
use super::machine::{Purpose, Session, Sink, Transport};
use super::phase::{Next, Phase, Trouble};
use super::reading::{Job, Reading, Why};
use super::share::Share;
use super::topics::{Topic, Topics};
use super::wait::Pace;
use crate::ami::{Action, Answer, Event, EventKind};
use crate::time::Moment;

/// Bytes of events that are kept while a list is on its way. On a server with so much to tell, a
/// list that does not get through is asked for again later.
pub const KEPT_FOR_LIST: usize = 32_000_000;

/// How often a list is asked for again at once because a piece of it is spoiled.
const AGAIN: u8 = 2;

/// Whether what a list does not tell is still believed when it is put in place of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// No event can have been lost: holds, dials and parking stay.
    Unlisted,
    /// Events may have been lost: only what the list says counts.
    ListedOnly,
}

/// Lists on their way.
#[derive(Debug)]
pub(super) struct Listing {
    pub keep: Keep,
    /// What is listed: all that this page shows, or what it shows since just now.
    pub topics: Topics,
    /// What events have told of since it was asked for.
    pub told: Topics,
    open: usize,
    /// The channels could be listed, by one action or another.
    has_channels: bool,
    /// A piece of it could not be read, or is not to be believed.
    spoiled: bool,
    /// Still to be asked for: requests that are signed go one behind the other, for the server
    /// wants their counts in order.
    todo: VecDeque<(Action, Purpose)>,
    /// Bodies of events that came meanwhile: they may be newer than the list.
    log: Vec<String>,
    logged: usize,
}

impl Session {
    /// Lists everything; where events may have been lost, in all pages of this browser.
    pub(super) fn list(&mut self, keep: Keep, now: Moment, sink: Sink<'_>) {
        if keep == Keep::ListedOnly && self.role.waits() {
            self.share_epoch();
        }
        self.list_alone(keep, now, sink);
    }

    /// Lists everything, in this page alone.
    pub(super) fn list_alone(&mut self, keep: Keep, now: Moment, sink: Sink<'_>) {
        self.classes.trust_own();
        self.doubt.rest();
        if let Phase::Reconnecting { next, .. } = &mut self.phase {
            *next = Next::Listing;
        }
        self.list_some(self.classes.own(), keep, now, sink);
    }

    /// Lists these, in this page alone. Of the calls all that is shown, or none.
    pub(super) fn list_some(&mut self, topics: Topics, keep: Keep, now: Moment, sink: Sink<'_>) {
        self.give_up(Purpose::is_list);
        sink(Notice::ListBegun(topics));
        let mut parts = VecDeque::new();
        let mut names = None;
        if topics.has(Topic::Channels) {
            self.give_up(|p| *p == Purpose::Audit);
            let by_status = self.lists_by_status() && self.audit.prefers_status();
            let channels = match by_status {
                true => Action::Status { channel: None },
                false => Action::CoreShowChannels,
            };
            parts.push_back((channels, Purpose::Channels));
            let asks = self.audit.asks_for_names();
            if asks && by_status && self.abilities.may("CoreShowChannels") {
                names = Some((Action::CoreShowChannels, Purpose::Named));
            }
            self.audit.list_begins();
            if keep == Keep::ListedOnly {
                self.audit.forgive();
            }
        }
        for topic in topics.iter() {
            let subject = topic.subject();
            for list in subject.lists {
                // Asterisk would log a request that is not allowed as an attack.
                let known = self.abilities.are_known() && !subject.of_calls;
                if known && !self.abilities.may(list.action) {
                    self.abilities.topic_listed(topic, false);
                    continue;
                }
                parts.push_back((Action::List(list.action), Purpose::Topic(topic)));
            }
        }
        // Once for each log-in: rights are copied into the session then, and do not change.
        if !self.abilities.are_known() {
            parts.push_back((Action::ListCommands, Purpose::Commands));
            parts.push_back((Action::CoreSettings, Purpose::Settings));
        }
        parts.extend(names);
        let at_once = match self.transport {
            Transport::Digest(_) => parts.len().min(1),
            _ => parts.len(),
        };
        self.listing = Some(Listing {
            keep,
            topics,
            told: self.classes.told(),
            open: parts.len(),
            has_channels: false,
            spoiled: false,
            todo: parts,
            log: Vec::new(),
            logged: 0,
        });
        if at_once == 0 {
            return self.list_is_whole(now, sink);
        }
        for _ in 0..at_once {
            self.list_next(now);
        }
    }

    /// Whether everything that this page shows is on its way.
    pub(super) fn lists_all(&self) -> bool {
        let own = self.classes.own();
        let listing = self.listing.as_ref();
        listing.is_some_and(|listing| listing.topics.cover(own))
    }

    /// A piece of an answer is no good.
    pub(super) fn list_is_spoiled(&mut self) {
        if let Some(listing) = &mut self.listing {
            listing.spoiled = true;
        }
    }

    /// A list of channels was answered.
    pub(super) fn channels_listed(&mut self, answer: &Answer<'_>) {
        self.abilities.lists_channels = answer.success;
        self.abilities.topic_listed(Topic::Channels, answer.success);
        if let Some(listing) = &mut self.listing {
            listing.has_channels |= answer.success;
        }
    }

    /// Keeps a body of events for the list that is on its way, if one is.
    pub(super) fn keep_for_list(&mut self, text: String, now: Moment) {
        let Some(listing) = &mut self.listing else {
            return;
        };
        listing.logged += text.len();
        listing.log.push(text);
        if listing.logged > KEPT_FOR_LIST {
            self.trouble(Trouble::NoAnswer, now);
        }
    }

    /// One more thing to be done before the list is whole.
    pub(super) fn list_more(&mut self, action: Action, purpose: Purpose, now: Moment) {
        let Some(listing) = &mut self.listing else {
            return;
        };
        listing.open += 1;
        listing.todo.push_back((action, purpose));
        if !matches!(self.transport, Transport::Digest(_)) {
            self.list_next(now);
        }
    }

    fn list_next(&mut self, now: Moment) {
        let next = self.listing.as_mut().and_then(|l| l.todo.pop_front());
        if let Some((action, purpose)) = next {
            self.post(action, purpose, now);
        }
    }

    /// Tells of an item of a list that was asked for then.
    pub(super) fn listed(
        &mut self,
        purpose: &Purpose,
        event: &Event<'_>,
        sent: Moment,
        sink: Sink<'_>,
    ) {
        match (purpose, &event.kind) {
            (Purpose::Audit, EventKind::ListedChannel(item)) => sink(Notice::Compared(item)),
            (Purpose::Named, EventKind::ListedChannel(item)) => {
                self.audit.still_named(&item.channel.uniqueid);
            }
            (Purpose::Channels | Purpose::Status, EventKind::ListedChannel(item)) => {
                self.audit.listed();
                sink(Notice::ListedChannel(item, sent));
            }
            (Purpose::Topic(topic), kind) if *kind != EventKind::ListComplete => {
                sink(Notice::Listed(*topic, event));
            }
            _ => {}
        }
    }

    pub(super) fn list_part_done(&mut self, now: Moment, sink: Sink<'_>) {
        let Some(listing) = &mut self.listing else {
            return;
        };
        listing.open -= 1;
        if listing.open > 0 {
            return self.list_next(now);
        }
        self.list_is_whole(now, sink);
    }

    /// Nothing of the list is open any more.
    fn list_is_whole(&mut self, now: Moment, sink: Sink<'_>) {
        let Some(listing) = self.listing.take() else {
            return;
        };
        // A channel that stands in a spoiled piece would lose its row.
        if listing.spoiled && self.spoiled_lists < AGAIN {
            self.spoiled_lists += 1;
            return match listing.topics.cover(self.classes.own()) {
                true => self.list_alone(listing.keep, now, sink),
                false => self.list_some(listing.topics, listing.keep, now, sink),
            };
        }
        if std::mem::take(&mut self.spoiled_lists) > 0 && listing.spoiled {
            self.doubt.raise(now);
        }
        self.classes.listed(listing.topics, listing.told, now);
        let mut done = listing.topics;
        if done.has(Topic::Channels) {
            self.audit_list_done(now);
            if !listing.has_channels {
                // To take over an empty list would take the rows away that events have told of.
                // What was told before a log-in is of no account, though.
                let keep = match self.new_session {
                    true => Keep::ListedOnly,
                    false => Keep::Unlisted,
                };
                sink(Notice::ListRefused(keep));
                done = done.not_in(Topics::CALLS);
            }
            self.new_session = false;
        }
        if !done.is_empty() {
            sink(Notice::ListDone(done, listing.keep));
        }
        self.list_was_adopted = true;
        let (log, topics) = (listing.log.into_iter(), listing.topics);
        let again = log.filter_map(|body| Reading::begin(body, Why::Again(topics), now));
        let jobs = again.map(Job::Read).chain([Job::Listed(topics, now)]);
        let rest = std::mem::take(&mut self.jobs);
        self.jobs = jobs.chain(rest).collect();
    }

    /// A list is in force, and what is newer as well.
    pub(super) fn list_is_in_force(&mut self, topics: Topics, now: Moment) {
        if topics.has(Topic::Channels) {
            self.backoff.reset();
            self.restarting = false;
        }
        let first = !self.phase.may_ask();
        if first {
            self.phase = Phase::Live { since: now };
            self.pace = Pace::default();
        }
        if topics.has(Topic::Channels) {
            self.audit_later(first, now);
        }
        self.wait_if_due(now);
        self.adjust(now);
    }

    /// Tells the other pages that they must list.
    pub(super) fn share_epoch(&mut self) {
        let account = self.account.clone();
        let topics = self.classes.told();
        self.share(|| Share::Epoch { account, topics });
    }
}
