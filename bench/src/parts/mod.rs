//! What is measured.

pub(crate) mod body;
pub(crate) mod delay;
pub(crate) mod idle;
pub(crate) mod many;
pub(crate) mod native;
pub(crate) mod steady;
pub(crate) mod storm;
pub(crate) mod view;
