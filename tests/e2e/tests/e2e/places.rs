//! Everything keeps its place, whatever the line does, and nothing lies over what can be pressed.

use std::collections::BTreeMap;

use fantoccini::key::Key;
use serde_json::json;
use switchboard_e2e::{
    Browser, Control, Engine, Fault, House, On, PATIENCE, Page, Scope, Stage, Through, Transfer,
    VIEWER,
    lab::{Originate, Release, User},
    on_every_server, until,
};

const WIDTHS: [u32; 2] = [1280, 390];

on_every_server!(who_can_be_reached_is_shown_as_it_happens);

/// Müller calls 204, who answers and hangs up.
fn who_can_be_reached_is_shown_as_it_happens(release: Release) {
    let house = House::open(release);
    let browser = house.stage.browser();
    browser.press(Control::Link, "Extensions", Scope::Page);
    await_state(browser, "204", "Free");
    assert_eq!(
        browser.script::<String>("return location.hash;", vec![]),
        "#/extensions"
    );
    house.ring("mueller", "204");
    await_state(browser, "204", "Ringing");
    house.phone("204").answer().expect("204 answers");
    await_state(browser, "204", "In a call");
    // Each by its own number, and by what it says.
    browser.fill("Find", Scope::Page, "in a call");
    until("only 204 is found", PATIENCE, || {
        let found = extensions(browser)?;
        let only = found.len() == 1 && found[0][0] == "204@internal";
        only.then_some(()).ok_or(format!("{found:?}"))
    });
    browser.fill("Find", Scope::Page, "204");
    house.phone("204").hang_up().expect("204 hangs up");
    await_state(browser, "204", "Free");
}

#[test]
fn who_may_not_know_who_can_be_reached_is_told_why() {
    let mut settings = Stage::settings(Release::V22).phones();
    settings.users.push(User::new("poor", "s", "call", "user"));
    let stage = Stage::with(settings, Engine::Chromium);
    stage.page().log_in(("poor", "s"));
    stage.page().await_board();
    stage
        .browser()
        .press(Control::Link, "Extensions", Scope::Page);
    stage
        .page()
        .await_words("It lacks the right “call or reporting” (write).");
}

/// The rows of the place in sight: extension, state and hint.
fn extensions(browser: &Browser) -> Result<Vec<[String; 3]>, String> {
    browser.try_script(
        "const grid = controls('[role=grid]', 'Extensions', 'body')[0];\
         if (!grid) throw new Error('there is no table named Extensions');\
         return [...grid.querySelectorAll('tbody [role=row]')].map((row) =>\
             [...row.querySelectorAll('[role=gridcell]')].map(words));",
        vec![],
    )
}

/// Waits until the place says this of an extension.
#[track_caller]
fn await_state(browser: &Browser, exten: &str, state: &str) {
    let name = format!("{exten}@internal");
    until(&format!("{exten} is “{state}”"), PATIENCE, || {
        let rows = extensions(browser)?;
        let row = rows.iter().find(|[extension, ..]| *extension == name);
        let is = row.is_some_and(|[_, is, hint]| is == state && *hint == format!("PJSIP/{exten}"));
        is.then_some(()).ok_or(format!("{rows:?}"))
    });
}

#[test]
fn log_off_and_traffic_can_be_pressed_while_the_line_is_cut() {
    for width in WIDTHS {
        let mut stage = Through::logged_in(Stage::settings(Release::V22));
        stage.browser().resize(width, 900);
        stage.proxy.close();
        await_lamp(stage.page(), "Reconnecting");
        // The driver refuses to press what lies under something else.
        stage.browser().press(Control::Link, "Traffic", Scope::Page);
        stage.page().await_words("Over the last");
        stage
            .browser()
            .press(Control::Link, "Channels", Scope::Page);
        stage.page().log_off();
        stage.page().await_log_in();
    }
}

