//! What is followed once Asterisk has taken it, until the events show what came of it.

use std::fmt::Debug;

use ajam::ami::{Event, Uniqueid};
use ajam::session::Seen;
use ajam::time::Moment;

use super::Reached;
use crate::live::Pbx;

/// A wish on its way.
pub trait Course: Debug {
    /// The channel whose row tells of it.
    fn channel(&self) -> &Uniqueid;
    /// How far it has come.
    fn reached(&self) -> &Reached;
    /// Asterisk has taken it.
    fn taken(&mut self, now: Moment);
    /// Whether Asterisk has taken it.
    fn is_taken(&self) -> bool;
    /// The line broke: an end that was not seen means nothing.
    fn lost_sight(&mut self);
    /// Takes in an event.
    fn hear(&mut self, event: &Event<'_>);
    /// Takes in what Asterisk said to the action late.
    fn responded(&mut self, event: &Event<'_>) {
        let _ = event;
    }
    /// Whether the channel should be looked at; notes that it is.
    fn wants_look(&mut self, now: Moment) -> bool {
        let _ = now;
        false
    }
    /// The channel's place was asked for; what was told.
    fn seen(&mut self, seen: Option<&Seen>, now: Moment) {
        let _ = (seen, now);
    }
    /// When to look again at the latest, though nothing happens.
    fn wake_at(&self) -> Option<Moment>;
    /// Looks at the model. Whether that was the last: nothing is expected of it any more.
    fn look(&mut self, pbx: &Pbx, now: Moment) -> bool;
    /// A channel that was made for this, and that has nothing to do any more: it is to be hung up. Told
    /// once.
    fn spare(&mut self) -> Option<Uniqueid> {
        None
    }
}
