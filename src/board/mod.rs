//! What the board shows, without a browser: which rows, in which order, and what each says.
//!
//! Headless, so that it can be tested and measured natively. It holds no words: what a person reads
//! is made in `words` from the enums here.

pub mod order;
pub mod row;
pub mod table;
pub mod window;

pub use order::{Column, Fold, Sort};
pub use row::{Connected, Lamp, Row, Status};
pub use table::{Board, FADE};
pub use window::Viewport;
