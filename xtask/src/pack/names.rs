//! The names that a module and its glue share, shortened on both sides.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::glue;

/// Gives the glue the names that wasm-opt gave the module; `told` is what it printed: for each
/// import its module, its name and the new one, for each export its name and the new one.
pub(super) fn shorten(glue: &str, told: &str) -> Result<String> {
    let json = told.find('{').map(|at| &told[at..]).unwrap_or_default();
    let told: Value = serde_json::Deserializer::from_str(json)
        .into_iter()
        .next()
        .context("wasm-opt told no names")??;
    let names = |kind: &str| {
        let list = told[kind].as_array().into_iter().flatten();
        let texts = |one: &Value| {
            let texts = one.as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        list.map(texts).collect::<Vec<Vec<String>>>()
    };
    // Before the imports stand classes that other crates export, and nobody here uses.
    let begin = glue.find("function __wbg_get_imports").unwrap_or_default();
    let mut glue = glue::gather(&glue[begin..]);
    for import in names("imports") {
        let [_, old, new] = import.as_slice() else {
            continue;
        };
        let (old, new) = (format!(" {old}: function"), format!(" {new}: function"));
        ensure!(glue.matches(&old).count() == 1, "the glue has no{old}");
        glue = glue.replace(&old, &new);
    }
    // All modules of imports have become one, called `a`; the glue has but one.
    let module = glue
        .lines()
        .find(|line| line.trim_end().ends_with("_bg.js\": import0,"))
        .context("the glue imports otherwise than it did")?
        .to_owned();
    glue = glue.replace(&module, "a: import0,");
    for export in names("exports") {
        let [old, new] = export.as_slice() else {
            continue;
        };
        glue = rename_export(&glue, old, new);
    }
    glue::start(&glue::catch(&glue::lose(&glue)))
}

/// `wasm.old` becomes `wasm.new`, where the name ends there.
fn rename_export(glue: &str, old: &str, new: &str) -> String {
    let old = format!("wasm.{old}");
    let mut parts = glue.split(old.as_str());
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let goes_on = part.starts_with(|c: char| c.is_ascii_alphanumeric() || "_$".contains(c));
        if goes_on {
            out.push_str(&old);
        } else {
            out.push_str("wasm.");
            out.push_str(new);
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn module_and_glue_go_on_meeting_by_the_new_names() {
        let glue = "const import0 = {\n        __wbg_top_1: function(a) { wasm.malloc(wasm.malloc_2); },\n    };\n    return {\n        \"./page_bg.js\": import0,\n    };\nasync function __wbg_load() {}";
        let told = "{\"imports\": [[\"./page_bg.js\", \"__wbg_top_1\", \"b\"]], \"exports\": [[\"malloc\", \"c\"], [\"malloc_2\", \"d\"]]}";
        let short = shorten(glue, told).expect("names");
        assert!(
            short.contains(" b: function(a) { wasm.c(wasm.d); }"),
            "{short}"
        );
        assert!(short.contains("a: import0,"), "{short}");
    }

    #[test]
    fn a_glue_that_lacks_a_name_is_refused() {
        let told = "{\"imports\": [[\"m\", \"old\", \"b\"]], \"exports\": []}";
        assert!(shorten("nothing", told).is_err());
    }
}
