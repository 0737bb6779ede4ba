//! The transfer form.

use leptos::html;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::super::store::Store;
use super::{in_the_way, of_row};
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

pub(super) fn transfer(store: Store, row: &Row) -> impl IntoView + use<> {
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
    Effect::new(move || {
        let draft = form.draft.get();
        store.popovers.drafts.update_value(|drafts| {
            drafts.insert(id.clone(), draft);
        });
    });
    let name = of_row(store, cells::called);
    let title = move || say!("transfer.title", name = name.get().unwrap_or_default());
    view! {
        <h2 class="popover-title" id="popover-title">{title}</h2>
        <form class="transfer" novalidate on:submit=move |event| form.send(&event)>
            {fields(form)}
            {legs(form)}
            <p class="will" id="popover-will">{move || form.sentence()}</p>
            <div class="popover-buttons">
                <button
                    type="submit"
                    class="button primary"
                    aria-describedby="popover-will"
                    aria-disabled=move || form.why_not.get().map(|_| "true")
                >
                    {say!("button.transfer")}
                </button>
                <button type="button" class="button" on:click=move |_| store.popovers.leave(store)>
                    {say!("button.cancel")}
                </button>
            </div>
        </form>
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

    fn send(self, event: &SubmitEvent) {
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
        popovers.leave(self.store);
        popovers.drafts.update_value(|drafts| {
            drafts.remove(&channel);
        });
        self.store.ask(Command::Transfer {
            channel,
            exten,
            context,
            both,
        });
    }

    fn has_other(self) -> bool {
        self.store
            .popovers
            .row
            .with_untracked(|row| row.as_ref().is_some_and(|row| row.other_leg.is_some()))
    }
}

fn fields(form: Form) -> impl IntoView {
    let exten = NodeRef::<html::Input>::new();
    let exten_error = Memo::new(move |_| form.exten_error());
    let context_error = Memo::new(move |_| form.context_error());
    Effect::new(move || {
        if exten_error.get().is_some()
            && let Some(input) = exten.get_untracked()
        {
            let _ = input.focus();
        }
    });
    view! {
        <div class="fields">
            <p class="field">
                <label for="transfer-exten">{say!("field.extension")}</label>
                <input
                    id="transfer-exten"
                    class="input"
                    node_ref=exten
                    data-first=""
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    inputmode="tel"
                    aria-invalid=move || exten_error.get().map(|_| "true")
                    aria-describedby="transfer-exten-error"
                    prop:value=move || form.draft.with(|draft| draft.exten.clone())
                    on:input:target=move |event| {
                        form.draft.update(|draft| draft.exten = event.target().value());
                    }
                />
                <span class="field-error" id="transfer-exten-error">{move || exten_error.get()}</span>
            </p>
            <p class="field">
                <label for="transfer-context">{say!("field.context")}</label>
                <input
                    id="transfer-context"
                    class="input"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-invalid=move || context_error.get().map(|_| "true")
                    aria-describedby="transfer-context-error"
                    prop:value=move || form.draft.with(|draft| draft.context.clone())
                    on:input:target=move |event| {
                        form.draft.update(|draft| draft.context = event.target().value());
                    }
                />
                <span class="field-error" id="transfer-context-error">
                    {move || context_error.get()}
                </span>
            </p>
        </div>
    }
}

/// The choice between one leg and both, where there is a second.
fn legs(form: Form) -> impl IntoView {
    let other = of_row(form.store, target::other);
    move || {
        let other = other.get().flatten()?;
        let both = move || form.draft.with(|draft| draft.both);
        Some(view! {
            <fieldset class="legs">
                <legend>{say!("transfer.which")}</legend>
                <label class="leg">
                    <input
                        type="radio"
                        name="legs"
                        prop:checked=move || !both()
                        on:change=move |_| form.draft.update(|draft| draft.both = false)
                    />
                    <span>{say!("transfer.one")}</span>
                </label>
                <label class="leg">
                    <input
                        type="radio"
                        name="legs"
                        aria-describedby="transfer-other"
                        prop:checked=both
                        on:change=move |_| form.draft.update(|draft| draft.both = true)
                    />
                    <span>{say!("transfer.both")}</span>
                </label>
                <span class="leg-other" id="transfer-other">
                    {other}
                </span>
            </fieldset>
        })
    }
}
