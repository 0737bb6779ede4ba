//! Body text to packets. The only file that knows quick-xml.
//!
//! A strict parser would lose a whole batch of events to one bad byte, and Asterisk never sends an
//! event twice. So the body is cut at the landmarks that Asterisk cannot write inside a value (it
//! escapes `<` and `>`, `main/manager.c`, `xml_copy_escape`), and each packet is read by itself: a
//! bad one costs that one. Seen from real servers and accepted here: control bytes, bytes that are
//! not UTF-8, repeated attribute names, names that begin with a digit, line feeds in `opaque_data`,
//! a last value without its closing quote, an empty envelope, a body cut anywhere.
//!
//! The promise: a packet that is whole is read, with all its headers, whatever stands before and
//! behind it, once the envelope has begun.

use std::borrow::Cow;

use quick_xml::events::attributes::Attributes;

use super::packet::Packet;

const OPEN: &str = "<response";
const ENVELOPE: &str = "<ajax-response";
const ENVELOPE_END: &str = "</ajax-response>";

/// A packet of more bytes is not read. The longest that is known, the answer to `ListCommands`, has
/// some 20 kB; this bounds what one step of reading takes, in time and memory.
pub const LONGEST_PACKET: usize = 1_000_000;

/// A body as text: UTF-8 as it is, anything else with U+FFFD in place of each bad sequence.
/// Asterisk passes caller names through undecoded and names no charset.
pub fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Why a piece of a body is not a whole packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The body is not an `ajax-response` at all: an HTML page from a proxy, or nothing.
    NotAjax,
    /// The body ends without `</ajax-response>`; what came before the cut has been read.
    Cut,
    /// One packet could not be read to its end. `at` is its byte offset in the body.
    Packet {
        /// Its place in [`Body::packets`].
        index: usize,
        /// Byte offset of the packet's `<response`.
        at: usize,
        /// The headers that could be read before the fault.
        headers: usize,
    },
}

/// A body read to its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body<'a> {
    /// The packets, in order. One that is damaged is here with the headers that could be read.
    pub packets: Vec<Packet<'a>>,
    /// What was wrong, in order.
    pub problems: Vec<Problem>,
}

impl Body<'_> {
    /// Whether the envelope was opened and closed, so that nothing can be missing behind it.
    pub fn is_whole(&self) -> bool {
        !self
            .problems
            .iter()
            .any(|p| matches!(p, Problem::NotAjax | Problem::Cut))
    }
}

/// Reads a body. Never fails: what cannot be read is named in [`Body::problems`].
pub fn read(body: &str) -> Body<'_> {
    let mut found = Body::default();
    let Some(start) = begin(body) else {
        found.problems.push(Problem::NotAjax);
        return found;
    };
    for piece in Pieces::from(body, start) {
        let (packet, whole) = piece.read();
        if !whole {
            found.problems.push(Problem::Packet {
                index: found.packets.len(),
                at: piece.at,
                headers: packet.len(),
            });
        }
        found.packets.push(packet);
    }
    if !is_whole(body) {
        found.problems.push(Problem::Cut);
    }
    found
}

/// Byte offset at which the envelope's content begins; none if the body is no `ajax-response`.
/// Blank space and a byte order mark may stand before it.
pub fn begin(body: &str) -> Option<usize> {
    let lead = body.len()
        - body
            .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
            .len();
    let rest = &body[lead..];
    rest.starts_with(ENVELOPE).then_some(lead + ENVELOPE.len())
}

/// Whether the envelope is closed, so that nothing can be missing behind it.
pub fn is_whole(body: &str) -> bool {
    begin(body).is_some_and(|start| body[start..].rfind(ENVELOPE_END).is_some())
}

/// A part of a body, from one packet's beginning to another's, as a body of its own.
pub fn wrap(part: &str) -> String {
    format!("{ENVELOPE}>\n{part}{ENVELOPE_END}\n")
}

/// Cuts a body into pieces of one packet each, without reading them.
pub struct Pieces<'a> {
    body: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// From this byte offset on: that of [`begin`], or of a [`Piece`].
    pub fn from(body: &'a str, at: usize) -> Self {
        Self { body, at }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at + find_open(&self.body[self.at..])?;
        let inside = start + OPEN.len();
        let rest = &self.body[inside..];
        // A packet ends where the next begins, the last one with the envelope or with the body.
        // The envelope's end is looked for only once, or a long body would be read over and over.
        let end = find_open(rest)
            .or_else(|| rest.find(ENVELOPE_END))
            .unwrap_or(rest.len());
        self.at = inside + end;
        Some(Piece {
            at: start,
            chunk: &rest[..end],
        })
    }
}

