//! A channel that is to be parked, followed until it is, or is seen not to be.
//!
//! Asterisk says that it is done of a lot that is full or not there, too (16 and 22): whoever was to
//! be parked is in silence for a moment, and then talks on.

use std::time::Duration;

use ajam::ami::{Event, Uniqueid};
use ajam::time::Moment;

use super::people::Person;
use super::{Course, Reached};
use crate::live::{Channel, Pbx, Ties};

/// The lot that a call is parked in of which nothing else is said (`res/parking/parking_bridge.c`).
pub const DEFAULT_LOT: &str = "default";

/// How long `ParkedCall` may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A channel that is to be parked.
#[derive(Clone, Debug)]
pub struct Parking {
    channel: Uniqueid,
    /// Where it was parked before.
    before: Option<(String, String)>,
    reached: Reached,
    taken: Option<Moment>,
    blind: bool,
    attended: Moment,
}

impl Parking {
    /// Follows this channel from now on.
    pub fn of(channel: &Channel, now: Moment) -> Self {
        Self {
            channel: channel.uniqueid.clone(),
            before: place(channel),
            reached: Reached::Sent,
            taken: None,
            blind: false,
            attended: now,
        }
    }
}

fn place(channel: &Channel) -> Option<(String, String)> {
    let parked = channel.parked.as_ref()?;
    Some((parked.lot.clone(), parked.space.clone()))
}

impl Course for Parking {
    fn channel(&self) -> &Uniqueid {
        &self.channel
    }

    fn reached(&self) -> &Reached {
        &self.reached
    }

    fn taken(&mut self, now: Moment) {
        self.taken.get_or_insert(now);
    }

    fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    fn lost_sight(&mut self) {
        self.blind = true;
    }

    fn hear(&mut self, _: &Event<'_>) {}

    fn wake_at(&self) -> Option<Moment> {
        let at = self.taken? + PATIENCE;
        (at > self.attended).then_some(at)
    }

    fn look(&mut self, pbx: &Pbx, now: Moment) -> bool {
        self.attended = self.attended.max(now);
        let late = self.taken.is_some_and(|taken| now >= taken + PATIENCE);
        let (reached, over) = match pbx.channel(&self.channel) {
            None if self.blind => (Reached::Unknown, true),
            None => (Reached::Lost, true),
            Some(channel) => match &channel.parked {
                Some(parked) if place(channel) != self.before => {
                    (Reached::Parked(parked.space.clone()), true)
                }
                _ if late => (Reached::NotParked(with(channel, pbx)), true),
                _ => (Reached::Sent, false),
            },
        };
        self.reached = reached;
        over && self.taken.is_some()
    }
}

/// Who is together with this channel.
fn with(channel: &Channel, pbx: &Pbx) -> Vec<Person> {
    let ties = Ties { pbx };
    let facing = ties.facing(channel);
    let ends = facing.iter().flat_map(|(next, _)| ties.ends(next, channel));
    ends.map(|end| ties.person(end, Some(channel))).collect()
}
