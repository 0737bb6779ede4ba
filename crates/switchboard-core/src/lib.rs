//! Switchboard without its page: what is known of the calls, what of it is shown and in which words,
//! and what comes of a click. Nothing here knows a browser; the time is told.
//!
//! The page's shell hands answers and the time to [`console`]. The console has [`ajam`] read them,
//! applies the events to the [`live`] model, and tells [`board`] which rows moved; they are drawn in
//! the sentences of [`words`].
//!
//! Modules are listed lowest first; none names one below it in this list.

rust_i18n::i18n!("../../locales/page", fallback = "en");

pub mod config;
pub mod recipe;

pub mod budget;

pub mod live;
pub mod trunks;

pub mod acts;
pub mod board;
pub mod directory;
pub mod route;
pub mod tabs;

pub mod console;
pub mod doctor;

pub mod words;
