//! The page in a frame of somebody else's page, and a log-in without a cookie.

use std::{fs, time::Duration};

use switchboard_e2e::{
    Control, DEMO, Engine, Fault, FrameHost, On, PATIENCE, Page, Row, Scope, Stage, Through,
    configure, lab::Release, on_every_server, stays, until,
};

on_every_server!(
    in_a_frame_on_another_site_it_logs_in_without_a_cookie,
    a_log_in_of_this_tab_only_leaves_other_tabs_logged_out,
);

/// Longer than Asterisk's nonce lives (62 s).
const NONCE: Duration = Duration::from_secs(66);

/// Opens the page in a frame of a page on the other site, and goes in.
fn frame<'a>(stage: &'a Through, host: &FrameHost, same_site: bool) -> Page<'a> {
    let around = if same_site {
        host.same_site()
    } else {
        host.other_site()
    };
    stage.browser().open(&around);
    stage.browser().enter_frame();
    stage.page()
}

fn in_a_frame_on_another_site_it_logs_in_without_a_cookie(release: Release) {
    let stage = Through::with(Stage::settings(release), Engine::Chromium);
    let host = FrameHost::around(&stage.page_url(), 360);
    let page = frame(&stage, &host, false);
    page.log_in(DEMO);
    page.await_board();
    page.await_words("in this tab only");
    let mut calls = stage.calls();
    let call = calls.ring("Framed", "1001").expect("a call");
    page.await_agreement(calls.ami());
    stage
        .browser()
        .press(Control::Button, "Actions", Scope::Row(&call.uniqueid));
    page.hang_up(&call.uniqueid);
    page.await_agreement(calls.ami());
    let width: f64 = stage
        .browser()
        .script("return document.documentElement.scrollWidth;", vec![]);
    assert!(width <= 360.0, "{width}");
}

#[test]
fn without_a_cookie_it_goes_on_when_the_nonce_has_changed() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let host = FrameHost::around(&stage.page_url(), 360);
    let page = frame(&stage, &host, false);
    page.log_in(DEMO);
    page.await_board();
    stays("the board is live", NONCE, || page.is_live());
    let mut calls = stage.calls();
    calls.ring("Later", "1001").expect("a call");
    page.await_agreement(calls.ami());
    assert_eq!(nonces(&stage).len(), 2, "{:?}", nonces(&stage));
    stays("the board is live", Duration::from_secs(3), || {
        page.is_live()
    });
}

/// The nonces that requests were signed with, in the order they came.
fn nonces(stage: &Through) -> Vec<String> {
    let mut nonces: Vec<String> = Vec::new();
    for request in stage.proxy.requests() {
        let Some((_, rest)) = request.head.split_once("nonce=\"") else {
            continue;
        };
        let nonce = rest.split('"').next().unwrap_or_default();
        if !nonces.iter().any(|known| known == nonce) {
            nonces.push(nonce.to_owned());
        }
    }
    nonces
}

fn a_log_in_of_this_tab_only_leaves_other_tabs_logged_out(release: Release) {
    let stage = Through::with(Stage::settings(release), Engine::Chromium);
    stage
        .browser()
        .press(Control::Checkbox, "Only in this tab", Scope::Page);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let mut calls = stage.calls();
    calls.ring("Here", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    let first = stage.browser().window();
    stage.open_tab();
    stage.page().await_log_in();
    stage.browser().show_window(&first);
    stage.page().log_off();
    stage
        .page()
        .await_words("The server has ended the session.");
    assert!(
        stage
            .proxy
            .requests()
            .iter()
            .all(|request| !request.body.contains("secret") && !request.line.contains("Digest"))
    );
}

#[test]
fn a_wrong_secret_of_this_tab_only_is_refused_beside_the_field() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    stage
        .browser()
        .press(Control::Checkbox, "Only in this tab", Scope::Page);
    stage.page().log_in((DEMO.0, "wrong"));
    stage.page().await_words("Asterisk said: Unauthorized");
}

#[test]
fn in_a_frame_on_the_same_site_it_shares_the_browsers_session() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let host = FrameHost::around(&stage.page_url(), 360);
    let page = frame(&stage, &host, true);
    page.await_board();
}

