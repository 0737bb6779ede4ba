//! What came of the last thing that was asked of a row: a line of its own at the foot of the row.

use switchboard_core::console::Note;
use switchboard_core::words::outcome::{self, Tone};
use web_sys::Element;

use crate::ui::grid::element::{make, said, set};

/// Draws it at the end of a cell.
pub(in crate::ui::views) fn draw(cell: &Element, note: Option<&Note>) {
    let last = cell.last_element_child();
    if let Some(old) = last.filter(|last| last.class_list().contains("note")) {
        old.remove();
    }
    let Some(note) = note else { return };
    let (words, tone) = (outcome::note(note), Tone::of(note));
    let class = match tone {
        Tone::Asked => "note asked",
        Tone::Done => "note done",
        Tone::Doubt => "note doubt",
        Tone::Wrong => "note wrong",
    };
    let sign = said("span", "note-sign", tone.sign());
    set(&sign, "aria-hidden", Some("true"));
    let whole = [Some(words.clone()), outcome::details(note)];
    let whole: Vec<String> = whole.into_iter().flatten().collect();
    let said = make(
        "span",
        &[("class", class), ("title", &whole.join("\n"))],
        &[&sign],
    );
    let _ = said.append_with_str_1(&format!(" {words}"));
    let _ = cell.append_child(&said);
}
