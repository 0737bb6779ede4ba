//! What is checked, what can be found, and what to write into which file about it.

use ajam::session::EVENTS;
use ajam::session::Trouble;

use super::io::{Place, Target};
use super::own::Own;
use crate::recipe::{self, Line};

/// One prerequisite of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Static files are served, and where.
    Page,
    /// What is said cannot be overheard.
    Transport,
    /// Closing the last page logs off.
    Worker,
    /// The web server's root leads to the page.
    Root,
    /// The web server's status page is closed.
    StatusPage,
    /// The manager answers over HTTP.
    Manager,
    /// The manager answers over HTTP with Digest.
    Digest,
    /// Server and browser agree on the time.
    Clock,
    /// The account can log in.
    Login,
    /// The browser brings the session's cookie back.
    Cookie,
    /// Which Asterisk it is.
    Version,
    /// Enough connections are allowed at once.
    Connections,
    /// The account may use this action.
    May(&'static str),
    /// The account may not do far more than the page needs.
    Modest,
    /// What stands in Asterisk's files is out of the account's reach.
    Secrets,
    /// Events of this class arrive.
    Hears(&'static str),
}

/// The action that stands for what everybody needs: to list.
pub(super) const LIST: &str = "CoreShowChannels";
/// Actions that stand for what an account may do without: to transfer, to hang up. One that has
/// neither only watches.
pub(super) const ACTS: [&str; 2] = ["Redirect", "Hangup"];

impl Check {
    /// All there are, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        let fixed = [
            Self::Page,
            Self::Transport,
            Self::Manager,
            Self::Digest,
            Self::Clock,
            Self::Worker,
            Self::Root,
            Self::StatusPage,
            Self::Login,
            Self::Cookie,
            Self::Version,
            Self::Connections,
        ];
        fixed
            .into_iter()
            .chain([LIST].into_iter().chain(ACTS).map(Self::May))
            .chain([Self::Modest, Self::Secrets])
            .chain(EVENTS.split(',').map(Self::Hears))
    }

    /// Whether it takes an account.
    pub fn takes_an_account(self) -> bool {
        matches!(
            self,
            Self::Login
                | Self::Cookie
                | Self::Version
                | Self::Connections
                | Self::May(_)
                | Self::Modest
                | Self::Secrets
                | Self::Hears(_)
        )
    }
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn has not come.
    Waiting,
    /// It is being tried.
    Trying,
    /// It is as it should be.
    Passed,
    /// The page works, but this is worth changing.
    Advice,
    /// It is a matter of taste.
    Optional,
    /// The account is not to do this, as far as anybody can tell: that is a choice, and no fault.
    NotGiven,
    /// The page, or a part of it, cannot work.
    Failed,
    /// It cannot be told from here.
    Unknown,
    /// It was left out.
    Skipped,
}

