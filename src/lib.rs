//! Switchboard: a live call console for Asterisk that needs nothing but Asterisk. This crate is the
//! page; what it stands on is in [`ajam`] and [`switchboard_core`].
//!
//! One exchange, from the POST to the pixel: the browser's shell ([`shell`], wasm only) posts the
//! form that [`ajam::session`] asked for and hands the answer's bytes to
//! [`switchboard_core::console`]. The console reads them with [`ajam::ami`] into typed messages, lets
//! the session draw its conclusions, applies the events to the [`switchboard_core::live`] model, and
//! tells [`switchboard_core::board`] which rows moved; `ui` draws the rows that are in sight, in the
//! sentences of [`switchboard_core::words`]. A click goes back the same way as an action with an
//! `ActionID`; the model changes only when Asterisk says so.
//!
//! Modules are listed lowest first; none names one below it in this list.

#[cfg(target_arch = "wasm32")]
pub mod shell;
#[cfg(target_arch = "wasm32")]
pub mod ui;