#[test]
fn header_and_rows_keep_their_places_whatever_the_line_does() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    for number in 0..5 {
        calls
            .ring("Steady", &format!("100{number}"))
            .expect("a call");
    }
    for width in WIDTHS {
        stage.browser().resize(width, 900);
        stage.page().await_agreement(calls.ami());
        let live = places(stage.browser());
        assert!(live.len() > 10, "{live:?}");
        stage.proxy.inflict(On::All, Fault::Freeze);
        for lamp in ["Late", "Reconnecting"] {
            await_lamp(stage.page(), lamp);
            assert_eq!(places(stage.browser()), live, "{lamp} at {width} px");
        }
        stage.proxy.mend();
        stage.page().await_board();
        assert_eq!(places(stage.browser()), live, "live again at {width} px");
    }
}

#[test]
fn what_is_wrong_lies_over_nothing_and_can_be_read_whole() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    for number in 0..25 {
        calls
            .ring("Steady", &format!("10{number:02}"))
            .expect("a call");
    }
    stage.proxy.inflict(On::All, Fault::Freeze);
    await_lamp(stage.page(), "Reconnecting");
    for width in WIDTHS {
        let browser = stage.browser();
        browser.resize(width, 700);
        stage.page().await_words("Try now");
        assert_eq!(covered(browser), [""; 0], "at {width} px");
        // As wide as the lamp gets in hours.
        let cut: bool = browser.script(
            "const word = document.querySelector('[role=status]').lastElementChild;\
             word.firstChild.data = 'Reconnecting, attempt 88';\
             return word.scrollWidth > word.clientWidth\
                 || word.getBoundingClientRect().right\
                     > word.parentElement.getBoundingClientRect().right;",
            vec![],
        );
        assert!(!cut, "the lamp's words are cut at {width} px");
        let details = "document.querySelector('footer summary').click();";
        browser.script::<()>(details, vec![]);
        let whole: bool = browser.script(
            "const said = document.querySelector('footer p');\
             return there(said) && said.scrollHeight <= said.clientHeight + 1\
                 && said.scrollWidth <= said.clientWidth + 1;",
            vec![],
        );
        assert!(whole, "what is wrong is cut at {width} px");
        assert_eq!(covered(browser), [""; 0], "with details at {width} px");
        browser.script::<()>(details, vec![]);
    }
}

#[test]
fn a_lost_call_is_told_beside_the_board_and_lies_over_no_row() {
    let stage = Stage::logged_in(Release::V22);
    let mut calls = stage.calls();
    for number in 0..25 {
        calls
            .ring("Steady", &format!("10{number:02}"))
            .expect("a call");
    }
    let dial = Originate::to_application("Local/300@phones/n", "Dial", "Local/304@phones/n")
        .caller("Clicked", "0301234567")
        .id("app-1");
    calls.ami().originate(&dial).expect("a call");
    calls
        .until("app-1", PATIENCE, |channel| !channel.bridge.is_empty())
        .expect("it is answered");
    let browser = stage.browser();
    browser.fill("Find", Scope::Page, "Clicked");
    until("its row is there", PATIENCE, || {
        stage.page().row("app-1").map(drop)
    });
    stage.page().open_transfer("app-1");
    browser.fill("Extension", Scope::Dialog, "801");
    browser.fill("Context", Scope::Dialog, "target");
    browser.press(Control::Radio, "Clicked 0301234567", Scope::Dialog);
    stage.page().await_words("will be lost");
    browser.press(Control::Button, "Transfer", Scope::Dialog);
    stage.page().await_words("The call was lost");
    browser.fill("Find", Scope::Page, "");
    for width in WIDTHS {
        browser.resize(width, 700);
        assert_eq!(covered(browser), [""; 0], "at {width} px");
        // The last row's buttons come into sight with the focus.
        browser.script::<()>("channels().focus();", vec![]);
        browser.key(Key::End);
        let hit: bool = browser.script(
            "const row = document.activeElement;\
             const button = [...row.querySelectorAll('button')].find(there);\
             const { left, top, width, height } = button.getBoundingClientRect();\
             return row.contains(document.elementFromPoint(left + width / 2, top + height / 2));",
            vec![],
        );
        assert!(hit, "the last row is covered at {width} px");
    }
    // Escape leaves it, and the focus does not get lost.
    browser.script::<()>("controls('button', 'Dismiss', 'body')[0].focus();", vec![]);
    browser.key(Key::Escape);
    until("it is dismissed", PATIENCE, || {
        let on: String = browser.try_script(
            "return controls('button', 'Dismiss', 'body').length + \
                 document.activeElement.getAttribute('role');",
            vec![],
        )?;
        (on == "0grid").then_some(()).ok_or(on)
    });
}

