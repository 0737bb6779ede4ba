//! Outcomes that have no row any more.

use ajam::time::Moment;
use leptos::prelude::*;
use switchboard_core::console::{ORPHAN_SHOWN, Orphan};
use switchboard_core::words::{outcome, say};

use super::kit::Button;
use super::state::use_clock;
use super::store::{Store, use_store};

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

/// All of them, the newest last.
#[component]
pub(super) fn ToastList() -> impl IntoView {
    let (toasts, clock) = (use_toasts(), use_clock());
    Effect::new(move || toasts.expire(clock.second()));
    view! {
        <section
            class="toasts"
            aria-label=say!("region.outcomes")
            on:pointerenter=move |_| toasts.pointed.set(true)
            on:pointerleave=move |_| toasts.pointed.set(false)
        >
            <For each=move || toasts.all.get() key=|toast| toast.number let:toast>
                <div class="toast" role="alert">
                    <p>{toast.words}</p>
                    <Button press=move || toasts.dismiss(toast.number)>
                        {say!("button.dismiss")}
                    </Button>
                </div>
            </For>
        </section>
    }
}

fn use_toasts() -> Toasts {
    use_store().toasts
}
