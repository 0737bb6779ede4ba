//! A message between pages as text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Message, Said};

/// Of what is said. Pages of two builds do not talk, but each must see which of them is older: so
/// [`Head`] stays as it is.
const VERSION: u32 = 1;

/// Who says something. Every page reads it, whatever the rest is.
#[derive(Serialize, Deserialize)]
struct Head<'m> {
    version: u32,
    #[serde(borrow)]
    build: Cow<'m, str>,
    opened: i64,
    from: u32,
    term: u32,
}

impl Message {
    /// The message as text.
    pub fn text(&self) -> String {
        let head = Head {
            version: VERSION,
            build: Cow::from(&self.build),
            opened: self.opened,
            from: self.from,
            term: self.term,
        };
        // Nothing in it can fail to be written: every map has texts for keys.
        serde_json::to_string(&(head, &self.said)).unwrap_or_default()
    }

    /// The message of this text; none if it is not one. Of what another version says it is heard
    /// only who is there.
    pub fn of_text(text: &str) -> Option<Self> {
        let (head, said): (Head<'_>, &RawValue) = serde_json::from_str(text).ok()?;
        let said = match head.version == VERSION {
            true => serde_json::from_str(said.get()).ok()?,
            false => Said::Here,
        };
        Some(Self {
            build: head.build.into_owned(),
            opened: head.opened,
            from: head.from,
            term: head.term,
            said,
        })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use ajam::session::{Over, Share, Topic, Topics, Trouble};

    use super::*;

    fn saying(said: Said) -> Message {
        Message {
            build: "a.wasm".to_owned(),
            opened: -3,
            from: u32::MAX,
            term: 7,
            said,
        }
    }

    #[test]
    fn every_message_arrives_as_it_was_said() {
        let words = || "words <of> \"\u{202e}\u{0}\" others".to_owned();
        let troubles = [
            Trouble::Network(words()),
            Trouble::NoAnswer,
            Trouble::ManagerOff,
            Trouble::Http(503),
            Trouble::NotAsterisk,
            Trouble::Cut,
            Trouble::TooLarge,
            Trouble::Refused(words()),
            Trouble::SessionEnded,
            Trouble::TakenOver,
            Trouble::CookieNotKept,
            Trouble::Restarting,
            Trouble::Full(words()),
            Trouble::NoDigest,
        ];
        let topics = [
            Topics::CALLS,
            Topics::NONE,
            Topics::NONE.with(Topic::Extensions),
        ];
        let mut shares = vec![
            Share::Body(words()),
            Share::Epoch {
                account: None,
                topics: topics[0],
            },
            Share::Epoch {
                account: Some(words()),
                topics: topics[1],
            },
            Share::Hello,
            Share::Account(None),
            Share::Account(Some(String::new())),
            Share::InTime,
            Share::Late,
            Share::NewSession,
            Share::SignedOut(Over::LoggedOff),
            Share::SignedOut(Over::Idle),
            Share::SignedOut(Over::Expired),
            Share::NeedSecret,
            Share::Doubt,
            Share::Active,
        ];
        shares.extend(topics.map(Share::Classes));
        shares.extend(troubles.map(Share::Broken));
        let mut all: Vec<Said> = shares.into_iter().map(Said::Share).collect();
        all.extend([Said::Hello, Said::Here, Said::Lead, Said::Bye]);
        all.extend(topics.map(Said::Shows));
        for said in all {
            let message = saying(said);
            assert_eq!(Message::of_text(&message.text()), Some(message));
        }
    }

    #[test]
    fn what_is_not_ours_is_no_message() {
        let whole = saying(Said::Share(Share::Broken(Trouble::Http(503)))).text();
        for length in 0..whole.len() {
            assert_eq!(Message::of_text(&whole[..length]), None);
        }
        for (ours, other) in [
            ("503", "70000"),
            ("503", "\"x\""),
            ("Broken", "Mended"),
            ("-3", "null"),
            ("\"a.wasm\"", "1"),
        ] {
            let changed = whole.replace(ours, other);
            assert_ne!(changed, whole);
            assert_eq!(Message::of_text(&changed), None, "{other}");
        }
        assert_eq!(Message::of_text(&format!("{whole} more")), None);
    }

    #[test]
    fn of_a_build_that_speaks_otherwise_it_is_heard_that_it_is_there() {
        let ours = saying(Said::Lead).text();
        let other = ours.replace("\"version\":1", "\"version\":2");
        let other = other.replace("\"Lead\"", "{\"Sings\":\"a song\"}");
        assert_eq!(Message::of_text(&other), Some(saying(Said::Here)));
    }
}
