//! What somebody does with their own phone from the page, with real telephones: parking, taking what is
//! parked or rings elsewhere, and calling. Each is held against the server.

use std::{collections::BTreeSet, time::Duration};

use switchboard_e2e::{
    Control, House, PATIENCE, Page, Scope, Stage,
    lab::{
        CallState, Release,
        phones::number::{PARK, RECEPTION},
    },
    on_every_server, stays, until,
};

on_every_server!(
    my_phone_is_set_and_tried,
    a_caller_is_parked_and_taken_with_my_phone,
    a_full_lot_is_refused_before_asterisk_is_asked,
    a_parked_caller_who_hangs_up_ends_the_ring_at_my_phone,
    a_call_that_rings_elsewhere_is_picked_up,
    a_caller_who_gives_up_is_not_picked_up,
    a_call_in_a_queue_that_is_picked_up_counts_as_answered,
    a_number_is_called_from_my_phone,
    what_became_of_a_call_is_told_in_words,
    a_call_to_my_phone_rings_in_the_browser_too_where_that_is_wanted,
);

/// The phone of the person at the page.
const MINE: &str = "208";

/// Opens the dialog from the menu of the account.
#[track_caller]
fn open_my_phone(page: Page<'_>, set: &str) {
    let browser = page.browser();
    browser.press(Control::Button, "Logged in as demo", Scope::Page);
    let entry = format!("My phone: {set}");
    browser.press(Control::Button, &entry, Scope::Page);
}

/// Sets [`MINE`].
#[track_caller]
fn set_my_phone(page: Page<'_>) {
    open_my_phone(page, "Not set");
    let browser = page.browser();
    browser.fill("Phone", Scope::Dialog, MINE);
    browser.fill("Context for your calls", Scope::Dialog, "internal");
    // The hint tells the device.
    page.await_words(&format!("{MINE} (PJSIP/{MINE})"));
    browser.press(Control::Button, "Save", Scope::Dialog);
    page.await_words("Saved.");
    browser.press(Control::Button, "Close", Scope::Dialog);
}

/// A house in which the person at the page has [`MINE`].
fn open(release: Release) -> House {
    let house = House::open(release);
    set_my_phone(house.page());
    house
}

/// Chooses from the menu of a row.
#[track_caller]
fn choose(page: Page<'_>, uniqueid: &str, what: &str) {
    let browser = page.browser();
    browser.press(Control::Button, "More", Scope::Row(uniqueid));
    browser.press(Control::Button, what, Scope::Page);
}

/// What stands in a field of the open form.
#[track_caller]
fn value(page: Page<'_>, field: &str) -> String {
    let (browser, scope) = (page.browser(), Scope::Dialog);
    browser.property(Control::Field, field, scope, "value")
}

/// Waits until the open form says all of these.
#[track_caller]
fn await_form(page: Page<'_>, words: &[&str]) {
    until(&format!("the form says {words:?}"), PATIENCE, || {
        let said = page.form().replace(['\u{2068}', '\u{2069}'], "");
        let all = words.iter().all(|word| said.contains(word));
        all.then_some(()).ok_or(said)
    });
}

/// Waits until these telephones, and no others, share a bridge.
#[track_caller]
fn await_together(house: &mut House, phones: &[&str]) {
    let ami = &mut house.ami;
    until(&format!("{phones:?} are together"), PATIENCE, || {
        let listed = ami.list("CoreShowChannels", &[]);
        let listed = listed.map_err(|error| error.to_string())?;
        let line = |name: &str| {
            let name = name.trim_start_matches("PJSIP/");
            name.rsplit_once('-')
                .map_or(name, |(line, _)| line)
                .to_owned()
        };
        let of = |bridge: &str| {
            let there = listed.iter().filter(|one| one.text("BridgeId") == bridge);
            there
                .map(|one| line(one.text("Channel")))
                .collect::<BTreeSet<_>>()
        };
        let wanted: BTreeSet<String> = phones.iter().map(|one| (*one).to_owned()).collect();
        let bridges = listed.iter().map(|one| one.text("BridgeId"));
        let mut bridges = bridges.filter(|bridge| !bridge.is_empty());
        bridges
            .any(|bridge| of(bridge) == wanted)
            .then_some(())
            .ok_or_else(|| format!("{listed:?}"))
    });
}

