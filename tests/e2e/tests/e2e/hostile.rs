//! Whoever calls chooses the name that is shown.

use switchboard_e2e::{
    Browser, DEMO, Engine, PATIENCE, Page, Stage, console,
    double::{Double, Era, Line, Setup, escape},
    lab::{Asterisk, Release, http},
    on_every_server, until,
};

on_every_server!(
    hostile_caller_names_are_shown_as_text,
    a_caller_name_of_ten_thousand_characters_leaves_the_page_as_wide_as_it_is,
);

const NAMES: [&str; 10] = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "'><svg onload=window.hit=1>",
    "<iframe srcdoc=hit></iframe>",
    "&lt;b&gt;bold&lt;/b&gt;",
    "{{window.hit=1}}${window.hit=1}",
    "javascript:window.hit=1",
    "a\u{202e}drow a\u{2066}",
    "bell\u{7}back\u{8}line\r\nActionID: 1\ttab",
    "]]></response><response type='object'",
];

/// What must not come into being out of a name.
const ELEMENTS: &str = "script:not([src]), img, iframe, object, embed, svg[onload], [onerror], b";

fn hostile_caller_names_are_shown_as_text(release: Release) {
    let stage = Stage::logged_in(release);
    let driver = Driver::log_in(&stage.server);
    for name in NAMES {
        driver.ring(name);
    }
    until("all calls are on the board", PATIENCE, || {
        let count = stage.page().board()?.count;
        if count == NAMES.len() * 2 {
            Ok(())
        } else {
            Err(format!("{count} rows"))
        }
    });
    let callers: Vec<String> = stage
        .page()
        .board()
        .expect("a board")
        .rows
        .iter()
        .map(|row| row.cell("Caller").to_owned())
        .collect();
    for name in NAMES {
        let visible = visible(name);
        let shown = callers.iter().any(|caller| caller.contains(&visible));
        assert!(shown, "“{visible}” is not in {callers:#?}");
    }
    let born: Vec<String> = stage.browser().script(
        "return [...document.body.querySelectorAll(arguments[0])].map((e) => e.outerHTML);",
        vec![ELEMENTS.into()],
    );
    assert!(born.is_empty(), "{born:?}");
    assert!(
        !stage
            .browser()
            .script::<bool>("return 'hit' in window;", vec![])
    );
    assert_eq!(stage.browser().alert(), None);
    console::assert_silent(stage.browser());
}

fn a_caller_name_of_ten_thousand_characters_leaves_the_page_as_wide_as_it_is(release: Release) {
    let stage = Stage::logged_in(release);
    let call = stage.calls().ring("Ben Carter", "666").expect("a call");
    // Until then Originate goes on to set the name that it was given.
    until("the call rings", PATIENCE, || {
        let row = stage.page().row(&call.uniqueid)?;
        match row.cell("State") {
            "Ringing" => Ok(()),
            other => Err(other.to_owned()),
        }
    });
    let name = "W".repeat(10_000);
    // Originate would cut it; a dial plan or a trunk's signalling does not.
    Driver::log_in(&stage.server).act(&[
        ("Action", "Setvar"),
        ("Channel", &call.uniqueid),
        ("Variable", "CALLERID(name)"),
        ("Value", &name),
    ]);
    until("the name is on the board", PATIENCE, || {
        let row = stage.page().row(&call.uniqueid)?;
        let shown = row.cell("Caller");
        if shown == format!("{name} 666") {
            Ok(())
        } else {
            Err(format!("{} characters", shown.len()))
        }
    });
    let overflow: Vec<i64> = stage.browser().script(
        "return [document.scrollingElement, channels().parentElement]\
             .map((box) => box.scrollWidth - box.clientWidth);",
        vec![],
    );
    assert_eq!(overflow, [0, 0], "there is something to scroll sideways");
}

/// One text in every place that Asterisk can put one: the kinds of a real server's are above.
const EVERYWHERE: [&str; 5] = [
    "<img src=x onerror=window.hit=1></td></tr><b>'\"&amp;",
    "a\u{202e}drow\u{2069}\u{2067} \u{5e0}\u{5d5}\u{5e2}\u{5d4} 12",
    "bell\u{7}\u{1b}[31m\u{7f}\u{2028}x",
    "Z\u{335}\u{489}\u{335}\u{489}\u{335}\u{489}\u{335}\u{489}\u{335}\u{489}",
    "\u{200b}\u{2800}\u{3164}",
];

