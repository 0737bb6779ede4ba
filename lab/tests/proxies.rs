//! nginx and Apache before real servers, by the files in `docs/proxy`. Runs through
//! `cargo xtask test`, which sets them up.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    sync::mpsc::{self, Receiver},
    thread,
};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{
    Asterisk, Release, ReverseProxy,
    ReverseProxyProgram::{self, Apache, Nginx},
    Settings,
    http::Reply,
};

/// What a page of this very server sends with its requests.
const OWN: [(&str, &str); 1] = [("Sec-Fetch-Site", "same-origin")];

const LOGIN: &str = "Action=Login&Username=demo&Secret=demo";

fn servers_are_wanted() -> bool {
    env::var_os("SWITCHBOARD_E2E").is_some()
}

/// Two servers, each with a page that says which it is, and a proxy before them.
fn stage(program: ReverseProxyProgram) -> Result<([Asterisk; 2], ReverseProxy)> {
    let server = |name: &str| -> Result<Asterisk> {
        let asterisk = Asterisk::start(Settings::new(Release::V22))?;
        let folder = asterisk.static_folder().join("switchboard");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("index.html"), name)?;
        fs::write(
            folder.join("page-0123456789abcdef.gzip"),
            [0; 10_000].as_slice(),
        )?;
        fs::write(folder.join("boot.js"), "// nothing\n".repeat(1000))?;
        Ok(asterisk)
    };
    let servers = [server("first")?, server("second")?];
    let addresses = [servers[0].http_address(), servers[1].http_address()];
    let proxy = ReverseProxy::start(program, addresses)?;
    Ok((servers, proxy))
}

#[test]
fn nginx_serves_both_pages_and_their_managers() -> Result<()> {
    serves_both_pages_and_their_managers(Nginx)
}

#[test]
fn apache_serves_both_pages_and_their_managers() -> Result<()> {
    serves_both_pages_and_their_managers(Apache)
}

fn serves_both_pages_and_their_managers(program: ReverseProxyProgram) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let (servers, proxy) = stage(program)?;
    for (number, name) in [(1, "first"), (2, "second")] {
        let base = format!("/pbx{number}");
        let page = proxy.ask(
            "GET",
            &format!("{base}/static/switchboard/index.html"),
            &[],
            None,
        )?;
        ensure!(page.body == name.as_bytes(), "{page:?}");
        ensure!(page.header("Cache-Control") == Some("no-cache"), "{page:?}");
        ensure!(
            page.header("X-Content-Type-Options") == Some("nosniff"),
            "{page:?}"
        );
        ensure!(
            page.header("Referrer-Policy") == Some("no-referrer"),
            "{page:?}"
        );
        ensure!(
            page.header("Content-Security-Policy") == Some("frame-ancestors 'self'"),
            "{page:?}"
        );
        let root = proxy.ask("GET", &base, &[], None)?;
        let place = root.header("Location").context("no Location")?;
        ensure!(
            place.ends_with(&format!("{base}/static/switchboard/index.html")),
            "{root:?}"
        );

        let login = proxy.ask("POST", &format!("{base}/mxml"), &OWN, Some(LOGIN))?;
        ensure!(
            login.text().contains("Authentication accepted"),
            "{login:?}"
        );
        ensure!(
            login
                .header("Content-Security-Policy")
                .is_some_and(|policy| policy.contains("sandbox")),
            "{login:?}"
        );
        let cookie = login.header("Set-Cookie").context("no cookie")?;
        ensure!(
            cookie.contains("; Secure") && cookie.contains("; SameSite=Strict"),
            "{cookie}"
        );
        // A path would have to be that of the proxy; without one, browsers take it by themselves.
        ensure!(!cookie.contains("Path="), "{cookie}");

        let digest = proxy.ask("POST", &format!("{base}/amxml"), &OWN, Some("Action=Ping"))?;
        ensure!(digest.status == 401, "{digest:?}");
        let asked = digest.header("WWW-Authenticate").context("no challenge")?;
        ensure!(asked.starts_with("Digest algorithm=MD5"), "{asked}");
    }
    drop(servers);
    Ok(())
}

