//! One row of the board.

use leptos::prelude::*;

use super::focus::Part;
use super::icon::{Icon, icon};
use super::party::party;
use super::store::Store;
use crate::ami::Uniqueid;
use crate::board::{Lamp, Row, window};
use crate::console::{Note, Verb};
use crate::words::outcome::{self, Tone};
use crate::words::{cells, say, time};

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub row: Row,
    pub note: Option<Note>,
}

/// What the parts of a row have in common.
#[derive(Clone)]
struct Own {
    store: Store,
    id: Uniqueid,
    /// For element ids: nothing that came over the wire is ever part of one.
    number: usize,
    shown: ArcRwSignal<Shown>,
}

impl Own {
    /// A piece of text of this row, for as many places as it is needed in.
    fn text<T, F>(&self, of: F) -> impl Fn() -> T + Clone + Send + Sync + use<T, F>
    where
        F: Fn(&Row) -> T + Clone + Send + Sync + 'static,
    {
        let shown = self.shown.clone();
        move || shown.with(|shown| of(&shown.row))
    }

    fn element_id(&self, part: &str) -> String {
        format!("row-{}-{part}", self.number)
    }
}

pub(super) fn row(
    store: Store,
    number: usize,
    place: ArcRwSignal<usize>,
    shown: ArcRwSignal<Shown>,
) -> impl IntoView {
    let id = shown.with_untracked(|shown| shown.row.uniqueid.clone());
    let own = Own {
        store,
        id: id.clone(),
        number,
        shown,
    };
    let active = {
        let id = id.clone();
        move || {
            store
                .focus
                .active
                .with(|active| active.as_ref() == Some(&id))
        }
    };
    let seen = store.seen;
    let top = {
        let place = place.clone();
        move || super::dom::px(place.get() as f64 * seen.viewport.get().row)
    };
    let index = {
        let place = place.clone();
        move || (seen.tally.get().shown > window::ALL).then(|| place.get() + 2)
    };
    let came = {
        let id = id.clone();
        move |_| store.focus.came(store, &id, place.get_untracked())
    };
    let tab = {
        let active = active.clone();
        move || if active() { "0" } else { "-1" }
    };
    let lamp = own.text(|row| lamp_name(row.status.lamp));
    let ended = own.text(|row| row.ended.is_some());
    view! {
        <tr
            role="row"
            class="row"
            class:ended=ended
            data-lamp=lamp
            data-uniqueid=id.to_string()
            aria-rowindex=index
            tabindex=tab
            style:top=top
            on:focusin=came
        >
            {channel(&own)} {state(&own)} {caller(&own)} {location(&own)} {connected(&own)}
            {duration(&own)} {actions(own, active)}
        </tr>
    }
}

fn channel(own: &Own) -> impl IntoView + use<> {
    let whole = own.text(|row| cells::channel(&row.channel));
    let (head, tail) = (whole.clone(), whole.clone());
    view! {
        <td role="gridcell" class="cell c-channel" id=own.element_id("channel") title=whole>
            <bdi class="face">
                <span class="head">{move || cells::halves(&head()).0.to_owned()}</span>
                <span class="tail">{move || cells::halves(&tail()).1.to_owned()}</span>
            </bdi>
        </td>
    }
}

fn state(own: &Own) -> impl IntoView + use<> {
    let words = own.text(|row| cells::status(&row.status));
    let whole = words.clone();
    let lamp = own.text(|row| Icon::of(row.status.lamp));
    view! {
        <td role="gridcell" class="cell c-state" title=whole>
            <span class="lamp">{icon(lamp)} <span class="word">{words}</span></span>
        </td>
    }
}

fn caller(own: &Own) -> impl IntoView + use<> {
    let who = own.text(|row| cells::Who::of(&row.caller));
    let whole = own.text(|row| cells::Who::of(&row.caller).whole());
    view! {
        <td role="gridcell" class="cell c-caller" id=own.element_id("caller") title=whole>
            {party(who)}
        </td>
    }
}

fn location(own: &Own) -> impl IntoView + use<> {
    let text = own.text(|row| cells::shown(&row.location));
    let whole = own.text(|row| {
        let parts = [cells::shown(&row.location), cells::shown(&row.application)];
        parts.join("\n").trim().to_owned()
    });
    view! {
        <td role="gridcell" class="cell c-location" title=whole>
            <bdi>{text}</bdi>
        </td>
    }
}

fn connected(own: &Own) -> impl IntoView + use<> {
    let lead = own.text(|row| cells::connected(&row.connected).0);
    let who = own.text(|row| cells::connected(&row.connected).1);
    let whole = own.text(|row| {
        let (lead, who) = cells::connected(&row.connected);
        format!("{lead} {}", who.whole()).trim().to_owned()
    });
    view! {
        <td role="gridcell" class="cell c-connected" title=whole>
            <span class="to"><span class="lead">{lead}</span> " " {party(who)}</span>
            {note(own)}
        </td>
    }
}

