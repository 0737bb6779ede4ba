//! What can be done with a channel, from its row or from that of its call, and what opens there: the
//! transfer form, the question before a hang-up, and the people on a call.
//!
//! It belongs to its row but lives outside of it, so that it outlasts the row: a channel that ends
//! takes nothing away that somebody is typing.

mod call;
mod further;
mod hang_up;
mod park;
mod story;
mod take;
mod transfer;

use std::collections::HashMap;
use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::session::Outcome;
use leptos::prelude::*;
use switchboard_core::acts::Prospect;
use switchboard_core::board::Row;
use switchboard_core::console::{Act, Target, WhyNot};
use switchboard_core::route::Place;
use switchboard_core::words::{outcome, say};
use web_sys::DomRect;

use crate::ui::grid::{Part, Table};
use crate::ui::kit::{Button, Popover};
use crate::ui::later::{Later, READ};
use crate::ui::store::{Store, set, use_store};
use crate::ui::views::listing::{FURTHER, button, part};
use call::OpenCall;
use further::FurtherMenu;
use hang_up::HangUp;
use park::ParkForm;
use story::OpenEnded;
use take::Take;
use transfer::{Draft, Transfer};

/// What is open, at a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    what: What,
    place: Place,
    /// The name of the row: the channel's, or that of its call.
    row: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// An act on a channel.
    Act(Uniqueid, Act),
    /// Who is on the call.
    Call(Uniqueid),
    /// What happened in a call that is over.
    Ended(String),
    /// What more can be done with the call of a channel.
    Menu(Uniqueid),
}

#[derive(Clone, Copy)]
pub(in crate::ui) struct Popovers {
    open: RwSignal<Option<Open>>,
    /// The row it belongs to, as it was last seen.
    row: RwSignal<Option<Row>>,
    drafts: StoredValue<HashMap<Uniqueid, Draft>>,
    /// Drafts that were sent, by their rows, and the channels that are to move: what was typed is
    /// kept until Asterisk has taken it.
    sent: StoredValue<HashMap<Uniqueid, Uniqueid>>,
    /// Where the row was last seen.
    at: RwSignal<Option<DomRect>, LocalStorage>,
    /// Counts the drawings while something is open: what the console knows may be another.
    beat: RwSignal<u32>,
}

impl Popovers {
    pub(in crate::ui) fn new() -> Self {
        Self {
            open: RwSignal::default(),
            row: RwSignal::default(),
            drafts: StoredValue::default(),
            sent: StoredValue::default(),
            at: RwSignal::new_local(None),
            beat: RwSignal::default(),
        }
    }

    /// The row of this place's table at which it is open; what reads this follows it.
    pub(in crate::ui) fn at(self, place: Place) -> Option<String> {
        self.open.with(|open| {
            let here = open.as_ref().filter(|open| open.place == place);
            here.map(|open| open.row.clone())
        })
    }

    /// The channel that it is about; what reads this follows it.
    fn on(self) -> Option<Uniqueid> {
        self.open.with(|open| match &open.as_ref()?.what {
            What::Act(id, _) | What::Menu(id) => Some(id.clone()),
            What::Call(_) | What::Ended(_) => None,
        })
    }

    /// The table that it is open in.
    fn table(self, store: Store) -> Option<Table> {
        let place = self.open.with_untracked(|open| Some(open.as_ref()?.place));
        Some(store.listing(place?)?.table())
    }

    /// Whether somebody chooses where to send a call; what reads this follows it.
    pub(in crate::ui) fn seeks_a_number(self) -> bool {
        self.open.with(|open| {
            let what = open.as_ref().map(|open| &open.what);
            matches!(what, Some(What::Act(_, Act::Transfer)))
        })
    }

    /// Opens for a channel, at the row of this name in the table of a place.
    pub(in crate::ui) fn open(
        self,
        store: Store,
        id: &Uniqueid,
        act: Act,
        (place, row_name): (Place, &str),
    ) {
        let Some(row) = store.look(|c| c.board().find(id).cloned()).flatten() else {
            return;
        };
        self.row.set(Some(row));
        let what = What::Act(id.clone(), act);
        let row = row_name.to_owned();
        self.show(store, Open { what, place, row });
    }

    /// Opens the menu of what more can be done with the call of a channel.
    pub(in crate::ui) fn open_menu(self, store: Store, id: &Uniqueid, at: (Place, &str)) {
        let Some(row) = store.look(|c| c.board().find(id).cloned()).flatten() else {
            return;
        };
        self.row.set(Some(row));
        let (place, row) = (at.0, at.1.to_owned());
        let what = What::Menu(id.clone());
        self.show(store, Open { what, place, row });
    }

