//! The browsers, and how each is started.

use std::{
    fs,
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value, json};

use crate::{
    PATIENCE, environment,
    lab::free_port,
    program::{Program, said},
    until,
};

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, headless.
    Chromium,
    /// Firefox, headless.
    Firefox,
    /// WebKitGTK's MiniBrowser on a display of its own.
    WebKit,
}

/// WebKitWebDriver has one session at a time, and its browser does not like to share a machine.
static WEBKIT: Mutex<()> = Mutex::new(());

/// A running WebDriver server.
#[derive(Debug)]
pub(crate) struct Driver {
    // Ended in this order.
    program: Program,
    _display: Option<Program>,
    port: u16,
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Driver {
    pub(crate) fn start(engine: Engine) -> Self {
        environment::prepared();
        let turn = (engine == Engine::WebKit)
            .then(|| WEBKIT.lock().unwrap_or_else(PoisonError::into_inner));
        let display = (engine == Engine::WebKit).then(display);
        let variables: Vec<(&str, &str)> = display
            .iter()
            .map(|(_, number)| ("DISPLAY", number.as_str()))
            .collect();
        let port = free_port().expect("there is a free port");
        let mut program =
            Program::start(&engine.driver(), &[&format!("--port={port}")], &variables);
        until("the driver answers", PATIENCE, || {
            let ended = program.ended();
            TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .map_err(|error| format!("{error}; ended: {ended}; {}", program.output()))
        });
        Self {
            program,
            _display: display.map(|(program, _)| program),
            port,
            _turn: turn,
        }
    }

    /// The number of its process: all of the browser's descend from it.
    pub(crate) fn process(&self) -> u32 {
        self.program.number()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Engine {
    fn driver(self) -> PathBuf {
        match self {
            Self::Chromium => "chromedriver".into(),
            Self::Firefox => environment::geckodriver(),
            Self::WebKit => "WebKitWebDriver".into(),
        }
    }

    /// What a session is to be like.
    pub(crate) fn capabilities(self) -> Map<String, Value> {
        let wanted = match self {
            Self::Chromium => json!({
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": { "args": [
                    "headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage",
                    "disable-quic", "no-first-run", "disable-background-networking",
                    "disable-component-update", "disable-sync", "window-size=1280,900",
                ] },
            }),
            Self::Firefox => json!({
                "moz:firefoxOptions": { "args": ["-headless", "-width", "1280", "-height", "900"] },
            }),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": {
                    "binary": mini_browser(),
                    "args": ["--automation"],
                },
            }),
        };
        let mut wanted = match wanted {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        // Those of the lab sign themselves.
        wanted.insert("acceptInsecureCerts".to_owned(), json!(true));
        wanted
    }
}

/// A display of its own, with its number: `:1`.
fn display() -> (Program, String) {
    let args = [
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1280x900x24",
        "-nolisten",
        "tcp",
    ];
    let mut program = Program::start(Path::new("Xvfb"), &args, &[]);
    let number = said(&mut program, "the display has a number", |output| {
        output.lines().find_map(|line| line.parse::<u32>().ok())
    });
    (program, format!(":{number}"))
}

fn mini_browser() -> PathBuf {
    fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|path| path.is_file())
        .expect("there is WebKit's MiniBrowser: run `cargo xtask test`, which sets it up")
}
