//! Somebody is asked before a call is passed on, with real telephones on a stock Asterisk: nobody is cut
//! off, whoever hangs up, and nothing is called done before the server has done it.

use switchboard_e2e::{
    Control, DEMO, House, PATIENCE, Scope, Stage,
    lab::{CallState, Release},
    on_every_server, until,
};

on_every_server!(
    the_two_are_connected_when_the_third_agrees,
    the_customer_is_taken_back,
    who_is_busy_changes_nothing,
    who_declines_changes_nothing,
    a_mailbox_is_nobody_to_ask,
    who_rings_is_called_no_more,
    the_third_hangs_up_and_the_colleague_is_called_for_the_customer,
    the_third_hangs_up_and_the_colleague_has_the_customer_at_once,
    the_colleague_hangs_up_while_the_third_rings,
    the_colleague_hangs_up_and_the_third_has_the_customer,
    the_colleague_hangs_up_and_is_called_for_the_customer,
    the_customer_hangs_up,
    a_page_that_is_closed_leaves_nobody,
    where_there_is_no_room_to_park_three_talk,
);

/// Müller talks with 201.
#[track_caller]
fn talking(release: Release) -> House {
    let house = House::open(release);
    house.talk("mueller", "201");
    house
}

/// The same where the spaces of the lot can be dialled.
#[track_caller]
fn with_spaces(release: Release) -> House {
    let settings =
        Stage::settings(release).add("res_parking.conf", "\n[default](+)\nparkext = 700\n");
    let house = House::with(settings).logged_in(DEMO);
    house.talk("mueller", "201");
    house
}

/// What these do here.
trait Asks {
    fn ask_204(&mut self);
    fn until_asking(&mut self);
    fn wish(&self, name: &str);
    fn together(&mut self, members: &[&str]);
}

impl Asks for House {
    /// 204 is called, for 201.
    #[track_caller]
    fn ask_204(&mut self) {
        let caller = self.channel("mueller");
        let page = self.page();
        page.open_transfer(&caller.uniqueid);
        page.browser().fill("Extension", Scope::Dialog, "204");
        page.browser().fill("Context", Scope::Dialog, "internal");
        page.await_words("Ask first: 204 is called and joins Anna Berger 201.");
        page.browser().press_offered("Ask first");
        self.phone("204").until_ringing().expect("204 rings");
        page.await_words("204 is ringing.");
        self.together(&["mueller", "201"]);
    }

    /// 204 has answered, and Müller waits.
    #[track_caller]
    fn until_asking(&mut self) {
        self.ask_204();
        self.phone("204").answer().expect("204 answers");
        self.page().await_words("is waiting, parked at 701.");
        self.together(&["201", "204"]);
        assert_eq!(self.phone("mueller").states(), [CallState::Talking]);
    }

    #[track_caller]
    fn wish(&self, name: &str) {
        let page = self.page();
        until(&format!("“{name}” can be pressed"), PATIENCE, || {
            let can: bool = page.browser().try_script(
                "return controls('button', arguments[0], '.consults')\
                     .some((one) => one.getAttribute('aria-disabled') !== 'true');",
                vec![name.into()],
            )?;
            can.then_some(()).ok_or_else(|| page.text())
        });
        page.browser().press(Control::Button, name, Scope::Page);
    }

    /// Waits until just these share a bridge, by the server's own word.
    #[track_caller]
    fn together(&mut self, members: &[&str]) {
        let ami = &mut self.ami;
        until(&format!("{members:?} talk"), PATIENCE, || {
            let all = ami.channels().map_err(|error| error.to_string())?;
            let of = |name: &str| {
                let begin = format!("PJSIP/{name}-");
                all.iter().find(|one| one.name.starts_with(&begin))
            };
            let bridge = of(members[0]).map(|one| one.bridge.clone());
            let Some(bridge) = bridge.filter(|bridge| !bridge.is_empty()) else {
                return Err(format!("{all:?}"));
            };
            let there = all.iter().filter(|one| one.bridge == bridge).count();
            let is_there = |name: &&str| of(name).is_some_and(|one| one.bridge == bridge);
            let just = members.iter().all(is_there) && there == members.len();
            just.then_some(()).ok_or_else(|| format!("{all:?}"))
        });
    }
}

fn the_two_are_connected_when_the_third_agrees(release: Release) {
    let mut house = talking(release);
    house.until_asking();
    house.page().await_words("Connect hangs Anna Berger 201 up");
    house.wish("Connect");
    house.phone("201").until_idle().expect("201 is free");
    house.page().await_words("Anna Berger 201 is free.");
    house.together(&["mueller", "204"]);
    assert_eq!(house.phone("204").states(), [CallState::Talking]);
}

fn the_customer_is_taken_back(release: Release) {
    let mut house = talking(release);
    house.until_asking();
    house.wish("Take back");
    house.phone("204").until_idle().expect("204 is free");
    house
        .page()
        .await_words("is talking with Anna Berger 201 again.");
    house.together(&["mueller", "201"]);
}

fn who_is_busy_changes_nothing(release: Release) {
    let mut house = talking(release);
    house.ask_204();
    house.phone("204").busy().expect("204 is busy");
    house.page().await_words("204 is busy.");
    house.page().await_words("Anna Berger 201 are talking on.");
    house.together(&["mueller", "201"]);
}

fn who_declines_changes_nothing(release: Release) {
    let mut house = talking(release);
    house.ask_204();
    house.phone("204").decline().expect("204 declines");
    house.page().await_words("204 declined.");
    house.together(&["mueller", "201"]);
}

