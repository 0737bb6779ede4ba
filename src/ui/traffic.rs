//! What the page costs the server: a dialog over the board, which goes on behind it.
//!
//! Made when it is first opened, of plain elements; drawn once a second while it is open.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ajam::session::Phase;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use switchboard_core::budget::{Advice, Report};
use switchboard_core::words::{say, traffic as words};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};

use super::plain::{self, make, on};
use super::store::Store;
use super::writer;

const TITLE: &str = "traffic-title";
/// How far back the numbers reach, in seconds.
const SPAN: usize = 10;

#[derive(Clone)]
struct Panel {
    dialog: HtmlDialogElement,
    span: Element,
    figures: Vec<[Element; 2]>,
    rows: Element,
    none: Element,
    asked: Element,
    kept_back: Element,
    would_save: Element,
    lines: [(Element, Element); 2],
}

/// Opens and closes the dialog as the store says.
pub(super) fn traffic(store: Store) {
    let panel: StoredValue<Option<Panel>, LocalStorage> = StoredValue::new_local(None);
    let open = store.seen.traffic;
    Effect::new(move || {
        let has_board = store.seen.phase.with(Phase::has_board);
        match (open.get(), panel.get_value()) {
            (true, _) if !has_board => open.set(false),
            (true, known) => {
                let shown = known.unwrap_or_else(|| Panel::new(store));
                panel.set_value(Some(shown.clone()));
                if !shown.dialog.open() {
                    shown.draw(store);
                    let _ = shown.dialog.show_modal();
                }
            }
            (false, Some(panel)) => panel.dialog.close(),
            (false, None) => {}
        }
    });
    on_cleanup(move || {
        if let Some(Some(panel)) = panel.try_get_value() {
            panel.dialog.remove();
        }
    });
}

impl Panel {
    fn new(store: Store) -> Self {
        let panel = Self::build();
        if let Some(body) = document().body() {
            let _ = body.append_child(&panel.dialog);
        }
        let shut = store.seen.traffic;
        on(&panel.dialog, "close", move |_| shut.set(false));
        panel.keep_drawn(store);
        panel
    }

    fn keep_drawn(&self, store: Store) {
        let timer: Rc<RefCell<Option<IntervalHandle>>> = Rc::default();
        let panel = self.clone();
        Effect::new(move || {
            if let Some(old) = timer.borrow_mut().take() {
                old.clear();
            }
            if store.seen.traffic.get() {
                let panel = panel.clone();
                let draw = move || panel.draw(store);
                *timer.borrow_mut() = set_interval_with_handle(draw, Duration::from_secs(1)).ok();
            }
        });
    }

    fn build() -> Self {
        let title = plain::say("h2", "popover-title", &say!("traffic.title"));
        title.set_id(TITLE);
        let close = plain::say("button", "button", &say!("button.close"));
        let _ = close.set_attribute("type", "button");
        let head = make("div", &[("class", "traffic-head")], &[&title, &close]);
        let span = plain::say("p", "traffic-soft", "");
        let list = make("dl", &[("class", "traffic-figures")], &[]);
        let none = words::figures(&Report::default());
        let figures = none.iter().map(|figure| {
            let value = plain::say("dd", "traffic-value", "");
            let more = plain::say("dd", "traffic-soft", "");
            let name = plain::say("dt", "", &figure.name);
            let _ = list.append_child(&make("div", &[], &[&name, &value, &more]));
            [value, more]
        });
        let figures = figures.collect();
        let rows = make("tbody", &[], &[]);
        let none = plain::say("p", "traffic-soft", "");
        let asked = plain::say("p", "", "");
        let kept_back = plain::say("p", "", "");
        let would_save = plain::say("p", "", "");
        let lines = [
            lines(&say!("traffic.for_account"), "traffic-account"),
            lines(&say!("traffic.for_server"), "traffic-server"),
        ];
        let part = |heading: &str, inside: &[&Element]| {
            let part = make("section", &[("class", "traffic-part")], &[]);
            let _ = part.append_child(&plain::say("h3", "", heading));
            for element in inside {
                let _ = part.append_child(element);
            }
            part
        };
        let kept = make("ul", &[], &[]);
        for bound in words::bounds() {
            let _ = kept.append_child(&plain::say("li", "", &bound));
        }
        let dialog = make(
            "dialog",
            &[("class", "traffic"), ("aria-labelledby", TITLE)],
            &[
                &head,
                &plain::say("p", "", &say!("traffic.intro")),
                &span,
                &list,
                &part(&say!("traffic.asked"), &[&asked, &kept_back]),
                &part(
                    &say!("traffic.advice"),
                    &[&would_save, &lines[0].0, &lines[1].0],
                ),
                &part(&say!("traffic.table"), &[&table(&rows), &none]),
                &part(&say!("traffic.kept"), &[&kept]),
            ],
        );
        let dialog: HtmlDialogElement = dialog.unchecked_into();
        let shut = dialog.clone();
        on(&close, "click", move |_| shut.close());
        Self {
            dialog,
            span,
            figures,
            rows,
            none,
            asked,
            kept_back,
            would_save,
            lines,
        }
    }

