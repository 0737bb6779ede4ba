//! The transfer form.

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use leptos::html;
use leptos::prelude::*;
use switchboard_core::acts::consult::NotNow;
use switchboard_core::acts::{Parties, Person, Prospect};
use switchboard_core::board::Row;
use switchboard_core::console::{Act, Command, Number};
use switchboard_core::directory::Suggestion;
use switchboard_core::live::Topic;
use switchboard_core::words::{cells, consult, say, target};

use super::{AtRow, Cancel, WILL, Will, hindrance, just_changed};
use crate::ui::dom;
use crate::ui::kit::{Button, Choice, Field, Look, Offer, Seek};
use crate::ui::later::{Later, READ, TYPED};
use crate::ui::store::{Store, set, use_store};

/// How long it is waited for the answer after somebody has pressed. Without one nothing is sent: it is
/// said that the server is slow, and who presses once more wants it sent unchecked.
const PATIENCE: Duration = Duration::from_secs(4);

/// The id of what is said of asking first.
const FIRST: &str = "transfer-first";

/// The id of the field of the context.
const CONTEXT: &str = "transfer-context";

/// What somebody typed and has not sent. Who moves is chosen anew each time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    exten: String,
    /// None while nobody has typed one.
    context: Option<String>,
}

/// Who is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Move {
    One(Uniqueid),
    /// Both, the caller first.
    Both(Uniqueid, Uniqueid),
}

/// The form's own state; the draft outlives it.
#[derive(Clone, Copy)]
struct Form {
    store: Store,
    draft: RwSignal<Draft>,
    /// Whether it was sent once: from then on what is unfit is said while typing.
    tried: RwSignal<bool>,
    /// It was sent, and waits to hear whether the number is there.
    waits: RwSignal<bool>,
    /// Where to, as it stood when that was sent.
    pressed: StoredValue<Option<(Exten, Context)>>,
    /// Where to, when the server did not say in time whether it is there.
    slow: RwSignal<Option<(Exten, Context)>>,
    /// That it did not has only just been said.
    news: RwSignal<bool>,
    /// Only the last of what is typed is looked up.
    typed: Later,
    /// Who could be moved, as it was last known.
    parties: RwSignal<Option<Parties>>,
    /// Who moves: the same all the while, unless somebody chooses otherwise.
    moves: RwSignal<Option<Move>>,
    /// Whom that would hit by now; none if one who would move is gone.
    prospect: Memo<Option<Prospect>>,
    number: Memo<Number>,
    /// Where to, unless somebody types another.
    usual: Memo<String>,
    /// Who moves, by name, as it was last known.
    mover: StoredValue<String>,
    /// What it would do has only just become something else.
    fresh: RwSignal<bool>,
    why_not: Memo<Option<String>>,
    /// Who would wait and who would ask if somebody were asked first, or why that can't be.
    first: Memo<Result<(Person, Person), NotNow>>,
}

