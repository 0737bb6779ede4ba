//! Outcomes that have no row any more.

use std::time::Duration;

use leptos::prelude::*;

use super::store::Store;
use crate::console::Orphan;
use crate::time::Moment;
use crate::words::{outcome, say};

/// How long one stays, while nobody points at it.
const SHOWN: Duration = Duration::from_secs(12);

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
                until: store.now() + SHOWN,
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
pub(super) fn toasts(store: Store) -> impl IntoView {
    let toasts = store.toasts;
    Effect::new(move || toasts.expire(store.seen.clock.get()));
    view! {
        <section
            class="toasts"
            aria-label=say!("region.outcomes")
            on:pointerenter=move |_| toasts.pointed.set(true)
            on:pointerleave=move |_| toasts.pointed.set(false)
        >
            <For each=move || toasts.all.get() key=|toast| toast.number let(toast)>
                <div class="toast" role="alert">
                    <p>{toast.words}</p>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| toasts.dismiss(toast.number)
                    >
                        {say!("button.dismiss")}
                    </button>
                </div>
            </For>
        </section>
    }
}