    fn draw(&self, store: Store) {
        let now = store.now();
        let Some((report, advice)) = store.touch(|console| console.traffic(SPAN, now)) else {
            return;
        };
        tell(&self.span, &words::span(&report));
        for ([value, more], figure) in self.figures.iter().zip(words::figures(&report)) {
            tell(value, &figure.value);
            tell(more, &figure.more);
        }
        let session = store.look(|console| {
            let session = console.session();
            (words::asked(session), words::kept_back(session))
        });
        let (asked, kept_back) = session.unwrap_or_default();
        tell(&self.asked, &asked);
        tell(&self.kept_back, &kept_back);
        self.advise(&advice);
        self.list(&report);
    }

    fn advise(&self, advice: &Advice) {
        let [what, account, server] = words::advice(advice);
        tell(&self.would_save, &what);
        for ((part, code), text) in self.lines.iter().zip([account, server]) {
            let _ = part.toggle_attribute_with_force("hidden", text.is_empty());
            tell(code, &text);
        }
    }

    fn list(&self, report: &Report) {
        let children = self.rows.children();
        for (at, line) in report.lines.iter().enumerate() {
            let row = children.item(at as u32).unwrap_or_else(|| row(&self.rows));
            let cells = row.children();
            for (at, text) in words::line(line, report).iter().enumerate() {
                if let Some(cell) = cells.item(at as u32) {
                    tell(&cell, text);
                }
            }
        }
        while let Some(last) = children.item(report.lines.len() as u32) {
            last.remove();
        }
        let none = report.lines.is_empty();
        tell(
            &self.none,
            &if none {
                say!("traffic.none")
            } else {
                String::new()
            },
        );
    }
}

fn row(body: &Element) -> Element {
    let row = make("tr", &[], &[]);
    for at in 0..5 {
        let cell = match at {
            0 => make("th", &[("scope", "row")], &[]),
            _ => make("td", &[], &[]),
        };
        let _ = row.append_child(&cell);
    }
    let _ = body.append_child(&row);
    row
}

fn table(rows: &Element) -> Element {
    let head = make("tr", &[], &[]);
    for words in words::heads() {
        let cell = plain::say("th", "", &words);
        let _ = cell.set_attribute("scope", "col");
        let _ = head.append_child(&cell);
    }
    let head = make("thead", &[], &[&head]);
    let label = say!("traffic.table");
    make("table", &[("aria-label", &label)], &[&head, rows])
}

/// Lines to copy, under what they are for.
fn lines(what: &str, id: &str) -> (Element, Element) {
    let code = make("code", &[("class", "technical lines"), ("id", id)], &[]);
    let copy = plain::say("button", "button", &say!("button.copy"));
    let _ = copy.set_attribute("type", "button");
    let _ = copy.set_attribute("aria-describedby", id);
    let told = make(
        "span",
        &[("class", "traffic-soft"), ("role", "status")],
        &[],
    );
    let (from, to) = (code.clone(), told.clone());
    on(&copy, "click", move |_| {
        if let Some(selection) = window().get_selection().ok().flatten() {
            let _ = selection.select_all_children(&from);
        }
        writer::copy(from.text_content().unwrap_or_default(), to.clone());
    });
    let buttons = make("div", &[("class", "writer-buttons")], &[&copy, &told]);
    let what = plain::say("p", "traffic-soft", what);
    (make("div", &[], &[&what, &code, &buttons]), code)
}

fn tell(element: &Element, words: &str) {
    if element.text_content().as_deref() != Some(words) {
        element.set_text_content(Some(words));
    }
}
