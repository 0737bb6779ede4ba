//! What can be done with a row: buttons in its last cell, or in a menu there where they have no room.

use std::time::Duration;

use leptos::prelude::*;
use switchboard_core::console::{Act, WhyNot};
use switchboard_core::words::{outcome, say};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, UiEvent};

use super::Listing;
use super::any::AnyListing;
use super::cells::{Showing, Shown};
use crate::ui::dom;
use crate::ui::grid::element::{listen, make, picture, said, set, tell};
use crate::ui::grid::{self, Part};
use crate::ui::kit::Icon;

/// How long it is told why a button does nothing.
const TOLD: Duration = Duration::from_secs(4);

/// The first button of a row.
pub(super) const FIRST: &str = ".acts button";

/// Something that can be done with a row: asked of Asterisk ([`Act`]), or of the page itself.
pub(in crate::ui) trait RowAct: Copy + Send + Sync + 'static {
    /// What its button is known by; nobody reads it.
    fn name(self) -> &'static str;
    /// The keys that do it, as browsers name them.
    fn keys(self) -> &'static [&'static str];
    /// What its button says.
    fn label(self) -> String;
}

impl RowAct for Act {
    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn keys(self) -> &'static [&'static str] {
        Self::keys(self)
    }

    fn label(self) -> String {
        outcome::name(self)
    }
}

/// The name of the button of the menu of what more can be done with a row.
pub(in crate::ui::views) const FURTHER: &str = "further";

/// The button of a row.
pub(in crate::ui::views) fn button(act: impl RowAct) -> Part {
    part(act.name())
}

/// The button of this name.
pub(in crate::ui::views) fn part(name: &str) -> Part {
    Part::First(format!(".act-{name}"))
}

/// The last cell of a row.
pub(in crate::ui::views) struct Acts {
    pub cell: Element,
    more: Element,
    buttons: Vec<Button>,
    further: Option<Element>,
    /// The ids of what says whose row it is.
    about: String,
}

impl Acts {
    /// Those of a new row. `about` are the ids of the cells that say whose row it is.
    pub(in crate::ui::views) fn make<L: Listing>(
        listing: L,
        element_id: &dyn Fn(&str) -> String,
        about: String,
        shown: Showing<L::Line>,
    ) -> Self {
        Self::of(&listing.any(), element_id, about, shown.signal)
    }

    /// The same, whatever the row.
    pub(super) fn of(
        listing: &AnyListing,
        element_id: &dyn Fn(&str) -> String,
        about: String,
        shown: RwSignal<grid::Shown>,
    ) -> Self {
        let (kind, table) = (&listing.kind, listing.table());
        let more = make(
            "button",
            &[
                ("type", "button"),
                ("class", "act act-more"),
                ("aria-expanded", "false"),
                ("aria-describedby", &about),
            ],
            &[
                &picture(Icon::More).0,
                &said("span", "hidden", &say!("button.actions")),
            ],
        );
        let names = kind.acts().into_iter().map(|(name, _)| name);
        let button = |(act, name)| {
            let why = element_id(&format!("no-{name}"));
            Button::new(name, &kind.label(act), &why, &about)
        };
        let buttons: Vec<Button> = names.enumerate().map(button).collect();
        let further = kind.has_further().then(|| {
            let attributes = [
                ("type", "button"),
                ("class", "act act-further"),
                ("aria-haspopup", "menu"),
                ("title", &say!("button.more")),
                ("aria-describedby", &about),
            ];
            let name = said("span", "act-further-name", &say!("button.more"));
            make("button", &attributes, &[&picture(Icon::More).0, &name])
        });
        let places = buttons.iter().map(|button| &button.place);
        let places: Vec<&Element> = places.chain(&further).collect();
        let acts = make("span", &[("class", "acts")], &places);
        let cell = make(
            "td",
            &[("role", "gridcell"), ("class", "grid-cell acts-cell")],
            &[&more, &acts],
        );

        let (folded, opener) = (cell.clone(), more.clone());
        listen(&more, "click", move |_| {
            let open = !folded.class_list().contains("acts-open");
            fold(&folded, &opener, open);
        });
        for event in ["pointerover", "focusin"] {
            listen(&cell, event, |event| {
                let on = event.target().and_then(|on| on.dyn_into::<Element>().ok());
                let place = on.and_then(|on| on.closest(".act-place").ok().flatten());
                if let Some(place) = place {
                    find_room(&place);
                }
            });
        }
        if let Some(further) = &further {
            let (folded, opener, kind) = (cell.clone(), more.clone(), kind.clone());
            listen(further, "click", move |event| {
                let key = shown.with_untracked(|shown| shown.key.clone());
                if is_pointed(&event) && !table.is_meant(&key) {
                    return;
                }
                fold(&folded, &opener, false);
                kind.further(&key);
            });
        }
        for (act, button) in buttons.iter().enumerate() {
            let (folded, opener, kind) = (cell.clone(), more.clone(), kind.clone());
            let place = button.place.clone();
            listen(&button.button, "click", move |event| {
                let key = shown.with_untracked(|shown| shown.key.clone());
                if is_pointed(&event) && !table.is_meant(&key) {
                    return;
                }
                let can = shown.with_untracked(|shown| {
                    !shown.ended && kind.why_not(&shown.line, act).is_none()
                });
                if can {
                    fold(&folded, &opener, false);
                    kind.act(&key, act);
                } else {
                    tell_why(&place);
                }
            });
        }
        Self {
            cell,
            more,
            buttons,
            further,
            about,
        }
    }

