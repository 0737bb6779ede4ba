//! The few pictures, drawn with lines of the text's own colour.

use leptos::prelude::*;

/// A picture that stands beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Bell,
    Call,
    Pause,
    Parked,
    Warning,
    Cross,
    Ring,
    More,
    Search,
    Refresh,
    Mark,
    Tick,
    Question,
    Dash,
}

impl Icon {
    /// Its lines, as in the attribute `d`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Bell => "M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM7 14h2M8 1.5V3",
            Self::Call => {
                "M5.2 2.5 3.4 3C2.6 7 9 13.400 13 12.600l.5-1.800-2.700-1.500-1.400 1.200C8 9.800 \
                 6.200 8 5.500 6.600l1.200-1.400z"
            }
            Self::Pause => "M5.500 3.500v9M10.500 3.500v9",
            Self::Parked => "M2.500 2.500h11v11h-11zM6.500 11.500v-7h2a2 2 0 0 1 0 4h-2",
            Self::Warning => "M8 2 14.500 13.500h-13zM8 6.500v3M8 11.500v.300",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Ring => "M8 3.500a4.500 4.500 0 1 0 .010 0",
            Self::More => "M3 8h.010M8 8h.010M13 8h.010",
            Self::Search => "M7 2.500a4.500 4.500 0 1 0 .010 0M10.500 10.500l3.500 3.500",
            Self::Refresh => "M13 8a5 5 0 1 1-1.500-3.600L13 6M13 2.500V6H9.500",
            Self::Tick => "M3 8.500l3.500 3.500L13 4.500",
            Self::Question => {
                "M5.500 5.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .7-1 1.500M8 12.300v.2"
            }
            Self::Dash => "M4 8h8",
            Self::Mark => "M2 4h3c3 0 2 8 5 8h1M2 12h3c1 0 1.500-1 2-2M12.500 4h.010",
        }
    }
}

/// A picture. It says nothing to a screen reader: words stand beside it.
#[component]
pub fn Picture(
    /// Which one.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=move || icon.get().path()></path>
        </svg>
    }
}