/// Where callers are parked, as the server says.
#[track_caller]
fn parked(house: &mut House) -> Vec<String> {
    let parked = house.ami.list("ParkedCalls", &[]).expect("they are listed");
    let space = parked.iter().map(|one| one.text("ParkingSpace").to_owned());
    space.collect()
}

fn my_phone_is_set_and_tried(release: Release) {
    let house = House::open(release);
    let (page, browser) = (house.page(), house.stage.browser());
    open_my_phone(page, "Not set");
    browser.press(Control::Button, "Save", Scope::Dialog);
    await_form(page, &["Enter your number"]);
    for (typed, wrong) in [
        ("PJSIP/a&PJSIP/b", "“&” is not allowed here."),
        ("20${X}", "“$” is not allowed here."),
    ] {
        browser.fill("Phone", Scope::Dialog, typed);
        browser.press(Control::Button, "Save", Scope::Dialog);
        await_form(page, &[wrong]);
        assert_eq!(value(page, "Phone"), typed);
    }
    // No phone of the house.
    browser.fill("Phone", Scope::Dialog, "PJSIP/nobody");
    browser.press(Control::Button, "Let it ring", Scope::Dialog);
    await_form(page, &["your phone can't be reached"]);
    // By its number, of which a hint tells the device.
    browser.fill("Phone", Scope::Dialog, MINE);
    page.await_words("208 (PJSIP/208)");
    browser.press(Control::Button, "Let it ring", Scope::Dialog);
    house.phone(MINE).until_ringing().expect("it rings");
    await_form(page, &["Your phone is ringing"]);
    house.phone(MINE).until_idle().expect("it rings no more");
    await_form(page, &["It rang."]);
    browser.press(Control::Button, "Save", Scope::Dialog);
    await_form(page, &["Saved."]);
    browser.press(Control::Button, "Close", Scope::Dialog);
    // This browser remembers it.
    browser.reload();
    page.await_board();
    open_my_phone(page, MINE);
    assert_eq!(value(page, "Phone"), "PJSIP/208");
    assert_eq!(value(page, "Context for your calls"), "internal");
}

fn a_caller_is_parked_and_taken_with_my_phone(release: Release) {
    let mut house = open(release);
    house.talk("mueller", "201");
    let (caller, leg) = (house.channel("mueller"), house.channel("201"));
    // From the row of the one who stays.
    choose(house.page(), &leg.uniqueid, "Park");
    await_form(
        house.page(),
        &[
            "Müller GmbH 0301234567 is parked and hears music.",
            "Anna Berger 201 hears the number of the place and is hung up.",
            "it rings at Anna Berger 201 again.",
            "default, 20 free",
        ],
    );
    let browser = house.stage.browser();
    browser.press_offered("Park");
    house.page().await_words("Parked at 701");
    assert_eq!(parked(&mut house), ["701"]);
    house.phone("201").until_idle().expect("201 is free");
    assert_eq!(house.phone("mueller").states(), [CallState::Talking]);
    assert_eq!(house.channel("mueller").uniqueid, caller.uniqueid);

    choose(house.page(), &caller.uniqueid, "Take");
    await_form(
        house.page(),
        &["Your phone 208 rings. When you answer, you talk with Müller GmbH 0301234567, who stays"],
    );
    house.stage.browser().press_offered("Take");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.page().await_words("Your phone is ringing");
    assert_eq!(parked(&mut house), ["701"]);
    house.phone(MINE).answer().expect("I answer");
    house.page().await_words("Connected with your phone");
    await_together(&mut house, &["mueller", MINE]);
    assert!(parked(&mut house).is_empty());
}

