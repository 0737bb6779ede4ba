//! Guards the catalogue: every key that the source names is in it, and nothing else is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_catalogue_holds_the_keys_of_the_source_and_no_others() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = BTreeSet::new();
    gather(&root, &mut named)?;
    named.extend(early()?.into_iter().map(|(key, _)| key));
    let backend = crate::_rust_i18n_backend();
    let held: BTreeSet<String> = backend
        .messages_for_locale("en")
        .unwrap_or_default()
        .into_iter()
        .map(|(key, _)| key.into_owned())
        .collect();
    let missing: Vec<_> = named.difference(&held).collect();
    let unused: Vec<_> = held.difference(&named).collect();
    assert!(missing.is_empty(), "not in locales/en.yml: {missing:?}");
    assert!(unused.is_empty(), "used nowhere: {unused:?}");
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
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("index.html");
    let html = fs::read_to_string(page)?;
    let marked = html.split("data-say=\"").skip(1).filter_map(|rest| {
        let (key, rest) = rest.split_once('"')?;
        let (_, words) = rest.split_once('>')?;
        let (words, _) = words.split_once('<')?;
        Some((key.to_owned(), words.to_owned()))
    });
    Ok(marked.collect())
}

fn gather(dir: &Path, named: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, named)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            named.extend(keys(&fs::read_to_string(path)?));
        }
    }
    Ok(())
}

/// The first text after each call of the macro.
fn keys(source: &str) -> impl Iterator<Item = String> + '_ {
    let call = concat!("say", "!(");
    source
        .split(call)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
}