/// The form, and the sentence about what it does.
#[component]
pub(super) fn Transfer(
    /// The channel whose call is to move.
    id: Uniqueid,
    /// Its row, as it was when the form opened.
    row: Row,
) -> impl IntoView {
    let store = use_store();
    let popovers = store.popovers;
    let parties = store.look(|c| c.parties(&id)).flatten();
    let moves = parties.as_ref().and_then(|parties| {
        let person = parties.people.get(parties.chosen)?;
        Some(Move::One(person.leg.clone()))
    });
    let kept = popovers
        .drafts
        .with_value(|drafts| drafts.get(&id).cloned());
    let draft = RwSignal::new(kept.unwrap_or_default());
    let of_row = StoredValue::new(row.context);
    let proven = StoredValue::new(None);
    let hint = Memo::new(move |_| {
        popovers.beat.track();
        let typed = draft.read();
        of_row.with_value(|of_row| hinted(store, &typed.exten, of_row))
    });
    let usual = Memo::new(move |_| {
        popovers.beat.track();
        let Some(at) = hint.get() else {
            let set = store.transfer_context();
            return set.unwrap_or_else(|| of_row.get_value());
        };
        let now = store.now();
        let there = store.look(|c| c.number(&at.0, &at.1, now)) == Some(Number::There);
        if there || proven.with_value(|proven| proven.as_ref() == Some(&at)) {
            let context = at.1.as_str().to_owned();
            proven.set_value(Some(at));
            return context;
        }
        of_row.get_value()
    });
    // A hint does not say that its context can be dialled.
    Effect::new(move || {
        popovers.beat.track();
        if let Some((exten, context)) = hint.get() {
            store.look_up(exten, context);
        }
    });
    let moves = RwSignal::new(moves);
    let prospect = Memo::new(move |_| {
        popovers.beat.track();
        let (channel, with) = moves.get()?.legs();
        store
            .look(|c| {
                c.prospect(&command(
                    channel,
                    with,
                    Exten::new("1").ok()?,
                    Context::new("x").ok()?,
                ))
            })
            .flatten()
    });
    let number = Memo::new(move |_| {
        popovers.beat.track();
        draft.with(|draft| match draft.target(&usual.read()) {
            Some((exten, context)) => {
                let now = store.now();
                let number = store.look(|c| c.number(&exten, &context, now));
                number.unwrap_or(Number::Open)
            }
            None => Number::Open,
        })
    });
    let form = Form {
        store,
        draft,
        tried: RwSignal::new(false),
        waits: RwSignal::new(false),
        pressed: StoredValue::default(),
        slow: RwSignal::default(),
        news: RwSignal::new(false),
        typed: Later::new(),
        parties: RwSignal::new(parties),
        moves,
        prospect,
        number,
        usual,
        mover: StoredValue::default(),
        fresh: just_changed(store, prospect, move || moves.get()),
        why_not: hindrance(store, Act::Transfer, move || prospect.with(Option::is_none)),
        first: Memo::new(move |_| {
            popovers.beat.track();
            let Some(Move::One(customer)) = moves.get() else {
                return Err(NotNow::NotTwo);
            };
            let pair = store.look(|c| c.to_consult(&customer));
            pair.unwrap_or(Err(NotNow::NotLive))
        }),
    };
    let of = id.clone();
    Effect::new(move || {
        let draft = form.draft.get();
        popovers.drafts.update_value(|drafts| {
            drafts.insert(of.clone(), draft);
        });
    });
    Effect::new(move || {
        popovers.beat.track();
        if let Some(parties) = store.look(|c| c.parties(&id)).flatten() {
            set(form.parties, Some(parties));
        }
    });
    // The answer came, or the number turned out to be one that needs none.
    Effect::new(move || {
        if form.waits.get() && form.number.get() != Number::Open {
            form.go(false);
        }
    });
    form.look_up();
    // Whether it can be moved at all may hang on its own place.
    Effect::new(move || {
        popovers.beat.track();
        let mover = form.moves.get().map(|moves| moves.legs().0);
        let place = mover.and_then(|mover| store.look(|c| c.place_in_doubt(&mover)).flatten());
        if let Some((exten, context)) = place {
            store.look_up(exten, context);
        }
    });
    view! {
        <AtRow title=Signal::derive(move || say!("transfer.title", name = form.name()))>
            <form
                class="transfer"
                novalidate
                on:keydown=move |event| {
                    if event.key() == "Enter" && event.shift_key() {
                        event.prevent_default();
                        form.ask_first();
                    }
                }
                on:submit=move |event| {
                    event.prevent_default();
                    form.send();
                }
            >
                <Fields form />
                <WhoMoves form />
                <Will sentence=Signal::derive(move || form.sentence()) />
                <p class="will-hint" role="status">{move || form.hint()}</p>
                <p class="will-hint" id=FIRST>{move || form.first_sentence()}</p>
                <div class="popover-buttons">
                    <Button
                        look=Look::Primary
                        about=WILL
                        off=Signal::derive(move || form.is_off())
                    >
                        {say!("button.transfer")}
                    </Button>
                    <Button
                        about=FIRST
                        off=Signal::derive(move || {
                            form.first.with(Result::is_err) || form.fresh.get()
                        })
                        press=move || form.ask_first()
                    >
                        {say!("consult.ask")}
                    </Button>
                    <Cancel />
                </div>
            </form>
        </AtRow>
    }
}

