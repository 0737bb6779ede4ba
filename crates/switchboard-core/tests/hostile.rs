//! Bodies that no server should send, and some do.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::sync::LazyLock;

use ajam::ami::xml;
use ajam::session::{Input, Phase};
use proptest::prelude::*;
use support::talk::Talk;
use support::{Recording, everywhere};

static RECORDED: LazyLock<Vec<Recording>> =
    LazyLock::new(|| everywhere().filter(|r| r.body.len() < 100_000).collect());

/// Those of several packets.
static LONG: LazyLock<Vec<&Recording>> = LazyLock::new(|| {
    RECORDED
        .iter()
        .filter(|r| r.body.matches("<response ").count() > 2)
        .collect()
});

/// Pieces that mean something to the reader.
const MARKS: [&[u8]; 14] = [
    b"<response",
    b"</response>",
    b"<ajax-response>",
    b"</ajax-response>",
    b"<generic ",
    b" />",
    b"'",
    b"=",
    b"<",
    b">",
    b"&",
    b"\\",
    b"\n",
    b"\xff\xc3",
];

#[derive(Clone, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Put(prop::sample::Index, usize),
    Take(prop::sample::Index, u8),
    Flip(prop::sample::Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Cut),
        (place(), 0..MARKS.len()).prop_map(|(at, mark)| Damage::Put(at, mark)),
        (place(), 1u8..).prop_map(|(at, count)| Damage::Take(at, count)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ]
}

fn spoil(bytes: &mut Vec<u8>, damage: &Damage) {
    match damage {
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Damage::Put(at, mark) => {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, MARKS[*mark].iter().copied());
        }
        Damage::Take(at, count) => {
            let from = at.index(bytes.len() + 1);
            let to = (from + usize::from(*count)).min(bytes.len());
            bytes.drain(from..to);
        }
        Damage::Flip(at, byte) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Flip(..) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_body_makes_the_console_fall_over(
        pick in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..8),
    ) {
        let mut bytes = pick.get(&RECORDED).body.clone().into_bytes();
        for damage in &damages {
            spoil(&mut bytes, damage);
        }
        let mut talk = Talk::live(&["1.1"]);
        talk.answer_with("WaitEvent", 200, &bytes);
        // Whatever came: it goes on from there, with something to wait for, or somebody to ask.
        let waits = !talk.open.is_empty() || talk.console.wake_at().is_some();
        prop_assert!(waits || matches!(talk.phase(), Phase::SignedOut(_) | Phase::TakenOver));
    }

    #[test]
    fn damage_to_one_packet_loses_no_other(
        pick in any::<prop::sample::Index>(),
        victim in any::<prop::sample::Index>(),
        damage in damage(),
    ) {
        let body = &pick.get(&LONG).body;
        let mut lines: Vec<Vec<u8>> =
            body.split("<response ").map(|line| line.as_bytes().to_vec()).collect();
        let before = xml::read(body).packets.len();
        let victim = 1 + victim.index(lines.len() - 2);
        spoil(&mut lines[victim], &damage);
        let text = xml::decode(lines.join(&b"<response "[..]));
        let after = xml::read(&text).packets;
        prop_assert!(after.len() >= before, "{} of {before}", after.len());
    }

    #[test]
    fn any_bytes_at_all_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let text = xml::decode([b"<ajax-response>".as_slice(), &bytes].concat());
        xml::read(&text);
    }

    /// Answers, failures and moments in any order: never a panic, never two polls at once.
    #[test]
    fn no_order_of_answers_and_failures_breaks_the_conversation(
        steps in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10, any::<prop::sample::Index>()), 1..80),
    ) {
        let mut talk = Talk::begin();
        for (which, what, body) in steps {
            let open: Vec<_> = talk.open.keys().copied().collect();
            match what {
                0 => talk.sign_in(),
                1 => talk.input(Input::SignOut),
                2 => talk.input(Input::Refresh),
                3 if talk.console.wake_at().is_some() => { talk.sleep(); }
                _ if open.is_empty() => talk.input(Input::Tick),
                4 => {
                    let id = *which.get(&open);
                    talk.open.remove(&id);
                    talk.input(Input::Failed(id, ajam::session::Failure("x".into())));
                }
                _ => {
                    let id = *which.get(&open);
                    let asked = talk.open.remove(&id).unwrap_or_default();
                    let body = likely_answer(&asked, what, body);
                    let reply = ajam::session::Reply { status: 200, body, authenticate: None };
                    talk.input(Input::Replied(id, reply));
                }
            }
            let polls = talk.waiting().iter().filter(|action| **action == "WaitEvent").count();
            prop_assert!(polls <= 1, "{polls} polls");
        }
    }
}

