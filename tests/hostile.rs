//! Bodies that no server should send, and some do.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use support::talk::Talk;
use support::{Recording, everywhere};
use switchboard::ami::xml;
use switchboard::session::{Input, Phase};

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
                    talk.input(Input::Failed(id, switchboard::session::Failure("x".into())));
                }
                _ => {
                    let id = *which.get(&open);
                    let asked = talk.open.remove(&id).unwrap_or_default();
                    let body = likely_answer(&asked, what, body);
                    let reply = switchboard::session::Reply { status: 200, body, authenticate: None };
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
