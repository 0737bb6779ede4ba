//! What this account can do on this server.

use crate::ami::{Answer, Version};

/// What was learned from `ListCommands` and `CoreSettings`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Names of the actions that this account may use on this server.
    commands: Option<Vec<String>>,
    /// The version; nothing is known of it without the class system or reporting.
    pub version: Version,
    /// `SystemName`; empty if none is set.
    pub system_name: String,
    /// Whether channels that stood before log-in could be listed. If not, only those that came
    /// since are shown.
    pub lists_channels: bool,
}

impl Abilities {
    /// Whether this action is there and allowed. Asterisk says no itself where it is not known.
    pub fn may(&self, action: &str) -> bool {
        self.commands
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name.eq_ignore_ascii_case(action)))
    }

    /// Whether Asterisk has told which actions there are.
    pub fn are_known(&self) -> bool {
        self.commands.is_some()
    }

    /// Takes in an answer to `ListCommands`: one header for each action, and some that are not.
    pub(super) fn learn_commands(&mut self, answer: &Answer<'_>) {
        let headers = answer.packet.headers();
        self.commands = Some(headers.map(|(name, _)| name.to_string()).collect());
    }

    /// Takes in an answer to `CoreSettings`.
    pub(super) fn learn_settings(&mut self, answer: &Answer<'_>) {
        let text = |name| answer.packet.get(name).unwrap_or_default();
        self.version = Version::new(&text("asteriskversion"), &text("amiversion"));
        self.system_name = text("systemname").into_owned();
    }
}
