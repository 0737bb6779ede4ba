//! The channels as rows of a table.

use ajam::ami::Uniqueid;
use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::console::{Act, Target};
use switchboard_core::words::{outcome, say};
use web_sys::Element;

use super::cells::{Line, Parts, fold, why_not};
use crate::ui::grid::{Part, Source, Table, is_button};
use crate::ui::store::Store;

/// The channels of the board, in its order.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Channels(pub(in crate::ui) Store);

impl Source for Channels {
    type Key = Uniqueid;
    type Row = Line;
    type Cells = Parts;

    const NAME: &'static str = "channel";
    const ATTRIBUTE: &'static str = "data-uniqueid";

    fn name(key: &Uniqueid) -> String {
        key.to_string()
    }

    fn named(name: &str) -> Option<Uniqueid> {
        Uniqueid::new(name)
    }

    fn now(self) -> Moment {
        self.0.now()
    }

    fn len(self) -> usize {
        self.0.look(|c| c.board().len()).unwrap_or_default()
    }

    fn told_len(self) -> usize {
        self.0.seen.tally.get().shown
    }

    fn key(self, place: usize) -> Option<Uniqueid> {
        let key = |row: &switchboard_core::board::Row| row.uniqueid.clone();
        self.0.look(|c| c.board().row(place).map(key)).flatten()
    }

    fn place(self, key: &Uniqueid) -> Option<usize> {
        self.0.look(|c| c.board().place(key)).flatten()
    }

    fn rows(self, places: &[usize]) -> Vec<(Uniqueid, Line)> {
        let why_not = Act::ON_CHANNEL.map(|act| (act, untrack(|| why_not(self.0, act, false))));
        let rows = self.0.look(|c| {
            let rows = places.iter().filter_map(|place| c.board().row(*place));
            let line = |row: &switchboard_core::board::Row| Line {
                row: row.clone(),
                note: c.note(&Target::from(&row.uniqueid)).cloned(),
                why_not,
            };
            rows.map(|row| (row.uniqueid.clone(), line(row))).collect()
        });
        rows.unwrap_or_default()
    }

    fn open(self) -> Option<Uniqueid> {
        self.0.popovers.on()
    }

    fn is_alive(self) -> bool {
        self.0.look(|c| c.board().living() > 0) == Some(true)
    }

    fn hold(self, held: bool) {
        self.0.touch(|c| c.tables_mut().channels.hold(held));
    }

    fn changed(self) {
        self.0.changed();
    }

    fn is_in_sight(self) -> bool {
        self.0.shows_board()
    }

    fn scrolled(self) {
        self.0.listen_for_rings();
        self.0.popovers.follow(self.0);
    }

    fn resized(self) {
        self.0.shows();
    }

    /// An outcome is told to those who do not see it.
    fn news(self, before: &Line, now: &Line) {
        if before.note != now.note
            && let Some(note) = now.note.as_ref().filter(|note| note.outcome.is_some())
        {
            self.0.seen.said.set(outcome::note(note));
        }
    }

    fn pressed(self, key: &str, at: Option<&Element>) -> bool {
        let on_row = at.is_some_and(|at| !is_button(at));
        match key {
            "Enter" if on_row => self.enter(),
            "Escape" => self.escape(at),
            key => Act::of_key(&Act::ON_CHANNEL, key).is_some_and(|act| self.act(act)),
        }
    }
}

/// The button of a row.
pub(super) fn button(act: Act) -> Part {
    Part::First(format!(".act-{}", act.name()))
}

impl Channels {
    fn table(self) -> Table<Self> {
        self.0.table()
    }

    /// Goes in among what there is to do with the row, where its menu opens if that is folded.
    fn enter(self) -> bool {
        let Some(id) = self.table().focused() else {
            return false;
        };
        let row = self.table().element(&id);
        let part = |selector| row.as_ref()?.query_selector(selector).ok().flatten();
        if let (Some(cell), Some(more)) = (part(".c-actions"), part(".act-more")) {
            fold(&cell, &more, true);
        }
        self.table()
            .focus(&id, Part::First(".acts button".to_owned()))
    }

    /// From a button back to its row; from the row, what stands in Find is cleared.
    fn escape(self, at: Option<&Element>) -> bool {
        let on_button = at.filter(|at| is_button(at));
        if let (Some(at), Some(id)) = (on_button, self.table().focused()) {
            if let (Ok(Some(cell)), Ok(Some(row))) = (at.closest(".c-actions"), at.closest(".row"))
                && let Ok(Some(more)) = row.query_selector(".act-more")
            {
                fold(&cell, &more, false);
            }
            return self.table().focus(&id, Part::Row);
        }
        if self.0.seen.find.with_untracked(String::is_empty) {
            return false;
        }
        self.0.find(String::new());
        true
    }

    fn act(self, act: Act) -> bool {
        let Some(id) = self.table().focused() else {
            return false;
        };
        let ended = self
            .0
            .look(|c| c.board().find(&id).is_none_or(|row| row.ended.is_some()))
            .unwrap_or(true);
        // The row may have been scrolled away; and its button says why not, if it can't be.
        self.table().focus(&id, button(act));
        if untrack(|| why_not(self.0, act, ended)).is_none() {
            self.0.popovers.open(self.0, &id, act);
        }
        true
    }

    /// Moves the focus to a row, whatever is typed in Find.
    pub(in crate::ui) fn show(self, id: &Uniqueid) {
        let hidden = |c: &switchboard_core::console::Console| {
            c.board().place(id).is_none() && c.board().find(id).is_some()
        };
        if self.0.look(hidden) == Some(true) {
            self.0.find(String::new());
        }
        let id = id.clone();
        self.0.at_board(move || {
            self.table().focus(&id, Part::Row);
        });
    }

    /// Moves the focus to the call that rings and has waited longest; from there to the next.
    pub(in crate::ui) fn show_next_ringing(self) {
        let calls = self.0.look(|c| c.board().ringing()).unwrap_or_default();
        let here = self.table().focused();
        let at = here.and_then(|id| calls.iter().position(|call| call.rows.contains(&id)));
        let next = at.map_or(0, |at| (at + 1) % calls.len());
        match calls.get(next) {
            Some(call) => self.show(&call.id),
            None => self.0.seen.said.set(say!("ringing.none")),
        }
    }
}