/// Mostly what the action would get, sometimes anything.
fn likely_answer(asked: &str, what: u8, any: prop::sample::Index) -> Vec<u8> {
    let name = asked
        .strip_prefix("Action=")
        .and_then(|a| a.split('&').next())
        .unwrap_or_default();
    let fitting = match (what, name) {
        (5, _) => "permission-denied".to_owned(),
        (6, _) => return any.get(&RECORDED).body.clone().into_bytes(),
        (_, "WaitEvent") => "call-simple".to_owned(),
        (_, "Login") => "login-ok".to_owned(),
        (_, other) => other.to_lowercase(),
    };
    let found = RECORDED
        .iter()
        .find(|r| r.version == "22.10.1" && r.name == fitting);
    found
        .map(|r| r.body.clone().into_bytes())
        .unwrap_or_default()
}

/// What somebody may have written where we read a name.
fn hostile() -> Vec<(&'static str, String)> {
    vec![
        (
            "markup",
            "<img src=x onerror=alert(1)>'\"&amp;</td>".to_owned(),
        ),
        (
            "bidi",
            "a\u{202e}txt\u{2069}\u{2067}\u{200f}\u{061c}".to_owned(),
        ),
        ("hebrew", "\u{5e0}\u{5d5}\u{5e2}\u{5d4} 12".to_owned()),
        (
            "controls",
            "a\u{0}\r\n\t\u{1b}[31m\u{7f}\u{9b}\u{2028}b".to_owned(),
        ),
        ("long", "W".repeat(10_000)),
        ("zalgo", format!("Z{}", "\u{335}\u{489}".repeat(500))),
        (
            "no ink",
            "\u{200b}\u{2800}\u{3164}\u{e0041}\u{feff} ".to_owned(),
        ),
        ("placeholders", "%{name} {{name}} ${name}".to_owned()),
    ]
}

