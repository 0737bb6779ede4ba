//! One row of the board.

use std::time::Duration;

use leptos::prelude::*;
use switchboard_core::board::{Lamp, Row};
use switchboard_core::console::{Act, Note, WhyNot};
use switchboard_core::words::outcome::{self, Tone};
use switchboard_core::words::{cells, say, time};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::focus::Part;
use super::kit::Icon;
use super::party::Party;
use super::plain::{self, keep, listen, make, picture, set, tell};
use super::store::Store;

/// How long it is told why a button does nothing.
const TOLD: Duration = Duration::from_secs(4);

/// What a row shows, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub row: Row,
    pub note: Option<Note>,
    /// From the top, in rows.
    pub place: usize,
    /// From the top, in pixels.
    pub top: f64,
    /// Whether there are rows that are not in the page, so that it has to be said which this is.
    pub some: bool,
    /// Whether the Tab key reaches it.
    pub active: bool,
    /// Whether a form is open that belongs to it.
    pub open: bool,
    /// Why this or that can't be asked of any row that lives.
    pub why_not: [(Act, Option<WhyNot>); Act::ON_CHANNEL.len()],
}

/// The parts of a row that change.
struct Parts {
    row: HtmlElement,
    channel: Element,
    head: Element,
    tail: Element,
    state: Element,
    lamp: Element,
    word: Element,
    caller: Element,
    calling: Party,
    location: Element,
    place: Element,
    connected: Element,
    lead: Element,
    other: Party,
    more: Element,
    acts: Vec<Button>,
}

/// Makes a row that follows its signal. `number` is for element ids: nothing that came over the
/// wire is ever part of one.
pub(super) fn row(store: Store, number: usize, shown: RwSignal<Shown>) -> HtmlElement {
    let id = shown.with_untracked(|shown| shown.row.uniqueid.clone());
    let cell = |class: &str, inside: &[&Element]| {
        let class = format!("cell c-{class}");
        make("td", &[("role", "gridcell"), ("class", &class)], inside)
    };
    let span = |class: &str, inside: &[&Element]| make("span", &[("class", class)], inside);
    let element_id = |part: &str| format!("row-{number}-{part}");

    let (head, tail) = (span("face-head", &[]), span("face-tail", &[]));
    let channel = cell(
        "channel",
        &[&make("bdi", &[("class", "face")], &[&head, &tail])],
    );
    channel.set_id(&element_id("channel"));
    let (drawn, lamp) = picture(Icon::Ring);
    let word = span("lamp-word", &[]);
    let state = span("lamp", &[&drawn]);
    let _ = state.append_with_str_1(" ");
    let _ = state.append_child(&word);
    let state = cell("state", &[&state]);
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
    let more = make(
        "button",
        &[
            ("type", "button"),
            ("class", "act act-more"),
            ("aria-expanded", "false"),
            ("aria-describedby", &about),
        ],
        &[
            &picture(Icon::More).0,
            &plain::say("span", "hidden", &say!("button.actions")),
        ],
    );
    let buttons = Act::ON_CHANNEL.map(|act| {
        let why = element_id(&format!("no-{}", act.name()));
        Button::new(act, &why, &about)
    });
    let acts = span("acts", &buttons.each_ref().map(|button| &button.place));
    let actions = cell("actions", &[&more, &acts]);

    let row: HtmlElement = make(
        "tr",
        &[("role", "row"), ("class", "row"), ("data-uniqueid", &id)],
        &[
            &channel, &state, &caller, &location, &connected, &lasted, &actions,
        ],
    )
    .unchecked_into();

    let came = id.clone();
    listen(&row, "focusin", move |_| {
        let place = shown.with_untracked(|shown| shown.place);
        store.focus.came(store, &came, place);
    });
    let (cell, opener) = (actions.clone(), more.clone());
    listen(&more, "click", move |_| {
        let open = !cell.class_list().contains("acts-open");
        fold(&cell, &opener, open);
    });
    for button in &buttons {
        let (cell, opener, id, act) = (actions.clone(), more.clone(), id.clone(), button.act);
        let place = button.place.clone();
        listen(&button.button, "click", move |event| {
            // By a pointer, not by a key.
            let pointed = event
                .dyn_ref::<web_sys::UiEvent>()
                .is_some_and(|event| event.detail() > 0);
            if pointed && store.hold.slid_under(&id) {
                return;
            }
            if shown.with_untracked(|shown| shown.why_not(act)).is_none() {
                fold(&cell, &opener, false);
                store.popovers.open(store, &id, act);
            } else {
                tell_why(&place);
            }
        });
    }

    let parts = Parts {
        row: row.clone(),
        channel,
        head,
        tail,
        state,
        lamp,
        word,
        caller,
        calling,
        location,
        place,
        connected,
        lead,
        other,
        more,
        acts: buttons.into(),
    };
    let before = std::cell::RefCell::new(None);
    keep(move || {
        shown.with(|now| {
            let before = before.borrow_mut().replace(now.clone());
            parts.draw(before.as_ref(), now, &about);
        });
    });
    keep(move || {
        let now = store.seen.row_clock.get();
        let words = shown.with(|shown| {
            let until = shown.row.ended.unwrap_or(now);
            time::duration(until.since(shown.row.started))
        });
        tell(&lasted, &words);
    });
    row
}

