//! What is kept of calls: what became of each, and what happened in it; and who is offered to be
//! called, with real telephones.

use std::fs;

use fantoccini::key::Key;
use switchboard_e2e::{
    Browser, Control, DEMO, House, PATIENCE, Scope,
    lab::{Release, phones::number::SERVICE},
    on_every_server, until,
};

on_every_server!(
    calls_that_are_over_are_kept_with_what_became_of_them,
    a_call_is_sent_to_a_colleague_by_the_first_letters_of_a_name,
);

const MUELLER: &str = "Müller GmbH 0301234567";

/// The calls that are over: who, whom, what became of it, the newest first.
fn ended(browser: &Browser) -> Result<Vec<[String; 3]>, String> {
    browser.try_script(
        "const grid = controls('[role=grid]', 'Ended calls', 'body')[0];\
         if (!grid) throw new Error('there is no table named Ended calls');\
         return [...grid.querySelectorAll('tbody [role=row]')].map((row) => {\
             const cells = [...row.querySelectorAll('[role=gridcell]')].map(words);\
             return [cells[2], cells[3], cells[1].replace(/ [0-9]+:[0-9:]+$/, '')]\
                 .map((text) => text.replace(/[\\u2068\\u2069]/g, ''));\
         });",
        vec![],
    )
}

#[track_caller]
fn await_ended(browser: &Browser, expected: &[[&str; 3]]) {
    let expected: Vec<_> = expected.iter().map(|row| row.map(str::to_owned)).collect();
    until(&format!("kept are {expected:?}"), PATIENCE, || {
        let rows = ended(browser)?;
        (rows == expected).then_some(()).ok_or(format!("{rows:?}"))
    });
}

fn calls_that_are_over_are_kept_with_what_became_of_them(release: Release) {
    let house = House::open(release);
    let (browser, page) = (house.stage.browser(), house.page());
    browser.press(Control::Link, "Ended calls", Scope::Page);
    page.await_words("No call has ended since you logged in.");

    house.talk("mueller", "201");
    house.phone("201").hold().expect("201 holds");
    house.phone("201").resume().expect("201 resumes");
    house.phone("mueller").hang_up().expect("mueller hangs up");
    let talked = [MUELLER, "Anna Berger 201", "Talked"];
    await_ended(browser, &[talked]);

    house.ring("mueller", "204");
    house.phone("mueller").hang_up().expect("mueller gives up");
    let gave_up = [MUELLER, "Дмитрий Соколов 204", "Missed: gave up"];
    await_ended(browser, &[gave_up, talked]);

    house.ring("mueller", "201");
    house.phone("201").busy().expect("201 is busy");
    house.phone("mueller").until_idle().expect("it is over");
    let busy = [MUELLER, "Anna Berger 201", "Missed: busy"];
    await_ended(browser, &[busy, gave_up, talked]);

    // A queue rings its agents, and the caller gives up.
    house
        .phones
        .ring("mueller", SERVICE, &["206", "211"])
        .expect("they ring");
    house.phone("mueller").hang_up().expect("mueller gives up");
    until("it is missed in the queue", PATIENCE, || {
        let rows = ended(browser)?;
        let is = rows.len() == 4 && rows[0][2].starts_with("Missed: gave up waiting in ");
        is.then_some(()).ok_or(format!("{rows:?}"))
    });

    // They are found, and told.
    browser.fill("Find", Scope::Page, "talked");
    await_ended(browser, &[talked]);
    browser.press(Control::Link, "Channels", Scope::Page);
    browser.press(Control::Link, "Ended calls", Scope::Page);
    browser.key(Key::Down);
    browser.key(Key::Enter);
    for sentence in [
        "The phone of Anna Berger rings.",
        "Anna Berger answers.",
        "are connected.",
        "Anna Berger puts the other on hold.",
        "Anna Berger takes the other off hold.",
        "is off the line.",
    ] {
        page.await_words(sentence);
    }
    browser.press(Control::Button, "Close", Scope::Dialog);
    browser.script::<()>(
        "const find = controls('input', 'Find', 'body')[0];\
         find.value = ''; find.dispatchEvent(new Event('input', {bubbles: true}));",
        vec![],
    );
    // The address says so a moment later.
    until("nothing is searched for", PATIENCE, || {
        let hash: String = browser.try_script("return location.hash;", vec![])?;
        (hash == "#/ended").then_some(()).ok_or(hash)
    });
    // They stay over a reload.
    browser.reload();
    until("all four are there", PATIENCE, || {
        let rows = ended(browser)?;
        let is = rows.len() == 4 && rows[3] == talked;
        is.then_some(()).ok_or(format!("{rows:?}"))
    });
    // What is saved is what is kept.
    browser.script::<()>(
        "URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; });\
             return 'data:,'; };",
        vec![],
    );
    browser.press(Control::Button, "Save as a table (CSV)", Scope::Page);
    until("all four are saved", PATIENCE, || {
        let saved: Option<String> = browser.try_script("return window.saved;", vec![])?;
        let saved = saved.unwrap_or_default();
        let is = saved.lines().count() == 5 && saved.contains("\"Missed: busy\"");
        is.then_some(()).ok_or(saved)
    });
    // Who logs in next sees none of it.
    page.log_off();
    page.await_log_in();
    page.log_in(DEMO);
    page.await_board();
    browser.press(Control::Link, "Ended calls", Scope::Page);
    page.await_words("No call has ended since you logged in.");
}

