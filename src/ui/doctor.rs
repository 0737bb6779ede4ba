//! The set-up doctor: a page of its own, so that nothing else speaks to Asterisk meanwhile.

use std::cell::OnceCell;
use std::rc::Rc;

use ajam::ami::Secret;
use ajam::session::Credentials;
use leptos::prelude::{document, window};
use switchboard_core::doctor::{Check, Doctor, Entry, Input, Stage, State};
use switchboard_core::words::{doctor as words, doctor::tell, say};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use super::icon::Icon;
use super::plain::{self, Live, field, focus, labelled, make, on, picture};
use super::writer;
use crate::shell::{Visit, surroundings};

/// The doctor, once there is one, and what changes when something happens.
#[derive(Clone, Default)]
struct Seen {
    visit: Rc<OnceCell<Visit>>,
    live: Live,
}

impl Seen {
    fn look<R: Default>(&self, look: impl FnOnce(&Doctor) -> R) -> R {
        let visit = self.visit.get();
        visit.map(|visit| visit.look(look)).unwrap_or_default()
    }

    fn entry<R: Default>(&self, at: usize, look: impl FnOnce(&Entry) -> R) -> R {
        self.look(|doctor| doctor.entries().get(at).map(look).unwrap_or_default())
    }

    fn state(&self, at: usize) -> State {
        self.entry(at, |entry| Some(entry.finding.state()))
            .unwrap_or(State::Waiting)
    }

    fn busy(&self) -> bool {
        self.look(|doctor| doctor.stage() != Stage::Ready)
    }

    fn listening(&self) -> bool {
        self.look(|doctor| doctor.listening().is_some())
    }
}

pub(super) fn doctor(parent: &HtmlElement, open: impl FnOnce(Box<dyn Fn()>) -> Visit) {
    let seen = Seen::default();
    document().set_title(&tell!("doctor.heading"));
    let back = plain::say("a", "link back", &tell!("doctor.back"));
    let board = surroundings::address(&window());
    let _ = back.set_attribute("href", &board);
    let mark = make("span", &[("class", "mark")], &[&picture(Icon::Mark).0]);
    let heading = plain::say("h1", "server", &tell!("doctor.heading"));
    let header = make("header", &[("class", "header")], &[&mark, &heading, &back]);
    let (to_mend, without, with) = lists(&seen);
    let main = make(
        "main",
        &[("class", "doctor")],
        &[
            &plain::say("p", "doctor-intro", &tell!("doctor.intro")),
            &result(&seen),
            &to_mend,
            &account(&seen),
            &without,
            &with,
            &writer::writer(),
        ],
    );
    let page = make("div", &[("class", "page")], &[&header, &main]);
    let _ = parent.append_child(&page);
    let live = seen.live.clone();
    let visit = open(Box::new(move || live.draw()));
    let _ = seen.visit.set(visit);
    seen.live.draw();
}

/// What came of it so far, and the button to begin anew.
fn result(seen: &Seen) -> Element {
    let told = seen.clone();
    let sentence = seen.live.words(
        make("p", &[("class", "result"), ("role", "status")], &[]),
        move || told.look(sentence),
    );
    let again = button(seen, "button", "button", Seen::busy);
    again.set_text_content(Some(&tell!("doctor.again")));
    let asked = seen.clone();
    on(&again, "click", move |_| {
        if let Some(visit) = asked.visit.get().filter(|_| !asked.busy()) {
            visit.start();
        }
    });
    make("div", &[("class", "doctor-result")], &[&sentence, &again])
}

fn sentence(doctor: &Doctor) -> String {
    let doing = match doctor.stage() {
        _ if doctor.listening().is_some() => tell!("doctor.now_listening"),
        Stage::Ready if doctor.entries().iter().any(|e| e.fix.is_some()) => tell!("doctor.reload"),
        Stage::Ready => String::new(),
        Stage::Leaving => tell!("doctor.leaving"),
        Stage::Probing | Stage::SigningIn | Stage::Examining => tell!("doctor.busy"),
    };
    format!("{}. {doing}", words::summary(doctor.entries()))
}

/// A button that is off at times.
fn button(seen: &Seen, kind: &str, class: &str, off: fn(&Seen) -> bool) -> Element {
    let button = make("button", &[("type", kind), ("class", class)], &[]);
    let asked = seen.clone();
    seen.live.attribute(&button, "aria-disabled", move || {
        off(&asked).then(|| "true".to_owned())
    });
    button
}

