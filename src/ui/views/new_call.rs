//! The dialog in which somebody calls a number from their own phone.

use std::time::Duration;

use ajam::ami::action::{Context, Exten};
use leptos::html;
use leptos::prelude::*;
use switchboard_core::acts::{Prospect, Wish};
use switchboard_core::console::{Act, Number, WhyNot};
use switchboard_core::live::Topic;
use switchboard_core::words::{outcome, phone as words, say, target};

use super::acts::why_not;
use super::my_phone::begin_with;
use crate::ui::kit::{Button, Dialog, Field, Look};
use crate::ui::later::{Later, TYPED};
use crate::ui::store::use_store;

/// How long it is waited for the answer after somebody has pressed; then it is asked once more with
/// the call itself.
const PATIENCE: Duration = Duration::from_secs(4);

/// The dialog.
#[component]
pub(in crate::ui) fn NewCall() -> impl IntoView {
    let store = use_store();
    let open = store.seen.new_call;
    Effect::new(move || {
        open.track();
        store.show_views();
    });
    view! {
        <Dialog open id="new-call-title" title=say!("new_call.title")>
            {move || open.get().then(|| view! { <Form /> })}
        </Dialog>
    }
}

const WILL: &str = "new-call-will";

#[component]
fn Form() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let typed = RwSignal::new(String::new());
    let usual = move || {
        let own = seen
            .phone
            .with(|own| own.as_ref()?.context().map(str::to_owned));
        own.or_else(|| store.transfer_context()).unwrap_or_default()
    };
    let context = RwSignal::new(untrack(usual));
    let tried = RwSignal::new(false);
    let waits = RwSignal::new(false);
    let target = Memo::new(move |_| {
        let exten = Exten::dialled(&typed.read()).ok()?;
        Some((exten, Context::new(&context.read()).ok()?))
    });
    let number = Memo::new(move |_| {
        seen.beat.track();
        let Some((exten, context)) = target.get() else {
            return Number::Open;
        };
        let now = store.now();
        let number = store.look(|c| c.number(&exten, &context, now));
        number.unwrap_or(Number::Open)
    });
    let why_not = Memo::new(move |_| why_not(store, Act::Call, false));
    let look_up = move || {
        if let Some((exten, context)) = target.get_untracked()
            && why_not.with_untracked(Option::is_none)
        {
            store.look_up(exten, context);
        }
    };
    let typed_last = Later::new();
    let look_up_soon = move || {
        waits.set(false);
        typed_last.after(TYPED, look_up);
    };
    let field = NodeRef::<html::Input>::new();
    begin_with(field);
    let error = Memo::new(move |_| {
        let wrong = typed.with(|typed| Exten::dialled(typed).err());
        if let Some(wrong) = wrong {
            return tried.get().then(|| target::unfit_exten(wrong));
        }
        let (exten, context) = target.get()?;
        (number.get() == Number::Missing).then(|| target::missing(&exten, &context))
    });
    let context_error = Memo::new(move |_| {
        let wrong = context.with(|context| Context::new(context).err())?;
        tried.get().then(|| target::unfit_context(wrong))
    });
    let go = move || {
        waits.set(false);
        let missing = number.get_untracked() == Number::Missing;
        let (Some((exten, context)), Some(phone)) =
            (target.get_untracked(), seen.phone.get_untracked())
        else {
            return;
        };
        if missing || why_not.with_untracked(Option::is_some) {
            return;
        }
        seen.new_call.set(false);
        store.call_phone(phone, Wish::Call(exten, context), Prospect::default());
    };
    Effect::new(move || {
        if waits.get() && number.get() != Number::Open {
            untrack(go);
        }
    });
    let send = move || {
        tried.set(true);
        if target.with_untracked(Option::is_none) {
            if let Some(field) = field.get_untracked()
                && error.with_untracked(Option::is_some)
            {
                let _ = field.focus();
            }
            return;
        }
        if why_not.with_untracked(Option::is_some) || waits.get_untracked() {
            return;
        }
        look_up();
        if number.get_untracked() != Number::Open {
            return go();
        }
        waits.set(true);
        let wanted = target.get_untracked();
        let give_up = move || {
            let still = waits.try_get_untracked() == Some(true);
            if still && target.try_get_untracked() == Some(wanted.clone()) {
                go();
            }
        };
        set_timeout(give_up, PATIENCE);
    };
    let sentence = move || {
        if let Some(phone) = seen.phone.get() {
            return match (why_not.get(), target.get()) {
                (Some(why), _) => outcome::why_not(why),
                (None, Some((exten, _))) if number.get() != Number::Missing => {
                    words::calls(&phone, &exten)
                }
                _ => say!("new_call.nothing"),
            };
        }
        let may_not = why_not.get().filter(|why| *why != WhyNot::NoPhone);
        may_not.map_or_else(|| say!("new_call.no_phone"), outcome::why_not)
    };
    let hint = move || {
        if waits.get() {
            return Some(say!("transfer.looking_up"));
        }
        seen.beat.track();
        let (exten, context) = target.get()?;
        let state = store.look(|c| {
            let known = c.session().knows(Topic::Extensions);
            let meant = c.tables().extension(exten.as_str(), context.as_str());
            target::extension(meant.filter(|_| known)?)
        });
        state.flatten().filter(|_| number.get() != Number::Missing)
    };
    let set = move || {
        seen.phone.with(Option::is_none).then(|| {
            view! { <Button press=move || store.open_my_phone()>{say!("button.my_phone")}</Button> }
        })
    };
    view! {
        <form
            class="phone-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="fields">
                <Field
                    id="new-call-number"
                    label=say!("new_call.number")
                    keys="tel"
                    first=true
                    input=field
                    error=error
                    typed=move |text: String| {
                        typed.set(text);
                        look_up_soon();
                    }
                />
                <Field
                    id="new-call-context"
                    label=say!("field.context")
                    value=context.get_untracked()
                    error=context_error
                    typed=move |text: String| {
                        context.set(text);
                        look_up_soon();
                    }
                />
            </div>
            <p class="will" id=WILL>{sentence}</p>
            <p class="will-hint" role="status">{hint}</p>
            <div class="popover-buttons">
                <Button
                    look=Look::Primary
                    about=WILL
                    off=Signal::derive(move || why_not.with(Option::is_some))
                >
                    {say!("button.call")}
                </Button>
                {set}
            </div>
        </form>
    }
}
