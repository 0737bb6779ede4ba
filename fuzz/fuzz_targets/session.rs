//! Inputs to the console, in any order. What is claimed stands in `tests/support/fuzz`.
#![no_main]

#[path = "../../tests/support/fuzz/mod.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::session::run(bytes));
