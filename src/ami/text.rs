//! Asterisk's own quoting, placeholders, and text that is fit to show or to send.

use std::borrow::Cow;

/// Undoes the C escapes that 13 and later put into caller names and a few other fields
/// (`main/utils.c`, `ast_escape_c`): `\a \b \f \n \r \t \v \\ \' \" \?`. A backslash before
/// anything else stays.
pub fn unescape_c(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let next = rest.clone().next();
        match next.and_then(meaning) {
            Some(meant) => {
                plain.push(meant);
                rest.next();
            }
            None => plain.push('\\'),
        }
    }
    Cow::Owned(plain)
}

fn meaning(escaped: char) -> Option<char> {
    Some(match escaped {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '?' => escaped,
        _ => return None,
    })
}

/// Whether this stands for "nothing here". Asterisk writes the words in angle brackets; 1.4 also
/// writes a bare `unknown`.
pub fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 4] = ["<unknown>", "<null>", "<none>", "<no name>"];
    text == "unknown"
        || (text.starts_with('<') && WORDS.iter().any(|w| w.eq_ignore_ascii_case(text)))
}

/// The text, or an empty one in place of a placeholder.
pub fn present(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_placeholder(&text) {
        Cow::Borrowed("")
    } else {
        text
    }
}

/// Text for people: control characters become their visible pictures (U+2400 …), so that a caller
/// name can neither break a line, nor hide what it holds, nor turn around what stands beside it.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| picture(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(picture).collect())
}

fn picture(c: char) -> char {
    match c as u32 {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        0x80..=0x9f => '\u{fffd}',
        // Line and paragraph separators.
        0x2028 | 0x2029 => '\u{2424}',
        // What opens and closes another direction of writing: no name needs it, and an end too many
        // would close what the page itself has opened.
        0x202a..=0x202e | 0x2066..=0x2069 => '\u{fffd}',
        _ => c,
    }
}

/// Text for Asterisk: control characters taken out. A carriage return or line feed inside a value
/// would be copied into other managers' events and into configuration files.
pub fn sendable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_escapes_are_undone_once() {
        for (raw, plain) in [
            ("O\\'Brien", "O'Brien"),
            ("\\\"Bob\\\"", "\"Bob\""),
            ("a\\\\nb", "a\\nb"),
            ("a\\r\\nX: 1", "a\r\nX: 1"),
            ("odd\\q end\\", "odd\\q end\\"),
            ("\\a\\b\\f\\t\\v\\?", "\u{7}\u{8}\u{c}\t\u{b}?"),
            ("plain", "plain"),
        ] {
            assert_eq!(unescape_c(raw.into()), plain, "{raw}");
        }
    }

    #[test]
    fn placeholders_are_absent_and_names_that_look_alike_are_not() {
        for text in [
            "<unknown>",
            "<Unknown>",
            "unknown",
            "<null>",
            "<none>",
            "<no name>",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "Unknown Caller", "None", "<b>", "<unknown> "] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn control_characters_are_shown_and_never_sent() {
        assert_eq!(visible("a\r\nb\u{7f}\u{85}\u{2028}"), "a␍␊b␡\u{fffd}␤");
        assert_eq!(visible("\u{202e}drow\u{2069}"), "\u{fffd}drow\u{fffd}");
        assert_eq!(sendable("a\r\nX: 1\u{0}\u{7f}é"), "aX: 1é");
    }
}
