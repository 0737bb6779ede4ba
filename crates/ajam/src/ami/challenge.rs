//! The answer to an MD5 challenge.

use super::{Secret, digest};

/// Lower-case hex MD5 of the challenge followed directly by the secret (`main/manager.c`,
/// `authenticate`; the comparison there is case-sensitive).
pub fn key(challenge: &str, secret: &Secret) -> String {
    digest::hex(&[challenge, secret.expose()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_md5_of_challenge_and_secret() {
        // `printf 123456789secret | md5sum`
        assert_eq!(
            key("123456789", &Secret::new("secret")),
            "7ccde16e862dfe7681297713e9e9cadb"
        );
    }
}