impl State {
    /// Place among others: what asks for a hand comes first.
    pub fn rank(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Advice => 1,
            Self::Unknown => 2,
            // Alike, so that nothing moves about while more and more is found out.
            Self::Trying
            | Self::Waiting
            | Self::Passed
            | Self::Optional
            | Self::NotGiven
            | Self::Skipped => 3,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing yet.
    Waiting,
    /// Nothing yet: it takes an account.
    WaitingForAccount,
    /// Being tried.
    Trying,
    /// Left out: something before it failed.
    Skipped,
    /// The request itself failed.
    Trouble(Trouble),

    /// The page lies below `static/`, and the manager is sought beside that.
    Served {
        /// Path of the page.
        page: String,
        /// Path of the manager.
        manager: String,
    },
    /// The page's path has no `/static/`: the manager is sought at the root.
    ServedElsewhere {
        /// Path of the page.
        page: String,
        /// Path of the manager.
        manager: String,
    },
    /// It came by `https`.
    Encrypted,
    /// It came by `http`, but from this very machine.
    Loopback,
    /// It came by `http`, over a network.
    Plain,
    /// A service worker logs off.
    LogsOff,
    /// No service worker can be had.
    StaysLoggedIn,
    /// The root leads here.
    RootLeadsHere,
    /// The root leads nowhere.
    RootEmpty,
    /// The root leads to something else.
    RootTaken,
    /// The status page is closed.
    StatusClosed,
    /// The status page is open to everybody.
    StatusOpen,

    /// The manager answers, after so many milliseconds.
    Answers(u64),
    /// The manager answers, but takes no POST: Asterisk 1.4, which the page asks by GET.
    AnswersGet,
    /// Digest is offered.
    DigestOffered,
    /// Digest is not offered, though the manager is there.
    DigestMissing,
    /// The clocks agree.
    InStep,
    /// The clocks differ by so many seconds; the server's is ahead if positive.
    OutOfStep(i64),
    /// The server does not tell the time.
    NoDate,

    /// The account logged in.
    Accepted,
    /// Asterisk refused, in these words; it does not say whether it is the name, the secret or the
    /// address.
    Refused {
        /// The words.
        words: String,
        /// Whom.
        account: String,
    },
    /// Refused because the account is in use.
    InUse(String),
    /// This browser has a session already, and that was used.
    OtherSession,
    /// The cookie came back.
    Kept,
    /// The cookie did not come back.
    NotKept {
        /// Whether the page can do without: Digest is offered.
        digest: bool,
    },
    /// The version, all of whose calls are understood and tested.
    Version(String),
    /// An old version, of which only recordings are known.
    OldVersion(String),
    /// The account may not ask for the version.
    VersionHidden,
    /// So many requests at once were answered.
    Enough(usize),
    /// Of so many requests at once, so many were answered.
    TooFew {
        /// How many were answered.
        answered: usize,
        /// How many were sent.
        sent: usize,
    },
    /// The account may use the action.
    Allowed,
    /// The account lacks the right for the action, which the page needs.
    Lacks(&'static str),
    /// The account lacks the right for an act, and may do without.
    Without {
        /// The action that stands for the act.
        act: &'static str,
        /// Whether it has no right to any other act either.
        watches: bool,
    },
    /// The account has no right that the page does without, as far as it matters.
    Modest,
    /// It has these, with which it can do anything.
    TooMuch(Vec<&'static str>),
    /// The server does not say which rights its actions take.
    RightsHidden,
    /// The account can read every value in Asterisk's files.
    SecretsOpen,
    /// The server does not give any, for it lacks the function.
    SecretsGuarded,
    /// The account may not ask for any.
    SecretsClosed,
    /// Asked for a value, Asterisk said something else.
    SecretsUnknown,
    /// Listening; nothing was heard so far.
    Listening,
    /// Heard, so many times.
    Heard(usize),
    /// Heard, but events of these names were not, though they must have happened.
    Filtered(Vec<&'static str>),
    /// Not heard, though it must have happened.
    Deaf,
    /// Not heard, though it must have happened and the account's line in `manager.conf` has the class.
    HeldBack,
    /// Not heard, and it may not have happened.
    Silence,
    /// The same, and the account's line in `manager.conf` has the class.
    Quiet,
    /// Not listened for: it would have taken the events from the page that has the session.
    NotListened,
    /// This version tells of it in class call.
    InClassCall,
}

impl Finding {
    /// How a check of which this was found stands.
    pub fn state(&self) -> State {
        match self {
            Self::Waiting | Self::WaitingForAccount => State::Waiting,
            Self::Trying | Self::Listening => State::Trying,
            Self::Skipped | Self::RootTaken | Self::InClassCall => State::Skipped,
            Self::Served { .. }
            | Self::Encrypted
            | Self::Loopback
            | Self::LogsOff
            | Self::RootLeadsHere
            | Self::StatusClosed
            | Self::Answers(_)
            | Self::DigestOffered
            | Self::InStep
            | Self::Accepted
            | Self::OtherSession
            | Self::Kept
            | Self::Version(_)
            | Self::Enough(_)
            | Self::Allowed
            | Self::Modest
            | Self::SecretsGuarded
            | Self::SecretsClosed
            | Self::Heard(_) => State::Passed,
            Self::RootEmpty => State::Optional,
            Self::Without { .. } => State::NotGiven,
            Self::Plain
            | Self::StaysLoggedIn
            | Self::StatusOpen
            | Self::TooMuch(_)
            | Self::SecretsOpen
            | Self::DigestMissing
            | Self::OutOfStep(_)
            | Self::AnswersGet
            | Self::NotKept { digest: true }
            | Self::OldVersion(_) => State::Advice,
            Self::Trouble(_)
            | Self::Refused { .. }
            | Self::InUse(_)
            | Self::NotKept { digest: false }
            | Self::TooFew { .. }
            | Self::Lacks(_)
            | Self::Filtered(_)
            | Self::Deaf
            | Self::HeldBack => State::Failed,
            Self::ServedElsewhere { .. }
            | Self::NoDate
            | Self::VersionHidden
            | Self::RightsHidden
            | Self::SecretsUnknown
            | Self::Silence
            | Self::Quiet
            | Self::NotListened => State::Unknown,
        }
    }

    /// Which lines mend it, or allow what is a choice, and where.
    pub(super) fn fix(&self, check: Check, place: &Place, own: &Own) -> Option<Fix> {
        let below = |section: &str, file, lines: &[&str]| {
            Some(Fix {
                file,
                section: Section::Named(section.to_owned()),
                lines: lines.iter().map(|line| (*line).to_owned()).collect(),
                add: None,
            })
        };
        let general = |file, lines: &[&str]| below("general", file, lines);
        match self {
            Self::Trouble(Trouble::ManagerOff) if check == Check::Manager => {
                general(MANAGER, &recipe::MANAGER)
            }
            Self::Trouble(Trouble::Network(_) | Trouble::NoAnswer) if check == Check::Manager => {
                general(HTTP, &["enabled = yes", "bindaddr = 0.0.0.0"])
            }
            Self::Trouble(Trouble::Http(403)) if check == Check::Manager => below(
                &place.path(Target::Mxml),
                HTTP,
                &["type = restriction", "permit = 192.0.2.0/255.255.255.0"],
            ),
            Self::Plain => general(
                HTTP,
                &[
                    "tlsenable = yes",
                    "tlsbindaddr = 0.0.0.0:8089",
                    "tlscertfile = /etc/asterisk/keys/asterisk.pem",
                ],
            ),
            Self::RootEmpty => general(
                HTTP,
                &[&format!(
                    "redirect = {} {}",
                    place.path(Target::Root),
                    place.page
                )],
            ),
            Self::StatusOpen => general(HTTP, &["enable_status = no"]),
            Self::SecretsOpen => below("modules", "modules.conf", &recipe::GUARD),
            Self::InUse(_) => general(MANAGER, &["allowmultiplelogin = yes"]),
            Self::TooFew { .. } => general(HTTP, &["sessionlimit = 100"]),
            Self::VersionHidden | Self::Lacks(_) => own.grant(Line::Write, recipe::WATCH),
            Self::Without { .. } => own.grant(Line::Write, recipe::WRITE),
            Self::Deaf | Self::Silence => own.grant(Line::Read, EVENTS),
            _ => None,
        }
    }
}

const HTTP: &str = "http.conf";
pub(super) const MANAGER: &str = "manager.conf";

/// Lines for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The file's name.
    pub file: &'static str,
    /// Below which section's name they go.
    pub section: Section,
    /// The lines.
    pub lines: Vec<String>,
    /// Which classes to add to a line whose present ones are not known here. Then there are no
    /// lines: one that lacked a class would take it away.
    pub add: Option<(Line, Vec<String>)>,
}

/// A section of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// The one of this name.
    Named(String),
    /// That of an account whose name is not known here.
    Account,
}

/// What there is to say beside what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// A call was heard from its beginning to its end.
    Whole,
    /// Whether a filter keeps something back can't be told: no call has begun and ended meanwhile.
    Untold,
}

/// A check, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is checked.
    pub check: Check,
    /// What was found.
    pub finding: Finding,
    /// What mends it, or allows what is a choice, if lines can.
    pub fix: Option<Fix>,
    /// What else there is to say.
    pub more: Option<More>,
}
