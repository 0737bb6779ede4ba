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

/// Text for people: what a caller name holds is seen, and takes no more room than its signs do. It
/// can neither break a line, nor turn around what stands beside it, nor look like another by what
/// nobody sees.
///
/// * Control characters become their visible pictures (U+2400 …).
/// * What changes the direction of writing, and what takes no room where it changes nothing, becomes
///   U+FFFD; many in a row become one. Joiners stay where scripts of India, Persian and Arabic need
///   them and between the parts of an emoji, selectors of a variant behind what has variants, marks
///   of direction in a text that is written from right to left.
/// * White space of any width and length becomes one blank.
/// * Marks that stand on top of each other stay as far as a language stacks them.
pub fn visible(text: &str) -> Cow<'_, str> {
    let plain = |c: u8| (0x20..0x7f).contains(&c);
    if text.bytes().all(plain) && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut seen = Seen {
        text: String::with_capacity(text.len()),
        ..Seen::default()
    };
    let leftward = text.chars().any(is_leftward);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        match c {
            _ if picture(c) != c => seen.put(picture(c)),
            _ if is_space(c) => seen.space(),
            FLAG => {
                seen.put(c);
                let tags = tags(rest.as_str());
                rest = rest.as_str()[tags.len()..].chars();
                seen.text.push_str(tags);
            }
            '\u{61c}' | '\u{200e}' | '\u{200f}' if leftward => seen.keep(c),
            ZWNJ | ZWJ if joins(seen.last, c, after) => seen.keep(c),
            _ if is_selector(c) && seen.last.is_some_and(|of| varies(of, c, after)) => seen.keep(c),
            _ if is_hidden(c) => seen.hide(),
            _ if is_mark(c) => seen.mark(c),
            _ => seen.put(c),
        }
    }
    Cow::Owned(seen.text)
}

/// Whether there is anything to be seen in it.
pub fn has_ink(text: &str) -> bool {
    !text.chars().all(|c| is_space(c) || is_hidden(c))
}

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';
/// What flags of regions begin with.
const FLAG: char = '\u{1f3f4}';
/// In place of what cannot be seen.
const HIDDEN: char = '\u{fffd}';
/// So many marks on one letter are more than any language writes.
const STACKED: usize = 4;

/// What was made visible so far.
#[derive(Default)]
struct Seen {
    text: String,
    /// The last character of the raw text that stands in it as it is.
    last: Option<char>,
    /// Marks in a row at the end of it.
    marks: usize,
    /// It ends with what stands for something hidden.
    hidden: bool,
}

impl Seen {
    fn put(&mut self, c: char) {
        self.keep(c);
        self.marks = 0;
    }

    fn keep(&mut self, c: char) {
        self.text.push(c);
        self.last = Some(c);
        self.hidden = false;
    }

    fn space(&mut self) {
        if self.last != Some(' ') || self.hidden {
            self.put(' ');
        }
    }

    fn hide(&mut self) {
        if !self.hidden {
            self.text.push(HIDDEN);
        }
        self.last = None;
        self.hidden = true;
    }

    fn mark(&mut self, c: char) {
        self.marks += 1;
        if self.marks > STACKED {
            self.hide();
        } else {
            self.keep(c);
        }
    }
}

fn picture(c: char) -> char {
    match c as u32 {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(HIDDEN),
        0x7f => '\u{2421}',
        0x80..=0x9f => HIDDEN,
        // Line and paragraph separators.
        0x2028 | 0x2029 => '\u{2424}',
        _ => c,
    }
}

/// White space; also the pattern of braille that has no dots.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Takes no room, or is as good as blank: what Unicode calls ignorable by default, and a few more.
/// What opens and closes another direction of writing is among it: no name needs that, and an end
/// too many would close what the page itself has opened.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{13455}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Letters of Hebrew, Arabic and the other scripts that are written from right to left.
fn is_leftward(c: char) -> bool {
    matches!(c, '\u{5d0}'..='\u{5f4}' | '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d5}'
        | '\u{6fa}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Marks that stand on, below or in a letter and can be heaped up.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e8}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Whether a joiner, or what keeps letters apart, changes what is seen here (Unicode Standard,
/// chapters 9, 12 and 23; UTS 51).
fn joins(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    let next = |is: fn(char) -> bool| after.is_some_and(is);
    if is_virama(before) {
        // A half letter, also at the end of a word; or none, before another letter.
        return joiner == ZWJ || next(is_brahmic);
    }
    if is_brahmic(before) {
        return next(is_virama);
    }
    match joiner {
        ZWJ if is_pictured(before) || before == '\u{fe0f}' => next(is_pictured),
        // A letter in the shape that it has in the middle of a word.
        ZWJ => is_cursive(before) != next(is_cursive),
        _ => is_cursive(before) && next(is_cursive),
    }
}

/// Scripts of India and its neighbours, whose letters are joined by a sign.
fn is_brahmic(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'
        | '\u{1a20}'..='\u{1aad}' | '\u{1b00}'..='\u{1bff}' | '\u{11000}'..='\u{1173f}')
}

fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d3b}'
            | '\u{d3c}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{1039}'
            | '\u{103a}'
            | '\u{17d2}'
            | '\u{1a60}'
            | '\u{1b44}'
            | '\u{1baa}'
            | '\u{11046}'
            | '\u{110b9}'
    )
}

