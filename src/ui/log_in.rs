//! The log-in form. The secret is read from its field when it is sent, and kept nowhere here.

use leptos::html;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::banner;
use super::store::Store;
use crate::ami::Secret;
use crate::session::{Credentials, Phase, Scope, SignedOut};
use crate::words::{connection, say};

/// Which field a message stands beside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Secret,
}

#[derive(Clone, Copy)]
struct Form {
    store: Store,
    username: NodeRef<html::Input>,
    secret: NodeRef<html::Input>,
    /// Whether it is for this tab only.
    apart: NodeRef<html::Input>,
    /// What was left empty.
    missing: RwSignal<Option<Field>>,
}

pub(super) fn log_in(store: Store) -> impl IntoView {
    let form = Form {
        store,
        username: NodeRef::new(),
        secret: NodeRef::new(),
        apart: NodeRef::new(),
        missing: RwSignal::new(None),
    };
    form.follow();
    let busy = form.busy();
    view! {
        <form class="log-in" novalidate on:submit=move |event| form.send(&event)>
            <h2 class="log-in-title">{say!("log_in.title")}</h2>
            {why(store)}
            <p class="field">
                <label for="username">{say!("field.username")}</label>
                <input
                    id="username"
                    class="input"
                    name="username"
                    node_ref=form.username
                    autocomplete="username"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-invalid=move || form.error(Field::Username).map(|_| "true")
                    aria-describedby="username-error"
                />
                <span class="field-error" id="username-error" role="alert">
                    {move || form.error(Field::Username)}
                </span>
            </p>
            <p class="field">
                <label for="secret">{say!("field.secret")}</label>
                <input
                    id="secret"
                    class="input"
                    name="secret"
                    type="password"
                    node_ref=form.secret
                    autocomplete="current-password"
                    aria-invalid=move || form.error(Field::Secret).map(|_| "true")
                    aria-describedby="secret-error"
                />
                <span class="field-error" id="secret-error" role="alert">
                    {move || form.error(Field::Secret)}
                </span>
            </p>
            <p class="choice">
                <input
                    id="apart"
                    type="checkbox"
                    node_ref=form.apart
                    aria-describedby="apart-hint"
                />
                <label for="apart">{say!("log_in.apart")}</label>
            </p>
            <p class="needs" id="apart-hint">{say!("log_in.apart_hint")}</p>
            <button
                type="submit"
                class="button primary wide"
                aria-busy=move || busy.get().then_some("true")
                aria-disabled=move || busy.get().then_some("true")
            >
                {say!("button.log_in")}
            </button>
            <p class="needs">{say!("log_in.needs")}</p>
            <a class="link" href=super::doctor::ADDRESS>{say!("doctor.link")}</a>
        </form>
    }
}

impl Form {
    fn busy(self) -> Memo<bool> {
        let phase = self.store.seen.phase;
        Memo::new(move |_| phase.with(|phase| *phase == Phase::SigningIn))
    }

    fn error(self, field: Field) -> Option<String> {
        if let Some(missing) = self.missing.get() {
            return (missing == field).then(|| match missing {
                Field::Username => say!("log_in.no_username"),
                Field::Secret => say!("log_in.no_secret"),
            });
        }
        self.store.seen.phase.with(|phase| match phase {
            Phase::SignedOut(SignedOut::Refused(words)) if field == Field::Secret => {
                Some(connection::refused(words))
            }
            _ => None,
        })
    }

    /// Puts the focus where the next word is to be typed.
    fn follow(self) {
        let phase = self.store.seen.phase;
        let refused = Memo::new(move |_| {
            phase.with(|phase| matches!(phase, Phase::SignedOut(SignedOut::Refused(_))))
        });
        Effect::new(move || {
            let (Some(username), Some(secret)) = (self.username.get(), self.secret.get()) else {
                return;
            };
            if refused.get() || !username.value().is_empty() {
                let _ = secret.focus();
                secret.select();
            } else {
                let _ = username.focus();
            }
        });
    }

    fn send(self, event: &SubmitEvent) {
        event.prevent_default();
        let (Some(username), Some(secret)) =
            (self.username.get_untracked(), self.secret.get_untracked())
        else {
            return;
        };
        if self.busy().get_untracked() {
            return;
        }
        let name = username.value().trim().to_owned();
        if name.is_empty() {
            self.missing.set(Some(Field::Username));
            let _ = username.focus();
        } else if secret.value().is_empty() {
            self.missing.set(Some(Field::Secret));
            let _ = secret.focus();
        } else {
            self.missing.set(None);
            let credentials = Credentials {
                username: name,
                secret: Secret::new(secret.value()),
            };
            let apart = self
                .apart
                .get_untracked()
                .is_some_and(|box_| box_.checked());
            let scope = if apart { Scope::Tab } else { Scope::Browser };
            self.store.sign_in(credentials, scope);
        }
    }
}

/// Why somebody has to log in.
fn why(store: Store) -> impl IntoView {
    let why = Memo::new(move |_| {
        store.seen.phase.with(|phase| match phase {
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
        let class = if technical.is_some() {
            "remark wrong"
        } else {
            "remark"
        };
        Some(view! {
            <div class=class role="alert">
                <p>{words}</p>
                {technical.map(banner::details)}
            </div>
        })
    }
}
