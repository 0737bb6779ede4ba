//! The first view: how many bytes, and how soon on a slow line.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use switchboard_e2e::{Browser, Engine, PATIENCE, lab::Asterisk, until};

use crate::{
    ajamdemo,
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Subject},
    stats::Samples,
};

/// 1.6 Mbit/s, in bytes.
const LINE: f64 = 200_000.0;

/// How long nothing may come before everything has.
const QUIET: Duration = Duration::from_millis(1500);

/// Measures the pages' first views, with an empty cache each time.
pub(crate) fn run(runs: usize) -> Part {
    let server = stage::serve();
    let mut samples = Samples::default();
    let mut subjects = vec![Subject::Ours, Subject::ByHand];
    if ajamdemo::folder().is_ok() {
        subjects.push(Subject::Ajamdemo);
    }
    for run in 0..runs {
        for subject in &subjects {
            let name = subject.name();
            progress(&format!("first view, run {}, {name}", run + 1));
            let near = look(&server, *subject, false);
            samples.add("as sent, kB", name, near.kilobytes);
            samples.add("form, no limit, ms", name, near.usable);
            let slow = look(&server, *subject, true);
            samples.add("form, 1.6 Mbit/s, ms", name, slow.usable);
            if let (Some(near), Some(slow)) = (near.taken_over, slow.taken_over) {
                samples.add("module, no limit, ms", name, near);
                samples.add("module, 1.6 Mbit/s, ms", name, slow);
            }
        }
    }
    part(samples)
}

fn part(samples: Samples) -> Part {
    let line = |what: &str, figure: &str, unit, goal| {
        let of = |subject: Subject| samples.median(figure, subject.name());
        Line {
            what: what.to_owned(),
            by_hand: short(of(Subject::ByHand)),
            ajamdemo: short(of(Subject::Ajamdemo)),
            ours: short(of(Subject::Ours)),
            figure: of(Subject::Ours),
            unit,
            goal,
        }
    };
    let lines = vec![
        line(
            "bytes to the first view, as sent by Asterisk, kB",
            "as sent, kB",
            " kB",
            Goal::AtMost(380.0),
        ),
        line(
            "log-in form usable at 1.6 Mbit/s, ms",
            "form, 1.6 Mbit/s, ms",
            " ms",
            Goal::AtMost(1000.0),
        ),
    ];
    Part {
        title: "The first view".to_owned(),
        lines,
        samples,
        notes: vec![format!(
            "All bytes that Asterisk sent on all connections, heads of answers included, until \
             nothing more came for {} ms. The form is usable when its two fields and its button \
             are seen and take input; counted from the begin of the navigation, with an empty \
             cache, at a speed that the browser sets. `module` is until Switchboard's module has \
             taken the form over, and does what was asked of it meanwhile.",
            QUIET.as_millis()
        )],
    }
}

/// What it took until somebody could log in.
struct Look {
    /// What was sent.
    kilobytes: f64,
    /// Milliseconds until the form was usable.
    usable: f64,
    /// Milliseconds until the module had taken the form over, if there is one.
    taken_over: Option<f64>,
}

/// Looks at a page; on a line of 1.6 Mbit/s if it is to be slow.
fn look(server: &Asterisk, subject: Subject, slow: bool) -> Look {
    let relay = Relay::before(server.http_address()).expect("there is a free port");
    let browser = Browser::start(Engine::Chromium);
    browser.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": USABLE }),
    );
    if slow {
        browser.cdp("Network.enable", json!({}));
        browser.cdp(
            "Network.emulateNetworkConditions",
            json!({
                "offline": false, "latency": 0,
                "downloadThroughput": LINE, "uploadThroughput": LINE,
            }),
        );
    }
    let base = server.settings().base_path();
    browser.open(&format!("http://{}{base}{}", relay.address, subject.path()));
    let usable = until("the form is usable", PATIENCE, || {
        browser
            .try_script::<Value>("return window.usableAfter ?? null;", vec![])?
            .as_f64()
            .ok_or_else(|| "not yet".to_owned())
    });
    let mut sent = relay.sent();
    loop {
        thread::sleep(QUIET);
        let now = relay.sent();
        if now == sent {
            return Look {
                kilobytes: sent as f64 / 1000.0,
                usable,
                taken_over: (subject == Subject::Ours).then(|| taken_over(&browser)),
            };
        }
        sent = now;
    }
}

/// When the module had taken the form over. On a slow line it is not there yet when all was sent.
fn taken_over(browser: &Browser) -> f64 {
    until("the module has taken the form over", PATIENCE, || {
        browser
            .try_script::<Value>("return window.takenOverAfter ?? null;", vec![])?
            .as_f64()
            .ok_or_else(|| "not yet".to_owned())
    })
}

/// Looks in each frame whether somebody could log in.
const USABLE: &str = "
    const seen = (element) => element && element.checkVisibility() && !element.disabled &&
      !element.closest('[inert]');
    const look = () => {
      const field = (name) => document.querySelector(`#${name}, input[name=${name}]`);
      const button = [...document.querySelectorAll('button, input[type=submit]')]
        .find((one) => /^log ?in$/i.test((one.value || one.textContent).trim()));
      if (seen(field('username')) && seen(field('secret')) && seen(button)) {
        window.usableAfter = performance.now();
      } else {
        requestAnimationFrame(look);
      }
    };
    requestAnimationFrame(look);
    // Switchboard's module takes the form over.
    new MutationObserver((_, observer) => {
      window.early ??= document.getElementById('early');
      if (window.early && !window.early.isConnected) {
        window.takenOverAfter = performance.now();
        observer.disconnect();
      }
    }).observe(document, { childList: true, subtree: true });
";

/// Passes every byte on, and counts those that the server sends.
struct Relay {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
}

impl Relay {
    fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let sent = Arc::new(AtomicU64::new(0));
        let count = sent.clone();
        // It ends with the program: there are few of them.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(upstream) = TcpStream::connect(server) else {
                    continue;
                };
                let (Ok(back), Ok(from)) = (client.try_clone(), upstream.try_clone()) else {
                    continue;
                };
                let count = count.clone();
                thread::spawn(move || pass(from, back, &count));
                thread::spawn(move || pass(client, upstream, &AtomicU64::new(0)));
            }
        });
        Ok(Self { address, sent })
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, count: &AtomicU64) {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        count.fetch_add(length as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
