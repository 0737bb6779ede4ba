//! A button.

use leptos::prelude::*;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Plain,
    /// What somebody came for.
    Primary,
    /// What cannot be taken back.
    Danger,
    /// Without a border.
    Quiet,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Danger => "button danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A button.
#[component]
pub fn Button(
    /// What it does when it is pressed. Without that, it sends the form it stands in.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// Whether it is told that it can do nothing now. It can be reached and pressed all the same:
    /// who does so learns why.
    #[prop(optional, into)]
    off: Signal<bool>,
    /// The id of what is said about it.
    #[prop(optional)]
    about: Option<&'static str>,
    /// The key that does the same.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Whether it has the focus first.
    #[prop(optional)]
    first: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let pressed = move |_| {
        if let Some(press) = press {
            press.run(());
        }
    };
    view! {
        <button
            type=if press.is_some() { "button" } else { "submit" }
            class=look.class()
            aria-disabled=move || off.get().then_some("true")
            aria-describedby=about
            aria-keyshortcuts=key
            data-first=first.then_some("")
            on:click=pressed
        >
            {children()}
        </button>
    }
}
