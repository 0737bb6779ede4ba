//! The page's address: what it means, and that nobody's can do harm.

#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use switchboard_core::board::{Column, Columns, Sort};
use switchboard_core::route::{LONGEST_FIND, LONGEST_NAME, Place, Route, Search};

fn search(find: &str, sort: Option<Sort<Column>>) -> Route {
    Route::At(Place::Channels, Search::new(find, sort.map(Sort::name)))
}

fn by(column: Column, descending: bool) -> Option<Sort<Column>> {
    Some(Sort { column, descending })
}

fn found(hash: &str) -> String {
    match Route::parse(hash) {
        Route::At(Place::Channels, search) => search.find().to_owned(),
        other => panic!("{hash} is {other:?}"),
    }
}

#[test]
fn an_address_names_its_place_its_search_and_its_order() {
    for (hash, route) in [
        ("#/channels", search("", None)),
        ("#/channels?find=anna", search("anna", None)),
        (
            "#/channels?sort=caller",
            search("", by(Column::Caller, false)),
        ),
        (
            "#/channels?find=anna&sort=-connected",
            search("anna", by(Column::Connected, true)),
        ),
        (
            "#/extensions?find=204&sort=-state",
            Route::At(
                Place::Extensions,
                Search::new("204", Some("-state".to_owned())),
            ),
        ),
        ("#/traffic", Place::Traffic.into()),
    ] {
        assert_eq!(Route::parse(hash), route, "{hash}");
        assert_eq!(route.to_string(), hash);
    }
}

#[test]
fn an_address_that_names_no_place_is_that_of_the_channels() {
    for hash in [
        "",
        "#",
        "#/",
        "#?",
        "#/?",
        "#//",
        "#/channels/",
        "#channels",
        "#/%00",
    ] {
        assert_eq!(Route::parse(hash), Route::default(), "{hash}");
    }
    assert_eq!(Route::parse("#?find=anna"), search("anna", None));
}

#[test]
fn an_unknown_place_keeps_its_name_to_be_told() {
    for (hash, name) in [
        ("#/queues", "queues"),
        ("#/queues/sales?find=x", "queues/sales"),
        ("#/Channels", "Channels"),
        ("#/traffic/x", "traffic/x"),
        ("#/%3Cb%3E", "<b>"),
    ] {
        let route = Route::parse(hash);
        assert_eq!(route, Route::Unknown(name.to_owned()), "{hash}");
        assert_eq!(route.place(), None);
    }
}

#[test]
fn an_order_that_no_column_has_and_a_setting_that_is_unknown_count_for_nothing() {
    for hash in [
        "#/channels?sort=age",
        "#/channels?sort=",
        "#/channels?sort=--caller",
        "#/channels?sort=Caller",
        "#/channels?colour=red&&=&sort",
    ] {
        assert_eq!(Route::parse(hash), Route::default(), "{hash}");
    }
}

#[test]
fn of_a_setting_that_comes_twice_the_first_counts() {
    assert_eq!(found("#/channels?find=a&find=b"), "a");
}

#[test]
fn a_number_that_begins_with_a_plus_is_found_by_hand_too() {
    assert_eq!(found("#/channels?find=+43123"), "+43123");
    assert_eq!(found("#/channels?find=%2B43%20123"), "+43 123");
}

#[test]
fn a_broken_escape_stands_for_itself() {
    for (value, meant) in [
        ("%", "%"),
        ("%4", "%4"),
        ("50%zz", "50%zz"),
        ("%+1", "%+1"),
        ("%E4", "\u{fffd}"),
        ("%C3%A4", "ä"),
        ("ä%", "ä%"),
    ] {
        assert_eq!(found(&format!("#/channels?find={value}")), meant, "{value}");
    }
}

#[test]
fn no_control_character_gets_in() {
    let hash = "#/channels?find=a%00b%0D%0Ac%1B%7F%C2%85d\u{9c}";
    assert_eq!(found(hash), "abcd");
}

#[test]
fn of_a_huge_address_no_more_is_kept_than_a_search_may_hold() {
    let escaped = "%F0%9F%93%9E".repeat(LONGEST_FIND);
    let whole = found(&format!("#/channels?find={escaped}"));
    assert_eq!(whole, "📞".repeat(LONGEST_FIND));
    for piece in ["a", "%", "ä", "%F0%9F%93%9E", "&find=x", "/", "?"] {
        let hash = format!("#/channels?find={}", piece.repeat(1_000_000));
        assert!(found(&hash).chars().count() <= LONGEST_FIND, "{piece}");
        match Route::parse(&format!("#/{}", piece.repeat(1_000_000))) {
            Route::Unknown(name) => assert!(name.chars().count() <= LONGEST_NAME),
            route => assert_eq!(route, Route::default(), "{piece}"),
        }
    }
}

#[test]
fn a_place_is_found_by_its_own_address() {
    for place in Place::ALL {
        let address = Route::from(place).to_string();
        assert_eq!(Route::parse(&address).place(), Some(place));
    }
}

fn sort() -> impl Strategy<Value = Option<Sort<Column>>> {
    let column = prop::sample::select(Column::ALL);
    prop::option::of(
        (column, any::<bool>()).prop_map(|(column, descending)| Sort { column, descending }),
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(find in any::<String>(), sort in sort()) {
        let route = search(&find, sort);
        prop_assert_eq!(Route::parse(&route.to_string()), route);
    }

    /// Browsers pass these on as they are.
    #[test]
    fn what_is_written_needs_no_escapes_of_a_browser(find in any::<String>(), sort in sort()) {
        let address = search(&find, sort).to_string();
        prop_assert!(address.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>`".contains(&b)));
    }

    #[test]
    fn whatever_an_address_says_its_route_leads_back_to_itself(hash in any::<String>()) {
        let route = Route::parse(&hash);
        prop_assert_eq!(Route::parse(&route.to_string()), route);
    }

    #[test]
    fn so_it_is_for_what_looks_like_one(hash in "#?/?(channels|traffic|%63)?[/?&=%a-f0-9+-]{0,40}") {
        let route = Route::parse(&hash);
        prop_assert_eq!(Route::parse(&route.to_string()), route);
    }
}
