//! The extensions that have a hint: who can be reached.

use leptos::prelude::*;
use switchboard_core::board::{Table, Tables, extensions::Column};
use switchboard_core::console::{Act, Console};
use switchboard_core::live::{Extension, ExtensionState, Topic};
use switchboard_core::route::Place;
use switchboard_core::words::{cells, extension as words, say};

use super::listing::texts::Texts;
use super::listing::{Listing, ListingView};
use crate::ui::kit::Icon;
use crate::ui::store::{Store, use_store};

pub(super) fn view() -> AnyView {
    view! {
        <ListingView
            listing=Extensions::of(use_store())
            label=say!("extensions.title")
            class=Signal::stored("extensions")
        />
    }
    .into_any()
}

/// The extensions, in the order of their table.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Extensions(Store);

impl Listing for Extensions {
    const PLACE: Place = Place::Extensions;
    const TOPICS: &'static [Topic] = &[Topic::Extensions];
    const STATE: Option<Column> = Some(Column::State);
    const WORDS: Option<fn(&Extension) -> String> = Some(|row| words::state(row.state));

    type Record = Extension;
    type Line = Extension;
    type Act = Act;
    type Cells = Texts;

    fn of(store: Store) -> Self {
        Self(store)
    }

    fn store(self) -> Store {
        self.0
    }

    fn rows(tables: &Tables) -> &Table<Extension> {
        &tables.extensions
    }

    fn rows_mut(tables: &mut Tables) -> &mut Table<Extension> {
        &mut tables.extensions
    }

    fn line(self, _: &Console, row: &Extension) -> Extension {
        row.clone()
    }

    fn text(row: &Extension, by: Column) -> String {
        match by {
            Column::Extension => words::number(row),
            Column::State => words::state(row.state),
            Column::Hint => cells::shown(&row.hint),
        }
    }

    fn look(row: &Extension) -> (Icon, &'static str) {
        look(row.state)
    }

    fn header(by: Column) -> String {
        words::header(by)
    }
}

/// The picture of what an extension does.
pub(super) fn icon(state: ExtensionState) -> Icon {
    look(state).0
}

/// The same, and the name by which the sheet of style knows it.
fn look(state: ExtensionState) -> (Icon, &'static str) {
    match state {
        ExtensionState::Free => (Icon::Tick, "free"),
        ExtensionState::Ringing => (Icon::Bell, "ringing"),
        ExtensionState::InUse => (Icon::Call, "in-use"),
        ExtensionState::InUseAndRinging => (Icon::Bell, "ringing"),
        ExtensionState::Busy => (Icon::Dash, "busy"),
        ExtensionState::OnHold => (Icon::Pause, "on-hold"),
        ExtensionState::Unavailable => (Icon::Cross, "unavailable"),
        ExtensionState::Unknown(_) => (Icon::Question, "unknown"),
    }
}
