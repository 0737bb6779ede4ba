//! The conversation with one Asterisk, without IO: inputs and the time go in, posts, aborts and
//! wake-ups come out, and what was said is told to the caller as [`Notice`]s.
//!
//! ```text
//! Starting --Ping--> Loading --lists--> Live --WaitEvent--> Live …
//!    |                  ^                 |
//!    v                  |                 v trouble, doubt
//! SignedOut --Login--> SigningIn       Reconnecting --Ping--> Loading (or Login, or SignedOut)
//! ```
//!
//! Three facts of Asterisk shape it (`main/manager.c`):
//! * Events queue on the session from Login on and are delivered by `WaitEvent` only. So Login,
//!   then lists, then `WaitEvent` has no gap.
//! * The next event after a `WaitEvent` was given up goes into its dead connection. So after every
//!   doubt a `WaitEvent` of no length displaces the dead one, and then everything is listed anew.
//! * `Permission denied` is said of a session that has ended and of a right that is missing.
//!   `Ping` needs no right: it tells the two apart.
//!
//! Contract: after every [`Session::handle`], drain [`Session::poll`] until it is empty, and come
//! back with [`Input::Tick`] at [`Session::wake_at`].

pub mod abilities;
pub mod backoff;
pub mod endpoint;
pub mod io;
pub mod machine;
pub mod phase;
pub mod share;
pub mod topics;
pub mod wait;

mod acts;
mod audit;
mod classes;
mod doubt;
mod events;
mod filters;
mod idle;
mod lists;
mod login;
mod pages;
mod reading;
mod signer;

pub use abilities::Abilities;
pub use audit::{Found, Missing};
pub use filters::{EVERY_CALL, UNWANTED};
pub use io::{
    Credentials, Failure, GREATEST_BODY, Handle, Input, Learned, Lot, Notice, Outcome, Output,
    Post, Question, Reply, RequestId, Scope, Seen, Way,
};
pub use lists::{KEPT_FOR_LIST, Keep};
pub use login::EVENTS;
pub use machine::{Apart, Session};
pub use phase::{LogOff, Next, Phase, SignedOut, Trouble};
pub use reading::UNREAD;
pub use share::{Over, Role, Share};
pub use topics::{Lack, List, Shape, Subject, Topic, Topics};
