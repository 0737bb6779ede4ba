//! Outcomes that have no row any more.

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::console::{ORPHAN_SHOWN, Orphan};
use switchboard_core::words::{outcome, say};
use web_sys::Element;

use super::dom;
use super::plain::{self, keep, listen, make, set};
use super::store::Store;

/// One stays for its time, and while somebody points at it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    number: usize,
    words: String,
    until: Moment,
}

#[derive(Clone, Copy)]
pub(super) struct Toasts {
    all: RwSignal<Vec<Toast>>,
    numbers: StoredValue<usize>,
    pointed: RwSignal<bool>,
}

impl Toasts {
    pub(super) fn new() -> Self {
        Self {
            all: RwSignal::default(),
            numbers: StoredValue::default(),
            pointed: RwSignal::default(),
        }
    }

    pub(super) fn add(self, store: Store, orphans: &[Orphan]) {
        for orphan in orphans {
            let number = self.numbers.get_value() + 1;
            self.numbers.set_value(number);
            let toast = Toast {
                number,
                words: outcome::orphan(orphan),
                until: store.now() + ORPHAN_SHOWN,
            };
            self.all.update(|all| all.push(toast));
        }
    }

    fn dismiss(self, number: usize) {
        self.all
            .update(|all| all.retain(|toast| toast.number != number));
    }

    fn expire(self, now: Moment) {
        let late = |toast: &Toast| toast.until <= now;
        if !self.pointed.get_untracked() && self.all.with_untracked(|all| all.iter().any(late)) {
            self.all.update(|all| all.retain(|toast| !late(toast)));
        }
    }
}

/// Draws them, the newest last.
pub(super) fn toasts(store: Store) -> Element {
    let toasts = store.toasts;
    keep(move || toasts.expire(store.seen.clock.get()));
    let label = say!("region.outcomes");
    let all = make(
        "section",
        &[("class", "toasts"), ("aria-label", &label)],
        &[],
    );
    listen(&all, "pointerenter", move |_| toasts.pointed.set(true));
    listen(&all, "pointerleave", move |_| toasts.pointed.set(false));
    let (list, drawn) = (all.clone(), StoredValue::new_local(Vec::<Drawn>::new()));
    keep(move || {
        let wanted = toasts.all.get();
        let mut old = drawn.get_value();
        old.retain(|one| {
            let stays = wanted.iter().any(|toast| toast.number == one.number);
            if !stays {
                one.element.remove();
            }
            stays
        });
        for toast in wanted {
            if old.iter().all(|one| one.number != toast.number) {
                let element = toast.draw();
                let _ = list.append_child(&element);
                old.push(Drawn {
                    number: toast.number,
                    element,
                });
            }
        }
        drawn.set_value(old);
    });
    // One for all buttons: they come and go.
    listen(&all, "click", move |event| {
        let button = dom::target(&event).and_then(|hit| hit.closest("button").ok()?);
        let number = button.and_then(|button| button.get_attribute("data-toast"));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            toasts.dismiss(number);
        }
    });
    all
}

#[derive(Clone)]
struct Drawn {
    number: usize,
    element: Element,
}

impl Toast {
    fn draw(&self) -> Element {
        let button = plain::say("button", "button", &say!("button.dismiss"));
        set(&button, "type", Some("button"));
        set(&button, "data-toast", Some(&self.number.to_string()));
        let words = plain::say("p", "", &self.words);
        let children = [&words, &button];
        make("div", &[("class", "toast"), ("role", "alert")], &children)
    }
}