fn note(own: &Own) -> impl IntoView + use<> {
    let shown = own.shown.clone();
    move || {
        shown.with(|shown| shown.note.clone()).map(|note| {
            let words = outcome::note(&note);
            let whole = words.clone();
            let tone = match Tone::of(&note) {
                Tone::Asked => "note asked",
                Tone::Done => "note done",
                Tone::Wrong => "note wrong",
            };
            view! {
                <span class=tone title=whole>
                    <span class="sign" aria-hidden="true">{Tone::of(&note).sign()}</span>
                    " "
                    {words}
                </span>
            }
        })
    }
}

fn duration(own: &Own) -> impl IntoView + use<> {
    let clock = own.store.seen.clock;
    let times = own.text(|row| (row.started, row.ended));
    let text = move || {
        let (started, ended) = times();
        let until = ended.unwrap_or_else(|| clock.get());
        time::duration(until.since(started))
    };
    view! { <td role="gridcell" class="cell c-duration">{text}</td> }
}

fn actions(own: Own, active: impl Fn() -> bool + Clone + Send + Sync + 'static) -> impl IntoView {
    let open = RwSignal::new(false);
    let about = own.element_id("caller") + " " + &own.element_id("channel");
    view! {
        <td role="gridcell" class="cell c-actions" class:open=move || open.get()>
            <button
                type="button"
                class="act act-more"
                aria-expanded=move || open.get().to_string()
                aria-describedby=about
                tabindex=tab(active.clone())
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon(|| Icon::More)}
                <span class="hidden">{say!("button.actions")}</span>
            </button>
            <span class="acts">
                {act(own.clone(), Verb::Transfer, open, active.clone())}
                {act(own, Verb::HangUp, open, active)}
            </span>
        </td>
    }
}

fn tab(active: impl Fn() -> bool) -> impl Fn() -> &'static str {
    move || if active() { "0" } else { "-1" }
}

fn act(
    own: Own,
    verb: Verb,
    open: RwSignal<bool>,
    active: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let (class, words, part) = match verb {
        Verb::Transfer => ("act act-transfer", say!("button.transfer"), "no-transfer"),
        Verb::HangUp => ("act act-hang-up", say!("button.hang_up"), "no-hang-up"),
    };
    let (store, id) = (own.store, own.id.clone());
    let ended = own.text(|row| row.ended.is_some());
    let why_not = Memo::new(move |_| why_not(store, verb, ended()));
    let why_id = own.element_id(part);
    let about = {
        let who = own.element_id("caller") + " " + &own.element_id("channel");
        let why_id = why_id.clone();
        move || match why_not.get() {
            Some(_) => format!("{why_id} {who}"),
            None => who.clone(),
        }
    };
    let click = move |_| {
        if why_not.get_untracked().is_none() {
            open.set(false);
            store.popovers.open(store, &id, verb);
        }
    };
    view! {
        <span class="act-place">
            <button
                type="button"
                class=class
                aria-disabled=move || why_not.get().map(|_| "true")
                aria-describedby=about
                tabindex=tab(active)
                on:click=click
            >
                {words}
            </button>
            <span class="why" id=why_id>{move || why_not.get()}</span>
        </span>
    }
}

/// Why this cannot be asked for on a row now; none if it can.
pub(super) fn why_not(store: Store, verb: Verb, ended: bool) -> Option<String> {
    if ended {
        return Some(say!("why_not.ended"));
    }
    let live = store.seen.phase.with(crate::session::Phase::may_ask);
    let abilities = store.seen.abilities;
    abilities.with(|abilities| outcome::why_not(verb, live, abilities))
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

/// What the keyboard does on a row.
pub(super) fn pressed(store: Store, key: &str) -> bool {
    let page = store.seen.viewport.get_untracked();
    let page = ((page.height / page.row) as isize - 2).max(1);
    match key {
        "ArrowDown" => store.focus.step(store, 1),
        "ArrowUp" => store.focus.step(store, -1),
        "PageDown" => store.focus.step(store, page),
        "PageUp" => store.focus.step(store, -page),
        "Home" => store.focus.step(store, isize::MIN),
        "End" => store.focus.step(store, isize::MAX),
        "t" | "T" => return by_key(store, Verb::Transfer),
        "h" | "H" | "Delete" => return by_key(store, Verb::HangUp),
        _ => return false,
    }
    true
}

fn by_key(store: Store, verb: Verb) -> bool {
    let Some(id) = store.focus.on() else {
        return false;
    };
    let ended = store
        .look(|c| c.board().find(&id).is_none_or(|row| row.ended.is_some()))
        .unwrap_or(true);
    // The row may have been scrolled away; and its button says why not, if it can't be.
    store.focus.to(store, &id, Part::Button(verb));
    if untrack(|| why_not(store, verb, ended)).is_none() {
        store.popovers.open(store, &id, verb);
    }
    true
}
