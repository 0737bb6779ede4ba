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
    of_somebody_who_asks_another_back_only_the_call_that_is_meant_ends,
    who_meets_again_in_a_conference_is_not_said_to_be_parted_for_good,
    a_call_that_an_application_began_is_warned_of,
    a_number_that_does_not_exist_is_never_called_done,
    a_target_is_followed_until_it_answers,
    a_target_that_is_busy_is_never_called_done,
    a_target_that_declines_is_said_to_have_declined,
    whom_an_application_has_put_into_a_conference_is_warned_of,
    who_can_be_reached_is_said_before_a_transfer,
    a_number_is_looked_for_where_its_hint_stands,
    what_changes_under_a_finger_is_read_again_first,
    what_came_of_it_is_read_out_and_shown_where_find_leaves_the_row_out,
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
    page.browser().press_offered("Transfer");
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

/// 205 holds Müller, and asks 206.
fn of_somebody_who_asks_another_back_only_the_call_that_is_meant_ends(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "205");
    house.phone("205").attend("206").expect("205 asks back");
    house.phone("206").answer().expect("206 answers");
    house
        .phone("205")
        .until_both_talk()
        .expect("205 has two calls");
    let (caller, asked) = (house.channel("mueller"), house.channel("206"));
    let page = house.page();
    begin(page, &caller.uniqueid, "204");
    let said = [
        "goes to 204",
        "Eva Klein 205's call with",
        "Müller GmbH",
        "ends; the one with",
        "Faruk Yıldız",
        "206 goes on.",
    ];
    await_form(page, &said);
    page.browser()
        .press(Control::Button, "Cancel", Scope::Dialog);
    page.open_hang_up(&asked.uniqueid);
    let said = [
        "206 will be hung up. Eva Klein 205's call with",
        "206 ends; the one with",
        "Müller GmbH",
        "0301234567 goes on.",
    ];
    await_form(page, &said);
    page.browser()
        .press(Control::Button, "Cancel", Scope::Dialog);
    // And so it is.
    begin(page, &caller.uniqueid, "204");
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
    until("205 talks on with 206 alone", PATIENCE, || {
        let states = ["205", "206"].map(|one| house.phone(one).states());
        let alone = states.iter().all(|states| *states == [CallState::Talking]);
        alone.then_some(()).ok_or_else(|| format!("{states:?}"))
    });
}

