//! A call, step by step.

use switchboard_e2e::{
    PATIENCE, Stage,
    lab::{Ami, Channel, Release},
    on_every_server, until,
};

on_every_server!(
    a_call_is_seen_from_ring_to_hang_up,
    calls_that_stood_before_the_log_in_are_on_the_board,
);

fn a_call_is_seen_from_ring_to_hang_up(release: Release) {
    let stage = Stage::logged_in(release);
    let (page, mut ami) = (stage.page(), stage.ami());
    let call = stage
        .calls()
        .call("Zoë Müller", "+493023125001", "104")
        .expect("a call");

    let rings = channel(&mut ami, "somebody rings", |one| one.state == "Ringing");
    page.await_agreement(&mut ami);
    let caller = page.row(&call.uniqueid).expect("the caller's row");
    assert_eq!(caller.cell("Caller"), "Zoë Müller +493023125001");
    assert_eq!(caller.cell("Location"), "104@default:1");
    let called = page.row(&rings.uniqueid).expect("the called one's row");
    assert!(called.says_state("Ringing"), "{called:?}");
    assert!(
        called.cell("Connected to").contains("Zoë Müller"),
        "{called:?}"
    );

    let telephone = channel(&mut ami, "a telephone rings", |one| {
        one.state == "Ring" && one.context == "phones"
    });
    ami.redirect(&telephone.name, None, "801", "target")
        .expect("the telephone answers");
    until("the called one has answered", PATIENCE, || {
        let row = page.row(&rings.uniqueid)?;
        let up = row.says_state("Up") && row.cell("Connected to").contains("Zoë Müller");
        up.then_some(()).ok_or_else(|| format!("{row:?}"))
    });
    page.await_agreement(&mut ami);
    // Originate told the caller's channel that it talks to itself; the peer's own word counts.
    let peer = ami
        .channel(&rings.uniqueid)
        .expect("a list")
        .expect("the called one's channel");
    until("the caller talks to its peer", PATIENCE, || {
        let row = page.row(&call.uniqueid)?;
        let told = row.cell("Connected to").contains(&peer.caller_number);
        told.then_some(()).ok_or_else(|| format!("{row:?}"))
    });

    stage.calls().hang_up(&call).expect("the caller hangs up");
    until("the rows are gone", PATIENCE, || {
        let board = page.board()?;
        board
            .rows
            .is_empty()
            .then_some(())
            .ok_or_else(|| format!("{:?}", board.rows))
    });
    page.await_words("No calls at the moment.");
}

fn calls_that_stood_before_the_log_in_are_on_the_board(release: Release) {
    let stage = Stage::open(release);
    let mut calls = stage.calls();
    for exten in ["104", "304", "801", "610", "651", "700"] {
        calls
            .call("Łukasz Wiśniewski", "+48699555010", exten)
            .expect("a call");
    }
    stage.page().log_in(switchboard_e2e::DEMO);
    stage.page().await_board();
    stage.page().await_agreement(&mut stage.ami());
}

/// Waits until the server lists such a channel.
fn channel(ami: &mut Ami, what: &str, is_it: impl Fn(&Channel) -> bool) -> Channel {
    until(what, PATIENCE, || {
        let all = ami.channels().map_err(|error| error.to_string())?;
        all.iter()
            .find(|one| is_it(one))
            .cloned()
            .ok_or_else(|| format!("{all:?}"))
    })
}
