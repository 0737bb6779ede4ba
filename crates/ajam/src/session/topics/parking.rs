//! Which calls are parked, and where.

use super::{List, Subject};

pub(super) static SUBJECT: Subject = Subject {
    name: "parking",
    of_calls: true,
    classes: &["call"],
    events: &[],
    lists: &[List {
        action: "ParkedCalls",
        // Up to 11 no right is needed (`res/res_parking.c`, before `main/features.c`).
        rights: &["call"],
        since: 1,
        items: &[],
    }],
};
