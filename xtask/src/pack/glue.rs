//! What the glue does again and again, said once; and what it never does, left out.

use anyhow::{Context, Result};

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

/// How it asks of what kind a value is: the browser may not know the kind.
const IS_A: &str = "function isA(ask) {
    try { return ask(); } catch (_) { return false; }
}
";

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
    for eight in lines.windows(8) {
        if let Some(question) = kind_asked(eight) {
            out = out.replace(&eight.join("\n"), &format!("return isA(() => {question});"));
        }
    }
    format!("{GIVE_TEXT}{GIVE_OBJECT}{IS_A}{}", at_once(&out))
}

/// Hands over what an expression gives without a name for it.
fn at_once(glue: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in glue.lines() {
        let call = line
            .strip_suffix("ret);")
            .filter(|call| call.contains("giveObject(") || call.contains("giveText("));
        let given = out
            .last()
            .and_then(|before| before.trim().strip_prefix("const ret = "))
            .and_then(|given| given.strip_suffix(';'));
        if let (Some(call), Some(given)) = (call, given) {
            let line = format!("{call}{given});");
            out.pop();
            out.push(line);
        } else {
            out.push(line.to_owned());
        }
    }
    out.join("\n")
}

/// Takes out what the module has lost: imports that it does not ask for, and the freeing of what it
/// never makes. For glue that has its last names: whatever is left has kept its long one.
pub(super) fn lose(glue: &str) -> String {
    let mut out = Vec::new();
    let mut lines = glue.lines();
    while let Some(line) = lines.next() {
        let import = line.strip_prefix("        __wb");
        if import.is_some_and(|rest| rest.contains(": function(")) {
            // Up to its end, which stands as far in as it does.
            lines.by_ref().find(|line| line.starts_with("        }"));
            continue;
        }
        if line.ends_with("(typeof FinalizationRegistry === 'undefined')") {
            let rest: Vec<&str> = lines.by_ref().take(2).collect();
            if !rest.iter().any(|line| line.contains("wasm.__wb")) {
                out.push(line);
                out.extend(rest);
            }
            continue;
        }
        out.push(line);
    }
    out.join("\n")
}

/// How the page has its module started: with the answer that `boot.js` makes, and never otherwise.
const START: &str = "export default async ({ module_or_path }) => {
    const imports = __wbg_get_imports();
    const { instance, module } = await WebAssembly.instantiateStreaming(module_or_path, imports);
    return __wbg_finalize_init(instance, module);
};
";

/// Leaves out the other ways to start a module.
pub(super) fn start(glue: &str) -> Result<String> {
    let (rest, _) = glue
        .split_once("async function __wbg_load(")
        .context("the glue starts the module otherwise than it did")?;
    Ok(format!("{rest}{START}"))
}

/// Of what kind a value is asked to be, if that is what eight lines do.
fn kind_asked<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    let [
        "let result;",
        "try {",
        asked,
        "} catch (_) {",
        "result = false;",
        "}",
        "const ret = result;",
        "return ret;",
    ] = lines[..]
    else {
        return None;
    };
    let question = asked.strip_prefix("result = ")?.strip_suffix(';')?;
    question.contains(" instanceof ").then_some(question)
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
    use super::{catch, gather, lose, start};

    const LINES: &str = "        const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len1 = WASM_VECTOR_LEN;
        getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
        getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);";

    #[test]
    fn a_text_is_handed_over_in_one_place() {
        let glue = gather(&format!("{{\n{LINES}\n}}"));
        assert!(glue.ends_with("{\ngiveText(arg0, ret);\n}"), "{glue}");
        let named = gather(&format!("const ret = arg1.name;\n{LINES}\n}}"));
        assert!(named.ends_with("giveText(arg0, arg1.name);\n}"), "{named}");
    }

    #[test]
    fn an_object_is_handed_over_without_a_name() {
        let glue =
            "const ret = arg0.active;\nreturn isLikeNone(ret) ? 0 : addToExternrefTable0(ret);";
        let glue = gather(glue);
        assert!(
            glue.ends_with("\nreturn giveObject(arg0.active);"),
            "{glue}"
        );
    }

    #[test]
    fn what_kind_a_value_is_of_is_asked_in_one_place() {
        let glue = "{\nlet result;\ntry {\nresult = a instanceof Node;\n} catch (_) {\nresult = false;\n}\nconst ret = result;\nreturn ret;\n}";
        let glue = gather(glue);
        assert!(
            glue.ends_with("{\nreturn isA(() => a instanceof Node);\n}"),
            "{glue}"
        );
    }

    #[test]
    fn what_the_module_does_not_have_is_left_out() {
        let import = |name: &str| {
            format!("        {name}: function(a) {{\n            a.go();\n        }},")
        };
        let frees = |name: &str| {
            format!(
                "const F = (typeof FinalizationRegistry === 'undefined')\n? {{}}\n: new FinalizationRegistry(p => wasm.{name}(p, 1));"
            )
        };
        let kept = [import("b"), frees("c")];
        let glue = [
            &kept[0],
            &import("__wbg_go_1"),
            &kept[1],
            &frees("__wbg_go_free"),
        ];
        let glue = glue.map(String::as_str).join("\n");
        assert_eq!(lose(&glue), kept.join("\n"));
    }

    #[test]
    fn one_way_to_start_is_left() {
        let glue = start("go();\nasync function __wbg_load(m) {}\nexport {};").expect("a start");
        assert!(glue.starts_with("go();\nexport default async"), "{glue}");
        assert!(start("go();").is_err());
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
