//! Where the page is, as it stands behind the `#` of its address: `#/channels?find=anna&sort=-caller`.
//!
//! Whoever writes an address writes anything: reading one never fails, keeps no control characters,
//! and keeps no more than [`LONGEST_FIND`] and [`LONGEST_NAME`] say. A name that nothing has is kept,
//! so that it can be told.

use std::fmt::{self, Display, Formatter};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::board::Sort;

/// The longest search that an address holds, in characters.
pub const LONGEST_FIND: usize = 500;

/// What is kept of a name that is unknown, in characters.
pub const LONGEST_NAME: usize = 80;

/// What is read of an address, in bytes: the longest search, each of its characters written as four
/// escapes, and some room.
const READ: usize = LONGEST_FIND * 12 + 2_000;

/// What is written as an escape: all but what an address shows as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'*')
    .remove(b'@');

/// A place that a person can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The table of channels.
    Channels,
    /// What the page costs the server.
    Traffic,
}

impl Place {
    /// In the order of the bar.
    pub const ALL: [Self; 2] = [Self::Channels, Self::Traffic];

    fn name(self) -> &'static str {
        match self {
            Self::Channels => "channels",
            Self::Traffic => "traffic",
        }
    }
}

/// What is searched for in a table, and its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    find: String,
    sort: Option<Sort>,
}

impl Search {
    /// A search for what was typed, in this order if one is named.
    #[must_use]
    pub fn new(find: &str, sort: Option<Sort>) -> Self {
        let find = clean(find, LONGEST_FIND);
        Self { find, sort }
    }

    /// What to search for; empty for everything.
    #[must_use]
    pub fn find(&self) -> &str {
        &self.find
    }

    /// The order, if one is named.
    #[must_use]
    pub fn sort(&self) -> Option<Sort> {
        self.sort
    }

    fn parse(query: &str) -> Self {
        let value = |wanted| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find_map(|(name, value)| (name == wanted).then(|| decode(value)))
        };
        let sort = value("sort").and_then(|name| Sort::named(&name));
        Self::new(&value("find").unwrap_or_default(), sort)
    }
}

/// A place, and what it shows there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The table of channels.
    Channels(Search),
    /// What the page costs the server.
    Traffic,
    /// A name that no place has.
    Unknown(String),
}

impl Default for Route {
    fn default() -> Self {
        Self::Channels(Search::default())
    }
}

impl From<Place> for Route {
    fn from(place: Place) -> Self {
        match place {
            Place::Channels => Self::Channels(Search::default()),
            Place::Traffic => Self::Traffic,
        }
    }
}

impl Route {
    /// The route of an address, by what stands behind its `#`, with that or without. An address that
    /// names nothing is that of the channels; a setting that is unknown there counts for nothing.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let end = hash.char_indices().map(|(at, _)| at).find(|at| *at >= READ);
        let hash = &hash[..end.unwrap_or(hash.len())];
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let path = path.strip_prefix('/').unwrap_or(path);
        let name = decode(path.strip_suffix('/').unwrap_or(path));
        let name = clean(&name, LONGEST_NAME);
        let place = Place::ALL.into_iter().find(|place| place.name() == name);
        match place {
            Some(Place::Channels) => Self::Channels(Search::parse(query)),
            Some(Place::Traffic) => Self::Traffic,
            None if name.is_empty() => Self::Channels(Search::parse(query)),
            None => Self::Unknown(name),
        }
    }

    /// The place, if there is one of this name.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Channels(_) => Some(Place::Channels),
            Self::Traffic => Some(Place::Traffic),
            Self::Unknown(_) => None,
        }
    }
}

/// With the `#`, as a link has it.
impl Display for Route {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "#/{}", encode(name))?,
            Self::Channels(_) => write!(f, "#/{}", Place::Channels.name())?,
            Self::Traffic => write!(f, "#/{}", Place::Traffic.name())?,
        }
        let Self::Channels(Search { find, sort }) = self else {
            return Ok(());
        };
        let find = (!find.is_empty()).then(|| ("find", encode(find).to_string()));
        let sort = sort.map(|sort| ("sort", sort.name()));
        for (at, (name, value)) in [find, sort].into_iter().flatten().enumerate() {
            let mark = if at == 0 { '?' } else { '&' };
            write!(f, "{mark}{name}={value}")?;
        }
        Ok(())
    }
}

fn clean(text: &str, longest: usize) -> String {
    let kept = text.chars().filter(|char| !char.is_control());
    kept.take(longest).collect()
}

fn encode(text: &str) -> impl Display {
    utf8_percent_encode(text, ESCAPED)
}

/// What is no escape stands for itself: also `+`, which begins a number more often than it means a
/// blank.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
