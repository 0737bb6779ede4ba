//! The transfer form.

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten};
use leptos::prelude::*;
use switchboard_core::acts::{Parties, Prospect};
use switchboard_core::board::Row;
use switchboard_core::console::{Act, Command, Number};
use switchboard_core::words::{cells, say, target};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::super::plain::{self, attribute, keep, listen, make, part, set, truth, words};
use super::super::store::Store;
use super::{buttons, hindrance, title, will};

/// How long nobody must have typed before the number is looked up.
const TYPED: Duration = Duration::from_millis(250);

/// How long it is waited for the answer before the transfer is sent on its way all the same: the
/// number is looked up once more there.
const MOMENT: Duration = Duration::from_secs(1);

/// What somebody typed and has not sent. Who moves is chosen anew each time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Draft {
    exten: String,
    context: String,
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
    /// Counts what was typed: only the last of it is looked up.
    typed: StoredValue<u32>,
    /// Who could be moved, as it was last known.
    parties: RwSignal<Option<Parties>>,
    /// Who moves: the same all the while, unless somebody chooses otherwise.
    moves: RwSignal<Option<Move>>,
    /// Whom that would hit by now; none if one who would move is gone.
    prospect: Memo<Option<Prospect>>,
    number: Memo<Number>,
    why_not: Memo<Option<String>>,
}

