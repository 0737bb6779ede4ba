//! What a person reads, made from what the core holds. The sentences themselves are in `locales/`,
//! one file a language: those of the page, and those that only the set-up check needs.
//!
//! Pure, so that it is tested natively.

pub mod calls;
pub mod cells;
pub mod connection;
pub mod consult;
pub mod count;
pub mod doctor;
pub mod ended;
pub mod extension;
pub mod outcome;
pub mod phone;
pub mod place;
pub mod ringing;
pub mod settings;
pub mod target;
pub mod time;
pub mod traffic;

#[cfg(test)]
mod catalogue;

/// The text of a key, with its places filled in.
///
/// By functions, for a look-up in every place costs some hundred bytes of code each.
#[macro_export]
macro_rules! say {
    ($key:literal) => {
        $crate::words::text($key)
    };
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::filled(
            &$crate::words::text($key),
            &[$(stringify!($name)),+],
            &[$(($value).to_string()),+],
        )
    };
}
pub use crate::say;

/// The text of a key, as it stands in the catalogue.
#[inline(never)]
pub fn text(key: &str) -> String {
    rust_i18n::t!(key).into_owned()
}

/// A text with these values in the places of these names.
#[inline(never)]
pub fn filled(text: &str, names: &[&str], values: &[String]) -> String {
    rust_i18n::replace_patterns(text, names, values)
}
