//! The ways to reach the page: behind nginx and Apache with TLS at a path of their own, two servers
//! behind one of them, and Asterisk's own TLS. Asterisk's `prefix` is in `loading`.

use std::{fs, time::Duration};

use serde_json::json;
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, FrameHost, PATIENCE, Page, Scope, Stage, VIEWER,
    lab::{
        Ami, Asterisk, Calls, Home, Release, ReverseProxy,
        ReverseProxyProgram::{self, Apache, Nginx},
        Settings, http,
    },
    on_every_server, stays, until,
};

on_every_server!(the_walk_works_by_asterisks_own_tls);

#[test]
fn the_walk_works_behind_nginx_in_chromium() {
    walk_behind(Nginx, Engine::Chromium);
}

#[test]
fn the_walk_works_behind_nginx_in_firefox() {
    walk_behind(Nginx, Engine::Firefox);
}

#[test]
fn the_walk_works_behind_apache_in_chromium() {
    walk_behind(Apache, Engine::Chromium);
}

#[test]
fn the_walk_works_behind_apache_in_firefox() {
    walk_behind(Apache, Engine::Firefox);
}

#[test]
fn a_log_in_without_a_cookie_works_behind_nginx() {
    log_in_without_a_cookie(Nginx);
}

#[test]
fn a_log_in_without_a_cookie_works_behind_apache() {
    log_in_without_a_cookie(Apache);
}

#[test]
fn a_tab_goes_from_one_server_behind_nginx_to_the_other() {
    let front = Front::new(Nginx);
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    browser.open(&front.proxy.page_url(1));
    page.log_in(VIEWER);
    page.await_board();
    browser.open(&front.proxy.page_url(2));
    page.await_log_in();
    assert!(!page.text().contains("You were logged out"));
    page.log_in(DEMO);
    page.await_board();
    let mut calls = Calls::on(&front.servers[1]).expect("calls can be made");
    calls.ring("Second", "1002").expect("a call");
    page.await_agreement(calls.ami());
}

#[test]
fn nginx_lets_no_page_of_another_site_show_ours() {
    no_page_of_another_site_shows_ours(Nginx);
}

#[test]
fn apache_lets_no_page_of_another_site_show_ours() {
    no_page_of_another_site_shows_ours(Apache);
}

#[test]
fn two_servers_behind_nginx_do_not_mix_in_two_tabs() {
    two_servers_do_not_mix(Nginx);
}

#[test]
fn two_servers_behind_apache_do_not_mix_in_two_tabs() {
    two_servers_do_not_mix(Apache);
}

#[test]
fn a_restart_behind_nginx_ends_in_a_right_board() {
    a_restart_ends_in_a_right_board(Nginx);
}

#[test]
fn a_restart_behind_apache_ends_in_a_right_board() {
    a_restart_ends_in_a_right_board(Apache);
}

#[test]
fn nginx_stops_links_and_forms_of_other_sites() {
    links_and_forms_are_stopped(Nginx);
}

#[test]
fn apache_stops_links_and_forms_of_other_sites() {
    links_and_forms_are_stopped(Apache);
}

/// Two servers with the page, and a proxy before them.
struct Front {
    servers: [Asterisk; 2],
    proxy: ReverseProxy,
}

impl Front {
    fn new(program: ReverseProxyProgram) -> Self {
        let servers = [Release::V22, Release::V16].map(|r| Stage::serve(Stage::settings(r)));
        let addresses = [servers[0].http_address(), servers[1].http_address()];
        let proxy = ReverseProxy::start_in(&Home::find(), program, addresses)
            .unwrap_or_else(|error| panic!("{error:#}"));
        Self { servers, proxy }
    }
}

fn the_walk_works_by_asterisks_own_tls(release: Release) {
    let server = Stage::serve(Settings {
        tls: true,
        ..Stage::settings(release)
    });
    let url = server.tls_url("/static/switchboard/index.html");
    let browser = Browser::start(Engine::Chromium);
    walk(&browser, &url, &server, "/");
}

fn walk_behind(program: ReverseProxyProgram, engine: Engine) {
    let front = Front::new(program);
    let browser = Browser::start(engine);
    walk(
        &browser,
        &front.proxy.page_url(1),
        &front.servers[0],
        "/pbx1",
    );
}