/// Says for a while why a button does nothing: a finger does not hover.
fn tell_why(place: &Element) {
    set(place, "data-told", Some(""));
    let place = place.clone();
    set_timeout(move || set(&place, "data-told", None), TOLD);
}

/// Opens or closes the menu that the buttons are in where there is no room for them.
fn fold(cell: &Element, opener: &Element, open: bool) {
    let _ = cell.class_list().toggle_with_force("acts-open", open);
    set(
        opener,
        "aria-expanded",
        Some(if open { "true" } else { "false" }),
    );
}

impl Shown {
    /// Why this cannot be asked for on this row now; none if it can.
    pub(super) fn why_not(&self, act: Act) -> Option<WhyNot> {
        if self.row.ended.is_some() {
            return Some(WhyNot::Ended);
        }
        let of_all = self.why_not.iter().find(|(of, _)| *of == act);
        of_all.and_then(|(_, why)| *why)
    }
}

/// Why this cannot be asked for on a row now; none if it can.
pub(super) fn why_not(store: Store, act: Act, ended: bool) -> Option<WhyNot> {
    if ended {
        return Some(WhyNot::Ended);
    }
    let live = store.seen.phase.with(ajam::session::Phase::may_ask);
    let abilities = store.seen.abilities;
    abilities.with(|abilities| act.why_not(abilities, live))
}

