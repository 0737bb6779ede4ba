//! Guards the catalogues: every key that the source names is in its own, and nothing else is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn each_catalogue_holds_the_keys_of_the_source_and_no_others() -> std::io::Result<()> {
    let early = early()?.into_iter().map(|(key, _)| key);
    let page = (
        "page",
        concat!("say", "!("),
        crate::_rust_i18n_backend(),
        early.collect(),
    );
    let doctor = (
        "doctor",
        concat!("tell", "!("),
        super::doctor::backend(),
        BTreeSet::new(),
    );
    for (name, call, backend, mut named) in [page, doctor] {
        // The page's own source is above this crate.
        for root in ["src", "../../src"] {
            gather(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join(root),
                call,
                &mut named,
            )?;
        }
        let held: BTreeSet<String> = backend
            .messages_for_locale("en")
            .unwrap_or_default()
            .into_iter()
            .map(|(key, _)| key.into_owned())
            .collect();
        let missing: Vec<_> = named.difference(&held).collect();
        let unused: Vec<_> = held.difference(&named).collect();
        assert!(missing.is_empty(), "not in locales/{name}: {missing:?}");
        assert!(
            unused.is_empty(),
            "of locales/{name}, used nowhere: {unused:?}"
        );
    }
    Ok(())
}

#[test]
fn the_words_of_index_html_are_those_of_the_catalogue() -> std::io::Result<()> {
    let early = early()?;
    assert!(early.len() > 5, "{early:?}");
    for (key, words) in early {
        assert_eq!(words, super::text(&key), "{key}");
    }
    Ok(())
}

/// Keys and words of the log-in form that stands in `index.html`.
fn early() -> std::io::Result<Vec<(String, String)>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../index.html");
    let html = fs::read_to_string(page)?;
    let marked = html.split("data-say=\"").skip(1).filter_map(|rest| {
        let (key, rest) = rest.split_once('"')?;
        let (_, words) = rest.split_once('>')?;
        let (words, _) = words.split_once('<')?;
        Some((key.to_owned(), words.to_owned()))
    });
    Ok(marked.collect())
}

fn gather(dir: &Path, call: &str, named: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, call, named)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            named.extend(keys(&fs::read_to_string(path)?, call));
        }
    }
    Ok(())
}

/// The first text after each call of a macro.
fn keys<'a>(source: &'a str, call: &'a str) -> impl Iterator<Item = String> + 'a {
    source
        .split(call)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
}