/// Log in, a call appears, is hung up, log off; the cookie is kept for this path alone.
fn walk(browser: &Browser, url: &str, server: &Asterisk, path: &str) {
    let page = Page::of(browser);
    browser.open(url);
    page.log_in(DEMO);
    page.await_board();
    let session = session(browser);
    assert_eq!(browser.cookie_path("mansession_id").as_deref(), Some(path));
    let mut calls = Calls::on(server).expect("calls can be made");
    let call = calls
        .call("Siân ffrançon", "+442071838750", "104")
        .expect("a call");
    page.await_agreement(calls.ami());
    page.hang_up(&call.uniqueid);
    page.await_words("No calls at the moment.");
    assert_eq!(calls.ami().channels().expect("a list"), []);
    assert!(lives(server, &session));
    page.log_off();
    page.await_words("The server has ended the session.");
    assert!(!lives(server, &session));
    let secure: bool = browser.script(
        "return isSecureContext && location.protocol === 'https:';",
        vec![],
    );
    assert!(secure);
}

/// By Digest, whose header the proxy has to pass on both ways.
fn log_in_without_a_cookie(program: ReverseProxyProgram) {
    let front = Front::new(program);
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    browser.open(&front.proxy.page_url(2));
    page.await_log_in();
    browser.press(Control::Checkbox, "Only in this tab", Scope::Page);
    page.log_in(DEMO);
    page.await_board();
    let mut calls = Calls::on(&front.servers[1]).expect("calls can be made");
    let call = calls.ring("Signed", "1001").expect("a call");
    page.await_agreement(calls.ami());
    page.hang_up(&call.uniqueid);
    await_end(calls.ami(), &call.uniqueid);
    page.await_agreement(calls.ami());
    // Asterisk gives one for whatever is asked; it is no log-in.
    let cookie = browser.cookie("mansession_id");
    assert!(!cookie.is_some_and(|session| lives(&front.servers[1], &session)));
    page.log_off();
    page.await_log_in();
}

fn no_page_of_another_site_shows_ours(program: ReverseProxyProgram) {
    let front = Front::new(program);
    let browser = Browser::start(Engine::Chromium);
    let host = FrameHost::around(&front.proxy.page_url(1), 360);
    browser.open(&host.other_site());
    browser.enter_frame();
    let shown: String = browser.script("return location.protocol;", vec![]);
    assert_eq!(shown, "chrome-error:");
}

fn two_servers_do_not_mix(program: ReverseProxyProgram) {
    let front = Front::new(program);
    let [one, two] = &front.servers;
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    let mut first_calls = Calls::on(one).expect("calls can be made");
    let mut second_calls = Calls::on(two).expect("calls can be made");
    first_calls.ring("First", "1001").expect("a call");
    second_calls.ring("Second", "1002").expect("a call");

    browser.open(&front.proxy.page_url(1));
    page.log_in(DEMO);
    page.await_board();
    page.await_agreement(first_calls.ami());
    let first_session = session(&browser);
    let first = browser.open_window();
    browser.open(&front.proxy.page_url(2));
    page.log_in(DEMO);
    page.await_board();
    page.await_agreement(second_calls.ami());
    let second_session = session(&browser);
    let second = browser.window();
    assert_ne!(first_session, second_session);

    // Both go on, each with what happens on its own server.
    let more = first_calls.ring("First again", "1003").expect("a call");
    let other = second_calls.ring("Second again", "1004").expect("a call");
    page.await_agreement(second_calls.ami());
    browser.show_window(&first);
    page.await_agreement(first_calls.ami());
    page.hang_up(&more.uniqueid);
    await_end(first_calls.ami(), &more.uniqueid);
    page.await_agreement(first_calls.ami());
    browser.show_window(&second);
    page.await_agreement(second_calls.ami());
    assert!(page.row(&other.uniqueid).is_ok());

    page.log_off();
    page.await_words("The server has ended the session.");
    assert!(!lives(two, &second_session));
    browser.show_window(&first);
    first_calls.ring("First still", "1005").expect("a call");
    page.await_agreement(first_calls.ami());
    stays("the first is live", LONG_ENOUGH, || page.is_live());
    assert_eq!(session(&browser), first_session);
    assert!(lives(one, &first_session));
}

/// The proxy answers in the server's place while that is down, and asks it again at once after.
fn a_restart_ends_in_a_right_board(program: ReverseProxyProgram) {
    let mut front = Front::new(program);
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    browser.open(&front.proxy.page_url(1));
    page.log_in(DEMO);
    page.await_board();
    let server = &mut front.servers[0];
    server.kill().expect("the server ends");
    until(
        "the board says that it is not live",
        NOTICE,
        || match page.is_live() {
            Ok(()) => Err("live".to_owned()),
            Err(_) => Ok(()),
        },
    );
    server.restart().expect("the server starts again");
    let mut calls = Calls::on(server).expect("calls can be made");
    calls.ring("After", "1002").expect("a call");
    until("the board is live again", NOTICE, || page.is_live());
    page.await_agreement(calls.ami());
}

/// How long a page may take to notice that nothing comes any more, and to come back.
const NOTICE: Duration = Duration::from_secs(60);

