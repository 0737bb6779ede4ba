//! What lives how long: the session on the server, through reload, log-off and close.

use std::time::Duration;

use switchboard_e2e::{
    DEMO, Engine, PATIENCE, Ping, Stage, lab::Release, on_every_server, stays, until,
};

on_every_server!(
    a_reloaded_page_goes_straight_to_the_board,
    logging_off_ends_the_session_on_the_server,
    closing_the_page_ends_the_session_on_the_server,
    closing_one_of_two_pages_leaves_the_session_to_the_other,
);

#[test]
fn closing_the_page_ends_the_session_in_firefox_too() {
    close(&logged_in_with(Engine::Firefox));
}

#[test]
fn closing_the_page_ends_the_session_in_webkit_too() {
    close(&logged_in_with(Engine::WebKit));
}

/// Longer than the page's service worker waits for a page that may only be reloading.
const RELOAD: Duration = Duration::from_secs(5);

fn a_reloaded_page_goes_straight_to_the_board(release: Release) {
    let stage = Stage::logged_in(release);
    let session = stage.session();
    let mut calls = stage.calls();
    calls
        .call("王小明", "+861055550188", "304")
        .expect("a call");
    stage.browser().reload();
    stage.page().await_board();
    stage.page().await_agreement(calls.ami());
    stays("the session lives on", RELOAD, || {
        match stage.ping(&session) {
            Ping::Pong => stage.page().is_live(),
            other => Err(format!("{other:?}")),
        }
    });
    assert_eq!(stage.session(), session);
}

fn logging_off_ends_the_session_on_the_server(release: Release) {
    let stage = Stage::logged_in(release);
    let session = stage.session();
    assert_eq!(stage.ping(&session), Ping::Pong);
    stage.page().log_off();
    stage.page().await_log_in();
    stage
        .page()
        .await_words("The server has ended the session.");
    assert_eq!(stage.ping(&session), Ping::Denied);
    stage.browser().reload();
    stage.page().await_log_in();
}

fn closing_the_page_ends_the_session_on_the_server(release: Release) {
    close(&Stage::logged_in(release));
}

fn closing_one_of_two_pages_leaves_the_session_to_the_other(release: Release) {
    let stage = Stage::logged_in(release);
    let session = stage.session();
    let first = stage.browser().open_window();
    stage.browser().open(&stage.server.page_url());
    stage.page().await_board();
    stage.browser().close_window(&first);
    stays("the session lives on", RELOAD, || {
        match stage.ping(&session) {
            Ping::Pong => stage.page().is_live(),
            other => Err(format!("{other:?}")),
        }
    });
}

fn logged_in_with(engine: Engine) -> Stage {
    let stage = Stage::with(Stage::settings(Release::V22), engine);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    stage
}

/// Closes the page, not the browser, and waits until the server knows.
fn close(stage: &Stage) {
    let session = stage.session();
    assert_eq!(stage.ping(&session), Ping::Pong);
    let page = stage.browser().open_window();
    stage.browser().close_window(&page);
    until("the session has ended", PATIENCE, || {
        match stage.ping(&session) {
            Ping::Denied => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}
