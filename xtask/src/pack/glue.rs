//! What the glue does again and again, said once.

/// How the glue hands a text to the module: two numbers, at the place that the module named.
const GIVE_TEXT: &str = "function giveText(at, text) {
    const begin = isLikeNone(text) ? 0 : passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    getDataViewMemory0().setInt32((at >>> 0) + 4, WASM_VECTOR_LEN, true);
    getDataViewMemory0().setInt32((at >>> 0), begin, true);
}
";
/// How it hands over an object that may be missing.
const GIVE_OBJECT: &str = "function giveObject(object) {
    return isLikeNone(object) ? 0 : addToExternrefTable0(object);
}
";
const OBJECT: &str = "return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);";

/// Puts calls where the same lines stood in many functions. Glue of another shape stays as it is.
pub(super) fn gather(glue: &str) -> String {
    let mut out = String::from(glue).replace(OBJECT, "return giveObject(ret);");
    let lines: Vec<&str> = glue.lines().collect();
    for four in lines.windows(4) {
        if let Some(at) = text_given(four) {
            let four = four.join("\n");
            out = out.replace(&four, &format!("giveText({at}, ret);"));
        }
    }
    format!("{GIVE_TEXT}{GIVE_OBJECT}{out}")
}

/// How the glue hands over what a function throws: made once, not with each call.
const CATCHING: &str = "function catching(act) {
    return function() { return handleError(act, arguments); };
}
";

/// Has the catching of errors stand in one place. For glue that has its last names.
pub(super) fn catch(glue: &str) -> String {
    let begin = "function() { return handleError(function (";
    let end = "}, arguments); },";
    if glue.matches(begin).count() != glue.matches(end).count() {
        return glue.to_owned();
    }
    let glue = glue.replace(begin, "catching(function (");
    format!("{CATCHING}{}", arrows(&glue.replace(end, "}),")))
}

/// Writes imports as arrows, which are shorter: none of them asks for `this`.
fn arrows(glue: &str) -> String {
    let arrow = |line: &str| -> Option<String> {
        let line = line.strip_suffix(" {")?;
        let (name, arguments) = line
            .split_once(": function(")
            .map(|(name, arguments)| (format!("{name}: ("), arguments))
            .or_else(|| {
                let (name, arguments) = line.split_once(": catching(function (")?;
                Some((format!("{name}: catching(("), arguments))
            })?;
        Some(format!("{name}{arguments} => {{"))
    };
    let lines = glue
        .lines()
        .map(|line| arrow(line).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the text `ret` is handed over, if that is what four lines do.
fn text_given<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let [begin, length, second, first] = lines else {
        return None;
    };
    let pass = "passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);";
    let (declared, value) = begin.trim_start().split_once(" = ")?;
    let (_, begin) = declared.split_once(' ')?;
    if value.trim_start_matches("isLikeNone(ret) ? 0 : ") != pass {
        return None;
    }
    let (declared, value) = length.trim_start().split_once(" = ")?;
    let (_, length) = declared.split_once(' ')?;
    let set = "getDataViewMemory0().setInt32((";
    let (at, _) = first.trim_start().strip_prefix(set)?.split_once(' ')?;
    let same = value == "WASM_VECTOR_LEN;"
        && first.trim_start() == format!("{set}{at} >>> 0) + 4 * 0, {begin}, true);")
        && second.trim_start() == format!("{set}{at} >>> 0) + 4 * 1, {length}, true);");
    same.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{catch, gather};

    const LINES: &str = "        const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len1 = WASM_VECTOR_LEN;
        getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
        getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);";

    #[test]
    fn a_text_is_handed_over_in_one_place() {
        let glue = gather(&format!("{{\n{LINES}\n}}"));
        assert!(glue.ends_with("{\ngiveText(arg0, ret);\n}"), "{glue}");
    }

    #[test]
    fn an_error_is_caught_in_one_place() {
        let glue = "a: function() { return handleError(function (b) {\nb.go();\n}, arguments); },";
        let caught = catch(glue);
        assert!(
            caught.ends_with("a: catching((b) => {\nb.go();\n}),"),
            "{caught}"
        );
    }

    #[test]
    fn lines_that_do_something_else_are_left_alone() {
        let other = LINES.replace("4 * 1, len1", "4 * 2, len1");
        assert!(gather(&other).ends_with(&other));
    }
}
