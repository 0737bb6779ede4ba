//! One bridge.

use ajam::ami::BridgeBlock;

use super::Ids;

/// A bridge, as Asterisk last described it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// `BridgeType`: basic, base, parking …
    pub kind: String,
    /// `BridgeTechnology`: simple_bridge, softmix, holding_bridge …
    pub technology: String,
    /// `BridgeCreator`: ConfBridge, Parking, or nothing.
    pub creator: String,
    /// `BridgeName`: the conference, the parking lot, or nothing.
    pub name: String,
    /// The channels in it. Kept in step with [`Channel::bridge`](super::Channel::bridge).
    pub members: Ids,
}

impl Bridge {
    /// Whether those in it hear each other. In a holding bridge (parking lots, BridgeWait) each
    /// waits for itself.
    pub fn joins(&self) -> bool {
        self.technology != "holding_bridge" && self.kind != "parking" && self.kind != "holding"
    }

    /// Whether it is a room that people come to.
    pub fn is_conference(&self) -> bool {
        matches!(self.creator.as_str(), "ConfBridge" | "MeetMe")
    }

    /// Takes over what a block says. Whether anything changed.
    pub fn update(&mut self, block: &BridgeBlock<'_>) -> bool {
        let mut changed = false;
        for (slot, new) in [
            (&mut self.kind, &block.kind),
            (&mut self.technology, &block.technology),
            (&mut self.creator, &block.creator),
            (&mut self.name, &block.name),
        ] {
            changed |= super::channel::set(slot, Some(new));
        }
        changed
    }
}
