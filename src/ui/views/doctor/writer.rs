//! Writes an account for `manager.conf`.

use ajam::ami::Secret;
use leptos::html;
use leptos::prelude::*;
use switchboard_core::doctor::writer::{self, Name, Profile, RANDOM, System};
use switchboard_core::recipe;
use switchboard_core::words::{doctor as words, doctor::tell, say};

use crate::ui::kit::{Button, Choice, Field, Look, copy};

/// The lines of an account, made of what somebody chooses.
#[component]
pub(super) fn Writer() -> impl IntoView {
    let default = tell!("doctor.default_name");
    let name = RwSignal::new(default.clone());
    let profile = RwSignal::new(Profile::Watch);
    let system = RwSignal::new(System::Asterisk);
    let secret = RwSignal::new(random());
    let wrong = Memo::new(move |_| name.with(|name| Name::new(name).err().map(words::unfit_name)));
    let lines = Memo::new(move |_| {
        secret.with(|secret| match (name.with(|name| Name::new(name)), secret) {
            (Ok(name), Some(secret)) => words::account(&name, secret, profile.get(), system.get()),
            _ => String::new(),
        })
    });
    view! {
        <section class="sheet">
            <h2>{tell!("doctor.write")}</h2>
            <p class="needs">{tell!("doctor.write_intro")}</p>
            <Field
                id="writer-name"
                error_id="writer-error"
                label=tell!("doctor.name")
                value=default
                typed=move |typed| name.set(typed)
                error=wrong
                alert=true
            />
            <Choice
                name="profile"
                legend=tell!("doctor.for_what")
                all=Profile::ALL.map(|profile| (profile, words::profile(profile))).into()
                chosen=Signal::derive(move || Some(profile.get()))
                choose=move |chosen| profile.set(chosen)
            />
            <p class="needs">{move || words::no_more(profile.get())}</p>
            <Choice
                name="system"
                legend=tell!("doctor.on.what")
                all=System::ALL.map(|system| (system, words::system(system))).into()
                chosen=Signal::derive(move || Some(system.get()))
                choose=move |chosen| system.set(chosen)
            />
            <p class="needs">{move || words::put(system.get())}</p>
            <Lines lines another=move || secret.set(random()) />
            <Rights />
            <Beyond />
        </section>
    }
}

/// The lines, to be copied.
#[component]
fn Lines(
    /// The lines.
    lines: Memo<String>,
    /// Has another secret made.
    #[prop(into)]
    another: Callback<()>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let copied = RwSignal::new(String::new());
    // What was said of other lines is no longer so.
    Effect::new(move || {
        lines.track();
        copied.set(String::new());
    });
    let take = move || {
        if let Some(area) = area.get_untracked() {
            area.select();
        }
        copy(lines.get_untracked(), copied);
    };
    view! {
        <p class="field">
            <label for="writer-lines">{tell!("doctor.lines")}</label>
            <textarea
                id="writer-lines"
                class="input writer-lines"
                readonly
                rows="8"
                spellcheck="false"
                prop:value=lines
                node_ref=area
            ></textarea>
        </p>
        <p class="needs">{tell!("doctor.secret_note")}</p>
        <div class="writer-buttons">
            <Button look=Look::Primary press=take>
                {say!("button.copy")}
            </Button>
            <Button press=another>{tell!("doctor.another")}</Button>
            <p class="needs" role="status">
                {copied}
            </p>
        </div>
    }
}

/// The rights of the recipe, and what each is for.
#[component]
fn Rights() -> impl IntoView {
    let rights = recipe::RIGHTS.iter().chain(&recipe::OPTIONAL);
    let rights = rights.map(|right| {
        view! {
            <dt>{words::right(*right)}</dt>
            <dd>{words::gives(right.gives)}</dd>
        }
    });
    view! {
        <div class="writer-more">
            <h3>{tell!("doctor.rights")}</h3>
            <dl class="rights">{rights.collect_view()}</dl>
        </div>
    }
}

/// What the account can do besides.
#[component]
fn Beyond() -> impl IntoView {
    let more = words::beyond().into_iter();
    view! {
        <div class="writer-more">
            <h3>{tell!("doctor.beyond.heading")}</h3>
            {more.map(|words| view! { <p class="needs">{words}</p> }).collect_view()}
        </div>
    }
}

/// A secret of the browser's own randomness.
fn random() -> Option<Secret> {
    let mut bytes = [0; RANDOM];
    let crypto = window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(writer::secret(&bytes))
}
