//! The live model: what Asterisk has said so far, as channels and bridges; and beside them what
//! other [topics](ajam::session::Topic) tell, each on a [`Shelf`] of its own. Pure reducers.
//!
//! Rules that make a replayed, repeated or late event harmless:
//! * reducers set absolute values, and never count;
//! * a Uniqueid that was hung up stays dead ([`tomb`]): nothing late brings its row back;
//! * only an event that a living channel sends makes a row for a channel that was not known;
//! * a list replaces everything in one step ([`Pbx::adopt`]), and the events that came while it was
//!   on its way are applied once more behind it.

pub mod bridge;
pub mod calls;
pub mod channel;
mod compare;
pub mod extensions;
pub mod ids;
mod names;
pub mod past;
pub mod pbx;
pub mod shelf;
pub mod snapshot;
pub mod story;
mod ties;
pub mod tomb;

pub use ajam::session::{Topic, Topics};
pub use bridge::Bridge;
pub use calls::{Calls, Members};
pub use channel::{Channel, Location, Party};
pub use compare::Comparison;
pub use extensions::{Extension, ExtensionState};
pub use ids::Ids;
pub use past::Past;
pub use pbx::{Adoption, Pbx};
pub(crate) use shelf::Part;
pub use shelf::{Item, Shelf};
pub use snapshot::Snapshot;
pub use story::{Gone, Over, Stories};
pub use ties::Person;
pub(crate) use ties::{End, Tie, Ties, is_ringing, local, resource};
