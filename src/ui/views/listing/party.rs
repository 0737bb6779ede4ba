//! A name and a number.

use switchboard_core::words::cells::Who;
use web_sys::Element;

use crate::ui::grid::element::{make, tell};

/// The name strong, the number plain, each isolated: a name in another direction of writing must
/// not turn its neighbours around.
pub(in crate::ui::views) struct Party {
    name: Element,
    num: Element,
}

impl Party {
    /// Of nobody yet.
    pub(in crate::ui::views) fn new() -> Self {
        Self {
            name: make("bdi", &[("class", "who-name")], &[]),
            num: make("bdi", &[("class", "who-num")], &[]),
        }
    }

    pub(in crate::ui::views) fn put_into(&self, parent: &Element) {
        let _ = parent.append_child(&self.name);
        let _ = parent.append_with_str_1(" ");
        let _ = parent.append_child(&self.num);
    }

    pub(in crate::ui::views) fn draw(&self, who: &Who) {
        tell(&self.name, &who.name);
        tell(&self.num, &who.num);
    }
}
