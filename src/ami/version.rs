//! What kind of server answers.

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
