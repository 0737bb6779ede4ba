//! What goes in and what comes out.

use std::time::Duration;

use super::audit::Found;
use super::lists::Keep;
use super::phase::Trouble;
use super::share::{Role, Share};
use super::topics::{Topic, Topics};
use crate::ami::action::{Context, Exten};
use crate::ami::event::ListedChannel;
use crate::ami::form::TooLong;
use crate::ami::{Action, ActionId, ChannelName, Event, Secret};
use crate::time::Moment;

/// Names one POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(super) u64);

/// Names an action that somebody asked for, until its outcome is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handle(pub(super) ActionId);

impl Handle {
    /// Whether this event answers that action, late: `OriginateResponse` does.
    pub fn is_answered_by(&self, event: &Event<'_>) -> bool {
        event.action_id().is_some_and(|id| *id == *self.0)
    }
}

/// An account and its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The account's name in `manager.conf`.
    pub username: String,
    /// Its secret; it goes nowhere but into the answer to a challenge.
    pub secret: Secret,
}

/// How far a log-in reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All tabs of this browser: by cookie. Where the browser keeps none, by Digest.
    #[default]
    Browser,
    /// Only this tab, until it is closed or reloaded: by Digest.
    Tab,
}

/// What happened outside.
#[derive(Debug)]
pub enum Input {
    /// The page was opened. `account` is who was logged in before a reload, if that is known.
    Start {
        /// Account of the page before it was reloaded.
        account: Option<String>,
    },
    /// Somebody wants to log in.
    SignIn(Credentials, Scope),
    /// Somebody wants to log off.
    SignOut,
    /// Somebody wants everything listed anew, or to try again now, or to take the events back.
    Refresh,
    /// Somebody is there: a key or the pointer moved.
    Active,
    /// The network, or the page, came back: a good moment to try again.
    Nudge,
    /// Which part this page has among the pages of this browser.
    Role(Role),
    /// What this page shows from now on; all there is, if nobody says otherwise.
    Topics(Topics),
    /// What the other pages of this browser show, all together.
    Others(Topics),
    /// What another page of this browser tells.
    Shared(Share),
    /// Another page of this browser is newer than this one.
    Outdated,
    /// A POST was answered.
    Replied(RequestId, Reply),
    /// A part of an answer arrived; the rest is still to come.
    Progress(RequestId),
    /// Events may have gone elsewhere: with a connection whose request the browser sent again,
    /// unasked, or to a page that led for a moment beside this one.
    EventsLost,
    /// Something was told that cannot be true of all that it names.
    Doubtful,
    /// Something was told that is seldom so for long: it is to be compared soon, not to be listed.
    Unlikely,
    /// More was passed on by other pages than this one could read.
    Behind,
    /// A POST was not answered.
    Failed(RequestId, Failure),
    /// The answer to a POST is longer than [`GREATEST_BODY`], and was given up.
    TooLarge(RequestId),
    /// The time of [`Session::wake_at`](super::Session::wake_at) has come.
    Tick,
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// The header `WWW-Authenticate`, which comes with 401.
    pub authenticate: Option<String>,
}

/// The greatest body that is read, in bytes; the rest of a greater one is not waited for.
///
/// A list of a thousand channels is about a megabyte. Events of 32 MB are more than a page keeps
/// for a list ([`KEPT_FOR_LIST`](super::lists::KEPT_FOR_LIST)), and the list is asked for anew
/// sooner than they are read. In memory a body takes up to three times its length for a moment:
/// where it arrives, while that grows, and once more where it is not UTF-8.
pub const GREATEST_BODY: usize = 64_000_000;

/// Why there is no HTTP answer, in the browser's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

/// What to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Post this form.
    Post(Post),
    /// Give this POST up; nothing more is wanted of it.
    Abort(RequestId),
    /// Tell the other pages of this browser.
    Share(Share),
    /// Tell the other pages of this browser what this one shows, now and whenever one asks.
    Show(Topics),
    /// This page wants to be the one that waits for events.
    Claim,
    /// This page has a session of its own, apart from the other pages of this browser.
    Leave,
}

/// A form to post.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// Comes back with the answer.
    pub id: RequestId,
    /// How and where to.
    pub way: Way,
    /// The body, form-encoded.
    pub body: String,
    /// Whether it should outlive the page.
    pub keepalive: bool,
    /// Whether it waits for events, and would take some along if it were lost.
    pub waits: bool,
}

/// How a form gets to Asterisk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// POST to `mxml`, with the cookie.
    #[default]
    Post,
    /// GET of `mxml`, with the cookie: all that 1.4 knows.
    Get,
    /// POST to `amxml` without a cookie, with this `Authorization`; without any, to be asked for
    /// one.
    Digest(Option<Secret>),
}

