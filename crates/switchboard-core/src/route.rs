//! Where the page is, as it stands behind the `#` of its address: `#/channels?find=anna&sort=-caller`.
//!
//! Whoever writes an address writes anything: reading one never fails, keeps no control characters,
//! and keeps no more than [`LONGEST_FIND`] and [`LONGEST_NAME`] say. A name that nothing has is kept,
//! so that it can be told.

use std::fmt::{self, Display, Formatter};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::board::{Columns, Sort, calls, channels, ended, extensions};

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
    /// The table of calls.
    Calls,
    /// The table of calls that are over.
    Ended,
    /// The table of extensions: who can be reached.
    Extensions,
    /// What the page costs the server.
    Traffic,
}

impl Place {
    /// In the order of the bar.
    pub const ALL: [Self; 5] = [
        Self::Channels,
        Self::Calls,
        Self::Ended,
        Self::Extensions,
        Self::Traffic,
    ];

    /// Its name in an address; and where it has a table, whether that has an order of some name.
    fn entry(self) -> (&'static str, Option<IsSort>) {
        match self {
            Self::Calls => ("calls", Some(is_sort::<calls::Column>)),
            Self::Ended => ("ended", Some(is_sort::<ended::Column>)),
            Self::Channels => ("channels", Some(is_sort::<channels::Column>)),
            Self::Extensions => ("extensions", Some(is_sort::<extensions::Column>)),
            Self::Traffic => ("traffic", None),
        }
    }

    /// Its name in an address.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// Whether it has a table, which can be searched and sorted.
    #[must_use]
    pub fn has_table(self) -> bool {
        self.entry().1.is_some()
    }
}

/// Whether a table has an order of this name.
type IsSort = fn(&str) -> bool;

/// Whether a table of these columns has one.
fn is_sort<C: Columns>(name: &str) -> bool {
    Sort::<C>::named(name).is_some()
}

/// What is searched for in a table, and its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    find: String,
    sort: Option<String>,
}

impl Search {
    /// A search for what was typed, in the order of this name if one is named ([`Sort::name`]).
    #[must_use]
    pub fn new(find: &str, sort: Option<String>) -> Self {
        let find = clean(find, LONGEST_FIND);
        Self { find, sort }
    }

    /// What to search for; empty for everything.
    #[must_use]
    pub fn find(&self) -> &str {
        &self.find
    }

    /// The name of the order, if one is named.
    #[must_use]
    pub fn sort(&self) -> Option<&str> {
        self.sort.as_deref()
    }

    fn parse(query: &str, is_sort: IsSort) -> Self {
        let value = |wanted| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find_map(|(name, value)| (name == wanted).then(|| decode(value)))
        };
        let sort = value("sort").filter(|name| is_sort(name));
        Self::new(&value("find").unwrap_or_default(), sort)
    }
}

/// A place, and what it shows there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A place, with the search in its table; without one where it has none.
    At(Place, Search),
    /// A name that no place has.
    Unknown(String),
}

impl Default for Route {
    fn default() -> Self {
        Place::Channels.into()
    }
}

impl From<Place> for Route {
    fn from(place: Place) -> Self {
        Self::At(place, Search::default())
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
        let mut places = Place::ALL.into_iter();
        let place = match places.find(|place| place.name() == name) {
            Some(place) => place,
            None if name.is_empty() => Place::Channels,
            None => return Self::Unknown(name),
        };
        let search = place.entry().1.map(|is_sort| Search::parse(query, is_sort));
        Self::At(place, search.unwrap_or_default())
    }

    /// The place, if there is one of this name.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::At(place, _) => Some(*place),
            Self::Unknown(_) => None,
        }
    }
}

/// With the `#`, as a link has it.
impl Display for Route {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (place, Search { find, sort }) = match self {
            Self::At(place, search) => (place, search),
            Self::Unknown(name) => return write!(f, "#/{}", encode(name)),
        };
        write!(f, "#/{}", place.name())?;
        let find = Some(find).filter(|find| !find.is_empty());
        let settings = [("find", find), ("sort", sort.as_ref())].into_iter();
        let settings = settings.filter_map(|(name, value)| Some((name, value?)));
        for (at, (name, value)) in settings.enumerate() {
            let mark = if at == 0 { '?' } else { '&' };
            write!(f, "{mark}{name}={}", encode(value))?;
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