/// The lists of checks: what has failed, and the rest without and with an account. What fails moves
/// to the first; in each, what asks for a hand comes first.
fn lists(seen: &Seen) -> (Element, Element, Element) {
    let list = |heading: &str| {
        let list = make("ul", &[("class", "checks"), ("aria-label", heading)], &[]);
        let heading = plain::say("h2", "", heading);
        (
            make("section", &[("class", "sheet")], &[&heading, &list]),
            list,
        )
    };
    let (to_mend, failed) = list(&tell!("doctor.to_mend"));
    let (without, first) = list(&tell!("doctor.checks"));
    let (with, second) = list(&tell!("doctor.account_checks"));
    let rows: Vec<(Element, bool)> = Check::all()
        .enumerate()
        .map(|(at, check)| (row(seen, at, check), check.takes_an_account()))
        .collect();
    let told = seen.clone();
    // Before it is known whether there is anything to mend, all rows have to be in their places.
    seen.live.attribute(&to_mend, "hidden", move || {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|at| told.state(*at).rank());
        for (place, belongs) in [
            (&failed, None),
            (&first, Some(false)),
            (&second, Some(true)),
        ] {
            let here = order.iter().filter(|at| {
                let failed = told.state(**at) == State::Failed;
                match belongs {
                    None => failed,
                    Some(with) => !failed && rows[**at].1 == with,
                }
            });
            arrange(place, here.map(|at| &rows[*at].0));
        }
        failed.first_element_child().is_none().then(String::new)
    });
    (to_mend, without, with)
}

/// Puts elements into a list in this order. What is in its place already stays untouched.
fn arrange<'a>(list: &Element, wanted: impl Iterator<Item = &'a Element>) {
    let mut next = list.first_element_child();
    for element in wanted {
        if next.as_ref() == Some(element) {
            next = element.next_element_sibling();
        } else {
            let _ = list.insert_before(element, next.as_ref().map(AsRef::as_ref));
        }
    }
}

fn row(seen: &Seen, at: usize, check: Check) -> Element {
    let changing = |tag, class: &str, look: fn(&Seen, usize) -> String| {
        let seen = seen.clone();
        let live = seen.live.clone();
        live.words(make(tag, &[("class", class)], &[]), move || look(&seen, at))
    };
    let title = plain::say("span", "check-title", &words::title(check));
    let state = changing("span", "check-state", |seen, at| {
        words::state(seen.state(at))
    });
    let head = make("p", &[("class", "check-head")], &[&title, &state]);
    let detail = changing("p", "check-detail", |seen, at| {
        seen.entry(at, words::detail)
    });
    let fix = changing("code", "technical lines", |seen, at| {
        seen.entry(at, |entry| entry.fix.as_ref().map(words::lines))
            .unwrap_or_default()
    });
    let body = make("div", &[("class", "check-body")], &[&head, &detail, &fix]);
    let (icon, path) = picture(Icon::Ring);
    let row = make("li", &[], &[&icon, &body]);
    for (element, name, look) in [
        (&row, "class", class as fn(State) -> &'static str),
        (&path, "d", |state| shape(state).path()),
    ] {
        let seen = seen.clone();
        let live = seen.live.clone();
        live.attribute(element, name, move || Some(look(seen.state(at)).to_owned()));
    }
    row
}

fn class(state: State) -> &'static str {
    match state {
        State::Passed => "check passed",
        State::Advice => "check advice",
        State::Optional => "check optional",
        State::Failed => "check failed",
        State::Trying => "check trying",
        State::Waiting | State::Unknown | State::Skipped => "check",
    }
}

fn shape(state: State) -> Icon {
    match state {
        State::Passed => Icon::Tick,
        State::Advice => Icon::Warning,
        State::Optional => Icon::Dash,
        State::Failed => Icon::Cross,
        State::Trying => Icon::More,
        State::Waiting => Icon::Ring,
        State::Unknown => Icon::Question,
        State::Skipped => Icon::Dash,
    }
}

/// The form for an account. The secret is read from its field when it is used.
fn account(seen: &Seen) -> Element {
    let about = "doctor-missing";
    let username: HtmlInputElement = field("doctor-username", "text", "username", about);
    let secret: HtmlInputElement = field("doctor-secret", "password", "current-password", about);
    let wrong = [("class", "field-error"), ("id", about), ("role", "alert")];
    let wrong = make("p", &wrong, &[]);
    let submit = button(seen, "submit", "button primary", |seen| {
        seen.busy() && !seen.listening()
    });
    let told = seen.clone();
    let submit = seen.live.words(submit, move || {
        if told.listening() {
            tell!("doctor.stop")
        } else {
            tell!("doctor.check_account")
        }
    });
    let form = make(
        "form",
        &[("class", "sheet doctor-form"), ("novalidate", "")],
        &[
            &labelled(&say!("field.username"), &username),
            &labelled(&say!("field.account_secret"), &secret),
            &submit,
            &wrong,
            &plain::say("p", "needs", &tell!("doctor.account_needs")),
        ],
    );
    let seen = seen.clone();
    on(&form, "submit", move |event: Event| {
        event.prevent_default();
        let Some(visit) = seen.visit.get() else {
            return;
        };
        if seen.listening() {
            return visit.input(Input::Stop);
        }
        if seen.busy() {
            return;
        }
        let name = username.value().trim().to_owned();
        let missing = if name.is_empty() {
            Some((&username, say!("log_in.no_username")))
        } else if secret.value().is_empty() {
            Some((&secret, say!("log_in.no_secret")))
        } else {
            None
        };
        let words = missing.as_ref().map(|(_, words)| words.as_str());
        wrong.set_text_content(words);
        match missing {
            Some((field, _)) => focus(field),
            None => visit.input(Input::SignIn(Credentials {
                username: name,
                secret: Secret::new(secret.value()),
            })),
        }
    });
    form
}
