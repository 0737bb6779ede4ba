//! Whoever calls chooses the name that is shown.

use switchboard_e2e::{
    DEMO, PATIENCE, Stage, console,
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