fn a_full_lot_is_refused_before_asterisk_is_asked(release: Release) {
    let lot = "[default](+)\nparkpos = 701-701";
    let settings = Stage::settings(release).add("res_parking.conf", lot);
    let mut house = House::with(settings).logged_in(switchboard_e2e::DEMO);
    house.talk("mueller", "201");
    house.talk("klingler", "202");
    let (first, second) = (house.channel("mueller"), house.channel("klingler"));
    let browser = house.stage.browser();
    let page = house.page();
    choose(page, &first.uniqueid, "Park");
    await_form(page, &["Müller GmbH 0301234567 is parked"]);
    browser.press(Control::Button, "Park", Scope::Dialog);
    page.await_words("Parked at 701");
    choose(page, &second.uniqueid, "Park");
    await_form(
        page,
        &["Every place of the parking lot is taken. Nobody can be parked until one is free."],
    );
    browser.press(Control::Button, "Park", Scope::Dialog);
    stays("both talk on", Duration::from_secs(2), || {
        let states = [
            house.phone("klingler").states(),
            house.phone("202").states(),
        ];
        let talk = states.iter().all(|states| *states == [CallState::Talking]);
        talk.then_some(()).ok_or_else(|| format!("{states:?}"))
    });
    browser.press(Control::Button, "Cancel", Scope::Dialog);
    await_together(&mut house, &["klingler", "202"]);
    assert_eq!(parked(&mut house), ["701"]);
}

/// Müller is parked by the phone of 201.
fn parked_mueller(house: &mut House) -> String {
    house.talk("mueller", "201");
    let caller = house.channel("mueller").uniqueid;
    house.phone("201").transfer(PARK).expect("201 parks");
    house.phone("201").until_idle().expect("201 is free");
    until("the caller is parked", PATIENCE, || {
        let row = house.page().row(&caller)?;
        let state = row.cell("State").to_owned();
        state.contains("parked").then_some(()).ok_or(state)
    });
    caller
}

fn a_parked_caller_who_hangs_up_ends_the_ring_at_my_phone(release: Release) {
    let mut house = open(release);
    let caller = parked_mueller(&mut house);
    choose(house.page(), &caller, "Take");
    await_form(house.page(), &["you talk with Müller GmbH 0301234567"]);
    house.stage.browser().press_offered("Take");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house
        .phone("mueller")
        .hang_up()
        .expect("the caller hangs up");
    house
        .phone(MINE)
        .until_idle()
        .expect("my phone rings no more");
    let page = house.page();
    page.await_words("The caller hung up before your phone answered");
    // My phone declines, and the caller stays parked.
    let caller = parked_mueller(&mut house);
    choose(house.page(), &caller, "Take");
    await_form(house.page(), &["you talk with Müller GmbH 0301234567"]);
    let browser = house.stage.browser();
    browser.press_offered("Take");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone(MINE).decline().expect("it declines");
    house
        .page()
        .await_words("the caller stays parked: your phone declined");
    assert_eq!(parked(&mut house).len(), 1);
}

fn a_call_that_rings_elsewhere_is_picked_up(release: Release) {
    let mut house = open(release);
    house.ring("schmidt", "202");
    let (caller, rings) = (house.channel("schmidt"), house.channel("202"));
    choose(house.page(), &rings.uniqueid, "Pick up");
    await_form(
        house.page(),
        &[
            "Your phone 208 rings. When you answer, you talk with Dr. Schmidt",
            "and Ben Carter 202 stops ringing.",
        ],
    );
    let browser = house.stage.browser();
    browser.press_offered("Pick up");
    house.phone(MINE).until_ringing().expect("my phone rings");
    assert_eq!(house.phone("202").states(), [CallState::Ringing]);
    house.phone(MINE).answer().expect("I answer");
    house.phone("202").until_idle().expect("202 rings no more");
    house
        .phone("schmidt")
        .until_talking()
        .expect("the caller is answered");
    house.page().await_words("Connected with your phone");
    await_together(&mut house, &["schmidt", MINE]);
    assert_eq!(house.channel("schmidt").uniqueid, caller.uniqueid);
}

