//! Trouble under the open board.

use std::time::Duration;

use switchboard_e2e::{Page, Stage, lab::Release, on_every_server, until};

on_every_server!(
    a_restart_of_the_server_ends_in_a_right_board,
    a_server_that_froze_and_went_on_ends_in_a_right_board,
);

/// How long a page may take to notice that nothing comes any more, and to come back.
const NOTICE: Duration = Duration::from_secs(60);

fn a_restart_of_the_server_ends_in_a_right_board(release: Release) {
    let mut stage = Stage::logged_in(release);
    stage.calls().ring("Before", "1001").expect("a call");
    stage.page().await_agreement(&mut stage.ami());
    mark(stage.page());

    stage.server.kill().expect("the server ends");
    await_trouble(stage.page());
    stage.server.restart().expect("the server starts again");
    stage.calls().ring("After", "1002").expect("a call");
    until("the board is live again", NOTICE, || stage.page().is_live());
    stage.page().await_agreement(&mut stage.ami());
    assert!(is_marked(stage.page()), "the page was reloaded");
}

fn a_server_that_froze_and_went_on_ends_in_a_right_board(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let call = calls.ring("Before", "1001").expect("a call");
    stage.page().await_agreement(calls.ami());
    mark(stage.page());

    stage.server.pause().expect("the server stops");
    await_trouble(stage.page());
    stage.server.resume().expect("the server goes on");
    calls.hang_up(&call).expect("the call ends");
    calls.ring("After", "1002").expect("a call");
    until("the board is live again", NOTICE, || stage.page().is_live());
    stage.page().await_agreement(calls.ami());
    assert!(is_marked(stage.page()), "the page was reloaded");
}

fn await_trouble(page: Page<'_>) {
    until("the board says that it is not live", NOTICE, || {
        let lamp = page.connection()?;
        if lamp.starts_with("Reconnecting") {
            Ok(())
        } else {
            Err(lamp)
        }
    });
    page.await_words("Showing what was last known");
    page.await_words("Before");
    assert!(
        page.browser().title().starts_with("(!)"),
        "{}",
        page.browser().title()
    );
}

/// Something that a page loses when it is loaded anew.
fn mark(page: Page<'_>) {
    page.browser().script::<()>("window.mark = 1;", vec![]);
}

fn is_marked(page: Page<'_>) -> bool {
    page.browser().script("return window.mark === 1;", vec![])
}