/// Fills the popover.
pub(super) fn transfer(store: Store, row: &Row, popover: &Element) {
    let popovers = store.popovers;
    let id = row.uniqueid.clone();
    let parties = store.look(|c| c.parties(&id)).flatten();
    let moves = parties.as_ref().and_then(|parties| {
        let person = parties.people.get(parties.chosen)?;
        Some(Move::One(person.leg.clone()))
    });
    let kept = popovers
        .drafts
        .with_value(|drafts| drafts.get(&id).cloned());
    let context = store
        .transfer_context()
        .unwrap_or_else(|| row.context.clone());
    let draft = RwSignal::new(kept.unwrap_or(Draft {
        context,
        ..Draft::default()
    }));
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
        draft.with(|draft| match draft.target() {
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
        typed: StoredValue::default(),
        parties: RwSignal::new(parties),
        moves,
        prospect,
        number,
        why_not: hindrance(store, Act::Transfer, move || prospect.with(Option::is_none)),
    };
    let of = id.clone();
    keep(move || {
        let draft = form.draft.get();
        popovers.drafts.update_value(|drafts| {
            drafts.insert(of.clone(), draft);
        });
    });
    keep(move || {
        popovers.beat.track();
        if let Some(parties) = store.look(|c| c.parties(&id)).flatten() {
            super::super::store::set(form.parties, Some(parties));
        }
    });
    // The answer came, or the number turned out to be one that needs none.
    keep(move || {
        if form.waits.get() && form.number.get() != Number::Open {
            form.go();
        }
    });
    let title = title(move || say!("transfer.title", name = form.name()));
    let submit = plain::say("button", "button primary", &say!("button.transfer"));
    set(&submit, "type", Some("submit"));
    let element = make(
        "form",
        &[("class", "transfer"), ("novalidate", "")],
        &[
            &fields(form),
            &legs(form),
            &will(move || form.sentence()),
            &words(plain::say("p", "will-hint", ""), move || form.hint()),
            &buttons(store, submit, form.why_not),
        ],
    );
    listen(&element, "submit", move |event| form.send(&event));
    for part in [&title, &element] {
        let _ = popover.append_child(part);
    }
    form.look_up();
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
    /// Where to, if it is fit to be sent.
    fn target(&self) -> Option<(Exten, Context)> {
        Some((
            Exten::dialled(&self.exten).ok()?,
            Context::new(&self.context).ok()?,
        ))
    }
}

impl Form {
    /// Who moves, by name.
    fn name(self) -> String {
        let by_prospect = self.prospect.with(|prospect| {
            let (person, _) = prospect.as_ref()?.fates.first()?;
            Some(target::called(person))
        });
        let row = || {
            self.store
                .popovers
                .row
                .with(|row| row.as_ref().map(cells::called))
        };
        by_prospect.or_else(row).unwrap_or_default()
    }

    fn exten_error(self) -> Option<String> {
        let wrong = self.draft.with(|draft| Exten::dialled(&draft.exten).err());
        if let Some(wrong) = wrong {
            return self.tried.get().then(|| target::unfit_exten(wrong));
        }
        let (exten, context) = self.draft.with(Draft::target)?;
        (self.number.get() == Number::Missing).then(|| target::missing(&exten, &context))
    }

    fn context_error(self) -> Option<String> {
        let wrong = self
            .draft
            .with(|draft| Context::new(&draft.context).err())?;
        self.tried.get().then(|| target::unfit_context(wrong))
    }

    /// What will happen, or why nothing can.
    fn sentence(self) -> String {
        let Some(prospect) = self.prospect.get() else {
            return say!("transfer.ended", name = self.name());
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

    /// What is not known of the number.
    fn hint(self) -> String {
        if self.waits.get() {
            return say!("transfer.looking_up");
        }
        let fit = self.draft.with(|draft| draft.target().is_some());
        match self.number.get() {
            Number::CannotTell if fit => say!("transfer.cannot_tell"),
            _ => String::new(),
        }
    }

    /// Looks the number up when nobody has typed for a moment.
    fn look_up_soon(self) {
        let typed = self.typed.get_value() + 1;
        self.typed.set_value(typed);
        set_timeout(
            move || {
                if self.typed.try_get_value() == Some(typed) {
                    self.look_up();
                }
            },
            TYPED,
        );
    }

    fn look_up(self) {
        if let Some((exten, context)) = self.draft.with_untracked(Draft::target)
            && self.why_not.get_untracked().is_none()
        {
            self.store.look_up(exten, context);
        }
    }

    fn send(self, event: &Event) {
        event.prevent_default();
        self.tried.set(true);
        let fit = self.draft.with_untracked(|draft| draft.target().is_some());
        if !fit || self.why_not.get_untracked().is_some() || self.waits.get_untracked() {
            return;
        }
        self.look_up();
        if self.number.get_untracked() != Number::Open {
            return self.go();
        }
        self.waits.set(true);
        let give_up = move || {
            if self.waits.try_get_untracked() == Some(true) {
                self.go();
            }
        };
        set_timeout(give_up, MOMENT);
    }

    /// Sends it, unless the number is not there.
    fn go(self) {
        self.waits.set(false);
        let (Some((exten, context)), Some(moves)) = (
            self.draft.with_untracked(Draft::target),
            self.moves.get_untracked(),
        ) else {
            return;
        };
        let Some(shown) = self.prospect.get_untracked() else {
            return;
        };
        let missing = self.number.get_untracked() == Number::Missing;
        if missing || self.why_not.get_untracked().is_some() {
            return;
        }
        let popovers = self.store.popovers;
        let (channel, with) = moves.legs();
        let row = popovers.on();
        popovers.leave(self.store);
        if let Some(row) = row {
            let mover = channel.clone();
            popovers.sent.update_value(|sent| {
                sent.insert(row, mover);
            });
        }
        let command = command(channel, with, exten, context);
        self.store.ask_as_shown(command, shown);
    }
}

fn fields(form: Form) -> Element {
    let exten_error = Memo::new(move |_| form.exten_error());
    let context_error = Memo::new(move |_| form.context_error());
    let (exten, line) = field(
        "transfer-exten",
        &say!("field.extension"),
        &form.draft.with_untracked(|draft| draft.exten.clone()),
        exten_error,
        move |typed| {
            form.waits.set(false);
            form.draft.update(|draft| draft.exten = typed);
            form.look_up_soon();
        },
    );
    set(&exten, "data-first", Some(""));
    set(&exten, "inputmode", Some("tel"));
    keep(move || {
        if form.tried.get() && exten_error.with(Option::is_some) {
            let _ = exten.focus();
        }
    });
    let (_, other) = field(
        "transfer-context",
        &say!("field.context"),
        &form.draft.with_untracked(|draft| draft.context.clone()),
        context_error,
        move |typed| {
            form.waits.set(false);
            form.draft.update(|draft| draft.context = typed);
            form.look_up_soon();
        },
    );
    make("div", &[("class", "fields")], &[&line, &other])
}

/// A field with its label, and what is wrong with it below.
fn field(
    id: &str,
    label: &str,
    value: &str,
    wrong: Memo<Option<String>>,
    typed: impl Fn(String) + 'static,
) -> (HtmlInputElement, Element) {
    let about = format!("{id}-error");
    let input: HtmlInputElement = plain::field(id, "text", "off", &about);
    input.set_value(value);
    attribute(&input, "aria-invalid", move || {
        truth(wrong.with(Option::is_some))
    });
    let of = input.clone();
    listen(&input, "input", move |_| typed(of.value()));
    let error = make(
        "span",
        &[("class", "field-error"), ("id", &about), ("role", "status")],
        &[],
    );
    let error = words(error, move || wrong.get().unwrap_or_default());
    let line = plain::labelled(label, &input);
    let _ = line.append_child(&error);
    (input, line)
}

/// The choice of who moves, where there is one.
fn legs(form: Form) -> Element {
    let choices = Memo::new(move |_| {
        form.parties.with(|parties| {
            let parties = parties.as_ref()?;
            let [one, two] = &parties.people[..] else {
                return None;
            };
            let single = |person: &switchboard_core::acts::Person| {
                (Move::One(person.leg.clone()), target::called(person))
            };
            let mut choices = vec![single(one), single(two)];
            if parties.both {
                let both = Move::Both(one.leg.clone(), two.leg.clone());
                choices.push((both, say!("transfer.both")));
            }
            Some(choices)
        })
    });
    part(move || {
        let choices = choices.get()?;
        let legend = plain::say("legend", "", &say!("transfer.which"));
        let legs = make("fieldset", &[("class", "legs")], &[&legend]);
        for (moves, label) in choices {
            let _ = legs.append_child(&leg(form, moves, &label));
        }
        Some(legs)
    })
}

fn leg(form: Form, moves: Move, label: &str) -> Element {
    let radio: HtmlInputElement =
        make("input", &[("type", "radio"), ("name", "legs")], &[]).unchecked_into();
    let (shown, own) = (radio.clone(), moves.clone());
    keep(move || shown.set_checked(form.moves.with(|now| now.as_ref() == Some(&own))));
    listen(&radio, "change", move |_| {
        form.waits.set(false);
        form.moves.set(Some(moves.clone()));
    });
    let words = plain::say("span", "", label);
    make("label", &[("class", "leg")], &[&radio, &words])
}
