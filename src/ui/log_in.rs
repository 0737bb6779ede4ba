//! The log-in form: the one that stands in `index.html`, taken over. Nobody who typed before the
//! module was there types again. The secret is read from its field when it is sent, and kept
//! nowhere here.

use ajam::ami::Secret;
use ajam::session::{Credentials, Phase, Scope, SignedOut};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use switchboard_core::words::{connection, say};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::plain::{self, keep, make, on, set};
use super::store::Store;

/// Where the form stands until it is taken over.
const EARLY: &str = "early";

/// Which field a message stands beside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Secret,
}

/// The form's elements.
#[derive(Clone)]
struct Parts {
    form: HtmlElement,
    username: HtmlInputElement,
    secret: HtmlInputElement,
    /// Whether it is for this tab only.
    apart: HtmlInputElement,
    button: Element,
    errors: [Element; 2],
    /// Why somebody has to log in.
    why: Element,
}

/// A handle to the form, in the page or not.
#[derive(Clone, Copy)]
pub(super) struct Form {
    store: Store,
    parts: StoredValue<Option<Parts>, LocalStorage>,
    /// What was left empty.
    missing: RwSignal<Option<Field>>,
    early: bool,
}

impl Parts {
    fn of(early: &Element) -> Option<Self> {
        let form: HtmlElement = early.query_selector("form").ok()??.dyn_into().ok()?;
        let at = |selector: &str| form.query_selector(selector).ok().flatten();
        let field = |selector: &str| at(selector)?.dyn_into::<HtmlInputElement>().ok();
        Some(Self {
            username: field("#username")?,
            secret: field("#secret")?,
            apart: field("#apart")?,
            button: at("button")?,
            errors: [at("#username-error")?, at("#secret-error")?],
            why: make("div", &[("role", "alert")], &[]),
            form,
        })
    }

    fn field(&self, field: Field) -> &HtmlInputElement {
        match field {
            Field::Username => &self.username,
            Field::Secret => &self.secret,
        }
    }

    /// Into the page, with what is typed, and without losing the focus.
    fn move_into(&self, place: &Element) {
        let active = document().active_element();
        let inside = active.filter(|active| self.form.contains(Some(active)));
        let moved = Reflect::get(place, &JsValue::from_str("moveBefore"))
            .and_then(JsCast::dyn_into::<Function>)
            .and_then(|move_before| move_before.call2(place, &self.form, &JsValue::NULL));
        // Where the browser cannot move what it shows, or does not show the form yet.
        if moved.is_err() {
            let _ = place.append_child(&self.form);
            if let Some(active) = inside.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
                let _ = active.focus();
            }
        }
        if let Some(early) = document().get_element_by_id(EARLY) {
            early.remove();
        }
    }
}

/// Takes the form out of `index.html`. What is shown already stays there until it is drawn anew.
pub(super) fn take(store: Store) -> Form {
    let early = document().get_element_by_id(EARLY);
    let parts = early.as_ref().and_then(Parts::of);
    let shown = early
        .as_ref()
        .is_some_and(|early| !early.has_attribute("hidden"));
    if let (Some(early), Some(parts)) = (early.filter(|_| !shown), &parts) {
        parts.form.remove();
        early.remove();
    }
    let form = Form {
        store,
        parts: StoredValue::new_local(parts.clone()),
        missing: RwSignal::new(None),
        early: shown,
    };
    if let Some(parts) = parts {
        // From here on boot.js leaves it alone.
        set(&parts.form, "data-taken", Some("yes"));
        let element = parts.form.clone();
        on(&element, "submit", move |event| {
            event.prevent_default();
            form.send(&parts);
        });
    }
    form
}

pub(super) fn log_in(form: Form) -> Element {
    let place = make("div", &[("class", "part")], &[]);
    if let Some(parts) = form.parts.get_value() {
        form.show(&parts);
        let inside = place.clone();
        // An effect comes after what is being drawn: only what is in the page can take the focus.
        Effect::new(move || {
            parts.move_into(&inside);
            if parts.form.has_attribute("data-asked") {
                set(&parts.form, "data-asked", None);
                form.send(&parts);
            }
            form.follow(&parts);
        });
    }
    on_cleanup(move || form.clear());
    place
}