fn a_caller_who_gives_up_is_not_picked_up(release: Release) {
    let mut house = open(release);
    house.ring("schmidt", "202");
    let rings = house.channel("202");
    choose(house.page(), &rings.uniqueid, "Pick up");
    await_form(
        house.page(),
        &["When you answer, you talk with Dr. Schmidt"],
    );
    let browser = house.stage.browser();
    browser.press_offered("Pick up");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house
        .phone("schmidt")
        .hang_up()
        .expect("the caller gives up");
    house
        .phone(MINE)
        .until_idle()
        .expect("my phone rings no more");
    let page = house.page();
    page.await_words("The caller hung up before your phone answered");
    // 202 answers itself.
    house.ring("schmidt", "202");
    let rings = house.channel("202");
    choose(house.page(), &rings.uniqueid, "Pick up");
    await_form(
        house.page(),
        &["When you answer, you talk with Dr. Schmidt"],
    );
    let browser = house.stage.browser();
    browser.press_offered("Pick up");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone("202").answer().expect("202 answers");
    house
        .phone(MINE)
        .until_idle()
        .expect("my phone rings no more");
    house
        .page()
        .await_words("No longer ringing there: not picked up");
    await_together(&mut house, &["schmidt", "202"]);
}

fn a_call_in_a_queue_that_is_picked_up_counts_as_answered(release: Release) {
    let mut house = open(release);
    house
        .phones
        .ring("mueller", RECEPTION, &["201", "202", "203"])
        .expect("they ring");
    let rings = house.channel("202");
    choose(house.page(), &rings.uniqueid, "Pick up");
    await_form(house.page(), &["you talk with Müller GmbH 0301234567"]);
    let browser = house.stage.browser();
    browser.press_offered("Pick up");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone(MINE).answer().expect("I answer");
    await_together(&mut house, &["mueller", MINE]);
    for agent in ["201", "202", "203"] {
        house.phone(agent).until_idle().expect("they ring no more");
    }
    house.phones.hang_up_all().expect("all hang up");
    let ami = &mut house.ami;
    until("the call counts as answered", PATIENCE, || {
        let told = ami.list("QueueStatus", &[("Queue", "reception")]);
        let told = told.map_err(|error| error.to_string())?;
        let queue = told.iter().find(|one| one.event() == Some("QueueParams"));
        let queue = queue.ok_or_else(|| format!("{told:?}"))?;
        let figures = ["Completed", "Abandoned"].map(|figure| queue.text(figure));
        (figures == ["1", "0"])
            .then_some(())
            .ok_or_else(|| format!("{figures:?}"))
    });
}

/// Asks for a call by its key.
#[track_caller]
fn call(page: Page<'_>, number: &str) {
    let browser = page.browser();
    browser.press(Control::Button, "New call", Scope::Page);
    browser.fill("Number", Scope::Dialog, number);
    browser.press_offered("Call");
}

fn a_number_is_called_from_my_phone(release: Release) {
    let mut house = House::open(release);
    let (page, browser) = (house.page(), house.stage.browser());
    // The key leads there, too; and from there to one's own phone.
    browser.type_keys("n");
    await_form(page, &["Set your phone to begin."]);
    browser.press(Control::Button, "Close", Scope::Dialog);
    set_my_phone(page);
    browser.type_keys("n");
    browser.fill("Number", Scope::Dialog, "20${X}");
    browser.press(Control::Button, "Call", Scope::Dialog);
    await_form(page, &["“$” is not allowed in an extension."]);
    assert_eq!(value(page, "Number"), "20${X}");
    browser.fill("Number", Scope::Dialog, "9876");
    browser.press(Control::Button, "Call", Scope::Dialog);
    await_form(page, &["9876 does not exist in internal."]);
    browser.fill("Number", Scope::Dialog, "204");
    await_form(
        page,
        &["Your phone 208 rings first. When you answer, 204 is called."],
    );
    browser.press(Control::Button, "Call", Scope::Dialog);
    house.phone(MINE).until_ringing().expect("my phone rings");
    page.await_words("Your phone is ringing");
    assert!(house.phone("204").states().is_empty());
    house.phone(MINE).answer().expect("I answer");
    house.phone("204").until_ringing().expect("204 rings");
    page.await_words("204 is ringing");
    let shown = house.phone("204").shows().unwrap_or_default();
    assert!(shown.contains(MINE), "204 shows {shown}");
    assert!(!page.text().contains("Connected with 204"));
    house.phone("204").answer().expect("204 answers");
    page.await_words("Connected with 204");
    await_together(&mut house, &[MINE, "204"]);
}

