//! Real Asterisk servers for tests, demo and benchmarks.
