//! What the telephones' calls are, by what baresip tells.

use std::collections::{HashMap, HashSet};

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
    pub(super) endpoint: String,
    pub(super) state: CallState,
    /// Name and address of the other side, as the telephone shows them.
    pub(super) peer: String,
}

/// Calls in the order in which they began, who is registered, and how the last call of each ended.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) standing: Vec<PhoneCall>,
    pub(super) registered: HashSet<String>,
    pub(super) ended: HashMap<String, String>,
}

impl Calls {
    /// Takes an event in.
    pub(super) fn hear(&mut self, event: &Value) {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let account = text("accountaor");
        let account = account.strip_prefix("sip:").unwrap_or(account);
        let endpoint = account.split('@').next().unwrap_or_default().to_owned();
        let id = text("id");
        match text("type") {
            "REGISTER_OK" => {
                self.registered.insert(endpoint);
            }
            "CALL_CLOSED" => {
                self.standing.retain(|call| call.id != id);
                self.ended.insert(endpoint, text("param").to_owned());
            }
            "CALL_INCOMING" => self.set(event, endpoint, CallState::Ringing),
            "CALL_RINGING" | "CALL_PROGRESS" => {
                self.set(event, endpoint, CallState::RingingThere);
            }
            "CALL_ESTABLISHED" => self.set(event, endpoint, CallState::Talking),
            _ => {}
        }
    }

    /// Notes a call that the telephone was told to make.
    pub(super) fn made(&mut self, id: &str, endpoint: &str, peer: &str) {
        if self.find(id).is_none() {
            self.standing.push(PhoneCall {
                id: id.to_owned(),
                endpoint: endpoint.to_owned(),
                state: CallState::Calling,
                peer: peer.to_owned(),
            });
        }
    }

    /// The newest call of an endpoint of which this is so.
    pub(super) fn newest(
        &self,
        endpoint: &str,
        is_it: impl Fn(&PhoneCall) -> bool,
    ) -> Option<&PhoneCall> {
        self.standing
            .iter()
            .rev()
            .find(|call| call.endpoint == endpoint && is_it(call))
    }

    fn find(&mut self, id: &str) -> Option<&mut PhoneCall> {
        self.standing.iter_mut().find(|call| call.id == id)
    }

    fn set(&mut self, event: &Value, endpoint: String, state: CallState) {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let peer = format!("{} {}", text("peerdisplayname"), text("peeruri"));
        if let Some(call) = self.find(text("id")) {
            call.state = state;
            call.peer = peer;
        } else {
            self.standing.push(PhoneCall {
                id: text("id").to_owned(),
                endpoint,
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
        let call = calls.newest("201", |_| true).expect("a call");
        assert_eq!(call.state, CallState::Ringing);
        assert!(call.peer.starts_with("Müller GmbH"), "{}", call.peer);
        calls.hear(&event("CALL_ESTABLISHED"));
        assert!(
            calls
                .newest("201", |c| c.state == CallState::Talking)
                .is_some()
        );
        assert!(calls.newest("202", |_| true).is_none());
        calls.hear(&event("CALL_CLOSED"));
        assert!(calls.standing.is_empty());
        assert_eq!(calls.ended["201"], "Connection reset");
    }
}
