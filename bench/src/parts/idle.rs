//! What an open page costs Asterisk while nothing happens.

use std::{net::SocketAddr, thread, time::Duration};

use switchboard_e2e::{
    DEMO,
    lab::{Asterisk, http},
};

use crate::{
    ajamdemo, process,
    report::{Goal, Line, Part, short},
    say::progress,
    stage::{self, Open, Subject},
    stats::Samples,
};

/// How long nothing happens.
const IDLE: Duration = Duration::from_secs(60);

/// Channels that stand in the second run.
const STANDING: usize = 200;

/// Who is connected to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guest {
    Nobody,
    /// Who asks for nothing but the next event. No page that shows an event at once can cost less.
    WaitEvent,
    Page(Subject),
}

impl Guest {
    const ALL: [Self; 5] = [
        Self::Nobody,
        Self::WaitEvent,
        Self::Page(Subject::Ours),
        Self::Page(Subject::ByHand),
        Self::Page(Subject::Ajamdemo),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "no page",
            Self::WaitEvent => "WaitEvent alone",
            Self::Page(subject) => subject.name(),
        }
    }

    /// Comes to a server, for as long as that runs.
    fn visit(self, server: &Asterisk) -> Option<Open> {
        match self {
            Self::Nobody => None,
            Self::WaitEvent => {
                let address = server.http_address();
                thread::spawn(move || wait_for_ever(address));
                None
            }
            Self::Page(subject) => Some(Open::new(server, subject)),
        }
    }
}

/// Asks for events, with as long a wait as Asterisk grants, until there is no server any more.
fn wait_for_ever(address: SocketAddr) -> Option<()> {
    let (username, secret) = DEMO;
    let log_in = [
        ("Action", "Login"),
        ("Username", username),
        ("Secret", secret),
    ];
    let wait = http::form([("Action", "WaitEvent")]);
    let logged_in = http::post(address, "/mxml", None, &http::form(log_in)).ok()?;
    let session = logged_in.cookie()?;
    loop {
        http::post(address, "/mxml", Some(session), &wait).ok()?;
    }
}

/// A server for each guest, all at the same time.
pub(crate) fn run() -> Part {
    let mut samples = Samples::default();
    let mut notes = vec![format!(
        "A server of its own for each page, one for none, and one for a plain client that holds one \
         `WaitEvent` after the other (`WaitEvent alone`); all at the same time, for {} s. \
         Processor time of those threads of the server that have come since just before the page was \
         opened: what all others do, with or without a page, varies more than what a page costs. \
         `no page` are such threads where no page was opened. Asterisk wakes a `WaitEvent` once a \
         second (`action_waitevent` in manager.c): what it costs alone is the least that any page \
         costs which hears of an event at once.",
        IDLE.as_secs()
    )];
    let had = ajamdemo::folder();
    if let Err(error) = &had {
        notes.push(format!("ajamdemo was not to be had: {error}"));
    }
    let guests: Vec<Guest> = Guest::ALL
        .into_iter()
        .filter(|guest| *guest != Guest::Page(Subject::Ajamdemo) || had.is_ok())
        .collect();
    let servers: Vec<Asterisk> = guests.iter().map(|_| stage::serve()).collect();
    for standing in [0, STANDING] {
        progress(&format!("{standing} channels, nothing happens"));
        for server in servers.iter().filter(|_| standing > 0) {
            let mut calls = stage::driver(server);
            calls.storm(standing / 2).expect("calls stand");
        }
        measure(&servers, &guests, standing, &mut samples);
    }
    let lines = [0, STANDING].map(|standing| line(standing, &samples));
    Part {
        title: "An idle page".to_owned(),
        lines: lines.into(),
        samples,
        notes,
    }
}

fn measure(servers: &[Asterisk], guests: &[Guest], standing: usize, samples: &mut Samples) {
    let process = |server: &Asterisk| server.process().expect("Asterisk runs");
    let others: Vec<Vec<u32>> = servers
        .iter()
        .map(|server| process::threads(process(server)))
        .collect();
    let opened: Vec<Option<Open>> = servers
        .iter()
        .zip(guests)
        .map(|(server, guest)| guest.visit(server))
        .collect();
    for open in opened.iter().flatten() {
        open.settle();
    }
    let spent = || -> Vec<(f64, f64)> {
        let of = |(server, others): (&Asterisk, &Vec<u32>)| {
            let number = process(server);
            (process::cpu_without(number, others), process::cpu(number))
        };
        servers.iter().zip(&others).map(of).collect()
    };
    let requests = || -> Vec<f64> {
        let of = |open: &Option<Open>| open.as_ref().map_or(0.0, |open| open.cost().requests);
        opened.iter().map(of).collect()
    };
    let (asked, before) = (requests(), spent());
    thread::sleep(IDLE);
    let (after, asked_by_then) = (spent(), requests());
    for (at, guest) in guests.iter().enumerate() {
        let name = guest.name();
        let (own, all) = (after[at].0 - before[at].0, after[at].1 - before[at].1);
        samples.add(&for_page(standing), name, own * 1000.0);
        samples.add(&in_all(standing), name, all * 1000.0);
        let figure = format!("requests, {standing} channels");
        samples.add(&figure, name, asked_by_then[at] - asked[at]);
    }
}

fn for_page(standing: usize) -> String {
    format!("for the page, {standing} channels, ms")
}

fn in_all(standing: usize) -> String {
    format!("in all, {standing} channels, ms")
}

fn line(standing: usize, samples: &Samples) -> Line {
    let of = |subject: Subject| samples.median(&for_page(standing), subject.name());
    let (ours, hand, demo) = (
        of(Subject::Ours),
        of(Subject::ByHand),
        of(Subject::Ajamdemo),
    );
    Line {
        what: format!(
            "processor time of Asterisk for an idle page, {standing} channels standing, ms in {} s",
            IDLE.as_secs()
        ),
        by_hand: short(hand),
        ajamdemo: format!("1 ({})", short(demo)),
        ours: short(ours),
        figure: ours / demo,
        unit: "",
        goal: Goal::AtMost(0.5),
    }
}