fn who_meets_again_in_a_conference_is_not_said_to_be_parted_for_good(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    let page = house.page();
    begin(page, &caller.uniqueid, "650");
    page.browser().press(Control::Radio, "Both", Scope::Dialog);
    await_form(
        page,
        &["They will no longer be connected, unless 650 is a conference."],
    );
    send(page);
    until("both are in the conference", PATIENCE, || {
        let row = page.row(&caller.uniqueid)?;
        let words = row.cell("Connected to");
        words
            .contains("2 in it")
            .then_some(())
            .ok_or(words.to_owned())
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

/// Müller talks with 201, and is sent to 204.
#[track_caller]
fn sent_to_204(release: Release) -> House {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    begin(house.page(), &caller.uniqueid, "204");
    send(house.page());
    house
}

fn a_target_is_followed_until_it_answers(release: Release) {
    let house = sent_to_204(release);
    let page = house.page();
    house.phone("204").until_ringing().expect("204 rings");
    page.await_words("204 is ringing");
    house.phone("204").answer().expect("204 answers");
    page.await_words("204 answered");
}

fn a_target_that_is_busy_is_never_called_done(release: Release) {
    let house = sent_to_204(release);
    let page = house.page();
    house.phone("204").busy().expect("204 is busy");
    house
        .phone("mueller")
        .until_idle()
        .expect("the dial plan ends the call");
    page.await_words("No calls at the moment.");
    assert_no_tick(page);
}

fn a_target_that_declines_is_said_to_have_declined(release: Release) {
    let house = sent_to_204(release);
    let page = house.page();
    house.phone("204").until_ringing().expect("204 rings");
    page.await_words("204 is ringing");
    house.phone("204").decline().expect("204 declines");
    page.await_words("204 declined");
}

/// 201 was called into a conference by Originate; Müller came there through the dial plan.
fn whom_an_application_has_put_into_a_conference_is_warned_of(release: Release) {
    let mut house = House::open(release);
    let call =
        Originate::to_application("PJSIP/201", "ConfBridge", "650").caller("Anna Berger", "201");
    house.ami.originate(&call).expect("a call is made");
    house.phone("201").until_ringing().expect("201 rings");
    house.phone("201").answer().expect("201 answers");
    house.phone("mueller").call("650").expect("a call is made");
    house
        .phone("mueller")
        .until_talking()
        .expect("Müller is in the conference");
    let leg = house.channel("201");
    let page = house.page();
    until("both are in the conference", PATIENCE, || {
        let row = page.row(&leg.uniqueid)?;
        let words = row.cell("Connected to");
        words
            .contains("2 in it")
            .then_some(())
            .ok_or(words.to_owned())
    });
    begin(page, &leg.uniqueid, "204");
    await_form(
        page,
        &[
            "An application began this call",
            "Anna Berger 201 will be lost",
            "stays in the call",
        ],
    );
    // A list tells less of it than events do.
    page.browser().reload();
    page.await_board();
    begin(page, &leg.uniqueid, "204");
    await_form(page, &["An application began this call", "will be lost"]);
    send(page);
    house.phone("201").until_idle().expect("201 was cut off");
    assert_eq!(house.phone("mueller").states(), [CallState::Talking]);
    page.await_words("The call was lost");
    assert_no_tick(page);
}

/// Klingler talks with 205, Müller with 201.
fn who_can_be_reached_is_said_before_a_transfer(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    house.talk("klingler", "205");
    let caller = house.channel("klingler");
    let page = house.page();
    begin(page, &caller.uniqueid, "201");
    await_form(page, &["201 is in a call."]);
    page.browser().fill("Extension", Scope::Dialog, "204");
    await_form(page, &["204 is free."]);
    // It changes while it is looked at.
    house.phone("mueller").call("204").expect("a call is made");
    await_form(page, &["204 is ringing."]);
}

/// Klingler is in the menu, whose own context has no 204.
fn a_number_is_looked_for_where_its_hint_stands(release: Release) {
    let mut house = House::open(release);
    house.phone("klingler").call("500").expect("a call is made");
    house
        .phone("klingler")
        .until_talking()
        .expect("the menu answers");
    let caller = house.channel("klingler");
    let page = house.page();
    page.open_transfer(&caller.uniqueid);
    page.browser().fill("Extension", Scope::Dialog, "204");
    until("the context is that of the hint", PATIENCE, || {
        let value: String =
            page.browser()
                .property(Control::Field, "Context", Scope::Dialog, "value");
        (value == "internal").then_some(()).ok_or(value)
    });
    await_form(page, &["Klingler", "goes to 204", "204 is free."]);
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
}

/// Klingler rings 205; somebody is about to turn the call down when 205 answers.
fn what_changes_under_a_finger_is_read_again_first(release: Release) {
    let mut house = House::open(release);
    house.ring("klingler", "205");
    let rings = house.channel("205");
    let page = house.page();
    page.open_hang_up(&rings.uniqueid);
    await_form(page, &["Klingler", "will hear busy"]);
    // Somebody has read that; and their finger is on the key.
    page.browser().slow_script::<()>(
        "const done = arguments[arguments.length - 1];
         const will = document.getElementById('popover-will');
         new MutationObserver((_, observer) => {
             if (!will.textContent.includes('will be hung up')) return;
             observer.disconnect();
             document.activeElement.click();
             window.pressed = will.textContent;
         }).observe(will, { childList: true, characterData: true, subtree: true });
         setTimeout(done, 1100);",
        vec![],
    );
    house.phone("205").answer().expect("205 answers");
    await_form(page, &["will be hung up", "The call has just changed"]);
    let pressed: Option<String> = page.browser().script("return window.pressed;", vec![]);
    assert!(pressed.is_some());
    assert_eq!(house.phone("klingler").states(), [CallState::Talking]);
    // Once it has stood for a moment, it is done.
    until("the form waits no more", PATIENCE, || {
        let form = page.form();
        let waits = form.contains("just changed");
        (!waits).then_some(()).ok_or(form)
    });
    page.browser()
        .press(Control::Button, "Hang up", Scope::Dialog);
    house
        .phone("klingler")
        .until_idle()
        .expect("both are hung up");
}

/// The row that the outcome stands in is Klingler's; Find shows those of 205 alone.
fn what_came_of_it_is_read_out_and_shown_where_find_leaves_the_row_out(release: Release) {
    let mut house = House::open(release);
    house.ring("klingler", "205");
    let rings = house.channel("205");
    let page = house.page();
    page.browser().script::<()>(
        "window.told = [];
         const live = document.querySelector('[aria-live=polite]');
         new MutationObserver(() => window.told.push(live.textContent))
             .observe(live, { childList: true, characterData: true, subtree: true });",
        vec![],
    );
    page.browser().fill("Find", Scope::Page, "PJSIP/205");
    begin(page, &rings.uniqueid, "204");
    await_form(page, &["goes to 204"]);
    send(page);
    house.phone("204").until_ringing().expect("204 rings");
    page.await_words("204 is ringing");
    house.phone("204").answer().expect("204 answers");
    until("it is shown that 204 answered", PATIENCE, || {
        let text = page.text();
        text.contains("204 answered").then_some(()).ok_or(text)
    });
    let told: Vec<String> = page.browser().script("return window.told;", vec![]);
    let heard = |words: &str| told.iter().any(|told| told.contains(words));
    assert!(heard("204 is ringing") && heard("204 answered"), "{told:?}");
}

#[track_caller]
fn assert_no_tick(page: Page<'_>) {
    let text = page.text();
    assert!(!text.contains("successful"), "{text}");
    let done = text.replace("before 204 answered", "");
    assert!(!done.contains("answered"), "{text}");
}
