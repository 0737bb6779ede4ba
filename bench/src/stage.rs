//! A server that serves all pages, and a browser with one of them.

use std::{fs, io, path::Path, thread, time::Duration};

use serde_json::{Value, json};
use switchboard_e2e::{
    Browser, Control, DEMO, Engine, Page, Scope, Stage,
    lab::{Asterisk, Calls, Home, Release},
    until,
};

use crate::{ajamdemo, process};

/// How long a page may take to catch up with thousands of channels.
pub(crate) const LONG: Duration = Duration::from_secs(180);

/// How soon it is looked whether a page is quiet.
const LOOK: Duration = Duration::from_millis(200);

/// A page that shows channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Switchboard.
    Ours,
    /// The page in `bench/by-hand`.
    ByHand,
    /// Asterisk's own.
    Ajamdemo,
}

impl Subject {
    /// Those that are compared.
    pub(crate) const BOTH: [Self; 2] = [Self::Ours, Self::ByHand];

    /// Its name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "Switchboard",
            Self::ByHand => "by hand",
            Self::Ajamdemo => "ajamdemo",
        }
    }

    /// Its path on the server.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Ours => "/static/switchboard/index.html",
            Self::ByHand => "/static/by-hand/index.html",
            Self::Ajamdemo => "/static/ajamdemo.html",
        }
    }

    /// The body of a function that returns how many rows the page has, in the document or not; it
    /// may well be called once a frame.
    fn count(self) -> &'static str {
        match self {
            Self::Ours => {
                "const grid = document.querySelector('[role=grid]');
                 if (!grid) return -1;
                 const told = grid.getAttribute('aria-rowcount');
                 return told ? told - 1 : grid.querySelectorAll('[data-uniqueid]').length;"
            }
            Self::ByHand => "return document.getElementById('rows').rows.length;",
            Self::Ajamdemo => {
                "return (document.querySelector('.chantable')?.rows.length ?? 1) - 1;"
            }
        }
    }

    /// A script that fills the form, where the page is no more than a form. Arguments: name, secret.
    fn fill(self) -> &'static str {
        "document.getElementById('username').value = arguments[0];
         document.getElementById('secret').value = arguments[1];"
    }
}

/// A server with all pages below `static/`.
pub(crate) fn serve() -> Asterisk {
    let server = Stage::serve(Stage::settings(Release::V22));
    publish(&server, &Home::workspace().join("bench/by-hand"), "by-hand");
    if let Ok(folder) = ajamdemo::folder() {
        // It asks for `../rawman`.
        publish(&server, &folder, "");
    }
    server
}

/// A driver of calls that is told of little: reading costs processor time too, and so does writing.
pub(crate) fn driver(server: &Asterisk) -> Calls {
    let mut calls = Calls::on(server).expect("the manager interface answers");
    // Answers to Originate, and Hangup, are all that it needs.
    calls.ami().events("call").expect("the mask is taken");
    calls
}

/// Copies the files of a folder to where the server serves files.
pub(crate) fn publish(server: &Asterisk, from: &Path, name: &str) {
    let to = server.static_folder().join(name);
    copy(from, &to).unwrap_or_else(|error| panic!("cannot copy {}: {error}", from.display()));
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// A browser with one page, logged in.
pub(crate) struct Open {
    pub(crate) browser: Browser,
    pub(crate) subject: Subject,
    renderer: u32,
}

/// What a page has cost since it was opened, in seconds of processor time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Tasks of the main thread, as the browser counts them.
    pub(crate) tasks: f64,
    /// Of them, script that was called by the browser.
    pub(crate) script: f64,
    /// Of them, style and layout.
    pub(crate) layout: f64,
    /// All threads of the page's process.
    pub(crate) renderer: f64,
    /// Requests to the manager interface that have ended.
    pub(crate) requests: f64,
}

impl Open {
    /// Opens a page of this server, logs in and waits for the board.
    pub(crate) fn new(server: &Asterisk, subject: Subject) -> Self {
        let open = Self::before_log_in(server, subject);
        let browser = &open.browser;
        match subject {
            Subject::Ours => {
                browser.press(Control::Button, "Log in", Scope::Page);
                until("the board is live", LONG, || Page::of(browser).is_live());
            }
            Subject::ByHand => {
                browser.script::<()>("document.getElementById('login').click();", vec![]);
                open.await_script("return !document.getElementById('form');");
            }
            Subject::Ajamdemo => {
                browser.script::<()>("document.getElementById('login').click();", vec![]);
                open.await_script(
                    "return document.getElementById('statusbar').innerText === 'Ready';",
                );
            }
        }
        open
    }

