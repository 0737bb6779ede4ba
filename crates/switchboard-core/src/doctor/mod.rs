//! The set-up doctor: tries from the browser what the page needs of an Asterisk, and writes the
//! account that it needs. Without IO, as the [session](ajam::session) is.
//!
//! ```text
//! Probing --Ping--> Ready --log in--> SigningIn --> Examining --heard, stopped--> Leaving
//!                     ^                                                              |
//!                     +------------------------ Logoff ------------------------------+
//! ```
//!
//! A session that this browser has already is used as it is: nothing of it is logged off, and none
//! of its events are taken away from the page that shows them.
//!
//! Contract: after every [`Doctor::handle`], drain [`Doctor::poll`] until it is empty, and come
//! back with [`Input::Tick`] at [`Doctor::wake_at`].

mod filters;
pub mod finding;
pub mod io;
pub mod machine;
mod own;
pub mod writer;

pub use finding::{Check, Entry, Finding, Fix, More, Section, State};
pub use io::{Answer, Ask, AskId, Input, Output, Place, Target};
pub use machine::{Doctor, Stage};
