//! Packet to message: an answer, an event, or a stray piece.

use std::borrow::Cow;

use super::event::{self, Event};
use super::packet::Packet;
use super::xml::{self, Piece, Pieces, Problem};

/// What a packet is.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // nearly every message is an event: a box would cost more
pub enum Message<'a> {
    /// The answer to an action.
    Answer(Answer<'a>),
    /// An event, or an item or the end of a list.
    Event(Event<'a>),
    /// Neither: the torn-off rest of another packet (a line break inside a value makes one).
    Stray(Packet<'a>),
}

impl<'a> Message<'a> {
    /// Types a packet. `event` is looked at before `response`: `OriginateResponse` has both.
    pub fn of(mut packet: Packet<'a>) -> Self {
        if let Some(name) = packet.text("event") {
            packet.free_the_opaque(event::HEADERS);
            return Self::Event(Event::read(name, packet));
        }
        match packet.text("response") {
            Some(response) => Self::Answer(Answer {
                success: !response.eq_ignore_ascii_case("Error"),
                message: packet.text("message").unwrap_or_default(),
                packet,
            }),
            None => Self::Stray(packet),
        }
    }
}

/// The answer to an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'a> {
    /// Whether `response` was anything but `Error`: success has many words (`Success`, `Goodbye`,
    /// `Pong`, `Follows`), failure has one.
    pub success: bool,
    /// `message`, Asterisk's own words. Empty if there are none.
    pub message: Cow<'a, str>,
    /// Every header.
    pub packet: Packet<'a>,
}

impl Answer<'_> {
    /// Whether this is what an action gets on a session that is not logged in, and also what it
    /// gets for lack of a right: only `Ping` tells the two apart.
    pub fn is_denied(&self) -> bool {
        !self.success
            && ["Permission denied", "Authentication Required"]
                .iter()
                .any(|words| starts_with(&self.message, words))
    }
}

/// Whether `text` begins with `words`, in any case: texts of several versions differ at the end.
pub fn starts_with(text: &str, words: &str) -> bool {
    text.get(..words.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(words))
}

/// The answer among the messages of a body; there is at most one.
pub fn answer<'m, 'a>(messages: &'m [Message<'a>]) -> Option<&'m Answer<'a>> {
    messages.iter().find_map(|message| match message {
        Message::Answer(answer) => Some(answer),
        _ => None,
    })
}

/// The messages of a body, in order, with what was wrong with it.
pub fn messages(body: &str) -> (Vec<Message<'_>>, Vec<Problem>) {
    let problems = xml::read(body).problems;
    let start = xml::begin(body).unwrap_or(body.len());
    let messages = Messages::from(body, start, |_| true)
        .filter_map(|told| match told.what {
            What::Message(message) => Some(message),
            What::Unread(_) => None,
        })
        .collect();
    (messages, problems)
}

/// Reads the messages of a body one by one: nothing is built of what nobody has asked for yet.
///
/// A packet that is neither answer nor event is the rest of the one before it, and is put back:
/// 1.4 tears a packet in two at letters that are not ASCII (`main/manager.c`, `xml_translate`
/// compares signed characters), and the Uniqueid is in the second piece. A damaged one is not: who
/// knows whose it is.
pub struct Messages<'a, W> {
    pieces: Pieces<'a>,
    next: Option<Ahead<'a>>,
    wanted: W,
    end: usize,
    mends: bool,
}

/// A piece that was looked at already, and its packet if that took reading it.
struct Ahead<'a> {
    piece: Piece<'a>,
    read: Option<(Packet<'a>, bool)>,
}

/// What one packet of a body, with all that was torn off it, says.
#[derive(Debug)]
pub struct Told<'a> {
    /// Byte offset of its beginning.
    pub at: usize,
    /// Its length in bytes.
    pub bytes: usize,
    /// Whether it could be read to its end, or is one whole packet if it was left unread. Of one
    /// that is not, something may be missing.
    pub whole: bool,
    /// What it says.
    pub what: What<'a>,
}

/// A message, or what nobody wanted to read.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // nearly all are messages: a box would cost more
pub enum What<'a> {
    /// Read.
    Message(Message<'a>),
    /// An event of this name, left unread.
    Unread(&'a str),
}

impl<'a, W: Fn(&str) -> bool> Messages<'a, W> {
    /// From this byte offset on: that of [`xml::begin`], or [`end`](Self::end) of an earlier
    /// reader. Events whose names `wanted` does not want are not read.
    pub fn from(body: &'a str, at: usize, wanted: W) -> Self {
        Self {
            pieces: Pieces::from(body, at),
            next: None,
            wanted,
            end: at,
            mends: true,
        }
    }

    /// Puts nothing back: only 1.4 tears packets in two by itself. What looks torn in the answer of
    /// a later one was written by somebody else, and is told as [`Message::Stray`].
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.mends = false;
        self
    }

    /// Up to which byte offset has been read.
    pub fn end(&self) -> usize {
        self.end
    }

    fn ahead(&mut self) -> Option<Ahead<'a>> {
        let piece = self.pieces.next()?;
        Some(Ahead { piece, read: None })
    }

    /// Takes the rest of a torn packet, if one follows.
    fn rest(&mut self) -> Option<Packet<'a>> {
        if !self.mends {
            return None;
        }
        let mut ahead = self.next.take().or_else(|| self.ahead())?;
        let (packet, whole) = match ahead.read.take() {
            None if ahead.piece.event().is_some() => {
                self.next = Some(ahead);
                return None;
            }
            read => read.unwrap_or_else(|| ahead.piece.read()),
        };
        let torn_off = packet.text("event").is_none() && packet.text("response").is_none();
        if torn_off && whole {
            self.end = ahead.piece.at + ahead.piece.bytes();
            return Some(packet);
        }
        ahead.read = Some((packet, whole));
        self.next = Some(ahead);
        None
    }
}