    /// Opens a page of this server and fills its form.
    pub(crate) fn before_log_in(server: &Asterisk, subject: Subject) -> Self {
        let browser = Browser::start(Engine::Chromium);
        // Processor time, not time: what else the machine does is not the page's.
        browser.cdp("Performance.enable", json!({ "timeDomain": "threadTicks" }));
        browser.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": REQUESTS }),
        );
        browser.open(&server.url(subject.path()));
        if subject == Subject::Ours {
            browser.fill("Username", Scope::Page, DEMO.0);
            browser.fill("Password", Scope::Page, DEMO.1);
        } else {
            browser.script::<()>(subject.fill(), vec![json!(DEMO.0), json!(DEMO.1)]);
        }
        let busy = "const end = performance.now() + 200; while (performance.now() < end);";
        let renderer = process::renderer(browser.process(), || browser.script(busy, vec![]))
            .expect("Chromium has a renderer");
        Self {
            browser,
            subject,
            renderer,
        }
    }

    fn await_script(&self, script: &str) {
        until("the page is there", LONG, || {
            self.browser
                .try_script::<bool>(script, vec![])?
                .then_some(())
                .ok_or_else(|| "not yet".to_owned())
        });
    }

    /// Waits until the page has so many rows. ajamdemo makes rows of events that come behind
    /// `Hangup`, so that nobody knows how many.
    pub(crate) fn await_rows(&self, count: usize) {
        let name = self.subject.name();
        until(&format!("{name} has {count} rows"), LONG, || {
            match self
                .browser
                .try_script::<i64>(self.subject.count(), vec![])?
            {
                rows if usize::try_from(rows) == Ok(count) => Ok(()),
                _ if self.subject == Subject::Ajamdemo => Ok(()),
                rows => Err(format!("{rows} rows")),
            }
        });
    }

    /// The same, for a second on end, by one question: the driver's own leave something behind.
    pub(crate) fn await_rows_inside(&self, count: usize) {
        let script = format!(
            "const [wanted, done] = arguments;
             const count = () => {{ {} }};
             let since = 0;
             const look = () => {{
               since = count() === wanted ? since || performance.now() : 0;
               if (since && performance.now() - since > 1000) done(true);
               else setTimeout(look, 100);
             }};
             look();",
            self.subject.count()
        );
        self.browser
            .slow_script::<bool>(&script, vec![json!(count)]);
    }

    /// Waits until the page has nothing left to do but what it does for ever.
    pub(crate) fn settle(&self) {
        let mut before = self.cost().tasks;
        let mut calm = 0;
        until("the page is quiet", LONG, || {
            thread::sleep(LOOK);
            let tasks = self.cost().tasks;
            calm = if tasks - before < 0.02 { calm + 1 } else { 0 };
            before = tasks;
            if calm < 2 {
                Err("busy".to_owned())
            } else {
                Ok(())
            }
        });
    }

    /// What it has cost so far.
    pub(crate) fn cost(&self) -> Cost {
        let requests = self
            .browser
            .script::<f64>("return window.requestsToManager;", vec![]);
        let metrics = self.metrics();
        Cost {
            tasks: metric(&metrics, "TaskDuration"),
            script: metric(&metrics, "ScriptDuration"),
            layout: metric(&metrics, "LayoutDuration") + metric(&metrics, "RecalcStyleDuration"),
            renderer: process::cpu(self.renderer),
            requests,
        }
    }

    /// Presses the button of a filled form; milliseconds until so many rows are there and drawn.
    pub(crate) fn log_in_to(&self, rows: usize) -> f64 {
        let button = match self.subject {
            Subject::Ours => "controls('button', 'Log in', 'body')[0]",
            _ => "document.getElementById('login')",
        };
        let script = format!(
            "const done = arguments[1];
             const count = () => {{ {} }};
             const begun = performance.now();
             {button}.click();
             const drawn = () => setTimeout(() => done(performance.now() - begun));
             const look = () => requestAnimationFrame(count() === arguments[0] ? drawn : look);
             look();",
            self.subject.count()
        );
        self.browser.slow_script(&script, vec![json!(rows)])
    }

    /// Bytes that the page holds once its litter is gone: its process for itself, and of that the
    /// objects of its scripts.
    pub(crate) fn memory(&self) -> (f64, f64) {
        for _ in 0..2 {
            self.browser.cdp("HeapProfiler.collectGarbage", json!({}));
        }
        let objects = metric(&self.metrics(), "JSHeapUsedSize");
        (process::private(self.renderer), objects)
    }

    /// What is kept once the litter is gone: objects of scripts and the module's memory in bytes,
    /// nodes of the document and listeners in numbers.
    pub(crate) fn kept(&self) -> [f64; 4] {
        let (_, objects) = self.memory();
        let cdp = |name: &str, parameters: Value| self.browser.cdp(name, parameters);
        let kind = json!({ "expression": "WebAssembly.Memory.prototype", "objectGroup": "kept" });
        let kind = &cdp("Runtime.evaluate", kind)["result"]["objectId"];
        let asked = json!({ "prototypeObjectId": kind, "objectGroup": "kept" });
        let all = &cdp("Runtime.queryObjects", asked)["objects"]["objectId"];
        let add =
            "function () { return this.reduce((sum, one) => sum + one.buffer.byteLength, 0); }";
        let asked = json!({ "functionDeclaration": add, "objectId": all, "returnByValue": true });
        let module = &cdp("Runtime.callFunctionOn", asked)["result"]["value"];
        let module = module.as_f64().unwrap_or(f64::NAN);
        cdp(
            "Runtime.releaseObjectGroup",
            json!({ "objectGroup": "kept" }),
        );
        let metrics = self.metrics();
        let count = |name| metric(&metrics, name);
        [objects, module, count("Nodes"), count("JSEventListeners")]
    }

    fn metrics(&self) -> Value {
        self.browser.cdp("Performance.getMetrics", json!({}))
    }
}

fn metric(metrics: &Value, name: &str) -> f64 {
    metrics["metrics"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|metric| metric["name"] == name)
        .and_then(|metric| metric["value"].as_f64())
        .unwrap_or(f64::NAN)
}

/// Counts requests to the manager interface as they end.
const REQUESTS: &str = "
    window.requestsToManager = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (/\\/(mxml|amxml|rawman|manager)(\\?|$)/.test(entry.name)) window.requestsToManager += 1;
      }
    }).observe({ type: 'resource' });
";