fn command(channel: Uniqueid, with: Option<Uniqueid>, exten: Exten, context: Context) -> Command {
    Command::Transfer {
        channel,
        with,
        exten,
        context,
    }
}

impl Move {
    fn legs(self) -> (Uniqueid, Option<Uniqueid>) {
        match self {
            Self::One(leg) => (leg, None),
            Self::Both(one, two) => (one, Some(two)),
        }
    }
}

impl Draft {
    fn context<'d>(&'d self, usual: &'d str) -> &'d str {
        self.context.as_deref().unwrap_or(usual)
    }

    /// Where to, if it is fit to be sent.
    fn target(&self, usual: &str) -> Option<(Exten, Context)> {
        Some((
            Exten::dialled(&self.exten).ok()?,
            Context::new(self.context(usual)).ok()?,
        ))
    }
}

/// Where the hint of this number stands, if that is elsewhere than the row, and the installation has
/// set no context: a caller's own is seldom one from which the house can be dialled.
fn hinted(store: Store, typed: &str, of_row: &str) -> Option<(Exten, Context)> {
    if store.transfer_context().is_some() {
        return None;
    }
    let exten = Exten::dialled(typed).ok()?;
    let context = store.look(|c| {
        let known = c.session().knows(Topic::Extensions);
        let meant = c.tables().extension(exten.as_str(), of_row)?;
        (known && meant.context != of_row).then(|| meant.context.clone())
    });
    Some((exten, Context::new(&context.flatten()?).ok()?))
}

impl Form {
    /// Who moves, by name.
    fn name(self) -> String {
        let by_prospect = self.prospect.with(|prospect| {
            let (person, _) = prospect.as_ref()?.fates.first()?;
            Some(target::called(person))
        });
        if let Some(name) = by_prospect {
            self.mover.set_value(name.clone());
            return name;
        }
        let known = self.mover.get_value();
        let known = (!known.is_empty()).then_some(known);
        let row = || {
            self.store
                .popovers
                .row
                .with(|row| row.as_ref().map(cells::called))
        };
        known.or_else(row).unwrap_or_default()
    }

    fn target(self) -> Option<(Exten, Context)> {
        let usual = self.usual.read();
        self.draft.with(|draft| draft.target(&usual))
    }

    fn is_off(self) -> bool {
        self.why_not.with(Option::is_some) || self.fresh.get() || self.news.get()
    }

    /// Whether the server was asked for what stands there now, and has not said in time whether it is
    /// there.
    fn is_slow(self) -> bool {
        let target = self.target();
        self.number.get() == Number::Open
            && target.is_some()
            && self.slow.with(|slow| *slow == target)
    }

    fn exten_error(self) -> Option<String> {
        let wrong = self.draft.with(|draft| Exten::dialled(&draft.exten).err());
        if let Some(wrong) = wrong {
            return self.tried.get().then(|| target::unfit_exten(wrong));
        }
        let (exten, context) = self.target()?;
        (self.number.get() == Number::Missing).then(|| target::missing(&exten, &context))
    }

    fn context_error(self) -> Option<String> {
        let wrong = self
            .draft
            .with(|draft| Context::new(draft.context(&self.usual.read())).err())?;
        self.tried.get().then(|| target::unfit_context(wrong))
    }

    /// What will happen, or why nothing can.
    fn sentence(self) -> String {
        let Some(prospect) = self.prospect.get() else {
            let others = self.parties.with(Option::is_some) && !self.has_ended();
            return match others {
                true => say!("transfer.choose", name = self.name()),
                false => say!("transfer.ended", name = self.name()),
            };
        };
        if let Some(why_not) = self.why_not.get() {
            return why_not;
        }
        match self.draft.with(|draft| Exten::dialled(&draft.exten)) {
            Ok(exten) if self.number.get() != Number::Missing => {
                target::transfer(&prospect, &exten)
            }
            _ => say!("transfer.will_nothing", name = self.name()),
        }
    }

    /// Whether the row's own channel is gone.
    fn has_ended(self) -> bool {
        let row = self.store.popovers.row;
        row.with(|row| row.as_ref().is_none_or(|row| row.ended.is_some()))
    }

