//! A server and a browser, for one test.

use std::{
    fs,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use crate::{
    Browser, Engine, Page, environment,
    lab::{Ami, Asterisk, Calls, Home, Release, Settings, http},
};

/// The account with all rights: name and secret.
pub const DEMO: (&str, &str) = ("demo", "the-secret-of-demo-7351");

/// The account that may only watch.
pub const VIEWER: (&str, &str) = ("viewer", "the-secret-of-viewer-1624");

/// An Asterisk that serves the built page, and a browser that has it open.
#[derive(Debug)]
pub struct Stage {
    // The browser ends first.
    browser: Browser,
    /// The server.
    pub server: Asterisk,
}

impl Stage {
    /// A server of this release, and Chromium with the page open.
    #[must_use]
    pub fn open(release: Release) -> Self {
        Self::with(Self::settings(release), Engine::Chromium)
    }

    /// The same, logged in as [`DEMO`], the board live.
    #[must_use]
    pub fn logged_in(release: Release) -> Self {
        let stage = Self::open(release);
        stage.page().log_in(DEMO);
        stage.page().await_board();
        stage
    }

    /// A server with these settings, and this browser with the page open.
    #[must_use]
    pub fn with(settings: Settings, engine: Engine) -> Self {
        let server = Self::serve(settings);
        let browser = Browser::start(engine);
        browser.open(&server.page_url());
        Self { browser, server }
    }

    /// A server with these settings.
    #[must_use]
    pub fn serve(settings: Settings) -> Asterisk {
        environment::prepared();
        Asterisk::start_in(&Home::find(), settings).unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// A server that serves the page and knows [`DEMO`] and [`VIEWER`].
    #[must_use]
    pub fn settings(release: Release) -> Settings {
        environment::prepared();
        let mut settings = Settings::new(release).page(environment::dist());
        for (user, (_, secret)) in settings.users.iter_mut().zip([DEMO, VIEWER]) {
            user.secret = secret.to_owned();
        }
        settings
    }

    /// Writes the page's own settings, and opens it with them.
    #[track_caller]
    pub fn configure(&self, config: &str) {
        configure(&self.server, config);
        self.browser.open(&self.server.page_url());
    }

    /// The page.
    pub fn page(&self) -> Page<'_> {
        Page::of(&self.browser)
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Calls on the server.
    #[track_caller]
    pub fn calls(&self) -> Calls {
        Calls::on(&self.server).expect("calls can be made")
    }

    /// The server's own word.
    #[track_caller]
    pub fn ami(&self) -> Ami {
        self.server.ami().expect("the manager interface answers")
    }

    /// Whether the session that the browser has, or had, is known to the server: what it says to a
    /// Ping with this cookie.
    #[track_caller]
    pub fn ping(&self, session: &str) -> Ping {
        ping(
            self.server.http_address(),
            &self.server.settings().base_path(),
            session,
        )
    }

    /// The cookie of the browser's session.
    #[track_caller]
    pub fn session(&self) -> String {
        self.browser
            .cookie("mansession_id")
            .expect("the browser has a session")
    }
}

/// What the server says to a Ping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ping {
    /// The session lives.
    Pong,
    /// `Permission denied`.
    Denied,
    /// Something else.
    Other(String),
}

fn ping(address: SocketAddr, base: &str, session: &str) -> Ping {
    let cookie = format!("mansession_id=\"{}\"", session.trim_matches('"'));
    let reply = http::post(
        address,
        &format!("{base}/mxml"),
        Some(&cookie),
        "Action=Ping",
    );
    match reply.map(|reply| reply.text()) {
        Ok(text) if text.contains("'Pong'") => Ping::Pong,
        Ok(text) if text.contains("Permission denied") => Ping::Denied,
        Ok(text) => Ping::Other(text),
        Err(error) => Ping::Other(error.to_string()),
    }
}

/// Writes the settings of the page on this server.
#[track_caller]
pub fn configure(server: &Asterisk, config: &str) {
    let path = server.static_folder().join("switchboard/config.json");
    let before = fs::metadata(&path).and_then(|file| file.modified());
    fs::write(&path, config).expect("settings");
    // Asterisk tells one state of a file from the next by the second it was written in.
    let before = before.unwrap_or(SystemTime::UNIX_EPOCH);
    let later = before.max(SystemTime::now()) + Duration::from_secs(2);
    let file = fs::File::options().write(true).open(&path);
    file.and_then(|file| file.set_modified(later))
        .expect("settings");
}
