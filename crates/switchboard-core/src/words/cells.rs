//! A row's cells.

use std::borrow::Cow;

use ajam::ami::text;

use super::say;
use crate::board::row::Peer;
use crate::board::{Column, Connected, Lamp, Row, Status};
use crate::live::Party;

/// A column's header.
pub fn header(column: Column) -> String {
    match column {
        Column::Channel => say!("column.channel"),
        Column::State => say!("column.state"),
        Column::Caller => say!("column.caller"),
        Column::Location => say!("column.location"),
        Column::Connected => say!("column.connected"),
        Column::Duration => say!("column.duration"),
    }
}

/// Who somebody is, in two parts that look different; either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The name, or the number if there is no name.
    pub name: String,
    /// The number, if there is a name too.
    pub num: String,
}

impl Who {
    /// From what Asterisk says of somebody.
    pub fn of(party: &Party) -> Self {
        let (name, num) = match (is_withheld(&party.name), is_withheld(&party.num)) {
            (false, false) => (shown(&party.name), shown(&party.num)),
            // A number is known all the same.
            (true, false) if !party.num.is_empty() => (String::new(), shown(&party.num)),
            (false, true) if !party.name.is_empty() => (shown(&party.name), say!("row.withheld")),
            _ => (say!("row.withheld"), String::new()),
        };
        if name.is_empty() {
            Self {
                name: num,
                num: String::new(),
            }
        } else if name == num {
            Self {
                name,
                num: String::new(),
            }
        } else {
            Self { name, num }
        }
    }

    fn of_peer(peer: &Peer) -> Self {
        let who = Self::of(&peer.party);
        if !who.is_empty() {
            return who;
        }
        Self {
            name: channel(&peer.channel),
            num: String::new(),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    /// Both parts in one text.
    pub fn whole(&self) -> String {
        let parts = [&self.name, &self.num].map(|part| isolated(part));
        parts.join(" ").trim_end().to_owned()
    }
}

/// What stands in place of somebody who does not want to be known: Asterisk's own channels and
/// others write `anonymous` there (RFC 3323).
fn is_withheld(raw: &str) -> bool {
    let said = raw.trim();
    ["anonymous", "anonymous.invalid", "withheld", "restricted"]
        .iter()
        .any(|word| said.eq_ignore_ascii_case(word))
}

/// Text from the wire, fit to show: nothing in it that is not seen, and nothing if there is no ink
/// in it.
pub fn shown(raw: &str) -> String {
    if !text::has_ink(raw) {
        return String::new();
    }
    text::visible(raw).trim_matches(' ').to_owned()
}

/// Text from the wire for the middle of a sentence.
pub fn quoted(raw: &str) -> String {
    isolated(&shown(raw)).into_owned()
}

/// A name for the middle of a sentence: one in another direction of writing must not turn around
/// what stands beside it.
fn isolated(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("\u{2068}{text}\u{2069}"))
    }
}

/// A channel's name.
pub fn channel(name: &str) -> String {
    let name = shown(name);
    if name.is_empty() {
        say!("row.unknown_channel")
    } else {
        name
    }
}

/// The same for the middle of a sentence.
pub fn named(name: &str) -> String {
    isolated(&channel(name)).into_owned()
}

/// A name in two parts: the first may be shortened, the last tells channels of one line apart.
pub fn halves(name: &str) -> (&str, &str) {
    const TAIL: usize = 9;
    let count = name.chars().count();
    let cut = match name.rfind('-') {
        Some(dash) if name[dash..].chars().count() <= TAIL + 2 => dash,
        _ if count <= TAIL * 2 => name.len(),
        _ => name
            .char_indices()
            .nth(count - TAIL)
            .map_or(name.len(), |(at, _)| at),
    };
    name.split_at(cut)
}

/// A state in Asterisk's own word, and what else is true of the channel.
pub fn status(status: &Status) -> String {
    let word = status.state.words();
    let more = match (&status.lamp, &status.parked) {
        (Lamp::Ended, _) => say!("row.ended"),
        (_, Some(parked)) if parked.space.is_empty() => say!("row.parked_somewhere"),
        (_, Some(parked)) => say!("row.parked", space = quoted(&parked.space)),
        (Lamp::Held, _) => say!("row.on_hold"),
        _ => return word.to_owned(),
    };
    format!("{word}, {more}")
}

