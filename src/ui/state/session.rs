//! The conversation with Asterisk.

use std::time::Duration;

use ajam::session::{Abilities, Missing, Phase};
use ajam::time::Moment;
use leptos::prelude::*;

use crate::ui::store::use_store;

/// How the conversation with Asterisk stands.
#[derive(Clone, Copy)]
pub struct Session {
    pub phase: ReadSignal<Phase>,
    /// What the account and the server can do.
    pub abilities: ReadSignal<Abilities>,
    /// What does not come though it was asked for.
    pub missing: ReadSignal<Missing>,
    /// How often everything is listed in place of it.
    pub lists_every: ReadSignal<Option<Duration>>,
    /// Whether everything is listed because of a doubt.
    pub resynchronising: ReadSignal<bool>,
    /// When Asterisk was last heard.
    pub last_word: ReadSignal<Option<Moment>>,
}

impl Session {
    /// Whether Asterisk answers.
    pub fn is_live(self) -> bool {
        self.phase.with(Phase::is_live)
    }

    /// Whether the account may list channels.
    pub fn lists_channels(self) -> bool {
        self.abilities.with(|abilities| abilities.lists_channels)
    }
}

/// The conversation of this page.
pub fn use_session() -> Session {
    let seen = use_store().seen;
    Session {
        phase: seen.phase.read_only(),
        abilities: seen.abilities.read_only(),
        missing: seen.missing.read_only(),
        lists_every: seen.lists_every.read_only(),
        resynchronising: seen.resynchronising.read_only(),
        last_word: seen.last_word.read_only(),
    }
}
