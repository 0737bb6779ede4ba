//! What the board shows, without a browser: which rows, in which order, and what each says.
//!
//! Headless, so that it can be tested and measured natively. It holds no words: what a person reads
//! is made in `words` from the enums here.

pub mod find;
pub mod hand;
pub mod order;
pub mod ringing;
pub mod row;
pub mod table;
pub mod window;

pub use find::Fold;
pub use hand::Hand;
pub use order::{Column, Sort};
pub use ringing::Ring;
pub use row::{Connected, Lamp, Row, Status};
pub use table::{Board, FADE, KEPT};
pub use window::Viewport;