    /// What is known of the number, and what is not.
    fn hint(self) -> String {
        if self.fresh.get() {
            return say!("transfer.just_changed");
        }
        if self.waits.get() {
            return say!("transfer.looking_up");
        }
        self.store.popovers.beat.track();
        let Some((exten, context)) = self.target() else {
            return String::new();
        };
        let (exten, context) = (exten.as_str(), context.as_str());
        if self.is_slow() {
            return say!("transfer.slow", exten = exten);
        }
        let meant = |c: &switchboard_core::console::Console| {
            let known = c.session().knows(Topic::Extensions);
            let extension = c.tables().extension(exten, context).filter(|_| known)?;
            target::extension(extension)
        };
        let state = self.store.look(meant).flatten();
        match (self.number.get(), state) {
            (Number::Missing, _) => String::new(),
            (_, Some(state)) => state,
            (Number::CannotTell, None) => say!("transfer.cannot_tell"),
            _ => String::new(),
        }
    }

    /// Looks the number up when nobody has typed for a moment.
    fn look_up_soon(self) {
        self.typed.after(TYPED, move || self.look_up());
    }

    fn look_up(self) {
        if let Some((exten, context)) = untrack(|| self.target())
            && self.why_not.get_untracked().is_none()
        {
            self.store.look_up(exten, context);
        }
    }

    fn send(self) {
        self.tried.set(true);
        let fit = untrack(|| self.target().is_some());
        if !fit || untrack(|| self.is_off()) || self.waits.get_untracked() {
            return;
        }
        let unchecked = untrack(|| self.is_slow());
        self.look_up();
        let target = untrack(|| self.target());
        self.pressed.set_value(target.clone());
        if unchecked || self.number.get_untracked() != Number::Open {
            return self.go(unchecked);
        }
        self.waits.set(true);
        let give_up = move || {
            let waits = self.waits.try_get_untracked() == Some(true);
            if waits && self.pressed.get_value() == target {
                self.waits.set(false);
                self.slow.set(target.clone());
                // A second press that was meant for the first is none.
                self.news.set(true);
                let read = move || {
                    let _ = self.news.try_set(false);
                };
                set_timeout(read, READ);
            }
        };
        set_timeout(give_up, PATIENCE);
    }

    /// What happens if somebody is asked first, or why nobody can be.
    fn first_sentence(self) -> String {
        let exten = self.draft.with(|draft| Exten::dialled(&draft.exten));
        self.first.with(|first| match (first, exten) {
            (Err(why), _) => consult::not_now(*why),
            (Ok((customer, colleague)), Ok(exten)) if self.number.get() != Number::Missing => {
                consult::will((customer, colleague), &exten)
            }
            _ => String::new(),
        })
    }

    /// Has somebody asked at the number first.
    fn ask_first(self) {
        self.tried.set(true);
        let missing = self.number.get_untracked() == Number::Missing;
        let (Some(to), Ok((customer, colleague))) =
            (untrack(|| self.target()), self.first.get_untracked())
        else {
            return;
        };
        if missing || self.fresh.get_untracked() {
            return;
        }
        let popovers = self.store.popovers;
        let row = untrack(|| popovers.on());
        popovers.leave(self.store);
        self.store.consult((&customer.leg, &colleague.leg), to);
        if let Some(row) = row {
            popovers.drafts.update_value(|drafts| {
                drafts.remove(&row);
            });
        }
    }

    /// Sends it, unless the number is not there.
    fn go(self, unchecked: bool) {
        self.waits.set(false);
        let (Some((exten, context)), Some(moves)) =
            (untrack(|| self.target()), self.moves.get_untracked())
        else {
            return;
        };
        let Some(shown) = self.prospect.get_untracked() else {
            return;
        };
        // Somebody pressed for another place than it has become meanwhile.
        if self.pressed.get_value() != Some((exten.clone(), context.clone())) {
            return;
        }
        let missing = self.number.get_untracked() == Number::Missing;
        if missing || untrack(|| self.is_off()) {
            return;
        }
        let popovers = self.store.popovers;
        let (channel, with) = moves.legs();
        let row = untrack(|| popovers.on());
        popovers.leave(self.store);
        if let Some(row) = row {
            let mover = channel.clone();
            popovers.sent.update_value(|sent| {
                sent.insert(row, mover);
            });
        }
        let command = command(channel, with, exten, context);
        match unchecked {
            true => self.store.ask_unchecked(command, shown),
            false => self.store.ask_as_shown(command, shown),
        }
    }
}

