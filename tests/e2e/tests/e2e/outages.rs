//! Harm on the way between page and server.

use std::{net::TcpStream, time::Duration};

use switchboard_e2e::{
    Control, Fault, On, PATIENCE, Scope, Stage, Through,
    lab::{Ami, Release},
    on_every_server, stays, until,
};

on_every_server!(
    a_connection_cut_in_mid_body_ends_in_a_right_board,
    a_closed_port_is_named_and_the_board_is_right_when_it_opens,
    a_frozen_way_is_doubted_and_then_called_broken,
    an_answer_that_trickles_is_doubted_and_not_given_up,
    a_slow_server_is_waited_for_before_a_transfer_and_nothing_is_sent_unchecked_unasked,
);

/// The server takes all its time to say whether the number is there.
fn a_slow_server_is_waited_for_before_a_transfer_and_nothing_is_sent_unchecked_unasked(
    release: Release,
) {
    let stage = stage(release);
    let mut calls = stage.calls();
    let call = calls.call("Slow", "1001", "304").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.proxy.inflict(On::Every("Getvar"), Fault::Freeze);
    let (page, browser) = (stage.page(), stage.browser());
    page.open_transfer(&call.uniqueid);
    browser.fill("Extension", Scope::Dialog, "801");
    browser.fill("Context", Scope::Dialog, "target");
    browser.press(Control::Button, "Transfer", Scope::Dialog);
    page.await_words("Looking the number up");
    page.await_words("it has not said whether 801 exists. Press again");
    assert_eq!(stage.proxy.count("Redirect"), 0);
    // What is pressed in haste is not taken for a yes.
    browser.press(Control::Button, "Transfer", Scope::Dialog);
    assert_eq!(stage.proxy.count("Redirect"), 0);
    until("what is said can have been read", PATIENCE, || {
        let off: Option<String> = browser.try_script(
            "return document.querySelector('.popover .primary').getAttribute('aria-disabled');",
            vec![],
        )?;
        (off.as_deref() != Some("true"))
            .then_some(())
            .ok_or(format!("{off:?}"))
    });
    browser.press(Control::Button, "Transfer", Scope::Dialog);
    page.await_words("801 has taken the call (Wait)");
}

/// Longer than Asterisk's `session_keep_alive`.
const IDLE: Duration = Duration::from_secs(17);
/// How soon the board must be right when the server, or the way to it, is back.
const BACK: Duration = Duration::from_secs(5);

fn stage(release: Release) -> Through {
    let stage = Through::logged_in(Stage::settings(release));
    stage.browser().script::<()>("window.mark = 1;", vec![]);
    stage
}

fn a_connection_cut_in_mid_body_ends_in_a_right_board(release: Release) {
    let stage = stage(release);
    let mut calls = stage.calls();
    stage.proxy.inflict(On::Next("WaitEvent"), Fault::Cut);
    calls.ring("Cut", "1001").expect("a call");
    calls.ring("Uncut", "1002").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    // Browsers send a request again that a connection took along, and say nothing.
    for number in 0..5 {
        stage.proxy.cut();
        calls
            .ring("Between", &format!("101{number}"))
            .expect("a call");
        await_right(&stage, calls.ami(), PATIENCE);
    }
    // Also while everything is being listed.
    stage.proxy.inflict(On::Next("Status"), Fault::Cut);
    stage.proxy.cut();
    calls.ring("Later", "1003").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
}

