//! Drives real browsers over the page, for the tests beside it.
//!
//! A test opens a [`Stage`]: an Asterisk of its own that serves the built page, and a browser that
//! has it open. It then does what a person would do, through [`Page`] and [`Board`], and compares
//! what is seen with what the server says. Everything here is blocking, and whatever goes wrong is
//! a panic with a sentence; servers and browsers end when their owner is dropped, panic or not.

pub mod axe;
mod board;
mod browser;
mod command;
pub mod console;
pub mod double;
mod engine;
mod environment;
mod frame;
mod house;
mod page;
mod program;
mod proxy;
mod stage;
mod through;
mod wait;

pub use board::{Board, Row};
pub use browser::{Browser, Control, Scope};
pub use engine::Engine;
pub use frame::FrameHost;
pub use house::House;
pub use page::{Page, Transfer};
pub use proxy::{Fault, On, Proxy, Request};
pub use stage::{DEMO, Ping, Stage, VIEWER, configure};
pub use switchboard_lab as lab;
pub use through::Through;
pub use wait::{PATIENCE, stays, until};

/// Makes one test of a claim on each release of Asterisk: `claim::on_asterisk_22` and `_16`.
#[macro_export]
macro_rules! on_every_server {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            #[test]
            fn on_asterisk_22() {
                super::$claim($crate::lab::Release::V22);
            }

            #[test]
            fn on_asterisk_16() {
                super::$claim($crate::lab::Release::V16);
            }
        }
    )+};
}
