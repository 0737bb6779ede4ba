//! The form in `index.html`: its elements, and how they come into the view. They are made by the
//! page itself and not by a component, so this file does by hand what a view does elsewhere.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::ui::grid::element::{set, tell};
use crate::ui::views::credentials::Blank;

/// Where the form stands until it is taken over.
const EARLY: &str = "early";

/// A handle to the form, in the page or not.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Early {
    parts: StoredValue<Option<Parts>, LocalStorage>,
    shown: bool,
}

/// The form's elements.
#[derive(Clone)]
pub(super) struct Parts {
    form: HtmlElement,
    username: HtmlInputElement,
    secret: HtmlInputElement,
    /// Whether it is for this tab only.
    apart: HtmlInputElement,
    button: Element,
    errors: [Element; 2],
    /// Below the title.
    below_title: Element,
}

impl Early {
    /// Takes the form out of `index.html`. What is shown already stays there until it is drawn anew.
    pub(in crate::ui) fn take() -> Self {
        let early = document().get_element_by_id(EARLY);
        let parts = early.as_ref().and_then(Parts::of);
        let shown = early
            .as_ref()
            .is_some_and(|early| !early.has_attribute("hidden"));
        if let Some(parts) = &parts {
            if let Some(early) = early.filter(|_| !shown) {
                parts.form.remove();
                early.remove();
            }
            // From here on boot.js leaves it alone.
            set(&parts.form, "data-taken", Some("yes"));
        }
        Self {
            parts: StoredValue::new_local(parts),
            shown,
        }
    }

    /// Whether somebody may be typing already.
    pub(in crate::ui) fn is_shown(self) -> bool {
        self.shown
    }

    pub(super) fn parts(self) -> Option<Parts> {
        self.parts.try_get_value().flatten()
    }

    /// The form goes out of the page, and what was typed with it.
    pub(super) fn clear(self) {
        if let Some(parts) = self.parts() {
            for field in [&parts.username, &parts.secret] {
                field.set_value("");
            }
            parts.apart.set_checked(false);
            parts.below_title.set_text_content(None);
            parts.form.remove();
        }
    }
}

impl Parts {
    fn of(early: &Element) -> Option<Self> {
        let form: HtmlElement = early.query_selector("form").ok()??.dyn_into().ok()?;
        let at = |selector: &str| form.query_selector(selector).ok().flatten();
        let field = |selector: &str| at(selector)?.dyn_into::<HtmlInputElement>().ok();
        let below_title = document().create_element("div").ok()?;
        below_title.set_class_name("part");
        let title = form.first_element_child()?;
        let _ = title.insert_adjacent_element("afterend", &below_title);
        Some(Self {
            username: field("#username")?,
            secret: field("#secret")?,
            apart: field("#apart")?,
            button: at("button")?,
            errors: [at("#username-error")?, at("#secret-error")?],
            below_title,
            form,
        })
    }

    fn field(&self, field: Blank) -> (&HtmlInputElement, &Element) {
        match field {
            Blank::Username => (&self.username, &self.errors[0]),
            Blank::Secret => (&self.secret, &self.errors[1]),
        }
    }

    /// Does this whenever the form is sent, for as long as the view is drawn.
    pub(super) fn on_submit(&self, act: impl Fn() + 'static) {
        let may_prevent = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&self.form, "submit", may_prevent, move |event| {
                event.prevent_default();
                act();
            });
        StoredValue::new_local(listener);
    }

    /// Draws this below the title, for as long as the view is drawn.
    pub(super) fn put_below_title(&self, view: AnyView) {
        let mut drawn = view.build();
        drawn.mount(&self.below_title, None);
        StoredValue::new_local(drawn);
    }

    /// Into the page, with what is typed, and without losing the focus.
    pub(super) fn move_into(&self, place: &Element) {
        let inside = document().active_element();
        let inside = inside.filter(|active| self.form.contains(Some(active)));
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

    /// Whether it was sent before the module was there; only once.
    pub(super) fn was_asked(&self) -> bool {
        let asked = self.form.has_attribute("data-asked");
        set(&self.form, "data-asked", None);
        asked
    }

    /// The name and the secret.
    pub(super) fn typed(&self) -> (String, String) {
        (self.username.value(), self.secret.value())
    }

    /// Whether it is for this tab only.
    pub(super) fn is_apart(&self) -> bool {
        self.apart.checked()
    }

    pub(super) fn has_focus(&self) -> bool {
        let active = document().active_element();
        active.is_some_and(|active| self.form.contains(Some(&active)))
    }

    pub(super) fn focus(&self, field: Blank) {
        let _ = self.field(field).0.focus();
    }

    /// Gives the secret the focus, so that it is typed anew.
    pub(super) fn select_secret(&self) {
        let _ = self.secret.focus();
        self.secret.select();
    }

    pub(super) fn set_busy(&self, busy: bool) {
        let busy = busy.then_some("true");
        set(&self.button, "aria-busy", busy);
        set(&self.button, "aria-disabled", busy);
    }

    /// Says what is wrong with a field.
    pub(super) fn set_error(&self, field: Blank, error: Option<String>) {
        let (input, line) = self.field(field);
        set(input, "aria-invalid", error.as_ref().map(|_| "true"));
        tell(line, &error.unwrap_or_default());
    }
}
