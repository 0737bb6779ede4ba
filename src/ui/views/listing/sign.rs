//! A state: a picture in its colour, and the word beside it.

use web_sys::Element;

use crate::ui::grid::element::{make, picture, set, tell};
use crate::ui::kit::Icon;

/// The colour is the row's `--lamp`.
pub(in crate::ui::views) struct Sign {
    pub element: Element,
    path: Element,
    word: Element,
}

impl Sign {
    /// One that says nothing yet.
    pub(in crate::ui::views) fn new() -> Self {
        let (drawn, path) = picture(Icon::Ring);
        let word = make("span", &[("class", "lamp-word")], &[]);
        let element = make("span", &[("class", "lamp")], &[&drawn]);
        let _ = element.append_with_str_1(" ");
        let _ = element.append_child(&word);
        Self {
            element,
            path,
            word,
        }
    }

    /// Shows this; only what that changes is written.
    pub(in crate::ui::views) fn light(&self, icon: Icon, word: &str) {
        set(&self.path, "d", Some(icon.path()));
        tell(&self.word, word);
    }
}
