//! What is shown, and so which classes of events Asterisk is asked for.

/// What of the board somebody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Views {
    /// Where in the dial plan each channel is, and what runs there.
    pub location: bool,
}

impl Views {
    /// All there is to see.
    pub const ALL: Self = Self { location: true };
    /// The board without any part of it that may be left out.
    pub const NONE: Self = Self { location: false };

    /// The classes of events that all this is made of, with commas.
    ///
    /// `system` tells that the server goes down, `agent` who waits in a queue. `dialplan` holds
    /// Newexten in 1.6 to 11 and from 16 on, and VarSet everywhere: about half of all bytes. In
    /// 1.4, and in 12 and 13, Newexten is of class `call`, and comes unasked.
    pub const fn classes(self) -> &'static str {
        match self.location {
            true => super::EVENTS,
            false => "call,system,agent",
        }
    }

    /// What one or the other shows.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            location: self.location || other.location,
        }
    }

    /// Whether nothing of the other is missing here.
    pub const fn cover(self, other: Self) -> bool {
        self.location || !other.location
    }
}
