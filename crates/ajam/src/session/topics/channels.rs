//! Every channel, and who waits in a queue.
//!
//! What lists the channels is up to the session: `CoreShowChannels`, or `Status` where that tells as
//! much (`session/lists.rs`).

use super::Subject;

pub(super) static SUBJECT: Subject = Subject {
    name: "channels",
    of_calls: true,
    // `agent` tells who waits in a queue.
    classes: &["call", "agent"],
    events: &[],
    lists: &[],
};