/// Every sentence that holds outside text, with `text` in every place there is.
fn sentences(text: &str) -> Vec<(&'static str, String)> {
    use ajam::ami::Parked;
    use ajam::ami::{ChannelState, Uniqueid};
    use ajam::session::{Outcome, Trouble};
    use ajam::time::Moment;
    use switchboard_core::board::row::Peer;
    use switchboard_core::board::{Connected, Lamp, Row, Status};
    use switchboard_core::console::{Act, Note, Orphan, Subject};
    use switchboard_core::live::Party;
    use switchboard_core::words::{cells, connection, outcome};

    let own = || text.to_owned();
    let party = || Party {
        num: own(),
        name: own(),
    };
    let peer = || Peer {
        party: party(),
        channel: own(),
    };
    let row = |connected, caller| Row {
        uniqueid: Uniqueid::new("1.1").expect("not empty"),
        channel: own(),
        status: Status {
            state: ChannelState::Up,
            lamp: Lamp::Parked,
            parked: Some(Parked {
                lot: own(),
                space: own(),
            }),
        },
        caller,
        location: own(),
        application: own(),
        connected,
        account: own(),
        started: Moment::default(),
        ended: None,
        context: own(),
        other_leg: Some(own()),
    };
    let note = |act, outcome| Note {
        act,
        to: None,
        outcome: Some(outcome),
        reached: None,
        at: Moment::default(),
    };
    let whole = row(Connected::With(peer()), party());
    let nameless = row(Connected::Nobody, Party::default());
    let mut all = vec![
        ("channel", cells::channel(&whole.channel)),
        ("state", cells::status(&whole.status)),
        ("caller", cells::Who::of(&whole.caller).whole()),
        ("location", cells::shown(&whole.location)),
        ("application", cells::shown(&whole.application)),
        ("called", cells::called(&whole)),
        ("called by its channel", cells::called(&nameless)),
        ("other", cells::other_called(&whole).unwrap_or_default()),
        (
            "other leg",
            cells::other_called(&nameless).unwrap_or_default(),
        ),
        ("account, system name", cells::quoted(text)),
        ("log-in refused", connection::refused(text)),
    ];
    for connected in [
        Connected::With(peer()),
        Connected::Dialling(peer()),
        Connected::DialledBy(peer()),
        Connected::Conference(own(), 3),
        Connected::Queue(own()),
        Connected::Running(own()),
        Connected::Told(party()),
    ] {
        let (lead, who) = cells::connected(&connected);
        all.push(("connected to", format!("{lead} {}", who.whole())));
    }
    for act in [Act::HangUp, Act::Transfer] {
        for outcome in [Outcome::Done(own()), Outcome::Refused(own())] {
            let note = note(act, outcome);
            all.push(("note", outcome::note(&note)));
            for caller in [Party::default(), party()] {
                let channel = own();
                let about = Subject { channel, caller };
                let note = note.clone();
                all.push(("toast", outcome::orphan(&Orphan { about, note })));
            }
        }
    }
    for trouble in [Trouble::Network(own()), Trouble::Refused(own())] {
        all.push(("trouble", connection::trouble(&trouble)));
        all.push(("technical", connection::technical(&trouble)));
        all.push((
            "banner",
            connection::stale(&trouble, None, None, (true, true)),
        ));
    }
    all
}

#[test]
fn outside_text_neither_hides_nor_turns_around_what_stands_beside_it() {
    for (kind, text) in hostile() {
        for (place, sentence) in sentences(&text) {
            let about = format!("{kind} in {place}");
            // Isolates are ours, and each is closed; nothing else turns text around.
            let mut open = 0i32;
            for c in sentence.chars() {
                match c {
                    '\u{2068}' => open += 1,
                    '\u{2069}' => open -= 1,
                    _ => {}
                }
                assert!(!c.is_control(), "{about}: {c:?}");
                assert!(
                    !matches!(
                        c,
                        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}'
                    ),
                    "{about}: {c:?}"
                );
                assert!((0..=1).contains(&open), "{about}: an isolate too many");
            }
            assert_eq!(open, 0, "{about}: an isolate is left open");
            // A cell of its own is isolated by its element.
            let alone = matches!(place, "channel" | "location" | "application");
            if kind == "hebrew" && !alone && sentence.contains('\u{5e0}') {
                assert!(sentence.contains("\u{2068}\u{5e0}"), "{about}: {sentence}");
            }
            if kind == "placeholders" && sentence.contains("name}") {
                assert!(
                    sentence.contains("%{name} {{name}} ${name}"),
                    "{about}: {sentence}"
                );
            }
        }
    }
}

#[test]
fn a_name_without_ink_counts_as_none() {
    use switchboard_core::words::cells;
    for blank in [
        "\u{200b}",
        "\u{2800}\u{2800}",
        "\u{e0041}\u{e007f}",
        "\u{ffa0}",
        " \u{feff}",
    ] {
        assert_eq!(cells::shown(blank), "", "{blank:?}");
        assert!(!cells::channel(blank).is_empty(), "{blank:?}");
    }
}
