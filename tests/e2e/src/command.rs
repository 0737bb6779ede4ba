//! WebDriver commands that fantoccini has no method for.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command of a session: the end of its path, and what is posted if anything is.
#[derive(Debug)]
pub(crate) struct Command {
    path: String,
    body: Option<Value>,
}

impl Command {
    /// Takes what the browser has logged since it was last asked (Chromium).
    pub(crate) fn console() -> Self {
        Self::post("se/log", json!({ "type": "browser" }))
    }

    /// A command of the DevTools protocol (Chromium).
    pub(crate) fn cdp(name: &str, parameters: Value) -> Self {
        Self::post(
            "goog/cdp/execute",
            json!({ "cmd": name, "params": parameters }),
        )
    }

    /// The role that assistive technology is told of an element.
    pub(crate) fn role(element: &str) -> Self {
        Self::get(format!("element/{element}/computedrole"))
    }

    /// The name that assistive technology is told of an element.
    pub(crate) fn name(element: &str) -> Self {
        Self::get(format!("element/{element}/computedlabel"))
    }

    fn post(path: &str, body: Value) -> Self {
        Self {
            path: path.to_owned(),
            body: Some(body),
        }
    }

    fn get(path: String) -> Self {
        Self { path, body: None }
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match &self.body {
            Some(body) => (Method::POST, Some(body.to_string())),
            None => (Method::GET, None),
        }
    }
}
