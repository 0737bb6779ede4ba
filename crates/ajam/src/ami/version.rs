//! What kind of server answers.

/// How a session is told to leave events out (`main/manager.c`, `action_filter`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filtering {
    /// By a regular expression on the whole text of every event.
    Pattern,
    /// By the hash of an event's name: 20.11, 21.6, 22.1 and later.
    Name,
}

impl Filtering {
    /// How many names one filter can hold.
    pub fn at_once(self) -> usize {
        match self {
            Self::Pattern => usize::MAX,
            Self::Name => 1,
        }
    }
}

/// The versions in a `CoreSettings` answer (1.6 and later; needs class system or reporting).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// `AsteriskVersion`, for people: `22.10.1`.
    pub asterisk: String,
    /// `AMIversion`: 1.1 in 1.8, 2.x in 12 and 13, 5.x in 16, 11.x in 22.
    pub ami: Option<(u32, u32)>,
}

impl Version {
    /// From the two attributes.
    pub fn new(asterisk: &str, ami: &str) -> Self {
        let mut numbers = ami.split('.').map(|part| part.parse().ok());
        let ami = match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(major), Some(minor)) => Some((major, minor)),
            (Some(major), None) => Some((major, 0)),
            _ => None,
        };
        // Debian appends its own package version after a plus sign or a tilde.
        let end = asterisk.find(['+', '~']).unwrap_or(asterisk.len());
        Self {
            asterisk: asterisk[..end].to_owned(),
            ami,
        }
    }

    /// The major number of the release; 1 for all of 1.x.
    pub fn major(&self) -> Option<u32> {
        Some(self.numbers()?.0)
    }

    /// How this version takes filters; none where that is not known. Whether it takes any at all
    /// (10 and later), and from whom, is told by the list of commands.
    pub fn filtering(&self) -> Option<Filtering> {
        let by_name = self.is_since(&[(20, 11), (21, 6), (22, 1)]);
        let version = self.ami.and(self.numbers());
        version.map(|_| match by_name {
            true => Filtering::Name,
            false => Filtering::Pattern,
        })
    }

    /// Whether accounts may have event filters (10 and later); said also where the version is not
    /// known.
    pub fn has_event_filters(&self) -> bool {
        self.numbers().is_none_or(|(major, _)| major >= 10)
    }

    /// Whether every event of a channel tells all of it (13 and later).
    pub fn tells_whole_blocks(&self) -> bool {
        self.numbers().is_some_and(|(major, _)| major >= 13)
    }

    /// Whether events may be disabled for everybody (`disabledevents`; the last releases of 16, 18
    /// and 19, and later).
    pub fn can_disable_events(&self) -> bool {
        self.is_since(&[(16, 25), (18, 11), (19, 3)])
    }

    /// Major and minor number, zero where there is none: `certified/20.7-cert4`, `GIT-22-…`.
    fn numbers(&self) -> Option<(u32, u32)> {
        let start = self.asterisk.find(|c: char| c.is_ascii_digit())?;
        let mut parts = self.asterisk[start..].splitn(3, '.');
        let number = |part: &str| {
            let end = part.find(|c: char| !c.is_ascii_digit());
            part[..end.unwrap_or(part.len())].parse().ok()
        };
        let major = number(parts.next()?)?;
        Some((major, parts.next().and_then(number).unwrap_or_default()))
    }

    /// Whether this is a release of one of these branches from that minor number on, or of a later
    /// branch than all of them.
    fn is_since(&self, first: &[(u32, u32)]) -> bool {
        let Some((major, minor)) = self.numbers() else {
            return false;
        };
        let branch = first.iter().find(|(branch, _)| *branch == major);
        match branch {
            Some((_, since)) => minor >= *since,
            None => first.iter().all(|(branch, _)| *branch < major),
        }
    }

    /// Bytes that the body of a POST may have (`main/http.c`, `MAX_CONTENT`): 1024 up to 11, 4096
    /// in 12 and 13, 40960 from 16.3. The smallest where the version is not known: a body over the
    /// limit leaves a session on the server that nothing can end.
    pub fn post_limit(&self) -> usize {
        match self.ami {
            Some((major, _)) if major >= 5 => 40_960,
            Some((major, _)) if major >= 2 => 4096,
            _ => 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_a_post_follows_the_version() {
        let limit = |ami| Version::new("", ami).post_limit();
        assert_eq!(
            ["1.1", "1.3", "2.10.6", "5.0.4", "11.0.0", "", "x"].map(limit),
            [1024, 1024, 4096, 40_960, 40_960, 1024, 1024]
        );
    }

    #[test]
    fn only_versions_that_know_it_are_told_to_filter_by_name() {
        let how = |asterisk| Version::new(asterisk, "1.0").filtering();
        for asterisk in [
            "22.10.1",
            "20.21.0-rc1",
            "21.6.0",
            "23.0.0",
            "certified-22.8-cert1",
        ] {
            assert_eq!(how(asterisk), Some(Filtering::Name), "{asterisk}");
        }
        for asterisk in [
            "11.25.3",
            "16.28.0",
            "20.9.3",
            "22.0.0",
            "GIT-22-0a1b2",
            "certified/20.7-cert4",
        ] {
            assert_eq!(how(asterisk), Some(Filtering::Pattern), "{asterisk}");
        }
        assert_eq!(how(""), None);
        assert_eq!(Version::default().filtering(), None);
    }

    #[test]
    fn debians_suffix_is_left_out_of_the_name() {
        assert_eq!(
            Version::new("22.10.1+dfsg+~cs6.17-1", "11.0.0").asterisk,
            "22.10.1"
        );
        assert_eq!(
            Version::new("16.28.0~dfsg-0+deb11u5", "5.0.4").asterisk,
            "16.28.0"
        );
        assert_eq!(Version::new("20.21.0-rc1", "9.0.0").asterisk, "20.21.0-rc1");
    }
}
