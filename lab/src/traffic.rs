//! Calls that keep coming and going.
