//! The places.

use super::{cells, say};

/// That no place has this name.
pub fn unknown(named: &str) -> String {
    say!("place.unknown", name = cells::quoted(named))
}
