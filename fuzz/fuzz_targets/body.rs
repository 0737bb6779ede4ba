//! Bodies to packets to messages to the model. What is claimed stands in the core's
//! `tests/support/fuzz`.
#![no_main]

#[path = "../../crates/switchboard-core/tests/support/fuzz/mod.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::body::run(bytes));
