//! The extensions that have a hint, and their states: who is free, rings, talks, can't be reached.

use super::{List, Shape, Subject};

/// `main/manager.c` (`action_extensionstatelist`, `manager_state_cb`): item and event are alike.
const STATUS: Shape = Shape {
    name: "ExtensionStatus",
    headers: &["exten", "context", "status"],
};

pub(super) static SUBJECT: Subject = Subject {
    name: "extensions",
    of_calls: false,
    classes: &["call"],
    events: &[STATUS],
    lists: &[List {
        action: "ExtensionStateList",
        rights: &["call", "reporting"],
        since: 13,
        items: &[STATUS],
    }],
};
