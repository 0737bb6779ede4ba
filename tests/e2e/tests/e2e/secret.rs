//! The secret stays where it was typed.

use switchboard_e2e::{
    Browser, DEMO, Engine, Page, Proxy, Request, Stage, lab::Release, on_every_server,
};

on_every_server!(the_secret_is_in_no_request_no_address_and_no_storage);

fn the_secret_is_in_no_request_no_address_and_no_storage(release: Release) {
    let server = Stage::serve(Stage::settings(release));
    let proxy = Proxy::before(server.http_address());
    let browser = Browser::start(Engine::Chromium);
    let page = Page::of(&browser);
    browser.open(&format!(
        "http://{}{}",
        proxy.address(),
        server.settings().page_path()
    ));
    page.log_in((DEMO.0, &DEMO.1.to_uppercase()));
    page.await_words("Authentication failed");
    page.log_in(DEMO);
    page.await_board();
    browser.reload();
    page.await_board();
    let kept = browser.slow_script::<String>(STORED, vec![]);
    assert!(!kept.contains(DEMO.1), "it is stored: {kept}");
    page.log_off();
    page.await_words("The server has ended the session.");

    let sent = proxy.bytes();
    for form in [DEMO.1, &DEMO.1.to_uppercase(), &base64(DEMO.1)] {
        assert!(!contains(&sent, form), "it was sent as {form}");
    }
    let requests = proxy.requests();
    let logins: Vec<&Request> = requests
        .iter()
        .filter(|request| request.body.contains("Action=Login"))
        .collect();
    assert_eq!(logins.len(), 2, "{requests:#?}");
    for login in logins {
        assert!(login.body.contains("Key="), "{login:?}");
        assert!(!login.body.contains("Secret="), "{login:?}");
    }
    for request in &requests {
        assert!(
            !request.line.contains('?'),
            "an address has a query: {}",
            request.line
        );
        assert!(
            !request.head.contains("Referer"),
            "an address is told: {}",
            request.head
        );
    }
}

/// All that a page can keep.
const STORED: &str = "
    const done = arguments[arguments.length - 1];
    const kept = async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, window.name,
      history.state, await indexedDB.databases(), await caches.keys(),
      document.documentElement.outerHTML,
    ]);
    kept().then(done);
";

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks_exact(3)
        .flat_map(|three| {
            let bits = three
                .iter()
                .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[bits >> shift & 63]))
        })
        .collect()
}
