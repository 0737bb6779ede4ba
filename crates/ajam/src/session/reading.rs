//! Reading bodies: as much at a time as the layer above has time for.
//!
//! A late reader gets everything at once: megabytes. What came is taken in strictly one behind the
//! other, so that it does not matter in how many steps; only a person's own actions
//! ([`Session::submit`]) go in between, for they wait for nothing.

use super::acts;
use super::io::{Input, Notice};
use super::machine::{Purpose, Session, Sink, Transport};
use super::phase::Trouble;
use super::share::{Role, Share};
use super::topics::{self, Topics};
use crate::ami::message::{Message, Messages, What};
use crate::ami::{ActionId, Event, EventKind, xml};
use crate::time::Moment;

/// Bytes that other pages have passed on and that are still to be read. Who is further behind lists
/// everything instead: a page that was frozen may find hours of events when it thaws.
pub const UNREAD: usize = 32_000_000;

/// What is still to be done about what came in.
#[derive(Debug)]
pub(super) enum Job {
    /// A body is being read.
    Read(Reading),
    /// A list is whole, and what came meanwhile has been told once more.
    Listed(Topics, Moment),
}

/// A body that is being read.
pub(super) struct Reading {
    text: String,
    at: usize,
    why: Why,
    came: Moment,
    whole: bool,
    events: usize,
    /// It was read in more than one step.
    in_parts: bool,
    /// Where the answer begins: it is looked at when all else has been read.
    answer: Option<usize>,
    /// Up to where nothing is believed.
    forged: usize,
    /// Something was missed, or may have been.
    doubtful: bool,
}

/// Without the text: it may be megabytes.
impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Reading({:?}, {}/{})",
            self.why,
            self.at,
            self.text.len()
        )
    }
}

#[derive(Clone, Debug)]
pub(super) enum Why {
    /// It is the answer to a request that was sent then, under that id.
    Answer(Purpose, Moment, Option<ActionId>),
    /// Another page passes on what it heard.
    Overheard,
    /// It came while a list of these was on its way, and may be newer.
    Again(Topics),
}

impl Reading {
    /// None of what is no `ajax-response`.
    pub fn begin(text: String, why: Why, came: Moment) -> Option<Self> {
        let at = xml::begin(&text)?;
        Some(Self {
            whole: xml::is_whole(&text),
            text,
            at,
            why,
            came,
            events: 0,
            in_parts: false,
            answer: None,
            forged: 0,
            doubtful: false,
        })
    }

    fn is_wait(&self) -> bool {
        matches!(self.why, Why::Answer(Purpose::Wait, ..))
    }
}

/// Bytes of events that another page passes on.
fn passed_on(input: &Input) -> usize {
    match input {
        Input::Shared(Share::Body(text)) => text.len(),
        _ => 0,
    }
}

impl Session {
    /// Takes in what happened at `now`, to be worked off by [`work`](Self::work).
    pub fn feed(&mut self, input: Input, now: Moment) {
        self.unread += passed_on(&input);
        self.inbox.push_back((input, now));
        if self.unread > UNREAD {
            self.unread = 0;
            self.inbox.retain(|(input, _)| passed_on(input) == 0);
            self.inbox.push_back((Input::Behind, now));
        }
    }

    /// Whether there is something to work off.
    pub fn has_work(&self) -> bool {
        !self.jobs.is_empty() || !self.inbox.is_empty()
    }

    /// Works off what came in, and tells `sink` what Asterisk said; stops when about so many bytes
    /// have been read, and behind a [`Notice::ListDone`], which takes its time above. Whether
    /// there is more to do.
    pub fn work(&mut self, bytes: usize, sink: &mut dyn FnMut(Notice<'_, '_>)) -> bool {
        let mut left = bytes;
        self.list_was_adopted = false;
        while left > 0 && !self.list_was_adopted {
            match self.jobs.pop_front() {
                Some(Job::Read(mut reading)) => {
                    let before = reading.at;
                    let done = self.read_on(&mut reading, left, sink);
                    left = left.saturating_sub((reading.at - before).max(1));
                    if done {
                        self.was_read(reading, sink);
                    } else {
                        self.jobs.push_front(Job::Read(reading));
                    }
                }
                Some(Job::Listed(topics, now)) => self.list_is_in_force(topics, now),
                None => match self.inbox.pop_front() {
                    Some((input, now)) => {
                        self.unread -= passed_on(&input);
                        self.take(input, now, sink);
                    }
                    None => return false,
                },
            }
        }
        self.has_work()
    }

