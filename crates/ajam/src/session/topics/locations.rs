//! Where in the dial plan each channel is, and what runs there: `Newexten`.
//!
//! Class `dialplan` holds it in 1.6 to 11 and from 16 on, and `VarSet` everywhere: about half of all
//! bytes. In 1.4, and in 12 and 13, it is of class `call`, and comes unasked. The list of channels
//! tells locations, too.

use super::Subject;

pub(super) static SUBJECT: Subject = Subject {
    name: "locations",
    of_calls: true,
    classes: &["dialplan"],
    events: &[],
    lists: &[],
};
