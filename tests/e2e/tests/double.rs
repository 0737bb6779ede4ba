//! The double of old Asterisks, held to what they were recorded to say. Needs neither browser nor
//! server.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use switchboard_e2e::{
    DEMO, VIEWER,
    double::{Double, Era, Line, Setup},
};

const ERAS: [(Era, &str); 2] = [(Era::V1_4, "1.4.44"), (Era::V1_8, "1.8.32.3")];

/// A client with a cookie.
struct Client<'d> {
    double: &'d Double,
    era: Era,
    cookie: Option<String>,
}

struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Names of the headers, in order.
    fn headers(&self) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        lines
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect()
    }
}

impl<'d> Client<'d> {
    fn of(double: &'d Double, era: Era) -> Self {
        Self {
            double,
            era,
            cookie: None,
        }
    }

    fn logged_in(double: &'d Double, era: Era, (name, secret): (&str, &str)) -> Self {
        let mut client = Self::of(double, era);
        let reply = client.ask(&format!("action=Login&Username={name}&Secret={secret}"));
        assert!(reply.text().contains("Authentication accepted"));
        client
    }

    /// Asks as the version wants to be asked: 1.4 by GET, 1.8 by POST.
    fn ask(&mut self, form: &str) -> Reply {
        let cookie = match &self.cookie {
            Some(cookie) => format!("Cookie: mansession_id=\"{cookie}\"\r\n"),
            None => String::new(),
        };
        let request = match self.era {
            Era::V1_4 => format!("GET /asterisk/mxml?{form} HTTP/1.1\r\n{cookie}\r\n"),
            Era::V1_8 => post("application/x-www-form-urlencoded", &cookie, form),
        };
        let reply = send(self.double, &request);
        if let Some((_, rest)) = reply.head.split_once("mansession_id=\"") {
            self.cookie = rest.split('"').next().map(str::to_owned);
        }
        reply
    }
}

fn post(kind: &str, cookie: &str, form: &str) -> String {
    format!(
        "POST /mxml HTTP/1.1\r\nContent-Type: {kind}\r\n{cookie}Content-Length: {}\r\n\r\n{form}",
        form.len()
    )
}

fn send(double: &Double, request: &str) -> Reply {
    let mut stream = TcpStream::connect(double.address()).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("it answers");
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    Reply {
        head: String::from_utf8_lossy(&bytes[..end]).into_owned(),
        body: bytes[end + 4..].to_vec(),
    }
}

fn fixtures(version: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates/ajam/tests/fixtures/many-versions")
        .join(version)
}

