//! Everything keeps its place, whatever the line does, and nothing lies over what can be pressed.

use std::collections::BTreeMap;

use switchboard_e2e::{
    Browser, Control, Fault, On, PATIENCE, Page, Scope, Stage, Through, lab::Release, until,
};

const WIDTHS: [u32; 2] = [1280, 390];

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
