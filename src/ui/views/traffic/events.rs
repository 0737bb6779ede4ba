//! The table of events by name.

use leptos::prelude::*;
use switchboard_core::words::{say, traffic as words};

use super::Numbers;

/// Which events came, how often, how heavy, and whether anything reads them.
#[component]
pub(super) fn Events(numbers: RwSignal<Numbers>) -> impl IntoView {
    let rows = move || {
        let events = numbers.with(|all| all.events.clone());
        let rows = events.into_iter().map(|[name, rest @ ..]| {
            let rest = rest.map(|text| view! { <td>{text}</td> });
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    {rest.collect_view()}
                </tr>
            }
        });
        rows.collect_view()
    };
    let none = move || {
        let none = numbers.with(|all| all.events.is_empty());
        none.then(|| say!("traffic.none"))
    };
    let heads = words::heads().map(|head| view! { <th scope="col">{head}</th> });
    view! {
        <section class="traffic-part">
            <h3>{say!("traffic.table")}</h3>
            <table aria-label=say!("traffic.table")>
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="traffic-soft">{none}</p>
        </section>
    }
}