#[test]
fn the_words_of_a_row_stay_where_they_are_when_a_result_appears_under_them() {
    let stage = Stage::logged_in(Release::V22);
    let mut calls = stage.calls();
    let browser = stage.browser();
    for width in WIDTHS {
        let call = calls.call("Anna", "1001", "801").expect("a call");
        stage.page().await_agreement(calls.ami());
        browser.resize(width, 700);
        // The table measures itself anew in the frame behind that.
        browser.slow_script::<()>(
            "const done = arguments[arguments.length - 1];\
             requestAnimationFrame(() => requestAnimationFrame(() => done()));",
            vec![],
        );
        let before = words(browser, &call.uniqueid);
        assert!(before.len() > 2, "{before:?}");
        // Where there is no room for the buttons they are in a menu.
        browser.script::<()>(
            "const row = document.querySelector(`[data-uniqueid='${arguments[0]}']`);\
             [...row.querySelectorAll('.act-more')].filter(there).forEach((e) => e.click());",
            vec![json!(call.uniqueid)],
        );
        let to = Transfer {
            exten: "801",
            context: "target",
            both: false,
        };
        stage.page().transfer(&call.uniqueid, to);
        until("a result is told", PATIENCE, || {
            let noted: bool = browser.try_script(
                "return document.querySelector(`[data-uniqueid='${arguments[0]}'] .note`) !== null;",
                vec![json!(call.uniqueid)],
            )?;
            noted.then_some(()).ok_or_else(|| stage.page().text())
        });
        assert_eq!(words(browser, &call.uniqueid), before, "at {width} px");
        calls.hang_up(&call).expect("it ends");
        browser.resize(1280, 700);
    }
}

#[test]
fn in_forced_colours_what_does_nothing_looks_so_and_no_word_moves_when_the_line_breaks() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    let call = calls.ring("Steady", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    let browser = stage.browser();
    browser.cdp(
        "Emulation.setEmulatedMedia",
        json!({ "features": [{ "name": "forced-colors", "value": "active" }] }),
    );
    let colour = || -> String {
        browser.script(
            "return getComputedStyle(document.querySelector('.act-transfer')).color;",
            vec![],
        )
    };
    let (live, usable) = (words(browser, &call.uniqueid), colour());
    stage.proxy.inflict(On::All, Fault::Freeze);
    await_lamp(stage.page(), "Reconnecting");
    assert_eq!(words(browser, &call.uniqueid), live);
    assert_ne!(colour(), usable);
}

#[test]
fn rows_lie_apart_in_a_window_that_was_made_narrow_while_they_were_out_of_sight() {
    let stage = Stage::logged_in(Release::V22);
    let mut calls = stage.calls();
    calls.ring("Anna", "1001").expect("a call");
    calls.ring("Bert", "1002").expect("a call");
    let browser = stage.browser();
    stage.page().await_agreement(calls.ami());
    browser.press(Control::Link, "Traffic", Scope::Page);
    stage.page().await_words("out of sight");
    browser.resize(390, 900);
    browser.press(Control::Link, "Channels", Scope::Page);
    until("no row covers another", PATIENCE, || {
        let rows: Vec<[f64; 2]> = browser.try_script(
            "return [...document.querySelectorAll('[role=grid] tbody [role=row]')].map((row) => {\
                 const at = row.getBoundingClientRect();\
                 return [at.top, at.bottom];\
             });",
            vec![],
        )?;
        let apart = rows.windows(2).all(|two| two[0][1] <= two[1][0] + 0.5);
        match rows.len() == 4 && apart {
            true => Ok(()),
            false => Err(format!("{rows:?}")),
        }
    });
}

