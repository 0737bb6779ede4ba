//! What stands around the page.

use crate::ui::store::use_store;

/// Whether the page is part of another.
#[derive(Clone, Copy)]
pub struct Surroundings {
    /// Whether it is: then a slim line stands over the board, and nothing else.
    pub embedded: bool,
    /// Whether not even that does.
    pub bare: bool,
}

/// What stands around this page. It does not change.
pub fn use_surroundings() -> Surroundings {
    let store = use_store();
    Surroundings {
        embedded: store.embedded(),
        bare: store.is_bare(),
    }
}
