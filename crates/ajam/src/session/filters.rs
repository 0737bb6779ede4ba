//! What Asterisk is told never to send to this session.
//!
//! A class of events holds some that no view of ours wants: VarSet alone is half of all bytes. A
//! filter keeps them on the server. It cannot be taken back while the session lives, and a session
//! outlives its page; so only what nothing here ever reads is filtered, and a name that not every
//! call brings only when it has come often. What comes though it was filtered has come to another
//! session: a log-in by Digest is made anew without a word.
//!
//! Measured on 22.10.1 by the processor time of the thread that serves the session. Calls through
//! the dial plan: without VarSet half of the time and two thirds of the bytes. 500 calls of two
//! channels that only begin and end: 0.138 s; without the three other names of [`EVERY_CALL`]
//! 0.116 s, and with twenty names more that never come 0.13 s. By patterns: 0.125 s with one for
//! all names, 0.16 s with one for each.

use super::machine::{Purpose, Session};
use super::topics;
use crate::ami::version::Filtering;
use crate::ami::{Action, Answer};
use crate::time::Moment;

/// Events of the classes that we ask for which change nothing on any view. In 22: of class
/// `dialplan` the first four, of `call` those up to `MessageWaiting`, of `agent` up to
/// `QueueMemberStatus`, of `system` the last.
pub const UNWANTED: [&str; 24] = [
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

/// Those that come with every call.
pub const EVERY_CALL: [&str; 4] = [
    "VarSet",
    "DeviceStateChange",
    "HangupRequest",
    "SoftHangupRequest",
];
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
        let unwanted = |known: &&str| *known == name && !topics::read(known);
        let Some(name) = UNWANTED.into_iter().find(unwanted) else {
            return;
        };
        let filter = self.named(name);
        filter.heard = filter.heard.saturating_add(1);
        if matches!(filter.state, State::Since(since) if since < asked) {
            filter.state = State::Off;
        }
    }

    /// The names that are worth a filter now.
    fn due(&self) -> Vec<&'static str> {
        if self.refused {
            return Vec::new();
        }
        let due = |filter: &&Filter| {
            let every_call = EVERY_CALL.contains(&filter.name);
            let enough = if every_call { 1 } else { OFTEN };
            filter.state == State::Off && filter.tries < TRIES && filter.heard >= enough
        };
        let due = self.names.iter().filter(due);
        due.map(|filter| filter.name).collect()
    }

    /// They are asked for: in as few requests as this server knows.
    fn ask(&mut self, names: &[&'static str], how: Filtering) -> Vec<Vec<&'static str>> {
        for name in names {
            let filter = self.named(name);
            filter.state = State::Asked;
            filter.tries += 1;
        }
        names.chunks(how.at_once()).map(<[_]>::to_vec).collect()
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

    /// What this account may do has become known: sets the first filters, as parts of the list that
    /// is on its way, so that they are in force before the first event is asked for.
    pub(super) fn filter_first(&mut self, now: Moment) {
        let Some(how) = self.filtering().filter(|_| self.role.waits()) else {
            return;
        };
        if !std::mem::take(&mut self.filters.fresh) {
            return;
        }
        let names: Vec<_> = EVERY_CALL
            .into_iter()
            .filter(|name| !topics::read(name))
            .collect();
        for names in self.filters.ask(&names, how) {
            let action = Action::Filter {
                how,
                names: names.clone(),
            };
            self.list_more(action, Purpose::Filter(names, true), now);
        }
    }

    /// Keeps what has come too often on the server from now on.
    pub(super) fn filter_more(&mut self, now: Moment) {
        let Some(how) = self.filtering().filter(|_| self.phase.may_ask()) else {
            return;
        };
        let due = self.filters.due();
        for names in self.filters.ask(&due, how) {
            let action = Action::Filter {
                how,
                names: names.clone(),
            };
            self.post(action, Purpose::Filter(names, false), now);
        }
    }

    pub(super) fn filter_set(&mut self, names: &[&'static str], answer: &Answer<'_>, now: Moment) {
        self.filters.refused |= !answer.success;
        for name in names {
            self.filters.named(name).state = match answer.success {
                true => State::Since(now),
                false => State::Off,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_millis(0);

    #[test]
    fn one_is_enough_of_what_every_call_brings_and_others_must_come_often() {
        let mut filters = Filters::default();
        for name in EVERY_CALL {
            filters.heard(name, NOW);
            assert_eq!(filters.due(), [name]);
            filters.ask(&[name], Filtering::Name);
        }
        for _ in 0..OFTEN {
            assert!(filters.due().is_empty());
            filters.heard("PeerStatus", NOW);
        }
        assert_eq!(filters.due(), ["PeerStatus"]);
    }

    #[test]
    fn names_go_one_by_one_but_in_one_pattern() {
        let ask = |how| Filters::default().ask(&EVERY_CALL, how);
        assert_eq!(ask(Filtering::Name), EVERY_CALL.map(|name| vec![name]));
        assert_eq!(ask(Filtering::Pattern), [EVERY_CALL.to_vec()]);
    }

    #[test]
    fn what_is_read_is_never_filtered() {
        let mut filters = Filters::default();
        for _ in 0..10 * OFTEN {
            filters.heard("Hangup", NOW);
            filters.heard("UserEvent", NOW);
        }
        assert!(filters.due().is_empty());
    }
}