#[test]
fn the_bar_of_places_covers_nothing_and_is_under_the_thumb_in_a_narrow_window() {
    let stage = Stage::logged_in(Release::V22);
    let mut calls = stage.calls();
    calls.ring("Anna", "1001").expect("a call");
    for (width, below) in [(1280, false), (390, true)] {
        let browser = stage.browser();
        browser.resize(width, 700);
        browser.press(Control::Link, "Traffic", Scope::Page);
        stage.page().await_words("out of sight");
        let [bar, main, status, rings]: [[f64; 4]; 4] = browser.script(
            "return ['nav', 'main', 'footer', '.ring-bar'].map((one) => {\
                 const at = document.querySelector(one).getBoundingClientRect();\
                 return [at.left, at.top, at.right, at.bottom];\
             });",
            vec![],
        );
        for (what, other) in [("main", main), ("status", status), ("rings", rings)] {
            let [left, top, right, bottom] = bar;
            let apart =
                right <= other[0] || other[2] <= left || bottom <= other[1] || other[3] <= top;
            assert!(apart, "at {width} px over {what}: {bar:?} {other:?}");
        }
        assert_eq!(bar[3] >= 699.0, below, "{bar:?}");
        assert_eq!(status[3] <= bar[1], below, "{status:?}");
        browser.press(Control::Link, "Channels", Scope::Page);
    }
}

#[test]
fn why_a_button_does_nothing_lies_over_no_words_of_a_row() {
    let stage = Stage::open(Release::V22);
    stage.page().log_in(VIEWER);
    stage.page().await_board();
    let mut calls = stage.calls();
    for number in 0..4 {
        calls.ring("Anna", &format!("100{number}")).expect("a call");
    }
    stage.page().await_agreement(calls.ami());
    for (width, height) in [(1280, 420), (900, 900), (390, 900)] {
        stage.browser().resize(width, height);
        let wrong: Vec<String> = stage.browser().script(
            "const wrong = [];\
             const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 &&\
                 a.top < b.bottom - 1 && b.top < a.bottom - 1;\
             for (const row of document.querySelectorAll('[data-uniqueid]')) {\
                 const more = row.querySelector('.act-more');\
                 if (there(more)) more.click();\
                 for (const button of row.querySelectorAll('.act-transfer, .act-hang-up')) {\
                     row.scrollIntoView({ block: 'nearest' });\
                     button.click();\
                     const why = button.nextElementSibling;\
                     const at = why.getBoundingClientRect();\
                     const inside = at.top >= 0 && at.bottom <= innerHeight && at.right <= innerWidth;\
                     if (!at.height || !inside || !why.textContent.includes('may not')) {\
                         wrong.push(`not to be read: ${why.outerHTML} ${JSON.stringify(at)}`);\
                     }\
                     for (const cell of document.querySelectorAll('.grid-row .grid-cell')) {\
                         if (cell.matches('.acts-cell') || !there(cell)) continue;\
                         const lies = cell.getBoundingClientRect();\
                         if (over(at, lies)) wrong.push(`over ${cell.textContent}`);\
                     }\
                     button.parentElement.removeAttribute('data-told');\
                 }\
                 if (there(more)) more.click();\
             }\
             return wrong;",
            vec![],
        );
        assert!(wrong.is_empty(), "at {width} px: {wrong:#?}");
    }
}