/// Who does not take a call in time has a mailbox here.
fn a_mailbox_is_nobody_to_ask(release: Release) {
    let settings = Stage::settings(release).ring_seconds(5);
    let mut house = House::with(settings).logged_in(DEMO);
    house.talk("mueller", "201");
    house.ask_204();
    house
        .page()
        .await_words("but a mailbox or an announcement did");
    house.together(&["mueller", "201"]);
    let ami = &mut house.ami;
    until("the mailbox was hung up", PATIENCE, || {
        let all = ami.channels().map_err(|error| error.to_string())?;
        (all.len() == 2).then_some(()).ok_or(format!("{all:?}"))
    });
}

fn who_rings_is_called_no_more(release: Release) {
    let mut house = talking(release);
    house.ask_204();
    house.wish("Stop calling");
    house.phone("204").until_idle().expect("204 rings no more");
    house.page().await_words("204 is not called any more.");
    house.together(&["mueller", "201"]);
}

fn the_third_hangs_up_and_the_colleague_is_called_for_the_customer(release: Release) {
    let mut house = talking(release);
    house.until_asking();
    house
        .page()
        .await_words("Anna Berger 201's phone is called for");
    house.phone("204").hang_up().expect("204 hangs up");
    house.page().await_words("is waiting alone, parked at 701.");
    house.phone("201").answer().expect("201 is called again");
    house.page().await_words("Anna Berger 201 is talking with");
    house.together(&["mueller", "201"]);
}

fn the_third_hangs_up_and_the_colleague_has_the_customer_at_once(release: Release) {
    let mut house = with_spaces(release);
    house.until_asking();
    house
        .page()
        .await_words("If one of them hangs up first, the other");
    house.phone("204").hang_up().expect("204 hangs up");
    house.together(&["mueller", "201"]);
    house.page().await_words("has hung up.");
    house.page().await_words("Anna Berger 201 are talking on.");
    // And when that ends, 201 is not sent anywhere.
    house.phone("mueller").hang_up().expect("Müller hangs up");
    house.phone("201").until_idle().expect("201 is free");
}

fn the_colleague_hangs_up_while_the_third_rings(release: Release) {
    let mut house = talking(release);
    house.ask_204();
    house.page().await_words("If Anna Berger 201 hangs up now");
    house.phone("201").hang_up().expect("201 hangs up");
    house.phone("204").until_idle().expect("204 rings no more");
    house.phone("mueller").until_idle().expect("the call ended");
    let words = "Anna Berger 201 has hung up, and so ended the call with";
    house.page().await_words(words);
}

fn the_colleague_hangs_up_and_the_third_has_the_customer(release: Release) {
    let mut house = with_spaces(release);
    house.until_asking();
    house
        .page()
        .await_words("If one of them hangs up first, the other");
    house.phone("201").hang_up().expect("201 hangs up");
    house.together(&["mueller", "204"]);
    house.page().await_words("Anna Berger 201 is free.");
    house.phone("mueller").hang_up().expect("Müller hangs up");
    house.phone("204").until_idle().expect("204 is free");
}

fn the_colleague_hangs_up_and_is_called_for_the_customer(release: Release) {
    let mut house = talking(release);
    house.until_asking();
    house.phone("201").hang_up().expect("201 hangs up");
    house.phone("201").answer().expect("201 is called again");
    house.together(&["mueller", "201"]);
    house.phone("204").until_idle().expect("204 is free");
}

fn the_customer_hangs_up(release: Release) {
    let mut house = talking(release);
    house.until_asking();
    house.phone("mueller").hang_up().expect("Müller hangs up");
    house.page().await_words("204 are talking on.");
    house.together(&["201", "204"]);
}

fn a_page_that_is_closed_leaves_nobody(release: Release) {
    let mut house = with_spaces(release);
    house.until_asking();
    house
        .page()
        .await_words("If one of them hangs up first, the other");
    let browser = house.stage.browser();
    browser.open("about:blank");
    house.together(&["201", "204"]);
    // A page that knows nothing of it shows the calls as they are.
    let browser = house.stage.browser();
    browser.open(&house.stage.server.page_url());
    browser.press(Control::Link, "Calls", Scope::Page);
    until("the calls are shown", PATIENCE, || {
        let calls = house.page().calls()?;
        let state = |state: &str| calls.iter().any(|[.., is]| is == state);
        let is = calls.len() == 2 && state("Parked 701") && state("Talking");
        is.then_some(()).ok_or(format!("{calls:?}"))
    });
    assert!(!house.page().text().contains("is waiting, parked at"));
    house.phone("201").hang_up().expect("201 hangs up");
    house.together(&["mueller", "204"]);
}

/// Of one space, which somebody has.
fn where_there_is_no_room_to_park_three_talk(release: Release) {
    let settings =
        Stage::settings(release).add("res_parking.conf", "\n[default](+)\nparkpos = 701-701\n");
    let mut house = House::with(settings).logged_in(DEMO);
    house.phone("klingler").call("700").expect("a call is made");
    house
        .phone("klingler")
        .until_talking()
        .expect("Klingler is parked");
    house.talk("mueller", "201");
    house.ask_204();
    house.phone("204").answer().expect("204 answers");
    house.page().await_words("could not be parked.");
    house.together(&["mueller", "201", "204"]);
    house.wish("Take back");
    house.phone("204").until_idle().expect("204 is free");
    house
        .page()
        .await_words("is talking with Anna Berger 201 again.");
    house.together(&["mueller", "201"]);
}
