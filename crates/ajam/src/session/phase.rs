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
    /// An answer is overdue: what is shown may be out of date, but nothing is known to be wrong.
    Late {
        /// Since when it was live.
        since: Moment,
    },
    /// What is shown may be out of date.
    Reconnecting {
        /// What went wrong.
        trouble: Trouble,
        /// How often it has been tried to mend it.
        attempt: u32,
        /// How it goes on.
        next: Next,
    },
    /// Another page of this browser took the events of this session over.
    TakenOver,
    /// A newer version of this page is open in this browser; this one has stopped.
    Outdated,
}

/// What a page that reconnects does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It waits until then.
    At(Moment),
    /// It tries, or waits for another page to.
    Trying,
    /// It has reached the server, and lists everything anew.
    Listing,
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
    /// Nobody had touched the page for as long as the installation allows.
    Idle(LogOff),
    /// Somebody logged off in another tab.
    Elsewhere,
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// An answer longer than this page reads ([`GREATEST_BODY`](super::GREATEST_BODY)).
    TooLarge,
    /// Asterisk refused what every session may do, in these words.
    Refused(String),
    /// The session had ended on the server.
    SessionEnded,
    /// Another page had taken the events over.
    TakenOver,
    /// The log-in was accepted, but the browser did not keep its cookie: a frame on another site.
    /// Seen only where Digest could not be tried instead.
    CookieNotKept,
    /// The server is going down or coming up: it said so (`Shutdown`, or 503).
    Restarting,
    /// A new connection failed while another one stood: `sessionlimit` of `http.conf` may be
    /// reached. Asterisk then closes new connections without a byte.
    Full(String),
    /// There is no `amxml` to log in to by Digest: manager web off, or older than 1.8.
    NoDigest,
}

impl Phase {
    /// Whether somebody is logged in and rows may be shown.
    pub fn has_board(&self) -> bool {
        matches!(
            self,
            Self::Live { .. }
                | Self::Late { .. }
                | Self::Reconnecting { .. }
                | Self::TakenOver
                | Self::Outdated
        )
    }

    /// Whether what is shown is what Asterisk says.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live { .. })
    }

    /// Whether something may be asked of Asterisk. While it is late, the channel is looked at
    /// again first.
    pub fn may_ask(&self) -> bool {
        matches!(self, Self::Live { .. } | Self::Late { .. })
    }
}
