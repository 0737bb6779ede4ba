//! Identifiers, each a type of its own: a channel name is not a Uniqueid.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier in this text; none in an empty one.
            pub fn new(text: &str) -> Option<Self> {
                (!text.is_empty()).then(|| Self(text.into()))
            }

            /// As Asterisk wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }
    };
}

id! {
    /// A channel's unique id: `epoch.counter`, with `systemname-` before it if one is set, or what
    /// `Originate` was given as `ChannelId`. It stays when the channel's name changes.
    Uniqueid
}
id! {
    /// The Uniqueid of the first channel of a call; the same on every channel of it (13 and later).
    Linkedid
}
id! {
    /// A channel's name, `Tech/resource-number`. It can change (`Rename`), but most actions take it.
    ChannelName
}
id! {
    /// A bridge's id (12 and later).
    BridgeUniqueid
}
id! {
    /// The `ActionID` that ties an answer to the action it answers.
    ActionId
}

impl ChannelName {
    /// Whether this, sent as it is, names one channel and no other.
    ///
    /// `Hangup` takes a name that begins with a slash for a pattern of many channels (11 and
    /// later), what is sent loses its control characters, and Asterisk skips blanks before a value
    /// (`main/manager.c`, `__get_header`): a name may look harmless until then. No channel needs
    /// any of them.
    pub fn names_one(&self) -> bool {
        !self.starts_with('/')
            && !self.chars().any(char::is_control)
            && self.trim().len() == self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_sent_as_a_pattern_names_no_channel() {
        for name in [
            "/.*/",
            "\u{7f}/.*/",
            "\u{1}/.*/",
            "\u{85}/.*/",
            "\r\n/.*/",
            " /.*/",
            "\u{a0}/.*/",
            "PJSIP/a\u{9b}-1",
        ] {
            assert!(
                !ChannelName::new(name).is_some_and(|name| name.names_one()),
                "{name:?}"
            );
        }
        for name in ["PJSIP/a-1", "Local/9@x-1;2", "DAHDI/1-1", "SIP/Jürgen-1"] {
            assert!(
                ChannelName::new(name).is_some_and(|name| name.names_one()),
                "{name:?}"
            );
        }
    }
}
