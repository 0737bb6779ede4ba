//! The form for an account. The secret is read from its field when it is used.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use switchboard_core::doctor::Input;
use switchboard_core::words::{doctor::tell, say};

use super::use_checkup;
use crate::ui::kit::{Button, Field, Look};
use crate::ui::views::credentials::{Blank, credentials};

/// An account to be tried.
#[component]
pub(super) fn Account() -> impl IntoView {
    let checkup = use_checkup();
    let (username, secret) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let blank = RwSignal::new(None);
    let error = move |field: Blank| {
        Signal::derive(move || {
            blank
                .get()
                .filter(|blank| *blank == field)
                .map(Blank::words)
        })
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if untrack(|| checkup.is_listening()) {
            return checkup.visit().input(Input::Stop);
        }
        if untrack(|| checkup.is_busy()) {
            return;
        }
        let (Some(name), Some(word)) = (username.get_untracked(), secret.get_untracked()) else {
            return;
        };
        let credentials = credentials(&name.value(), word.value());
        blank.set(credentials.as_ref().err().copied());
        let _ = match credentials {
            Ok(credentials) => return checkup.visit().input(Input::SignIn(credentials)),
            Err(Blank::Username) => name.focus(),
            Err(Blank::Secret) => word.focus(),
        };
    };
    let words = move || match checkup.is_listening() {
        true => tell!("doctor.stop"),
        false => tell!("doctor.check_account"),
    };
    view! {
        <form class="sheet doctor-form" novalidate on:submit=send>
            <Field
                id="doctor-username"
                label=say!("field.username")
                complete="username"
                input=username
                error=error(Blank::Username)
                alert=true
            />
            <Field
                id="doctor-secret"
                label=say!("field.account_secret")
                kind="password"
                complete="current-password"
                input=secret
                error=error(Blank::Secret)
                alert=true
            />
            <Button
                look=Look::Primary
                off=Signal::derive(move || checkup.is_busy() && !checkup.is_listening())
            >
                {move || words()}
            </Button>
            <p class="needs">{tell!("doctor.account_needs")}</p>
        </form>
    }
}
