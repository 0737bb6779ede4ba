//! One browser with a session of its own.

use std::{fmt, future::Future, thread, time::Duration};

use fantoccini::{
    Client, ClientBuilder, cookies::Cookie, elements::Element, error::CmdError, key::Key,
    wd::WindowHandle,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::{
    PATIENCE,
    command::Command,
    engine::{Driver, Engine},
    until,
};

/// How long the browser may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

const PRELUDE: &str = include_str!("page.js");

/// A running browser, which ends when this is dropped.
#[derive(Debug)]
pub struct Browser {
    // Ended in this order.
    client: Client,
    runtime: Runtime,
    driver: Driver,
    engine: Engine,
}

/// What kind of control is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A button.
    Button,
    /// A field to type into.
    Field,
    /// One of several choices.
    Radio,
    /// Something to be chosen or not.
    Checkbox,
    /// A link.
    Link,
    /// A status region.
    Status,
    /// A table or grid.
    Table,
    /// Something that has opened and waits for an answer.
    Dialog,
}

/// Where a control is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Anywhere.
    Page,
    /// In the row of the channel with this `Uniqueid`.
    Row(&'a str),
    /// In what has opened.
    Dialog,
}

impl Browser {
    /// A test that fails tells what stood in the page.
    #[expect(clippy::print_stderr, reason = "it belongs to the test's own output")]
    fn tell(&self) {
        let text = "return `${location.pathname}: ${document.body.innerText.slice(0, 1500)}`;";
        match self.try_script::<String>(text, vec![]) {
            Ok(text) => eprintln!("{:?} shows {text}", self.engine),
            Err(error) => eprintln!("{:?} shows nothing: {error}", self.engine),
        }
    }

    /// Starts a browser with an empty profile.
    #[must_use]
    pub fn start(engine: Engine) -> Self {
        let driver = Driver::start(engine);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let client = runtime
            .block_on(async {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                builder.capabilities(engine.capabilities());
                builder.connect(&driver.url()).await
            })
            .unwrap_or_else(|error| panic!("{engine:?} does not start: {error}"));
        Self {
            client,
            runtime,
            driver,
            engine,
        }
    }

    /// Which browser it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The number of its driver's process: all of the browser's descend from it.
    pub fn process(&self) -> u32 {
        self.driver.process()
    }

