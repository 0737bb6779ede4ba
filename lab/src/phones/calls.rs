//! What a telephone's calls are, by what baresip tells.

use std::collections::VecDeque;

use serde_json::Value;

/// What a call is to the telephone that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallState {
    /// The telephone has called somebody, and nobody has answered.
    Calling,
    /// The same, and it was told that the other side rings.
    RingingThere,
    /// It rings.
    Ringing,
    /// Somebody has answered.
    Talking,
}

#[derive(Clone, Debug)]
pub(super) struct PhoneCall {
    pub(super) id: String,
    pub(super) state: CallState,
    /// Name and address of the other side, as the telephone shows them.
    pub(super) peer: String,
}

/// Calls in the order in which they began, and how the last one ended.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) standing: Vec<PhoneCall>,
    pub(super) registered: bool,
    pub(super) last_end: Option<String>,
    /// The ids of the last that ended: one that was refused at once has ended before the telephone
    /// has said that it was made.
    ended: VecDeque<String>,
}

/// How many ids of ended calls are kept.
const ENDED: usize = 16;

impl Calls {
    /// Takes an event in.
    pub(super) fn hear(&mut self, event: &Value) {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        match text("type") {
            "REGISTER_OK" => self.registered = true,
            "CALL_CLOSED" => {
                self.standing.retain(|call| call.id != text("id"));
                self.last_end = Some(text("param").to_owned());
                self.ended.truncate(ENDED - 1);
                self.ended.push_front(text("id").to_owned());
            }
            "CALL_INCOMING" => self.set(event, CallState::Ringing),
            "CALL_RINGING" | "CALL_PROGRESS" => self.set(event, CallState::RingingThere),
            "CALL_ESTABLISHED" => self.set(event, CallState::Talking),
            _ => {}
        }
    }

    /// Notes a call that the telephone was told to make.
    pub(super) fn made(&mut self, id: &str, peer: &str) {
        if self.find(id).is_none() && !self.ended.iter().any(|ended| ended == id) {
            self.standing.push(PhoneCall {
                id: id.to_owned(),
                state: CallState::Calling,
                peer: peer.to_owned(),
            });
        }
    }

    /// Drops a call of which the telephone knows nothing any more.
    pub(super) fn forget(&mut self, id: &str) {
        self.standing.retain(|call| call.id != id);
    }

    /// The newest call of which this is so.
    pub(super) fn newest(&self, is_it: impl Fn(&PhoneCall) -> bool) -> Option<&PhoneCall> {
        self.standing.iter().rev().find(|call| is_it(call))
    }

    fn find(&mut self, id: &str) -> Option<&mut PhoneCall> {
        self.standing.iter_mut().find(|call| call.id == id)
    }

    fn set(&mut self, event: &Value, state: CallState) {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let peer = format!("{} {}", text("peerdisplayname"), text("peeruri"));
        if let Some(call) = self.find(text("id")) {
            call.state = state;
            call.peer = peer;
        } else {
            self.standing.push(PhoneCall {
                id: text("id").to_owned(),
                state,
                peer,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CallState, Calls};

    #[test]
    fn a_call_is_followed_from_ring_to_end() {
        let mut calls = Calls::default();
        let event = |kind: &str| {
            json!({
                "type": kind, "accountaor": "sip:201@127.0.0.1:5060", "id": "x",
                "peerdisplayname": "Müller GmbH", "param": "Connection reset",
            })
        };
        calls.hear(&event("CALL_INCOMING"));
        let call = calls.newest(|_| true).expect("a call");
        assert_eq!(call.state, CallState::Ringing);
        assert!(call.peer.starts_with("Müller GmbH"), "{}", call.peer);
        calls.hear(&event("CALL_ESTABLISHED"));
        assert!(calls.newest(|c| c.state == CallState::Talking).is_some());
        calls.hear(&event("CALL_CLOSED"));
        assert!(calls.standing.is_empty());
        assert_eq!(calls.last_end.as_deref(), Some("Connection reset"));
        // Told late of its begin.
        calls.made("x", "sip:201@127.0.0.1");
        assert!(calls.standing.is_empty());
    }
}