/// Scripts whose letters are joined as by hand: Arabic, Syriac, N'Ko, Mongolian.
fn is_cursive(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d3}' | '\u{6d5}' | '\u{6fa}'..='\u{6fc}'
        | '\u{710}'..='\u{77f}' | '\u{7ca}'..='\u{7f5}' | '\u{8a0}'..='\u{8ff}'
        | '\u{1820}'..='\u{18aa}')
}

/// Signs that are pictures, or can be.
fn is_pictured(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{25fe}'
        | '\u{2600}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Selects a variant of what stands before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether there is such a variant: of a picture, of a digit on a key, of a letter of Mongolian or
/// Burmese, of an ideograph, which many names in Japan need.
fn varies(of: char, selector: char, after: Option<char>) -> bool {
    match selector {
        '\u{180b}'..='\u{180f}' => ('\u{1820}'..='\u{18aa}').contains(&of),
        '\u{fe0e}' | '\u{fe0f}' => {
            let key = of.is_ascii_digit() || of == '#' || of == '*';
            is_pictured(of) || key && after == Some('\u{20e3}')
        }
        '\u{fe00}' if ('\u{1000}'..='\u{109f}').contains(&of) => true,
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => {
            matches!(of, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
                | '\u{20000}'..='\u{3ffff}')
        }
        _ => false,
    }
}

/// The tags that make a flag that of a region, up to their end; nothing if they have none.
fn tags(text: &str) -> &str {
    const END: char = '\u{e007f}';
    const MOST: usize = 8;
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let count = text.chars().take_while(is_tag).count();
    let length = (count + 1) * END.len_utf8();
    let ends = text.chars().nth(count) == Some(END);
    if ends && (1..=MOST).contains(&count) {
        &text[..length]
    } else {
        ""
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

    #[test]
    fn no_two_names_look_alike_by_what_nobody_sees() {
        let hidden = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{200b}\u{200c}\
                      \u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\u{2060}\u{2064}\u{2066}\u{206f}\
                      \u{3164}\u{fe00}\u{fe0e}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{1d173}\
                      \u{e0001}\u{e0041}\u{e007f}\u{e0100}\u{e01ef}";
        for c in hidden.chars() {
            for name in [
                format!("Bob{c}"),
                format!("{c}Bob"),
                format!("B{c}ob"),
                format!("7{c}8"),
            ] {
                let told = visible(&name);
                assert_eq!(told.matches(HIDDEN).count(), 1, "{name:?}: {told:?}");
                assert_eq!(visible(&told), told);
            }
        }
        assert_eq!(visible(&format!("Bob{hidden}")), "Bob\u{fffd}");
        assert_eq!(visible(&"Bob\u{200b} ".repeat(3)), "Bob\u{fffd} ".repeat(3));
    }

    #[test]
    fn white_space_of_any_kind_takes_the_room_of_one_blank() {
        for wide in [
            "\u{2003}",
            "\u{3000}",
            "\u{a0}",
            "\u{2800}",
            " \u{2009}",
            "\u{1680}",
        ] {
            assert_eq!(visible(&format!("Ann{}7", wide.repeat(40))), "Ann 7");
        }
        assert_eq!(visible("Ann    Lee  7"), "Ann Lee 7");
        assert_eq!(visible("Ann \u{200b} 7"), "Ann \u{fffd} 7");
    }

    #[test]
    fn what_scripts_and_pictures_need_stays() {
        for name in [
            "Siân ffrançon",
            "N\u{303}and\u{301}u\u{308}\u{304}",
            // Persian: the half-space between parts of a word, and a letter that stands joined.
            "می\u{200c}خواهم",
            "ه\u{200d}",
            "علی\u{200c}رضا",
            // A half letter, at an end and before another; a letter that is not joined.
            "क्\u{200d}ष",
            "അവന്\u{200d}",
            "क्\u{200c}ष",
            "র\u{200d}্যাব",
            "ශ්\u{200d}රී",
            // From right to left, with a mark of direction.
            "נועה\u{200f} 7",
            // A family, a woman of a profession, a rainbow; a heart, a key, the flags of two regions.
            "👨\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}⚕\u{fe0f}",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f} 1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "🇩🇪 王小明",
            // Names as they are written in Japan, and a letter of Mongolian.
            "葛\u{e0100}城",
            "ᠠ\u{180b}",
            "ปิ่น",
        ] {
            assert_eq!(visible(name), name, "{name:?}");
        }
    }

    #[test]
    fn a_joiner_that_joins_nothing_is_seen() {
        for (name, told) in [
            ("علی\u{200c}", "علی\u{fffd}"),
            ("राम\u{200c}न", "राम\u{fffd}न"),
            ("👨\u{200d}", "👨\u{fffd}"),
            ("👨\u{200d}\u{200d}👩", "👨\u{fffd}👩"),
            ("🏴\u{e0067}\u{e0062}", "🏴\u{fffd}"),
            ("1\u{fe0f}", "1\u{fffd}"),
        ] {
            assert_eq!(visible(name), told, "{name:?}");
        }
    }

    #[test]
    fn marks_are_stacked_no_higher_than_a_language_does() {
        let heap = format!("a{}b", "\u{301}".repeat(300));
        assert_eq!(visible(&heap), format!("a{}\u{fffd}b", "\u{301}".repeat(4)));
    }

    #[test]
    fn a_name_of_nothing_has_no_ink() {
        for name in [
            "",
            " ",
            "\u{200b}\u{202e}",
            "\u{3164}",
            "\u{2800}\u{a0}",
            "\u{e0041}",
        ] {
            assert!(!has_ink(name), "{name:?}");
        }
        assert!(has_ink("\u{200b}7"));
    }
}
