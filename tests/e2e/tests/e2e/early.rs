//! The log-in form before the module is there, and what a browser fetches until then.

use serde_json::{Value, json};
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, Fault, On, PATIENCE, Page, Scope, Stage, Through, lab::Release,
    on_every_server, until,
};

on_every_server!(
    what_was_typed_before_the_module_was_there_is_kept,
    log_in_pressed_before_the_module_was_there_logs_in,
    all_that_is_fetched_for_the_log_in_form_is_within_the_budget,
);

/// A page whose module does not come until the proxy is mended.
fn held(release: Release, engine: Engine) -> Through {
    let stage = Through::closed(Stage::settings(release), engine);
    stage.proxy.inflict(On::Path(".gzip"), Fault::Freeze);
    stage.browser().open(&stage.page_url());
    stage.page().await_log_in();
    stage
}

/// Whether the module has taken the form over.
fn await_module(stage: &Through) {
    until("the module is there", PATIENCE, || {
        let early: bool = stage
            .browser()
            .try_script("return document.getElementById('early') !== null;", vec![])?;
        (!early)
            .then_some(())
            .ok_or_else(|| "the page is that of index.html".to_owned())
    });
}

fn typed(stage: &Through, name: &str) -> String {
    stage
        .browser()
        .property(Control::Field, name, Scope::Page, "value")
}

fn focused(stage: &Through) -> String {
    stage
        .browser()
        .script("return document.activeElement.id;", vec![])
}

fn what_was_typed_before_the_module_was_there_is_kept(release: Release) {
    let stage = held(release, Engine::Chromium);
    assert_eq!(focused(&stage), "username");
    stage.browser().fill("Username", Scope::Page, DEMO.0);
    stage
        .browser()
        .press(Control::Checkbox, "Only in this tab", Scope::Page);
    stage
        .browser()
        .fill("Password", Scope::Page, "half of a se");
    stage.browser().script::<()>(
        "document.getElementById('secret').setSelectionRange(2, 5);",
        vec![],
    );
    stage.proxy.mend();
    await_module(&stage);
    assert_eq!(typed(&stage, "Username"), DEMO.0);
    assert_eq!(typed(&stage, "Password"), "half of a se");
    assert_eq!(focused(&stage), "secret");
    let (from, to, apart): (u32, u32, bool) = stage.browser().script(
        "const secret = document.getElementById('secret');\
         return [secret.selectionStart, secret.selectionEnd, apart.checked];",
        vec![],
    );
    assert_eq!((from, to, apart), (2, 5, true));
}

fn log_in_pressed_before_the_module_was_there_logs_in(release: Release) {
    let stage = held(release, Engine::Chromium);
    let address: String = stage.browser().script("return location.href;", vec![]);
    stage.page().log_in(DEMO);
    let busy: Option<String> =
        stage
            .browser()
            .property(Control::Button, "Log in", Scope::Page, "ariaBusy");
    assert_eq!(busy.as_deref(), Some("true"));
    stage.proxy.mend();
    stage.page().await_board();
    let after: String = stage.browser().script("return location.href;", vec![]);
    assert_eq!(after, address);
    let sent = String::from_utf8_lossy(&stage.proxy.bytes()).into_owned();
    assert!(!sent.contains(DEMO.1), "the secret was sent");
}

#[test]
fn in_firefox_and_webkit_the_form_is_taken_over_as_it_stands() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        let stage = held(Release::V22, engine);
        stage.browser().fill("Username", Scope::Page, DEMO.0);
        stage.browser().fill("Password", Scope::Page, DEMO.1);
        stage.proxy.mend();
        await_module(&stage);
        assert_eq!(focused(&stage), "secret", "{engine:?}");
        stage
            .browser()
            .press(Control::Button, "Log in", Scope::Page);
        stage.page().await_board();
    }
}

#[test]
fn a_field_left_empty_takes_the_focus_before_the_module_is_there() {
    let stage = held(Release::V22, Engine::Chromium);
    stage.browser().fill("Username", Scope::Page, DEMO.0);
    stage
        .browser()
        .press(Control::Button, "Log in", Scope::Page);
    assert_eq!(focused(&stage), "secret");
    let busy: Option<String> =
        stage
            .browser()
            .property(Control::Button, "Log in", Scope::Page, "ariaBusy");
    assert_eq!(busy, None);
}

