//! A name and a number.

use leptos::prelude::*;

use crate::words::cells::Who;

/// The name strong, the number plain, each isolated: a name in another direction of writing must
/// not turn its neighbours around.
pub(super) fn party(who: impl Fn() -> Who + Clone + Send + Sync + 'static) -> impl IntoView {
    let num = who.clone();
    view! {
        <bdi class="who-name">{move || who().name}</bdi>
        " "
        <bdi class="who-num">{move || num().num}</bdi>
    }
}
