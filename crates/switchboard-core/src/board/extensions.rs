//! The table of extensions that have a hint.

use std::borrow::Cow;

use super::order::{Columns, Sort};
use super::record::Record;
use crate::live::{Extension, ExtensionState};

/// What extensions can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// What is dialled.
    Extension,
    /// What its devices do: whoever can be reached stands first.
    State,
    /// The devices behind it.
    Hint,
}

impl Columns for Column {
    const ALL: &'static [Self] = &[Self::Extension, Self::State, Self::Hint];
    const FIRST: Sort<Self> = Sort {
        column: Self::Extension,
        descending: false,
    };

    fn name(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::State => "state",
            Self::Hint => "hint",
        }
    }
}

impl Record for Extension {
    type Id = String;
    type Column = Column;

    fn id(&self) -> &String {
        &self.id
    }

    fn text(&self, column: Column) -> Cow<'_, str> {
        match column {
            Column::Extension if self.exten.bytes().all(|c| c.is_ascii_digit()) => {
                format!("{:0>LONGEST$}@{}", self.exten, self.context).into()
            }
            Column::Extension => (&self.id).into(),
            Column::State => format!("{:02}", rank(self.state)).into(),
            Column::Hint => (&self.hint).into(),
        }
    }

    fn found_by(&self) -> String {
        [&*self.id, &self.hint].join("\n")
    }

    fn numbers(&self) -> Vec<&str> {
        vec![&self.exten]
    }
}

/// Numbers up to so many digits are sorted by what they are worth.
const LONGEST: usize = 20;

/// Where a state stands among the others.
fn rank(state: ExtensionState) -> u8 {
    match state {
        ExtensionState::Free => 0,
        ExtensionState::Ringing => 1,
        ExtensionState::InUse => 2,
        ExtensionState::InUseAndRinging => 3,
        ExtensionState::Busy => 4,
        ExtensionState::OnHold => 5,
        ExtensionState::Unavailable => 6,
        ExtensionState::Unknown(_) => 7,
    }
}

impl super::Tables {
    /// Every extension that is known, in the order of their numbers as text.
    #[must_use]
    pub fn every_extension(&self) -> Vec<Extension> {
        self.shelves.extensions.beginning("").cloned().collect()
    }

    /// The extension that this number means in this context, as far as it is known.
    #[must_use]
    pub fn extension(&self, exten: &str, context: &str) -> Option<&Extension> {
        self.shelves.extensions.meant(exten, context)
    }
}
