//! Topics: what somebody may look at, as data. Each is a file that says which events tell of it,
//! what lists it, and what an account and a server need for both.
//!
//! A view says which topics it shows. The session asks Asterisk for the events of all that any page
//! of this browser shows, lists a topic when somebody first looks at it and after every doubt, and
//! tells what of it this account, or this server, can't have ([`Lack`]).
//!
//! A further topic is a file here and its line in [`topics!`]. Its events and items reach the caller as
//! [`Notice::Happened`](super::Notice::Happened) and [`Notice::Listed`](super::Notice::Listed).

mod bridges;
mod channels;
mod extensions;
mod locations;
mod parking;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ami::{Event, event};

/// What is known of a topic before any server was asked.
#[derive(Debug)]
pub struct Subject {
    /// What the pages of one browser call it.
    pub name: &'static str,
    /// It is a part of the calls: with the other parts it is listed and put in place as one.
    pub of_calls: bool,
    /// The classes of its events, each of which must stand in `read` of an account.
    pub classes: &'static [&'static str],
    /// Its events, but for those that [`event`] types.
    pub events: &'static [Shape],
    /// What lists it, beside `CoreShowChannels` and `Status`.
    pub lists: &'static [List],
}

/// An event, or an item of a list, by what it must hold to be believed.
#[derive(Debug)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// The headers that each of this name has just once, as XML spells them.
    pub headers: &'static [&'static str],
}

/// An action without fields that answers with a list.
#[derive(Debug)]
pub struct List {
    /// AMI's name for it.
    pub action: &'static str,
    /// The write classes of which an account needs one; none where every account may.
    pub rights: &'static [&'static str],
    /// The first Asterisk that has it, by its major number; 1 for all of 1.x.
    pub since: u32,
    /// Its items, but for those that [`event`] types.
    pub items: &'static [Shape],
}

