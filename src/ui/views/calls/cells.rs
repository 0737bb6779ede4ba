//! The cells of a call's row.

use leptos::prelude::*;
use switchboard_core::board::calls::{Call, CallState};
use switchboard_core::console::Note;
use switchboard_core::trunks::Direction;
use switchboard_core::words::{calls as words, time};
use web_sys::{Element, HtmlElement};

use super::Calls;
use crate::ui::grid::element::{keep, make, set, tell};
use crate::ui::kit::Icon;
use crate::ui::views::acts::Offers;
use crate::ui::views::listing::{Acts, Cells, Listing, Party, Showing, Shown, Sign, note};

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Line {
    pub call: Call,
    /// Which way it goes, if that is known.
    pub way: Option<Direction>,
    pub note: Option<Note>,
    /// What can be asked of it while it lives.
    pub offers: Offers,
}

/// The parts of a row that change.
pub(in crate::ui) struct Parts {
    row: HtmlElement,
    state: Element,
    sign: Sign,
    from: Element,
    caller: Party,
    to: Element,
    called: Party,
    acts: Acts,
}

impl Cells<Calls> for Parts {
    fn make(
        source: Calls,
        row: &HtmlElement,
        element_id: &dyn Fn(&str) -> String,
        shown: Showing<Line>,
    ) -> Self {
        let cell = |class: &str, inside: &[&Element]| {
            let class = format!("grid-cell calls-{class}");
            make("td", &[("role", "gridcell"), ("class", &class)], inside)
        };
        let span = |class: &str, inside: &[&Element]| make("span", &[("class", class)], inside);
        let (sign, since) = (Sign::new(), span("calls-since", &[]));
        let state = cell("state", &[&sign.element]);
        let _ = state.append_with_str_1(" ");
        let _ = state.append_child(&since);
        let (caller, called) = (Party::new(), Party::new());
        let who = span("calls-whom", &[]);
        caller.put_into(&who);
        let from = cell("from", &[&who]);
        let whom = span("calls-whom", &[]);
        called.put_into(&whom);
        let to = cell("to", &[&whom]);
        let lasted = cell("duration", &[]);
        from.set_id(&element_id("from"));
        to.set_id(&element_id("to"));
        let about = element_id("from") + " " + &element_id("to");
        let acts = Acts::make(source, element_id, about, shown);
        for cell in [&state, &from, &to, &lasted, &acts.cell] {
            let _ = row.append_child(cell);
        }
        let store = source.store();
        keep(move || {
            let now = store.seen.row_clock.get();
            let (whole, part) = shown.with(|shown| {
                let call = &shown.row.call;
                let now = call.ended.unwrap_or(now);
                let span = |since| time::duration(now.since(since));
                let since = call.since.filter(|_| call.ended.is_none());
                (span(call.began), since.map(span))
            });
            tell(&lasted, &whole);
            tell(&since, &part.unwrap_or_default());
        });
        Self {
            row: row.clone(),
            state,
            sign,
            from,
            caller,
            to,
            called,
            acts,
        }
    }

    fn stops(&self) -> Vec<&Element> {
        self.acts.stops()
    }

    fn draw(&self, before: Option<Shown<'_, Line>>, now: Shown<'_, Line>) {
        self.acts.draw::<Calls>(before, now);
        let (before, now) = (before.map(|before| before.row), now.row);
        if before.is_none_or(|before| before.note != now.note) {
            note::draw(&self.to, now.note.as_ref());
        }
        let same_way = before.is_none_or(|before| before.way == now.way);
        let old = before.map(|before| &before.call).filter(|_| same_way);
        let new = &now.call;
        if old == Some(new) {
            return;
        }
        if old.is_none_or(|old| old.state != new.state) {
            let (icon, name) = look(&new.state);
            let word = words::state(&new.state);
            set(&self.row, "data-state", Some(name));
            set(&self.state, "title", Some(&word));
            self.sign.light(icon, &word);
        }
        let mut from = words::from(new);
        from.num = words::on_its_way(from.num, now.way);
        set(&self.from, "title", Some(&from.whole()));
        self.caller.draw(&from);
        let to = words::to(new);
        set(&self.to, "title", Some(&to.whole()));
        self.called.draw(&to);
    }
}

/// The picture of a state, and the name by which the sheet of style knows it.
fn look(state: &CallState) -> (Icon, &'static str) {
    match state {
        CallState::Ringing => (Icon::Bell, "ringing"),
        CallState::Calling => (Icon::Ring, "ringing"),
        CallState::Queue(_) => (Icon::Pause, "waiting"),
        CallState::Parked(_) => (Icon::Parked, "waiting"),
        CallState::Held => (Icon::Pause, "waiting"),
        CallState::Talking | CallState::Conference(_) => (Icon::Call, "talking"),
        CallState::Alone(_) => (Icon::Dash, "alone"),
        CallState::Idle => (Icon::Ring, "idle"),
        CallState::Joined | CallState::Ended => (Icon::Cross, "ended"),
    }
}
