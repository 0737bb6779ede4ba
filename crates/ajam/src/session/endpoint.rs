//! Where the manager is, seen from the page.

/// The path of `mxml` for a page at this path: beside the `static/` folder that the page lies in,
/// so that Asterisk's `prefix` and a proxy's path need no setting. A page elsewhere looks at the
/// root, and so does one whose address reads in more than one way: `//host/…` is another host where
/// only a path is expected, and what `..%2f` means is settled by each server on the way.
pub fn mxml(page: &str) -> String {
    let prefix = page.find("/static/").map_or("", |at| &page[..at]);
    let prefix = if is_plain(page) { prefix } else { "" };
    format!("{prefix}/mxml")
}

/// Whether a path means the same to every browser, proxy and server.
fn is_plain(path: &str) -> bool {
    let encoded = |sign: &str| {
        let mut escapes = path.match_indices('%');
        escapes.any(|(at, _)| {
            let digits = path.as_bytes().get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.eq_ignore_ascii_case(sign.as_bytes()))
        })
    };
    let dots = |part: &str| part == "." || part == "..";
    path.starts_with('/')
        && !path.contains("//")
        && !path.contains('\\')
        && !path.split('/').any(dots)
        // A slash, a backslash, a dot, and an escape of one.
        && !["2f", "5c", "2e", "25", "00"].into_iter().any(encoded)
}

/// The path of `amxml`, beside `mxml`: the same by Digest.
pub fn amxml(mxml: &str) -> String {
    let folder = mxml.rfind('/').map_or("", |at| &mxml[..=at]);
    format!("{folder}amxml")
}

/// The path that the session's cookie is kept under: Asterisk names none, so browsers take the
/// folder of the request (RFC 6265, 5.1.4).
pub fn cookie_path(mxml: &str) -> &str {
    match mxml.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &mxml[..at],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_reads_in_two_ways_leads_nowhere_else() {
        for page in [
            "//evil.example/..%2fpbx1/static/switchboard/index.html",
            "///evil.example/static/x",
            "/\\evil.example/static/x",
            "/evil/..%2Fpbx1/static/x",
            "/evil/static/..%2f..%2fpbx1/static/x",
            "/evil/%2e%2e/pbx1/static/x",
            "/evil/..%5cpbx1/static/x",
            "/evil/..%252fpbx1/static/x",
            "/evil/../static/x",
            "evil.example/static/x",
        ] {
            assert_eq!(mxml(page), "/mxml", "{page}");
        }
        assert_eq!(mxml("/t%C3%A9l/static/x"), "/t%C3%A9l/mxml");
    }

    #[test]
    fn the_manager_is_found_below_any_prefix() {
        for (page, manager, cookie) in [
            ("/static/switchboard/index.html", "/mxml", "/"),
            (
                "/asterisk/static/switchboard/index.html",
                "/asterisk/mxml",
                "/asterisk",
            ),
            ("/pbx1/a/static/x/", "/pbx1/a/mxml", "/pbx1/a"),
            ("/index.html", "/mxml", "/"),
        ] {
            assert_eq!(mxml(page), manager);
            assert_eq!(cookie_path(manager), cookie);
            assert_eq!(amxml(manager), manager.replace("mxml", "amxml"));
        }
    }
}
