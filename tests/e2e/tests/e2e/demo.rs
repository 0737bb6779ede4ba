//! What somebody meets who tries the page with `cargo xtask demo`.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use switchboard_e2e::{
    Control::{Button, Field},
    DEMO, House, Scope, Stage,
    lab::Release,
    on_every_server,
};

on_every_server!(a_caller_in_the_menu_is_sent_to_a_telephone_by_its_number_alone);

/// The demo's own settings of the page.
const CONFIG: &str = include_str!("../../../../xtask/src/demo/config.json");

fn a_caller_in_the_menu_is_sent_to_a_telephone_by_its_number_alone(release: Release) {
    let house = House::with(Stage::settings(release));
    let server = &house.stage.server;
    let settings = server.static_folder().join("switchboard/config.json");
    fs::write(&settings, CONFIG).expect("settings");
    // Asterisk tells one state of a file from the next by the second it was written in.
    let later = SystemTime::now() + Duration::from_secs(2);
    let file = fs::File::options().write(true).open(&settings);
    file.and_then(|file| file.set_modified(later))
        .expect("settings");
    house.stage.browser().open(&server.page_url());
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
