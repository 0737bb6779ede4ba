//! A call, opened: who is on it, on which channels, and what can be done with each of them.

use ajam::ami::Uniqueid;
use leptos::prelude::*;
use switchboard_core::acts::Person;
use switchboard_core::board::calls::Call;
use switchboard_core::board::{Row, Story};
use switchboard_core::console::Act;
use switchboard_core::route::Place;
use switchboard_core::words::{calls, cells, outcome, say, target};

use super::story::Happened;
use super::{AtRow, hindrance};
use crate::ui::kit::Button;
use crate::ui::store::use_store;
use crate::ui::views::rings;

/// Everybody on the call, until it ends.
#[component]
pub(super) fn OpenCall(
    /// The call.
    id: Uniqueid,
) -> impl IntoView {
    let store = use_store();
    let call = StoredValue::new(id);
    // As it was last known.
    let known = Memo::new(move |before: Option<&Option<Call>>| {
        store.popovers.beat.track();
        let id = call.get_value();
        let now = store
            .look(|c| c.tables().calls.find(&id).cloned())
            .flatten();
        now.or_else(|| before.cloned().flatten())
    });
    let title = move || {
        known
            .with(|known| known.as_ref().map(calls::called))
            .unwrap_or_default()
    };
    let people = move || {
        let people = known.with(|known| {
            let people = known.iter().flat_map(Call::people).cloned();
            people.collect::<Vec<_>>()
        });
        people.into_iter().enumerate()
    };
    let story = Memo::new(move |before: Option<&Option<Story>>| {
        store.popovers.beat.track();
        let id = call.get_value();
        let now = store.look(|c| c.story(&id)).flatten();
        now.or_else(|| before.cloned().flatten())
    });
    let story = move || story.get();
    let state = move || known.with(|known| known.as_ref().map(|call| calls::state(&call.state)));
    view! {
        <AtRow title=Signal::derive(title)>
            <p class="call-state">{state}</p>
            <div class="call-people">
                <For
                    each=people
                    key=|(_, person)| person.leg.clone()
                    children=move |(number, person)| {
                        view! { <OnCall call=call.get_value() person number /> }
                    }
                />
            </div>
            <Happened story=Signal::derive(story) title=Signal::derive(title) />
            <div class="popover-buttons">
                <Button first=true press=move || store.popovers.leave(store)>
                    {say!("button.close")}
                </Button>
            </div>
        </AtRow>
    }
}

/// Somebody on the call.
#[component]
fn OnCall(
    /// The call.
    call: Uniqueid,
    /// Who.
    person: Person,
    /// How many stand before.
    number: usize,
) -> impl IntoView {
    let store = use_store();
    let leg = StoredValue::new(person.leg.clone());
    let call = StoredValue::new(call);
    let row = Memo::new(move |_| {
        store.popovers.beat.track();
        let leg = leg.get_value();
        store.look(|c| c.board().find(&leg).cloned()).flatten()
    });
    let of_row = move |of: fn(&Row) -> String| {
        move || row.with(|row| row.as_ref().map(of)).unwrap_or_default()
    };
    let ended = move || row.with(|row| row.as_ref().is_none_or(|row| row.ended.is_some()));
    let name = format!("call-person-{number}");
    let label = name.clone();
    let acts = Act::ON_CHANNEL.map(|act| {
        let why = hindrance(store, act, ended);
        let press = move || {
            if untrack(|| why.with(Option::is_none)) {
                let at = call.get_value();
                let (popovers, leg) = (store.popovers, leg.get_value());
                popovers.open(store, &leg, act, (Place::Calls, &at));
            }
        };
        view! {
            <Button press off=Signal::derive(move || why.with(Option::is_some))>
                {outcome::name(act)}
            </Button>
        }
    });
    view! {
        <div class="call-person" role="group" aria-labelledby=label>
            <p class="call-person-name" id=name>
                {target::called(&person)}
            </p>
            <p class="call-person-leg">
                <span>{of_row(|row| cells::status(&row.status))}</span>
                " "
                <button
                    type="button"
                    class="link call-person-channel"
                    on:click=move |_| rings::show_channel(store, &leg.get_value())
                >
                    <bdi>{cells::channel(&person.channel)}</bdi>
                </button>
                " "
                <bdi>{of_row(|row| cells::shown(&row.application))}</bdi>
            </p>
            <div class="popover-buttons">{acts.collect_view()}</div>
        </div>
    }
}
