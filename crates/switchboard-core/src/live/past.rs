//! What events have told of a channel's past, and no list tells.

use ajam::ami::ChannelState;
use ajam::time::Moment;

use super::channel::Channel;

/// What is remembered of a channel that lives. It counts for nothing when a list is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Since when it has been doing what it does; none if it did so already when it was first listed.
    pub since: Option<Moment>,
    /// The number that was last dialled on it, or with which it came; empty if none was told. In a
    /// macro or a subroutine of the dial plan a channel is at `s`, and this still tells.
    pub dialled: String,
}

/// What a channel does, as far as a person would say that it does something else now.
#[derive(PartialEq)]
pub(super) struct Phase {
    state: ChannelState,
    bridged: bool,
    parked: bool,
    waits: bool,
    holds: bool,
}

impl Phase {
    pub fn of(channel: &Channel) -> Self {
        Self {
            state: channel.state,
            bridged: channel.bridge.is_some(),
            parked: channel.parked.is_some(),
            waits: channel.queue.is_some(),
            holds: channel.holding || channel.music,
        }
    }
}

/// Whether this is a number that somebody dials, as opposed to a step by which a dial plan names
/// itself (`s`, `h`, `t`, `i`).
pub(super) fn is_dialled(exten: &str) -> bool {
    exten.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '*' | '#'))
}