impl Parts {
    /// Draws what has changed.
    fn draw(&self, before: Option<&Shown>, now: &Shown, about: &str) {
        let old = before.map(|before| &before.row);
        let new = &now.row;
        if before.is_none_or(|before| {
            (before.place, before.top, before.some) != (now.place, now.top, now.some)
        }) {
            let _ = self
                .row
                .style()
                .set_property("top", &super::dom::px(now.top));
            let index = now.some.then(|| (now.place + 2).to_string());
            set(&self.row, "aria-rowindex", index.as_deref());
        }
        if before.is_none_or(|before| before.active != now.active) {
            let tab = Some(if now.active { "0" } else { "-1" });
            let buttons = self.acts.iter().map(|act| &act.button);
            for element in [&*self.row, &self.more].into_iter().chain(buttons) {
                set(element, "tabindex", tab);
            }
        }
        if before
            .is_none_or(|before| before.why_not != now.why_not || before.row.ended != new.ended)
        {
            for button in &self.acts {
                button.draw(now.why_not(button.act), about);
            }
        }
        if before.is_none_or(|before| before.note != now.note) {
            self.draw_note(now.note.as_ref());
        }
        if before.is_none_or(|before| before.open != now.open) {
            let _ = self
                .row
                .class_list()
                .toggle_with_force("row-open", now.open);
            set(&self.row, "aria-selected", now.open.then_some("true"));
        }
        if old == Some(new) {
            return;
        }
        set(&self.row, "data-lamp", Some(lamp_name(new.status.lamp)));
        let _ = self
            .row
            .class_list()
            .toggle_with_force("ended", new.ended.is_some());
        if old.is_none_or(|old| old.channel != new.channel) {
            let whole = cells::channel(&new.channel);
            let (head, tail) = cells::halves(&whole);
            tell(&self.head, head);
            tell(&self.tail, tail);
            set(&self.channel, "title", Some(&whole));
        }
        if old.is_none_or(|old| old.status != new.status) {
            let words = cells::status(&new.status);
            set(&self.lamp, "d", Some(icon(new.status.lamp).path()));
            set(&self.state, "title", Some(&words));
            tell(&self.word, &words);
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

    fn draw_note(&self, note: Option<&Note>) {
        while let Some(old) = self
            .connected
            .last_element_child()
            .filter(|e| e.class_list().contains("note"))
        {
            old.remove();
        }
        let _ = self
            .row
            .class_list()
            .toggle_with_force("row-noted", note.is_some());
        let Some(note) = note else { return };
        let (words, tone) = (outcome::note(note), Tone::of(note));
        let class = match tone {
            Tone::Asked => "note asked",
            Tone::Done => "note done",
            Tone::Doubt => "note doubt",
            Tone::Wrong => "note wrong",
        };
        let sign = plain::say("span", "note-sign", tone.sign());
        set(&sign, "aria-hidden", Some("true"));
        let whole = [Some(words.clone()), outcome::details(note)];
        let whole: Vec<String> = whole.into_iter().flatten().collect();
        let said = make(
            "span",
            &[("class", class), ("title", &whole.join("\n"))],
            &[&sign],
        );
        let _ = said.append_with_str_1(&format!(" {words}"));
        let _ = self.connected.append_child(&said);
    }
}

/// A button, and why it cannot be pressed.
struct Button {
    act: Act,
    place: Element,
    button: Element,
    why: Element,
}

impl Button {
    fn new(act: Act, why_id: &str, about: &str) -> Self {
        let class = format!("act act-{}", act.name());
        let button = plain::say("button", &class, &outcome::button(act));
        set(&button, "type", Some("button"));
        set(&button, "aria-describedby", Some(about));
        let why = make("span", &[("class", "act-why"), ("id", why_id)], &[]);
        let place = make("span", &[("class", "act-place")], &[&button, &why]);
        Self {
            act,
            place,
            button,
            why,
        }
    }

    fn draw(&self, why_not: Option<WhyNot>, about: &str) {
        set(&self.button, "aria-disabled", why_not.map(|_| "true"));
        let about = match why_not {
            Some(_) => format!("{} {about}", self.why.id()),
            None => about.to_owned(),
        };
        set(&self.button, "aria-describedby", Some(&about));
        tell(
            &self.why,
            &why_not.map(outcome::why_not).unwrap_or_default(),
        );
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

/// What the keyboard does on a row, or on the grid around it.
pub(super) fn pressed(store: Store, key: &str, at: Option<&Element>) -> bool {
    let on_row = at.is_some_and(|at| !at.matches("button").unwrap_or(false));
    let page = store.seen.viewport.get_untracked();
    let page = ((page.height / page.row) as isize - 2).max(1);
    match key {
        "ArrowDown" => store.focus.step(store, 1),
        "ArrowUp" => store.focus.step(store, -1),
        "PageDown" => store.focus.step(store, page),
        "PageUp" => store.focus.step(store, -page),
        "Home" => store.focus.step(store, isize::MIN),
        "End" => store.focus.step(store, isize::MAX),
        "Enter" if on_row && store.focus.on().is_none() => store.focus.step(store, 1),
        "Enter" if on_row => return enter(store),
        "ArrowRight" => return beside(at, 1),
        "ArrowLeft" => return beside(at, -1),
        "Escape" => return escape(store, at),
        key => {
            return Act::of_key(&Act::ON_CHANNEL, key).is_some_and(|act| by_key(store, act));
        }
    }
    true
}

/// Goes in among what there is to do with the row, where its menu opens if that is folded.
fn enter(store: Store) -> bool {
    let Some(id) = store.focus.on() else {
        return false;
    };
    let rows = store.rows();
    let row = rows.try_borrow().ok().and_then(|rows| rows.element(&id));
    let part = |selector| row.as_ref()?.query_selector(selector).ok().flatten();
    if let (Some(cell), Some(more)) = (part(".c-actions"), part(".act-more")) {
        fold(&cell, &more, true);
    }
    store.focus.to(store, &id, Part::Button(Act::Transfer))
}

/// From one button of a row to the one beside it.
fn beside(at: Option<&Element>, by: isize) -> bool {
    let row = at.filter(|at| at.matches("button").unwrap_or(false));
    let Some(row) = row.and_then(|at| at.closest(".row").ok()?) else {
        return false;
    };
    let stops = super::dom::tab_stops(&row);
    let here = stops.iter().position(|stop| Some(&**stop) == at);
    let next = here.and_then(|here| stops.get(here.checked_add_signed(by)?));
    next.is_some_and(|next| {
        let _ = next.focus();
        true
    })
}

/// From a button back to its row; from the row, what stands in Find is cleared.
fn escape(store: Store, at: Option<&Element>) -> bool {
    let button = at.filter(|at| at.matches("button").unwrap_or(false));
    if let (Some(button), Some(id)) = (button, store.focus.on()) {
        if let (Ok(Some(cell)), Ok(Some(row))) =
            (button.closest(".c-actions"), button.closest(".row"))
            && let Ok(Some(more)) = row.query_selector(".act-more")
        {
            fold(&cell, &more, false);
        }
        return store.focus.to(store, &id, Part::Row);
    }
    if store.seen.find.with_untracked(String::is_empty) {
        return false;
    }
    store.find(String::new());
    true
}

fn by_key(store: Store, act: Act) -> bool {
    let Some(id) = store.focus.on() else {
        return false;
    };
    let ended = store
        .look(|c| c.board().find(&id).is_none_or(|row| row.ended.is_some()))
        .unwrap_or(true);
    // The row may have been scrolled away; and its button says why not, if it can't be.
    store.focus.to(store, &id, Part::Button(act));
    if untrack(|| why_not(store, act, ended)).is_none() {
        store.popovers.open(store, &id, act);
    }
    true
}
