//! Inputs to the console, in any order. What is claimed stands in the core's
//! `tests/support/fuzz`.
#![no_main]

#[path = "../../crates/switchboard-core/tests/support/fuzz/mod.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::session::run(bytes));
