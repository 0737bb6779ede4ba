//! The proxy does the harm that it is asked to do, and no other.

use std::{
    thread,
    time::{Duration, Instant},
};

use switchboard_e2e::{
    Fault, On, PATIENCE, Proxy, Stage,
    lab::{
        Asterisk, Release, Settings,
        http::{self, Pending, Reply},
    },
    stays, until,
};

/// A server, a proxy before it, and a session on it.
struct Setting {
    server: Asterisk,
    proxy: Proxy,
    cookie: String,
}

impl Setting {
    fn new() -> Self {
        let server = Stage::serve(Settings::new(Release::V22));
        let proxy = Proxy::before(server.http_address());
        let mut setting = Self {
            server,
            proxy,
            cookie: String::new(),
        };
        let login = setting
            .ask("Action=Login&Username=demo&Secret=demo")
            .expect("an answer");
        setting.cookie = login.cookie().expect("a session").to_owned();
        setting
    }

    fn ask(&self, form: &str) -> Result<Reply, String> {
        self.send(form)
            .finish()
            .map_err(|error| format!("{error:#}"))
    }

    fn send(&self, form: &str) -> Pending {
        http::send(self.proxy.address(), "/mxml", Some(&self.cookie), form)
            .expect("the proxy takes connections")
    }

    /// A `WaitEvent` that waits: there is nothing left to tell.
    fn wait(&self) -> Pending {
        self.ask("Action=WaitEvent&Timeout=1").expect("an answer");
        let wait = self.send("Action=WaitEvent&Timeout=30");
        self.await_count("waits", 1, Proxy::waiting);
        wait
    }

    fn await_count(&self, what: &str, wanted: usize, count: impl Fn(&Proxy) -> usize) {
        until(&format!("there are {wanted} {what}"), PATIENCE, || {
            let seen = count(&self.proxy);
            if seen == wanted {
                Ok(())
            } else {
                Err(seen.to_string())
            }
        });
    }

    fn pings(&self) -> Result<(), String> {
        let reply = self.ask("Action=Ping")?;
        if whole(&reply) && reply.text().contains("'Pong'") {
            Ok(())
        } else {
            Err(reply.text())
        }
    }
}

fn whole(reply: &Reply) -> bool {
    let length = reply.header("Content-Length").and_then(|n| n.parse().ok());
    length == Some(reply.body.len())
}

#[test]
fn what_passes_is_kept_and_counted_by_action() {
    let setting = Setting::new();
    setting.pings().expect("a pong");
    let get = "/mxml?x=1&action=ping&y=2";
    http::get(setting.proxy.address(), get).expect("an answer");
    let (proxy, requests) = (&setting.proxy, setting.proxy.requests());
    assert_eq!(
        (proxy.count("Ping"), proxy.count("Login"), requests.len()),
        (2, 1, 3)
    );
    assert_eq!(requests[1].line, "POST /mxml HTTP/1.1");
    assert_eq!(requests[1].action(), Some("Ping"));
    let sent = String::from_utf8(proxy.bytes()).expect("text");
    assert!(sent.contains("Secret=demo"), "{sent}");
    proxy.forget();
    assert_eq!((proxy.count("Ping"), proxy.bytes()), (0, vec![]));
}

#[test]
fn waits_are_counted_while_they_last() {
    let setting = Setting::new();
    let proxy = &setting.proxy;
    let first = setting.wait();
    setting.pings().expect("a pong, at once");
    // Closed by the client.
    drop(first);
    setting.await_count("waits", 0, Proxy::waiting);
    let second = setting.wait();
    setting.ask("Action=Logoff").expect("an answer");
    second.finish().expect("an answer, as the session ends");
    setting.await_count("waits", 0, Proxy::waiting);
    assert_eq!(proxy.most_waiting(), 1);
}

