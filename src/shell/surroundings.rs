//! What the page stands in: its address, its frame, and the installation's settings.

use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect};
use switchboard_core::config::{self, Config, Missed, Parents, Wrong};
use switchboard_core::directory::{Directory, NoContacts};
use wasm_bindgen::JsValue;
use web_sys::{AbortController, RequestCache, Url, UrlSearchParams, Window};

use super::http::{self, NoReply};
use super::memory;

/// More than this is no file of settings, in bytes.
const LONGEST: usize = 100_000;

/// More than this is no file of contacts, in bytes.
const LONGEST_CONTACTS: usize = 4_000_000;

/// Reads `config.json`, and again until it is there and right. `told` hears of what is wrong, with
/// the settings that were last known in this browser, and at the end of the settings.
pub async fn settings(told: impl Fn(Result<Config, (Wrong, Option<Config>)>)) {
    for times in 0.. {
        let arrived = arrived("config.json", LONGEST).await;
        match arrived.map_err(Wrong::Missed).and_then(|text| {
            let config = text
                .as_deref()
                .map_or_else(|| Ok(Config::default()), Config::read);
            config.map(|config| (config, text))
        }) {
            Ok((config, text)) => {
                memory::remember_settings(text.as_deref());
                return told(Ok(config));
            }
            // One that is late has been waited for.
            Err(Wrong::Missed(ref why)) if *why != Missed::Late && times < config::PATIENCE => {}
            Err(wrong) => {
                let known = memory::known_settings().and_then(|text| Config::read(&text).ok());
                told(Err((wrong, known)));
            }
        }
        let wait = config::again(times).as_millis();
        TimeoutFuture::new(u32::try_from(wait).unwrap_or(u32::MAX)).await;
    }
}

/// How long a file may take to arrive, in ms.
const SLOW: u32 = 5_000;

/// The contacts of the file that the settings name.
///
/// # Errors
/// [`NoContacts`]. Asterisk hands out what is in a folder named `private` only to a session with a
/// cookie (`main/http.c`, `static_callback`): whoever it refuses has no contacts, and nothing is wrong.
pub async fn contacts(file: &str) -> Result<Directory, NoContacts> {
    match arrived(file, LONGEST_CONTACTS).await {
        Ok(Some(text)) => Directory::read(&text).map_err(NoContacts::Unreadable),
        Ok(None) => Err(NoContacts::Missed(Missed::Status(404))),
        Err(Missed::Status(403)) => Ok(Directory::default()),
        Err(why) => Err(NoContacts::Missed(why)),
    }
}

/// What stands in a file of at most so many bytes; nothing if the server itself says that there is none.
async fn arrived(file: &str, most: usize) -> Result<Option<String>, Missed> {
    let abort = AbortController::new().ok();
    let signal = abort.as_ref().map(AbortController::signal);
    // Dropped with all the rest when that is here.
    let _late = abort.map(|abort| Timeout::new(SLOW, move || abort.abort()));
    let broken = |words: String| match &signal {
        Some(signal) if signal.aborted() => Missed::Late,
        _ => Missed::Broken(words),
    };
    let answer = gloo_net::http::Request::get(file)
        .cache(RequestCache::NoCache)
        .abort_signal(signal.as_ref())
        .send()
        .await
        .map_err(|error| broken(error.to_string()))?;
    let body = http::read(&answer, most, || {}).await;
    if answer.redirected() {
        return Err(Missed::Redirected);
    }
    let body = body.map_err(|error| match error {
        NoReply::Failed(words) => broken(words),
        NoReply::TooLarge => Missed::TooLong,
    })?;
    match answer.status() {
        200 => {
            let text = String::from_utf8_lossy(&body);
            Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
        }
        404 => Ok(None),
        other => Err(Missed::Status(other)),
    }
}

/// Who shows this page in a frame.
pub fn parents(window: &Window) -> Parents {
    let Ok(Some(parent)) = window.parent() else {
        return Parents::None;
    };
    if parent == *window {
        return Parents::None;
    }
    let listed = Reflect::get(&window.location(), &JsValue::from_str("ancestorOrigins"));
    if let Ok(listed) = listed
        && listed.is_object()
    {
        let listed = Array::from(&listed);
        return Parents::Known(listed.iter().filter_map(|o| o.as_string()).collect());
    }
    // Only the page right around this one is named there.
    let top = window.top().ok().flatten();
    let referrer = window.document().map(|document| document.referrer());
    let origin = referrer.and_then(|address| Url::new(&address).ok());
    match origin {
        Some(url) if top.as_ref() == Some(&parent) => Parents::Known(vec![url.origin()]),
        _ => Parents::Unknown,
    }
}

/// The page's address without its query. The whole of it: a path that begins with two slashes would
/// be the address of another host.
pub fn address(window: &Window) -> String {
    let location = window.location();
    let parts = [location.origin(), location.pathname()];
    parts.map(Result::unwrap_or_default).concat()
}

/// Whether the address asks for this, as in `?embed=1`.
pub fn asks_for(window: &Window, name: &str) -> bool {
    asked(window, name).is_some_and(|value| !matches!(value.as_str(), "0" | "no" | "false"))
}

/// What the address says of this: `bare` in `?embed=bare`.
pub fn asked(window: &Window, name: &str) -> Option<String> {
    let search = window.location().search().unwrap_or_default();
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Which build of the page this is: the name of its module, which changes with its content.
pub(super) fn build(window: &Window) -> String {
    let tag = window
        .document()
        .and_then(|document| document.query_selector("script[data-wasm]").ok().flatten());
    tag.and_then(|tag| tag.get_attribute("data-wasm"))
        .unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
}
