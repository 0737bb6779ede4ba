//! What is sent, what is not, and what the page says of it.

use fantoccini::key::Key;
use serde_json::json;
use switchboard_e2e::{
    Browser, Control, DEMO, PATIENCE, Scope, Stage, Through, VIEWER,
    lab::{Calls, Release},
    on_every_server, until,
};

on_every_server!(
    what_nothing_reads_is_kept_on_the_server_and_the_page_says_so,
    so_it_is_for_a_log_in_by_digest,
    who_may_keep_nothing_back_is_told_lines_that_do,
    steps_in_the_dial_plan_are_sent_only_while_somebody_sees_them,
);

/// The events that the open page of numbers names as having come.
fn names(browser: &Browser) -> Result<Vec<String>, String> {
    browser.try_script(
        "const table = controls('table', 'Events by name', 'body')[0];\
         if (!table) throw new Error('there is no table of events');\
         return [...table.querySelectorAll('tbody th')].map(words);",
        vec![],
    )
}

/// Waits until the open page of numbers names this event of a call that goes through the dial plan.
fn await_name(browser: &Browser, calls: &mut Calls, name: &str) -> Vec<String> {
    calls.call("Anna", "+43123", "304").expect("a call");
    until(&format!("{name} has come"), PATIENCE, || {
        let names = names(browser)?;
        match names.iter().any(|known| known == name) {
            true => Ok(names),
            false => Err(format!("{names:?}")),
        }
    })
}

fn what_nothing_reads_is_kept_on_the_server_and_the_page_says_so(release: Release) {
    kept_back(&Stage::logged_in(release));
}

fn so_it_is_for_a_log_in_by_digest(release: Release) {
    let stage = Stage::open(release);
    stage.page().await_log_in();
    let browser = stage.browser();
    browser.press(Control::Checkbox, "Only in this tab", Scope::Page);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    kept_back(&stage);
}

fn kept_back(stage: &Stage) {
    let browser = stage.browser();
    browser.press(Control::Link, "Traffic", Scope::Page);
    let names = await_name(browser, &mut stage.calls(), "Newexten");
    assert!(!names.contains(&"VarSet".to_owned()), "{names:?}");
    stage
        .page()
        .await_words("because nothing here reads them: VarSet");
}

fn who_may_keep_nothing_back_is_told_lines_that_do(release: Release) {
    let mut stage = Stage::open(release);
    stage.page().log_in(VIEWER);
    stage.page().await_board();
    let browser = stage.browser();
    browser.press(Control::Link, "Traffic", Scope::Page);
    let mut calls = stage.calls();
    await_name(browser, &mut calls, "VarSet");
    stage
        .page()
        .await_words("This account may not keep events on the server by itself");
    let lines = until("lines are told", PATIENCE, || {
        let told: String = browser.try_script(
            "return document.getElementById(arguments[0])?.textContent ?? '';",
            vec![json!("traffic-account")],
        )?;
        match told.contains("VarSet") {
            true => Ok(told),
            false => Err(told),
        }
    });
    stage.page().await_words("disabledevents = ");
    browser.key(Key::Escape);
    stage.page().log_off();
    stage.page().await_log_in();

    // They do what is said of them.
    let account = format!(
        "\n[filtered]\nsecret = the-secret-of-filtered-1\nread = call,dialplan,system,agent\n\
         write = reporting\n{lines}\n"
    );
    stage
        .server
        .configure("manager.conf", &account)
        .expect("the account is written");
    stage.server.cli("manager reload").expect("a reload");
    stage
        .page()
        .log_in(("filtered", "the-secret-of-filtered-1"));
    stage.page().await_board();
    let browser = stage.browser();
    // What came for the other account has to fall out first.
    browser.reload();
    stage.page().await_board();
    browser.press(Control::Link, "Traffic", Scope::Page);
    let names = await_name(browser, &mut calls, "Newexten");
    assert!(!names.contains(&"VarSet".to_owned()), "{names:?}");
}

fn steps_in_the_dial_plan_are_sent_only_while_somebody_sees_them(release: Release) {
    let stage = Through::logged_in(Stage::settings(release));
    let mut calls = stage.calls();
    let call = calls.call("Anna", "+43123", "801").expect("a call");
    let location = |wanted: &str| {
        until(&format!("the location is {wanted}"), PATIENCE, || {
            let row = stage.page().row(&call.uniqueid)?;
            let told = row.cell("Location").to_owned();
            match told == wanted {
                true => Ok(()),
                false => Err(told),
            }
        });
    };
    let asked = |mask: &str| {
        until(&format!("{mask} is asked for"), PATIENCE, || {
            let requests = stage.proxy.requests();
            let last = requests.iter().rev().find(|r| r.action() == Some("Events"));
            let body = last.map(|r| r.body.clone()).unwrap_or_default();
            match body.ends_with(mask) {
                true => Ok(()),
                false => Err(body),
            }
        });
    };
    let go = |calls: &mut Calls, exten: &str| {
        let channel = calls.ami().channel(&call.uniqueid).expect("an answer");
        let name = channel.expect("the channel").name;
        let done = calls.ami().redirect(&name, None, exten, "target");
        done.expect("it goes there");
        calls
            .until(&call.uniqueid, PATIENCE, |channel| channel.exten == exten)
            .expect("it is there");
    };
    stage
        .browser()
        .press(Control::Button, "Show location", Scope::Page);
    asked("EventMask=call%2Csystem%2Cagent");
    location("");
    go(&mut calls, "802");
    stage
        .browser()
        .press(Control::Button, "Show location", Scope::Page);
    asked("EventMask=call%2Cdialplan%2Csystem%2Cagent");
    let told = |calls: &mut Calls| {
        let channel = calls.ami().channel(&call.uniqueid).expect("an answer");
        let at = channel.expect("the channel");
        format!("{}@{}:{}", at.exten, at.context, at.priority)
    };
    let wanted = told(&mut calls);
    assert!(wanted.starts_with("802@target"), "{wanted}");
    location(&wanted);
    go(&mut calls, "803");
    location(&told(&mut calls));
    assert_eq!(stage.proxy.count("Events"), 2);
    // What a person chose stays chosen.
    stage
        .browser()
        .press(Control::Button, "Show location", Scope::Page);
    stage.browser().reload();
    stage.page().await_board();
    asked("EventMask=call%2Csystem%2Cagent");
    location("");
}

#[test]
fn a_key_leads_to_the_page_of_numbers_and_another_back_to_where_the_focus_was() {
    let stage = Stage::logged_in(Release::V22);
    let browser = stage.browser();
    let focus = || browser.script::<String>("return named(document.activeElement);", vec![]);
    browser.press(Control::Button, "Refresh", Scope::Page);
    let before = focus();
    browser.script::<()>(
        "document.activeElement.dispatchEvent(\
         new KeyboardEvent('keydown', { key: 'b', bubbles: true }));",
        vec![],
    );
    stage.page().await_words("Over the last");
    assert_eq!(focus(), "Traffic");
    assert!(!browser.has(Control::Table, "Channels", Scope::Page));
    // The board goes on out of sight.
    let mut calls = stage.calls();
    calls.call("Anna", "+43123", "801").expect("a call");
    stage.page().await_words("1 call");
    browser.key(Key::Escape);
    stage.page().await_agreement(calls.ami());
    assert!(!stage.page().text().contains("Over the last"));
    assert_eq!(focus(), before);
}
