//! Switchboard: a live call console for Asterisk that needs nothing but Asterisk.
//!
//! One exchange, from the POST to the pixel: the browser's shell ([`shell`], wasm only) posts the
//! form that [`session`] asked for and hands the answer's bytes to [`console`]. The console reads
//! them with [`ami`] into typed messages, lets the session draw its conclusions, applies the events
//! to the [`live`] model, and tells [`board`] which rows moved; `ui` draws the rows that are in
//! sight, in the sentences of [`words`]. A click goes back the same way as an action with an
//! `ActionID`; the model changes only when Asterisk says so.
//!
//! Modules are listed lowest first; none names one below it in this list.

rust_i18n::i18n!("locales/page", fallback = "en");

pub mod ami;
pub mod config;
pub mod recipe;
pub mod time;

pub mod budget;

pub mod live;
pub mod session;

pub mod acts;
pub mod board;
pub mod tabs;

pub mod console;
pub mod doctor;

pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod shell;
#[cfg(target_arch = "wasm32")]
pub mod ui;