/// So many are offered at once.
const OFFERED: usize = 8;

/// Somebody who can be called, as an offer.
fn offer(one: Suggestion) -> Offer {
    Offer {
        name: target::suggested(&one),
        about: target::doing(&one),
        icon: one.state.map(crate::ui::views::extensions::icon),
        value: one.number,
    }
}

/// Where to.
#[component]
fn Fields(form: Form) -> impl IntoView {
    let (draft, exten) = (form.draft, NodeRef::<html::Input>::new());
    let context = NodeRef::<html::Input>::new();
    let exten_error = Memo::new(move |_| form.exten_error());
    let context_error = Memo::new(move |_| form.context_error());
    Effect::new(move || {
        if form.tried.get()
            && exten_error.with(Option::is_some)
            // Nobody is torn away from the field that would mend it.
            && !dom::has_focus(&format!("#{CONTEXT}"))
            && let Some(exten) = exten.get_untracked()
        {
            let _ = exten.focus();
        }
    });
    let offers = Memo::new(move |_| {
        // Who is free changes while somebody chooses.
        form.store.seen.clock.track();
        let typed = draft.with(|draft| draft.exten.clone());
        let found = form.store.suggest(&typed, OFFERED).into_iter();
        found.map(offer).collect::<Vec<_>>()
    });
    // Letters may be a number of the dial plan, too: what is offered is meant first.
    let must = move || draft.with(|draft| draft.exten.chars().any(char::is_alphabetic));
    let must = Signal::derive(must);
    // Another number may have another usual place.
    Effect::new(move || {
        let usual = form.usual.get();
        if draft.with_untracked(|draft| draft.context.is_none())
            && let Some(field) = context.get_untracked()
        {
            field.set_value(&usual);
            form.look_up();
        }
    });
    let typed = move |put: fn(&mut Draft, String)| {
        move |typed| {
            form.waits.set(false);
            draft.update(|draft| put(draft, typed));
            form.look_up_soon();
        }
    };
    view! {
        <div class="fields">
            <Seek
                id="transfer-exten"
                label=say!("field.extension")
                placeholder=say!("transfer.seek")
                value=draft.with_untracked(|draft| draft.exten.clone())
                offers
                must
                input=exten
                error=exten_error
                typed=typed(|draft, typed| draft.exten = typed)
            />
            <Field
                id=CONTEXT
                label=say!("field.context")
                value=draft.with_untracked(|draft| draft.context(&form.usual.read_untracked()).to_owned())
                input=context
                error=context_error
                typed=typed(|draft, typed| draft.context = Some(typed))
            />
        </div>
    }
}

/// The choice of who moves, where there is one.
#[component]
fn WhoMoves(form: Form) -> impl IntoView {
    let choices = Memo::new(move |_| {
        form.parties.with(|parties| {
            let parties = parties.as_ref()?;
            let single = |person: &Person| (Move::One(person.leg.clone()), target::called(person));
            let [one, two] = &parties.people[..] else {
                // Who was to move may be gone, and somebody else is there instead.
                let gone = form.prospect.with(Option::is_none) && !form.has_ended();
                return gone.then(|| parties.people.iter().map(single).collect());
            };
            let mut choices = vec![single(one), single(two)];
            if parties.both {
                let both = Move::Both(one.leg.clone(), two.leg.clone());
                choices.push((both, say!("transfer.both")));
            }
            Some(choices)
        })
    });
    let choose = move |moves| {
        form.waits.set(false);
        form.moves.set(Some(moves));
    };
    move || {
        let all = choices.get()?;
        Some(view! {
            <Choice name="legs" legend=say!("transfer.which") all chosen=form.moves choose />
        })
    }
}