fn what_became_of_a_call_is_told_in_words(release: Release) {
    let house = open(release);
    let page = house.page();
    let quiet = || house.phones.hang_up_all().expect("all hang up");
    // My phone.
    call(page, "204");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone(MINE).decline().expect("it declines");
    page.await_words("204 was not called: your phone declined");
    call(page, "204");
    house.phone(MINE).busy().expect("it is busy");
    page.await_words("204 was not called: your phone is busy");
    // The number.
    call(page, "204");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone(MINE).answer().expect("I answer");
    house.phone("204").busy().expect("204 is busy");
    page.await_words("204 is busy");
    quiet();
    call(page, "205");
    house.phone(MINE).until_ringing().expect("my phone rings");
    house.phone(MINE).answer().expect("I answer");
    house.phone("205").until_ringing().expect("205 rings");
    house.phone("205").decline().expect("205 declines");
    page.await_words("205 declined");
    quiet();
}

/// From now on the page counts the browser's notices and sounds.
const COUNT: &str = "
    window.notices = [];
    window.sounds = 0;
    window.Notification = new Proxy(Notification, {
        construct(target, [title, options]) {
            notices.push(`${title}: ${options.body}`);
            return new target(title, options);
        },
    });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
        sounds += 1;
        return start.apply(this, when);
    };
    return null;";

fn a_call_to_my_phone_rings_in_the_browser_too_where_that_is_wanted(release: Release) {
    let house = open(release);
    let (page, browser) = (house.page(), house.stage.browser());
    let title = |begins: &str| {
        until(&format!("the title begins with {begins}"), PATIENCE, || {
            let title = browser.title();
            title.starts_with(begins).then_some(()).ok_or(title)
        });
    };
    let notices = || browser.script::<Vec<String>>("return window.notices;", vec![]);
    let sounds = || browser.script::<u32>("return window.sounds;", vec![]);
    browser.script::<Option<()>>(COUNT, vec![]);
    browser.cdp(
        "Browser.grantPermissions",
        serde_json::json!({ "permissions": ["notifications"] }),
    );
    // In the title it is seen anyway.
    house.phone("205").call(MINE).expect("205 calls");
    title("Call from Eva Klein 205 – ");
    house.phone(MINE).decline().expect("I decline");
    title("Channels – ");
    assert_eq!((notices(), sounds()), (vec![], 0));

    open_my_phone(page, MINE);
    let wanted = "Ring in this browser too";
    browser.press(Control::Checkbox, wanted, Scope::Dialog);
    until("it is heard how it sounds", PATIENCE, || {
        (sounds() > 0).then_some(()).ok_or("silence".to_owned())
    });
    browser.press(Control::Button, "Close", Scope::Dialog);
    house.phone("205").call(MINE).expect("205 calls");
    title("Call from Eva Klein 205 – ");
    let told = format!("Eva Klein 205: Your phone {MINE} is ringing.");
    until("a notice is shown", PATIENCE, || {
        let notices = notices();
        let one = notices == [told.clone()];
        one.then_some(()).ok_or(format!("{notices:?}"))
    });
    house.phone(MINE).decline().expect("I decline");
    title("Channels – ");

    // One's own call rings at one's own phone, and is no news; nor is what rang before the page came.
    call(page, "204");
    house.phone(MINE).until_ringing().expect("my phone rings");
    page.await_words("Your phone is ringing: answer it");
    house.phone(MINE).decline().expect("I decline");
    page.await_words("204 was not called: your phone declined");
    assert_eq!(notices().len(), 1);
    house.phone("205").call(MINE).expect("205 calls");
    house.phone(MINE).until_ringing().expect("my phone rings");
    until("a second notice is shown", PATIENCE, || {
        let notices = notices();
        (notices.len() == 2)
            .then_some(())
            .ok_or(format!("{notices:?}"))
    });
    browser.reload();
    page.await_board();
    browser.script::<Option<()>>(COUNT, vec![]);
    title("Call from Eva Klein 205 – ");
    assert_eq!(notices(), Vec::<String>::new());
}
