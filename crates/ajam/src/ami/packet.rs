//! One AMI block: ordered headers, with repeats.

use std::borrow::Cow;

/// The headers of one `<response>`, in Asterisk's order, repeats included.
///
/// Values are kept as they stood in the body and are freed of XML entities when they are asked for:
/// most headers of most events are never read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packet<'a> {
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Packet<'a> {
    /// A packet of raw (still XML-escaped) headers.
    pub fn from_raw(headers: Vec<(&'a str, &'a str)>) -> Self {
        Self { headers }
    }

    /// With the headers of a packet that was torn off this one, behind its own: where both have
    /// a header, [`get`](Self::get) goes on giving the first.
    pub(crate) fn join(&mut self, torn_off: Self) {
        self.headers.extend(torn_off.headers);
    }

    /// Reads the headers that Asterisk took for free text.
    ///
    /// Up to 12, a line break in a caller's name makes the rest of the packet one `opaque_data`
    /// (`main/manager.c`, `xml_translate`): `Name: value` in each line. Without the Uniqueid among
    /// them a channel's last event would be lost. Of several lines of one name the last counts:
    /// what a caller wrote into a name comes before what Asterisk wrote behind it.
    pub(crate) fn free_the_opaque(&mut self, known: &[&'static str]) {
        let texts: Vec<&'a str> = self
            .headers
            .iter()
            .filter(|(name, _)| same_name(stem(name), "opaque_data"))
            .map(|(_, raw)| *raw)
            .collect();
        for line in texts
            .iter()
            .rev()
            .flat_map(|text| text.rsplit(['\n', '\r']))
        {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let Some(name) = known.iter().find(|known| same_name(known, name.trim())) else {
                continue;
            };
            if self.headers.iter().all(|(have, _)| !same_name(have, name)) {
                self.headers.push((name, value.trim()));
            }
        }
    }

    /// Number of headers.
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether there is no header at all.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Every header, in order, repeats included, values free of XML entities.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + '_ {
        self.headers
            .iter()
            .map(|(name, raw)| (*name, unescape(raw)))
    }

    /// Every header with its value as it stood in the body.
    pub fn raw(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.headers.iter().copied()
    }

    /// The first header of this name.
    ///
    /// Case does not matter, and `-` counts as `_`: 1.4 keeps the hyphens that later versions
    /// write as underscores (`main/manager.c`, `xml_copy_escape`).
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.headers
            .iter()
            .find(|(have, _)| same_name(have, name))
            .map(|(_, raw)| unescape(raw))
    }

    /// As [`get`](Self::get), but nothing for an empty value.
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The values of a header that Asterisk repeats: `output`, `output-2`, `output-3` …
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Cow<'a, str>> + 's {
        self.headers
            .iter()
            .filter(move |(have, _)| same_name(stem(have), name))
            .map(|(_, raw)| unescape(raw))
    }
}

/// The name without the `-2`, `-3` … that Asterisk appends to a repeated header.
fn stem(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((stem, number))
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    }
}

fn same_name(have: &str, want: &str) -> bool {
    have.len() == want.len()
        && have
            .bytes()
            .zip(want.bytes())
            .all(|(a, b)| fold(a) == fold(b))
}

fn fold(byte: u8) -> u8 {
    if byte == b'-' {
        b'_'
    } else {
        byte.to_ascii_lowercase()
    }
}

/// Undoes the five XML entities. A value that is not well escaped is kept as it is: losing it would
/// be worse than showing an ampersand too many.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    // Not `Attribute::normalized_value`: it would turn the line feeds of `opaque_data` into spaces.
    quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_up_ignores_case_and_takes_hyphen_for_underscore() {
        let packet = Packet::from_raw(vec![("cause-txt", "Normal"), ("Uniqueid", "1.2")]);
        assert_eq!(packet.get("cause_txt").as_deref(), Some("Normal"));
        assert_eq!(packet.get("UNIQUEID").as_deref(), Some("1.2"));
        assert_eq!(packet.get("cause"), None);
    }

    #[test]
    fn repeats_are_kept_in_order() {
        let packet = Packet::from_raw(vec![
            ("output", "a"),
            ("note", "x"),
            ("output-2", ""),
            ("output-3", "c"),
            ("note", "y"),
        ]);
        assert_eq!(packet.all("output").collect::<Vec<_>>(), ["a", "", "c"]);
        assert_eq!(packet.all("note").collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn a_badly_escaped_value_is_kept_as_it_is() {
        let packet = Packet::from_raw(vec![
            ("a", "&lt;b&gt; &amp; &apos;&quot;"),
            ("b", "&nope; &"),
        ]);
        assert_eq!(packet.get("a").as_deref(), Some("<b> & '\""));
        assert_eq!(packet.get("b").as_deref(), Some("&nope; &"));
    }
}
