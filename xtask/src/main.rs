//! Switchboard's commands.
fn main() {}
