//! Switchboard in real browsers on real Asterisk servers. `cargo xtask test` runs it.

mod accessibility;
mod acting;
mod addresses;
mod calls;
mod clocks;
mod demo;
mod doctor;
mod early;
mod engines;
mod faults;
mod frames;
mod hostile;
mod loading;
mod log_in;
mod old;
mod outages;
mod people;
mod places;
mod secret;
mod session;
mod storm;
mod tabs;
mod traffic;
mod trouble;
mod truth;
mod ways;