#[test]
fn in_firefox_and_webkit_it_logs_in_within_a_frame_on_another_site() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        let stage = Through::with(Stage::settings(Release::V22), engine);
        let host = FrameHost::around(&stage.page_url(), 360);
        let page = frame(&stage, &host, false);
        page.log_in(DEMO);
        page.await_board();
        let mut calls = stage.calls();
        calls.ring("Framed", "1001").expect("a call");
        page.await_agreement(calls.ami());
    }
}

#[test]
fn embedded_it_shows_the_board_and_a_slim_line_or_nothing_around_it() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    calls.ring("Embedded", "1001").expect("a call");
    for (embed, slim) in [("1", true), ("bare", false)] {
        let host = FrameHost::around(&format!("{}?embed={embed}", stage.page_url()), 360);
        let page = frame(&stage, &host, true);
        page.await_words("Embedded");
        let browser = stage.browser();
        assert_eq!(browser.has(Control::Button, "Log off", Scope::Page), slim);
        assert_eq!(browser.has(Control::Field, "Find", Scope::Page), slim);
        assert!(!browser.has(Control::Button, "Refresh", Scope::Page));
        assert_eq!(page.text().contains("Live since"), slim);
        assert!(!browser.has(Control::Link, "Traffic", Scope::Page));
    }
}

#[test]
fn embedded_at_390_pixels_the_lamp_is_whole_or_ends_in_dots_with_all_in_its_title() {
    let mut stage = Stage::logged_in(Release::V22);
    stage.browser().resize(390, 700);
    let address = format!("{}?embed=1", stage.server.page_url());
    stage.browser().open(&address);
    stage.page().await_board();
    let lamp = |stage: &Stage| -> Result<(String, String, bool, String), String> {
        stage.browser().try_script(
            "const span = controls('[role=status]', 'Connection', 'body')[0].lastElementChild;\
             return [words(span), span.title, span.scrollWidth <= span.clientWidth,\
               getComputedStyle(span).textOverflow];",
            vec![],
        )
    };
    let (words, _, whole, _) = lamp(&stage).expect("a lamp");
    assert!(
        words.starts_with("Live since ") && whole,
        "{words}: {whole}"
    );
    stage.server.kill().expect("it ends");
    until("it tells that the line is broken", PATIENCE, || {
        let (words, title, whole, cut) = lamp(&stage)?;
        let told = words.starts_with("Reconnecting, attempt") && title == words;
        match told && (whole || cut == "ellipsis") {
            true => Ok(()),
            false => Err(format!("{words:?}, {title:?}, {whole}, {cut}")),
        }
    });
    stage
        .browser()
        .press(Control::Button, "Log off", Scope::Page);
    stage.page().await_log_in();
}

#[test]
fn embedded_it_shows_the_place_and_the_search_of_its_address() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    for name in ["Anna", "Bert"] {
        calls.ring(name, "1001").expect("a call");
    }
    for embed in ["1", "bare"] {
        let at = |route: &str| format!("{}?embed={embed}#/{route}", stage.page_url());
        let host = FrameHost::around(&at("channels?find=bert"), 360);
        let page = frame(&stage, &host, true);
        until("it shows what is searched for", PATIENCE, || {
            let rows = page.board()?.rows;
            let found = |row: &Row| row.cell("Caller").starts_with("Bert");
            match !rows.is_empty() && rows.iter().all(found) {
                true => Ok(()),
                false => Err(format!("{rows:?}")),
            }
        });
        let host = FrameHost::around(&at("traffic"), 360);
        frame(&stage, &host, true).await_words("Over the last");
    }
}

