//! A fault of the page's own: it is down, and says so.

use std::time::Duration;

use switchboard_e2e::{
    Browser, Control, DEMO, Engine, Fault, On, PATIENCE, Page, Scope, Stage, Through, lab::Release,
    until,
};

/// How long a module may take to start and to come to a board again.
const BACK: Duration = Duration::from_secs(40);

/// How soon another page takes over from one that has fallen silent.
const TAKE_OVER: Duration = Duration::from_secs(30);

/// The next thing that the page draws can't be made.
const NO_ELEMENT: &str = "Document.prototype.createElement = Document.prototype.createElementNS =
    () => { throw new Error('no element'); };";

/// The browser fails in the middle of what the page does with an event.
const NO_CLOCK: &str = "performance.now = null;";

fn await_stopped(page: Page<'_>) {
    until("the page says that it has stopped", PATIENCE, || {
        let lamp = page.connection()?;
        let text = page.text();
        match lamp == "Stopped: a fault in this page" && text.contains("Reload this page to go on")
        {
            true => Ok(()),
            false => Err(format!("{lamp}; {text}")),
        }
    });
}

fn fails(engine: Engine, fault: &str) {
    let stage = Through::with(Stage::settings(Release::V22), engine);
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let mut calls = stage.calls();
    let call = calls.ring("Before", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    stage.browser().script::<()>(fault, vec![]);
    calls.ring("After", "1002").expect("a call");
    await_stopped(stage.page());
    let title = stage.browser().title();
    assert!(title.starts_with("(!)"), "{title}");
    // What was known can be read, and not acted on.
    stage.page().row(&call.uniqueid).expect("the row is there");
    let acts: bool = stage.browser().script(
        "const row = document.querySelector('[data-uniqueid]');
         return row.closest('[inert]') === null;",
        vec![],
    );
    assert!(!acts, "the board can still be acted on");
    let secret: bool = stage.browser().script(
        "return document.documentElement.outerHTML.includes(arguments[0]);",
        vec![serde_json::json!(DEMO.1)],
    );
    assert!(!secret);
    // It keeps still: nothing more is asked of the server.
    stage.proxy.forget();
    until(
        "the last request has its answer",
        PATIENCE,
        || match stage.proxy.waiting() {
            0 => Ok(()),
            waiting => Err(format!("{waiting} wait")),
        },
    );
    assert_eq!(stage.proxy.count("WaitEvent"), 0);
    reload(stage.browser());
    until("the board is live again", BACK, || stage.page().is_live());
    stage.page().await_agreement(calls.ami());
}

fn reload(browser: &Browser) {
    browser.press(Control::Link, "Reload this page", Scope::Page);
}

#[test]
fn a_panic_takes_the_lamp_down_and_offers_to_reload() {
    fails(Engine::Chromium, NO_ELEMENT);
}

#[test]
fn an_error_of_the_browsers_in_the_middle_of_something_does_too() {
    fails(Engine::Chromium, NO_CLOCK);
}

#[test]
fn in_firefox_and_webkit_too() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        fails(engine, NO_ELEMENT);
        fails(engine, NO_CLOCK);
    }
}

#[test]
fn a_page_that_has_stopped_leaves_the_events_to_another() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let first = stage.browser().window();
    let second = stage.open_tab();
    stage.page().await_board();
    stage.browser().show_window(&first);
    stage.browser().script::<()>(NO_ELEMENT, vec![]);
    let mut calls = stage.calls();
    calls.ring("Between", "1001").expect("a call");
    await_stopped(stage.page());
    stage.browser().show_window(&second);
    calls.ring("After", "1002").expect("a call");
    until("the other page is live and right", TAKE_OVER, || {
        stage.page().is_live()?;
        let channels = calls.ami().channels().map_err(|error| error.to_string())?;
        stage.page().board()?.agrees(&channels)
    });
}

#[test]
fn the_set_up_check_says_so_as_well() {
    let stage = Stage::open(Release::V22);
    stage
        .browser()
        .press(Control::Link, "Check the set-up", Scope::Page);
    stage.page().await_words("The manager answers");
    // In one go: what a timer does without a clock stops the page, too, and then nothing can be pressed.
    let press = "controls('button', 'Check again', 'body')[0].click();";
    stage
        .browser()
        .script::<()>(&format!("{NO_CLOCK}{press}"), vec![]);
    stage.page().await_words("Stopped: a fault in this page");
}

/// An answer that does not end before it is longer than the page reads.
fn endless(open: &str) -> Fault {
    let packet =
        "<response type='object' id='unknown'><generic event='Noise' x='y' /></response>\n";
    let body = format!(
        "<ajax-response>\n{open}{}",
        packet.repeat(66_000_000 / packet.len())
    );
    Fault::Answer {
        status: 200,
        content_type: "text/xml",
        body,
    }
}

#[test]
fn events_too_many_to_read_are_given_up_and_everything_is_listed() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    calls.ring("Before", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    let lists = stage.proxy.count("BridgeList");
    stage.proxy.inflict(On::Next("WaitEvent"), endless(""));
    calls.ring("After", "1002").expect("a call");
    until("everything is listed anew", BACK, || {
        match stage.proxy.count("BridgeList") - lists {
            0 => Err("no list yet".to_owned()),
            _ => stage.page().is_live(),
        }
    });
    stage.page().await_agreement(calls.ami());
    assert_eq!(stage.proxy.count("Login"), 1);
}

#[test]
fn a_list_too_long_to_read_is_said_to_be_and_not_asked_for_over_and_over() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    calls.ring("Before", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    stage.proxy.inflict(On::Every("Status"), endless(""));
    let lists = stage.proxy.count("BridgeList");
    stage
        .browser()
        .press(Control::Button, "Refresh", Scope::Page);
    stage
        .page()
        .await_words("The answer of the PBX is too long to be read");
    assert_eq!(stage.proxy.count("BridgeList"), lists + 1);
    stage.proxy.mend();
    stage
        .browser()
        .press(Control::Button, "Try now", Scope::Page);
    stage.page().await_board();
    stage.page().await_agreement(calls.ami());
}
