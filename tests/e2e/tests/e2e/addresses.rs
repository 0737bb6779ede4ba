//! The address of the page: back, forward, reload and a link that somebody passes on.

use serde_json::json;
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, PATIENCE, Scope, Stage, lab::Release, until,
};

/// Waits until the rows are those of these callers, in this order, and the address ends so. A call
/// has a row for each of its channels.
fn await_rows(stage: &Stage, callers: &[&str], address: &str) {
    until(&format!("{callers:?} at {address}"), PATIENCE, || {
        let board = stage.page().board()?;
        let cells = board.rows.iter().map(|row| row.cell("Caller"));
        let names = cells.map(|cell| cell.split(' ').next().unwrap_or_default());
        let mut shown: Vec<String> = names.map(str::to_owned).collect();
        shown.dedup();
        let hash: String = stage
            .browser()
            .try_script("return location.hash;", vec![])?;
        match shown == callers && hash == address {
            true => Ok(()),
            false => Err(format!("{shown:?} at {hash}")),
        }
    });
}

fn go(browser: &Browser, by: i32) {
    browser.script::<()>("history.go(arguments[0]);", vec![json!(by)]);
}

fn entries(browser: &Browser) -> u32 {
    browser.script("return history.length;", vec![])
}

#[test]
fn back_forward_reload_and_a_link_lead_to_the_same_place_with_the_same_search() {
    let stage = Stage::logged_in(Release::V22);
    let browser = stage.browser();
    let mut calls = stage.calls();
    for name in ["Anna", "Bert", "Anton"] {
        calls.ring(name, "1001").expect("a call");
    }
    stage.page().await_agreement(calls.ami());
    let before = entries(browser);
    browser.fill("Find", Scope::Page, "an");
    browser.press(Control::Button, "Caller", Scope::Page);
    browser.press(Control::Button, "Caller", Scope::Page);
    let (rows, address) = (["Anton", "Anna"], "#/channels?find=an&sort=-caller");
    await_rows(&stage, &rows, address);
    assert_eq!(entries(browser), before, "not an entry for each letter");
    assert_eq!(browser.title(), "(3) Channels – Switchboard – lab");

    browser.press(Control::Link, "Traffic", Scope::Page);
    stage.page().await_words("Over the last");
    assert_eq!(browser.title(), "(3) Traffic – Switchboard – lab");
    assert_eq!(entries(browser), before + 1);
    go(browser, -1);
    await_rows(&stage, &rows, address);
    go(browser, 1);
    stage.page().await_words("Over the last");
    browser.reload();
    stage.page().await_words("Over the last");
    browser.press(Control::Link, "Channels", Scope::Page);
    // What was typed goes with the page; the order does not.
    await_rows(
        &stage,
        &["Bert", "Anton", "Anna"],
        "#/channels?sort=-caller",
    );
    go(browser, -2);
    await_rows(&stage, &rows, address);
    browser.reload();
    await_rows(&stage, &rows, address);

    let link: String = browser.script("return location.href;", vec![]);
    browser.open_window();
    browser.open(&link);
    await_rows(&stage, &rows, address);
}

#[test]
fn a_link_leads_to_its_place_behind_the_log_in_and_whoever_logs_off_leaves_no_search() {
    let stage = Stage::open(Release::V22);
    let browser = stage.browser();
    let mut calls = stage.calls();
    for name in ["Anna", "Bert"] {
        calls.ring(name, "1001").expect("a call");
    }
    let address = "#/channels?find=anna";
    // A browser loads nothing anew for what stands behind the `#`.
    browser.open("about:blank");
    browser.open(&format!("{}{address}", stage.server.page_url()));
    stage.page().log_in(DEMO);
    await_rows(&stage, &["Anna"], address);
    browser.press(Control::Link, "Traffic", Scope::Page);
    stage.page().log_off();
    stage.page().await_log_in();
    let hash: String = browser.script("return location.hash;", vec![]);
    assert_eq!(hash, "#/channels");
    stage.page().log_in(DEMO);
    await_rows(&stage, &["Bert", "Anna"], "#/channels");
    assert_eq!(
        browser.property::<String>(Control::Field, "Find", Scope::Page, "value"),
        ""
    );
}

#[test]
fn in_firefox_and_webkit_back_leads_to_the_board_as_it_was_left() {
    const MANY: u32 = 25;
    for engine in [Engine::Firefox, Engine::WebKit] {
        let stage = Stage::with(Stage::settings(Release::V22), engine);
        stage.page().log_in(DEMO);
        stage.page().await_board();
        let browser = stage.browser();
        let mut calls = stage.calls();
        for number in 0..MANY {
            calls
                .ring("Anna", &format!("1{number:03}"))
                .expect("a call");
        }
        stage.page().await_agreement(calls.ami());
        browser.fill("Find", Scope::Page, "anna");
        await_rows(&stage, &["Anna"], "#/channels?find=anna");
        let scrolled = "const at = channels().parentElement; return at.scrollTop;";
        browser.script::<()>("channels().parentElement.scrollTop = 400;", vec![]);
        browser.press(Control::Link, "Traffic", Scope::Page);
        stage.page().await_words("Over the last");
        assert!(!browser.has(Control::Table, "Channels", Scope::Page));
        go(browser, -1);
        await_rows(&stage, &["Anna"], "#/channels?find=anna");
        assert_eq!(browser.script::<f64>(scrolled, vec![]), 400.0, "{engine:?}");
    }
}
