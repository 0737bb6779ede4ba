//! What can be asked for, as data. A further act is an entry here, a [`Command`](super::Command), and
//! its words: the desk, the rows and the toasts take it as it is.

use ajam::ami::Uniqueid;
use ajam::session::Abilities;

/// Something that a person can have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Send a channel elsewhere.
    Transfer,
    /// End a channel.
    HangUp,
    /// Park a channel.
    Park,
    /// Take a call that rings elsewhere.
    PickUp,
    /// Take a call that is parked.
    Retrieve,
    /// Call a number from one's own phone.
    Call,
    /// Have one's own phone ring.
    Ring,
}

/// What an act is done to: what came of it is told beside that, or in a toast when that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A channel.
    Channel(Uniqueid),
    /// One's own phone.
    Phone,
}

/// Why something can't be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The account lacks the right to the action behind it.
    Right(Act),
    /// The model may not be what is so.
    NotLive,
    /// What it would be done to has ended.
    Ended,
    /// There are several people, and it is not said which of them is meant.
    Several,
    /// Nobody has said which phone is theirs.
    NoPhone,
    /// There is nothing about the call that it could be done with.
    NotNow(Act),
}

impl From<&Uniqueid> for Target {
    fn from(id: &Uniqueid) -> Self {
        Self::Channel(id.clone())
    }
}

impl Act {
    /// What can be done to a channel, in the order in which its row offers it.
    pub const ON_CHANNEL: [Self; 2] = [Self::Transfer, Self::HangUp];

    /// What else there is, as far as it fits.
    pub const FURTHER: [Self; 3] = [Self::Park, Self::PickUp, Self::Retrieve];

    /// The action of AMI behind it. `ListCommands` tells whether an account may
    /// (`main/manager.c`, `manager_listcommands`, since 1.4).
    pub const fn action(self) -> &'static str {
        match self {
            Self::Transfer => "Redirect",
            Self::HangUp => "Hangup",
            Self::Park => "Park",
            Self::PickUp | Self::Retrieve | Self::Call | Self::Ring => "Originate",
        }
    }

    /// What the parts of the page that belong to it are named by; nobody reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::HangUp => "hang-up",
            Self::Park => "park",
            Self::PickUp => "pick-up",
            Self::Retrieve => "retrieve",
            Self::Call => "call",
            Self::Ring => "ring",
        }
    }

    /// The keys that ask for it on a row, as browsers name them; for a call from one's own phone,
    /// anywhere.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Transfer => &["t", "T"],
            Self::HangUp => &["h", "H", "Delete"],
            Self::Park => &["p", "P"],
            Self::PickUp => &["u", "U"],
            Self::Retrieve => &["g", "G"],
            Self::Call => &["n", "N"],
            Self::Ring => &[],
        }
    }

    /// Whether it is done with one's own phone.
    pub const fn takes_a_phone(self) -> bool {
        matches!(
            self,
            Self::PickUp | Self::Retrieve | Self::Call | Self::Ring
        )
    }

    /// Why it can't be asked of anything that lives; none if it can. `live` says whether the model
    /// is what Asterisk has.
    pub fn why_not(self, abilities: &Abilities, live: bool) -> Option<WhyNot> {
        if !abilities.may(self.action()) {
            return Some(WhyNot::Right(self));
        }
        (!live).then_some(WhyNot::NotLive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_asks_for_two_things() {
        let acts = Act::ON_CHANNEL.into_iter().chain(Act::FURTHER);
        let acts: Vec<Act> = acts.chain([Act::Call]).collect();
        for act in &acts {
            for key in act.keys() {
                let asks = acts.iter().filter(|other| other.keys().contains(key));
                assert_eq!(asks.count(), 1, "{key}");
            }
        }
    }

    #[test]
    fn nothing_stands_in_the_way_on_a_live_line_with_all_rights() {
        let all = Abilities::default();
        for act in Act::ON_CHANNEL {
            assert_eq!(act.why_not(&all, true), None);
            assert_eq!(act.why_not(&all, false), Some(WhyNot::NotLive));
        }
    }
}
