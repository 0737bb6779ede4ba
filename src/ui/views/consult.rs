//! Calls on which somebody is asked first: a band for each at the foot of the board, on whichever place,
//! which says where everybody is and what can be done. The board gives up room at its end for it, so
//! that nothing moves under a hand.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use switchboard_core::acts::consult::Wish;
use switchboard_core::console::{Console, ConsultId};
use switchboard_core::words::consult::{self, Told};
use switchboard_core::words::outcome::Tone;
use switchboard_core::words::say;

use crate::ui::dom;
use crate::ui::kit::{Button, Icon, Look, Picture};
use crate::ui::later::{Later, READ};
use crate::ui::store::{Store, set, use_store};
use crate::ui::views;

/// Where they are.
const BANDS: &str = ".consults";

/// Those of this page, as they were drawn last.
pub(in crate::ui) type Bands = Vec<(ConsultId, Told)>;

/// Copies what the console holds. A focus in what goes stays in the bands, or falls to the place.
pub(in crate::ui) fn copy(store: Store, console: &Console) {
    let bands = store.seen.consults;
    let now: Bands = console
        .consults()
        .map(|(id, one)| (id, consult::told(one)))
        .collect();
    if bands.with_untracked(|before| *before == now) {
        return;
    }
    let said = |id: &ConsultId, bands: &Bands| {
        let of = bands.iter().find(|(one, _)| one == id);
        of.map(|(_, told)| told.words.clone())
    };
    let news: Vec<String> = bands.with_untracked(|before| {
        let news = now
            .iter()
            .filter(|(id, told)| said(id, before).as_ref() != Some(&told.words));
        news.map(|(_, told)| told.words.clone()).collect()
    });
    if !news.is_empty() {
        store.seen.said.set(news.join(" "));
    }
    let had_focus = dom::has_focus(BANDS);
    set(bands, now);
    if had_focus {
        set_timeout(
            move || {
                if !dom::has_focus(BANDS) && !goes_there() {
                    views::focus(store);
                }
            },
            Duration::ZERO,
        );
    }
}

/// Moves the focus to the first button of the first band; whether there is one.
pub(in crate::ui) fn goes_there() -> bool {
    let bands = document().query_selector(BANDS).ok().flatten();
    let stops = bands
        .map(|bands| dom::tab_stops(&bands))
        .unwrap_or_default();
    stops.first().is_some_and(dom::gives_focus)
}

/// All of them.
#[component]
pub(in crate::ui) fn Consultations() -> impl IntoView {
    let bands = use_store().seen.consults;
    let ids =
        Memo::new(move |_| bands.with(|bands| bands.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
    let each = move || ids.get().into_iter().enumerate();
    view! {
        <section class="consults" aria-label=say!("consult.region")>
            <For each key=|(_, id)| *id let((number, id))>
                <Band id number />
            </For>
        </section>
    }
}

/// One of them.
#[component]
fn Band(
    /// Which.
    id: ConsultId,
    /// How many stand before.
    number: usize,
) -> impl IntoView {
    let store = use_store();
    let bands = store.seen.consults;
    // As it was last known.
    let told = Memo::new(move |before: Option<&Option<Told>>| {
        let now = bands.with(|bands| {
            let of = bands.iter().find(|(one, _)| *one == id);
            of.map(|(_, told)| told.clone())
        });
        now.or_else(|| before.cloned().flatten())
    });
    let of = move |part: fn(&Told) -> String| {
        move || {
            told.with(|told| told.as_ref().map(part))
                .unwrap_or_default()
        }
    };
    let buttons = Memo::new(move |_| {
        let buttons = told.with(|told| told.as_ref().map(|told| told.buttons.clone()));
        buttons.unwrap_or_default()
    });
    let over = Memo::new(move |_| told.with(|told| told.as_ref().is_none_or(|told| told.over)));
    let fresh = just_changed(buttons);
    let live = store.seen.phase;
    let off = Signal::derive(move || fresh.get() || !live.with(ajam::session::Phase::may_ask));
    let tone = Memo::new(move |_| {
        let tone = told.with(|told| told.as_ref().map(|told| told.tone));
        tone.unwrap_or(Tone::Asked)
    });
    let class = move || match tone.get() {
        Tone::Asked => "consult",
        Tone::Done => "consult consult-done",
        Tone::Doubt => "consult consult-doubt",
        Tone::Wrong => "consult consult-wrong",
    };
    let icon = move || match tone.get() {
        Tone::Asked => Icon::Call,
        Tone::Done => Icon::Tick,
        Tone::Doubt | Tone::Wrong => Icon::Warning,
    };
    let dismiss = move || {
        store.touch(|console| console.dismiss(id));
        store.commit();
    };
    let (words, hint) = (
        format!("consult-words-{number}"),
        format!("consult-hint-{number}"),
    );
    let (named, about) = (words.clone(), hint.clone());
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            match over.get_untracked() {
                true => dismiss(),
                false => views::focus(store),
            }
        }
        "ArrowLeft" | "ArrowRight" => {
            event.prevent_default();
            step(&event, event.key() == "ArrowRight");
        }
        _ => {}
    };
    view! {
        <div
            class=class
            role="group"
            aria-labelledby=named
            aria-describedby=about
            on:keydown=pressed
        >
            <Picture icon=Signal::derive(icon) />
            <div class="consult-told">
                <p class="consult-words" id=words>
                    {of(|told| told.words.clone())}
                </p>
                <p class="consult-hint" id=hint>
                    {of(|told| told.hint.clone())}
                </p>
            </div>
            <div class="consult-buttons">
                <For each=move || buttons.get() key=|(wish, _)| *wish let((wish, label))>
                    <Button
                        look=if wish == Wish::Connect { Look::Primary } else { Look::Plain }
                        off
                        press=move || {
                            if !off.get_untracked() {
                                store.wish(id, wish);
                            }
                        }
                    >
                        {label}
                    </Button>
                </For>
                <Show when=move || over.get()>
                    <Button press=dismiss>{say!("button.dismiss")}</Button>
                </Show>
            </div>
        </div>
    }
}

/// Moves the focus to the next button beside the one that has it.
fn step(event: &KeyboardEvent, on: bool) {
    let Some(here) = dom::target(event) else {
        return;
    };
    let Some(around) = here.closest(".consult-buttons").ok().flatten() else {
        return;
    };
    let stops = dom::tab_stops(&around);
    let Some(at) = stops.iter().position(|one| **one == here) else {
        return;
    };
    let next = match on {
        true => at + 1,
        false => at + stops.len() - 1,
    };
    let _ = stops[next % stops.len()].focus();
}

/// Whether other buttons than before stand there only now.
fn just_changed(buttons: Memo<Vec<(Wish, String)>>) -> RwSignal<bool> {
    let fresh = RwSignal::new(false);
    let later = Later::new();
    Effect::new(move |before: Option<Vec<(Wish, String)>>| {
        let now = buttons.get();
        if before.is_some_and(|before| before != now) {
            fresh.set(true);
            later.after(READ, move || fresh.set(false));
        }
        now
    });
    fresh
}
