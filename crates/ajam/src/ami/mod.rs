//! The vocabulary of AMI over HTTP: bytes to packets to typed messages, and actions to form bodies.
//!
//! Pure: no clock, no browser, no memory of what came before. Names are AMI's own.

pub mod action;
pub mod block;
pub mod challenge;
pub mod digest;
pub mod event;
pub mod form;
mod genuine;
pub mod id;
pub mod message;
pub mod originate;
pub mod packet;
pub mod secret;
pub mod text;
pub mod value;
pub mod version;
pub mod xml;

pub use action::Action;
pub use block::{BridgeBlock, ChannelBlock};
pub use event::{Event, EventKind};
pub use id::{ActionId, BridgeUniqueid, ChannelName, Linkedid, Uniqueid};
pub use message::{Answer, Message};
pub use originate::{Argument, CallerId, Endpoint, Originate, Then};
pub use packet::Packet;
pub use secret::Secret;
pub use value::{ChannelState, Parked};
pub use version::Version;
