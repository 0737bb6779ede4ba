//! Drives real browsers over the page, for the tests beside it.
