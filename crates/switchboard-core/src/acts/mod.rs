//! Between a person's wish and what the events show: what may be asked for, whom it would hit
//! ([`people`]), and how far it has come ([`pursuit`]). Pure; the console sends, and the model
//! changes only by what Asterisk says.

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use ajam::session::Outcome;
use ajam::time::Moment;

use crate::live::Party;

pub mod act;
pub mod consult;
mod course;
pub mod errand;
pub mod offers;
pub mod parking;
pub mod people;
pub mod phone;
pub mod pursuit;

pub use act::{Act, Target, WhyNot};
pub use course::Course;
pub use errand::{Own, Wish};
pub use offers::{Arrival, Parks, Rings};
pub use people::{Elsewhere, Fate, Parties, Person, Prospect};
pub use phone::{NoPhone, Phone};
pub use pursuit::Reached;

/// How long a row says that an action was done.
pub const DONE_SHOWN: Duration = Duration::from_secs(6);

/// How long an outcome whose row is gone is shown.
pub const ORPHAN_SHOWN: Duration = Duration::from_secs(12);

/// What a person can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hang a channel up.
    HangUp(Uniqueid),
    /// Send a channel elsewhere, alone or with the channel at its other end.
    Transfer {
        /// The channel that moves.
        channel: Uniqueid,
        /// The channel that is to go along, for a call of its own.
        with: Option<Uniqueid>,
        /// Where to.
        exten: Exten,
        /// Where to.
        context: Context,
    },
    /// Park a channel.
    Park {
        /// The channel.
        channel: Uniqueid,
        /// Whose phone rings when nobody takes it in time.
        back_to: Uniqueid,
        /// The lot, by its name; where Asterisk parks it if none.
        lot: Option<String>,
    },
    /// Call one's own phone.
    Phone {
        /// The id that its channel is to bear: see
        /// [`Console::next_channel`](crate::console::Console::next_channel).
        leg: Uniqueid,
        /// The phone.
        phone: Phone,
        /// What for.
        wish: Wish,
    },
}

impl Command {
    /// What is asked.
    pub fn act(&self) -> Act {
        match self {
            Self::HangUp(_) => Act::HangUp,
            Self::Transfer { .. } => Act::Transfer,
            Self::Park { .. } => Act::Park,
            Self::Phone { wish, .. } => match wish {
                Wish::Ring => Act::Ring,
                Wish::Call(..) => Act::Call,
                Wish::Retrieve(_) => Act::Retrieve,
                Wish::PickUp { .. } => Act::PickUp,
            },
        }
    }

    /// What it is done to.
    pub fn target(&self) -> Target {
        match self {
            Self::Phone {
                wish: Wish::Ring, ..
            } => Target::Phone,
            _ => Target::Channel(self.channel().clone()),
        }
    }

    /// Whether one's own phone is called for it.
    pub fn is_a_call_to_a_phone(&self) -> bool {
        matches!(self, Self::Phone { .. })
    }

    /// Whether the other asks for the same.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Phone { wish, .. }, Self::Phone { wish: other, .. }) => wish == other,
            _ => self == other,
        }
    }

    /// The channel that it is about: its row tells what came of it.
    pub fn channel(&self) -> &Uniqueid {
        match self {
            Self::HangUp(channel) | Self::Transfer { channel, .. } | Self::Park { channel, .. } => {
                channel
            }
            Self::Phone { leg, wish, .. } => match wish {
                Wish::Ring | Wish::Call(..) => leg,
                Wish::Retrieve(channel)
                | Wish::PickUp {
                    caller: channel, ..
                } => channel,
            },
        }
    }

    /// Every channel that it names to Asterisk.
    pub fn channels(&self) -> impl Iterator<Item = &Uniqueid> {
        let (first, with) = match self {
            Self::HangUp(channel) => (Some(channel), None),
            Self::Transfer { channel, with, .. } => (Some(channel), with.as_ref()),
            Self::Park {
                channel, back_to, ..
            } => (Some(channel), Some(back_to)),
            Self::Phone { wish, .. } => match wish {
                Wish::Ring | Wish::Call(..) => (None, None),
                Wish::Retrieve(channel) => (Some(channel), None),
                Wish::PickUp { ringing, .. } => (Some(ringing), None),
            },
        };
        first.into_iter().chain(with)
    }

    /// Where to, for a transfer or a call.
    pub fn destination(&self) -> Option<(&Exten, &Context)> {
        match self {
            Self::Transfer { exten, context, .. }
            | Self::Phone {
                wish: Wish::Call(exten, context),
                ..
            } => Some((exten, context)),
            _ => None,
        }
    }
}

/// What is said beside a target of the last thing that was asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What was asked.
    pub act: Act,
    /// Where to, for a transfer or a call.
    pub to: Option<Exten>,
    /// What Asterisk said to it; none while it has not answered.
    pub outcome: Option<Outcome>,
    /// How far it has come by what the events show; none while Asterisk has not taken it, or has
    /// refused it.
    pub reached: Option<Reached>,
    /// When it was asked, or when this was told.
    pub at: Moment,
}

/// Whom an outcome is about that has no row any more, as they last were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The channel's name.
    pub channel: String,
    /// Who is at its end.
    pub caller: Party,
}

/// An outcome whose row is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Whom it is about.
    pub about: Subject,
    /// What was asked, and what came of it.
    pub note: Note,
}

impl Note {
    /// When it has been told long enough: that something was done is soon said; anything else stays
    /// as long as its row.
    pub fn until(&self) -> Option<Moment> {
        let done = match &self.reached {
            Some(reached) => reached.is_done(),
            None => self.outcome == Some(Outcome::Shown),
        };
        done.then(|| self.at + DONE_SHOWN)
    }
}
