//! The dialog in which somebody says which phone is theirs. This browser remembers it.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use switchboard_core::acts::{NoPhone, Phone, Prospect, Wish};
use switchboard_core::console::{Act, Target, WhyNot};
use switchboard_core::live::Topic;
use switchboard_core::words::outcome::Tone;
use switchboard_core::words::{outcome, phone as words, say};

use super::acts::why_not;
use crate::shell::bell;
use crate::ui::arrival;
use crate::ui::kit::{Button, Check, Dialog, Field, Look};
use crate::ui::store::use_store;

/// How many phones are offered at once.
const OFFERED: usize = 6;

/// The dialog.
#[component]
pub(in crate::ui) fn MyPhone() -> impl IntoView {
    let store = use_store();
    let open = store.seen.my_phone;
    // What it offers, Asterisk has to tell of first.
    Effect::new(move || {
        open.track();
        store.show_views();
    });
    view! {
        <Dialog open id="my-phone-title" title=say!("phone.title")>
            {move || open.get().then(|| view! { <Form /> })}
        </Dialog>
    }
}

#[component]
fn Form() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let own = seen.phone.get_untracked();
    let typed = RwSignal::new(own.as_ref().map(shown).unwrap_or_default());
    // None while nobody has typed one.
    let context = RwSignal::new(
        own.as_ref()
            .and_then(|own| own.context().map(str::to_owned)),
    );
    let tried = RwSignal::new(false);
    let saved = RwSignal::new(None::<bool>);
    let rings = RwSignal::new(false);
    let known = Memo::new(move |_| {
        seen.beat.track();
        let known = store.look(|c| {
            let known = c.session().knows(Topic::Extensions);
            known.then(|| c.tables().every_extension())
        });
        known.flatten().unwrap_or_default()
    });
    let usual = Memo::new(move |_| {
        let of_hint = || {
            let phone = Phone::typed(&typed.read(), "", &known.read()).ok()?;
            let found = known.with(|known| Phone::found(known));
            let hint = found
                .into_iter()
                .find(|one| one.endpoint() == phone.endpoint())?;
            hint.context().map(str::to_owned)
        };
        store
            .transfer_context()
            .or_else(of_hint)
            .unwrap_or_default()
    });
    let within = move || context.get().unwrap_or_else(|| usual.get());
    let phone = Memo::new(move |_| Phone::typed(&typed.read(), &within(), &known.read()));
    let error = move |of: fn(NoPhone) -> Option<String>| {
        Memo::new(move |_| {
            let wrong = phone.with(|phone| phone.as_ref().err().copied());
            wrong.and_then(of).filter(|_| tried.get())
        })
    };
    let (wrong, wrong_context) = (error(words::wrong), error(words::wrong_context));
    let (field, context_field) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    begin_with(field);
    // Another phone may have another usual context.
    Effect::new(move || {
        let usual = usual.get();
        if context.with_untracked(Option::is_none)
            && let Some(field) = context_field.get_untracked()
        {
            field.set_value(&usual);
        }
    });
    let change = move |put: &dyn Fn()| {
        saved.set(None);
        rings.set(false);
        put();
    };
    let fit = move || {
        tried.set(true);
        let fit = phone.get_untracked().ok();
        if fit.is_none() {
            let at_context = wrong_context.with_untracked(Option::is_some);
            let field = if at_context { context_field } else { field };
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
        }
        fit
    };
    let save = move || {
        if let Some(phone) = fit() {
            store.set_phone(Some(phone));
            rings.set(false);
            saved.set(Some(true));
        }
    };
    let may_not = Memo::new(move |_| {
        let why = why_not(store, Act::Ring, false);
        why.filter(|why| *why != WhyNot::NoPhone)
            .map(outcome::why_not)
    });
    let let_ring = move || {
        if may_not.with_untracked(Option::is_none)
            && let Some(phone) = fit()
        {
            saved.set(None);
            rings.set(true);
            store.call_phone(phone, Wish::Ring, Prospect::default());
        }
    };
    let forget = move || {
        store.set_phone(None);
        typed.set(String::new());
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            let _ = field.focus();
        }
        tried.set(false);
        saved.set(Some(false));
    };
    let told = Memo::new(move |_| {
        seen.beat.track();
        match saved.get() {
            Some(true) => return Some((Tone::Done, say!("phone.saved"))),
            Some(false) => return Some((Tone::Done, say!("phone.forgotten"))),
            None => {}
        }
        if !rings.get() {
            return may_not.get().map(|why| (Tone::Doubt, why));
        }
        let note = store.look(|c| c.note(&Target::Phone).cloned()).flatten();
        note.map(|note| (Tone::of(&note), outcome::note(&note)))
    });
    let found = Memo::new(move |_| {
        let part = typed.get().trim().to_lowercase();
        let fits = |phone: &Phone| {
            let (number, endpoint) = (phone.number(), phone.endpoint().as_str().to_lowercase());
            let number = number.is_some_and(|number| number.as_str().starts_with(&part));
            (number || endpoint.contains(&part)) && shown(phone).to_lowercase() != part
        };
        let found = known.with(|known| Phone::found(known));
        found
            .into_iter()
            .filter(fits)
            .take(OFFERED)
            .collect::<Vec<_>>()
    });
    let offered = move || {
        let found = found.get();
        (!found.is_empty()).then(|| {
            let one = |phone: Phone| {
                let words = words::whole(&phone);
                let choose = move || {
                    let text = shown(&phone);
                    if let Some(field) = field.get_untracked() {
                        field.set_value(&text);
                        let _ = field.focus();
                    }
                    change(&|| typed.set(text.clone()));
                };
                view! {
                    <li>
                        <Button look=Look::Quiet press=choose>{words}</Button>
                    </li>
                }
            };
            let found = found.into_iter().map(one).collect_view();
            view! {
                <p class="phone-found-title" id="phone-found">{say!("phone.found")}</p>
                <ul class="phone-found" aria-labelledby="phone-found">{found}</ul>
            }
        })
    };
    let shows = RwSignal::new(bell::may_show());
    let hint = Signal::derive(move || match seen.bell.get() && !shows.get() {
        true => say!("phone.tell_sound_only"),
        false => say!("phone.tell_hint"),
    });
    let wants_bell = move |wanted: bool| {
        store.set_bell(wanted);
        if wanted {
            // So that it is heard how it sounds; and the browser lets it sound from now on.
            arrival::bell().strike();
            bell::ask(move |may| shows.set(may));
        } else {
            arrival::bell().hush();
        }
    };
    view! {
        <form
            class="phone-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <p class="phone-intro">{say!("phone.intro")}</p>
            <Field
                id="my-phone"
                label=say!("phone.field")
                value=typed.get_untracked()
                first=true
                input=field
                error=wrong
                typed=move |text: String| change(&|| typed.set(text.clone()))
            />
            <p class="phone-hint">{say!("phone.field_hint")}</p>
            {offered}
            <Field
                id="my-phone-context"
                label=say!("phone.context")
                value=untrack(within)
                input=context_field
                error=wrong_context
                typed=move |text: String| change(&|| context.set(Some(text.clone())))
            />
            <Check
                id="my-phone-bell"
                label=say!("phone.tell")
                hint=hint
                checked=seen.bell
                check=wants_bell
            />
            <p class=move || told_class(told.get().map(|(tone, _)| tone)) role="status">
                {move || told.get().map(|(_, words)| words)}
            </p>
            <div class="popover-buttons">
                <Button look=Look::Primary>{say!("button.save")}</Button>
                <Button off=Signal::derive(move || may_not.with(Option::is_some)) press=let_ring>
                    {say!("button.ring")}
                </Button>
                {move || {
                    seen.phone.with(Option::is_some).then(|| {
                        view! { <Button press=forget>{say!("phone.forget")}</Button> }
                    })
                }}
            </div>
        </form>
    }
}

/// What somebody would type for this phone.
fn shown(phone: &Phone) -> String {
    let endpoint = phone.endpoint().as_str();
    match phone.number() {
        Some(number) if endpoint.starts_with("Local/") => number.as_str().to_owned(),
        _ => endpoint.to_owned(),
    }
}

fn told_class(tone: Option<Tone>) -> &'static str {
    match tone {
        Some(Tone::Done) => "phone-told phone-told-done",
        Some(Tone::Doubt | Tone::Wrong) => "phone-told phone-told-doubt",
        _ => "phone-told",
    }
}

/// Gives the focus to a field of a dialog that opens, and selects what stands there: the dialog gives
/// it to whatever comes first.
pub(super) fn begin_with(field: NodeRef<html::Input>) {
    Effect::new(move || {
        if let Some(field) = field.get() {
            let begin = move || {
                let _ = field.focus();
                field.select();
            };
            set_timeout(begin, Duration::ZERO);
        }
    });
}
