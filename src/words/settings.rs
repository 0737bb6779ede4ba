//! What is wrong with `config.json`.

use super::{cells, say};
use crate::config::Wrong;

/// Said to whoever opens the page: somebody of theirs looks after it.
pub fn wrong(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Unreadable(words) => say!("settings.unreadable", words = cells::shown(words)),
        Wrong::Unknown(name) => say!("settings.unknown", name = cells::shown(name)),
        Wrong::Origin(text) => say!("settings.origin", text = cells::shown(text)),
        Wrong::Idle(text) => say!("settings.idle", text = cells::shown(text)),
    }
}