/// Why a topic can't be had, or not wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Only this version, and later ones, list it.
    Version(u32),
    /// The account needs one of these classes in `write` to list it.
    Right(&'static [&'static str]),
    /// This server does not have this action: a module is not loaded.
    Absent(&'static str),
    /// Its events do not come: the account needs this class in `read`, or a filter keeps them back.
    Events(&'static str),
}

macro_rules! topics {
    ($($(#[$doc:meta])* $topic:ident: $file:ident,)+) => {
        /// What somebody may look at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Topic {
            $($(#[$doc])* $topic,)+
        }

        impl Topic {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$topic),+];

            /// What is known of it.
            #[must_use]
            pub const fn subject(self) -> &'static Subject {
                match self {
                    $(Self::$topic => &$file::SUBJECT,)+
                }
            }
        }
    };
}

topics! {
    /// Every channel, and who waits in a queue.
    Channels: channels,
    /// Who is joined with whom.
    Bridges: bridges,
    /// Where in the dial plan each channel is, and what runs there.
    Locations: locations,
    /// Which calls are parked, and where.
    Parking: parking,
    /// Who is free, and who is not: the extensions that have a hint.
    Extensions: extensions,
}

/// The class that every session hears: the server goes down, or has come up.
const ALWAYS: &str = "system";

/// In this order they are asked for.
const CLASSES: [&str; 11] = [
    "call",
    "dialplan",
    "system",
    "agent",
    "user",
    "reporting",
    "cdr",
    "dtmf",
    "security",
    "cc",
    "aoc",
];

/// Some of the topics.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Topics(u32);

impl Topics {
    /// None.
    pub const NONE: Self = Self(0);

    /// All that the calls are made of.
    pub const CALLS: Self = {
        let mut calls = Self::NONE;
        let mut at = 0;
        while at < Topic::ALL.len() {
            if Topic::ALL[at].subject().of_calls {
                calls = calls.with(Topic::ALL[at]);
            }
            at += 1;
        }
        calls
    };

    /// These and one more.
    #[must_use]
    pub const fn with(self, topic: Topic) -> Self {
        Self(self.0 | 1 << topic as u32)
    }

    /// These but for that one.
    #[must_use]
    pub const fn without(self, topic: Topic) -> Self {
        Self(self.0 & !(1 << topic as u32))
    }

    /// Those of one or the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both.
    #[must_use]
    pub const fn also_in(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of these that the other has not.
    #[must_use]
    pub const fn not_in(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing of the other is missing here.
    #[must_use]
    pub const fn cover(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether it is one of these.
    #[must_use]
    pub const fn has(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u32 != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = Topic> {
        Topic::ALL
            .iter()
            .copied()
            .filter(move |topic| self.has(*topic))
    }

    /// The classes of the events that tell of all this, with commas.
    #[must_use]
    pub fn classes(self) -> String {
        let wanted = |class: &&str| {
            *class == ALWAYS
                || self
                    .iter()
                    .any(|topic| topic.subject().classes.contains(class))
        };
        CLASSES
            .into_iter()
            .filter(wanted)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Whether events of this name tell of one of these.
    #[must_use]
    pub fn are_told_by(self, name: &str) -> bool {
        match told_by(name) {
            Some(topic) => self.has(topic),
            // What is typed tells of the calls.
            None => !self.also_in(Self::CALLS).is_empty(),
        }
    }
}

impl fmt::Debug for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// By their names: pages of another build have others, which are left out.
impl Serialize for Topics {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(|topic| topic.subject().name))
    }
}

impl<'de> Deserialize<'de> for Topics {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        Ok(names.iter().filter_map(|name| Topic::named(name)).collect())
    }
}

impl FromIterator<Topic> for Topics {
    fn from_iter<T: IntoIterator<Item = Topic>>(topics: T) -> Self {
        topics.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Topic {
    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|topic| topic.subject().name == name)
    }

    /// What an item of its lists must hold, by the item's name.
    fn item(self, name: &str) -> Option<&'static Shape> {
        let items = self.subject().lists.iter().flat_map(|list| list.items);
        items.into_iter().find(|shape| shape.name == name)
    }

    /// Whether this may be an item that Asterisk has written.
    pub(super) fn believes_item(self, event: &Event<'_>) -> bool {
        match self.item(&event.name) {
            Some(shape) => event.holds_once(shape.headers),
            None => event.is_genuine_item(),
        }
    }
}

/// Every event that is some topic's own.
fn shapes() -> impl Iterator<Item = (Topic, &'static Shape)> {
    let of = |topic: Topic| {
        topic
            .subject()
            .events
            .iter()
            .map(move |shape| (topic, shape))
    };
    Topic::ALL.iter().copied().flat_map(of)
}

/// Whether anything here ever reads an event of this name.
pub(super) fn read(name: &str) -> bool {
    event::is_read(name) || told_by(name).is_some()
}

/// The topic whose own event this is.
pub(super) fn told_by(name: &str) -> Option<Topic> {
    let found = shapes().find(|(_, shape)| shape.name == name);
    found.map(|(topic, _)| topic)
}

/// Whether an event holds all that the topic which reads it asks for.
pub(super) fn believe(event: &Event<'_>) -> bool {
    shapes().all(|(_, shape)| shape.name != event.name || event.holds_once(shape.headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_that_a_topic_needs_is_asked_for() {
        let all: Topics = Topic::ALL.iter().copied().collect();
        let asked = all.classes();
        for topic in Topic::ALL {
            for class in topic.subject().classes {
                assert!(
                    asked.split(',').any(|have| have == *class),
                    "{topic:?}: {class}"
                );
            }
        }
        assert_eq!(Topics::NONE.classes(), ALWAYS);
        assert_eq!(Topics::CALLS.classes(), "call,dialplan,system,agent");
        assert_eq!(
            Topics::CALLS.without(Topic::Locations).classes(),
            "call,system,agent"
        );
    }

    #[test]
    fn every_topic_has_a_name_of_its_own_and_is_found_by_it() {
        for topic in Topic::ALL {
            assert_eq!(Topic::named(topic.subject().name), Some(*topic));
        }
        assert_eq!(Topic::named("weather"), None);
    }

    #[test]
    fn a_set_of_topics_is_one() {
        let some = Topics::NONE.with(Topic::Parking).with(Topic::Channels);
        assert!(some.has(Topic::Parking) && !some.has(Topic::Locations));
        assert!(Topics::CALLS.cover(some) && !some.cover(Topics::CALLS));
        assert_eq!(
            some.without(Topic::Parking).iter().collect::<Vec<_>>(),
            [Topic::Channels]
        );
        assert!(!Topics::CALLS.not_in(some).has(Topic::Parking));
        assert_eq!(some.iter().collect::<Topics>(), some);
    }
}
