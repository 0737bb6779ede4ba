//! What the browser's console says.

use crate::Browser;

/// Asserts that the console has been told nothing at all since it was last asked.
#[track_caller]
pub fn assert_silent(browser: &Browser) {
    let entries = browser.console();
    let entries = entries.as_array().cloned().unwrap_or_default();
    assert!(entries.is_empty(), "the console says: {entries:#?}");
}