/// Without the body: it may hold the answer to a challenge.
impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Post({:?})", self.id)
    }
}

/// What Asterisk said, for the layer above. Those of one [`Session::handle`](super::Session::handle)
/// belong together: nothing should be drawn in between.
#[derive(Debug)]
pub enum Notice<'n, 'a> {
    /// An event of this name came, of so many bytes; whether it is one that is read.
    Counted(&'n str, usize, bool),
    /// Something happened.
    Happened(&'n Event<'a>),
    /// A list of these begins: gather its items apart.
    ListBegun(Topics),
    /// An item of it, and when it was asked for.
    ListedChannel(&'n ListedChannel<'a>, Moment),
    /// This topic can be listed, and its items follow.
    TopicBegun(Topic),
    /// An item of it.
    Listed(Topic, &'n Event<'a>),
    /// The list is whole: put it in place of all that is known of these. What happened meanwhile is
    /// told again right behind it.
    ListDone(Topics, Keep),
    /// No channel could be listed. Whether what was known of the calls before still counts.
    ListRefused(Keep),
    /// A list has been asked for that is not to be put in place of anything, but to be compared.
    CompareBegun,
    /// An item of it.
    Compared(&'n ListedChannel<'a>),
    /// It is whole: how does it differ from what is known?
    CompareDone(&'n mut Found),
    /// What was on its way has come: which differences still stand?
    CompareAgain(&'n mut Found),
    /// What came of an action.
    Outcome(&'n Handle, &'n Outcome),
    /// What was learned before an action.
    Learned(&'n Handle, &'n Learned),
    /// Whatever is known is of no account any more: the session is over.
    Forget,
}

/// Something to know before an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which channel bears this name, and where it is?
    Channel(ChannelName),
    /// Can this number be dialled in this context?
    Extension(Exten, Context),
    /// Which parking lots are there (11 and later)?
    Lots,
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// The channels that bear the name; more than one would be odd.
    Channels(Vec<Seen>),
    /// Whether the number can be dialled.
    Exists(bool),
    /// The parking lots.
    Lots(Vec<Lot>),
    /// Asterisk would not say, in its own words; there may be no such channel.
    Refused(String),
    /// This account may not ask.
    Denied,
    /// No answer came, or the line is not live.
    Unanswered,
}

/// A channel as `Status` describes it at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub uniqueid: String,
    /// Its name.
    pub channel: String,
    /// Where in the dial plan it is; empty if it is nowhere, or not told.
    pub exten: String,
    /// Where in the dial plan it is.
    pub context: String,
    /// The application that runs on it; none where this version does not tell (up to 11).
    pub application: Option<String>,
}

/// A parking lot, by an item of `Parkinglots` (`res/parking/parking_manager.c`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its name.
    pub name: String,
    /// How many calls it has room for.
    pub spaces: usize,
    /// After how long a call that nobody takes goes back; never if it is zero.
    pub comes_back: Duration,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Asterisk did it, or began to, in its own words.
    Done(String),
    /// Asterisk refused it, in its own words.
    Refused(String),
    /// The connection broke before the answer: it may or may not have been done. It is not sent
    /// again.
    Unknown(Trouble),
    /// The connection broke before the answer, but the board shows that it was done.
    Shown,
    /// It was not sent, because the connection is not live.
    NotConnected,
    /// It was not sent, because the channel, or its other leg, is no longer there as it was shown.
    NoChannel,
    /// It was not sent, because it would hit other people by now than it was said to.
    Changed,
    /// It was not sent, because the number can't be dialled in that context: Asterisk would have
    /// hung up everybody on the call.
    NoExtension,
    /// It was not sent, because the server did not say in time whether it would get where it was to
    /// go.
    NotChecked,
    /// It was not sent, because the parking lot has no room: Asterisk would have said that it is done.
    Full,
    /// It was not sent, because this server takes no body of this length.
    TooLong(TooLong),
}

/// How long to wait for the answer to an action, or for more of it once it has begun; lists of
/// busy systems are long. A `Ping` is short: it asks whether anybody is there.
pub(super) fn patience(action: &Action) -> Duration {
    Duration::from_secs(match action {
        Action::WaitEvent { timeout } => u64::from(*timeout) + 5,
        Action::CoreShowChannels | Action::Status { .. } | Action::List(_) => 20,
        Action::Ping => 4,
        _ => 10,
    })
}

/// How long an answer may take in all, however often a little more of it arrives.
pub(super) const LONGEST: Duration = Duration::from_secs(120);
