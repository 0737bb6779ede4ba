//! Many calls at once.

use std::{collections::BTreeSet, env, time::Duration};

use switchboard_e2e::{
    Page, Stage,
    lab::{Ami, Release},
    on_every_server, until,
};

on_every_server!(the_rows_are_the_channels_through_a_storm_of_calls);

/// How long the page may take to catch up with a storm while the server has the other core.
const CALM: Duration = Duration::from_secs(30);

fn the_rows_are_the_channels_through_a_storm_of_calls(release: Release) {
    let stage = Stage::logged_in(release);
    let (mut calls, mut ami) = (stage.calls(), stage.ami());
    for plateau in [calls_at_once(), calls_at_once() / 2] {
        calls.storm(plateau).expect("calls");
        await_same(stage.page(), &mut ami, plateau * 2);
        calls.hang_up_all().expect("no call is left");
        await_same(stage.page(), &mut ami, 0);
    }
    stage.page().await_words("No calls at the moment.");
}

/// Calls of two channels each.
fn calls_at_once() -> usize {
    env::var("SWITCHBOARD_STORM")
        .ok()
        .and_then(|calls| calls.parse().ok())
        .unwrap_or(100)
}

fn await_same(page: Page<'_>, ami: &mut Ami, count: usize) {
    until(&format!("there are {count} rows"), CALM, || {
        let rows = page.board()?.count;
        if rows == count {
            Ok(())
        } else {
            Err(format!("{rows} rows"))
        }
    });
    let listed: BTreeSet<String> = ami
        .channels()
        .expect("a list of channels")
        .into_iter()
        .map(|channel| channel.uniqueid)
        .collect();
    assert_eq!(listed.len(), count);
    assert_eq!(page.all_uniqueids(), listed);
}
