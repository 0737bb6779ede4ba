//! The browser's side of the console: requests, the clock, timers, and the end of the page.
//!
//! The only code that touches the network, the clock or storage. It decides nothing: it hands what
//! happens to [`Console`] and does what the console asks for.

mod alarm;
pub mod bell;
mod clock;
mod doctor;
mod farewell;
pub mod fault;
mod http;
mod link;
pub mod memory;
mod pages;
mod resent;
pub mod save;
pub mod surroundings;
mod turns;

pub use clock::precise;
pub use doctor::Visit;
pub use link::{Link, SLICE, STEP};

#[cfg(doc)]
use switchboard_core::console::Console;
