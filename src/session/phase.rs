//! Where the conversation stands, as a person may see it.

use crate::time::Moment;

/// The state of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Asking whether this browser still has a session.
    Starting,
    /// Nobody is logged in.
    SignedOut(SignedOut),
    /// Challenge and Login are on their way.
    SigningIn,
    /// Logged in; the lists are on their way, and there is nothing to show yet.
    Loading,
    /// What is shown is what Asterisk says.
    Live {
        /// Since when without a break.
        since: Moment,
    },
    /// What is shown may be out of date.
    Reconnecting {
        /// What went wrong.
        trouble: Trouble,
        /// How often it has been tried to mend it.
        attempt: u32,
        /// When it will be tried again; none while trying.
        retry_at: Option<Moment>,
    },
    /// Another page of this browser took the events of this session over.
    TakenOver,
}

/// Why nobody is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedOut {
    /// Nobody has logged in yet.
    NotYet,
    /// Somebody logged off.
    LoggedOff(LogOff),
    /// The session has ended on the server, and no secret is at hand.
    Expired,
    /// Asterisk refused the log-in, in these words.
    Refused(String),
    /// The log-in could not be tried.
    Unreachable(Trouble),
}

/// How far a log-off has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogOff {
    /// The server has been asked.
    Asked,
    /// The server has ended the session.
    Confirmed,
    /// The server could not be told: the session ends by itself, `httptimeout` after its last
    /// request (60 s by default).
    Unconfirmed,
}

/// What can be wrong with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser could not reach the server, or the connection broke.
    Network(String),
    /// No answer came in time.
    NoAnswer,
    /// The manager's web interface is off: 404 (`webenabled` or `enabled` in `manager.conf`).
    ManagerOff,
    /// Another HTTP status.
    Http(u16),
    /// An answer that is not Asterisk's: a proxy's page, or a captive portal's.
    NotAsterisk,
    /// An answer that ended too early.
    Cut,
    /// Asterisk refused what every session may do, in these words.
    Refused(String),
    /// The session had ended on the server.
    SessionEnded,
    /// Another page had taken the events over.
    TakenOver,
    /// The log-in was accepted, but the browser did not keep its cookie: a frame on another site.
    CookieNotKept,
}

impl Phase {
    /// Whether somebody is logged in and rows may be shown.
    pub fn has_board(&self) -> bool {
        matches!(
            self,
            Self::Live { .. } | Self::Reconnecting { .. } | Self::TakenOver
        )
    }

    /// Whether what is shown is what Asterisk says.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live { .. })
    }
}