#[test]
fn outside_text_in_every_place_is_text_and_leaves_the_rows_as_they_are() {
    let long = "W".repeat(10_000);
    for text in EVERYWHERE.into_iter().chain([long.as_str()]) {
        let about: String = text.chars().take(20).collect();
        let mut setup = Setup::serving(Era::V1_8);
        setup.system_name = text.to_owned();
        let double = Double::start(setup);
        for number in 1..=6 {
            double.add(line(number, text));
        }
        let browser = Browser::start(Engine::Chromium);
        browser.open(&double.page_url());
        let page = Page::of(&browser);
        page.log_in(DEMO);
        page.await_board();
        double.link("1.1", "1.2");
        let raw = escape(text);
        for event in [
            format!(
                "event='Newexten' privilege='call,all' channel='x' context='{raw}' extension='{raw}' priority='1' application='{raw}' appdata='{raw}' uniqueid='1.3'"
            ),
            format!(
                "event='Join' privilege='call,all' channel='x' queue='{raw}' position='1' count='1' uniqueid='1.3'"
            ),
            format!(
                "event='MeetmeJoin' privilege='call,all' channel='x' meetme='{raw}' usernum='1' uniqueid='1.4'"
            ),
            format!(
                "event='ParkedCall' privilege='call,all' channel='x' parkinglot='{raw}' exten='{raw}' from='{raw}' timeout='1' uniqueid='1.5'"
            ),
            format!(
                "event='Newstate' privilege='call,all' channel='SIP/{raw}-6' channelstate='6' channelstatedesc='Up' connectedlinenum='{raw}' connectedlinename='{raw}' uniqueid='1.6'"
            ),
        ] {
            double.happen(&event);
        }
        until("what happened is on the board", PATIENCE, || {
            let row = page.row("1.5")?;
            let state = row.cell("State");
            if state.contains("parked") {
                Ok(())
            } else {
                Err(state.to_owned())
            }
        });
        double.refuse(text);
        page.hang_up("1.1");
        until("the outcome is told", PATIENCE, || {
            let told = page.text();
            // A name of 10,000 characters is more than 1.8 can be asked about.
            let told_of = told.contains("refused") || told.contains("not sent");
            if told_of { Ok(()) } else { Err(told) }
        });
        for width in [390, 1280] {
            browser.resize(width, 800);
            assert_layout(&browser, &format!("{about} at {width} px"));
        }
        let born: Vec<String> = browser.script(
            "return [...document.body.querySelectorAll(arguments[0])].map((e) => e.outerHTML);",
            vec![ELEMENTS.into()],
        );
        assert!(born.is_empty(), "{about}: {born:?}");
        assert!(
            !browser.script::<bool>("return 'hit' in window;", vec![]),
            "{about}"
        );
        assert_eq!(browser.alert(), None, "{about}");
        console::assert_silent(&browser);
    }
}

fn line(number: u32, text: &str) -> Line {
    Line {
        channel: format!("SIP/{text}-{number}"),
        uniqueid: format!("1.{number}"),
        caller: (text.to_owned(), text.to_owned()),
        state: "Up".to_owned(),
        place: Some((text.to_owned(), text.to_owned())),
        link: None,
    }
}

/// Nothing to scroll sideways, and no row higher than another.
fn assert_layout(browser: &Browser, about: &str) {
    let overflow: i64 = browser.script(
        "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth;",
        vec![],
    );
    assert_eq!(overflow, 0, "{about}: the page scrolls sideways");
    let beyond: Vec<String> = browser.script(
        "const box = channels().parentElement, edge = box.getBoundingClientRect().right + 0.5;\
         const beyond = (e) => e.getBoundingClientRect().right > edge;\
         const clipped = (e) => e !== box && (getComputedStyle(e).overflowX !== 'visible'\
             ? !beyond(e) : clipped(e.parentElement));\
         return [...channels().querySelectorAll('*')].filter((e) => beyond(e) && !clipped(e))\
             .map((e) => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30));",
        vec![],
    );
    assert!(beyond.is_empty(), "{about}: beyond the edge: {beyond:#?}");
    let heights: Vec<f64> = browser.script(
        "return [...channels().querySelectorAll('[data-uniqueid]')]\
             .map((row) => row.getBoundingClientRect().height);",
        vec![],
    );
    assert!(heights.len() >= 6, "{about}: {heights:?}");
    let odd = heights
        .iter()
        .any(|height| (height - heights[0]).abs() > 0.5);
    assert!(!odd && heights[0] < 120.0, "{about}: {heights:?}");
}

/// Control characters are shown by their pictures, and what turns text around by a stand-in.
fn visible(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Makes calls over HTTP, where a value may hold what a line of TCP cannot.
struct Driver<'a> {
    server: &'a Asterisk,
    session: String,
}

impl<'a> Driver<'a> {
    fn log_in(server: &'a Asterisk) -> Self {
        let form = http::form([
            ("Action", "Login"),
            ("Username", DEMO.0),
            ("Secret", DEMO.1),
        ]);
        let reply = http::post(server.http_address(), "/mxml", None, &form).expect("an answer");
        let session = reply.cookie().expect("a session").to_owned();
        Self { server, session }
    }

    fn ring(&self, name: &str) {
        self.act(&[
            ("Action", "Originate"),
            ("Channel", "Local/100@phones/n"),
            ("Application", "Wait"),
            ("Data", "7200"),
            ("Async", "true"),
            ("CallerID", &format!("\"{name}\" <666>")),
        ]);
    }

    fn act(&self, action: &[(&str, &str)]) {
        let form = http::form(action.iter().copied());
        let address = self.server.http_address();
        let reply = http::post(address, "/mxml", Some(&self.session), &form).expect("an answer");
        let text = reply.text();
        assert!(text.contains("response='Success'"), "{text}");
    }
}
