//! The conversation with Asterisk.

use std::time::Duration;

use ajam::session::{Abilities, Lack, Missing, Phase, Topic, Topics};
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
    known: ReadSignal<Topics>,
    lacks: ReadSignal<Vec<(Topic, Lack)>>,
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

    /// Whether what the page holds of all these topics is right.
    pub fn knows(self, topics: &[Topic]) -> bool {
        let known = self.known.get();
        topics.iter().all(|topic| known.has(*topic))
    }

    /// Why one of these topics can't be had, or not wholly.
    pub fn lack(self, topics: &[Topic]) -> Option<Lack> {
        self.lacks.with(|lacks| {
            let lack = lacks.iter().find(|(topic, _)| topics.contains(topic));
            lack.map(|(_, lack)| *lack)
        })
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
        known: seen.known.read_only(),
        lacks: seen.lacks.read_only(),
    }
}