    /// Opens what this key asks for beyond what has a button of its own. Whether it asks for anything.
    pub(in crate::ui) fn pressed(
        self,
        store: Store,
        id: &Uniqueid,
        key: &str,
        at: (Place, &str),
    ) -> bool {
        if key.eq_ignore_ascii_case(further::KEY) {
            self.open_menu(store, id, at);
            return true;
        }
        let mut acts = Act::FURTHER.into_iter();
        match acts.find(|act| act.keys().contains(&key)) {
            Some(act) => {
                self.open(store, id, act, at);
                true
            }
            None => false,
        }
    }

    /// Opens a call, to tell who is on it.
    pub(in crate::ui) fn open_call(self, store: Store, call: &Uniqueid) {
        let what = What::Call(call.clone());
        let (place, row) = (Place::Calls, call.to_string());
        self.show(store, Open { what, place, row });
    }

    /// Opens a call that is over, to tell what happened in it.
    pub(in crate::ui) fn open_ended(self, store: Store, call: &str) {
        let what = What::Ended(call.to_owned());
        let (place, row) = (Place::Ended, call.to_owned());
        self.show(store, Open { what, place, row });
    }

    fn show(self, store: Store, open: Open) {
        self.open.set(Some(open));
        store.show_views();
        self.refresh_hold(store);
        self.follow(store);
    }

    /// Closes, and gives the focus back to the button that opened.
    fn leave(self, store: Store) {
        let (open, table) = (self.open.get_untracked(), self.table(store));
        self.close(store);
        let (Some(Open { what, row, .. }), Some(table)) = (open, table) else {
            return;
        };
        let lives = store.look(|c| match &what {
            What::Act(id, _) | What::Menu(id) => {
                c.board().find(id).is_some_and(|row| row.ended.is_none())
            }
            What::Call(id) => c.calls().members(id).is_some(),
            What::Ended(id) => c.tables().ended.find(id).is_some(),
        });
        let part = match what {
            What::Act(_, act) if Act::ON_CHANNEL.contains(&act) => button(act),
            What::Act(..) | What::Menu(_) => part(FURTHER),
            What::Call(_) | What::Ended(_) => Part::Row,
        };
        if lives != Some(true) || !table.focus(&row, part) {
            // Its call has ended: no other row is under the hand, for the next key to act on.
            table.focus_table();
        }
    }

    pub(in crate::ui) fn close(self, store: Store) {
        let table = self.table(store);
        self.open.set(None);
        store.show_views();
        if let Some(table) = table {
            table.refresh_hold();
        }
    }

    fn refresh_hold(self, store: Store) {
        if let Some(table) = self.table(store) {
            table.refresh_hold();
        }
    }

    /// Keeps up with the row: what it says, and where it is.
    pub(in crate::ui) fn follow(self, store: Store) {
        if self.open.with_untracked(Option::is_none) {
            self.forget_drafts(store);
            return;
        }
        self.beat.update(|beat| *beat = beat.wrapping_add(1));
        if let Some(id) = untrack(|| self.on()) {
            let now = store.now();
            let row = store.look(|c| c.board().find(&id).cloned()).flatten();
            match row {
                Some(row) => set(self.row, Some(row)),
                None => self.row.update(|row| {
                    if let Some(row) = row {
                        row.ended.get_or_insert(now);
                    }
                }),
            }
        }
        let row = self
            .open
            .with_untracked(|open| Some(open.as_ref()?.row.clone()));
        let element = row.and_then(|row| self.table(store)?.element(&row));
        match element {
            Some(element) => self.at.set(Some(element.get_bounding_client_rect())),
            // The popover may have another size than before.
            None => self.at.notify(),
        }
    }

    fn forget_drafts(self, store: Store) {
        if self.drafts.with_value(HashMap::is_empty) {
            return;
        }
        store.look(|c| {
            let mut taken = Vec::new();
            self.sent.update_value(|sent| {
                sent.retain(|row, mover| {
                    let outcome = c
                        .note(&Target::from(&*mover))
                        .map(|note| note.outcome.as_ref());
                    if matches!(outcome, None | Some(Some(Outcome::Done(_)))) {
                        taken.push(row.clone());
                    }
                    outcome == Some(None)
                });
            });
            self.drafts.update_value(|drafts| {
                drafts.retain(|id, _| c.board().find(id).is_some() && !taken.contains(id));
            });
        });
    }
}

const TITLE: &str = "popover-title";
const WILL: &str = "popover-will";