    /// Takes in what happened at `now`, and works off all of it.
    pub fn handle(&mut self, input: Input, now: Moment, sink: &mut dyn FnMut(Notice<'_, '_>)) {
        self.feed(input, now);
        while self.work(usize::MAX, sink) {}
    }

    /// Reads on, for about so many bytes; whether that was all.
    fn read_on(&mut self, reading: &mut Reading, bytes: usize, sink: Sink<'_>) -> bool {
        let Reading {
            text,
            at,
            why,
            events,
            answer,
            forged,
            doubtful,
            ..
        } = reading;
        let begin = *at;
        // Only 1.4 tears packets, and only that is spoken to by GET.
        let tears = self.transport == Transport::Get;
        let wanted: fn(&str) -> bool = match why {
            Why::Answer(Purpose::Topic(_), ..) => |_| true,
            _ => topics::read,
        };
        let mut messages = Messages::from(text, begin, wanted);
        if !tears {
            messages = messages.apart();
        }
        let listing = matches!(why, Why::Answer(purpose, ..) if purpose.has_items());
        let done = loop {
            let Some(told) = messages.next() else {
                break true;
            };
            *at = messages.end();
            *doubtful |= !told.whole;
            match told.what {
                What::Unread(name) => {
                    *events += 1;
                    if !matches!(why, Why::Again(_)) {
                        sink(Notice::Counted(name, told.bytes, false));
                    }
                    if let Why::Answer(Purpose::Wait, sent, _) = why {
                        self.filters.heard(name, *sent);
                    }
                }
                What::Message(Message::Event(_)) if told.at < *forged => {}
                What::Message(Message::Event(event)) if !self.believes(why, &event, text, *at) => {
                    *doubtful = true;
                    if !tears && !listing {
                        *forged = forged_up_to(text, *at).unwrap_or(*forged);
                    }
                }
                What::Message(Message::Event(event)) => {
                    if !matches!(why, Why::Again(_)) && self.is_news(why, &event) {
                        let read = event.kind != EventKind::Other || topics::read(&event.name);
                        sink(Notice::Counted(&event.name, told.bytes, read));
                    }
                    *events += usize::from(self.told(why, &event, sink));
                }
                What::Message(Message::Answer(found)) => {
                    if answer.is_none() {
                        *answer = Some(told.at);
                        if let Why::Answer(Purpose::Topic(topic), ..) = why
                            && found.success
                        {
                            sink(Notice::TopicBegun(*topic));
                        }
                    }
                }
                // An envelope that was never filled holds rubbish, and no packet.
                What::Message(Message::Stray(_)) => *doubtful = true,
            }
            if *at - begin >= bytes {
                break false;
            }
        };
        reading.in_parts |= !done;
        // The other pages need not wait for the rest.
        if reading.in_parts && reading.is_wait() && self.role == Role::Lead {
            let part = xml::wrap(&reading.text[begin..reading.at]);
            self.share(|| Share::Body(part));
        }
        done
    }

    /// Whether this event was not asked for: 1.4 hands events out with any answer, and what was
    /// asked for has our ActionID.
    fn is_news(&self, why: &Why, event: &Event<'_>) -> bool {
        if event.kind == EventKind::WaitEventComplete {
            return false;
        }
        match why {
            Why::Overheard | Why::Again(_) | Why::Answer(Purpose::Wait | Purpose::Drain, ..) => {
                true
            }
            Why::Answer(..) => {
                self.transport == Transport::Get && event.packet.get("actionid").is_none()
            }
        }
    }

    /// Tells of an event, or of an item of a list. Whether it was an event.
    fn told(&mut self, why: &Why, event: &Event<'_>, sink: Sink<'_>) -> bool {
        let news = self.is_news(why, event);
        let again = |topics: &Topics| topics.are_told_by(&event.name);
        if news && !matches!(why, Why::Again(topics) if !again(topics)) {
            self.audit.heard(event);
            if let Some(topic) = topics::told_by(&event.name) {
                self.classes.heard(topic);
            }
            self.restarting |= event.kind == EventKind::Shutdown;
            sink(Notice::Happened(event));
        }
        if let Why::Answer(purpose, sent, Some(id)) = why
            && purpose.has_items()
            && event.action_id().as_deref() == Some(id.as_str())
        {
            self.listed(purpose, event, *sent, sink);
        }
        news
    }

