//! Several tabs of one browser, which share one session of Asterisk.

use std::{fs, time::Duration};

use serde_json::json;
use switchboard_e2e::{
    DEMO, Engine, PATIENCE, Stage, Through,
    lab::{Ami, Release},
    on_every_server, until,
};

on_every_server!(
    ten_tabs_cost_one_waitevent_and_each_shows_every_call,
    a_tab_that_leads_and_is_closed_hands_over_with_nothing_lost,
    logging_off_in_one_tab_logs_off_in_all,
);

/// How soon every tab must be right after the one that waited for events is gone: three seconds,
/// and the two for which an ended row stays.
const HANDOVER: Duration = Duration::from_secs(5);

fn ten_tabs_cost_one_waitevent_and_each_shows_every_call(release: Release) {
    let stage = Through::logged_in(Stage::settings(release));
    let mut tabs = vec![stage.browser().window()];
    for _ in 1..10 {
        tabs.push(stage.open_tab());
        stage.page().await_board();
    }
    stage.proxy.forget();
    let mut calls = stage.calls();
    for number in 0..5 {
        calls
            .ring("Caller", &format!("100{number}"))
            .expect("a call");
    }
    for tab in &tabs {
        stage.browser().show_window(tab);
        stage.page().await_agreement(calls.ami());
    }
    until("one tab waits", PATIENCE, || match stage.proxy.waiting() {
        1 => Ok(()),
        other => Err(format!("{other} wait")),
    });
    assert_eq!(stage.proxy.most_waiting(), 1);
    assert_eq!(stage.proxy.count("Login"), 0);
}

fn a_tab_that_leads_and_is_closed_hands_over_with_nothing_lost(release: Release) {
    let stage = Through::logged_in(Stage::settings(release));
    let first = stage.browser().window();
    let second = stage.open_tab();
    stage.page().await_board();
    let third = stage.open_tab();
    stage.page().await_board();
    let mut calls = stage.calls();
    stage.proxy.forget();
    // The first has waited since before the others were there.
    for closed in [&first, &second] {
        let call = calls.ring("Before", "1001").expect("a call");
        stage.browser().close_window(closed);
        // A tab that is not in sight draws nothing.
        stage.browser().show_window(&third);
        calls.ring("After", "1002").expect("a call");
        calls.hang_up(&call).expect("the call ends");
        await_right(&stage, calls.ami(), HANDOVER);
    }
    calls.ring("Later", "1003").expect("a call");
    await_right(&stage, calls.ami(), HANDOVER);
    assert_eq!(stage.proxy.count("Login"), 0);
}

fn logging_off_in_one_tab_logs_off_in_all(release: Release) {
    let stage = Through::logged_in(Stage::settings(release));
    let first = stage.browser().window();
    stage.open_tab();
    stage.page().await_board();
    stage.page().log_off();
    stage
        .page()
        .await_words("The server has ended the session.");
    stage.browser().show_window(&first);
    stage.page().await_words("You logged off in another tab.");
    // And in again.
    stage.page().log_in(DEMO);
    stage.page().await_board();
}

/// Freezing is what browsers do to tabs that nobody looks at.
#[test]
fn a_tab_that_leads_and_is_frozen_hands_over_and_joins_in_again_when_it_thaws() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let first = stage.browser().window();
    let second = stage.open_tab();
    stage.page().await_board();
    let mut calls = stage.calls();
    stage.browser().show_window(&first);
    let state = |name: &str| {
        stage
            .browser()
            .cdp("Page.setWebLifecycleState", json!({ "state": name }));
    };
    state("frozen");
    let gone = calls.ring("Before", "1001").expect("a call");
    stage.browser().show_window(&second);
    calls.ring("Meanwhile", "1002").expect("a call");
    calls.hang_up(&gone).expect("the call ends");
    await_right(&stage, calls.ami(), HANDOVER + HANDOVER);
    stage.browser().show_window(&first);
    state("active");
    await_right(&stage, calls.ami(), PATIENCE);
    calls.ring("Later", "1003").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.browser().show_window(&second);
    await_right(&stage, calls.ami(), PATIENCE);
    assert_eq!(stage.proxy.count("Login"), 1);
}

/// The renderer of a tab dies, and says nothing.
#[test]
fn a_tab_that_leads_and_crashes_hands_over_with_nothing_lost() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let first = stage.browser().window();
    let second = stage.open_tab();
    stage.page().await_board();
    let mut calls = stage.calls();
    let gone = calls.ring("Before", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.browser().crash_window(&first, &second);
    calls.ring("Meanwhile", "1002").expect("a call");
    calls.hang_up(&gone).expect("the call ends");
    await_right(&stage, calls.ami(), HANDOVER);
    assert_eq!(stage.proxy.count("Login"), 1);
}

#[test]
fn a_tab_of_an_older_version_is_told_to_reload_and_stops() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let old = stage.browser().window();
    // The page is published anew; its module has another name then.
    let folder = stage.server.static_folder().join("switchboard");
    let index = fs::read_to_string(folder.join("index.html")).expect("a page");
    let at = index.find("data-wasm=").expect("a module") + "data-wasm=".len();
    let name = index[at..].trim_start_matches('"');
    let name = name.split(['"', ' ', '>']).next().unwrap_or_default();
    let file = name.rsplit('/').next().unwrap_or_default();
    fs::copy(folder.join(file), folder.join("newer.gzip")).expect("a module");
    let newer = index.replace(name, "newer.gzip");
    fs::write(folder.join("index.html"), strip_integrity(&newer)).expect("a page");

    stage.open_tab();
    stage.page().await_board();
    let new = stage.browser().window();
    stage.browser().show_window(&old);
    stage
        .page()
        .await_words("A newer version of this page is open");
    stage.browser().show_window(&new);
    let mut calls = stage.calls();
    calls.ring("After", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
}

/// The tests change what was hashed.
fn strip_integrity(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(" integrity=\"") {
        out.push_str(&rest[..at]);
        let value = &rest[at + " integrity=\"".len()..];
        rest = value.find('"').map_or("", |end| &value[end + 1..]);
    }
    out.push_str(rest);
    out
}

#[test]
fn tabs_share_the_events_in_firefox_and_webkit_too() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        let stage = Through::with(Stage::settings(Release::V22), engine);
        stage.page().log_in(DEMO);
        stage.page().await_board();
        let first = stage.browser().window();
        let second = stage.open_tab();
        stage.page().await_board();
        let mut calls = stage.calls();
        calls.ring("Both", "1001").expect("a call");
        for tab in [&first, &second] {
            stage.browser().show_window(tab);
            await_right(&stage, calls.ami(), PATIENCE);
        }
        assert_eq!(stage.proxy.count("Login"), 1, "{engine:?}");
        stage.browser().close_window(&first);
        stage.browser().show_window(&second);
        calls.ring("After", "1002").expect("a call");
        await_right(&stage, calls.ami(), PATIENCE);
    }
}

/// Waits until the tab that is shown is live and shows what the server lists.
#[track_caller]
fn await_right(stage: &Through, ami: &mut Ami, time: Duration) {
    until("the tab is right", time, || {
        stage.page().is_live()?;
        let channels = ami.channels().map_err(|error| error.to_string())?;
        stage.page().board()?.agrees(&channels)
    });
}
