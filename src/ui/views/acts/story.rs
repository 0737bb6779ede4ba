//! What happened in a call: of one that goes on, and of one that is over.

use leptos::prelude::*;
use switchboard_core::board::Story;
use switchboard_core::board::ended::Ended;
use switchboard_core::words::{ended as words, say, time};

use super::AtRow;
use crate::ui::kit::{Button, copy};
use crate::ui::store::use_store;

/// So many steps are in sight: the first ones are told by their number.
const SHOWN: usize = 40;

/// What happened, a sentence a step.
#[component]
pub(super) fn Happened(
    /// What.
    #[prop(into)]
    story: Signal<Option<Story>>,
    /// What the call is called.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let store = use_store();
    let told =
        Memo::new(move |_| story.with(|story| story.as_ref().map(words::told).unwrap_or_default()));
    let copied = RwSignal::new(String::new());
    let lines = move || {
        let told = told.get();
        let before = told.len().saturating_sub(SHOWN);
        let more = (before > 0).then(|| view! { <li>{say!("story.more", count = before)}</li> });
        let lines = told.into_iter().skip(before).map(|(at, sentence)| {
            view! {
                <li>
                    <time class="story-time">{store.time_of_day_whole(at)}</time>
                    " "
                    {sentence}
                </li>
            }
        });
        (more, lines.collect_view())
    };
    let take = move || {
        let text = untrack(|| {
            story.with(|story| {
                let story = story.as_ref()?;
                Some(words::as_text(&title.get(), story, |at| {
                    store.time_of_day_whole(at)
                }))
            })
        });
        copy(text.unwrap_or_default(), copied);
    };
    let none = move || {
        told.with(Vec::is_empty)
            .then(|| view! { <p class="will-hint">{say!("story.none")}</p> })
    };
    view! {
        <section class="story" aria-labelledby="story-title">
            <h3 class="story-title" id="story-title">
                {say!("story.title")}
            </h3>
            {none}
            <ol class="story-lines" tabindex="0" aria-labelledby="story-title">
                {lines}
            </ol>
            <p class="story-copy">
                <Button press=take>{say!("button.copy")}</Button>
                <span role="status">{copied}</span>
            </p>
        </section>
    }
}

/// A call that is over.
#[component]
pub(super) fn OpenEnded(
    /// Its name.
    id: String,
) -> impl IntoView {
    let store = use_store();
    // It stays as long as it is read, though the last of them were others by then.
    let row: Option<Ended> = store
        .look(|c| c.tables().ended.find(&id).cloned())
        .flatten();
    let title = row.as_ref().map(|row| words::called(&row.from));
    let title = title.unwrap_or_default();
    let result = row.as_ref().map(|row| {
        let times = [row.began, row.ended].map(|at| store.time_of_day_whole(at));
        let [began, ended] = times;
        say!(
            "ended.from_to",
            result = words::result(row),
            began = began,
            ended = ended,
            span = time::millis(row.duration())
        )
    });
    let story = row.map(|row| row.story);
    view! {
        <AtRow title=Signal::stored(title.clone())>
            <p class="call-state">{result}</p>
            <Happened story=Signal::stored(story) title=Signal::stored(title) />
            <div class="popover-buttons">
                <Button first=true press=move || store.popovers.leave(store)>
                    {say!("button.close")}
                </Button>
            </div>
        </AtRow>
    }
}
