//! A server that serves all pages, and a browser with one of them.

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};
use switchboard_e2e::{
    Browser, DEMO, Engine, Page, Stage,
    lab::{Asterisk, Home, Release},
    until,
};

use crate::process;

/// How long a page may take to catch up with thousands of channels.
pub(crate) const LONG: Duration = Duration::from_secs(180);

/// A page that shows channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Switchboard.
    Ours,
    /// The page in `bench/by-hand`.
    ByHand,
}

impl Subject {
    /// Those to compare.
    pub(crate) const BOTH: [Self; 2] = [Self::Ours, Self::ByHand];

    /// Its name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::ByHand => "by hand",
        }
    }

    /// A script that returns how many rows the page has; they need not all be in the document.
    fn count(self) -> &'static str {
        match self {
            Self::Ours => {
                "const grid = document.querySelector('[role=grid]');
                 if (!grid) return -1;
                 const told = grid.getAttribute('aria-rowcount');
                 return told ? told - 1 : grid.querySelectorAll('[data-uniqueid]').length;"
            }
            Self::ByHand => "return document.getElementById('rows').rows.length;",
        }
    }
}

/// A server with all pages below `static/`.
pub(crate) fn serve() -> Asterisk {
    let mut settings = Stage::settings(Release::V22);
    // Thousands of calls would fill the disk.
    settings.http_timeout = 120;
    let server = Stage::serve(settings);
    publish(&server, "by-hand");
    server
}

/// Copies a folder of the bench to where the server serves files.
fn publish(server: &Asterisk, name: &str) {
    let from = Home::workspace().join("bench").join(name);
    let to = server.static_folder().join(name);
    copy(&from, &to).unwrap_or_else(|error| panic!("cannot copy {}: {error}", from.display()));
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
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
    subject: Subject,
    renderer: u32,
}

/// What a page has cost since it was opened, in seconds of processor time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Tasks of the main thread, as the browser counts them.
    pub(crate) tasks: f64,
    pub(crate) script: f64,
    pub(crate) layout: f64,
    /// The main thread, as the kernel counts it.
    pub(crate) main: f64,
    /// All threads of the renderer.
    pub(crate) renderer: f64,
    /// Requests to the manager interface.
    pub(crate) requests: f64,
}

impl Open {
    /// Opens a page of this server, logs in and waits for the board.
    pub(crate) fn new(server: &Asterisk, subject: Subject) -> Self {
        let browser = Browser::start(Engine::Chromium);
        browser.cdp(
            "Performance.enable",
            json!({ "timeDomain": "threadTicks" }),
        );
        browser.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": REQUESTS }),
        );
        match subject {
            Subject::Ours => {
                browser.open(&server.page_url());
                Page::of(&browser).log_in(DEMO);
                until("the board is live", LONG, || Page::of(&browser).is_live());
            }
            Subject::ByHand => {
                browser.open(&server.url("/static/by-hand/index.html"));
                browser.script::<Value>(
                    "document.getElementById('username').value = arguments[0];
                     document.getElementById('secret').value = arguments[1];
                     document.getElementById('login').click();",
                    vec![json!(DEMO.0), json!(DEMO.1)],
                );
                until("the board is there", LONG, || {
                    browser
                        .try_script::<bool>("return !document.getElementById('form');", vec![])?
                        .then_some(())
                        .ok_or_else(|| "still logging in".to_owned())
                });
            }
        }
        let renderer = process::renderer(browser.process(), || {
            browser.script::<()>(
                "const end = performance.now() + 200; while (performance.now() < end);",
                vec![],
            );
        })
        .expect("Chromium has a renderer");
        Self {
            browser,
            subject,
            renderer,
        }
    }

    /// Waits until the page has so many rows.
    pub(crate) fn await_rows(&self, count: i64) {
        until(&format!("{} has {count} rows", self.subject.name()), LONG, || {
            match self.browser.try_script::<i64>(self.subject.count(), vec![])? {
                rows if rows == count => Ok(()),
                rows => Err(format!("{rows} rows")),
            }
        });
    }

    /// Waits until the page has nothing left to do but what it does for ever.
    pub(crate) fn settle(&self) {
        let mut before = self.cost().tasks;
        let mut calm = 0;
        until("the page is quiet", LONG, || {
            std::thread::sleep(Duration::from_millis(200));
            let tasks = self.cost().tasks;
            calm = if tasks - before < 0.01 { calm + 1 } else { 0 };
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
        let metric = |name: &str| metric(&metrics, name);
        Cost {
            tasks: metric("TaskDuration"),
            script: metric("ScriptDuration"),
            layout: metric("LayoutDuration") + metric("RecalcStyleDuration"),
            main: process::main_thread(self.renderer),
            renderer: process::cpu(self.renderer),
            requests,
        }
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
