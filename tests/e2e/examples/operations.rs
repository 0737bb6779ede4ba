//! Whether the board is right after ten thousand things have happened in no order.
//!
//! `cargo run -p switchboard-e2e --example operations [OPERATIONS [SEED [RELEASE]]]`: calls begin and
//! end, are answered, refused, redirected alone and in pairs, parked and bridged, at random, on a
//! real server. Behind every 50 of these comes a pause, in which the rows must be the channels that
//! `Status` tells of, each with its state, caller and place. A server that does not survive this is
//! started again, on the same page: 22.10.1 now and then ends by a fault of its own. The same
//! environment as for the tests is needed.

use std::{
    collections::BTreeMap,
    env,
    io::{self, Write as _},
    thread,
    time::{Duration, Instant},
};

use switchboard_e2e::{
    Engine, Row, Stage,
    lab::{Ami, Originate, Release},
};

/// So many operations, and then a pause.
const BURST: usize = 50;
/// How many channels there are at most.
const MOST: usize = 60;
/// Behind which a difference is one that lasts.
const LASTS: Duration = Duration::from_secs(60);

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let mut number = |otherwise| {
        let given = arguments.next().and_then(|text| text.parse().ok());
        given.unwrap_or(otherwise)
    };
    let operations = number(10_000) as usize;
    let seed = number(1);
    let only = number(0);
    let mut out = io::stdout();
    for release in Release::ALL {
        if only == 0 || release.to_string().contains(&only.to_string()) {
            let figures = walk(release, operations, Random(seed));
            writeln!(out, "{release}, seed {seed}: {figures}")?;
        }
    }
    Ok(())
}

fn walk(release: Release, operations: usize, mut random: Random) -> String {
    let mut stage = Stage::with(Stage::settings(release), Engine::Chromium);
    stage.page().log_in(switchboard_e2e::DEMO);
    stage.page().await_board();
    let mut ami = stage.ami();
    let mut done = BTreeMap::<&str, usize>::new();
    let (mut times, mut rows, mut lasting) = (Vec::new(), 0, Vec::new());
    let (mut channels, mut crashes) = (Vec::new(), 0);
    for at in 1..=operations {
        // Names of a moment ago: some operations hit what is gone already, as people's do.
        if at % 5 == 1
            && let Ok(now) = status(&mut ami)
        {
            channels = now.into_values().collect();
        }
        if let Ok(what) = operate(&mut ami, &channels, &mut random) {
            *done.entry(what).or_default() += 1;
        }
        thread::sleep(Duration::from_millis(random.below(12)));
        if at % BURST == 0 || at == operations {
            ami.forget_events();
            let begin = Instant::now();
            let mut seen = agree(&stage, &mut ami);
            while !stage.server.is_running() {
                crashes += 1;
                stage.server.restart().expect("it starts again");
                ami = stage.ami();
                seen = agree(&stage, &mut ami);
            }
            match seen {
                Ok(seen) => {
                    rows += seen;
                    times.push(begin.elapsed().as_millis());
                }
                Err(words) => lasting.push(format!("after {at}: {words}")),
            }
        }
    }
    times.sort_unstable();
    let of = |share: usize| times.get((times.len().max(1) - 1) * share / 100);
    format!(
        "{operations} operations {done:?}; {} pauses, {rows} rows compared; right after {:?} ms \
         (median), {:?} (of 95 in 100), {:?} (all); {crashes} crashes of the server; {} differences \
         that last: {lasting:#?}",
        times.len() + lasting.len(),
        of(50).unwrap_or(&0),
        of(95).unwrap_or(&0),
        of(100).unwrap_or(&0),
        lasting.len(),
    )
}

/// A channel, as `Status` tells of it.
#[derive(Clone, Debug)]
struct Told {
    name: String,
    state: String,
    caller: [String; 2],
    place: String,
}

fn status(ami: &mut Ami) -> Result<BTreeMap<String, Told>, String> {
    let items = ami.list("Status", &[]).map_err(|why| why.to_string())?;
    let told = items.iter().map(|item| {
        let text = |name| item.text(name).to_owned();
        let told = Told {
            name: text("Channel"),
            state: text("ChannelStateDesc"),
            caller: ["CallerIDNum", "CallerIDName"]
                .map(|name| text(name).replace("<unknown>", "").replace("\\", "")),
            place: format!("{}@{}:{}", text("Exten"), text("Context"), text("Priority")),
        };
        (text("Uniqueid"), told)
    });
    Ok(told.collect())
}