/// Where the next packet begins. Asterisk writes `<` only where something begins or ends, so this
/// is much quicker than looking for the whole word.
fn find_open(text: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', text.as_bytes()).find(|at| text[*at..].starts_with(OPEN))
}

/// How often Asterisk writes `<` behind the beginning of a packet: where the inner element begins,
/// and where the packet ends.
const MARKS: usize = 2;

/// One packet that has not been read yet.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// Byte offset of its `<response` in the body.
    pub at: usize,
    chunk: &'a str,
}

impl<'a> Piece<'a> {
    /// How many bytes of the body it is.
    pub fn bytes(&self) -> usize {
        OPEN.len() + self.chunk.len()
    }

    /// The event's name, if `event` is the first header, as Asterisk writes it.
    pub fn event(&self) -> Option<&'a str> {
        let inner = &self.chunk[memchr::memchr(b'<', self.chunk.as_bytes())?..];
        let headers = &inner[memchr::memchr(b' ', inner.as_bytes())?..];
        let value = headers.strip_prefix(" event='")?;
        let name = &value[..memchr::memchr(b'\'', value.as_bytes())?];
        (!name.is_empty()).then_some(name)
    }

    /// Whether it is one packet, as far as can be told without reading it: a spoiled beginning of
    /// the next one would hide that in here.
    pub fn is_one(&self) -> bool {
        memchr::memchr_iter(b'<', self.chunk.as_bytes()).count() == MARKS
    }

    /// Whether it holds this `ActionID`, as far as can be told without reading it.
    pub fn bears(&self, id: &str) -> bool {
        let mut behind = self.chunk.split(" actionid='").skip(1);
        behind.any(|value| {
            value
                .strip_prefix(id)
                .is_some_and(|rest| rest.starts_with('\''))
        })
    }

    /// Its headers, and whether it could be read to its end.
    pub fn read(&self) -> (Packet<'a>, bool) {
        if self.chunk.len() > LONGEST_PACKET {
            return (Packet::default(), false);
        }
        one(self.chunk)
    }
}

/// Reads ` type='object' id='unknown'><generic a='1' b='2' /></response>`, and whether it was whole.
/// The inner element's name is not looked at: `ajaxobjtype` can change it.
fn one(chunk: &str) -> (Packet<'_>, bool) {
    let Some((_, inner)) = chunk.split_once('<') else {
        return (Packet::default(), false);
    };
    let (content, closed) = match end(inner) {
        Some(end) => (&inner[..end], true),
        None => (inner, false),
    };
    let (headers, read) = headers(content);
    (Packet::from_raw(headers), closed && read)
}

/// Where the inner element ends: before its `/>`. No value holds a `>`, so it is the first there is.
fn end(inner: &str) -> Option<usize> {
    match memchr::memchr(b'>', inner.as_bytes())? {
        at if inner[..at].ends_with('/') => Some(at - 1),
        at => inner.find("/>").or(Some(at)),
    }
}

/// The attributes of `generic a='1' b='2' `, and whether all of it was read.
fn headers(content: &str) -> (Vec<(&str, &str)>, bool) {
    let name_end = content
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(content.len());
    let mut attributes = Attributes::new(content, name_end);
    attributes.with_checks(false);
    let mut headers = Vec::with_capacity(24);
    let mut read_to = name_end;
    for attribute in attributes {
        let Ok(attribute) = attribute else {
            let whole = unclosed(&content[read_to..], &mut headers);
            return (headers, whole);
        };
        let Cow::Borrowed(value) = attribute.value else {
            continue;
        };
        read_to = (value.as_ptr() as usize - content.as_ptr() as usize) + value.len() + 1;
        headers.push((attribute.key.0, value));
    }
    (headers, true)
}

