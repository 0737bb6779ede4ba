//! What the page costs the server, drawn once a second. The board goes on being asked for
//! meanwhile: it is what costs.

mod advice;
mod events;

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html::Section;
use leptos::prelude::*;
use switchboard_core::route::Place;
use switchboard_core::words::say;
use switchboard_core::words::traffic::{self as words, Figure};

use super::{PLACE, arrive};
use crate::ui::dom;
use crate::ui::store::{Store, use_store};
use advice::Advice;
use events::Events;

/// How far back the numbers reach, in seconds.
const SPAN: usize = 10;

/// What changes in it, in words.
#[derive(Clone, Default)]
struct Numbers {
    span: String,
    figures: Vec<Figure>,
    asked: String,
    kept_back: String,
    /// What would be saved, lines for the account, lines for the server.
    advice: [String; 3],
    events: Vec<[String; 5]>,
}

impl Numbers {
    fn of(store: Store) -> Self {
        let now = store.now();
        let told = store.touch(|console| {
            let (report, advice) = console.traffic(SPAN, now);
            let session = console.session();
            let lines = report.lines.iter();
            Self {
                span: words::span(&report),
                figures: words::figures(&report).into(),
                asked: words::asked(session),
                kept_back: words::kept_back(session),
                advice: words::advice(&advice),
                events: lines.map(|line| words::line(line, &report)).collect(),
            }
        });
        told.unwrap_or_default()
    }
}

pub(super) fn view() -> AnyView {
    let store = use_store();
    let numbers = RwSignal::new(Numbers::of(store));
    keep_counting(store, numbers);
    leave_by_escape(store);
    let section = NodeRef::<Section>::new();
    arrive(section);
    let of = move |one: fn(&Numbers) -> &String| move || numbers.with(|all| one(all).clone());
    view! {
        <section class="traffic" id=PLACE tabindex="0" aria-labelledby="traffic-title" node_ref=section>
            <div class="traffic-page">
                <h2 class="traffic-title" id="traffic-title">
                    {say!("traffic.title")}
                </h2>
                <p>{say!("traffic.intro")}</p>
                <p class="traffic-soft">{of(|all| &all.span)}</p>
                <Figures numbers />
                <section class="traffic-part">
                    <h3>{say!("traffic.asked")}</h3>
                    <p>{of(|all| &all.asked)}</p>
                    <p>{of(|all| &all.kept_back)}</p>
                </section>
                <Advice numbers />
                <Events numbers />
                <section class="traffic-part">
                    <h3>{say!("traffic.kept")}</h3>
                    <ul>{words::bounds().map(|bound| view! { <li>{bound}</li> }).collect_view()}</ul>
                </section>
            </div>
        </section>
    }
    .into_any()
}

/// What it comes to in all.
#[component]
fn Figures(numbers: RwSignal<Numbers>) -> impl IntoView {
    let figures = move || {
        let figures = numbers.with(|all| all.figures.clone());
        let figures = figures.into_iter().map(|figure| {
            view! {
                <div>
                    <dt>{figure.name}</dt>
                    <dd class="traffic-value">{figure.value}</dd>
                    <dd class="traffic-soft">{figure.more}</dd>
                </div>
            }
        });
        figures.collect_view()
    };
    view! { <dl class="traffic-figures">{figures}</dl> }
}

fn keep_counting(store: Store, numbers: RwSignal<Numbers>) {
    let count = move || {
        if !document().hidden() {
            numbers.set(Numbers::of(store));
        }
    };
    let second = set_interval_with_handle(count, Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(second) = second {
            second.clear();
        }
    });
}

/// Anywhere but in what has opened over it, or where it ends what is typed.
fn leave_by_escape(store: Store) {
    let pressed = move |event: KeyboardEvent| {
        let elsewhere = dom::target(&event).is_some_and(|at| {
            dom::takes_text(&at) || at.closest("dialog").is_ok_and(|open| open.is_some())
        });
        if event.key() == "Escape" && !elsewhere && !event.default_prevented() {
            store.router.back(Place::Channels);
        }
    };
    let keys = window_event_listener(leptos::ev::keydown, pressed);
    on_cleanup(move || keys.remove());
}
