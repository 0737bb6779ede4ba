//! What a person reads, made from what the core holds. The sentences themselves are in `locales/`,
//! one file a language.
//!
//! Pure, so that it is tested natively.

pub mod cells;
pub mod connection;
pub mod count;
pub mod outcome;
pub mod settings;
pub mod target;
pub mod time;

#[cfg(test)]
mod catalogue;

/// The text of a key, with its places filled in.
macro_rules! say {
    ($($key:tt)*) => { ::rust_i18n::t!($($key)*).into_owned() };
}
pub(crate) use say;