/// Five keys: t, two letters, Enter, Enter.
fn a_call_is_sent_to_a_colleague_by_the_first_letters_of_a_name(release: Release) {
    let house = House::with(switchboard_e2e::Stage::settings(release));
    let folder = house.stage.server.static_folder().join("switchboard");
    let contacts = r#"[{"name": "Dmitri Sokolov", "number": "204"},
                       {"name": "Rechtsanwälte Öztürk", "number": "00301234567"}]"#;
    fs::create_dir_all(folder.join("private")).expect("a folder");
    fs::write(folder.join("private/contacts.json"), contacts).expect("contacts");
    house
        .stage
        .configure("{\"contacts\": \"private/contacts.json\"}");
    let house = house.logged_in(DEMO);
    let (browser, page) = (house.stage.browser(), house.page());
    browser.press(Control::Link, "Calls", Scope::Page);
    house.ring("klingler", "205");
    house.talk("mueller", "201");
    browser.fill("Find", Scope::Page, "mül");
    page.await_calls(&[[MUELLER, "Anna Berger 201", "Talking"]]);
    // Found with an umlaut, too, and told what the phone does.
    browser.key(Key::Down);
    browser.key(Key::Down);
    browser.type_keys("t");
    browser.fill("Extension", Scope::Dialog, "ozt");
    page.await_words("Rechtsanwälte Öztürk");
    browser.fill("Extension", Scope::Dialog, "205");
    page.await_words("Ringing");
    browser.fill("Extension", Scope::Dialog, "dm");
    page.await_words("Dmitri Sokolov 204");
    browser.key(Key::Enter);
    page.await_words("goes to 204. Anna Berger 201 will be hung up.");
    browser.key(Key::Enter);
    house.phone("204").until_ringing().expect("204 rings");
    house.phone("204").answer().expect("204 answers");
    page.await_calls(&[[MUELLER, "Дмитрий Соколов 204", "Talking"]]);
}

#[test]
fn contacts_that_cannot_be_read_or_are_not_there_are_named() {
    let house = House::with(switchboard_e2e::Stage::settings(Release::V22));
    house.stage.configure("{\"contacts\": \"contacts.json\"}");
    let house = house.logged_in(DEMO);
    let page = house.page();
    page.await_words("The contacts (contacts.json) did not arrive: the server answered 404.");
    let folder = house.stage.server.static_folder().join("switchboard");
    fs::write(folder.join("contacts.json"), "[\n{\"name\": 1}]").expect("contacts");
    house.stage.browser().reload();
    page.await_words("contacts.json, line 2, column 10: This cannot be read");
}
