//! How long it takes from sending Originate to the new row in the page, with no other channels and
//! with a thousand. `CALLS` calls each; the same environment as for the tests is needed.
//!
//! The page's clock and this program's are the same machine's; how far apart they are is printed.

use std::{
    io::{self, Write as _},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::json;
use switchboard_e2e::{
    PATIENCE, Stage,
    lab::{Calls, Release},
    until,
};

const CALLS: usize = 40;
const STANDING: [usize; 2] = [0, 1000];

/// So that calls do not come in step with anything the page does once in a while.
const PAUSE: Duration = Duration::from_millis(137);

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    for release in Release::ALL {
        let stage = Stage::logged_in(release);
        let mut calls = stage.calls();
        stage.browser().script::<()>(WATCH, vec![]);
        writeln!(
            out,
            "Asterisk {release}, clocks apart by {:.1} ms",
            apart(&stage)
        )?;
        for standing in STANDING {
            calls.storm(standing / 2).expect("calls");
            await_rows(&stage, standing);
            let mut delays: Vec<f64> = (0..CALLS).map(|_| delay(&stage, &mut calls)).collect();
            delays.sort_by(f64::total_cmp);
            writeln!(
                out,
                "  {standing:4} channels: median {:5.1} ms, p95 {:5.1} ms, from {:5.1} to {:5.1} ms",
                delays[CALLS / 2],
                delays[CALLS * 95 / 100],
                delays[0],
                delays[CALLS - 1],
            )?;
            calls.hang_up_all().expect("no call is left");
            await_rows(&stage, 0);
        }
    }
    Ok(())
}

/// Notes when each row comes into the page.
const WATCH: &str = "
    const now = () => performance.timeOrigin + performance.now();
    const came = new Map();
    new MutationObserver(() => {
      const time = now();
      for (const row of document.querySelectorAll('[data-uniqueid]')) {
        if (!came.has(row.dataset.uniqueid)) came.set(row.dataset.uniqueid, time);
      }
      waiting?.();
    }).observe(document.body, { subtree: true, childList: true });
    let waiting = null;
    window.rowTime = (id) => new Promise((told) => {
      waiting = () => { if (came.has(id)) { waiting = null; told(came.get(id)); } };
      waiting();
    });
";

/// Milliseconds from sending Originate to the row.
fn delay(stage: &Stage, calls: &mut Calls) -> f64 {
    let sent = now();
    let call = calls.ring("Caller", "1001").expect("a call");
    let came: f64 = stage.browser().slow_script(
        "rowTime(arguments[0]).then(arguments[arguments.length - 1]);",
        vec![json!(call.uniqueid)],
    );
    calls.hang_up(&call).expect("the call ends");
    thread::sleep(PAUSE);
    came - sent
}

fn await_rows(stage: &Stage, count: usize) {
    until("the rows are there", PATIENCE, || {
        let rows = stage.page().board()?.count;
        if rows == count {
            Ok(())
        } else {
            Err(format!("{rows} rows"))
        }
    });
}

/// How far the page's clock is ahead of this program's, in milliseconds, at most.
fn apart(stage: &Stage) -> f64 {
    let before = now();
    let page: f64 = stage
        .browser()
        .script("return performance.timeOrigin + performance.now();", vec![]);
    page - f64::midpoint(before, now())
}

fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
