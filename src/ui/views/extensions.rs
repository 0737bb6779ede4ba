//! The extensions that have a hint: who can be reached.

use leptos::prelude::*;
use switchboard_core::board::{Table, Tables, extensions::Column};
use switchboard_core::console::{Act, Console};
use switchboard_core::live::{Extension, ExtensionState, Topic};
use switchboard_core::route::Place;
use switchboard_core::words::{cells, extension as words, say};
use web_sys::{Element, HtmlElement};

use super::listing::{Listing, ListingView};
use crate::ui::grid::element::{make, picture, set, tell};
use crate::ui::grid::{Cells, Shown};
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
    const WORDS: Option<fn(&Extension) -> String> = Some(|row| words::state(row.state));

    type Record = Extension;
    type Line = Extension;
    type Act = Act;
    type Cells = Parts;

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

    fn header(by: Column) -> String {
        words::header(by)
    }
}

/// The parts of a row that change.
pub(in crate::ui) struct Parts {
    row: HtmlElement,
    extension: Element,
    number: Element,
    context: Element,
    state: Element,
    lamp: Element,
    word: Element,
    hint: Element,
    devices: Element,
}

impl Cells<Extensions> for Parts {
    fn make(
        _: Extensions,
        row: &HtmlElement,
        _: &dyn Fn(&str) -> String,
        _: &String,
        _: RwSignal<Shown<Extension>>,
    ) -> Self {
        let cell = |class: &str, inside: &[&Element]| {
            let class = format!("grid-cell extensions-{class}");
            let cell = make("td", &[("role", "gridcell"), ("class", &class)], inside);
            let _ = row.append_child(&cell);
            cell
        };
        let part = |tag, class| make(tag, &[("class", class)], &[]);
        let number = part("bdi", "extensions-number");
        let context = part("bdi", "extensions-context");
        let extension = cell("extension", &[&number, &context]);
        let ((drawn, lamp), word) = (picture(Icon::Ring), part("span", "extensions-word"));
        let lit = make("span", &[("class", "extensions-lamp")], &[&drawn, &word]);
        let state = cell("state", &[&lit]);
        let devices = make("bdi", &[], &[]);
        let hint = cell("hint", &[&devices]);
        Self {
            row: row.clone(),
            extension,
            number,
            context,
            state,
            lamp,
            word,
            hint,
            devices,
        }
    }

    fn draw(&self, before: Option<&Shown<Extension>>, now: &Shown<Extension>) {
        let (old, new) = (before.map(|before| &before.row), &now.row);
        if old.is_none_or(|old| old.id != new.id) {
            let (number, context) = words::number(new);
            set(
                &self.extension,
                "title",
                Some(&format!("{number}{context}")),
            );
            tell(&self.number, &number);
            tell(&self.context, &context);
        }
        if old.is_none_or(|old| old.state != new.state) {
            let word = words::state(new.state);
            let (icon, name) = look(new.state);
            set(&self.row, "data-state", Some(name));
            set(&self.lamp, "d", Some(icon.path()));
            set(&self.state, "title", Some(&word));
            tell(&self.word, &word);
        }
        if old.is_none_or(|old| old.hint != new.hint) {
            let hint = cells::shown(&new.hint);
            set(&self.hint, "title", Some(&hint));
            tell(&self.devices, &hint);
        }
    }

    fn stops(&self) -> Vec<&Element> {
        Vec::new()
    }
}

/// The picture of a state, and the name by which the style sheet knows it.
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
