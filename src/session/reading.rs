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
use crate::ami::message::{Message, Messages, What};
use crate::ami::{Event, EventKind, event, xml};
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
    Listed(Moment),
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
    /// It is the answer to a request that was sent then.
    Answer(Purpose, Moment),
    /// Another page passes on what it heard.
    Overheard,
    /// It came while a list was on its way, and may be newer.
    Again,
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
        })
    }

    fn is_wait(&self) -> bool {
        matches!(self.why, Why::Answer(Purpose::Wait, _))
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
                Some(Job::Listed(now)) => self.list_is_in_force(now),
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
            ..
        } = reading;
        let begin = *at;
        let mut messages = Messages::from(text, begin, event::is_read);
        let done = loop {
            let Some(told) = messages.next() else {
                break true;
            };
            *at = messages.end();
            match told.what {
                What::Unread(name) => {
                    *events += 1;
                    if !matches!(why, Why::Again) {
                        sink(Notice::Counted(name, told.bytes, false));
                    }
                    if let Why::Answer(Purpose::Wait, sent) = why {
                        self.filters.heard(name, *sent);
                    }
                }
                What::Message(Message::Event(event)) => {
                    if !matches!(why, Why::Again) && self.is_news(why, &event) {
                        let read = event.kind != EventKind::Other;
                        sink(Notice::Counted(&event.name, told.bytes, read));
                    }
                    *events += usize::from(self.told(why, &event, sink));
                }
                What::Message(Message::Answer(found)) => {
                    if answer.is_none() {
                        *answer = Some(told.at);
                        if matches!(why, Why::Answer(Purpose::Parked, _)) && found.success {
                            sink(Notice::ParkedBegun);
                        }
                    }
                }
                What::Message(Message::Stray(_)) => {}
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
            Why::Overheard | Why::Again | Why::Answer(Purpose::Wait | Purpose::Drain, _) => true,
            Why::Answer(..) => {
                self.transport == Transport::Get && event.packet.get("actionid").is_none()
            }
        }
    }

    /// Tells of an event, or of an item of a list. Whether it was an event.
    fn told(&mut self, why: &Why, event: &Event<'_>, sink: Sink<'_>) -> bool {
        let news = self.is_news(why, event);
        if news {
            self.restarting |= event.kind == EventKind::Shutdown;
            sink(Notice::Happened(event));
        }
        if let Why::Answer(purpose, sent) = why
            && purpose.is_list()
        {
            Self::listed(event, *sent, sink);
        }
        news
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
            ..
        } = reading;
        let (purpose, sent) = match why {
            Why::Again => return,
            Why::Overheard => {
                return self.keep_for_list(text, came);
            }
            Why::Answer(purpose, sent) => (purpose, sent),
        };
        let first = answer.and_then(|at| Messages::from(&text, at, event::is_read).next());
        let answer = match first.map(|told| told.what) {
            Some(What::Message(Message::Answer(answer))) => Some(answer),
            _ => None,
        };
        if purpose == Purpose::Wait {
            self.waited(answer.as_ref(), events, whole, sent, came, sink);
            drop(answer);
            return self.heard(text, !in_parts, came);
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
        match &answer {
            Some(answer) => self.answered(purpose, answer, came, sink),
            None => self.failed(purpose, Trouble::NotAsterisk, came, sink),
        }
        self.look_whether_late(came);
    }
}
