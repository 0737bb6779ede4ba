//! The style sheets: a class belongs to one component, so that no sheet reaches into another's.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Elements that every component is made of. Others may add to them where they use them.
const SHARED: &str = "base.css";

/// A selector's compounds from left to right, each with its classes.
fn compounds(selector: &str) -> Vec<Vec<String>> {
    let mut compounds = vec![Vec::new()];
    let mut depth = 0;
    let mut chars = selector.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' | '>' | '+' | '~' if depth == 0 => compounds.push(Vec::new()),
            '.' if depth == 0 => {
                let mut class = String::new();
                while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || "-_".contains(*c)) {
                    class.push(c);
                }
                if let Some(last) = compounds.last_mut() {
                    last.push(class);
                }
            }
            _ => {}
        }
    }
    compounds.retain(|compound| !compound.is_empty());
    compounds
}

/// The selectors of a sheet.
fn selectors(sheet: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    let mut found = Vec::new();
    for before in text.split('{') {
        let head = before.rsplit(['}', ';']).next().unwrap_or_default().trim();
        if head.starts_with('@') {
            continue;
        }
        let (mut depth, mut one) = (0, String::new());
        for c in head.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                ',' if depth == 0 => {
                    found.push(std::mem::take(&mut one));
                    continue;
                }
                _ => {}
            }
            one.push(if c.is_whitespace() { ' ' } else { c });
        }
        found.push(one);
    }
    found.iter().map(|one| one.trim().to_owned()).collect()
}

/// The sheets by name, each with its selectors.
fn sheets() -> BTreeMap<String, Vec<String>> {
    let mut sheets = BTreeMap::new();
    for folder in ["", "kit/"] {
        for entry in fs::read_dir(format!("style/{folder}")).expect("the style sheets") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|end| end == "css") {
                let name = path.file_name().expect("a name").to_string_lossy();
                let text = fs::read_to_string(&path).expect("a style sheet");
                sheets.insert(format!("{folder}{name}"), selectors(&text));
            }
        }
    }
    assert!(sheets.len() > 5, "{sheets:?}");
    sheets
}

#[test]
fn every_sheet_comes_either_with_the_form_or_with_the_module() {
    let form = fs::read_to_string("index.html").expect("the page");
    let module = fs::read_to_string("src/ui/style.rs").expect("the module's style");
    for sheet in sheets().keys() {
        let path = format!("style/{sheet}\"");
        assert_ne!(form.contains(&path), module.contains(&path), "{sheet}");
    }
}

#[test]
fn no_class_of_one_component_reaches_another() {
    let sheets = sheets();
    // What begins a selector is the component's own.
    let mut own: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (sheet, selectors) in &sheets {
        for first in selectors
            .iter()
            .filter_map(|one| compounds(one).into_iter().next())
        {
            if let Some(class) = first.into_iter().next() {
                own.entry(class).or_default().insert(sheet);
            }
        }
    }
    own.retain(|_, sheets| !sheets.contains(SHARED));
    let mut wrong: Vec<String> = own
        .iter()
        .filter(|(_, sheets)| sheets.len() > 1)
        .map(|(class, sheets)| format!(".{class} is in {sheets:?}"))
        .collect();
    // What stands with another class in one place says how that one is just now.
    for (sheet, selectors) in &sheets {
        for selector in selectors {
            for compound in compounds(selector) {
                for class in compound.iter().skip(1) {
                    if let Some(others) = own.get(class).filter(|own| !own.contains(&sheet[..])) {
                        wrong.push(format!(
                            "{selector} in {sheet} meets .{class} of {others:?}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
