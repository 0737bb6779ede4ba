//! One large body from bytes to model, against DOMParser alone in the same page.

use std::{env, fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use switchboard_e2e::{
    Browser, Engine, PATIENCE,
    lab::{Asterisk, Calls, Home, http},
    until,
};

use crate::{
    report::{Goal, Line, Part, short},
    say::progress,
    stage,
    stats::Samples,
};

/// Calls of four Local channels each.
const CALLS: usize = 200;

/// How often each takes the body, for one run of the others.
const TIMES: usize = 5;

/// The longest that the page's thread may be held, in milliseconds.
const SLICE: f64 = 8.0;

/// Records the body and works it off.
pub(crate) fn run(runs: usize) -> Part {
    let server = stage::serve();
    progress("recording a late WaitEvent");
    let body = record(&server);
    stage::publish(&server, &Home::workspace().join("bench/body"), "body");
    stage::publish(&server, &core(), "body");
    fs::write(server.static_folder().join("body/body.xml"), &body).expect("it can be written");
    progress("working it off");
    let browser = Browser::start(Engine::Chromium);
    browser.open(&server.url("/static/body/index.html"));
    until("the module is there", PATIENCE, || {
        browser
            .try_script::<bool>("return !!window.compare;", vec![])?
            .then_some(())
            .ok_or_else(|| "not yet".to_owned())
    });
    let found: Value = browser.slow_script(
        "compare(arguments[0]).then(arguments[1]);",
        vec![json!(runs.max(2) * TIMES)],
    );
    let (told, channels) = (&found["half"]["told"], &found["half"]["channels"]);
    assert_eq!(told, channels, "channels after half of the body");
    part(&found)
}

fn part(found: &Value) -> Part {
    let mut samples = Samples::default();
    for dom in found["doms"].as_array().into_iter().flatten() {
        let number = |name: &str| dom[name].as_f64().unwrap_or(f64::NAN);
        samples.add("bytes to text, ms", "DOMParser", number("decode"));
        samples.add("parse, ms", "DOMParser", number("parse"));
    }
    for core in found["cores"].as_array().into_iter().flatten() {
        let number = |name: &str| core[name].as_f64().unwrap_or(f64::NAN);
        samples.add("bytes to model, ms", "Switchboard", number("all"));
        samples.add("longest slice, ms", "Switchboard", number("longest"));
        samples.add("slices", "Switchboard", number("slices"));
        samples.add("model to rows, ms", "Switchboard", number("commit"));
    }
    let dom = samples.median("parse, ms", "DOMParser");
    let ours = samples.median("bytes to model, ms", "Switchboard");
    let slice = samples.median("longest slice, ms", "Switchboard");
    let megabytes = found["bytes"].as_f64().unwrap_or(f64::NAN) / 1e6;
    let mut notes = vec![format!(
        "Recorded here: {CALLS} calls of four Local channels each, started and hung up, in one \
         late answer to WaitEvent with all events: {} MB, {} events; {} channels are left. \
         DOMParser is given text, Switchboard bytes. The module is the core as it is in the page, \
         built with the same options.",
        short(megabytes),
        found["doms"][0]["events"],
        found["cores"][0]["channels"],
    )];
    if let Some(wrong) = found["doms"][0]["wrong"].as_str() {
        notes.push(format!("DOMParser refused the body: {wrong}"));
    }
    let line = |what: &str, by_hand: String, ours: f64, figure: f64, unit, goal| Line {
        what: what.to_owned(),
        by_hand,
        ajamdemo: String::new(),
        ours: short(ours),
        figure,
        unit,
        goal,
    };
    Part {
        title: "A large body".to_owned(),
        lines: vec![
            line(
                &format!(
                    "{} MB, bytes to model against DOMParser alone, ms",
                    short(megabytes)
                ),
                format!("1 ({})", short(dom)),
                ours,
                ours / dom,
                "",
                Goal::AtMost(0.18),
            ),
            line(
                "longest slice of that",
                String::new(),
                slice,
                slice,
                " ms",
                Goal::AtMost(SLICE),
            ),
        ],
        samples,
        notes,
    }
}

/// The folder of the core's module, which `cargo xtask bench` builds.
fn core() -> PathBuf {
    env::var_os("SWITCHBOARD_BENCH_CORE")
        .map(PathBuf::from)
        .expect("SWITCHBOARD_BENCH_CORE is set: run `cargo xtask bench`")
}

/// What one late WaitEvent of a session with all events answers after all calls are over.
fn record(server: &Asterisk) -> Vec<u8> {
    let mut cookie: Option<String> = None;
    let path = format!("{}/mxml", server.settings().base_path());
    let mut ask = |fields: &[(&str, &str)]| {
        let form = http::form(fields.iter().copied());
        let reply = http::post(server.http_address(), &path, cookie.as_deref(), &form)
            .expect("the manager interface answers");
        if let Some(new) = reply.cookie() {
            cookie = Some(new.to_owned());
        }
        reply
    };
    let (name, secret) = switchboard_e2e::DEMO;
    let login = ask(&[
        ("Action", "Login"),
        ("Username", name),
        ("Secret", secret),
        ("Events", "on"),
    ]);
    assert!(login.text().contains("accepted"), "{}", login.text());
    let wait = [("Action", "WaitEvent"), ("Timeout", "1")];
    ask(&wait);
    let mut calls = Calls::on(server).expect("the manager interface answers");
    burst(&mut calls);
    calls.hang_up_all().expect("no call is left");
    ask(&wait).body
}

/// Half of them ring, half are bridged.
fn burst(calls: &mut Calls) {
    for number in 0..CALLS {
        let exten = if number % 2 == 0 { "101" } else { "301" };
        calls
            .call(&format!("Caller {number}"), &format!("2{number:03}"), exten)
            .expect("a call starts");
    }
    let four_each = || calls.ami().channels().map(|channels| channels.len());
    until_four_each(four_each);
}

fn until_four_each<E: std::fmt::Display>(mut count: impl FnMut() -> Result<usize, E>) {
    until(
        "all channels are there",
        Duration::from_secs(60),
        || match count().map_err(|error| error.to_string())? {
            channels if channels >= CALLS * 4 => Ok(()),
            channels => Err(format!("{channels} channels")),
        },
    );
}
