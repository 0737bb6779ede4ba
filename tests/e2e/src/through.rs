//! A server, a proxy before it, and a browser that reaches the page through the proxy.

use fantoccini::wd::WindowHandle;

use crate::{
    Browser, DEMO, Engine, Page, Proxy, Stage,
    lab::{Asterisk, Calls, Settings},
};

/// A stage on which requests are counted, and faults are made.
#[derive(Debug)]
pub struct Through {
    // The browser ends first.
    browser: Browser,
    /// What stands between.
    pub proxy: Proxy,
    /// The server.
    pub server: Asterisk,
}

impl Through {
    /// A server with these settings, the page open in this browser.
    #[must_use]
    pub fn with(settings: Settings, engine: Engine) -> Self {
        let through = Self::closed(settings, engine);
        through.browser.open(&through.page_url());
        through
    }

    /// The same before the page is opened.
    #[must_use]
    pub fn closed(settings: Settings, engine: Engine) -> Self {
        let server = Stage::serve(settings);
        let proxy = Proxy::before(server.http_address());
        Self {
            browser: Browser::start(engine),
            proxy,
            server,
        }
    }

    /// The same in Chromium, logged in, the board live.
    #[must_use]
    pub fn logged_in(settings: Settings) -> Self {
        let through = Self::with(settings, Engine::Chromium);
        through.page().log_in(DEMO);
        through.page().await_board();
        through
    }

    /// Where the page is.
    pub fn page_url(&self) -> String {
        self.proxy.url(&self.server.settings().page_path())
    }

    /// The page that is shown.
    pub fn page(&self) -> Page<'_> {
        Page::of(&self.browser)
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Calls on the server, past the proxy.
    #[track_caller]
    pub fn calls(&self) -> Calls {
        Calls::on(&self.server).expect("calls can be made")
    }

    /// Opens the page in one more tab, and shows that.
    #[track_caller]
    pub fn open_tab(&self) -> WindowHandle {
        self.browser.open_window();
        self.browser.open(&self.page_url());
        self.browser.window()
    }
}
