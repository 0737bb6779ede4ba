//! What this account can do on this server.

use super::topics::{Lack, Topic, Topics};
use crate::ami::action::rights_for;
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
    /// A list has shown that channels are told of as 13 and later do.
    pub(super) whole_blocks: bool,
    /// What a list was refused of.
    refused: Topics,
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

    /// Whether every event of a channel tells all of it (13 and later), for all that is known.
    pub(super) fn tells_whole_blocks(&self) -> bool {
        self.whole_blocks || self.version.tells_whole_blocks()
    }

    /// Whether `Status` tells all that `CoreShowChannels` does (12 and later), for all that is known.
    pub(super) fn status_tells_all(&self) -> bool {
        self.whole_blocks || self.version.ami.is_some_and(|(major, _)| major >= 2)
    }

    /// A list of this topic was answered.
    pub(super) fn topic_listed(&mut self, topic: Topic, success: bool) {
        self.refused = match success {
            true => self.refused.without(topic),
            false => self.refused.with(topic),
        };
    }

    /// Why this topic can't be listed, if it was refused.
    pub(super) fn cannot_list(&self, topic: Topic) -> Option<Lack> {
        if topic == Topic::Channels && self.refused.has(topic) {
            return Some(Lack::Right(rights_for("CoreShowChannels")));
        }
        let mut lists = topic
            .subject()
            .lists
            .iter()
            .filter(|_| self.refused.has(topic));
        let major = self.version.major();
        let list = lists.find(|list| !self.are_known() || !self.may(list.action))?;
        Some(match list.rights {
            _ if major.is_some_and(|major| major < list.since) => Lack::Version(list.since),
            [] => Lack::Absent(list.action),
            rights => Lack::Right(rights),
        })
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
