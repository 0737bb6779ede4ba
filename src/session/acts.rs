//! What a person asks of Asterisk, and what comes of it.

use super::io::{Handle, Notice, Outcome, patience};
use super::machine::{Purpose, Session, Sink};
use super::phase::Phase;
use crate::ami::{Action, Answer};
use crate::time::Moment;

impl Session {
    /// Sends an action that somebody asked for; its outcome is told under this handle, once.
    ///
    /// While the server is late, the channel is looked at again first, and the action follows
    /// only if it is still there.
    pub fn submit(
        &mut self,
        action: Action,
        now: Moment,
        sink: &mut dyn FnMut(Notice<'_, '_>),
    ) -> Handle {
        let handle = Handle(self.next_action_id());
        match self.phase {
            Phase::Live { .. } => self.act(handle.clone(), &action, now, sink),
            Phase::Late { .. } => {
                let channel = action.channel().cloned();
                let purpose = Purpose::Check(handle.clone(), Box::new(action));
                self.post(Action::Status { channel }, purpose, now);
            }
            _ => sink(Notice::Outcome(&handle, &Outcome::NotConnected)),
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

    /// The channel was looked at again.
    pub(super) fn checked(
        &mut self,
        handle: Handle,
        action: Action,
        answer: &Answer<'_>,
        now: Moment,
        sink: Sink<'_>,
    ) {
        // Who may not look may still act: the server is heard, and judges for itself.
        if answer.success || answer.is_denied() {
            return self.act(handle, &action, now, sink);
        }
        let words = answer.message.to_string();
        sink(Notice::Outcome(&handle, &Outcome::Refused(words)));
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
