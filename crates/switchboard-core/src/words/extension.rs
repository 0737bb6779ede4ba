//! The table of extensions.

use super::{cells, say};
use crate::board::extensions::Column;
use crate::live::{Extension, ExtensionState};

/// A column's header.
pub fn header(column: Column) -> String {
    match column {
        Column::Extension => say!("column.extension"),
        Column::State => say!("column.state"),
        Column::Hint => say!("column.hint"),
    }
}

/// What is dialled, and where that is so.
pub fn number(extension: &Extension) -> String {
    cells::shown(&extension.id)
}

/// What the devices of an extension do.
pub fn state(state: ExtensionState) -> String {
    match state {
        ExtensionState::Free => say!("extensions.free"),
        ExtensionState::Ringing => say!("extensions.ringing"),
        ExtensionState::InUse => say!("extensions.in_use"),
        ExtensionState::InUseAndRinging => say!("extensions.in_use_ringing"),
        ExtensionState::Busy => say!("extensions.busy"),
        ExtensionState::OnHold => say!("extensions.on_hold"),
        ExtensionState::Unavailable => say!("extensions.unavailable"),
        ExtensionState::Unknown(number) => say!("extensions.unknown", number = number),
    }
}