#[test]
fn who_rings_out_of_sight_is_named_whole_in_a_narrow_window() {
    let stage = Stage::logged_in(Release::V22);
    let mut calls = stage.calls();
    for name in ["Klingler Maschinenbau GmbH", "Anna"] {
        calls.ring(name, "+4930123456789").expect("a call");
    }
    stage.page().await_agreement(calls.ami());
    let browser = stage.browser();
    browser.resize(390, 700);
    browser.fill("Find", Scope::Page, "zzz");
    let said =
        "2 calls are ringing out of sight. Longest: Klingler Maschinenbau GmbH +4930123456789";
    stage.page().await_words(said);
    let [words, bar, status]: [[f64; 4]; 3] = browser.script(
        "const at = (one) => document.querySelector(one).getBoundingClientRect();\
         const said = document.querySelector('.ring-bar-words');\
         const [bar, status] = [at('.ring-bar'), at('footer')];\
         return [[said.scrollWidth, said.clientWidth, said.scrollHeight, said.clientHeight],\
             [bar.left, bar.top, bar.right, bar.bottom],\
             [status.left, status.top, status.right, status.bottom]];",
        vec![],
    );
    assert!(words[0] <= words[1] && words[2] <= words[3], "{words:?}");
    // Over the band at the bottom, and over no row.
    assert!(
        bar[1] >= status[1] - 1.0 && bar[3] <= status[3],
        "{bar:?} {status:?}"
    );
}

/// The heads and rows in sight that lie under something else.
fn covered(browser: &Browser) -> Vec<String> {
    browser.script(
        "const box = channels().parentElement.getBoundingClientRect();\
         return [...document.querySelectorAll('[role=columnheader] button, [data-uniqueid]')]\
             .filter(there).filter((e) => {\
                 const { left, top, width, height } = e.getBoundingClientRect();\
                 const [x, y] = [left + width / 2, top + height / 2];\
                 const inside = y > box.top && y < box.bottom && x < box.right;\
                 return inside && !e.contains(document.elementFromPoint(x, y));\
             }).map((e) => e.textContent);",
        vec![],
    )
}

/// Where the words of a row begin: left and top.
fn words(browser: &Browser, uniqueid: &str) -> Vec<[i64; 2]> {
    browser.script(
        "const row = document.querySelector(`[data-uniqueid='${arguments[0]}']`);\
         return [...row.querySelectorAll('.who-name, .face, .lamp-word, .act-transfer, .act-more')]\
             .filter((e) => there(e) && e.textContent && !e.closest('.channels-connected')).map((e) => {\
                 const { left, top } = e.getBoundingClientRect();\
                 return [left, top].map(Math.round);\
             });",
        vec![json!(uniqueid)],
    )
}

/// Where each control of the header and each row stands: left, top and width.
fn places(browser: &Browser) -> BTreeMap<String, [i64; 3]> {
    browser.script(
        "const at = (e) => { const { left, top, width } = e.getBoundingClientRect();\
             return [left, top, width].map(Math.round); };\
         const called = (e) => e.id || e.textContent;\
         const header = [...document.querySelectorAll('header :is(a, button, input)')]\
             .filter(there).map((e) => [called(e), at(e)]);\
         const rows = [...document.querySelectorAll('[data-uniqueid]')]\
             .map((e) => [e.dataset.uniqueid, at(e)]);\
         const heads = [...document.querySelectorAll('[role=columnheader]')]\
             .filter(there).map((e) => [`head ${e.textContent}`, at(e)]);\
         const lamp = ['lamp', at(document.querySelector('[role=status]'))];\
         return Object.fromEntries([...header, ...rows, ...heads, lamp]);",
        vec![],
    )
}

fn await_lamp(page: Page<'_>, begins: &str) {
    until(&format!("the lamp says {begins}"), PATIENCE * 3, || {
        let lamp = page.connection()?;
        lamp.starts_with(begins).then_some(()).ok_or(lamp)
    });
}
