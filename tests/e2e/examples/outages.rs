//! How soon the board is right again after an outage, under 400 channels, while calls go on.
//!
//! `cargo run -p switchboard-e2e --example outages [ROUNDS]`, 4 by default: every kind of outage
//! so many times, on one page that is never reloaded. The same environment as for the tests is
//! needed. Time counts from the moment at which the server, or the way to it, is back.

use std::{
    env,
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use switchboard_e2e::{
    PATIENCE, Row, Stage, Through,
    lab::{Ami, Asterisk, Calls, Release},
    until,
};

const CHANNELS: usize = 400;
/// How soon it must be right.
const GOAL: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Kill,
    Stop,
    Restart,
    Cut,
    Closed,
    Freeze,
    LongFreeze,
}

const KINDS: [Kind; 7] = [
    Kind::Kill,
    Kind::Stop,
    Kind::Restart,
    Kind::Cut,
    Kind::Closed,
    Kind::Freeze,
    Kind::LongFreeze,
];

fn main() -> io::Result<()> {
    let rounds = env::args().nth(1).and_then(|text| text.parse().ok());
    let rounds: usize = rounds.unwrap_or(4);
    let mut out = io::stdout();
    for release in Release::ALL {
        let mut stage = Through::logged_in(Stage::settings(release));
        stage.browser().script::<()>("window.mark = 1;", vec![]);
        let mut kept = 0;
        for kind in KINDS {
            let mut times = Vec::new();
            for _ in 0..rounds {
                fill(&stage);
                await_right(&stage, PATIENCE);
                let traffic = Traffic::start(&stage.server);
                let back = inflict(&mut stage, kind, traffic);
                let traffic = Traffic::start(&stage.server);
                await_right(&stage, PATIENCE);
                let took = back.elapsed();
                traffic.stop();
                await_all(&stage);
                kept += usize::from(took <= GOAL);
                times.push(took.as_millis());
            }
            times.sort_unstable();
            writeln!(out, "{release} {kind:?}: {times:?} ms")?;
        }
        let same = stage
            .browser()
            .script::<bool>("return window.mark === 1;", vec![]);
        writeln!(
            out,
            "{release}: right within {GOAL:?} {kept} of {} times; the page was {}; {} log-ins",
            rounds * KINDS.len(),
            if same { "never reloaded" } else { "reloaded" },
            stage.proxy.count("Login"),
        )?;
    }
    Ok(())
}

/// Does harm, and says when it was over.
fn inflict(stage: &mut Through, kind: Kind, traffic: Traffic) -> Instant {
    let a_while = Duration::from_millis(2500);
    match kind {
        Kind::Kill => {
            stage.server.kill().expect("it ends");
            traffic.stop();
            thread::sleep(a_while);
            stage.server.restart().expect("it starts");
        }
        Kind::Stop => {
            traffic.stop();
            stage.server.stop().expect("it ends");
            thread::sleep(a_while);
            stage.server.restart().expect("it starts");
        }
        Kind::Restart => {
            traffic.stop();
            // It answers or not; then it is another process.
            let _ = stage.server.cli("core restart now");
            until("the server is back", PATIENCE, || {
                stage.server.ami().map(drop).map_err(|e| e.to_string())
            });
        }
        Kind::Cut => {
            stage.proxy.cut();
            traffic.stop();
        }
        Kind::Closed => {
            stage.proxy.close();
            thread::sleep(a_while);
            traffic.stop();
            stage.proxy.open();
        }
        Kind::Freeze | Kind::LongFreeze => {
            stage.server.pause().expect("it stops");
            let long = matches!(kind, Kind::LongFreeze);
            thread::sleep(if long { a_while * 10 } else { a_while });
            stage.server.resume().expect("it goes on");
            traffic.stop();
        }
    }
    Instant::now()
}

fn fill(stage: &Through) {
    let mut calls = stage.calls();
    let there = calls.ami().channels().expect("a list").len();
    calls
        .storm(CHANNELS.saturating_sub(there) / 2)
        .expect("calls");
}

fn ami(stage: &Through) -> Ami {
    stage.server.ami().expect("the manager interface answers")
}

/// Waits until the board is live, and its count and its rows in sight are the server's.
fn await_right(stage: &Through, time: Duration) {
    let mut ami = ami(stage);
    until("the board is right", time, || {
        stage.page().is_live()?;
        let channels = ami.channels().map_err(|error| error.to_string())?;
        let board = stage.page().board()?;
        let is_listed = |id: &str| channels.iter().any(|channel| channel.uniqueid == id);
        let is_ghost =
            |row: &&Row| !row.cell("State").contains("ended") && !is_listed(&row.uniqueid);
        let ghost = board.rows.iter().find(is_ghost);
        let counted = counted(&stage.page().text());
        if counted == channels.len() && ghost.is_none() {
            Ok(())
        } else {
            Err(format!(
                "{counted} counted, {} channels, {ghost:?}",
                channels.len()
            ))
        }
    });
}

/// How many channels the line at the bottom counts: rows that fade are not among them.
fn counted(text: &str) -> usize {
    let (before, _) = text.rsplit_once(" channel").unwrap_or_default();
    let word = before.rsplit(' ').next().unwrap_or_default();
    word.replace(',', "").parse().unwrap_or(0)
}

/// Every row, also those that are not in sight.
fn await_all(stage: &Through) {
    let mut ami = ami(stage);
    until("every row is a channel", PATIENCE, || {
        let channels = ami.channels().map_err(|error| error.to_string())?;
        let listed = channels.into_iter().map(|c| c.uniqueid).collect();
        let shown = stage.page().all_uniqueids();
        if shown == listed {
            Ok(())
        } else {
            let odd: Vec<_> = shown.symmetric_difference(&listed).take(5).collect();
            Err(format!(
                "{} shown, {} listed, {odd:?}",
                shown.len(),
                listed.len()
            ))
        }
    });
}

/// Calls that come and go all the time.
struct Traffic {
    over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Traffic {
    fn start(server: &Asterisk) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let calls = Calls::on(server).expect("calls can be made");
        let thread = thread::spawn({
            let over = over.clone();
            move || run(calls, &over)
        });
        Self { over, thread }
    }

    fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the traffic ends");
    }
}

fn run(mut calls: Calls, over: &AtomicBool) {
    // It ends with the server, too.
    while !over.load(Ordering::Relaxed) {
        let Ok(call) = calls.ring("Passing", "7000") else {
            return;
        };
        thread::sleep(Duration::from_millis(300));
        if calls.hang_up(&call).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(200));
    }
}
