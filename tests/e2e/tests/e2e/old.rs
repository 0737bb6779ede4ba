//! The managers of 1.4 and 1.8, which no test can run any more, by the double that is held to
//! their recordings.

use switchboard_e2e::{
    Browser, Control, DEMO, Engine, PATIENCE, Page, Scope,
    double::{Double, Era, Line, Setup},
    until,
};

#[test]
fn the_walk_works_on_a_double_of_1_4_by_get_alone() {
    let double = walk(Era::V1_4);
    let requests = double.requests();
    let asked = |action: &str| {
        requests
            .iter()
            .any(|request| request.action() == Some(action))
    };
    assert!(asked("Login") && asked("Hangup"));
}

#[test]
fn the_walk_works_on_a_double_of_1_8() {
    walk(Era::V1_8);
}

/// Logs in, sees what stood and what comes, hangs up, logs off.
fn walk(era: Era) -> Double {
    let double = Double::start(Setup::serving(era));
    double.add(line("1.1", "SIP/100-1", "Alice"));
    let browser = Browser::start(Engine::Chromium);
    browser.open(&double.page_url());
    let page = Page::of(&browser);
    page.log_in(DEMO);
    page.await_board();
    page.await_words("Alice");
    double.add(line("1.2", "SIP/200-2", "Bob"));
    page.await_words("Bob");
    double.link("1.1", "1.2");
    until("each is connected to the other", PATIENCE, || {
        let row = page.row("1.1")?;
        match row.cell("Connected to").contains("Bob") {
            true => Ok(()),
            false => Err(format!("{row:?}")),
        }
    });
    page.hang_up("1.2");
    until("the row is gone", PATIENCE, || match page.row("1.2") {
        Err(_) => Ok(()),
        Ok(row) => Err(format!("{row:?}")),
    });
    // A restart forgets the session; the secret is at hand.
    double.forget_sessions();
    page.await_board();
    page.await_words("Alice");
    assert!(!browser.has(Control::Button, "Log in", Scope::Page));
    page.log_off();
    page.await_words("The server has ended the session.");
    double
}

fn line(id: &str, channel: &str, name: &str) -> Line {
    Line {
        channel: channel.to_owned(),
        uniqueid: id.to_owned(),
        caller: ("1001".to_owned(), name.to_owned()),
        state: "Up".to_owned(),
        place: Some(("1001".to_owned(), "default".to_owned())),
        link: None,
    }
}
