//! The cells of a channel's row.

use leptos::prelude::*;
use switchboard_core::board::{Lamp, Row};
use switchboard_core::console::Note;
use switchboard_core::words::{cells, time};
use web_sys::{Element, HtmlElement};

use super::source::Channels;
use crate::ui::grid::element::{keep, make, set, tell};
use crate::ui::kit::Icon;
use crate::ui::views::acts::Offers;
use crate::ui::views::listing::{Acts, Cells, Listing, Party, Showing, Shown, Sign, note};

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Line {
    pub row: Row,
    pub note: Option<Note>,
    /// What can be asked of it while it lives.
    pub offers: Offers,
}

/// The parts of a row that change.
pub(in crate::ui) struct Parts {
    row: HtmlElement,
    channel: Element,
    head: Element,
    tail: Element,
    state: Element,
    sign: Sign,
    caller: Element,
    calling: Party,
    location: Element,
    place: Element,
    connected: Element,
    lead: Element,
    other: Party,
    acts: Acts,
}

impl Cells<Channels> for Parts {
    fn make(
        source: Channels,
        row: &HtmlElement,
        element_id: &dyn Fn(&str) -> String,
        shown: Showing<Line>,
    ) -> Self {
        let store = source.store();
        let cell = |class: &str, inside: &[&Element]| {
            let class = format!("grid-cell channels-{class}");
            make("td", &[("role", "gridcell"), ("class", &class)], inside)
        };
        let span = |class: &str, inside: &[&Element]| make("span", &[("class", class)], inside);
        let (head, tail) = (span("face-head", &[]), span("face-tail", &[]));
        let channel = cell(
            "channel",
            &[&make("bdi", &[("class", "face")], &[&head, &tail])],
        );
        channel.set_id(&element_id("channel"));
        let sign = Sign::new();
        let state = cell("state", &[&sign.element]);
        let calling = Party::new();
        let caller = cell("caller", &[]);
        calling.put_into(&caller);
        caller.set_id(&element_id("caller"));
        let place = make("bdi", &[], &[]);
        let location = cell("location", &[&place]);
        let (lead, other) = (span("to-lead", &[]), Party::new());
        let to = span("to-whom", &[&lead]);
        let _ = to.append_with_str_1(" ");
        other.put_into(&to);
        let connected = cell("connected", &[&to]);
        let lasted = cell("duration", &[]);

        let about = element_id("caller") + " " + &element_id("channel");
        let acts = Acts::make(source, element_id, about, shown);
        for cell in [
            &channel, &state, &caller, &location, &connected, &lasted, &acts.cell,
        ] {
            let _ = row.append_child(cell);
        }

        keep(move || {
            let now = store.seen.row_clock.get();
            let words = shown.with(|shown| {
                let row = &shown.row.row;
                time::duration(row.ended.unwrap_or(now).since(row.started))
            });
            tell(&lasted, &words);
        });

        Self {
            row: row.clone(),
            channel,
            head,
            tail,
            state,
            sign,
            caller,
            calling,
            location,
            place,
            connected,
            lead,
            other,
            acts,
        }
    }

    fn stops(&self) -> Vec<&Element> {
        self.acts.stops()
    }

    fn draw(&self, before: Option<Shown<'_, Line>>, now: Shown<'_, Line>) {
        self.acts.draw::<Channels>(before, now);
        let (before, now) = (before.map(|before| before.row), now.row);
        let (old, new) = (before.map(|before| &before.row), &now.row);
        if before.is_none_or(|before| before.note != now.note) {
            note::draw(&self.connected, now.note.as_ref());
        }
        if old == Some(new) {
            return;
        }
        set(&self.row, "data-lamp", Some(lamp_name(new.status.lamp)));
        if old.is_none_or(|old| old.channel != new.channel) {
            let whole = cells::channel(&new.channel);
            let (head, tail) = cells::halves(&whole);
            tell(&self.head, head);
            tell(&self.tail, tail);
            set(&self.channel, "title", Some(&whole));
        }
        if old.is_none_or(|old| old.status != new.status) {
            let words = cells::status(&new.status);
            set(&self.state, "title", Some(&words));
            self.sign.light(icon(new.status.lamp), &words);
        }
        if old.is_none_or(|old| old.caller != new.caller) {
            let who = cells::Who::of(&new.caller);
            set(&self.caller, "title", Some(&who.whole()));
            self.calling.draw(&who);
        }
        if old.is_none_or(|old| {
            (&old.location, &old.application) != (&new.location, &new.application)
        }) {
            let location = cells::shown(&new.location);
            let whole = format!("{location}\n{}", cells::shown(&new.application));
            set(&self.location, "title", Some(whole.trim()));
            tell(&self.place, &location);
        }
        if old.is_none_or(|old| old.connected != new.connected) {
            let (lead, who) = cells::connected(&new.connected);
            let whole = format!("{lead} {}", who.whole());
            set(&self.connected, "title", Some(whole.trim()));
            tell(&self.lead, &lead);
            self.other.draw(&who);
        }
    }
}

/// The picture of a lamp.
fn icon(lamp: Lamp) -> Icon {
    match lamp {
        Lamp::Ringing => Icon::Bell,
        Lamp::Talking => Icon::Call,
        Lamp::Held => Icon::Pause,
        Lamp::Parked => Icon::Parked,
        Lamp::Trouble => Icon::Warning,
        Lamp::Ended => Icon::Cross,
        Lamp::Idle => Icon::Ring,
    }
}

/// The name by which the style sheet knows a lamp.
fn lamp_name(lamp: Lamp) -> &'static str {
    match lamp {
        Lamp::Ringing => "ringing",
        Lamp::Talking => "talking",
        Lamp::Held => "held",
        Lamp::Parked => "parked",
        Lamp::Trouble => "trouble",
        Lamp::Ended => "ended",
        Lamp::Idle => "idle",
    }
}
