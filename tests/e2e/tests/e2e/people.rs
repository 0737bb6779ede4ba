//! What a transfer and a hang-up do to people with real telephones: nobody is cut off unsaid, and
//! nothing is called done before the events show it.

use switchboard_e2e::{
    Control, House, PATIENCE, Page, Scope,
    lab::{CallState, Originate, Release},
    on_every_server, until,
};

on_every_server!(
    a_transfer_from_the_employees_row_takes_the_caller,
    a_transfer_of_a_phone_that_rings_takes_its_caller,
    a_hang_up_of_a_phone_that_rings_says_whose_call_that_is,
    both_channels_to_one_phone_are_said_to_be_parted,
    a_call_that_an_application_began_is_warned_of,
    a_number_that_does_not_exist_is_never_called_done,
    a_target_is_followed_until_it_answers,
    a_target_that_is_busy_is_never_called_done,
);

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

/// Waits until the open form says all of these.
#[track_caller]
fn await_form(page: Page<'_>, words: &[&str]) {
    until(&format!("the form says {words:?}"), PATIENCE, || {
        let said = page.form();
        let all = words.iter().all(|word| said.contains(word));
        all.then_some(()).ok_or(said)
    });
}

/// Müller talks with 201; the call is moved by the row of 201.
fn a_transfer_from_the_employees_row_takes_the_caller(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let (caller, leg) = (house.channel("mueller"), house.channel("201"));
    let page = house.page();
    begin(page, &leg.uniqueid, "204");
    await_form(page, &["goes to 204", "Anna Berger 201 will be hung up"]);
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
    house
        .phone("201")
        .until_idle()
        .expect("201 has nothing to do with it any more");
    let shown = house.phone("204").shows().unwrap_or_default();
    assert!(shown.contains("Müller GmbH"), "204 shows {shown}");
    house.phone("204").answer().expect("204 answers");
    assert_eq!(house.phone("mueller").states(), [CallState::Talking]);
    assert_eq!(house.channel("mueller").uniqueid, caller.uniqueid);
}

/// Klingler rings 205, and the call is moved by the row that rings.
fn a_transfer_of_a_phone_that_rings_takes_its_caller(release: Release) {
    let mut house = House::open(release);
    house.ring("klingler", "205");
    let rings = house.channel("205");
    let page = house.page();
    begin(page, &rings.uniqueid, "204");
    await_form(
        page,
        &["Klingler", "goes to 204", "Eva Klein 205 stops ringing"],
    );
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
    house.phone("205").until_idle().expect("205 rings no more");
    let shown = house.phone("204").shows().unwrap_or_default();
    assert!(shown.contains("Klingler"), "204 shows {shown}");
    house.phone("204").answer().expect("204 answers");
    house
        .phone("klingler")
        .until_talking()
        .expect("the caller was kept");
}

fn a_hang_up_of_a_phone_that_rings_says_whose_call_that_is(release: Release) {
    let mut house = House::open(release);
    house.ring("schmidt", "202");
    let rings = house.channel("202");
    let page = house.page();
    page.open_hang_up(&rings.uniqueid);
    await_form(page, &["Dr. Schmidt", "will hear busy"]);
    page.browser()
        .press(Control::Button, "Hang up", Scope::Dialog);
    house.phone("202").until_idle().expect("202 rings no more");
}

fn both_channels_to_one_phone_are_said_to_be_parted(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    let page = house.page();
    begin(page, &caller.uniqueid, "204");
    page.browser().press(Control::Radio, "Both", Scope::Dialog);
    await_form(
        page,
        &[
            "Müller GmbH",
            "Anna Berger",
            "They will no longer be connected",
        ],
    );
    send(page);
    until("204 rings twice", PATIENCE, || {
        let states = house.phone("204").states();
        (states == [CallState::Ringing, CallState::Ringing])
            .then_some(())
            .ok_or_else(|| format!("{states:?}"))
    });
}

/// 201 was called first and then dials by `Dial` alone: there is no dial plan to go on in.
fn a_call_that_an_application_began_is_warned_of(release: Release) {
    let mut house = House::open(release);
    let call = Originate::to_application("PJSIP/201", "Dial", "PJSIP/mueller,60")
        .caller("Anna Berger", "201");
    house.ami.originate(&call).expect("a call is made");
    house.phone("201").answer().expect("201 answers");
    house.phone("mueller").answer().expect("mueller answers");
    let dials = house.channel("201");
    let page = house.page();
    begin(page, &dials.uniqueid, "204");
    page.browser()
        .press(Control::Radio, "Anna Berger 201", Scope::Dialog);
    await_form(page, &["An application began this call", "will be lost"]);
    send(page);
    house.phone("201").until_idle().expect("201 was cut off");
    house.phone("mueller").until_idle().expect("so was mueller");
    assert_no_tick(page);
}

fn a_number_that_does_not_exist_is_never_called_done(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    let page = house.page();
    begin(page, &caller.uniqueid, "9876");
    await_form(page, &["9876 does not exist in internal"]);
    send(page);
    // It is not even sent: the two go on talking.
    assert_no_tick(page);
    assert_eq!(house.phone("mueller").states(), [CallState::Talking]);
    assert_eq!(house.phone("201").states(), [CallState::Talking]);
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

fn a_target_that_is_busy_is_never_called_done(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    let page = house.page();
    begin(page, &caller.uniqueid, "204");
    send(page);
    house.phone("204").busy().expect("204 is busy");
    house
        .phone("mueller")
        .until_idle()
        .expect("the dial plan ends the call");
    page.await_words("No calls at the moment.");
    assert_no_tick(page);
}

#[track_caller]
fn assert_no_tick(page: Page<'_>) {
    let text = page.text();
    assert!(!text.contains("successful"), "{text}");
    let done = text.replace("before 204 answered", "");
    assert!(!done.contains("answered"), "{text}");
}
