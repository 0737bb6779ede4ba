//! The transfer form.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::super::plain::{self, attribute, keep, listen, make, part, set, truth, words};
use super::super::store::Store;
use super::{buttons, in_the_way, of_row, title, will};
use crate::ami::action::{Context, Exten};
use crate::board::Row;
use crate::console::{Command, Verb};
use crate::words::{cells, say, target};

/// What somebody typed and has not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Draft {
    exten: String,
    context: String,
    both: bool,
}

/// The form's own state; the draft outlives it.
#[derive(Clone, Copy)]
struct Form {
    store: Store,
    draft: RwSignal<Draft>,
    /// Whether it was sent once: from then on what is unfit is said while typing.
    tried: RwSignal<bool>,
    why_not: Memo<Option<String>>,
}

/// Fills the popover.
pub(super) fn transfer(store: Store, row: &Row, popover: &Element) {
    let fresh = Draft {
        context: row.context.clone(),
        ..Draft::default()
    };
    let kept = store
        .popovers
        .drafts
        .with_value(|drafts| drafts.get(&row.uniqueid).cloned());
    let form = Form {
        store,
        draft: RwSignal::new(kept.unwrap_or(fresh)),
        tried: RwSignal::new(false),
        why_not: in_the_way(store, Verb::Transfer),
    };
    let id = row.uniqueid.clone();
    keep(move || {
        let draft = form.draft.get();
        store.popovers.drafts.update_value(|drafts| {
            drafts.insert(id.clone(), draft);
        });
    });
    let name = of_row(store, cells::called);
    let title = title(move || say!("transfer.title", name = name.get().unwrap_or_default()));
    let submit = plain::say("button", "button primary", &say!("button.transfer"));
    set(&submit, "type", Some("submit"));
    let element = make(
        "form",
        &[("class", "transfer"), ("novalidate", "")],
        &[
            &fields(form),
            &legs(form),
            &will(move || form.sentence()),
            &buttons(store, submit, form.why_not),
        ],
    );
    listen(&element, "submit", move |event| form.send(&event));
    for part in [&title, &element] {
        let _ = popover.append_child(part);
    }
}

impl Form {
    fn exten_error(self) -> Option<String> {
        let wrong = self.draft.with(|draft| Exten::new(&draft.exten).err())?;
        self.tried.get().then(|| target::unfit_exten(wrong))
    }

    fn context_error(self) -> Option<String> {
        let wrong = self
            .draft
            .with(|draft| Context::new(&draft.context).err())?;
        self.tried.get().then(|| target::unfit_context(wrong))
    }

    /// What will happen, or why nothing can.
    fn sentence(self) -> String {
        let ended = self.store.popovers.row.with(|row| match row {
            Some(row) if row.ended.is_none() => None,
            Some(row) => Some(cells::called(row)),
            None => Some(String::new()),
        });
        if let Some(name) = ended {
            return say!("transfer.ended", name = name);
        }
        if let Some(why_not) = self.why_not.get() {
            return why_not;
        }
        let draft = self.draft.get();
        self.store.popovers.row.with(|row| {
            row.as_ref().map_or_else(String::new, |row| {
                target::sentence(row, &draft.exten, &draft.context, draft.both)
            })
        })
    }

    fn send(self, event: &Event) {
        event.prevent_default();
        self.tried.set(true);
        let popovers = self.store.popovers;
        let draft = self.draft.get_untracked();
        let (Ok(exten), Ok(context)) = (Exten::new(&draft.exten), Context::new(&draft.context))
        else {
            return;
        };
        if self.why_not.get_untracked().is_some() {
            return;
        }
        let Some(channel) = popovers.on() else { return };
        let both = draft.both && self.has_other();
        let with = self.store.look(|c| {
            c.pbx()
                .only_peer(&channel)
                .map(|peer| peer.uniqueid.clone())
        });
        let with = with.flatten().filter(|_| both);
        popovers.leave(self.store);
        popovers.drafts.update_value(|drafts| {
            drafts.remove(&channel);
        });
        self.store.ask(Command::Transfer {
            channel,
            exten,
            context,
            with,
        });
    }

    fn has_other(self) -> bool {
        self.store
            .popovers
            .row
            .with_untracked(|row| row.as_ref().is_some_and(|row| row.other_leg.is_some()))
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
        move |typed| form.draft.update(|draft| draft.exten = typed),
    );
    set(&exten, "data-first", Some(""));
    set(&exten, "inputmode", Some("tel"));
    keep(move || {
        if exten_error.with(Option::is_some) {
            let _ = exten.focus();
        }
    });
    let (_, other) = field(
        "transfer-context",
        &say!("field.context"),
        &form.draft.with_untracked(|draft| draft.context.clone()),
        context_error,
        move |typed| form.draft.update(|draft| draft.context = typed),
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
    let error = make("span", &[("class", "field-error"), ("id", &about)], &[]);
    let error = words(error, move || wrong.get().unwrap_or_default());
    let line = plain::labelled(label, &input);
    let _ = line.append_child(&error);
    (input, line)
}

/// The choice between one leg and both, where there is a second.
fn legs(form: Form) -> Element {
    let other = of_row(form.store, target::other);
    let both = Memo::new(move |_| form.draft.with(|draft| draft.both));
    part(move || {
        let other = other.get().flatten()?;
        let told = plain::say("span", "leg-other", &other);
        set(&told, "id", Some("transfer-other"));
        let legend = plain::say("legend", "", &say!("transfer.which"));
        let one = leg(form, both, false, &say!("transfer.one"));
        let two = leg(form, both, true, &say!("transfer.both"));
        Some(make(
            "fieldset",
            &[("class", "legs")],
            &[&legend, &one, &two, &told],
        ))
    })
}

fn leg(form: Form, both: Memo<bool>, is_both: bool, label: &str) -> Element {
    let radio: HtmlInputElement =
        make("input", &[("type", "radio"), ("name", "legs")], &[]).unchecked_into();
    if is_both {
        set(&radio, "aria-describedby", Some("transfer-other"));
    }
    let shown = radio.clone();
    keep(move || shown.set_checked(both.get() == is_both));
    listen(&radio, "change", move |_| {
        form.draft.update(|draft| draft.both = is_both);
    });
    let words = plain::say("span", "", label);
    make("label", &[("class", "leg")], &[&radio, &words])
}
