//! What somebody meets who tries the page with `cargo xtask demo`.

use switchboard_e2e::{
    Control::{Button, Field},
    DEMO, House, Scope, Stage,
    lab::{Release, phones::number},
    on_every_server,
};

on_every_server!(
    a_caller_in_the_menu_is_sent_to_a_telephone_by_its_number_alone,
    calls_over_the_trunk_and_into_a_mailbox_are_shown_as_they_are,
);

/// The demo's own settings of the page.
const CONFIG: &str = include_str!("../../../../xtask/src/demo/config.json");

fn a_caller_in_the_menu_is_sent_to_a_telephone_by_its_number_alone(release: Release) {
    let house = House::with(Stage::settings(release));
    house.stage.configure(CONFIG);
    let mut house = house.logged_in(DEMO);
    house.phone("klingler").call("500").expect("a call");
    house.phone("klingler").until_talking().expect("the menu");
    let caller = house.channel("klingler").uniqueid;
    let page = house.page();
    page.open_transfer(&caller);
    page.browser().fill("Extension", Scope::Dialog, "204");
    let context: String = page
        .browser()
        .property(Field, "Context", Scope::Dialog, "value");
    assert_eq!(context, "internal");
    page.browser().press(Button, "Transfer", Scope::Dialog);
    house.phone("204").until_ringing().expect("204 rings");
}

/// In and out over the trunk, and one who is not answered.
fn calls_over_the_trunk_and_into_a_mailbox_are_shown_as_they_are(release: Release) {
    let settings = Stage::settings(release).trunk().ring_seconds(2);
    let mut house = House::with(settings).logged_in(DEMO);
    house.phone("mueller").call("0405550205").expect("a call");
    house.phone("205").answer().expect("205 answers");
    house.phone("203").call("00895550118").expect("a call");
    house.phone("schmidt").answer().expect("Schmidt answers");
    house.phone("klingler").call("0405550206").expect("a call");
    house.phone("206").until_ringing().expect("206 rings");
    let klingler = house.phone("klingler");
    klingler.until_talking().expect("the mailbox answers");
    let own = house.phones.get("212");
    own.call(number::MESSAGES).expect("a call");
    own.until_talking().expect("the mailbox answers");
    house.stage.page().await_agreement(&mut house.ami);
    let board = house.page().board().expect("a board");
    let callers: Vec<&str> = board.rows.iter().map(|row| row.cell("Caller")).collect();
    for parts in [["Müller GmbH", "0301234567"], ["Klingler", "0711555012"]] {
        let says = |one: &&&str| parts.iter().all(|part| one.contains(part));
        assert!(
            callers.iter().any(|one| says(&one)),
            "{parts:?}: {callers:?}"
        );
    }
}
