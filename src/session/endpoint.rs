//! Where the manager is, seen from the page.

/// The path of `mxml` for a page at this path: beside the `static/` folder that the page lies in,
/// so that Asterisk's `prefix` and a proxy's path need no setting. A page elsewhere looks at the
/// root.
pub fn mxml(page: &str) -> String {
    let prefix = page.find("/static/").map_or("", |at| &page[..at]);
    format!("{prefix}/mxml")
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