    /// Whether this event, or item of a list, may be Asterisk's own. `at` is where it ends.
    ///
    /// Of a list only what bears its id counts, which nobody can guess; and an item behind which
    /// something else stands was cut by what somebody wrote into it.
    fn believes(&mut self, why: &Why, event: &Event<'_>, text: &str, at: usize) -> bool {
        if self.is_news(why, event) {
            let whole = self.abilities.tells_whole_blocks();
            return event.is_genuine(whole) && topics::believe(event);
        }
        let Why::Answer(purpose, _, Some(id)) = why else {
            return true;
        };
        if !purpose.has_items() {
            return true;
        }
        let ours = event.action_id().as_deref() == Some(id.as_str());
        let next = xml::Pieces::from(text, at).next();
        let goes_on =
            self.transport == Transport::Get || next.is_none_or(|next| next.bears(id.as_str()));
        if let EventKind::ListedChannel(item) = &event.kind {
            // From here on it is known that blocks are whole.
            self.abilities.whole_blocks |= ours && item.channel.linkedid.is_some();
        }
        let whole = match purpose {
            Purpose::Topic(topic) => topic.believes_item(event),
            _ => event.is_genuine_item(),
        };
        ours && goes_on && whole
    }

    /// A body has been read to its end: what follows from it?
    fn was_read(&mut self, reading: Reading, sink: Sink<'_>) {
        let Reading {
            text,
            why,
            came,
            whole,
            events,
            in_parts,
            answer,
            doubtful,
            ..
        } = reading;
        let (purpose, sent) = match why {
            Why::Again(_) => return,
            Why::Overheard => {
                self.audit.count(events, came);
                self.keep_for_list(text, came);
                return self.doubt_if(doubtful, came, sink);
            }
            Why::Answer(purpose, sent, _) => (purpose, sent),
        };
        let first = answer.and_then(|at| Messages::from(&text, at, topics::read).next());
        let answer = match first.map(|told| told.what) {
            Some(What::Message(Message::Answer(answer))) => Some(answer),
            _ => None,
        };
        if purpose == Purpose::Wait {
            self.audit.count(events, came);
            // An envelope of which nothing could be read is not an empty one.
            let events = events + usize::from(doubtful);
            self.waited(answer.as_ref(), events, whole, sent, came, sink);
            drop(answer);
            self.heard(text, !in_parts, came);
            return self.doubt_if(doubtful, came, sink);
        }
        if !whole {
            return self.failed(purpose, Trouble::Cut, came, sink);
        }
        if self.transport == Transport::Get && events > 0 {
            self.share(|| Share::Body(text.clone()));
        }
        if let (Some(answer), Purpose::Ask(handle, question)) = (&answer, &purpose) {
            let learned = acts::learned(handle, question, answer, &text);
            sink(Notice::Learned(handle, &learned));
            return self.look_whether_late(came);
        }
        if doubtful && purpose.is_list() {
            self.list_is_spoiled();
        } else if doubtful && purpose == Purpose::Audit {
            self.doubt.raise(came);
            self.audit_later(false, came);
            return self.look_whether_doubtful(came, sink);
        } else if doubtful && (purpose == Purpose::Drain || self.transport == Transport::Get) {
            self.doubt.raise(came);
        }
        match &answer {
            Some(answer) => self.answered(purpose, answer, came, sink),
            None => self.failed(purpose, Trouble::NotAsterisk, came, sink),
        }
        self.look_whether_late(came);
    }

    /// There was a sign that something is missing.
    fn doubt_if(&mut self, doubtful: bool, now: Moment, sink: Sink<'_>) {
        if doubtful {
            self.doubt.raise(now);
            self.look_whether_doubtful(now, sink);
        }
    }
}

/// How many packets a caller may have written behind one that lacks something.
const WRITTEN: usize = 64;

/// Behind an event that lacks something: what lies between it and its own torn-off rest was written
/// into it by somebody else. Up to where that is; none where nothing was torn off.
fn forged_up_to(text: &str, at: usize) -> Option<usize> {
    let mut behind = Messages::from(text, at, |_| true).apart().take(WRITTEN);
    let rest = behind.find(|told| matches!(told.what, What::Message(Message::Stray(_))));
    rest.map(|told| told.at + told.bytes)
}
