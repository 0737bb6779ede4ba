//! What the end-to-end tests stand on does what it says. `cargo xtask test` runs it.

mod frame;
mod proxy;
