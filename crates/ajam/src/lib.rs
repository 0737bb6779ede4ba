//! Asterisk's manager interface over HTTP, without IO.
//!
//! Bytes become typed messages in [`ami`], [`session`] holds the conversation, and [`time`] is what
//! both are told of clocks. Nothing here knows a browser, a socket or a model of the calls.

pub mod ami;
pub mod session;
pub mod time;
