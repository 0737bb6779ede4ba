//! A page of somebody else's shows ours.

use switchboard_e2e::{Browser, DEMO, Engine, FrameHost, Page, Stage, lab::Release};

/// How wide a page is, where it is from, and whether it may keep a cookie.
const PLACE: &str = "
    document.cookie = 'probe=1';
    return [innerWidth, location.hostname, document.cookie.includes('probe')];
";

#[test]
fn a_page_in_a_frame_is_gone_into_and_left() {
    let server = Stage::serve(Stage::settings(Release::V22));
    let host = FrameHost::around(&server.page_url(), 360);
    let browser = Browser::start(Engine::Chromium);
    for (address, is_same_site) in [(host.same_site(), true), (host.other_site(), false)] {
        browser.open(&address);
        assert_eq!(browser.title(), "Somebody else");
        browser.enter_frame();
        let page = Page::of(&browser);
        page.await_log_in();
        let place: (u32, String, bool) = browser.script(PLACE, vec![]);
        // Chromium keeps a cookie only for a page of the same site as the one around it.
        assert_eq!(place, (360, "127.0.0.1".to_owned(), is_same_site));
        if is_same_site {
            page.log_in(DEMO);
            page.await_board();
        }
        browser.leave_frame();
        assert!(
            browser.script::<bool>("return document.querySelector('iframe') !== null;", vec![])
        );
    }
}

#[test]
fn a_page_of_somebody_elses_is_served() {
    let host = FrameHost::page("<p>Here</p>");
    let browser = Browser::start(Engine::Chromium);
    browser.open(&host.other_site());
    assert_eq!(Page::of(&browser).text(), "Here");
}
