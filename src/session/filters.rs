//! What Asterisk is told never to send to this session.
//!
//! A class of events holds some that no view of ours wants: VarSet alone is half of all bytes. A
//! filter keeps them on the server. It cannot be taken back while the session lives, and a session
//! outlives its page; so only what nothing here ever reads is filtered, and a name beyond the first
//! only when it has come often. What comes though it was filtered has come to another session: a
//! log-in by Digest is made anew without a word.
//!
//! Measured on 22.10.1 and 16.28 with 400 calls of four channels through the dial plan: a session
//! that asks for all four classes costs Asterisk about 0.4 s of its time and 14.7 MB; with VarSet
//! filtered, by name or by pattern, about half of that time and 9.9 MB. Sixteen more names, or the
//! same filter twice, cost nothing that could be measured.

use super::machine::{Purpose, Session};
use crate::ami::version::Filtering;
use crate::ami::{Action, Answer};
use crate::time::Moment;

/// Events of the classes that we ask for which change nothing on any view. In 22: of class
/// `dialplan` the first four, of `call` those up to `MessageWaiting`, of `agent` up to
/// `QueueMemberStatus`, of `system` the last.
pub const UNWANTED: [&str; 25] = [
    "VarSet",
    "HangupHandlerPop",
    "HangupHandlerPush",
    "HangupHandlerRun",
    "HangupRequest",
    "SoftHangupRequest",
    "BridgeVideoSourceUpdate",
    "ChannelTalkingStart",
    "ChannelTalkingStop",
    "ConfbridgeTalking",
    "DeviceStateChange",
    "ExtensionStatus",
    "PresenceStateChange",
    "PresenceStatus",
    "MessageWaiting",
    "AgentCalled",
    "AgentComplete",
    "AgentConnect",
    "AgentDump",
    "AgentRingNoAnswer",
    "QueueMemberPause",
    "QueueMemberStatus",
    "ContactStatus",
    "PeerStatus",
    "Registry",
];

/// The one that comes with every call.
const FIRST: &str = UNWANTED[0];
/// How often any other must have come before a request is spent on it.
const OFTEN: u32 = 200;
/// How often a filter is set for one log-in, at most.
const TRIES: u8 = 3;

/// The filters of the session.
#[derive(Debug, Default)]
pub(super) struct Filters {
    names: Vec<Filter>,
    /// The server, or its administrator, wants none.
    refused: bool,
    /// The session was opened by this page just now: it has none yet.
    pub fresh: bool,
}

#[derive(Debug)]
struct Filter {
    name: &'static str,
    heard: u32,
    tries: u8,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Off,
    Asked,
    Since(Moment),
}

impl Filters {
    /// A session of this page's own, without any.
    pub fn of_new_session() -> Self {
        Self {
            fresh: true,
            ..Self::default()
        }
    }

    /// The events that are kept on the server because this page said so.
    pub fn in_force(&self) -> impl Iterator<Item = &'static str> {
        let on = |filter: &&Filter| matches!(filter.state, State::Since(_));
        self.names.iter().filter(on).map(|filter| filter.name)
    }

    fn named(&mut self, name: &'static str) -> &mut Filter {
        let known = self.names.iter().position(|filter| filter.name == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(Filter {
                name,
                heard: 0,
                tries: 0,
                state: State::Off,
            });
            self.names.len() - 1
        });
        &mut self.names[at]
    }

    /// An event came that nothing reads, with the answer to a request sent at `asked`.
    pub fn heard(&mut self, name: &str, asked: Moment) {
        let Some(name) = UNWANTED.into_iter().find(|known| *known == name) else {
            return;
        };
        let filter = self.named(name);
        filter.heard = filter.heard.saturating_add(1);
        if matches!(filter.state, State::Since(since) if since < asked) {
            filter.state = State::Off;
        }
    }

    /// The next name that is worth a filter.
    fn due(&mut self) -> Option<&'static str> {
        if self.refused {
            return None;
        }
        let due = |filter: &&Filter| {
            let enough = if filter.name == FIRST { 1 } else { OFTEN };
            filter.state == State::Off && filter.tries < TRIES && filter.heard >= enough
        };
        self.names.iter().find(due).map(|filter| filter.name)
    }

    fn ask(&mut self, name: &'static str) {
        let filter = self.named(name);
        filter.state = State::Asked;
        filter.tries += 1;
    }
}

impl Session {
    /// The events that Asterisk keeps to itself because this page said so.
    pub fn filtered(&self) -> impl Iterator<Item = &'static str> {
        self.filters.in_force()
    }

    /// How this server takes a filter; none if this account may set none.
    pub fn filtering(&self) -> Option<Filtering> {
        let may = self.abilities.are_known() && self.abilities.may("Filter");
        self.abilities.version.filtering().filter(|_| may)
    }

    /// What this account may do has become known: sets the first filter, as a part of the list that
    /// is on its way, so that it is in force before the first event is asked for.
    pub(super) fn filter_first(&mut self, now: Moment) {
        if self.filtering().is_none() || !self.role.waits() {
            return;
        }
        if std::mem::take(&mut self.filters.fresh) && self.classes.tell_locations() {
            self.filters.ask(FIRST);
            let filtering = self.abilities.version.filtering();
            let part = filtering.map(|how| (Action::Filter { how, name: FIRST }, FIRST));
            if let Some((action, name)) = part {
                self.list_more(action, Purpose::Filter(name, true), now);
            }
        }
    }

    /// Keeps what has come too often on the server from now on.
    pub(super) fn filter_more(&mut self, now: Moment) {
        let Some(how) = self.filtering().filter(|_| self.phase.may_ask()) else {
            return;
        };
        while let Some(name) = self.filters.due() {
            self.filters.ask(name);
            let action = Action::Filter { how, name };
            self.post(action, Purpose::Filter(name, false), now);
        }
    }

    pub(super) fn filter_set(&mut self, name: &'static str, answer: &Answer<'_>, now: Moment) {
        self.filters.refused |= !answer.success;
        let filter = self.filters.named(name);
        filter.state = match answer.success {
            true => State::Since(now),
            false => State::Off,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_millis(0);

    #[test]
    fn one_varset_is_enough_and_others_must_come_often() {
        let mut filters = Filters::default();
        filters.heard("VarSet", NOW);
        assert_eq!(filters.due(), Some("VarSet"));
        filters.ask("VarSet");
        for _ in 0..OFTEN {
            assert_eq!(filters.due(), None);
            filters.heard("DeviceStateChange", NOW);
        }
        assert_eq!(filters.due(), Some("DeviceStateChange"));
    }

    #[test]
    fn what_is_read_is_never_filtered() {
        let mut filters = Filters::default();
        for _ in 0..10 * OFTEN {
            filters.heard("Hangup", NOW);
            filters.heard("UserEvent", NOW);
        }
        assert_eq!(filters.due(), None);
    }
}