#[test]
fn a_page_that_did_not_arrive_whole_says_so_and_can_be_reloaded() {
    for (query, form, fault) in [
        ("", true, Fault::page(404, "Not Found")),
        ("", true, Fault::page(200, "<title>Who are you?</title>")),
        ("", true, Fault::Cut),
        ("?embed=1", false, Fault::page(404, "Not Found")),
    ] {
        let stage = Through::closed(Stage::settings(Release::V22), Engine::Chromium);
        stage.proxy.inflict(On::Path(".gzip"), fault);
        let browser = stage.browser();
        browser.open(&format!("{}{query}", stage.page_url()));
        stage
            .page()
            .await_words("A part of this page did not arrive");
        if form {
            assert!(is_disabled(&stage));
        }
        assert!(!browser.has(Control::Status, "Connection", Scope::Page));
        stage.proxy.mend();
        browser.press(Control::Link, "Reload this page", Scope::Page);
        until("the page starts", PATIENCE, || {
            let broken: bool = browser.try_script(
                "return document.getElementById('broken').checkVisibility();",
                vec![],
            )?;
            (!broken).then_some(()).ok_or_else(|| "broken".to_owned())
        });
        stage.page().await_log_in();
    }
}

#[test]
fn in_firefox_and_webkit_half_a_module_is_no_module_either() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        let stage = Through::closed(Stage::settings(Release::V22), engine);
        stage.proxy.inflict(On::Path(".gzip"), Fault::Cut);
        stage.browser().open(&stage.page_url());
        stage
            .page()
            .await_words("A part of this page did not arrive");
        assert!(is_disabled(&stage), "{engine:?}");
    }
}

/// Whether nobody can log in.
fn is_disabled(stage: &Through) -> bool {
    let disabled: Option<bool> =
        stage
            .browser()
            .property(Control::Button, "Log in", Scope::Page, "disabled");
    disabled == Some(true)
}

#[test]
fn somebody_who_is_logged_in_sees_no_form_on_the_way_to_the_board() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    stage.proxy.inflict(On::Path(".gzip"), Fault::Freeze);
    // Past the browser's own memory.
    let tab = format!("{}?again", stage.page_url());
    stage.browser().open(&tab);
    assert!(!stage.browser().has(Control::Button, "Log in", Scope::Page));
    stage.proxy.mend();
    stage.page().await_board();
}

#[test]
fn in_a_frame_and_for_the_set_up_check_no_form_is_shown_early() {
    let stage = Through::closed(Stage::settings(Release::V22), Engine::Chromium);
    stage.proxy.inflict(On::Path(".gzip"), Fault::Freeze);
    for query in ["?doctor", "?embed=1"] {
        stage
            .browser()
            .open(&format!("{}{query}", stage.page_url()));
        assert!(!stage.browser().has(Control::Button, "Log in", Scope::Page));
    }
}

fn all_that_is_fetched_for_the_log_in_form_is_within_the_budget(release: Release) {
    let server = Stage::serve(Stage::settings(release));
    let browser = Browser::start(Engine::Chromium);
    browser.open(&server.page_url());
    let page = Page::of(&browser);
    page.await_log_in();
    until("the module has asked the server", PATIENCE, || {
        page.connection().and_then(|lamp| match lamp.as_str() {
            "Not logged in" => Ok(()),
            _ => Err(lamp),
        })
    });
    let fetched: Vec<(String, u64)> = browser.script(
        "return ['navigation', 'resource']\
           .flatMap((kind) => performance.getEntriesByType(kind))\
           .map((entry) => [entry.name, entry.transferSize]);",
        vec![],
    );
    let sum: u64 = fetched.iter().map(|(_, bytes)| bytes).sum();
    let budget: Value =
        serde_json::from_str(include_str!("../../../budget.json")).expect("a budget");
    let most = budget["first view"]["sent"].as_u64().expect("a number");
    assert!(sum <= most, "{sum} bytes of {most}: {}", json!(fetched));
    // Each once.
    let mut names: Vec<&str> = fetched.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.retain(|name| !name.ends_with("/mxml"));
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}