impl Form {
    /// Whether somebody may be typing already.
    pub(super) fn is_early(self) -> bool {
        self.early
    }

    fn busy(self) -> bool {
        self.store.seen.phase.with(|p| *p == Phase::SigningIn)
    }

    /// Keeps what changes in the form what it should be.
    fn show(self, parts: &Parts) {
        let of = parts.clone();
        keep(move || {
            let busy = self.busy().then_some("true");
            set(&of.button, "aria-busy", busy);
            set(&of.button, "aria-disabled", busy);
            for (field, line) in [Field::Username, Field::Secret].into_iter().zip(&of.errors) {
                let error = self.error(field);
                set(
                    of.field(field),
                    "aria-invalid",
                    error.as_ref().map(|_| "true"),
                );
                plain::tell(line, error.as_deref().unwrap_or_default());
            }
        });
        let of = parts.clone();
        let why = Memo::new(move |_| {
            self.store.seen.phase.with(|phase| match phase {
                Phase::SignedOut(why) => Some(why.clone()),
                _ => None,
            })
        });
        keep(move || of.say_why(why.get().as_ref()));
    }

    fn error(self, field: Field) -> Option<String> {
        if let Some(missing) = self.missing.get() {
            return (missing == field).then(|| match missing {
                Field::Username => say!("log_in.no_username"),
                Field::Secret => say!("log_in.no_secret"),
            });
        }
        self.store.seen.phase.with(|phase| match phase {
            Phase::SignedOut(SignedOut::Refused(words)) if field == Field::Secret => {
                Some(connection::refused(words))
            }
            _ => None,
        })
    }

    /// Puts the focus where the next word is to be typed, unless somebody types already.
    fn follow(self, parts: &Parts) {
        let active = document().active_element();
        if !active.is_some_and(|active| parts.form.contains(Some(&active))) {
            let _ = parts.username.focus();
        }
        let of = parts.clone();
        let phase = self.store.seen.phase;
        let refused = Memo::new(move |_| {
            phase.with(|phase| matches!(phase, Phase::SignedOut(SignedOut::Refused(_))))
        });
        keep(move || {
            if refused.get() {
                let _ = of.secret.focus();
                of.secret.select();
            }
        });
    }

    fn send(self, parts: &Parts) {
        if untrack(|| self.busy()) {
            return;
        }
        let name = parts.username.value().trim().to_owned();
        let missing = if name.is_empty() {
            Some(Field::Username)
        } else if parts.secret.value().is_empty() {
            Some(Field::Secret)
        } else {
            None
        };
        self.missing.set(missing);
        if let Some(field) = missing {
            let _ = parts.field(field).focus();
            return;
        }
        let credentials = Credentials {
            username: name,
            secret: Secret::new(parts.secret.value()),
        };
        let scope = if parts.apart.checked() {
            Scope::Tab
        } else {
            Scope::Browser
        };
        self.store.sign_in(credentials, scope);
    }

    /// The form goes out of the page, and what was typed with it.
    fn clear(self) {
        let parts = self.parts.try_get_value().flatten();
        if let Some(parts) = parts {
            for field in [&parts.username, &parts.secret] {
                field.set_value("");
            }
            parts.apart.set_checked(false);
            parts.form.remove();
        }
        self.missing.try_set(None);
    }
}

impl Parts {
    /// Why somebody has to log in, below the title.
    fn say_why(&self, why: Option<&SignedOut>) {
        self.why.remove();
        self.why.set_text_content(None);
        let Some((why, words)) = why.and_then(|why| Some((why, connection::signed_out(why)?)))
        else {
            return;
        };
        let _ = self.why.append_child(&plain::say("p", "", &words));
        let class = if let SignedOut::Unreachable(trouble) = why {
            let _ = self
                .why
                .append_child(&plain::details(&connection::technical(trouble)));
            "remark wrong"
        } else {
            "remark"
        };
        set(&self.why, "class", Some(class));
        if let Some(title) = self.form.first_element_child() {
            let _ = title.insert_adjacent_element("afterend", &self.why);
        }
    }
}
