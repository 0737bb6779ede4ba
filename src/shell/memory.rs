//! What survives a reload of the page: who is logged in, and, for good, which columns are shown, which
//! phone is one's own, and the installation's settings.
//! Never the secret.

use web_sys::Storage;

use ajam::session::endpoint::cookie_path;
use switchboard_core::acts::Phone;

/// With the page's path: servers behind one proxy have one origin, and a tab goes from one to the
/// other.
fn account_key() -> Option<String> {
    let path = web_sys::window()?.location().pathname().ok()?;
    Some(format!("switchboard.account {path}"))
}

fn storage() -> Option<Storage> {
    // Refused where the browser keeps nothing for this site; the page works without.
    web_sys::window()?.session_storage().ok()?
}

/// Who was logged in before the reload.
pub(super) fn account() -> Option<String> {
    storage()?.get_item(&account_key()?).ok()?
}

/// Remembers who is logged in, or that nobody is.
pub(super) fn remember(account: Option<&str>) {
    let (Some(storage), Some(key)) = (storage(), account_key()) else {
        return;
    };
    let _ = match account {
        Some(name) => storage.set_item(&key, name),
        None => storage.remove_item(&key),
    };
}

const LOCATION: &str = "switchboard.location";

fn settings() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Whether the column of locations is wanted; it is, unless somebody said otherwise.
pub fn shows_location() -> bool {
    let known = settings().and_then(|settings| settings.get_item(LOCATION).ok()?);
    known.as_deref() != Some("off")
}

/// Remembers that.
pub fn show_location(shown: bool) {
    if let Some(settings) = settings() {
        let _ = match shown {
            true => settings.remove_item(LOCATION),
            false => settings.set_item(LOCATION, "off"),
        };
    }
}

/// With the page's path, as for the account.
fn settings_key() -> Option<String> {
    let path = web_sys::window()?.location().pathname().ok()?;
    Some(format!("switchboard.settings {path}"))
}

/// The text of `config.json` that was read last.
pub(super) fn known_settings() -> Option<String> {
    settings()?.get_item(&settings_key()?).ok()?
}

/// Remembers it, or that there is none.
pub(super) fn remember_settings(text: Option<&str>) {
    let (Some(settings), Some(key)) = (settings(), settings_key()) else {
        return;
    };
    let _ = match text {
        Some(text) => settings.set_item(&key, text),
        None => settings.remove_item(&key),
    };
}

fn ended_key() -> Option<String> {
    let path = web_sys::window()?.location().pathname().ok()?;
    Some(format!("switchboard.ended {path}"))
}

/// The calls that were over before the reload, as the console has made a text of them; they are
/// forgotten by that.
pub(super) fn take_ended() -> Option<String> {
    let (storage, key) = (storage()?, ended_key()?);
    let text = storage.get_item(&key).ok()?;
    let _ = storage.remove_item(&key);
    text
}

/// Remembers them until this tab is closed, or that there are none.
pub(super) fn remember_ended(text: Option<&str>) {
    if let (Some(storage), Some(key)) = (storage(), ended_key()) {
        let _ = match text {
            Some(text) => storage.set_item(&key, text),
            None => storage.remove_item(&key),
        };
    }
}

/// With the page's path: another PBX knows one's phone by another name.
fn phone_key() -> Option<String> {
    let path = web_sys::window()?.location().pathname().ok()?;
    Some(format!("switchboard.phone {path}"))
}

/// One's own phone.
pub fn phone() -> Option<Phone> {
    let text = settings()?.get_item(&phone_key()?).ok()??;
    Phone::read(&text)
}

/// Remembers it, or that there is none.
pub fn remember_phone(phone: Option<&Phone>) {
    let (Some(settings), Some(key)) = (settings(), phone_key()) else {
        return;
    };
    let _ = match phone {
        Some(phone) => settings.set_item(&key, &phone.write()),
        None => settings.remove_item(&key),
    };
}

const BELL: &str = "switchboard.bell";

/// Whether the browser is to ring as one's own phone does.
pub fn wants_bell() -> bool {
    let known = settings().and_then(|settings| settings.get_item(BELL).ok()?);
    known.as_deref() == Some("on")
}

/// Remembers that.
pub fn want_bell(wanted: bool) {
    if let Some(settings) = settings() {
        let _ = match wanted {
            true => settings.set_item(BELL, "on"),
            false => settings.remove_item(BELL),
        };
    }
}

fn sort_key(place: &str) -> String {
    format!("switchboard.sort {place}")
}

/// The name of the order in a place's table before the reload, unless it was the first.
pub fn sort(place: &str) -> Option<String> {
    storage()?.get_item(&sort_key(place)).ok()?
}

/// Remembers it until this tab is closed.
pub fn remember_sort(place: &str, name: Option<&str>) {
    if let Some(storage) = storage() {
        let key = sort_key(place);
        let _ = match name {
            Some(name) => storage.set_item(&key, name),
            None => storage.remove_item(&key),
        };
    }
}

/// Forgets the cookie of an ended session: Asterisk leaves it in place, and even renews it.
pub(super) fn drop_cookie(mxml: &str) {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(document) = document.and_then(|d| d.dyn_into::<web_sys::HtmlDocument>().ok()) {
        let path = cookie_path(mxml);
        let _ = document.set_cookie(&format!("mansession_id=; Max-Age=0; Path={path}"));
    }
}
