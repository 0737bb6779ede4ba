//! An action's headers to the body of a POST.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::text;

/// The only `Content-Type` that every version takes: 1.8 to 11 compare it whole, and ignore the
/// body if anything stands behind it (`main/http.c`).
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// A space must be `%20` (1.4 keeps a plus sign a plus sign) and a plus `%2B`; so everything is
/// encoded that is not plainly safe.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Headers of an action, in order. Values lose their control characters on the way in.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(&'static str, String)>,
}

impl Form {
    /// The form of one action.
    pub fn action(name: &str) -> Self {
        Self::default().with("Action", name)
    }

    /// With one more header.
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.pairs
            .push((name, text::sendable(value.as_ref()).into_owned()));
        self
    }

    /// With one more header if there is a value.
    pub fn with_some(self, name: &'static str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The body, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    /// [`TooLong`] if it is. It must not be sent then: from 12 on, the answer 413 leaves a session
    /// on the server that can neither be logged off nor expire (`main/http.c`).
    pub fn encode(&self, limit: usize) -> Result<String, TooLong> {
        let mut body = String::new();
        for (name, value) in &self.pairs {
            if !body.is_empty() {
                body.push('&');
            }
            body.extend(utf8_percent_encode(name, ENCODED));
            body.push('=');
            body.extend(utf8_percent_encode(value, ENCODED));
        }
        if body.len() > limit {
            Err(TooLong {
                bytes: body.len(),
                limit,
            })
        } else {
            Ok(body)
        }
    }
}

/// Names only: values may hold a log-in key.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.pairs.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The body would be longer than this server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Its length.
    pub bytes: usize,
    /// What the server takes.
    pub limit: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_plus_signs_and_umlauts_are_percent_encoded() {
        let form = Form::action("Ping").with("ActionID", "a +b&c=ü");
        assert_eq!(
            form.encode(99).as_deref(),
            Ok("Action=Ping&ActionID=a%20%2Bb%26c%3D%C3%BC")
        );
    }

    #[test]
    fn a_line_break_cannot_be_sent() {
        let form = Form::action("Redirect").with("Exten", "1\r\nX-Fake: 1\u{0}");
        assert_eq!(
            form.encode(99).as_deref(),
            Ok("Action=Redirect&Exten=1X-Fake%3A%201")
        );
    }

    #[test]
    fn a_body_over_the_limit_is_refused_before_it_is_sent() {
        let form = Form::action("Ping");
        assert_eq!(form.encode(11).as_deref(), Ok("Action=Ping"));
        assert_eq!(
            form.encode(10),
            Err(TooLong {
                bytes: 11,
                limit: 10
            })
        );
    }

    #[test]
    fn debug_output_holds_no_value() {
        assert_eq!(
            format!("{:?}", Form::action("Login").with("Key", "abc")),
            r#"["Action", "Key"]"#
        );
    }
}
