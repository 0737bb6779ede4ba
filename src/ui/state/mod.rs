//! What views read and ask for, each by a narrow handle from the context. All of them stand on the
//! one [`Store`](super::Store): what a handle gives to read, only the store writes.

mod ask;
mod board;
mod clock;
mod session;
mod surroundings;

pub(super) use ask::use_ask;
pub(super) use board::use_board;
pub(super) use clock::use_clock;
pub(super) use session::use_session;
pub(super) use surroundings::use_surroundings;