/// Does one thing, and says what.
fn operate(ami: &mut Ami, channels: &[Told], random: &mut Random) -> Result<&'static str, String> {
    let number = |random: &mut Random| -> String {
        match random.below(10) {
            0 => format!("1{:02}", random.below(100)),
            1..=3 => format!("2{:02}", random.below(100)),
            4 => format!("3{:02}", random.below(100)),
            5 => format!("4{:02}", random.below(100)),
            6 => ["600", "610", "650", "651"][random.below(4) as usize].to_owned(),
            7 => ["700", "701", "702", "703"][random.below(4) as usize].to_owned(),
            8 => format!("8{:02}", random.below(100)),
            // To nowhere.
            _ => "0000".to_owned(),
        }
    };
    let choose =
        |random: &mut Random| &*channels[random.below(channels.len() as u64) as usize].name;
    let full = channels.len() > MOST;
    let (what, headers): (&str, Vec<(&str, String)>) = match random.below(20) {
        0..=8 if !full => ("Originate", Vec::new()),
        _ if channels.len() < 4 => ("Originate", Vec::new()),
        0..=12 => ("Hangup", vec![("Channel", choose(random).to_owned())]),
        kind @ 13..=16 => {
            let mut headers = vec![
                ("Channel", choose(random).to_owned()),
                ("Exten", number(random)),
                ("Context", "default".to_owned()),
                ("Priority", "1".to_owned()),
            ];
            if kind == 16 {
                headers.push(("ExtraChannel", choose(random).to_owned()));
            }
            ("Redirect", headers)
        }
        17 => {
            let parked = vec![
                ("Channel", choose(random).to_owned()),
                ("TimeoutChannel", choose(random).to_owned()),
                ("Timeout", random.below(4000).to_string()),
            ];
            ("Park", parked)
        }
        _ => {
            let pair = vec![
                ("Channel1", choose(random).to_owned()),
                ("Channel2", choose(random).to_owned()),
                ("Tone", "no".to_owned()),
            ];
            ("Bridge", pair)
        }
    };
    if what == "Originate" {
        let from = ["300@phones/n", "300@phones", "150@phones/n", "222@phones"];
        let from = from[random.below(4) as usize];
        let call = Originate::to_exten(&format!("Local/{from}"), &number(random), "default")
            .caller("Somebody", &random.below(1_000_000).to_string())
            .variable("__RING", &random.below(3).to_string())
            .variable("__REFUSE", &random.below(3).to_string());
        let headers = call.headers().iter();
        let headers: Vec<_> = headers.map(|(n, v)| (*n, v.as_str())).collect();
        ami.send(what, &headers).map_err(|why| why.to_string())?;
    } else {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        ami.send(what, &headers).map_err(|why| why.to_string())?;
    }
    Ok(what)
}

/// Waits until every row is what `Status` tells; how many there are, or what differs for ever.
fn agree(stage: &Stage, ami: &mut Ami) -> Result<usize, String> {
    let deadline = Instant::now() + LASTS;
    loop {
        let before = status(ami)?;
        let board = stage.page().is_live().and_then(|()| stage.page().board());
        let after = status(ami)?;
        let differs = match board {
            Ok(board) if board.count == after.len() => {
                let rows = board.rows.iter().filter_map(|row| {
                    let ended = row.cell("State").contains("ended");
                    let told = after.get(&row.uniqueid).or(before.get(&row.uniqueid));
                    match told {
                        Some(told) => differs(row, told),
                        None if ended => None,
                        None => Some(format!("{row:?} is a ghost")),
                    }
                });
                let differs: Vec<_> = rows.collect();
                if differs.is_empty() {
                    return Ok(board.rows.len());
                }
                differs.join("\n")
            }
            Ok(board) => format!("{} counted, {} told", board.count, after.len()),
            Err(words) => words,
        };
        if Instant::now() > deadline {
            return Err(differs);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn differs(row: &Row, told: &Told) -> Option<String> {
    let state = row.says_state(&told.state);
    let place = row.cell("Location") == told.place;
    let caller = row.cell("Caller");
    let caller = told.caller.iter().all(|part| caller.contains(part));
    (!state || !place || !caller).then(|| format!("{row:?}, but {told:?}"))
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % limit
    }
}