#[test]
fn one_answer_or_each_is_cut_in_mid_body() {
    let setting = Setting::new();
    let cut = |form: &str| {
        let reply = setting.ask(form).expect("the head of an answer");
        let body = reply.text();
        assert!(!whole(&reply) && body.contains("<ajax-response>"), "{body}");
    };
    setting.proxy.inflict(On::Next("CoreSettings"), Fault::Cut);
    setting.pings().expect("it is not meant");
    cut("Action=CoreSettings");
    let again = setting.ask("Action=CoreSettings").expect("an answer");
    assert!(whole(&again), "{}", again.text());

    setting.proxy.inflict(On::Every("Ping"), Fault::Cut);
    cut("Action=Ping");
    cut("Action=Ping");
    setting.proxy.mend();
    setting.pings().expect("a pong");
}

#[test]
fn a_wait_that_is_under_way_can_be_cut_too() {
    let setting = Setting::new();
    let wait = setting.wait();
    setting.proxy.inflict(On::Next("WaitEvent"), Fault::Cut);
    setting.ask("Action=Logoff").expect("an answer");
    assert!(!whole(&wait.finish().expect("the head of an answer")));
}

#[test]
fn an_answer_trickles() {
    const EVERY: Duration = Duration::from_millis(20);
    let setting = Setting::new();
    let fault = Fault::Trickle {
        bytes: 20,
        every: EVERY,
    };
    setting.proxy.inflict(On::Every("Ping"), fault);
    let begin = Instant::now();
    let reply = setting.ask("Action=Ping").expect("an answer");
    let pieces = u32::try_from(reply.body.len().div_ceil(20)).expect("a small number");
    assert!(whole(&reply) && begin.elapsed() >= EVERY * pieces);

    let slow = Fault::Trickle {
        bytes: 1,
        every: PATIENCE,
    };
    setting.proxy.inflict(On::Every("Ping"), slow);
    thread::scope(|scope| {
        let ping = scope.spawn(|| setting.pings());
        setting.await_count("pings", 2, |proxy| proxy.count("Ping"));
        setting.proxy.mend();
        ping.join().expect("no panic").expect("a pong, at once");
    });
}

#[test]
fn what_is_frozen_goes_on_when_it_is_mended() {
    let setting = Setting::new();
    setting.proxy.inflict(On::All, Fault::Freeze);
    thread::scope(|scope| {
        let left = setting.send("Action=Ping");
        let ping = scope.spawn(|| setting.pings());
        setting.await_count("pings", 2, |proxy| proxy.count("Ping"));
        drop(left);
        stays(
            "there is no answer",
            Duration::from_millis(300),
            || match ping.is_finished() {
                false => Ok(()),
                true => Err("an answer".to_owned()),
            },
        );
        setting.proxy.mend();
        ping.join().expect("no panic").expect("a pong");
    });
}

#[test]
fn a_closed_port_refuses_and_opens_again_as_the_same() {
    let mut setting = Setting::new();
    let address = setting.proxy.address();
    let wait = setting.wait();
    setting.proxy.close();
    wait.finish().expect_err("the connection is cut");
    let refused = http::get(address, "/").expect_err("nobody answers");
    assert!(
        format!("{refused:#}").contains("nothing answers"),
        "{refused:#}"
    );
    setting.proxy.open();
    assert_eq!(setting.proxy.address(), address);
    setting.pings().expect("a pong");
    setting.proxy.cut();
    setting.pings().expect("a pong");
}

#[test]
fn another_answer_keeps_the_request_from_the_server() {
    let setting = Setting::new();
    let html = "<h1>Gateway</h1>";
    setting
        .proxy
        .inflict(On::Every("Logoff"), Fault::page(502, html));
    let reply = setting.ask("Action=Logoff").expect("an answer");
    assert_eq!((reply.status, reply.text().as_str()), (502, html));
    assert_eq!(reply.header("Content-Type"), Some("text/html"));
    setting.proxy.mend();
    setting.pings().expect("the session lives on");
    assert_eq!(setting.proxy.count("Logoff"), 1);
    assert!(setting.server.is_running());
}
