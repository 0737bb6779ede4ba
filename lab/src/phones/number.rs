//! What can be dialled where telephones are: by those of the house, and by callers from outside
//! whose telephones are registered at the same server (contexts `internal` and `from-outside`).
//! Over a trunk there is [`did`](super::Subscriber::did), and what begins with `OUTSIDE` here.

/// The queue `reception`: 201, 202 and 203 ring at once.
pub const RECEPTION: &str = "300";

/// The queue `service`, with two agents: 206 and 211 ring at once.
pub const SERVICE: &str = "320";

/// The queue `hotline`, which has no agents: callers wait.
pub const HOTLINE: &str = "310";

/// A ringing group: 205, 206 and 207 ring at once.
pub const GROUP: &str = "220";

/// A menu that waits for a key; 1 calls 201.
pub const MENU: &str = "500";

/// A conference; 651 to 659 are others.
pub const CONFERENCE: &str = "650";

/// Parks who is transferred here, in a space from 701 to 720, for an hour.
pub const PARK: &str = "700";

/// Parks who is transferred here in a space from 731 to 739, for five seconds: then the telephone
/// that has parked it rings.
pub const PARK_SHORTLY: &str = "730";

/// Takes a call that rings on any telephone of the house.
pub const PICKUP: &str = "*8";

/// Plays one's own messages: 1 plays the first, 7 deletes it.
pub const MESSAGES: &str = "*97";

/// At the provider: answers and plays music. Those of the house dial 0 first.
pub const OUTSIDE_MUSIC: &str = "08005550100";

/// At the provider: rings, and nobody ever answers.
pub const OUTSIDE_UNANSWERED: &str = "08005550101";

/// At the provider: is busy.
pub const OUTSIDE_BUSY: &str = "08005550102";

/// Leaves a message for a telephone of the house, without ringing there.
pub fn mailbox_of(endpoint: &str) -> String {
    format!("*{endpoint}")
}

/// Takes the call that rings on this telephone.
pub fn pick_up(endpoint: &str) -> String {
    format!("*8{endpoint}")
}

/// Listens to a telephone's calls, unheard.
pub fn spy_on(endpoint: &str) -> String {
    format!("*5{endpoint}")
}

/// What those of the house dial to reach a number outside.
pub fn outside(number: &str) -> String {
    format!("0{number}")
}