fn a_closed_port_is_named_and_the_board_is_right_when_it_opens(release: Release) {
    let mut stage = stage(release);
    let mut calls = stage.calls();
    let call = calls.ring("Before", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.proxy.close();
    stage.page().await_words("The PBX can't be reached");
    calls.hang_up(&call).expect("the call ends");
    calls.ring("After", "1002").expect("a call");
    stage.proxy.open();
    await_right(&stage, calls.ami(), BACK);
}

fn a_frozen_way_is_doubted_and_then_called_broken(release: Release) {
    let stage = stage(release);
    let mut calls = stage.calls();
    let call = calls.ring("Before", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.proxy.inflict(On::All, Fault::Freeze);
    stage
        .page()
        .await_words("though one was due. What stands here may be out of date.");
    stage.page().await_words("The PBX does not answer");
    calls.hang_up(&call).expect("the call ends");
    calls.ring("After", "1002").expect("a call");
    stage.proxy.mend();
    await_right(&stage, calls.ami(), BACK);
    assert_eq!(stage.proxy.count("Login"), 1);
}

fn an_answer_that_trickles_is_doubted_and_not_given_up(release: Release) {
    let stage = stage(release);
    let mut calls = stage.calls();
    let trickle = Fault::Trickle {
        bytes: 10,
        every: Duration::from_millis(200),
    };
    stage.proxy.inflict(On::Every("WaitEvent"), trickle);
    calls.ring("Slow", "1001").expect("a call");
    stage.page().await_words("though one was due");
    stage.proxy.mend();
    await_right(&stage, calls.ami(), BACK);
    assert_eq!(stage.proxy.count("Challenge"), 2);
}

#[test]
fn a_proxys_page_in_place_of_asterisk_is_called_that() {
    let stage = stage(Release::V22);
    let page = Fault::page(200, "<!doctype html><h1>Sign in to the guest network</h1>");
    stage.proxy.inflict(On::All, page);
    stage.proxy.cut();
    stage
        .page()
        .await_words("Something else answered in place of the PBX");
    stage.proxy.mend();
    await_right(&stage, stage.calls().ami(), BACK);
}

#[test]
fn an_action_cut_off_is_not_sent_twice_and_done_only_when_the_board_shows_it() {
    let stage = stage(Release::V22);
    let mut calls = stage.calls();
    let call = calls.ring("Cut off", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    // The server does it; only its answer is lost, and all that tells of the end.
    stage.proxy.inflict(On::Every("WaitEvent"), Fault::Freeze);
    stage.proxy.inflict(On::Next("Hangup"), Fault::Cut);
    stage.page().hang_up(&call.uniqueid);
    stage.page().await_words("outcome unknown");
    stage.proxy.mend();
    stage
        .page()
        .await_words("the line broke before the answer, but the channel has ended");
    assert_eq!(stage.proxy.count("Hangup"), 1);
    await_right(&stage, calls.ami(), PATIENCE);
}

#[test]
fn what_is_typed_outlives_an_outage_and_a_log_in() {
    let mut stage = Through::logged_in(Stage::settings(Release::V22));
    // Loaded anew, the page has no secret any more.
    stage.browser().reload();
    stage.page().await_board();
    let mut calls = stage.calls();
    let call = calls.ring("Kept", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    stage.page().open_transfer(&call.uniqueid);
    stage.browser().fill("Extension", Scope::Dialog, "8123");
    stage.proxy.close();
    stage.page().await_words("The PBX can't be reached");
    end_sessions(&stage);
    stage.proxy.open();
    stage.page().await_words("Asterisk ended the session");
    stage.page().log_in(switchboard_e2e::DEMO);
    stage.page().await_board();
    let typed: String =
        stage
            .browser()
            .property(Control::Field, "Extension", Scope::Dialog, "value");
    assert_eq!(typed, "8123");
}

/// Ends the page's session, as `httptimeout` would.
fn end_sessions(stage: &Through) {
    let cookie = stage
        .proxy
        .requests()
        .into_iter()
        .rev()
        .find_map(|request| {
            let (_, rest) = request.head.split_once("mansession_id=")?;
            Some(
                rest.split([';', '\r', '\n'])
                    .next()?
                    .trim_matches('"')
                    .to_owned(),
            )
        })
        .expect("a session");
    let cookie = format!("mansession_id=\"{cookie}\"");
    let reply = switchboard_e2e::lab::http::post(
        stage.server.http_address(),
        "/mxml",
        Some(&cookie),
        "Action=Logoff",
    );
    assert!(reply.expect("an answer").text().contains("Goodbye"));
}

#[test]
fn a_server_that_takes_no_more_connections_is_said_to_be_full() {
    let settings = Stage::settings(Release::V22).add("http.conf", "[general](+)\nsessionlimit = 8");
    let stage = Through::logged_in(settings);
    // The server closes connections that nothing came over for a while: the page has one left.
    stays("the board is live", IDLE, || stage.page().is_live());
    let hold = || TcpStream::connect(stage.server.http_address()).expect("a connection");
    let held: Vec<TcpStream> = (0..8).map(|_| hold()).collect();
    stage
        .browser()
        .press(Control::Button, "Refresh", Scope::Page);
    stage
        .page()
        .await_words("The PBX takes no more connections");
    drop(held);
    await_right(&stage, stage.calls().ami(), PATIENCE);
}

#[test]
fn a_server_that_announces_its_restart_is_said_to_restart() {
    let mut stage = stage(Release::V22);
    stage.server.stop().expect("it ends");
    stage.page().await_words("The PBX is restarting");
    stage.server.restart().expect("it starts");
    let mut calls = stage.calls();
    calls.ring("After", "1001").expect("a call");
    await_right(&stage, calls.ami(), BACK);
}

/// `manager reload` and a reload of `http.conf` take the manager away, and give it back.
#[test]
fn a_manager_that_is_switched_off_and_on_again_is_named_and_comes_back() {
    let mut stage = stage(Release::V22);
    let mut calls = stage.calls();
    calls.ring("Before", "1001").expect("a call");
    await_right(&stage, calls.ami(), PATIENCE);
    switch(&mut stage, "no");
    stage
        .page()
        .await_words("This server offers no call data: its manager interface is off");
    switch(&mut stage, "yes");
    let mut calls = stage.calls();
    calls.ring("After", "1002").expect("a call");
    await_right(&stage, calls.ami(), BACK);
}

fn switch(stage: &mut Through, on: &str) {
    stage
        .server
        .configure("manager.conf", &format!("[general](+)\nwebenabled = {on}"))
        .expect("settings");
    stage.server.cli("manager reload").expect("a reload");
}

/// Waits until the page, never reloaded, is live and shows what the server lists.
#[track_caller]
fn await_right(stage: &Through, ami: &mut Ami, time: Duration) {
    until("the board is right", time, || {
        stage.page().is_live()?;
        let channels = ami.channels().map_err(|error| error.to_string())?;
        stage.page().board()?.agrees(&channels)
    });
}