/// Whom or what a channel is connected to: words before the name, and the name.
pub fn connected(to: &Connected) -> (String, Who) {
    let sentence = |words| (words, Who::default());
    match to {
        Connected::Nobody => sentence(String::new()),
        Connected::With(peer) => (String::new(), Who::of_peer(peer)),
        Connected::Dialling(peer) => (say!("connected.dialling"), Who::of_peer(peer)),
        Connected::DialledBy(peer) => (say!("connected.dialled_by"), Who::of_peer(peer)),
        Connected::Conference(name, count) => sentence(say!(
            "connected.conference",
            name = quoted(name),
            count = count
        )),
        Connected::Several(count) => sentence(say!("connected.several", count = count)),
        Connected::Queue(name) => sentence(say!("connected.queue", name = quoted(name))),
        Connected::Running(name) => sentence(say!("connected.running", name = quoted(name))),
        Connected::Told(party) => {
            let who = Who::of(party);
            let before = match who.is_empty() {
                true => String::new(),
                false => say!("connected.told"),
            };
            (before, who)
        }
    }
}

/// What to call a row in a sentence: who it is, else its channel.
pub fn called(row: &Row) -> String {
    let who = Who::of(&row.caller);
    if who.is_empty() {
        named(&row.channel)
    } else {
        who.whole()
    }
}

/// What to call the channel at the other end of a row.
pub fn other_called(row: &Row) -> Option<String> {
    let leg = row.other_leg.as_deref()?;
    let who = match &row.connected {
        Connected::With(peer) | Connected::Dialling(peer) | Connected::DialledBy(peer) => {
            Who::of_peer(peer)
        }
        _ => Who::default(),
    };
    Some(if who.is_empty() {
        named(leg)
    } else {
        who.whole()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ajam::ami::ChannelState;
    use ajam::ami::Parked;

    fn party(name: &str, num: &str) -> Party {
        Party {
            num: num.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn somebody_without_a_name_goes_by_the_number() {
        assert_eq!(Who::of(&party("", "600")).whole(), "600");
        assert_eq!(Who::of(&party("600", "600")).whole(), "600");
        assert_eq!(Who::of(&party("Bob", "600")).whole(), "Bob 600");
        assert_eq!(Who::of(&party("\u{200b}\u{202e}", "600")).whole(), "600");
    }

    #[test]
    fn somebody_who_does_not_want_to_be_known_is_called_withheld() {
        assert_eq!(
            Who::of(&party("Anonymous", "anonymous")).whole(),
            "Withheld"
        );
        assert_eq!(Who::of(&party("", "Anonymous")).whole(), "Withheld");
        assert_eq!(Who::of(&party("anonymous", "")).whole(), "Withheld");
        assert_eq!(Who::of(&party("Ann", "anonymous")).whole(), "Ann Withheld");
        assert_eq!(Who::of(&party("Anonymous", "600")).whole(), "600");
    }

    #[test]
    fn a_name_in_another_direction_turns_nothing_around() {
        assert_eq!(
            Who::of(&party("נועה", "+972")).whole(),
            "\u{2068}נועה\u{2069} +972"
        );
    }

    #[test]
    fn a_state_is_asterisks_word_and_what_else_is_true() {
        let mut up = Status {
            state: ChannelState::Up,
            lamp: Lamp::Held,
            parked: None,
        };
        assert_eq!(status(&up), "Up, on hold");
        up.lamp = Lamp::Parked;
        up.parked = Some(Parked {
            lot: "default".to_owned(),
            space: "701".to_owned(),
        });
        assert_eq!(status(&up), "Up, parked 701");
    }

    #[test]
    fn a_channel_name_is_cut_before_what_tells_it_apart() {
        assert_eq!(halves("PJSIP/anna-00000012"), ("PJSIP/anna", "-00000012"));
        assert_eq!(halves("Local/9@x-0000001a;2"), ("Local/9@x", "-0000001a;2"));
        assert_eq!(halves("short"), ("short", ""));
        let (head, tail) = halves("日本語日本語日本語日本語日本語日本語日本語");
        assert_eq!((head.chars().count(), tail.chars().count()), (12, 9));
    }

    #[test]
    fn control_characters_are_seen() {
        assert_eq!(shown("a\r\nb"), "a␍␊b");
        assert_eq!(shown("<b>x</b>"), "<b>x</b>");
    }
}
