//! HTTP Digest, as Asterisk's manager speaks it below `/amxml` (1.8 and later).
//!
//! No cookie is set or read there, so it works where a browser keeps none. RFC 2617 with MD5 and
//! `qop=auth`, RFC 2069 where the server names no `qop` (`main/manager.c`, `auth_http_callback`).

use md5::{Digest as _, Md5};

use super::Secret;

/// What `WWW-Authenticate` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// `systemname` of `asterisk.conf`, else `asterisk`. As it stood between the quotes.
    pub realm: String,
    /// The id of the session, too. Good for 62 s from its creation.
    pub nonce: String,
    /// Sent back as it came; Asterisk never looks at it.
    pub opaque: Option<String>,
    /// Whether `qop` offers `auth`.
    pub qop: bool,
    /// Whether name and secret were right, and only the nonce too old or the count out of order.
    pub stale: bool,
}

impl Ask {
    /// Reads the header; none if it does not ask for a Digest with a nonce.
    pub fn read(header: &str) -> Option<Self> {
        let header = header.trim();
        let rest = header
            .get(..7)
            .filter(|scheme| scheme.eq_ignore_ascii_case("Digest "))
            .and_then(|_| header.get(7..))?;
        let mut ask = Self::default();
        for (name, value) in fields(rest) {
            match name.to_ascii_lowercase().as_str() {
                "realm" => ask.realm = value,
                "nonce" => ask.nonce = value,
                "opaque" => ask.opaque = Some(value),
                "qop" => ask.qop = value.split(',').any(|offer| offer.trim() == "auth"),
                "stale" => ask.stale = value.eq_ignore_ascii_case("true"),
                _ => {}
            }
        }
        (!ask.nonce.is_empty()).then_some(ask)
    }
}

/// `name=value` and `name="value"`, split at commas outside of quotes.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    parts
        .iter()
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The value of `Authorization` for a POST of `uri`. It holds no secret, but it opens the session
/// to whoever has it: it is as precious as a cookie. `count` starts at 1 and grows with each
/// request on a nonce; `cnonce` is chosen by the caller.
pub fn authorization(
    ask: &Ask,
    username: &str,
    secret: &Secret,
    uri: &str,
    count: u32,
    cnonce: &str,
) -> Secret {
    let (realm, nonce) = (&ask.realm, &ask.nonce);
    let first = hex(&[username, ":", realm, ":", secret.expose()]);
    let second = hex(&["POST:", uri]);
    let count = format!("{count:08x}");
    let response = if ask.qop {
        hex(&[
            &first, ":", nonce, ":", &count, ":", cnonce, ":auth:", &second,
        ])
    } else {
        hex(&[&first, ":", nonce, ":", &second])
    };
    let name = username.replace('\\', "\\\\").replace('"', "\\\"");
    let mut header = format!(
        "Digest username=\"{name}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", \
         algorithm=MD5, response=\"{response}\""
    );
    if let Some(opaque) = &ask.opaque {
        header += &format!(", opaque=\"{opaque}\"");
    }
    if ask.qop {
        header += &format!(", qop=auth, nc={count}, cnonce=\"{cnonce}\"");
    }
    Secret::new(header)
}

/// Lower-case hex MD5 of the parts, one behind the other.
pub(crate) fn hex(parts: &[&str]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Digest algorithm=MD5, realm=\"a, b\", nonce=\"1a2b3c4d\", qop=\"auth\", \
                          opaque=\"1a2b3c4d\", stale=true";

    #[test]
    fn a_header_of_asterisk_is_read_with_commas_inside_quotes() {
        let ask = Ask::read(HEADER).expect("a digest");
        assert_eq!(
            (ask.realm.as_str(), ask.nonce.as_str()),
            ("a, b", "1a2b3c4d")
        );
        assert!(ask.stale && ask.qop);
        assert_eq!(Ask::read("Basic realm=\"x\""), None);
        assert_eq!(Ask::read("Digest realm=\"x\""), None);
        assert_eq!(Ask::read("Digesté"), None);
    }

    #[test]
    fn the_answer_is_that_of_the_example_in_rfc_2617() {
        // Section 3.5, but for the method, which is always POST here.
        let ask = Ask {
            realm: "testrealm@host.com".into(),
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093".into(),
            qop: true,
            ..Ask::default()
        };
        let secret = Secret::new("Circle Of Life");
        let header = authorization(&ask, "Mufasa", &secret, "/dir/index.html", 1, "0a4f113b");
        // `A1=$(printf 'Mufasa:testrealm@host.com:Circle Of Life' | md5sum)` and so on.
        assert!(
            header
                .expose()
                .contains("response=\"440c5a7b9ed304fecd2ddd39c9c7b726\""),
            "{}",
            header.expose()
        );
        assert!(header.expose().contains("qop=auth, nc=00000001"));
        assert!(!header.expose().contains("Circle"));
    }
}