impl<'a, W: Fn(&str) -> bool> Iterator for Messages<'a, W> {
    type Item = Told<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let Ahead { piece, read } = self.next.take().or_else(|| self.ahead())?;
        self.end = piece.at + piece.bytes();
        let unread = piece.event().filter(|name| !(self.wanted)(name));
        let one = piece.is_one();
        let (what, whole) = match unread {
            Some(name) => {
                while self.rest().is_some() {}
                (What::Unread(name), one)
            }
            None => {
                let (mut packet, read) = read.unwrap_or_else(|| piece.read());
                while let Some(rest) = self.rest() {
                    packet.join(rest);
                }
                (What::Message(Message::of(packet)), one && read)
            }
        };
        Some(Told {
            at: piece.at,
            bytes: self.end - piece.at,
            whole,
            what,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ami::event::EventKind;

    #[test]
    fn an_event_with_a_response_header_is_an_event() {
        let packet = Packet::from_raw(vec![
            ("event", "OriginateResponse"),
            ("actionid", "a1"),
            ("response", "Failure"),
        ]);
        let Message::Event(event) = Message::of(packet) else {
            panic!("not an event")
        };
        assert!(matches!(
            event.kind,
            EventKind::OriginateResponse { success: false, .. }
        ));
    }

    #[test]
    fn only_error_is_a_failure() {
        for (word, success) in [
            ("Success", true),
            ("Goodbye", true),
            ("Pong", true),
            ("Follows", true),
            ("Error", false),
        ] {
            let Message::Answer(answer) = Message::of(Packet::from_raw(vec![("response", word)]))
            else {
                panic!("{word} is not an answer");
            };
            assert_eq!(answer.success, success, "{word}");
        }
    }

    #[test]
    fn a_torn_off_piece_is_put_back_and_a_damaged_one_is_not() {
        // As 1.4.44 writes a caller named Jürgen; then a packet that something has happened to.
        let body = "<ajax-response>\n\
            <response type='object' id='unknown'><generic event='Newstate' state='Up' calleridname='J' /></response>\n\
            <response type='object' id='unknown'><generic uniqueid='1.1' state='Down' /></response>\n\
            <response type='object' id='unknown'><generic uniqueid='9.9' =' /></response>\n\
            </ajax-response>\n";
        let (messages, _) = messages(body);
        let [Message::Event(event), Message::Stray(_)] = &messages[..] else {
            panic!("{messages:?}")
        };
        assert_eq!(event.packet.get("uniqueid").as_deref(), Some("1.1"));
        assert_eq!(event.packet.get("state").as_deref(), Some("Up"));
    }

    #[test]
    fn what_looks_torn_off_stays_apart_where_no_version_tears() {
        let body = "<ajax-response>\n\
            <response type='object' id='unknown'><generic event='Newstate' exten='1' /></response>\n\
            <response type='object' id='unknown'><generic uniqueid='1.1' linkedid='1.1' /></response>\n\
            </ajax-response>\n";
        let start = xml::begin(body).unwrap_or_default();
        let told: Vec<_> = Messages::from(body, start, |_| true).apart().collect();
        let [first, second] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(first.whole && second.whole);
        assert!(matches!(second.what, What::Message(Message::Stray(_))));
    }

    #[test]
    fn a_packet_that_swallowed_the_next_one_is_not_whole() {
        let body = "<ajax-response>\n\
            <response type='object' id='unknown'><generic event='VarSet' a='1' /></response>\n\
            <respXnse type='object' id='unknown'><generic event='Hangup' a='1' /></response>\n\
            <response type='object' id='unknown'><generic event='VarSet' a='1' /></response>\n\
            </ajax-response>\n";
        let start = xml::begin(body).unwrap_or_default();
        let told = Messages::from(body, start, |name| name != "VarSet");
        let whole: Vec<_> = told.map(|told| told.whole).collect();
        assert_eq!(whole, [false, true]);
    }

    #[test]
    fn headers_behind_a_line_break_in_a_name_are_read_and_asterisks_own_count() {
        // As 1.8 to 12 write it; the caller has made up a Uniqueid.
        let packet = Packet::from_raw(vec![
            ("event", "Hangup"),
            ("channel", "SIP/1-1"),
            ("calleridname", "b"),
            (
                "opaque_data",
                "c\nUniqueid: 9.9\nCallerIDName: d\nUniqueid: 1.1\nCause: 16\nCause-txt: Normal &amp; so",
            ),
        ]);
        let Message::Event(event) = Message::of(packet) else {
            panic!("not an event")
        };
        let EventKind::Hangup {
            channel,
            cause,
            cause_text,
        } = event.kind
        else {
            panic!("{event:?}")
        };
        assert_eq!(channel.uniqueid, "1.1");
        assert_eq!(channel.caller_name.as_deref(), Some("b"));
        assert_eq!((&*cause, &*cause_text), ("16", "Normal & so"));
    }

    #[test]
    fn a_torn_off_piece_is_neither() {
        let packet = Packet::from_raw(vec![("opaque_data", "After: 2")]);
        assert!(matches!(Message::of(packet), Message::Stray(_)));
    }
}
