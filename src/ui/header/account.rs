//! The menu under the account's name: what is rare, and of the person more than of the calls.

use leptos::prelude::*;
use switchboard_core::words::{cells, phone, say};
use web_sys::MouseEvent;

use crate::ui::dom;
use crate::ui::kit::{Choose, Menu};
use crate::ui::store::use_store;

/// The button's element id.
const BUTTON: &str = "account";

/// The account's name, and its menu.
#[component]
pub(super) fn Account() -> impl IntoView {
    let store = use_store();
    let seen = store.seen;
    let open = RwSignal::new(false);
    // A press on the button closes the menu as one elsewhere does, before the button hears of it.
    let was_open = StoredValue::new(false);
    let pressed = move |event: MouseEvent| {
        let before = match event.detail() {
            0 => open.get_untracked(),
            _ => was_open.get_value(),
        };
        open.set(!before);
    };
    let name = move || {
        let account = seen.account.get().unwrap_or_default();
        cells::quoted(&account)
    };
    let leave = move || {
        open.set(false);
        dom::focus_id(BUTTON);
    };
    let menu = move || {
        open.get().then(|| {
            let set = seen.phone.get_untracked();
            let which = set.map_or_else(|| say!("phone.none"), |own| phone::name(&own));
            let all = vec![
                Choose {
                    name: say!("menu.my_phone", phone = which),
                    key: None,
                    why_not: None,
                    press: Callback::new(move |()| store.open_my_phone()),
                },
                Choose {
                    name: say!("keys.title"),
                    key: Some("?"),
                    why_not: None,
                    press: Callback::new(move |()| seen.keys.set(true)),
                },
            ];
            view! {
                <Menu
                    label=say!("menu.account", name = untrack(name))
                    all
                    leave
                    press_elsewhere=move || open.set(false)
                />
            }
        })
    };
    view! {
        <div class="account">
            <button
                id=BUTTON
                class="button account-button"
                type="button"
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=move || say!("menu.account", name = name())
                on:pointerdown=move |_| was_open.set_value(open.get_untracked())
                on:click=pressed
            >
                <span class="account-name" aria-hidden="true">
                    {move || say!("server.account", account = name())}
                </span>
            </button>
            {menu}
        </div>
    }
}
