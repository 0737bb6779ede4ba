//! Signs requests where there is no cookie.

use crate::ami::{Secret, digest};

use super::io::Credentials;

/// What is signed: Asterisk takes any path for granted (it never compares it), and 1.8 to 11 cut a
/// long one.
const URI: &str = "/amxml";

/// The state of HTTP Digest: what the server asked for last, and how often that was answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Signer {
    ask: Option<digest::Ask>,
    count: u32,
    cnonce: String,
}

impl Signer {
    /// The text makes this client's part of the answers differ from page to page.
    pub fn new(cnonce: String) -> Self {
        Self {
            ask: None,
            count: 0,
            cnonce,
        }
    }

    /// The server asks, for the first time or with a fresh nonce.
    ///
    /// Requests that are on their way at the same time are each told of the same new nonce: to
    /// start its count over would make them stale again.
    pub fn asked(&mut self, ask: digest::Ask) {
        if self.ask.as_ref().is_none_or(|old| old.nonce != ask.nonce) {
            self.count = 0;
        }
        self.ask = Some(ask);
    }

    /// The next `Authorization`; none before the server has asked.
    pub fn sign(&mut self, credentials: &Credentials) -> Option<Secret> {
        let ask = self.ask.as_ref()?;
        self.count += 1;
        Some(digest::authorization(
            ask,
            &credentials.username,
            &credentials.secret,
            URI,
            self.count,
            &self.cnonce,
        ))
    }
}
