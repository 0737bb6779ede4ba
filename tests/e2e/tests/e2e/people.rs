//! What a transfer does to people with real telephones: nothing is called done before the events
//! show it.

use switchboard_e2e::{Control, House, Page, Scope, lab::Release, on_every_server};

on_every_server!(a_target_is_followed_until_it_answers);

/// Opens the form of a row and types where to.
#[track_caller]
fn begin(page: Page<'_>, uniqueid: &str, exten: &str) {
    page.open_transfer(uniqueid);
    page.browser().fill("Extension", Scope::Dialog, exten);
    page.browser().fill("Context", Scope::Dialog, "internal");
}

#[track_caller]
fn send(page: Page<'_>) {
    page.browser()
        .press(Control::Button, "Transfer", Scope::Dialog);
}

fn a_target_is_followed_until_it_answers(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    let page = house.page();
    begin(page, &caller.uniqueid, "204");
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
    page.await_words("204 is ringing");
    house.phone("204").answer().expect("204 answers");
    page.await_words("204 answered");
}
