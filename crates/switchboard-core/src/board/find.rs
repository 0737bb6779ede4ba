//! Finding: what somebody typed, and whether a row has it.

use std::cell::OnceCell;

use super::record::Record;

/// Makes the letters of a text small, and may take them apart from their accents. The browser knows
/// how, for every script: what it has in tables need not come with the page. Unless another is
/// given, letters beyond ASCII stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Fold(pub fn(&str) -> String);

impl Default for Fold {
    fn default() -> Self {
        Self(str::to_ascii_lowercase)
    }
}

impl Fold {
    /// In small letters without accents: what two ways to write a name have in common.
    #[must_use]
    pub fn plain(self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        let lower = (self.0)(text);
        let mut plain = String::with_capacity(lower.len());
        for c in lower.chars() {
            match c {
                // Accents that stand behind their letter.
                '\u{300}'..='\u{36f}' => {}
                _ => match bare(c) {
                    Some(letters) => plain.push_str(letters),
                    None => plain.push(c),
                },
            }
        }
        plain
    }
}

/// A small letter without its accent, where it has one; and those that are written as two.
fn bare(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'ё' => "е",
        _ => return None,
    })
}

/// Umlauts written as two letters, as one: `mueller` and `muller` are the same then.
fn short(plain: &str) -> String {
    let mut short = String::with_capacity(plain.len());
    let mut before = ' ';
    for c in plain.chars() {
        if !is_pair(before, c) {
            short.push(c);
        }
        before = c;
    }
    short
}

fn is_pair(first: char, second: char) -> bool {
    second == 'e' && matches!(first, 'a' | 'o' | 'u')
}

fn has_pair(plain: &str) -> bool {
    let pairs = plain.as_bytes().windows(2);
    pairs
        .into_iter()
        .any(|two| is_pair(two[0].into(), two[1].into()))
}

/// Numbers from this many digits on are compared by their ends: what stands before is a prefix.
const WHOLE: usize = 6;

/// Fewer digits behind a leading zero may be anything.
const LOCAL: usize = 3;

/// Part of a telephone number as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Digits {
    /// Its digits.
    all: String,
    /// Those behind the prefix of a country, without the zero that stands there within it.
    national: Option<String>,
}

/// How many digits the prefix of the country has that this number begins with (ITU-T E.164).
fn country(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

impl Digits {
    /// None if this is no number, or just one digit.
    fn of(typed: &str) -> Option<Self> {
        let mut digits = String::new();
        for c in typed.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '+' | '-' | '.' | '/' | '(' | ')' | '\u{2013}' => {}
                _ if c.is_whitespace() => {}
                _ => return None,
            }
        }
        let abroad = match typed.trim_start().starts_with('+') {
            true => Some(&*digits),
            false => digits.strip_prefix("00"),
        };
        let national = abroad.and_then(|abroad| abroad.get(country(abroad)..));
        let national = national.map(|digits| digits.trim_start_matches('0').to_owned());
        (digits.len() > 1).then_some(Self {
            all: digits,
            national,
        })
    }

    /// Whether a number, of which these are the digits, is meant: in whichever of the two the prefix
    /// of a country stands for the zero, or is missing.
    fn are_of(&self, number: &str) -> bool {
        let local = self.all.trim_start_matches('0');
        let own = number.trim_start_matches('0');
        // Only from its beginning: the rest of a prefix would be found anywhere.
        let at_home = |national: &String| {
            national.len() >= LOCAL && number.starts_with('0') && own.starts_with(&**national)
        };
        number.contains(&self.all)
            || local.len() < self.all.len() && local.len() >= LOCAL && number.contains(local)
            || own.len() >= WHOLE && self.all.ends_with(own)
            || self.national.as_ref().is_some_and(at_home)
    }

    /// Whether a number of which these are the digits has the others, too, for certain.
    fn are_within(&self, other: &Self) -> bool {
        self == other
            || self.all.len() < WHOLE
                && !self.all.starts_with('0')
                && self.national.is_none()
                && self.all.contains(&other.all)
    }
}

/// A word that was typed.
#[derive(Clone, Debug)]
struct Word {
    plain: String,
    short: String,
    digits: Option<Digits>,
}

impl Word {
    fn is_within(&self, other: &Self) -> bool {
        let digits = match (&self.digits, &other.digits) {
            (None, _) => true,
            (Some(own), Some(other)) => own.are_within(other),
            (Some(_), None) => false,
        };
        digits && self.plain.contains(&other.plain) && self.short.contains(&other.short)
    }
}

/// What somebody typed to find a row. Every word must be somewhere in it, in any case, with or
/// without accents, an umlaut as one letter or as two; or all of it is a number of the row, as
/// people write numbers, with the prefix of the country or without.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    words: Vec<Word>,
    /// If it is one number, written with blanks.
    number: Option<Digits>,
    fold: Fold,
}

