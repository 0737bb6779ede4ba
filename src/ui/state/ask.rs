//! What a person may ask of the page.

use ajam::session::{Credentials, Scope};
use leptos::prelude::*;

use crate::ui::store::{Store, use_store};

/// Passes on what a person wants.
#[derive(Clone, Copy)]
pub struct Ask(Store);

impl Ask {
    /// Somebody logs in.
    pub fn sign_in(self, credentials: Credentials, scope: Scope) {
        self.0.sign_in(credentials, scope);
    }

    /// Everything is to be listed anew, at once if the line is cut.
    pub fn refresh(self) {
        self.0.refresh();
    }

    /// Only what matches this is to be shown.
    pub fn find(self, typed: &str) {
        self.0.find(typed);
    }

    /// The list of keys is to be shown.
    pub fn show_keys(self) {
        self.0.seen.keys.set(true);
    }
}

/// What a person may ask of this page.
pub fn use_ask() -> Ask {
    Ask(use_store())
}