    /// What the Tab key reaches.
    pub(in crate::ui::views) fn stops(&self) -> Vec<&Element> {
        let buttons = self.buttons.iter().map(|button| &button.button);
        let all = [&self.more].into_iter().chain(buttons);
        all.chain(&self.further).collect()
    }

    /// Draws what has changed.
    pub(in crate::ui::views) fn draw<L: Listing>(
        &self,
        before: Option<Shown<'_, L::Line>>,
        now: Shown<'_, L::Line>,
    ) {
        for (act, button) in L::ACTS.iter().zip(&self.buttons) {
            let why = why_not::<L>(now, *act);
            if before.is_none_or(|before| why_not::<L>(before, *act) != why) {
                button.draw(why, &self.about);
            }
        }
    }
}

/// By a pointer, not by a key.
fn is_pointed(event: &Event) -> bool {
    let event = event.dyn_ref::<UiEvent>();
    event.is_some_and(|event| event.detail() > 0)
}

/// Why this cannot be done with a row; none if it can.
fn why_not<L: Listing>(shown: Shown<'_, L::Line>, act: L::Act) -> Option<WhyNot> {
    match shown.ended {
        true => Some(WhyNot::Ended),
        false => L::why_not(shown.row, act),
    }
}

/// Says for a while why a button does nothing: a finger does not hover.
fn tell_why(place: &Element) {
    set(place, "data-told", Some(""));
    find_room(place);
    let place = place.clone();
    set_timeout(move || set(&place, "data-told", None), TOLD);
}

/// Puts why a button does nothing where there is room for it and no words of another row are: below the
/// buttons, or above them at the end of the table; in a narrow window over the head of the table.
fn find_room(place: &Element) {
    let why = place.query_selector("[aria-disabled=true] + .act-why");
    let why = why.ok().flatten();
    let scroll = place.closest(".grid-scroll").ok().flatten();
    let (Some(why), Some(scroll)) = (why, scroll) else {
        return;
    };
    let room = scroll.get_bounding_client_rect();
    if let Some(why) = why.dyn_ref::<HtmlElement>() {
        let _ = why.style().set_property("--head", &dom::px(room.top()));
    }
    set(place, "data-above", None);
    let above = why.get_bounding_client_rect().bottom() > room.bottom();
    set(place, "data-above", above.then_some(""));
}

/// Opens or closes the menu of a row.
pub(super) fn fold_in(row: &Element, open: bool) {
    let part = |selector| row.query_selector(selector).ok().flatten();
    if let (Some(cell), Some(more)) = (part(".acts-cell"), part(".act-more")) {
        fold(&cell, &more, open);
    }
}

/// Opens or closes the menu that the buttons are in where there is no room for them.
fn fold(cell: &Element, opener: &Element, open: bool) {
    let _ = cell.class_list().toggle_with_force("acts-open", open);
    set(
        opener,
        "aria-expanded",
        Some(if open { "true" } else { "false" }),
    );
}

/// A button, and why it cannot be pressed.
struct Button {
    place: Element,
    button: Element,
    why: Element,
}

impl Button {
    fn new(name: &str, label: &str, why_id: &str, about: &str) -> Self {
        let button = said("button", &format!("act act-{name}"), label);
        set(&button, "type", Some("button"));
        set(&button, "aria-describedby", Some(about));
        let why = make("span", &[("class", "act-why"), ("id", why_id)], &[]);
        let place = make("span", &[("class", "act-place")], &[&button, &why]);
        Self { place, button, why }
    }

    fn draw(&self, why_not: Option<WhyNot>, about: &str) {
        set(&self.button, "aria-disabled", why_not.map(|_| "true"));
        let about = match why_not {
            Some(_) => format!("{} {about}", self.why.id()),
            None => about.to_owned(),
        };
        set(&self.button, "aria-describedby", Some(&about));
        tell(
            &self.why,
            &why_not.map(outcome::why_not).unwrap_or_default(),
        );
    }
}
