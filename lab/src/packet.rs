//! A packet of the manager interface as it comes over TCP.

/// Header lines in order, repeats included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Names and values as they came.
    pub headers: Vec<(String, String)>,
}

impl Packet {
    /// The first value of a header, whose name is compared without regard to case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a header, or nothing if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All values of a header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The name of the event, if it is one.
    pub fn event(&self) -> Option<&str> {
        self.get("Event")
    }

    /// `Success`, `Error` or the like, if it is an answer.
    pub fn response(&self) -> Option<&str> {
        // OriginateResponse is an event that has this header too.
        match self.headers.first() {
            Some((name, value)) if name.eq_ignore_ascii_case("Response") => Some(value),
            _ => None,
        }
    }

    pub(crate) fn push_line(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        self.headers.push((
            name.to_owned(),
            value.strip_prefix(' ').unwrap_or(value).to_owned(),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::Packet;

    #[test]
    fn lines_are_kept_in_order() {
        let mut packet = Packet::default();
        for line in [
            "Event: OriginateResponse",
            "Response: Success",
            "Note: a: b",
            "note:c",
        ] {
            packet.push_line(line);
        }
        assert_eq!(packet.event(), Some("OriginateResponse"));
        assert_eq!(packet.response(), None);
        assert_eq!(packet.all("NOTE").collect::<Vec<_>>(), ["a: b", "c"]);
    }
}
