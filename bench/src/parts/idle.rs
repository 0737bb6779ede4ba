//! What an open page costs Asterisk while nothing happens.

use std::{thread, time::Duration};

use switchboard_e2e::lab::Asterisk;

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

const PAGES: [Option<Subject>; 4] = [
    None,
    Some(Subject::Ours),
    Some(Subject::ByHand),
    Some(Subject::Ajamdemo),
];

/// A server for each page and one for none, all at the same time.
pub(crate) fn run() -> Part {
    let mut samples = Samples::default();
    let mut notes = vec![format!(
        "A server of its own for each page and one for none, all at the same time, for {} s. \
         Processor time of those threads of the server that have come since just before the page was \
         opened: what all others do, with or without a page, varies more than what a page costs. \
         `no page` are such threads where no page was opened.",
        IDLE.as_secs()
    )];
    let had = ajamdemo::folder();
    if let Err(error) = &had {
        notes.push(format!("ajamdemo was not to be had: {error}"));
    }
    let pages: Vec<Option<Subject>> = PAGES
        .into_iter()
        .filter(|page| *page != Some(Subject::Ajamdemo) || had.is_ok())
        .collect();
    let servers: Vec<Asterisk> = pages.iter().map(|_| stage::serve()).collect();
    for standing in [0, STANDING] {
        progress(&format!("{standing} channels, nothing happens"));
        for server in servers.iter().filter(|_| standing > 0) {
            let mut calls = stage::driver(server);
            calls.storm(standing / 2).expect("calls stand");
        }
        measure(&servers, &pages, standing, &mut samples);
    }
    let lines = [0, STANDING].map(|standing| line(standing, &samples));
    Part {
        title: "An idle page".to_owned(),
        lines: lines.into(),
        samples,
        notes,
    }
}

fn measure(
    servers: &[Asterisk],
    pages: &[Option<Subject>],
    standing: usize,
    samples: &mut Samples,
) {
    let process = |server: &Asterisk| server.process().expect("Asterisk runs");
    let others: Vec<Vec<u32>> = servers
        .iter()
        .map(|server| process::threads(process(server)))
        .collect();
    let opened: Vec<Option<Open>> = servers
        .iter()
        .zip(pages)
        .map(|(server, page)| page.map(|subject| Open::new(server, subject)))
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
    for (at, page) in pages.iter().enumerate() {
        let name = page.map_or("no page", Subject::name);
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
