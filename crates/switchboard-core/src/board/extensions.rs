//! The table of extensions that have a hint.

use std::borrow::Cow;

use super::order::{Columns, Sort};
use super::record::Record;
use crate::live::Extension;

/// What extensions can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// What is dialled.
    Extension,
    /// The devices behind it.
    Hint,
    /// What they do.
    State,
}

impl Columns for Column {
    const ALL: &'static [Self] = &[Self::Extension, Self::Hint, Self::State];
    const FIRST: Sort<Self> = Sort {
        column: Self::Extension,
        descending: false,
    };

    fn name(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Hint => "hint",
            Self::State => "state",
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
            Column::Extension => (&self.id).into(),
            Column::Hint => (&self.hint).into(),
            Column::State => format!("{:?}", self.state).into(),
        }
    }

    fn numbers(&self) -> Vec<&str> {
        vec![&self.exten]
    }
}

impl super::Tables {
    /// The extension that this number means in this context, as far as it is known.
    #[must_use]
    pub fn extension(&self, exten: &str, context: &str) -> Option<&Extension> {
        self.shelves.extensions.meant(exten, context)
    }
}