#[test]
fn nginx_sends_scripts_small_and_the_module_as_it_is_to_be_kept_for_ever() -> Result<()> {
    sends_scripts_small_and_the_module_as_it_is(Nginx)
}

#[test]
fn apache_sends_scripts_small_and_the_module_as_it_is_to_be_kept_for_ever() -> Result<()> {
    sends_scripts_small_and_the_module_as_it_is(Apache)
}

fn sends_scripts_small_and_the_module_as_it_is(program: ReverseProxyProgram) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let (_servers, proxy) = stage(program)?;
    let get = |name: &str| -> Result<Reply> {
        proxy.ask(
            "GET",
            &format!("/pbx2/static/switchboard/{name}"),
            &[("Accept-Encoding", "gzip")],
            None,
        )
    };
    let module = get("page-0123456789abcdef.gzip")?;
    ensure!(module.status == 200, "{module:?}");
    ensure!(
        module
            .header("Cache-Control")
            .is_some_and(|kept| kept.contains("immutable")),
        "{module:?}"
    );
    let script = get("boot.js")?;
    ensure!(
        script.header("Cache-Control") == Some("no-cache"),
        "{script:?}"
    );
    ensure!(
        script.header("Content-Encoding") == Some("gzip") && script.body.len() < 1000,
        "{:?}, {} bytes",
        script.headers,
        script.body.len()
    );
    // It is packed already.
    ensure!(
        module.header("Content-Encoding").is_none() && module.body.len() == 10_000,
        "{:?}, {} bytes",
        module.headers,
        module.body.len()
    );
    Ok(())
}

#[test]
fn nginx_refuses_what_no_page_of_ours_asks() -> Result<()> {
    refuses_what_no_page_of_ours_asks(Nginx)
}

#[test]
fn apache_refuses_what_no_page_of_ours_asks() -> Result<()> {
    refuses_what_no_page_of_ours_asks(Apache)
}

fn refuses_what_no_page_of_ours_asks(program: ReverseProxyProgram) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let (_servers, proxy) = stage(program)?;
    let refused = |method: &str, path: &str, fields: &[(&str, &str)], form: Option<&str>| {
        let reply = proxy.ask(method, path, fields, form)?;
        ensure!(
            matches!(reply.status, 403..=405 | 413),
            "{method} {path} {fields:?}: {reply:?}"
        );
        ensure!(!reply.text().contains("ajax-response"), "{reply:?}");
        ensure!(reply.header("Set-Cookie").is_none(), "{reply:?}");
        Ok(())
    };
    for manager in ["mxml", "amxml"] {
        let path = format!("/pbx1/{manager}");
        // A link that acts, or that writes what it likes into the answer.
        refused("GET", &format!("{path}?action=ping"), &OWN, None)?;
        refused("HEAD", &format!("{path}?action=ping"), &OWN, None)?;
        refused("GET", &path, &[("Sec-Fetch-Site", "none")], None)?;
        for query in ["ajaxdest=x'><script/>", "ajaxobjtype=script"] {
            refused("GET", &format!("{path}?{query}"), &OWN, None)?;
            refused(
                "POST",
                &format!("{path}?{query}"),
                &OWN,
                Some("Action=Ping"),
            )?;
        }
        // A form of another site.
        for site in ["cross-site", "same-site", "none"] {
            refused(
                "POST",
                &path,
                &[("Sec-Fetch-Site", site)],
                Some("Action=Ping"),
            )?;
        }
        // The same by an older browser, or as a file.
        for origin in ["https://elsewhere.example", "http://127.0.0.1", "null"] {
            refused("POST", &path, &[("Origin", origin)], Some("Action=Ping"))?;
        }
        refused("POST", &path, &OWN, Some(&"x".repeat(40_961)))?;
    }
    for path in [
        "/pbx1/rawman",
        "/pbx1/manager",
        "/pbx1/arawman",
        "/pbx1/amanager",
        "/pbx1/httpstatus",
        "/pbx1/MXML",
        "/pbx1/static/../rawman",
        "/pbx1/static/..%2fhttpstatus",
        "/mxml",
        "/httpstatus",
        "/static/switchboard/index.html",
        // A page there would look for its manager at another host, or at somebody else's path.
        "//evil.example/..%2fpbx1/static/switchboard/index.html",
        "//pbx1/static/switchboard/index.html",
        "/pbx1//static/switchboard/index.html",
        "/evil/..%2fpbx1/static/switchboard/index.html",
        "/evil/%2e%2e/pbx1/static/switchboard/index.html",
        "/evil/static/%2E%2e/%2e%2E/pbx1/static/switchboard/index.html",
        "/evil/..%5cpbx1/static/switchboard/index.html",
        "/evil/..%252fpbx1/static/switchboard/index.html",
    ] {
        refused("GET", path, &OWN, None)?;
        refused("POST", path, &OWN, Some("Action=Ping"))?;
    }
    refused(
        "POST",
        "/pbx1/static/switchboard/index.html",
        &OWN,
        Some("x=1"),
    )?;

    let origin = proxy.url("");
    let reply = proxy.ask(
        "POST",
        "/pbx1/mxml",
        &[("Origin", &origin)],
        Some("Action=Ping"),
    )?;
    ensure!(reply.text().contains("Permission denied"), "{reply:?}");
    Ok(())
}

