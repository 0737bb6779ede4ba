//! The browser's clock is set while the board is open.

use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_e2e::{PATIENCE, Stage, Through, lab::Release, until};

/// Longer than two `WaitEvent`s of an idle server.
const TWO_ROUNDS: Duration = Duration::from_secs(25);

/// How far a duration on the board may be from the real one, in seconds.
const APART: u64 = 3;

#[test]
fn a_clock_that_is_set_neither_stops_the_page_nor_makes_a_call_longer() {
    let stage = Through::logged_in(Stage::settings(Release::V22));
    let mut calls = stage.calls();
    let begun = Instant::now();
    let call = calls.ring("Standing", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    let right = |what: &str| {
        until(what, PATIENCE, || {
            stage.page().is_live()?;
            let row = stage.page().row(&call.uniqueid)?;
            let (shown, real) = (seconds(row.cell("Duration")), begun.elapsed().as_secs());
            match shown.abs_diff(real) <= APART {
                true => Ok(()),
                false => Err(format!("{shown} s in place of {real}")),
            }
        });
    };
    let mut step = 0;
    for (number, by) in [-90, -3600, 3600, 7200, -7200].into_iter().enumerate() {
        step += by;
        set_clock(&stage, step);
        let already = stage.proxy.count("WaitEvent");
        until("it goes on asking for events", TWO_ROUNDS, || {
            match stage.proxy.count("WaitEvent") - already {
                0 | 1 => Err(format!("asked too seldom after a step of {by} s")),
                _ => Ok(()),
            }
        });
        right("the call is as long as it is");
        let next = format!("100{}", 2 + number);
        calls.ring("Next", &next).expect("a call");
        stage.page().await_agreement(calls.ami());
        right("the call is as long as it is");
    }
    assert_eq!(stage.proxy.count("Login"), 1);
}

#[test]
fn since_when_it_is_live_is_told_by_the_clock_as_it_goes_now() {
    let stage = Stage::logged_in(Release::V22);
    let since = stage.page().connection().expect("a lamp");
    let two_hours = |off: i64| {
        stage.browser().script::<String>(
            "const at = new Date(Date.now() + arguments[0] * 1000);
             const of = (part) => String(part).padStart(2, '0');
             return of(at.getHours()) + ':' + of(at.getMinutes());",
            vec![json!(off)],
        )
    };
    assert!(since.starts_with("Live since "), "{since}");
    let now = [two_hours(-7200), two_hours(-7260), two_hours(-7320)];
    stage.browser().script::<()>(SET_CLOCK, vec![json!(-7200)]);
    until("the lamp tells the time anew", PATIENCE, || {
        let lamp = stage.page().connection()?;
        let told = now.iter().any(|time| lamp == format!("Live since {time}"));
        told.then_some(()).ok_or(lamp)
    });
}

/// As if somebody had set the clock: so many seconds from the real one.
const SET_CLOCK: &str = "window.realNow ??= Date.now.bind(Date);
    const off = arguments[0] * 1000;
    Date.now = () => window.realNow() + off;";

fn set_clock(stage: &Through, seconds: i64) {
    stage
        .browser()
        .script::<()>(SET_CLOCK, vec![json!(seconds)]);
}

/// `1:02:03` in seconds.
fn seconds(shown: &str) -> u64 {
    let parts = shown.split(':').map(|part| part.parse().unwrap_or(9999));
    parts.fold(0, |sum, part: u64| sum * 60 + part)
}
