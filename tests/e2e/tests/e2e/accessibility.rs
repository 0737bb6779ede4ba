//! Nobody is shut out, whichever theme and however small the window.

use fantoccini::key::Key;
use serde_json::json;
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, House, PATIENCE, Scope, Stage, axe,
    lab::{Call, Calls, Release, User},
    until,
};

#[test]
fn no_view_has_violations_in_either_theme_at_either_width() {
    let mut stage = Stage::open(Release::V22);
    let mut views = Views::default();
    stage.page().await_log_in();
    views.look("log in", stage.browser());
    stage.page().log_in(("demo", "wrong"));
    stage.page().await_words("Authentication failed");
    views.look("wrong secret", stage.browser());
    stage.page().log_in(DEMO);
    stage.page().await_board();
    views.look("empty board", stage.browser());

    let call = office(&mut stage.calls());
    stage.page().await_agreement(&mut stage.ami());
    views.look("board with calls", stage.browser());
    stage.browser().press(Control::Link, "Calls", Scope::Page);
    until("the calls are there", PATIENCE, || {
        let calls = stage.page().calls()?;
        (!calls.is_empty()).then_some(()).ok_or(String::new())
    });
    views.look("calls", stage.browser());
    stage.browser().key(Key::Down);
    stage.browser().key(Key::Enter);
    until("a call is open", PATIENCE, || {
        stage
            .browser()
            .try_script::<bool>(
                "return document.querySelectorAll('[role=dialog] [role=group]').length > 0;",
                vec![],
            )?
            .then_some(())
            .ok_or(String::new())
    });
    views.look("a call, opened", stage.browser());
    stage
        .browser()
        .press(Control::Button, "Close", Scope::Dialog);
    stage.browser().press(Control::Link, "Traffic", Scope::Page);
    // What came before may be longer ago than is told of there.
    let mut more = stage.calls();
    more.ring("Steady", "1000").expect("a call");
    stage.page().await_words("Newexten");
    views.look("traffic", stage.browser());
    stage
        .browser()
        .script::<()>("location.hash = '#/nowhere';", vec![]);
    stage.page().await_words("There is no place called");
    views.look("no place", stage.browser());
    stage
        .browser()
        .press(Control::Link, "Channels", Scope::Page);
    stage.page().open_transfer(&call.uniqueid);
    views.look("transfer", stage.browser());
    cancel(&stage);
    stage.page().open_hang_up(&call.uniqueid);
    views.look("hang up", stage.browser());
    cancel(&stage);
    stage.page().log_off();
    stage
        .page()
        .await_words("The server has ended the session.");
    views.look("logged off", stage.browser());

    stage.page().log_in(DEMO);
    stage.page().await_board();
    stage.server.kill().expect("the server ends");
    until("the board says that it is not live", PATIENCE, || {
        let lamp = stage.page().connection()?;
        if lamp.starts_with("Reconnecting") {
            Ok(())
        } else {
            Err(lamp)
        }
    });
    views.look("reconnecting", stage.browser());
    assert!(views.wrong.is_empty(), "{}", views.wrong.join("\n"));
}

#[test]
fn neither_has_the_place_of_the_extensions() {
    let house = House::open(Release::V22);
    let (browser, page) = (house.stage.browser(), house.page());
    house.talk("mueller", "201");
    house.ring("klingler", "204");
    browser.press(Control::Link, "Extensions", Scope::Page);
    for words in ["Free", "Ringing", "In a call"] {
        page.await_words(words);
    }
    let mut views = Views::default();
    views.look("extensions", browser);
    browser.fill("Find", Scope::Page, "nobody");
    page.await_words("Nothing matches");
    views.look("no extension", browser);
    assert!(views.wrong.is_empty(), "{}", views.wrong.join("\n"));
}

#[test]
fn the_set_up_check_has_none_either() {
    let mut settings = Stage::settings(Release::V22);
    settings.users.push(User::new("poor", "s", "user", "user"));
    let stage = Stage::with(settings, Engine::Chromium);
    stage
        .browser()
        .open(&format!("{}?doctor", stage.server.page_url()));
    let mut views = Views::default();
    stage.page().await_words("Account");
    views.look("set-up check", stage.browser());
    stage.browser().fill("Username", Scope::Page, "poor");
    stage.browser().fill("Secret", Scope::Page, "s");
    stage
        .browser()
        .press(Control::Button, "Check this account", Scope::Page);
    stage.page().await_words("Listening for events");
    views.look("listening", stage.browser());
    stage
        .browser()
        .press(Control::Button, "Stop listening", Scope::Page);
    stage.page().await_words("write = reporting");
    views.look("failures", stage.browser());
    assert!(views.wrong.is_empty(), "{}", views.wrong.join("\n"));
}

/// Calls in every state that looks different, one of them a conversation.
fn office(calls: &mut Calls) -> Call {
    for exten in ["104", "651", "610", "700", "801"] {
        calls
            .call("Siobhán O'Brien", "+353209100123", exten)
            .expect("a call");
    }
    let call = calls
        .call("佐藤 花子", "+81355550143", "304")
        .expect("a call");
    calls
        .until(&call.uniqueid, PATIENCE, |channel| {
            !channel.bridge.is_empty()
        })
        .expect("the call is answered");
    call
}

fn cancel(stage: &Stage) {
    stage
        .browser()
        .press(Control::Button, "Cancel", Scope::Dialog);
}

/// What was found wrong in all views so far.
#[derive(Default)]
struct Views {
    wrong: Vec<String>,
}

impl Views {
    fn look(&mut self, view: &str, browser: &Browser) {
        for width in [390, 1280] {
            browser.resize(width, 900);
            for theme in ["dark", "light"] {
                let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
                browser.cdp(
                    "Emulation.setEmulatedMedia",
                    json!({ "features": features }),
                );
                let found = axe::violations(browser);
                self.wrong.extend(
                    found
                        .into_iter()
                        .map(|wrong| format!("{view}, {theme}, {width} px: {wrong}")),
                );
            }
        }
    }
}
