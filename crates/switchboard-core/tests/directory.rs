//! Who is offered while somebody types a name or a number.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use ajam::session::{Topic, Topics};
use ajam::time::Moment;
use support::events;
use support::talk::happened;
use switchboard_core::board::{Fold, Tables};
use switchboard_core::directory::{Directory, Suggestion};
use switchboard_core::words::target;

const FOLD: Fold = Fold(str::to_lowercase);

const CONTACTS: &str = r#"[
    {"name": "Müller GmbH", "number": "+49 30 1234", "note": "pays late"},
    {"name": "Anna Weber", "number": "204"},
    {"name": "Nobody", "number": "${X}"}
]"#;

/// The extensions 201 (free), 204 (in a call) and 310 (free).
fn tables() -> Tables {
    let mut tables = Tables::default();
    let shown = Topics::NONE.with(Topic::Extensions);
    let hints = [
        ("201", "PJSIP/201", "0"),
        ("204", "PJSIP/front-desk-2&Custom:dnd-204", "1"),
        ("310", "Queue:hotline", "0"),
    ];
    for (exten, hint, status) in hints {
        let told = format!(
            "event='ExtensionStatus' exten='{exten}' context='phones' hint='{hint}' \
             status='{status}' statustext='x'"
        );
        let body = happened(&[&told]);
        for event in &events(&body) {
            tables.apply(shown, event);
        }
    }
    tables.follow(Moment::default());
    tables
}

fn offered(typed: &str) -> Vec<String> {
    let directory = Directory::read(CONTACTS).expect("it is a list of contacts");
    let found = directory.suggest(typed, &tables(), FOLD, 8);
    found.iter().map(said).collect()
}

fn said(one: &Suggestion) -> String {
    format!("{}: {}", target::suggested(one), target::doing(one))
}

#[test]
fn a_colleague_is_found_by_the_first_letters_of_the_name_with_what_the_phone_does() {
    assert_eq!(offered("web"), ["Anna Weber 204: In a call"]);
    assert_eq!(offered("AN"), ["Anna Weber 204: In a call"]);
}

#[test]
fn a_name_is_found_however_it_is_written_and_a_number_too() {
    for typed in ["mül", "Mueller", "muller", "0301234", "+49301234", "30 12"] {
        assert_eq!(
            offered(typed),
            ["\u{2068}Müller GmbH\u{2069} +49 30 1234: "],
            "{typed}"
        );
    }
}

#[test]
fn the_number_that_is_typed_stands_first_and_nobody_twice() {
    assert_eq!(offered("20"), ["201: Free", "Anna Weber 204: In a call"]);
    assert_eq!(offered("201")[0], "201: Free");
    assert!(offered("").is_empty() && offered("  ").is_empty());
}

#[test]
fn a_contact_that_cannot_be_dialled_is_not_offered() {
    assert!(offered("nobody").is_empty());
}

#[test]
fn without_contacts_extensions_are_found_by_their_numbers() {
    let found = Directory::default().suggest("3", &tables(), FOLD, 8);
    let said: Vec<_> = found.iter().map(said).collect();
    assert_eq!(said, ["310: Free"]);
}

#[test]
fn what_is_wrong_with_the_contacts_is_told_with_its_place() {
    let wrong = Directory::read("[\n  {\"name\": 1}\n]").expect_err("no name");
    assert_eq!(wrong.line, 2);
    assert!(Directory::read("{}").is_err());
}

#[test]
fn no_more_are_offered_than_are_asked_for() {
    let contacts: Vec<_> = (0..100)
        .map(|n| format!("{{\"name\": \"Berg {n}\", \"number\": \"{n}00\"}}"))
        .collect();
    let directory = Directory::read(&format!("[{}]", contacts.join(","))).expect("a list");
    let found = directory.suggest("berg", &Tables::default(), FOLD, 8);
    assert_eq!(found.len(), 8);
}