fn recorded(version: &str, name: &str) -> String {
    let bytes = fs::read(fixtures(version).join(format!("{name}.xml"))).expect("a recording");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What was asked when this was recorded, with the secret of our own account.
fn request(version: &str, name: &str) -> String {
    let text = fs::read_to_string(fixtures(version).join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("a manifest");
    let request = manifest["files"][format!("{name}.xml")]["request"].as_str();
    request.unwrap_or_default().replace("demo-secret", DEMO.1)
}

/// The same without what is another number every time.
fn steady(text: &str) -> String {
    let mut steady = text.to_owned();
    for name in [" challenge='", " timestamp='"] {
        if let Some((before, rest)) = steady.clone().split_once(name) {
            let after = rest.split_once('\'').map_or("", |(_, after)| after);
            steady = format!("{before}{name}*'{after}");
        }
    }
    steady
}

#[test]
fn it_answers_to_the_letter_as_it_was_recorded() {
    for (era, version) in ERAS {
        let double = Double::start(Setup::new(era));
        for name in [
            "challenge",
            "challenge-no-authtype",
            "login-ok",
            "login-wrong-secret",
            "login-unknown-user",
            "missing-action",
            "ping-no-login",
        ] {
            let reply = Client::of(&double, era).ask(&request(version, name));
            assert_eq!(
                steady(&reply.text()),
                steady(&recorded(version, name)),
                "{version} {name}"
            );
        }
        let mut demo = Client::logged_in(&double, era, DEMO);
        for name in [
            "ping",
            "unknown-action",
            "coresettings",
            "bridgelist",
            "coreshowchannels-none",
            "parkedcalls-none",
            "hangup-no-channel",
            "redirect-missing-channel",
            "events-mask-off",
            "events-mask-call",
            "logoff",
        ] {
            let reply = demo.ask(&request(version, name));
            assert_eq!(
                steady(&reply.text()),
                steady(&recorded(version, name)),
                "{version} {name}"
            );
        }
        let mut viewer = Client::logged_in(&double, era, VIEWER);
        let reply = viewer.ask(&request(version, "permission-denied"));
        assert_eq!(
            reply.text(),
            recorded(version, "permission-denied"),
            "{version}"
        );
    }
}

#[test]
fn its_heads_have_the_lines_of_the_recorded_ones() {
    let double = Double::start(Setup::new(Era::V1_4));
    let reply = Client::logged_in(&double, Era::V1_4, DEMO).ask("action=Ping");
    assert_eq!(
        reply.headers(),
        [
            "Server",
            "Date",
            "Connection",
            "Cache-Control",
            "Content-type",
            "Set-Cookie"
        ]
    );
    assert!(
        reply
            .head
            .starts_with("HTTP/1.1 200 OK\r\nServer: Asterisk/1.4.44\r\n")
    );
    assert!(reply.head.contains("Connection: close"));
    assert!(reply.head.ends_with("; Version=1; Max-Age=60"));
    for request in [
        "POST /asterisk/mxml HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "OPTIONS /asterisk/mxml HTTP/1.1\r\n\r\n",
    ] {
        assert!(
            send(&double, request)
                .head
                .starts_with("HTTP/1.1 501 Not Implemented")
        );
    }
    let missing = send(&double, "GET /asterisk/nothing HTTP/1.1\r\n\r\n");
    let page = fs::read(fixtures("1.4.44").join("http-404.html")).expect("a recording");
    assert_eq!(
        missing.text().replace("\r\n", "\n"),
        String::from_utf8_lossy(&page).replace("\r\n", "\n")
    );

    let double = Double::start(Setup::new(Era::V1_8));
    let reply = Client::logged_in(&double, Era::V1_8, DEMO).ask("action=Ping");
    assert_eq!(
        reply.headers(),
        [
            "Server",
            "Date",
            "Connection",
            "Cache-Control",
            "Content-Length",
            "Content-type",
            "Cache-Control",
            "Set-Cookie",
            "Pragma"
        ]
    );
}

#[test]
fn a_post_to_1_8_is_read_under_one_content_type_and_up_to_1024_bytes() {
    let double = Double::start(Setup::new(Era::V1_8));
    let form = "application/x-www-form-urlencoded";
    let charset = format!("{form}; charset=UTF-8");
    let reply = send(&double, &post(&charset, "", "action=Ping"));
    assert_eq!(reply.text(), recorded("1.8.32.3", "post-charset"));
    let long = format!("action=Ping&ActionID={}", "a".repeat(1500));
    let reply = send(&double, &post(form, "", &long));
    assert!(
        reply
            .head
            .starts_with("HTTP/1.1 413 Request Entity Too Large")
    );
    assert!(reply.body.is_empty());
    // The query of a POST does not count.
    let query = "POST /mxml?action=Challenge&AuthType=MD5 HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    assert!(send(&double, query).text().contains("Missing action"));
}

#[test]
fn a_waitevent_ends_with_an_event_at_its_time_at_log_off_and_for_a_newer_one() {
    for (era, version) in ERAS {
        let double = Double::start(Setup::new(era));
        let mut demo = Client::logged_in(&double, era, DEMO);
        let begin = Instant::now();
        let empty = demo.ask("action=WaitEvent&Timeout=1&ActionID=w1");
        assert!(begin.elapsed() >= Duration::from_secs(1), "{version}");
        assert_eq!(empty.text(), recorded(version, "waitevent-empty"));

        let mut stranger = Client::of(&double, era);
        let denied = stranger.ask("action=WaitEvent&ActionID=w2");
        assert_eq!(denied.text(), recorded(version, "waitevent-no-login"));

        let cookie = demo.cookie.clone();
        let pending = |form: &'static str| {
            let (double, cookie) = (&double, cookie.clone());
            move || {
                let mut again = Client {
                    double,
                    era,
                    cookie,
                };
                again.ask(form)
            }
        };
        thread::scope(|scope| {
            let first = scope.spawn(pending("action=WaitEvent&Timeout=30&ActionID=first"));
            double.await_waits(2);
            let second = scope.spawn(pending("action=WaitEvent&Timeout=30&ActionID=second"));
            let displaced = first.join().expect("an answer");
            match era {
                Era::V1_8 => assert_eq!(displaced.text(), recorded(version, "waitevent-displaced")),
                // Rubbish between the marks of an envelope without a packet, there as here.
                Era::V1_4 => {
                    let text = displaced.text();
                    assert!(text.starts_with("<ajax-response>\n") && text.contains('\u{fffd}'));
                    assert!(text.ends_with("</ajax-response>\n") && !text.contains("<response"));
                }
            }
            double.happen("event='UserEvent' privilege='user,all' userevent='Kept'");
            assert!(
                second
                    .join()
                    .expect("an answer")
                    .text()
                    .contains("userevent='Kept'")
            );

            let third = scope.spawn(pending("action=WaitEvent&Timeout=30&ActionID=first"));
            double.await_waits(4);
            pending("action=Logoff")();
            let over = third.join().expect("an answer");
            assert_eq!(over.text(), recorded(version, "waitevent-logoff"));
        });
    }
}

#[test]
fn events_come_with_any_reply_of_1_4_and_only_with_waitevent_from_1_8_on() {
    for (era, version) in ERAS {
        let double = Double::start(Setup::new(era));
        let mut demo = Client::logged_in(&double, era, DEMO);
        demo.ask("action=WaitEvent&Timeout=0");
        double.happen("event='UserEvent' privilege='user,all' userevent='One'");
        let ping = demo.ask("action=Ping").text();
        let wait = demo.ask("action=WaitEvent&Timeout=0").text();
        let with_ping = era == Era::V1_4;
        assert_eq!(ping.contains("userevent='One'"), with_ping, "{version}");
        assert_eq!(wait.contains("userevent='One'"), !with_ping, "{version}");
    }
}

#[test]
fn a_session_ends_by_its_cookie_and_by_its_time() {
    for (era, version) in ERAS {
        let setup = Setup::new(era);
        let life = setup.httptimeout;
        let double = Double::start(setup);
        let mut demo = Client::logged_in(&double, era, DEMO);
        let first = demo.cookie.clone();
        assert!(demo.ask("action=Ping").text().contains("Pong"), "{version}");
        assert_eq!(demo.cookie, first, "{version}: one cookie for one session");
        double.pass(life);
        let words = match era {
            Era::V1_4 => "Authentication Required",
            Era::V1_8 => "Permission denied",
        };
        assert!(demo.ask("action=Ping").text().contains(words), "{version}");
        assert_ne!(
            demo.cookie, first,
            "{version}: a new session has a new cookie"
        );
    }
}

#[test]
fn a_challenge_is_answered_with_the_right_key_only() {
    use md5::{Digest as _, Md5};
    for (era, _) in ERAS {
        let double = Double::start(Setup::new(era));
        let mut client = Client::of(&double, era);
        let reply = client.ask("action=Challenge&AuthType=MD5").text();
        let challenge = reply
            .split("challenge='")
            .nth(1)
            .and_then(|r| r.split('\'').next());
        let digest = Md5::digest(format!("{}{}", challenge.expect("a challenge"), DEMO.1));
        let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let login = |key: &str| format!("action=Login&AuthType=MD5&Username={}&Key={key}", DEMO.0);
        assert!(client.ask(&login(&key)).text().contains("accepted"));
        assert!(client.ask(&login(&key)).text().contains("Already"));
        let mut other = Client::of(&double, era);
        other.ask("action=Challenge&AuthType=MD5");
        assert!(
            other
                .ask(&login("0"))
                .text()
                .contains("Authentication failed")
        );
    }
}

/// Names of the attributes of a packet, in order.
fn names(packet: &str) -> Vec<String> {
    let mut parts = packet.split('\'');
    let mut names = Vec::new();
    while let (Some(name), Some(_)) = (parts.next(), parts.next()) {
        let name = name.trim().trim_end_matches('=');
        names.push(name.rsplit(' ').next().unwrap_or_default().to_owned());
    }
    names
}

/// The shapes of all packets of this event.
fn shapes(body: &str, event: &str) -> BTreeSet<Vec<String>> {
    body.split("<generic ")
        .filter(|packet| packet.starts_with(&format!("event='{event}'")))
        .map(|packet| names(packet.split(" />").next().unwrap_or_default()))
        .collect()
}

#[test]
fn lists_and_events_have_the_attributes_of_the_recorded_ones_in_their_order() {
    for (era, version) in ERAS {
        let double = Double::start(Setup::new(era));
        let mut demo = Client::logged_in(&double, era, DEMO);
        demo.ask("action=WaitEvent&Timeout=0");
        for (number, place) in [("1", true), ("2", false), ("3", true), ("4", false)] {
            double.add(Line {
                channel: format!("SIP/{number}-1"),
                uniqueid: format!("1.{number}"),
                caller: (format!("10{number}"), "A <b>".to_owned()),
                state: "Up".to_owned(),
                place: place.then(|| ("600".to_owned(), "default".to_owned())),
                link: None,
            });
        }
        double.link("1.1", "1.2");
        double.park("1.3", "701");
        let status = demo.ask("action=Status&ActionID=s1").text();
        let parked = demo.ask("action=ParkedCalls&ActionID=s1").text();
        double.hang_up("1.4");
        let happened = demo.ask("action=WaitEvent&Timeout=0").text() + &status;
        for (got, event, recording) in [
            (&status, "Status", "status"),
            (&status, "StatusComplete", "status"),
            (&parked, "ParkedCall", "parkedcalls"),
            (&parked, "ParkedCallsComplete", "parkedcalls"),
            (&happened, "Newchannel", "call-simple"),
            (&happened, "Hangup", "call-simple"),
            (&happened, "ParkedCall", "park-retrieve"),
            (
                &happened,
                if era == Era::V1_4 { "Link" } else { "Bridge" },
                "call-simple",
            ),
        ] {
            let path = fixtures(version).join(format!("{recording}.xml"));
            // Long ones are compressed, and their shapes are in short ones too.
            if !path.exists() {
                continue;
            }
            let theirs = shapes(&recorded(version, recording), event);
            let ours = shapes(got, event);
            assert!(!ours.is_empty(), "{version}: no {event} in {got}");
            assert!(
                ours.is_subset(&theirs),
                "{version} {event}:\n{ours:#?}\nbut recorded:\n{theirs:#?}"
            );
        }
    }
}

#[test]
fn the_page_is_served_below_static() {
    let page = tempfile::tempdir().expect("a folder");
    fs::write(page.path().join("index.html"), "<p>").expect("a file");
    fs::write(page.path().join("a.wasm"), "x").expect("a file");
    for (era, version) in ERAS {
        let mut setup = Setup::new(era);
        setup.page = Some(page.path().to_owned());
        let double = Double::start(setup);
        let root = if era == Era::V1_4 { "/asterisk" } else { "" };
        let get = |path: &str| send(&double, &format!("GET {root}{path} HTTP/1.1\r\n\r\n"));
        let index = get("/static/switchboard/index.html");
        assert!(index.head.contains("Content-type: text/html"), "{version}");
        assert_eq!(index.body, b"<p>", "{version}");
        assert!(
            get("/static/switchboard/a.wasm")
                .head
                .contains("Content-type: text/wasm")
        );
        assert!(
            get("/static/").head.starts_with("HTTP/1.1 403"),
            "{version}"
        );
        assert!(
            get("/static/../x").head.starts_with("HTTP/1.1 403"),
            "{version}"
        );
        assert!(
            get("/static/switchboard").head.starts_with("HTTP/1.1 404"),
            "{version}"
        );
        assert!(
            get("/static/switchboard/none")
                .head
                .starts_with("HTTP/1.1 404"),
            "{version}"
        );
    }
}