#[test]
fn a_page_that_is_not_on_the_list_gets_a_link_to_a_tab_of_its_own() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let host = FrameHost::around(&stage.page_url(), 360);
    let other = host.other_site();
    for (list, shown) in [
        ("https://crm.example".to_owned(), false),
        (other.trim_end_matches('/').to_owned(), true),
    ] {
        configure(&stage.server, &format!("{{\"frames\": [\"{list}\"]}}"));
        let page = frame(&stage, &host, false);
        if shown {
            page.await_log_in();
        } else {
            page.await_words("This page is not shown here");
            let named = format!("{} may not show Switchboard", other.trim_end_matches('/'));
            page.await_words(&named);
            page.await_words("Add it to “frames” in config.json");
            assert!(
                stage
                    .browser()
                    .has(Control::Link, "Open in a new tab", Scope::Page)
            );
            assert!(!stage.browser().has(Control::Button, "Log in", Scope::Page));
        }
    }
}

#[test]
fn settings_that_cannot_be_read_are_named_and_admit_nobody() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let settings = stage.server.static_folder().join("switchboard/config.json");
    fs::write(&settings, "{\"frames\": [\"crm.example\"]}").expect("settings");
    let host = FrameHost::around(&stage.page_url(), 360);
    let page = frame(&stage, &host, false);
    page.await_words("This page is not shown here");
    page.await_words("“crm.example” in frames is no origin");
    stage.browser().open(&stage.page_url());
    stage
        .page()
        .await_words("“crm.example” in frames is no origin");
    stage.page().await_log_in();
}

#[test]
fn settings_that_do_not_arrive_admit_nobody_until_they_do() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let settings = stage.server.static_folder().join("switchboard/config.json");
    let host = FrameHost::around(&stage.page_url(), 360);
    let other = host.other_site();
    let other = other.trim_end_matches('/');
    fs::write(&settings, format!("{{\"frames\": [\"{other}\"]}}")).expect("settings");
    let instead = |status| Fault::Answer {
        status,
        content_type: "application/json",
        body: "{}".to_owned(),
    };
    for (fault, why) in [
        // Later it need only be told that nothing has changed.
        (Fault::Cut, "(config.json) did not arrive"),
        (instead(503), "the server answered 503"),
        (instead(302), "the server answered 302"),
        (Fault::Freeze, "no answer for 5 seconds"),
    ] {
        stage.proxy.inflict(On::Path("config.json"), fault);
        let page = frame(&stage, &host, false);
        page.await_words("This page is not shown here");
        page.await_words(why);
        page.await_words("no other page may show the switchboard");
        assert!(!stage.browser().has(Control::Button, "Log in", Scope::Page));
        stage.proxy.mend();
        page.await_log_in();
    }
}

#[test]
fn settings_that_do_not_arrive_are_named_and_the_last_that_did_hold() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let settings = stage.server.static_folder().join("switchboard/config.json");
    fs::write(&settings, "{\"idle_minutes\": 0.15}").expect("settings");
    stage.browser().open(&stage.page_url());
    stage.page().await_log_in();
    until("the settings were read", PATIENCE, || {
        let kept: bool = stage.browser().try_script(
            "return Object.values(localStorage).some((text) => text.includes('idle'));",
            vec![],
        )?;
        kept.then_some(()).ok_or_else(|| "not yet".to_owned())
    });
    let unavailable = Fault::Answer {
        status: 503,
        content_type: "application/json",
        body: "{}".to_owned(),
    };
    stage.proxy.inflict(On::Path("config.json"), unavailable);
    stage
        .browser()
        .open(&format!("{}?embed=1", stage.page_url()));
    stage.page().await_words("the server answered 503");
    stage.page().log_in(DEMO);
    stage.page().await_words("because nobody used this page");
}

#[test]
fn nobody_there_for_as_long_as_the_settings_allow_is_logged_off() {
    let stage = Through::with(Stage::settings(Release::V22), Engine::Chromium);
    let settings = stage.server.static_folder().join("switchboard/config.json");
    fs::write(&settings, "{\"idle_minutes\": 0.1}").expect("settings");
    stage.browser().open(&stage.page_url());
    stage.page().log_in(DEMO);
    stage.page().await_board();
    until("the page logs off", PATIENCE, || {
        let text = stage.page().text();
        match text.contains("because nobody used this page") {
            true => Ok(()),
            false => Err(text),
        }
    });
    assert_eq!(stage.proxy.count("Logoff"), 1);
}
