//! Writes an account for `manager.conf`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ajam::ami::Secret;
use leptos::prelude::window;
use switchboard_core::doctor::writer::{self, Name, Profile, RANDOM, System};
use switchboard_core::recipe;
use switchboard_core::words::{doctor as words, doctor::tell, say};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::plain::{self, Live, field, labelled, make, on};

/// What the lines are made of.
struct Draft {
    name: HtmlInputElement,
    profile: Cell<Profile>,
    on: Cell<System>,
    secret: RefCell<Option<Secret>>,
}

impl Draft {
    fn lines(&self) -> String {
        match (Name::new(&self.name.value()), &*self.secret.borrow()) {
            (Ok(name), Some(secret)) => {
                words::account(&name, secret, self.profile.get(), self.on.get())
            }
            _ => String::new(),
        }
    }

    fn wrong(&self) -> String {
        let unfit = Name::new(&self.name.value()).err();
        unfit.map(words::unfit_name).unwrap_or_default()
    }
}

pub(super) fn writer() -> Element {
    let about = "writer-error";
    let name: HtmlInputElement = field("writer-name", "text", "off", about);
    name.set_value(&tell!("doctor.default_name"));
    let draft = Rc::new(Draft {
        name,
        profile: Cell::new(Profile::Watch),
        on: Cell::new(System::Asterisk),
        secret: RefCell::new(random()),
    });
    let live = Live::default();
    let told = draft.clone();
    let wrong = [("class", "field-error"), ("id", about), ("role", "alert")];
    let wrong = live.words(make("p", &wrong, &[]), move || told.wrong());
    let told = draft.clone();
    let same = live.words(plain::say("p", "needs", ""), move || {
        words::no_more(told.profile.get())
    });
    let told = draft.clone();
    let put = live.words(plain::say("p", "needs", ""), move || {
        words::put(told.on.get())
    });
    let lines: HtmlTextAreaElement = make(
        "textarea",
        &[
            ("id", "writer-lines"),
            ("class", "input writer-lines"),
            ("readonly", ""),
            ("rows", "8"),
            ("spellcheck", "false"),
        ],
        &[],
    )
    .unchecked_into();
    let copied = make("p", &[("class", "needs"), ("role", "status")], &[]);
    let changed: Rc<dyn Fn()> = Rc::new({
        let (draft, lines, copied) = (draft.clone(), lines.clone(), copied.clone());
        move || {
            live.draw();
            lines.set_value(&draft.lines());
            // What was said of other lines is no longer so.
            copied.set_text_content(None);
        }
    });
    changed();

    let typed = changed.clone();
    on(&draft.name, "input", move |_| typed());
    let copy_button = button("button primary", &say!("button.copy"));
    let (from, to) = (lines.clone(), copied.clone());
    on(&copy_button, "click", move |_| {
        from.select();
        copy(from.value(), to.clone());
    });
    let another = button("button", &tell!("doctor.another"));
    let (renewed, redraw) = (draft.clone(), changed.clone());
    on(&another, "click", move |_| {
        renewed.secret.replace(random());
        redraw();
    });
    make(
        "section",
        &[("class", "sheet")],
        &[
            &plain::say("h2", "", &tell!("doctor.write")),
            &plain::say("p", "needs", &tell!("doctor.write_intro")),
            &labelled(&tell!("doctor.name"), &draft.name),
            &wrong,
            &profiles(&draft, &changed),
            &same,
            &systems(&draft, &changed),
            &put,
            &labelled(&tell!("doctor.lines"), &lines),
            &plain::say("p", "needs", &tell!("doctor.secret_note")),
            &make(
                "div",
                &[("class", "writer-buttons")],
                &[&copy_button, &another, &copied],
            ),
            &rights(),
            &beyond(),
        ],
    )
}

fn button(class: &str, label: &str) -> Element {
    let button = plain::say("button", class, label);
    let _ = button.set_attribute("type", "button");
    button
}

/// What the account is for.
fn profiles(draft: &Rc<Draft>, changed: &Rc<dyn Fn()>) -> Element {
    let all = Profile::ALL.map(|profile| (words::profile(profile), profile));
    choice(
        "profile",
        &tell!("doctor.for_what"),
        &all,
        draft,
        changed,
        |draft| &draft.profile,
    )
}

/// Who writes Asterisk's files.
fn systems(draft: &Rc<Draft>, changed: &Rc<dyn Fn()>) -> Element {
    let all = System::ALL.map(|on| (words::system(on), on));
    choice(
        "system",
        &tell!("doctor.on.what"),
        &all,
        draft,
        changed,
        |draft| &draft.on,
    )
}

fn choice<T: Copy + PartialEq + 'static>(
    name: &str,
    what: &str,
    all: &[(String, T)],
    draft: &Rc<Draft>,
    changed: &Rc<dyn Fn()>,
    of: fn(&Draft) -> &Cell<T>,
) -> Element {
    let legend = plain::say("legend", "", what);
    let set = make("fieldset", &[("class", "legs")], &[&legend]);
    for (words, value) in all {
        let value = *value;
        let radio = make("input", &[("type", "radio"), ("name", name)], &[]);
        if value == of(draft).get() {
            let _ = radio.set_attribute("checked", "");
        }
        let (draft, changed) = (draft.clone(), changed.clone());
        on(&radio, "change", move |_| {
            of(&draft).set(value);
            changed();
        });
        let words = plain::say("span", "", words);
        let _ = set.append_child(&make("label", &[("class", "leg")], &[&radio, &words]));
    }
    set
}

/// The rights of the recipe, and what each is for.
fn rights() -> Element {
    let heading = plain::say("h3", "", &tell!("doctor.rights"));
    let list = make("dl", &[("class", "rights")], &[]);
    for right in recipe::RIGHTS {
        let class = plain::say("dt", "", &words::right(right));
        let _ = list.append_child(&class);
        let _ = list.append_child(&plain::say("dd", "", &words::gives(right.gives)));
    }
    make("div", &[("class", "writer-more")], &[&heading, &list])
}

/// What the account can do besides.
fn beyond() -> Element {
    let heading = plain::say("h3", "", &tell!("doctor.beyond.heading"));
    let more = make("div", &[("class", "writer-more")], &[&heading]);
    for words in words::beyond() {
        let _ = more.append_child(&plain::say("p", "needs", &words));
    }
    more
}

/// By the clipboard where the browser gives it to pages (on `https` and on the machine itself);
/// elsewhere the text is selected already.
pub(super) fn copy(text: String, told: Element) {
    let navigator = window().navigator();
    let known = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !known.is_ok_and(|clipboard| clipboard.is_truthy()) {
        return told.set_text_content(Some(&say!("copy.selected")));
    }
    spawn_local(async move {
        let done = JsFuture::from(navigator.clipboard().write_text(&text)).await;
        told.set_text_content(Some(&if done.is_ok() {
            say!("copy.done")
        } else {
            say!("copy.selected")
        }));
    });
}

/// A secret of the browser's own randomness.
fn random() -> Option<Secret> {
    let mut bytes = [0; RANDOM];
    let crypto = window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(writer::secret(&bytes))
}