/// Longer than the page's service worker waits for a page that may only be reloading.
const LONG_ENOUGH: Duration = Duration::from_secs(5);

/// While somebody is logged in, other sites can neither act nor have a script of theirs run.
fn links_and_forms_are_stopped(program: ReverseProxyProgram) {
    let front = Front::new(program);
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    browser.open(&front.proxy.page_url(1));
    page.log_in(DEMO);
    page.await_board();
    let mut calls = Calls::on(&front.servers[0]).expect("calls can be made");
    let call = calls.ring("Stays", "1001").expect("a call");
    page.await_agreement(calls.ami());
    // The page stays open, and the session with it.
    let board = browser.open_window();

    let hang_up = http::form([("action", "hangup"), ("channel", &call.uniqueid)]);
    let reflected = http::form([("action", "ping"), ("ajaxdest", REFLECTED)]);
    let manager = front.proxy.url("/pbx1/mxml");
    for query in [&hang_up, &reflected] {
        let host = FrameHost::page(&format!(
            "<a href='{manager}?{query}'>A link</a>{}",
            form_of(&manager, query),
        ));
        for press in ["a", "button"] {
            browser.open(&host.other_site());
            press_first(&browser, press);
            await_refusal(&browser);
        }
        // Typed or pasted.
        browser.open(&format!("{manager}?{query}"));
        await_refusal(&browser);
    }
    let left = calls.ami().channels().expect("a list");
    assert!(left.iter().any(|one| one.uniqueid == call.uniqueid));

    // A proxy cannot look into a form. One that comes from its own origin is passed on, and the
    // answer is a page in which nothing runs.
    let own = front.servers[0].static_folder().join("form.html");
    let html = format!(
        "<!doctype html><meta name=referrer content=same-origin>{}",
        form_of(&manager, &reflected)
    );
    fs::write(own, html).expect("it can be written");
    browser.open(&front.proxy.url("/pbx1/static/form.html"));
    press_first(&browser, "button");
    await_answer(&browser);
    assert!(!is_broken_into(&browser));
    // Without a proxy it does run, or this would prove nothing.
    let bare = front.servers[0].url(&format!("/mxml?{reflected}"));
    browser.open(&bare);
    await_answer(&browser);
    assert!(is_broken_into(&browser));

    browser.show_window(&board);
    page.await_board();
    page.await_agreement(calls.ami());
}

/// Written into the answer as it is.
const REFLECTED: &str = "x'/><script xmlns='http://www.w3.org/1999/xhtml'>\
    document.documentElement.setAttribute('broken-into', '')</script><response id='";

fn await_answer(browser: &Browser) {
    until("the answer is shown", PATIENCE, || {
        let name: String =
            browser.try_script("return document.documentElement.nodeName;", vec![])?;
        if name == "ajax-response" {
            Ok(())
        } else {
            Err(name)
        }
    });
}

fn is_broken_into(browser: &Browser) -> bool {
    browser.script(
        "return document.documentElement.hasAttribute('broken-into');",
        vec![],
    )
}

fn press_first(browser: &Browser, selector: &str) {
    browser.script::<()>(
        "document.querySelector(arguments[0]).click();",
        vec![json!(selector)],
    );
}

/// The answer is the proxy's own, and no script has run.
fn await_refusal(browser: &Browser) {
    until("the proxy refuses", PATIENCE, || {
        let (title, kind): (String, String) =
            browser.try_script("return [document.title, document.contentType];", vec![])?;
        if title.contains("403") && kind == "text/html" {
            Ok(())
        } else {
            Err(format!("{title}, {kind}"))
        }
    });
}

/// A form that posts the same.
fn form_of(action: &str, query: &str) -> String {
    let fields: String = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            format!("<input type=hidden name={name} value=\"{value}\">")
        })
        .collect();
    format!("<form method=post action='{action}'>{fields}<button>A form</button></form>")
}

fn session(browser: &Browser) -> String {
    browser
        .cookie("mansession_id")
        .expect("the browser has a session")
}

/// Whether the server knows this session.
fn lives(server: &Asterisk, session: &str) -> bool {
    let cookie = format!("mansession_id=\"{}\"", session.trim_matches('"'));
    let path = format!("{}/mxml", server.settings().base_path());
    let reply = http::post(server.http_address(), &path, Some(&cookie), "Action=Ping");
    reply.expect("an answer").text().contains("'Pong'")
}

fn await_end(ami: &mut Ami, uniqueid: &str) {
    until("the channel has ended", PATIENCE, || {
        match ami.channel(uniqueid).map_err(|error| error.to_string())? {
            None => Ok(()),
            Some(channel) => Err(format!("{channel:?}")),
        }
    });
}
