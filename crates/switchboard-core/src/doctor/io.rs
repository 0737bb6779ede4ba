//! What goes in and what comes out.

use ajam::session::{Credentials, Failure, endpoint};

/// Names one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AskId(pub(super) u64);

/// What the browser knows of the page itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The path of the page's address.
    pub page: String,
    /// Whether it came by `https`.
    pub encrypted: bool,
    /// Whether the server is this very machine.
    pub loopback: bool,
}

impl Place {
    /// The path of a target.
    pub fn path(&self, target: Target) -> String {
        let mxml = endpoint::mxml(&self.page);
        let prefix = mxml.strip_suffix("mxml").unwrap_or("/");
        let name = match target {
            Target::Mxml => "mxml",
            Target::Amxml => "amxml",
            Target::StatusPage => "httpstatus",
            Target::Root => "",
        };
        format!("{prefix}{name}")
    }
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The manager, by cookie. The only one that is posted to.
    Mxml,
    /// The manager, by HTTP Digest (1.8 and later).
    Amxml,
    /// The status page of Asterisk's web server.
    StatusPage,
    /// The root of Asterisk's web server.
    Root,
}

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    /// Comes back with the answer.
    pub id: AskId,
    /// Where to.
    pub target: Target,
    /// The form to send. Without one it is a GET that carries no cookie, and must not make the
    /// browser ask for a password.
    pub body: Option<String>,
    /// Whether to send the form in the address: 1.4 takes no POST.
    pub by_get: bool,
    /// Whether it should outlive the page.
    pub keepalive: bool,
}

/// Without the body: it may hold the answer to a challenge.
impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ask({:?}, {:?})", self.id, self.target)
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status, after redirections.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// Path of the address that answered, after redirections.
    pub path: String,
    /// The header `WWW-Authenticate`.
    pub authenticate: Option<String>,
    /// The header `Date`, in milliseconds since 1970.
    pub date: Option<i64>,
    /// The browser's clock when the answer came, in milliseconds since 1970.
    pub wall: i64,
}

/// What happened outside.
#[derive(Debug)]
pub enum Input {
    /// Begin, or begin anew.
    Start(Place),
    /// Whether the browser took the service worker that logs off behind the last page.
    Worker(bool),
    /// Check this account.
    SignIn(Credentials),
    /// Enough was listened to.
    Stop,
    /// The page goes.
    Leave,
    /// A request was answered.
    Replied(AskId, Answer),
    /// A request was not answered.
    Failed(AskId, Failure),
    /// The time of [`Doctor::wake_at`](super::Doctor::wake_at) has come.
    Tick,
}

/// What to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this request.
    Ask(Ask),
    /// Give this request up; nothing more is wanted of it.
    Abort(AskId),
    /// Forget the cookie: its session is over.
    DropCookie,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_lies_below_the_same_prefix() {
        let place = |page: &str| Place {
            page: page.to_owned(),
            ..Place::default()
        };
        let paths = |page| {
            [
                Target::Mxml,
                Target::Amxml,
                Target::StatusPage,
                Target::Root,
            ]
            .map(|target| place(page).path(target))
        };
        assert_eq!(
            paths("/static/switchboard/index.html"),
            ["/mxml", "/amxml", "/httpstatus", "/"]
        );
        assert_eq!(
            paths("/pbx/static/switchboard/index.html"),
            ["/pbx/mxml", "/pbx/amxml", "/pbx/httpstatus", "/pbx/"]
        );
    }

    #[test]
    fn debug_output_holds_no_body() {
        let ask = Ask {
            id: AskId(1),
            target: Target::Mxml,
            body: Some("Key=abc".to_owned()),
            by_get: false,
            keepalive: false,
        };
        assert!(!format!("{ask:?}").contains("abc"));
    }
}