    /// Opens an address.
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.must("open a page", self.client.goto(url));
    }

    /// Loads the page anew.
    #[track_caller]
    pub fn reload(&self) {
        self.must("reload the page", self.client.refresh());
    }

    /// The title of the window.
    #[track_caller]
    pub fn title(&self) -> String {
        self.must("tell the title", self.client.title())
    }

    /// Opens a second, empty window and goes there. Returns the first.
    #[track_caller]
    pub fn open_window(&self) -> WindowHandle {
        let first = self.window();
        let second = self.must("open a window", self.client.new_window(true));
        self.must(
            "go to a window",
            self.client.switch_to_window(second.handle),
        );
        first
    }

    /// The window that is shown.
    #[track_caller]
    pub fn window(&self) -> WindowHandle {
        self.must("name its window", self.client.window())
    }

    /// Shows a window.
    #[track_caller]
    pub fn show_window(&self, window: &WindowHandle) {
        self.must(
            "go to a window",
            self.client.switch_to_window(window.clone()),
        );
        if self.engine == Engine::Chromium {
            // A window behind another draws nothing.
            self.cdp("Page.bringToFront", json!({}));
        } else {
            // These drivers leave it behind the other, where it rightly draws nothing.
            let _: Value = self.script(
                "if (document.hidden) {
                    Object.defineProperty(document, 'hidden', { get: () => false });
                    document.dispatchEvent(new Event('visibilitychange'));
                }
                return null;",
                vec![],
            );
        }
    }

    /// Goes into the only frame of the page: what follows is about the page in it, until the window
    /// opens another page or [`leave_frame`](Self::leave_frame).
    #[track_caller]
    pub fn enter_frame(&self) {
        until("the page has a frame", PATIENCE, || {
            self.ask(self.client.enter_frame(0))
        });
    }

    /// Goes back to the page around the frame.
    #[track_caller]
    pub fn leave_frame(&self) {
        self.must("leave a frame", self.client.enter_parent_frame());
    }

    /// Closes a window as its button would, and stays in the one that is shown.
    #[track_caller]
    pub fn close_window(&self, window: &WindowHandle) {
        let here = self.window();
        self.must(
            "go to a window",
            self.client.switch_to_window(window.clone()),
        );
        self.must("close a window", self.client.close_window());
        self.must("go to a window", self.client.switch_to_window(here));
    }

    /// Lets the renderer of a window die, and goes to another window (Chromium). The browser does
    /// not answer for a window that is no more.
    #[track_caller]
    pub fn crash_window(&self, window: &WindowHandle, then: &WindowHandle) {
        self.must(
            "go to a window",
            self.client.switch_to_window(window.clone()),
        );
        let crash = self.client.issue_cmd(Command::cdp("Page.crash", json!({})));
        let soon = Duration::from_secs(2);
        let _ = self
            .runtime
            .block_on(async { tokio::time::timeout(soon, crash).await });
        self.show_window(then);
    }

    /// Makes the window this wide and high.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        if self.engine == Engine::Chromium {
            // A window has a least width, a view has none.
            self.cdp(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
            );
        } else {
            self.must("resize", self.client.set_window_size(width, height));
        }
    }

    /// A cookie's value.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookie = self.whole_cookie(name)?;
        Some(cookie.value().to_owned())
    }

    /// The path that a cookie is kept for.
    #[track_caller]
    pub fn cookie_path(&self, name: &str) -> Option<String> {
        let cookie = self.whole_cookie(name)?;
        cookie.path().map(str::to_owned)
    }

    /// One that the page that is open would send.
    #[track_caller]
    fn whole_cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let all: Vec<Cookie<'static>> =
            self.must("list its cookies", self.client.get_all_cookies());
        all.into_iter().find(|cookie| cookie.name() == name)
    }

    /// Runs a script in the page and returns what it returns. It may use what `page.js` defines.
    #[track_caller]
    pub fn script<T: DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> T {
        self.try_script(script, args)
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// The same while the page may just be coming or going.
    pub fn try_script<T: DeserializeOwned>(
        &self,
        script: &str,
        args: Vec<Value>,
    ) -> Result<T, String> {
        let script = format!("{PRELUDE}\n{script}");
        let value = self.ask(self.client.execute(&script, args))?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// Runs a script that calls its last argument with a result.
    #[track_caller]
    pub fn slow_script<T: DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> T {
        self.try_slow_script(script, args)
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// The same where there is something left to do if it fails.
    pub fn try_slow_script<T: DeserializeOwned>(
        &self,
        script: &str,
        args: Vec<Value>,
    ) -> Result<T, String> {
        let script = format!("{PRELUDE}\n{script}");
        let value = self.ask(self.client.execute_async(&script, args))?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// Presses a control.
    #[track_caller]
    pub fn press(&self, control: Control, name: &str, scope: Scope<'_>) {
        until(
            &format!("{control:?} “{name}” can be pressed"),
            PATIENCE,
            || {
                let element = self.find(control, name, scope)?;
                self.ask(element.click())
            },
        );
    }

    /// Presses a button of what has opened as soon as it is not grey: a form whose call has just
    /// changed wants to be read again first.
    #[track_caller]
    pub fn press_offered(&self, name: &str) {
        let what = format!("“{name}” is offered");
        until(&what, PATIENCE, || {
            let off: Option<String> = self.try_script(
                "const [button] = controls(...arguments);
                 return button ? button.getAttribute('aria-disabled') : 'missing';",
                vec![
                    json!(Control::Button.selector()),
                    json!(name),
                    json!(Scope::Dialog.selector()),
                ],
            )?;
            match off.as_deref() {
                None | Some("false") => Ok(()),
                Some(off) => Err(format!("aria-disabled: {off}")),
            }
        });
        self.press(Control::Button, name, Scope::Dialog);
    }

    /// Replaces what stands in a field.
    #[track_caller]
    pub fn fill(&self, name: &str, scope: Scope<'_>, text: &str) {
        until(
            &format!("the field “{name}” can be filled"),
            PATIENCE,
            || {
                let element = self.find(Control::Field, name, scope)?;
                self.ask(element.clear())?;
                match self.ask(element.send_keys(text)) {
                    Err(error) if error.contains("not focusable") => {
                        self.fill_by_script(name, scope, text)?;
                    }
                    other => other?,
                }
                // A driver clears without a word to the page, which may fill in what is usual.
                let now = self.ask(element.prop("value"))?.unwrap_or_default();
                match now.len() > text.len() && now.ends_with(text) {
                    true => Err(format!("something stands before it: {now}")),
                    false => Ok(()),
                }
            },
        );
    }

    /// WebKit's driver takes nothing in a frame of another site for something to type into.
    fn fill_by_script(&self, name: &str, scope: Scope<'_>, text: &str) -> Result<(), String> {
        self.try_script(
            "const field = controls(...[...arguments].slice(0, 3))[0];\
             field.value = arguments[3];\
             field.dispatchEvent(new Event('input', { bubbles: true }));",
            vec![
                json!(Control::Field.selector()),
                json!(name),
                json!(scope.selector()),
                json!(text),
            ],
        )
    }

    /// Presses a key wherever the focus is.
    #[track_caller]
    pub fn key(&self, key: Key) {
        let element = self.must("tell the focus", self.client.active_element());
        self.must(
            "press a key",
            element.send_keys(&String::from(char::from(key))),
        );
    }

    /// Types letters wherever the focus is.
    #[track_caller]
    pub fn type_keys(&self, letters: &str) {
        let element = self.must("tell the focus", self.client.active_element());
        self.must("press keys", element.send_keys(letters));
    }

    /// A property of a control, such as `value`.
    #[track_caller]
    pub fn property<T: DeserializeOwned>(
        &self,
        control: Control,
        name: &str,
        scope: Scope<'_>,
        property: &str,
    ) -> T {
        until(
            &format!("{control:?} “{name}” is there"),
            PATIENCE,
            || {
                self.try_script(
                    "const found = controls(...[...arguments].slice(0, 3));\
                 if (found.length !== 1) throw new Error(`${found.length} of them`);\
                 return found[0][arguments[3]] ?? null;",
                    vec![
                        json!(control.selector()),
                        json!(name),
                        json!(scope.selector()),
                        json!(property),
                    ],
                )
            },
        )
    }

    /// What describes a control: a reason why it does nothing, or whom it is about.
    #[track_caller]
    pub fn description(&self, control: Control, name: &str, scope: Scope<'_>) -> String {
        until(
            &format!("{control:?} “{name}” is there"),
            PATIENCE,
            || {
                self.try_script(
                    "const [found] = controls(...arguments);\
                 return byId(found.getAttribute('aria-describedby') ?? '');",
                    vec![
                        json!(control.selector()),
                        json!(name),
                        json!(scope.selector()),
                    ],
                )
            },
        )
    }

    /// Whether there is such a control.
    #[track_caller]
    pub fn has(&self, control: Control, name: &str, scope: Scope<'_>) -> bool {
        self.script(
            "return controls(...arguments).length > 0;",
            vec![
                json!(control.selector()),
                json!(name),
                json!(scope.selector()),
            ],
        )
    }

    /// Whether there is any control of this kind, whatever its name.
    #[track_caller]
    pub fn has_any(&self, control: Control) -> bool {
        self.script(
            "return controls(...arguments).length > 0;",
            vec![json!(control.selector()), Value::Null, json!("body")],
        )
    }

    /// The role and the name that assistive technology is told of a control.
    #[track_caller]
    pub fn told(&self, control: Control, name: &str, scope: Scope<'_>) -> (String, String) {
        let element = until(
            &format!("{control:?} “{name}” is there"),
            PATIENCE,
            || self.find(control, name, scope),
        );
        let id = element.element_id();
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(self.must("tell a role", self.client.issue_cmd(Command::role(&id)))),
            text(self.must("tell a name", self.client.issue_cmd(Command::name(&id)))),
        )
    }

    /// Sends a command of the DevTools protocol. Chromium only.
    #[track_caller]
    pub fn cdp(&self, name: &str, parameters: Value) -> Value {
        self.must(name, self.client.issue_cmd(Command::cdp(name, parameters)))
    }

    /// What the console has been told since it was last asked. Chromium only.
    #[track_caller]
    pub(crate) fn console(&self) -> Value {
        self.must(
            "tell its console",
            self.client.issue_cmd(Command::console()),
        )
    }

    /// Whether a dialog of the browser's own has opened, and what it says.
    pub fn alert(&self) -> Option<String> {
        self.ask(self.client.get_alert_text()).ok()
    }

    fn find(&self, control: Control, name: &str, scope: Scope<'_>) -> Result<Element, String> {
        let found: Vec<serde_json::Map<String, Value>> = self.try_script(
            "return controls(...arguments);",
            vec![
                json!(control.selector()),
                json!(name),
                json!(scope.selector()),
            ],
        )?;
        match found.as_slice() {
            [one] => {
                let id = one
                    .values()
                    .next()
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                Ok(Element::from_element_id(
                    self.client.clone(),
                    id.to_owned().into(),
                ))
            }
            many => Err(format!("there are {} of them", many.len())),
        }
    }

    fn ask<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
        self.runtime
            .block_on(command)
            .map_err(|error| error.to_string())
    }

    #[track_caller]
    fn must<T, E: fmt::Display>(
        &self,
        what: &str,
        command: impl Future<Output = Result<T, E>>,
    ) -> T {
        match self.runtime.block_on(command) {
            Ok(value) => value,
            Err(error) => panic!("{:?} cannot {what}: {error}", self.engine),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if thread::panicking() {
            self.tell();
        }
        let client = self.client.clone();
        let goodbye = async { tokio::time::timeout(GOODBYE, client.close()).await };
        // A browser that does not answer is ended with its driver.
        let _ = self.runtime.block_on(goodbye);
    }
}

impl Control {
    pub(crate) fn selector(self) -> &'static str {
        match self {
            Self::Button => "button, [role=button]",
            Self::Field => "input:not([type=radio], [type=checkbox]), textarea",
            Self::Radio => "input[type=radio], [role=radio]",
            Self::Checkbox => "input[type=checkbox], [role=checkbox]",
            Self::Link => "a[href]",
            Self::Status => "[role=status], output",
            Self::Table => "table, [role=table], [role=grid]",
            Self::Dialog => "dialog, [role=dialog], [role=alertdialog]",
        }
    }
}

impl Scope<'_> {
    pub(crate) fn selector(self) -> String {
        match self {
            Self::Page => "body".to_owned(),
            Self::Row(uniqueid) => format!("[data-uniqueid=\"{uniqueid}\"]"),
            Self::Dialog => Control::Dialog.selector().to_owned(),
        }
    }
}