#[test]
fn nginx_passes_a_signature_on_and_takes_its_own_path_off() -> Result<()> {
    passes_a_signature_on(Nginx)
}

#[test]
fn apache_passes_a_signature_on_and_takes_its_own_path_off() -> Result<()> {
    passes_a_signature_on(Apache)
}

fn passes_a_signature_on(program: ReverseProxyProgram) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let (address, seen) = listener()?;
    let proxy = ReverseProxy::start(program, [address, address])?;
    let signature = "Digest username=\"demo\", nonce=\"1a2b3c4d\", uri=\"/amxml\"";
    for _ in 0..REQUESTS {
        let reply = proxy.ask(
            "POST",
            "/pbx1/amxml",
            &[
                OWN[0],
                ("Authorization", signature),
                ("Cookie", "mansession_id=\"1\""),
            ],
            Some("Action=Ping"),
        )?;
        ensure!(reply.body == b"here", "{reply:?}");
    }
    let seen: Vec<String> = seen.iter().take(REQUESTS).collect();
    let first = &seen[0];
    ensure!(first.starts_with("POST /amxml HTTP/1.1\n"), "{first}");
    ensure!(
        first.contains(&format!("Authorization: {signature}\n")),
        "{first}"
    );
    ensure!(first.contains("Cookie: mansession_id=\"1\"\n"), "{first}");
    // Connections are kept for the next request; each process of Apache has its own.
    ensure!(
        seen.iter().any(|one| !one.ends_with("request 1")),
        "{seen:?}"
    );
    Ok(())
}

/// More than Apache has processes at its start.
const REQUESTS: usize = 8;

/// A server that tells what it was sent, and which request of its connection it was.
fn listener() -> Result<(SocketAddr, Receiver<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (sender, seen) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || -> Result<()> {
                let mut lines = BufReader::new(stream.try_clone()?).lines();
                let mut stream = stream;
                for number in 1.. {
                    let mut head = String::new();
                    for line in lines.by_ref() {
                        let line = line?;
                        if line.is_empty() {
                            break;
                        }
                        head.push_str(&line);
                        head.push('\n');
                    }
                    if head.is_empty() {
                        return Ok(());
                    }
                    // The body is left to be the beginning of the next request's first line.
                    let head = head.trim_start_matches("Action=Ping");
                    sender.send(format!("{head}request {number}"))?;
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")?;
                }
                Ok(())
            });
        }
    });
    Ok((address, seen))
}
