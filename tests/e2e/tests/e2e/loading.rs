//! How the built page loads and runs: below any prefix, and without a word on the console.

use serde_json::json;
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, PATIENCE, Page, Ping, Scope, Stage, console, lab::Release,
    on_every_server, until,
};

on_every_server!(
    the_console_stays_empty_from_log_in_to_log_off,
    the_module_is_compiled_while_it_streams_and_nothing_breaks_the_policy,
    the_page_works_below_another_prefix,
);

fn the_console_stays_empty_from_log_in_to_log_off(release: Release) {
    let stage = Stage::open(release);
    stage.page().await_log_in();
    stage.page().log_in(("demo", "wrong"));
    stage.page().await_words("Authentication failed");
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let mut calls = stage.calls();
    let call = calls
        .call("נועה לוי", "+97235550171", "304")
        .expect("a call");
    calls
        .until(&call.uniqueid, PATIENCE, |channel| {
            !channel.bridge.is_empty()
        })
        .expect("the call is answered");
    stage.page().await_agreement(calls.ami());
    stage
        .browser()
        .press(Control::Button, "Refresh", Scope::Page);
    stage.browser().reload();
    stage.page().await_board();
    stage.page().hang_up(&call.uniqueid);
    stage.page().await_words("No calls at the moment.");
    stage.page().log_off();
    stage
        .page()
        .await_words("The server has ended the session.");
    console::assert_silent(stage.browser());
}

fn the_module_is_compiled_while_it_streams_and_nothing_breaks_the_policy(release: Release) {
    let server = Stage::serve(Stage::settings(release));
    let browser = Browser::start(Engine::Chromium);
    browser.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": WATCH }),
    );
    browser.open(&server.page_url());
    let page = Page::of(&browser);
    page.log_in(DEMO);
    page.await_board();
    let seen: (Vec<String>, Vec<String>) =
        browser.script("return [window.compiled, window.broken];", vec![]);
    assert_eq!(seen, (vec!["streamed".to_owned()], vec![]));
    let meta: String = browser.script(
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content;",
        vec![],
    );
    assert!(
        !meta.contains("unsafe-inline") && !meta.contains("'unsafe-eval'"),
        "{meta}"
    );
    assert!(meta.contains("default-src 'none'"), "{meta}");
}

/// Notes how the module is compiled, and what the policy forbade.
const WATCH: &str = "
    window.compiled = [];
    window.broken = [];
    addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective));
    const stream = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...args) => {
      const result = await stream(...args);
      compiled.push('streamed');
      return result;
    };
    const whole = WebAssembly.instantiate;
    WebAssembly.instantiate = (...args) => { compiled.push('whole'); return whole(...args); };
";

fn the_page_works_below_another_prefix(release: Release) {
    let mut settings = Stage::settings(release);
    settings.prefix = "phones/asterisk".to_owned();
    let stage = Stage::with(settings, Engine::Chromium);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let session = stage.session();
    assert_eq!(
        stage.browser().cookie_path("mansession_id").as_deref(),
        Some("/phones/asterisk")
    );
    let mut calls = stage.calls();
    let call = calls.ring("Reception", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    stage.page().hang_up(&call.uniqueid);
    until("the channel has ended", PATIENCE, || {
        match calls
            .ami()
            .channel(&call.uniqueid)
            .map_err(|error| error.to_string())?
        {
            None => Ok(()),
            Some(channel) => Err(format!("{channel:?}")),
        }
    });
    assert_eq!(stage.ping(&session), Ping::Pong);
    stage.page().log_off();
    stage
        .page()
        .await_words("The server has ended the session.");
    assert_eq!(stage.ping(&session), Ping::Denied);
}
