//! What events have told of a channel's past, and no list tells.

use ajam::ami::{ChannelState, Uniqueid};
use ajam::time::Moment;

use super::channel::{Channel, is_of_the_called};

/// What is remembered of a channel that lives. It counts for nothing when a list is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Since when it has been doing what it does; none if it did so already when it was first listed.
    pub since: Option<Moment>,
    /// The number that was last dialled on it, or with which it came; empty if none was told. In a
    /// macro or a subroutine of the dial plan a channel is at `s`, and this still tells.
    pub dialled: String,
    /// Its Newchannel was seen: nothing of it came before.
    pub whole: bool,
    /// The context in which it came to be, or was first listed.
    pub came: String,
    /// Somebody dialled it.
    pub called: bool,
    /// What it did, the oldest first: no more than [`STEPS`].
    pub steps: Vec<Step>,
}

/// So many steps of a channel are kept. Of more, the first ones and the last ones are.
pub const STEPS: usize = 64;

/// Something that a channel did, as far as a person would tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// Which event told of it, counted from the first: several come at one time.
    pub event: u64,
    /// What.
    pub did: Did,
}

/// What a channel did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// It dialled this number, or was sent there.
    Dialled(String),
    /// It began to ring.
    Rang,
    /// It was called, and answered.
    Answered,
    /// It was called, and has not answered: `DialStatus` of `DialEnd` (`main/dial.c`).
    Unanswered(String),
    /// It came together with this channel, or with the others that were there.
    Joined(Option<Uniqueid>),
    /// It entered this conference.
    Entered(String),
    /// It left those it was with.
    Left,
    /// It put the others on hold.
    Held,
    /// It took them off hold.
    Resumed,
    /// It began to wait in this queue.
    Waited(String),
    /// It was parked at this space; empty if none was told.
    Parked(String),
    /// It is parked no more.
    Unparked,
    /// This application began to run on it, of those that a caller notices.
    Ran(String),
}

impl Past {
    /// It did this.
    pub(super) fn note(&mut self, did: Did, (at, event): (Moment, u64)) {
        // Behind a list, what came meanwhile is told once more.
        if self.steps.last().is_some_and(|last| last.did == did) {
            return;
        }
        if self.steps.len() == STEPS {
            self.steps.remove(STEPS / 2);
        }
        self.steps.push(Step { at, event, did });
    }
}

/// What a channel was, to tell from what it is now what it did.
pub(super) struct Before {
    state: ChannelState,
    bridged: bool,
    parked: bool,
    waits: bool,
    holding: bool,
    music: bool,
    noticed: bool,
}

impl Before {
    pub(super) fn of(channel: &Channel) -> Self {
        Self {
            state: channel.state,
            bridged: channel.bridge.is_some(),
            parked: channel.parked.is_some(),
            waits: channel.queue.is_some(),
            holding: channel.holding,
            music: channel.music,
            noticed: is_noticed(&channel.application),
        }
    }

    /// Whether a person would say that it does something else now.
    pub(super) fn is_past(&self, now: &Channel) -> bool {
        let now = Self::of(now);
        let does = |it: &Self| (it.bridged, it.parked, it.waits, it.holding || it.music);
        self.state != now.state || does(self) != does(&now)
    }

    /// What it did to become what it is; `dialled` is the number that it had dialled.
    pub(super) fn did(&self, now: &Channel, dialled: &str) -> Vec<Did> {
        let mut did = Vec::new();
        let exten = &now.location.exten;
        let own = !now.is_called() && now.dialled_by.is_none();
        if is_dialled(exten) && exten != dialled && own {
            did.push(Did::Dialled(exten.clone()));
        }
        let rang = |state| matches!(state, ChannelState::Ringing | ChannelState::PreRing);
        if rang(now.state) && !rang(self.state) {
            did.push(Did::Rang);
        }
        let up = now.state == ChannelState::Up && self.state != ChannelState::Up;
        if up && (rang(self.state) || !own) {
            did.push(Did::Answered);
        }
        match &now.parked {
            Some(parked) if !self.parked => did.push(Did::Parked(parked.space.clone())),
            None if self.parked => did.push(Did::Unparked),
            _ => {}
        }
        if let Some(queue) = now.queue.as_ref().filter(|_| !self.waits) {
            did.push(Did::Waited(queue.clone()));
        }
        match (self.holding, now.holding) {
            (false, true) => did.push(Did::Held),
            (true, false) => did.push(Did::Resumed),
            _ => {}
        }
        if is_noticed(&now.application) && !self.noticed && !is_of_the_called(&now.application) {
            did.push(Did::Ran(now.application.clone()));
        }
        did
    }
}

/// Whether whoever is on a channel notices that this application of the dial plan runs there.
pub(super) fn is_noticed(application: &str) -> bool {
    matches!(
        application,
        "BackGround"
            | "Background"
            | "Read"
            | "WaitExten"
            | "Directory"
            | "Playback"
            | "ControlPlayback"
            | "MusicOnHold"
            | "VoiceMail"
            | "Voicemail"
            | "VoiceMailMain"
            | "VoicemailMain"
            | "ChanSpy"
            | "ExtenSpy"
            | "Record"
            | "Page"
    )
}

/// Whether this is a number that somebody dials, as opposed to a step by which a dial plan names
/// itself (`s`, `h`, `t`, `i`).
pub(super) fn is_dialled(exten: &str) -> bool {
    exten.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '*' | '#'))
}
