//! A name and a secret, as somebody types them.

use ajam::ami::Secret;
use ajam::session::Credentials;
use switchboard_core::words::say;

/// Which of the two was left empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    Username,
    Secret,
}

impl Blank {
    /// Says so.
    pub fn words(self) -> String {
        match self {
            Self::Username => say!("log_in.no_username"),
            Self::Secret => say!("log_in.no_secret"),
        }
    }
}

/// What was typed, if it is whole.
pub fn credentials(username: &str, secret: String) -> Result<Credentials, Blank> {
    let username = username.trim();
    if username.is_empty() {
        return Err(Blank::Username);
    }
    if secret.is_empty() {
        return Err(Blank::Secret);
    }
    Ok(Credentials {
        username: username.to_owned(),
        secret: Secret::new(secret),
    })
}