impl Filter {
    /// From what was typed.
    pub fn new(typed: &str, fold: Fold) -> Self {
        let word = |word: &str| {
            let plain = fold.plain(word);
            Word {
                short: short(&plain),
                digits: Digits::of(word),
                plain,
            }
        };
        let words: Vec<Word> = typed.split_whitespace().map(word).collect();
        Self {
            number: Digits::of(typed).filter(|_| words.len() > 1),
            words,
            fold,
        }
    }

    /// Whether no row passes this one that does not pass the other, for certain.
    pub fn is_within(&self, other: &Self) -> bool {
        let number = match (&self.number, &other.number) {
            (None, _) => true,
            (Some(own), Some(other)) => own.are_within(other),
            (Some(_), None) => other.words.is_empty(),
        };
        let within = |word: &Word| self.words.iter().any(|longer| longer.is_within(word));
        number && other.words.iter().all(within)
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether this row passes, which is shown with these words.
    pub fn matches<R: Record>(&self, row: &R, words: Option<fn(&R) -> String>) -> bool {
        if self.is_empty() {
            return true;
        }
        let mut text = row.found_by();
        if let Some(words) = words {
            text.push('\n');
            text.push_str(&words(row));
        }
        self.has(&text, &|| row.numbers())
    }

    /// Whether this text passes, or one of these numbers does.
    pub(crate) fn has<'n>(&self, text: &str, numbers: &dyn Fn() -> Vec<&'n str>) -> bool {
        let told = numbers;
        let text = self.fold.plain(text);
        let (shorter, numbers) = (OnceCell::new(), OnceCell::new());
        let has_digits = |digits: &Digits| {
            let numbers: &Vec<String> = numbers.get_or_init(|| digits_of(told()));
            numbers.iter().any(|number| digits.are_of(number))
        };
        let has = |word: &Word| {
            if text.contains(&word.plain) || word.digits.as_ref().is_some_and(has_digits) {
                return true;
            }
            let shorter = shorter.get_or_init(|| has_pair(&text).then(|| short(&text)));
            match shorter {
                Some(shorter) => shorter.contains(&word.short),
                None => word.short != word.plain && text.contains(&word.short),
            }
        };
        self.number.as_ref().is_some_and(has_digits) || self.words.iter().all(has)
    }
}

/// The digits of these numbers.
fn digits_of(numbers: Vec<&str>) -> Vec<String> {
    let numbers = numbers.into_iter();
    let digits = numbers.map(|number| number.chars().filter(char::is_ascii_digit).collect());
    digits
        .filter(|digits: &String| !digits.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLD: Fold = Fold(str::to_lowercase);

    #[test]
    fn a_name_is_the_same_however_its_accents_are_written() {
        for written in ["Müller", "MÜLLER", "Mu\u{308}ller", "Mueller", "muller"] {
            assert_eq!(short(&FOLD.plain(written)), "muller", "{written}");
        }
        assert_eq!(
            FOLD.plain("Siobhán Łukasz Straße Ελένη"),
            "siobhan lukasz strasse ελενη"
        );
    }

    #[test]
    fn a_number_is_the_same_with_and_without_its_prefix() {
        let is = |typed: &str, number: &str| Digits::of(typed).is_some_and(|d| d.are_of(number));
        for typed in [
            "0301234",
            "030 12 34",
            "(030) 12-34",
            "+49 30 1234",
            "0049301234",
            "1234",
        ] {
            assert!(is(typed, "49301234"), "{typed}");
        }
        for typed in [
            "+49 30 1234",
            "+49301234",
            "0049 30 1234",
            "+49 (0)30 1234",
            "+49301",
        ] {
            assert!(
                is(typed, "0301234567") && is(typed, "00301234567"),
                "{typed}"
            );
        }
        assert!(is("+49 30 1234", "0301234"));
        assert!(is("+41 44 668", "0446681800") && is("+1 212 55", "02125551234"));
        assert!(is("+353 1 234", "012345678"));
        // Not what a prefix leaves over, nor what only stands somewhere within.
        for (typed, number) in [
            ("+49", "0301234567"),
            ("+49 3", "0301234567"),
            ("+49 30", "0301234567"),
            ("+49 301", "0711301234"),
            ("+49 201", "201"),
            ("+49 30 1234", "0309999999"),
            ("49301234", "0301234567"),
        ] {
            assert!(!is(typed, number), "{typed} {number}");
        }
        assert!(!is("0301235", "49301234"));
        assert!(!is("0891234", "49301234"));
        assert!(Digits::of("201a").is_none());
    }

    #[test]
    fn what_leaves_out_more_is_known_only_where_it_is_certain() {
        let within = |one, other| Filter::new(one, FOLD).is_within(&Filter::new(other, FOLD));
        assert!(within("mül", "mü"));
        assert!(within("ann b", "an"));
        assert!(within("2012", "20"));
        assert!(!within("an", "ann"));
        // `mue` is `mu` in a row that says Müller, and `e` is not in it.
        assert!(!within("mue", "e"));
        // With the zero it may be another number than without.
        assert!(!within("0301", "03"));
        assert!(!within("030 1", "030"));
        // What follows the prefix may be a whole number's beginning.
        assert!(!within("+49301", "+4930"));
    }
}