/// The last attribute when Asterisk left out its closing quote: `opaque_data='a⏎b`. It does so
/// where output ends inside free text with no blank line behind it.
fn unclosed<'a>(rest: &'a str, headers: &mut Vec<(&'a str, &'a str)>) -> bool {
    let Some((name, value)) = rest.split_once("='") else {
        return false;
    };
    let name = name.trim();
    if name.is_empty() || name.contains(char::is_whitespace) || value.contains('\'') {
        return false;
    }
    headers.push((name, value.trim_end()));
    name == "opaque_data"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(body: &str) -> Vec<Vec<(String, String)>> {
        read(body)
            .packets
            .iter()
            .map(|p| {
                p.headers()
                    .map(|(n, v)| (n.to_owned(), v.into_owned()))
                    .collect()
            })
            .collect()
    }

    fn wrap(inner: &str) -> String {
        format!(
            "<ajax-response>\n<response type='object' id='unknown'><generic {inner} /></response>\n</ajax-response>\n"
        )
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_headers_in_order_and_undoes_entities() {
        assert_eq!(
            packets(&wrap(
                "event='X' calleridname='M&lt;b&gt;&amp;\\&apos;' empty=''"
            )),
            [[
                pair("event", "X"),
                pair("calleridname", "M<b>&\\'"),
                pair("empty", "")
            ]]
        );
    }

    #[test]
    fn keeps_repeated_names_leading_digits_and_odd_names() {
        assert_eq!(
            packets(&wrap(
                "note='one' note-2='two' note='three' 100rel='yes' cid-callingpres='0'"
            )),
            [[
                pair("note", "one"),
                pair("note-2", "two"),
                pair("note", "three"),
                pair("100rel", "yes"),
                pair("cid-callingpres", "0"),
            ]]
        );
    }

    #[test]
    fn keeps_line_feeds_in_opaque_data() {
        assert_eq!(
            packets(&wrap("event='X' opaque_data='a\nb: c\n'")),
            [[pair("event", "X"), pair("opaque_data", "a\nb: c\n")]]
        );
    }

    #[test]
    fn reads_opaque_data_whose_closing_quote_is_missing() {
        let body = "<ajax-response>\n<response type='object' id='unknown'><generic event='X' opaque_data='foo\nbar /></response>\n<response type='object' id='unknown'><generic event='Y' /></response>\n</ajax-response>\n";
        assert_eq!(
            packets(body),
            vec![
                vec![pair("event", "X"), pair("opaque_data", "foo\nbar")],
                vec![pair("event", "Y")]
            ]
        );
        assert!(read(body).problems.is_empty());
    }

    #[test]
    fn a_bad_packet_costs_that_packet_only() {
        let body = "<ajax-response>\n<response type='object' id='unknown'><generic event='A' /></response>\n<response type='object' id='unknown'><generic event='B' =''x y /></response>\n<response type='object' id='unknown'><generic event='C' /></response>\n</ajax-response>";
        let found = read(body);
        let names: Vec<_> = found
            .packets
            .iter()
            .map(|p| p.get("event").unwrap_or_default())
            .collect();
        assert_eq!(names, ["A", "B", "C"]);
        assert_eq!(found.problems.len(), 1);
        assert!(found.is_whole());
    }

    #[test]
    fn control_bytes_and_bytes_that_are_not_utf8_lose_nothing_else() {
        let mut bytes = wrap("calleridname='a\u{1}\u{1f}b' uniqueid='1.1'").into_bytes();
        let at = bytes.iter().position(|b| *b == 1).unwrap_or_default();
        bytes.splice(at..at, [0xff, 0xc3]);
        let text = decode(bytes);
        assert_eq!(
            packets(&text),
            [[
                pair("calleridname", "a\u{fffd}\u{fffd}\u{1}\u{1f}b"),
                pair("uniqueid", "1.1")
            ]]
        );
    }

    #[test]
    fn an_empty_envelope_is_whole_and_holds_nothing() {
        let found = read("<ajax-response>\n</ajax-response>\n");
        assert_eq!(found, Body::default());
        assert!(found.is_whole());
    }

    #[test]
    fn a_packet_of_absurd_length_costs_itself_and_no_other() {
        let long = format!(
            "event='A' {} /></response>\n<response type='object' id='unknown'><generic event='B'",
            "x='' ".repeat(LONGEST_PACKET / 5)
        );
        let body = wrap(&long);
        let found = read(&body);
        let told: Vec<_> = found.packets.iter().map(Packet::len).collect();
        assert_eq!(told, [0, 1]);
        assert!(matches!(
            found.problems.as_slice(),
            [Problem::Packet { index: 0, .. }]
        ));
    }

    #[test]
    fn a_page_of_html_is_no_answer() {
        for body in ["", "<!DOCTYPE html><html></html>", "Not here"] {
            assert_eq!(read(body).problems, [Problem::NotAjax]);
        }
    }

    #[test]
    fn a_body_cut_anywhere_keeps_the_packets_before_the_cut_and_says_so() {
        let body = "<ajax-response>\n<response type='object' id='unknown'><generic event='Aé' /></response>\n<response type='object' id='unknown'><generic event='B' x='&lt;' /></response>\n</ajax-response>\n";
        let first_end = body.find("</response>").unwrap_or_default() + "</response>".len();
        for cut in (0..body.len()).filter(|i| body.is_char_boundary(*i)) {
            let found = read(&body[..cut]);
            let whole = cut >= body.trim_end().len();
            assert_eq!(found.is_whole(), whole, "cut at {cut}");
            if cut >= first_end {
                assert_eq!(
                    found.packets[0].get("event").as_deref(),
                    Some("Aé"),
                    "cut at {cut}"
                );
            }
        }
    }
}
