//! The places.

use super::{cells, say};
use crate::route::Place;

/// What a place is called.
pub fn name(place: Place) -> String {
    match place {
        Place::Channels => say!("region.channels"),
        Place::Traffic => say!("traffic.title"),
    }
}

/// What stands in the page's title; nothing has no place.
pub fn title(place: Option<Place>) -> String {
    place.map_or_else(|| say!("place.nowhere"), name)
}

/// That no place has this name.
pub fn unknown(named: &str) -> String {
    say!("place.unknown", name = cells::quoted(named))
}