/// What is open, at its row.
#[component]
pub(super) fn RowPopover() -> impl IntoView {
    let popovers = use_store().popovers;
    move || {
        let row = popovers.row.get_untracked();
        Some(match popovers.open.get()?.what {
            What::Act(id, Act::Transfer) => view! { <Transfer id row=row? /> }.into_any(),
            What::Act(id, Act::HangUp) => view! { <HangUp id /> }.into_any(),
            What::Act(id, Act::Park) => view! { <ParkForm id /> }.into_any(),
            What::Act(id, act) => view! { <Take id act /> }.into_any(),
            What::Menu(id) => view! { <FurtherMenu id /> }.into_any(),
            What::Call(id) => view! { <OpenCall id /> }.into_any(),
            What::Ended(id) => view! { <OpenEnded id /> }.into_any(),
        })
    }
}

/// A popover at the row.
#[component]
fn AtRow(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    view! {
        <Popover
            id=TITLE
            title
            at=popovers.at
            leave=move || popovers.leave(store)
            press_elsewhere=move || popovers.close(store)
        >
            {children()}
        </Popover>
    }
}

/// How long what stood there before must have stood for somebody to have it in mind.
const STOOD: Duration = Duration::from_secs(1);

/// Whether what an act would do has only just become something else, though nobody `chose` that.
fn just_changed<C>(
    store: Store,
    prospect: Memo<Option<Prospect>>,
    chosen: impl Fn() -> C + Send + Sync + 'static,
) -> RwSignal<bool>
where
    C: Clone + PartialEq + Send + Sync + 'static,
{
    let fresh = RwSignal::new(false);
    let later = Later::new();
    let since = StoredValue::new(store.now());
    Effect::new(move |before: Option<(C, Option<Prospect>)>| {
        let now = (chosen(), prospect.get());
        let Some((chose, before)) = before else {
            return now;
        };
        let same = match (&before, &now.1) {
            (Some(before), Some(now)) => before.is_like(now),
            (before, now) => before.is_some() == now.is_some(),
        };
        if same {
            return now;
        }
        let at = store.now();
        let had_stood = at.since(since.get_value()) >= STOOD;
        since.set_value(at);
        // One change seldom comes alone: of an answer the next is that they are joined.
        if chose == now.0 && (had_stood || fresh.get_untracked()) {
            fresh.set(true);
            later.after(READ, move || fresh.set(false));
        }
        now
    });
    fresh
}

/// The sentence about what will happen.
#[component]
fn Will(
    /// The sentence.
    #[prop(into)]
    sentence: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="will" id=WILL>
            {sentence}
        </p>
    }
}

/// The button that leaves everything as it is.
#[component]
fn Cancel() -> impl IntoView {
    let store = use_store();
    view! {
        <Button press=move || store.popovers.leave(store)>{say!("button.cancel")}</Button>
    }
}

/// The row that a popover belongs to, as it is now.
fn of_row<T: Clone + Send + Sync + PartialEq + 'static>(
    store: Store,
    of: impl Fn(&Row) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| store.popovers.row.with(|row| row.as_ref().map(&of)))
}

/// Why the button of a popover can do nothing now: what was possible when it opened may not be any
/// more. The channel may have ended while the row has not, or the other way round.
fn hindrance(
    store: Store,
    act: Act,
    ended: impl Fn() -> bool + Send + Sync + 'static,
) -> Memo<Option<String>> {
    Memo::new(move |_| why_not(store, act, ended()).map(outcome::why_not))
}

/// Why this cannot be asked for on a row now; none if it can.
pub(in crate::ui) fn why_not(store: Store, act: Act, ended: bool) -> Option<WhyNot> {
    if ended {
        return Some(WhyNot::Ended);
    }
    let live = store.seen.phase.with(ajam::session::Phase::may_ask);
    let abilities = store.seen.abilities;
    let why_not = abilities.with(|abilities| act.why_not(abilities, live));
    let no_phone = || {
        let lacks = act.takes_a_phone() && store.seen.phone.with(Option::is_none);
        lacks.then_some(WhyNot::NoPhone)
    };
    why_not.or_else(no_phone)
}

/// What can be asked of a channel that lives, from its row or from that of its call: why not this or
/// that.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Offers([(Act, Option<WhyNot>); Act::ON_CHANNEL.len()]);

impl Offers {
    /// Those of a row which may have a reason of its own.
    pub(in crate::ui::views) fn of(store: Store, own: Option<WhyNot>) -> Self {
        Self(Act::ON_CHANNEL.map(|act| (act, untrack(|| why_not(store, act, false)).or(own))))
    }

    /// Why this can't be asked for; none if it can.
    pub(in crate::ui::views) fn why_not(&self, act: Act) -> Option<WhyNot> {
        let of_all = self.0.iter().find(|(of, _)| *of == act);
        of_all.and_then(|(_, why)| *why)
    }
}
