//! What the pages of one browser tell each other.
//!
//! They share Asterisk's session, and each event goes to one `WaitEvent` only. So one page waits,
//! and tells the others everything it hears; each keeps a model of its own from that, and lists
//! for itself.

use serde::{Deserialize, Serialize};

use super::phase::Trouble;
use super::topics::Topics;

/// The part of a page among the pages of this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// It is not settled yet: nothing that takes events may be sent.
    Undecided,
    /// It is the only one, as far as it knows.
    #[default]
    Alone,
    /// It waits for events, for all.
    Lead,
    /// It hears of events from another one.
    Follow,
}

impl Role {
    /// Whether this page may send a `WaitEvent`.
    pub(super) fn waits(self) -> bool {
        matches!(self, Self::Alone | Self::Lead)
    }
}

/// What one page tells the others. Nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Share {
    /// A body with events, as it came.
    Body(String),
    /// Events may have been lost up to now, and from now on none will be: list everything.
    Epoch {
        /// Who is logged in.
        account: Option<String>,
        /// What Asterisk is asked to tell of.
        topics: Topics,
    },
    /// What Asterisk is asked to tell of from now on. If that is more than before, whoever shows it
    /// has to list.
    Classes(Topics),
    /// A page has come and asks how things stand.
    Hello,
    /// Who is logged in.
    Account(Option<String>),
    /// The server is heard again in time.
    InTime,
    /// An answer of the server is overdue.
    Late,
    /// The connection is broken; the page that waits for events is mending it.
    Broken(Trouble),
    /// A page has logged in anew, into the session that all of them share: what the account may do may
    /// be something else by now. An [`Epoch`](Self::Epoch) follows.
    NewSession,
    /// Nobody is logged in any more.
    SignedOut(Over),
    /// The session has ended, and the page that waits for events has no secret to log in with.
    NeedSecret,
    /// The session seems to have ended: the page that waits for events should look.
    Doubt,
    /// Somebody is there.
    Active,
}

impl Share {
    /// Whether only the page that waits for events can know it.
    pub fn is_leaders(&self) -> bool {
        matches!(
            self,
            Self::Body(_)
                | Self::Epoch { .. }
                | Self::Classes(_)
                | Self::InTime
                | Self::Late
                | Self::Broken(_)
                | Self::NeedSecret
        )
    }
}

/// Why nobody is logged in any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Over {
    /// Somebody logged off.
    LoggedOff,
    /// Nobody had touched any page for too long.
    Idle,
    /// The session ended on the server.
    Expired,
}
