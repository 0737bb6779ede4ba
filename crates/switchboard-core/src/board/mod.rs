//! What tables show, without a browser: which rows, in which order, and what each says.
//!
//! Headless, so that it can be tested and measured natively. It holds no words: what a person reads
//! is made in `words` from the enums here.
//!
//! A [`Table`] sorts, finds, holds and fades whatever rows it is given: what a kind of row has to
//! tell of itself is a [`Record`], and its [`Columns`]. The channels have theirs in [`channels`].

pub mod calls;
pub mod channels;
pub mod ended;
pub mod extensions;
pub mod find;
pub mod hand;
pub mod order;
pub mod record;
pub mod ringing;
mod roll;
pub mod row;
pub mod story;
pub mod table;
pub mod tables;
pub mod window;

pub use calls::{Call, CallState};
pub use channels::{Board, Column};
pub use ended::Ended;
pub use find::Fold;
pub use hand::Hand;
pub use order::{Columns, Sort};
pub use record::Record;
pub use ringing::Ring;
pub use row::{Connected, Lamp, Row, Status};
pub use story::Story;
pub use table::{FADE, KEPT, Table};
pub use tables::AnyTable;
pub use window::Viewport;

tables::tables! {
    /// The calls.
    calls: Call,
    /// The channels.
    channels: Row,
    /// The calls that are over.
    ended: Ended,
    /// The extensions that have a hint.
    extensions: crate::live::Extension = Extensions,
}
