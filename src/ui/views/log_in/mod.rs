//! The log-in form: the one that stands in `index.html`, taken over. Nobody who typed before the
//! module was there types again. The secret is read from its field when it is sent, and kept
//! nowhere here.

mod early;

use ajam::session::{Phase, Scope, SignedOut};
use leptos::html;
use leptos::prelude::*;
use switchboard_core::words::connection;

use super::credentials::{Blank, credentials};
use crate::ui::kit::Details;
use crate::ui::state::{use_ask, use_session};
pub(in crate::ui) use early::Early;
use early::Parts;

/// The id of the field that is filled in first.
pub(super) const FIRST: &str = "username";

/// The form, for as long as it is drawn.
#[component]
pub(in crate::ui) fn LogIn(
    /// The one that stands in the page.
    early: Early,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    if let Some(parts) = early.parts() {
        run(parts, place);
    }
    on_cleanup(move || early.clear());
    view! { <div class="part" node_ref=place></div> }
}

fn run(parts: Parts, place: NodeRef<html::Div>) {
    let (session, ask) = (use_session(), use_ask());
    let phase = session.phase;
    // What was left empty.
    let blank = RwSignal::new(None);
    let busy = move || phase.with(|phase| *phase == Phase::SigningIn);

    let of = parts.clone();
    let send = move || {
        if untrack(busy) {
            return;
        }
        let (username, secret) = of.typed();
        let credentials = credentials(&username, secret);
        blank.set(credentials.as_ref().err().copied());
        match credentials {
            Err(blank) => of.focus(blank),
            Ok(credentials) => {
                let scope = match of.is_apart() {
                    true => Scope::Tab,
                    false => Scope::Browser,
                };
                ask.sign_in(credentials, scope);
            }
        }
    };
    parts.on_submit(send.clone());
    parts.put_below_title(view! { <Why /> }.into_any());

    let of = parts.clone();
    Effect::new(move || of.set_busy(busy()));
    let of = parts.clone();
    let refusal = Memo::new(move |_| {
        phase.with(|phase| match phase {
            Phase::SignedOut(SignedOut::Refused(words)) => Some(connection::refused(words)),
            _ => None,
        })
    });
    Effect::new(move || {
        let blank = blank.get();
        let is = |field: Blank| blank.filter(|blank| *blank == field).map(Blank::words);
        let refused = refusal.get().filter(|_| blank.is_none());
        of.set_error(Blank::Username, is(Blank::Username));
        of.set_error(Blank::Secret, is(Blank::Secret).or(refused));
    });

    // Only what is in the page can take the focus.
    Effect::new(move |came: Option<bool>| {
        let Some(place) = place.get() else {
            return false;
        };
        if came != Some(true) {
            parts.move_into(&place);
            if parts.was_asked() {
                send();
            }
            // Where the next word is to be typed, unless somebody types already.
            if !parts.has_focus() {
                parts.focus(Blank::Username);
            }
        }
        if refusal.with(Option::is_some) {
            parts.select_secret();
        }
        true
    });
}

/// Why somebody has to log in.
#[component]
fn Why() -> impl IntoView {
    let session = use_session();
    let why = Memo::new(move |_| {
        session.phase.with(|phase| match phase {
            Phase::SignedOut(why) => Some(why.clone()),
            _ => None,
        })
    });
    move || {
        let why = why.get()?;
        let words = connection::signed_out(&why)?;
        let technical = match &why {
            SignedOut::Unreachable(trouble) => Some(connection::technical(trouble)),
            _ => None,
        };
        let class = match technical {
            Some(_) => "remark wrong",
            None => "remark",
        };
        Some(view! {
            <div class=class role="alert">
                <p>{words}</p>
                {technical.map(|technical| view! { <Details technical /> })}
            </div>
        })
    }
}
