//! Bodies, one after the other, on one model.

use ajam::ami::event::EventKind;
use ajam::ami::message::{self, Message};
use ajam::ami::{Event, Parked, xml};
use ajam::session::Keep;
use ajam::time::Moment;
use switchboard_core::board::Board;
use switchboard_core::live::{Pbx, Snapshot};

use super::{canary, dice, model};

const ENVELOPE: &str = "<ajax-response";
const ENVELOPE_END: &str = "</ajax-response>";
const OPEN: &str = "<response";

/// Runs any bytes. Bodies are parted by a NUL, which Asterisk cannot send; the byte behind it says
/// how the next is taken: `L` and `K` as a list (after which nothing, or everything, that lists do
/// not tell is kept), `A` as events with a list asked for before them, anything else as events.
///
/// # Panics
/// Where a claim does not hold.
pub fn run(bytes: &[u8]) {
    let mut page = Page::default();
    for (number, chunk) in bytes.split(|byte| *byte == 0).enumerate() {
        let (way, body) = match chunk.split_first() {
            Some((way, body)) if number > 0 => (*way, body),
            _ => (b'E', chunk),
        };
        reads(body);
        page.take(way, body);
    }
    page.survives_a_bad_neighbour(bytes);
}

/// What the reader promises of any body: it ends, it names where packets were bad, and **a good
/// packet anywhere behind the envelope's first mark is read, whole and as the first of what is read
/// there, whatever stands around it**. Put where a packet begins or where the envelope ends, it
/// changes nothing else.
fn reads(body: &[u8]) {
    let text = xml::decode(body.to_vec());
    let found = xml::read(&text);
    for problem in &found.problems {
        if let xml::Problem::Packet { at, .. } = problem {
            assert!(text[*at..].starts_with(OPEN));
        }
    }
    message::messages(&text);

    let mut enveloped = body.to_vec();
    if !text.trim_start_matches('\u{feff}').starts_with(ENVELOPE) {
        enveloped.splice(0..0, format!("{ENVELOPE}>\n").into_bytes());
    }
    let text = xml::decode(enveloped.clone());
    anywhere(&enveloped);
    at_a_boundary(&text);
}

/// In the bytes, at any place: in a word, a value, a letter.
fn anywhere(bytes: &[u8]) {
    let start = find(bytes, ENVELOPE.as_bytes()) + ENVELOPE.len();
    let at = start + dice(bytes) % (bytes.len() - start + 1);
    let (good, id) = canary();
    let mut with = bytes.to_vec();
    with.splice(at..at, good.into_bytes());
    let text = xml::decode(with);
    let read = xml::read(&text);
    let whole = read.packets.iter().any(|packet| {
        packet.text("uniqueid").as_deref() == Some(id)
            && packet.text("event").as_deref() == Some("Newchannel")
            && packet.text("calleridname").as_deref() == Some("A & B")
            && packet.len() == 9
    });
    assert!(whole, "a good packet is lost at {at}");
}

/// In the text, where a packet begins or the envelope ends: all others are read as before.
fn at_a_boundary(text: &str) {
    let start = text.find(ENVELOPE).unwrap_or_default() + ENVELOPE.len();
    let mut boundaries: Vec<usize> = text[start..]
        .match_indices(OPEN)
        .map(|(at, _)| start + at)
        .collect();
    let last = boundaries.last().map_or(start, |at| at + OPEN.len());
    let end = text[last..].find(ENVELOPE_END);
    boundaries.push(end.map_or(text.len(), |at| last + at));
    let index = dice(text.as_bytes()) % boundaries.len();
    let (good, _) = canary();
    let mut with = text.to_owned();
    with.insert_str(boundaries[index], &good);
    let before = xml::read(text);
    let mut after = xml::read(&with);
    let put = after.packets.remove(index);
    assert_eq!(put.text("event").as_deref(), Some("Newchannel"));
    assert_eq!(after.packets, before.packets);
    assert_eq!(after.is_whole(), before.is_whole());
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what)
        .unwrap_or_default()
}

/// What a page holds, without its conversation.
#[derive(Default)]
struct Page {
    pbx: Pbx,
    board: Board,
    packets: usize,
    /// Bodies of events that came since a list was asked for.
    log: Option<Vec<String>>,
    now: i64,
}

impl Page {
    fn take(&mut self, way: u8, body: &[u8]) {
        self.now += 1000;
        let text = xml::decode(body.to_vec());
        match way {
            b'L' => self.list(&text, Keep::ListedOnly),
            b'K' => self.list(&text, Keep::Unlisted),
            b'A' => {
                self.pbx.ask_for_list();
                self.log = Some(Vec::new());
                self.happen(&text);
            }
            _ => self.happen(&text),
        }
        model::in_step(&self.pbx, "after a body");
        model::bounded(&self.pbx, self.packets);
        let touched = self.pbx.take_touched();
        let now = Moment::from_millis(self.now);
        self.board.update(&self.pbx, touched, now);
        model::shown(&self.board, &self.pbx);
    }

    fn happen(&mut self, text: &str) {
        self.apply(text);
        if let Some(log) = &mut self.log {
            log.push(text.to_owned());
        }
    }

    fn apply(&mut self, text: &str) {
        let now = Moment::from_millis(self.now);
        for event in events(text, &mut self.packets) {
            self.pbx.apply(&event, now);
        }
    }

    fn list(&mut self, text: &str, keep: Keep) {
        let now = Moment::from_millis(self.now);
        let mut snapshot = Snapshot::default();
        for event in events(text, &mut self.packets) {
            match &event.kind {
                EventKind::ListedChannel(item) => snapshot.channel(item, now),
                EventKind::ListedBridge(block) => snapshot.bridge(block),
                EventKind::ParkedCall { parkee, lot, space } => {
                    snapshot.parked_calls();
                    let (lot, space) = (lot.to_string(), space.to_string());
                    snapshot.parked(parkee, Parked { lot, space });
                }
                _ => {}
            }
        }
        self.pbx.adopt(snapshot, keep);
        model::in_step(&self.pbx, "after a list");
        for text in self.log.take().unwrap_or_default() {
            self.apply(&text);
        }
    }

    /// A good packet among all that was taken makes its row.
    fn survives_a_bad_neighbour(mut self, bytes: &[u8]) {
        let (good, id) = canary();
        let mut body = b"<ajax-response>\n".to_vec();
        body.extend(bytes);
        let at = 15 + dice(bytes) % (body.len() - 14);
        body.splice(at..at, good.into_bytes());
        let text = xml::decode(body);
        let mut packets = 0;
        let events = events(&text, &mut packets);
        let place = events.iter().position(
            |event| matches!(&event.kind, EventKind::Newchannel(block) if block.uniqueid == id),
        );
        let place = place.expect("a good packet is an event of its own");
        for event in &events[..=place] {
            self.pbx.apply(event, Moment::from_millis(self.now));
        }
        assert!(self.pbx.channel(id).is_some());
    }
}

fn events<'a>(text: &'a str, packets: &mut usize) -> Vec<Event<'a>> {
    let (messages, _) = message::messages(text);
    *packets += messages.len();
    messages
        .into_iter()
        .filter_map(|message| match message {
            Message::Event(event) => Some(event),
            _ => None,
        })
        .collect()
}
