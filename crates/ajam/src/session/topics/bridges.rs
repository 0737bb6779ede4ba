//! Which bridges there are, and of which kind. Up to 11 a bridge is no more than who is joined with
//! whom, which channels tell themselves.

use super::{List, Subject};

pub(super) static SUBJECT: Subject = Subject {
    name: "bridges",
    of_calls: true,
    classes: &["call"],
    events: &[],
    lists: &[List {
        action: "BridgeList",
        rights: &[],
        since: 12,
        items: &[],
    }],
};
