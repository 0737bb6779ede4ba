//! What is measured.

pub(crate) mod delay;
pub(crate) mod storm;
