//! What views are made of. Nothing here knows Asterisk, and nothing reads a context: what a
//! component needs is given to it.

mod button;
mod check;
mod choice;
mod copy;
mod details;
mod dialog;
mod empty;
mod field;
mod icon;
mod menu;
mod popover;
mod seek;

pub(super) use button::{Button, Look};
pub(super) use check::Check;
pub(super) use choice::Choice;
pub(super) use copy::copy;
pub(super) use details::Details;
pub(super) use dialog::Dialog;
pub(super) use empty::Empty;
pub(super) use field::Field;
pub(super) use icon::{Icon, Picture};
pub(super) use menu::{Choose, Menu};
pub(super) use popover::Popover;
pub(super) use seek::{Offer, Seek};
