//! What a person asks of Asterisk, and what comes of it.

use std::time::Duration;

use super::io::{Handle, Learned, Lot, Notice, Outcome, Question, Seen, patience};
use super::machine::{Purpose, Session, Sink};
use crate::ami::event::ListedChannel;
use crate::ami::message::{Message, Messages, What};
use crate::ami::{Action, Answer, Event, EventKind, Uniqueid, digest, text, xml};
use crate::time::Moment;

impl Session {
    /// Sends an action that somebody asked for; its outcome is told under this handle, once.
    ///
    /// While the server is late, whoever calls this has looked at the channel first
    /// ([`inquire`](Self::inquire)).
    pub fn submit(
        &mut self,
        action: Action,
        now: Moment,
        sink: &mut dyn FnMut(Notice<'_, '_>),
    ) -> Handle {
        let handle = Handle(self.next_action_id());
        if self.phase.may_ask() {
            self.act(handle.clone(), &action, now, sink);
        } else {
            sink(Notice::Outcome(&handle, &Outcome::NotConnected));
        }
        handle
    }

    /// A Uniqueid for the channel of a call that Asterisk is to make: no other channel's, and nobody
    /// can guess it. Others see it, so it does not tell what the ids of actions are made of.
    pub fn next_channel(&mut self) -> Uniqueid {
        let id = digest::hex(&["ChannelId", &self.next_action_id()]);
        Uniqueid::new(&format!("sb-{id}")).unwrap_or_else(|| unreachable!("not empty"))
    }

    /// Asks what has to be known before an action; what is learned is told under this handle, once.
    pub fn inquire(
        &mut self,
        question: Question,
        now: Moment,
        sink: &mut dyn FnMut(Notice<'_, '_>),
    ) -> Handle {
        let handle = Handle(self.next_action_id());
        let action = match &question {
            Question::Channel(name) => Action::Status {
                channel: Some(name.clone()),
            },
            Question::Extension(exten, context) => Action::ExtensionExists {
                exten: exten.clone(),
                context: context.clone(),
            },
            Question::Lots => Action::List("Parkinglots"),
        };
        let body = action.form(&handle.0);
        match body.encode(self.abilities.version.post_limit()) {
            Ok(body) if self.phase.may_ask() => {
                let purpose = Purpose::Ask(handle.clone(), question);
                self.send(body, purpose, now, patience(&action));
            }
            _ => sink(Notice::Learned(&handle, &Learned::Unanswered)),
        }
        handle
    }

    fn act(&mut self, handle: Handle, action: &Action, now: Moment, sink: Sink<'_>) {
        let limit = self.abilities.version.post_limit();
        match action.form(&handle.0).encode(limit) {
            Ok(body) => self.send(body, Purpose::Act(handle), now, patience(action)),
            Err(too_long) => sink(Notice::Outcome(&handle, &Outcome::TooLong(too_long))),
        }
    }

    pub(super) fn acted(
        &mut self,
        handle: Handle,
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        let words = answer.message.to_string();
        if answer.is_denied() {
            return self.post(Action::Ping, Purpose::Judge(handle, words), now);
        }
        let outcome = if answer.success {
            Outcome::Done(words)
        } else {
            Outcome::Refused(words)
        };
        sink(Notice::Outcome(&handle, &outcome));
        // Somebody waits to see it happen.
        if self.next_wait.is_some() {
            self.wait(now);
        }
    }
}

/// What this answer to a question says.
pub(super) fn learned(
    handle: &Handle,
    question: &Question,
    answer: &Answer<'_>,
    body: &str,
) -> Learned {
    if answer.is_denied() {
        return Learned::Denied;
    }
    if !answer.success {
        return Learned::Refused(answer.message.to_string());
    }
    match question {
        Question::Channel(_) => Learned::Channels(seen(handle, body)),
        // Up to 1.4 a function that is not known, or a value that cannot be read, is empty.
        Question::Extension(..) => match answer.packet.text("value").as_deref().map(str::trim) {
            Some("1") => Learned::Exists(true),
            Some("0") => Learned::Exists(false),
            _ => Learned::Refused(String::new()),
        },
        Question::Lots => Learned::Lots(items(body, |event| lot(handle, event))),
    }
}

/// What the items of a list tell.
fn items<T>(body: &str, of: impl Fn(&Event<'_>) -> Option<T>) -> Vec<T> {
    let Some(begin) = xml::begin(body) else {
        return Vec::new();
    };
    let items = Messages::from(body, begin, |_| true).filter_map(|told| match told.what {
        What::Message(Message::Event(event)) => of(&event),
        _ => None,
    });
    items.collect()
}

/// The channels that a `Status` tells of.
fn seen(handle: &Handle, body: &str) -> Vec<Seen> {
    items(body, |event| of_item(handle, event))
}

fn lot(handle: &Handle, event: &Event<'_>) -> Option<Lot> {
    if event.name != "Parkinglot" || !handle.is_answered_by(event) {
        return None;
    }
    let value = |name| Some(text::present(event.packet.get(name)?).into_owned());
    let number = |name| value(name)?.trim().parse::<usize>().ok();
    let (first, last) = (number("startspace")?, number("stopspace")?);
    Some(Lot {
        name: value("name")?,
        spaces: last.checked_sub(first)? + 1,
        comes_back: Duration::from_secs(u64::try_from(number("timeout")?).ok()?),
    })
}

fn of_item(handle: &Handle, event: &Event<'_>) -> Option<Seen> {
    let EventKind::ListedChannel(ListedChannel {
        channel,
        application,
        ..
    }) = &event.kind
    else {
        return None;
    };
    // An event that 1.4 hands out along with the answer bears none, or somebody else's.
    if event.action_id().is_some_and(|id| *id != *handle.0) {
        return None;
    }
    let text =
        |part: &Option<std::borrow::Cow<'_, str>>| part.as_deref().unwrap_or_default().to_owned();
    Some(Seen {
        uniqueid: channel.uniqueid.to_string(),
        channel: text(&channel.channel),
        exten: text(&channel.exten),
        context: text(&channel.context),
        application: application.as_deref().map(str::to_owned),
    })
}
