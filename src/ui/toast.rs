//! Outcomes that have no row any more: a shelf below the board, which gives up room at its end for
//! them, so that they lie over no row.

use ajam::time::Moment;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use switchboard_core::console::{ORPHAN_SHOWN, Orphan};
use switchboard_core::words::outcome::{self, Tone};
use switchboard_core::words::{count, say};

use super::kit::Button;
use super::state::use_clock;
use super::store::{Store, use_store};
use super::{dom, views};

/// How many there are at most: the newest.
const MOST: usize = 20;

/// From so many on, one button takes them all away.
const MANY: usize = 3;

/// Where they are.
const SHELF: &str = ".toasts";

/// The id of one, before its number.
const ID: &str = "toast-";

/// What was done goes after a while, unless somebody is there; what was not stays until somebody has
/// read it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Toast {
    number: usize,
    words: String,
    tone: Tone,
    until: Option<Moment>,
}

impl Toast {
    fn element_id(&self) -> String {
        format!("{ID}{}", self.number)
    }

    fn has_focus(&self) -> bool {
        dom::has_focus(&format!("#{}", self.element_id()))
    }

    /// Gives the focus to its button.
    fn focus(&self) {
        if let Some(own) = document().get_element_by_id(&self.element_id()) {
            dom::focus_first(&own, "button");
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Toasts {
    /// The newest first.
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
        if orphans.is_empty() {
            return;
        }
        for orphan in orphans {
            let number = self.numbers.get_value() + 1;
            self.numbers.set_value(number);
            let tone = Tone::of(&orphan.note);
            let stays = matches!(tone, Tone::Doubt | Tone::Wrong);
            let toast = Toast {
                number,
                words: outcome::orphan(orphan),
                tone,
                until: (!stays).then(|| store.now() + ORPHAN_SHOWN),
            };
            self.all.update(|all| all.insert(0, toast));
        }
        let oldest = self.all.with_untracked(|all| {
            let over = all.get(MOST..).unwrap_or_default();
            over.iter().map(|toast| toast.number).max()
        });
        if let Some(oldest) = oldest {
            self.remove(store, |toast| toast.number <= oldest);
        }
    }

    /// Takes all of them away: what one person was told is not for the next.
    pub(super) fn clear(self, store: Store) {
        self.remove(store, |_| true);
    }

    /// Takes these away. A focus in one goes before it does: to the next of those that stay, else to
    /// the place.
    fn remove(self, store: Store, goes: impl Fn(&Toast) -> bool) {
        let all = self.all.get_untracked();
        if !all.iter().any(&goes) {
            return;
        }
        let stay = all.iter().filter(|toast| !goes(toast)).count();
        let on = all.iter().position(Toast::has_focus);
        let loses = match on {
            Some(on) => goes(&all[on]),
            None => dom::has_focus(SHELF) && stay < MANY,
        };
        if loses {
            let (before, behind) = all.split_at(on.unwrap_or_default());
            let mut heirs = behind.iter().chain(before.iter().rev());
            match heirs.find(|toast| !goes(toast)) {
                Some(heir) => heir.focus(),
                None => views::focus(store),
            }
        }
        self.all.update(|all| all.retain(|toast| !goes(toast)));
        if self.all.with_untracked(Vec::is_empty) {
            self.pointed.set(false);
        }
    }

    fn expire(self, store: Store, now: Moment) {
        if !dom::has_focus(SHELF) && !self.pointed.get_untracked() {
            self.remove(store, |toast| toast.until.is_some_and(|until| until <= now));
        }
    }
}

/// All of them.
#[component]
pub(super) fn ToastList() -> impl IntoView {
    let (store, clock) = (use_store(), use_clock());
    let toasts = store.toasts;
    Effect::new(move || toasts.expire(store, clock.second()));
    let many = Memo::new(move |_| {
        let count = toasts.all.with(Vec::len);
        (count >= MANY).then_some(count)
    });
    let head = move || {
        let many = many.get()?;
        Some(view! {
            <div class="toasts-head">
                <span>{count::results(many)}</span>
                <Button press=move || toasts.clear(store)>{say!("button.dismiss_all")}</Button>
            </div>
        })
    };
    view! {
        <section
            class="toasts"
            aria-label=say!("region.outcomes")
            on:pointerenter=move |_| toasts.pointed.set(true)
            on:pointerleave=move |_| toasts.pointed.set(false)
        >
            {head}
            <div class="toasts-list">
                <For each=move || toasts.all.get() key=|toast| toast.number let:toast>
                    <One toast />
                </For>
            </div>
        </section>
    }
}

#[component]
fn One(toast: Toast) -> impl IntoView {
    let store = use_store();
    let (number, id) = (toast.number, toast.element_id());
    let dismiss = move || {
        store.toasts.remove(store, |toast| toast.number == number);
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            dismiss();
        }
    };
    let class = match toast.tone {
        Tone::Asked => "toast",
        Tone::Done => "toast toast-done",
        Tone::Doubt => "toast toast-doubt",
        Tone::Wrong => "toast toast-wrong",
    };
    // What was done interrupts nobody.
    let role = match toast.until {
        Some(_) => "status",
        None => "alert",
    };
    view! {
        <div class=class id=id on:keydown=pressed>
            <span class="toast-sign" aria-hidden="true">
                {toast.tone.sign()}
            </span>
            <p role=role>{toast.words}</p>
            <Button press=dismiss>{say!("button.dismiss")}</Button>
        </div>
    }
}
