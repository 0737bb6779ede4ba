//! Transfers and hang-ups, checked on the server.

use switchboard_e2e::{
    Control, DEMO, Engine, PATIENCE, Scope, Stage, Transfer,
    lab::{self, Ami, Call, Calls, Channel, Release},
    on_every_server, until,
};

on_every_server!(
    a_transfer_takes_one_leg_to_its_new_place,
    a_transfer_takes_both_legs_to_their_new_place,
    a_transfer_from_the_called_ones_row_moves_the_caller,
    a_transfer_of_a_phone_that_rings_moves_its_caller,
    a_transfer_is_done_when_the_number_has_answered,
    a_number_that_is_not_there_is_refused_beside_its_field,
    a_busy_number_is_never_called_done,
    a_hang_up_of_a_phone_that_rings_says_who_is_turned_down,
    a_call_that_an_application_began_is_warned_of,
    a_refused_transfer_shows_asterisks_words_beside_the_row,
    a_hang_up_asks_once_and_ends_the_channel,
    a_hang_up_that_is_called_off_leaves_the_channel_alone,
);

const TARGET: Transfer<'_> = Transfer {
    exten: "801",
    context: "target",
    both: false,
};

fn a_transfer_takes_one_leg_to_its_new_place(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, other) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().transfer(&call.uniqueid, TARGET);
    await_place(&mut calls, &call.uniqueid);
    stage.page().await_words("801 has taken the call (Wait)");
    await_gone(calls.ami(), &other.uniqueid);
    stage.page().await_agreement(calls.ami());
    let row = stage
        .page()
        .row(&call.uniqueid)
        .expect("the transferred one's row");
    assert!(row.cell("Location").starts_with("801@target:"), "{row:?}");
}

fn a_transfer_takes_both_legs_to_their_new_place(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, other) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().transfer(
        &call.uniqueid,
        Transfer {
            both: true,
            ..TARGET
        },
    );
    await_place(&mut calls, &call.uniqueid);
    await_place(&mut calls, &other.uniqueid);
    stage.page().await_words("801 has taken the call (Wait)");
    stage.page().await_agreement(calls.ami());
}

fn a_transfer_from_the_called_ones_row_moves_the_caller(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, other) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().open_transfer(&other.uniqueid);
    stage.browser().fill("Extension", Scope::Dialog, "8 01");
    stage.browser().fill("Context", Scope::Dialog, "target");
    stage.page().await_words("goes to 801.");
    stage.page().await_words("304 will be hung up.");
    stage
        .browser()
        .press(Control::Button, "Transfer", Scope::Dialog);
    await_place(&mut calls, &call.uniqueid);
    await_gone(calls.ami(), &other.uniqueid);
    stage.page().await_words("801 has taken the call (Wait)");
}

fn a_transfer_of_a_phone_that_rings_moves_its_caller(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, phone) = ringing(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().open_transfer(&phone.uniqueid);
    stage.browser().fill("Extension", Scope::Dialog, "801");
    stage.browser().fill("Context", Scope::Dialog, "target");
    stage
        .page()
        .await_words("Klingler 0301234567 goes to 801. 205 stops ringing.");
    stage
        .browser()
        .press(Control::Button, "Transfer", Scope::Dialog);
    await_place(&mut calls, &call.uniqueid);
    await_gone(calls.ami(), &phone.uniqueid);
}

fn a_transfer_is_done_when_the_number_has_answered(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, _) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    let to = Transfer {
        exten: "204",
        context: "default",
        both: false,
    };
    stage.page().transfer(&call.uniqueid, to);
    stage.page().await_words("204 is ringing");
    stage.page().await_words("204 answered");
}

fn a_number_that_is_not_there_is_refused_beside_its_field(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, other) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    let missing = Transfer {
        exten: "9876",
        ..TARGET
    };
    stage.page().transfer(&call.uniqueid, missing);
    stage.page().await_words("9876 does not exist in target.");
    assert!(stage.browser().has_any(Control::Dialog));
    for id in [&call.uniqueid, &other.uniqueid] {
        let channel = calls.ami().channel(id).expect("a list").expect("it lives");
        assert!(!channel.bridge.is_empty(), "{channel:?}");
    }
}

fn a_busy_number_is_never_called_done(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, _) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    let busy = Transfer {
        exten: "404",
        context: "default",
        both: false,
    };
    stage.page().transfer(&call.uniqueid, busy);
    stage.page().await_words("404 is busy");
}

fn a_hang_up_of_a_phone_that_rings_says_who_is_turned_down(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, phone) = ringing(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().open_hang_up(&phone.uniqueid);
    stage
        .page()
        .await_words("Klingler 0301234567 is calling 205 and will hear busy");
    calls.ami().forget_events();
    stage
        .browser()
        .press(Control::Button, "Hang up", Scope::Dialog);
    let end = calls
        .ami()
        .wait_for(PATIENCE, |event| {
            event.event() == Some("DialEnd") && event.text("DestUniqueid") == phone.uniqueid
        })
        .expect("the dial ends");
    assert_eq!(end.text("DialStatus"), "BUSY");
    await_gone(calls.ami(), &call.uniqueid);
}

fn a_call_that_an_application_began_is_warned_of(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let dial = lab::Originate::to_application("Local/300@phones/n", "Dial", "Local/304@phones/n")
        .caller("Clicked", "0301234567")
        .id("app-1");
    calls.ami().originate(&dial).expect("a call");
    calls
        .until("app-1", PATIENCE, |channel| !channel.bridge.is_empty())
        .expect("it is answered");
    stage.page().await_agreement(calls.ami());
    for reloaded in [false, true] {
        if reloaded {
            stage.browser().reload();
            stage.page().await_board();
            stage.page().await_agreement(calls.ami());
        }
        stage.page().open_transfer("app-1");
        stage.browser().fill("Extension", Scope::Dialog, "801");
        stage.browser().fill("Context", Scope::Dialog, "target");
        stage
            .browser()
            .press(Control::Radio, "Clicked 0301234567", Scope::Dialog);
        stage
            .page()
            .await_words("will be lost and won't get to 801");
    }
    stage
        .browser()
        .press(Control::Button, "Transfer", Scope::Dialog);
    stage.page().await_words("The call was lost");
}

fn a_refused_transfer_shows_asterisks_words_beside_the_row(release: Release) {
    let stage = Stage::with(
        Stage::settings(release).add("extensions.conf", STUBBORN),
        Engine::Chromium,
    );
    stage.page().log_in(DEMO);
    stage.page().await_board();
    let mut calls = stage.calls();
    let call = calls
        .call("Ελένη Παπαδοπούλου", "+302105550102", "990")
        .expect("a call");
    calls
        .until(&call.uniqueid, PATIENCE, |channel| {
            channel.application == "System"
        })
        .expect("the call is where nothing reaches it");
    stage.page().await_agreement(calls.ami());
    calls.hang_up(&call).expect("it is asked to end");
    stage.page().transfer(&call.uniqueid, TARGET);
    until("the row says what Asterisk said", PATIENCE, || {
        let row = stage.page().row(&call.uniqueid)?;
        let said = row
            .cell("Connected to")
            .contains("Redirect failed, channel not up");
        said.then_some(()).ok_or_else(|| format!("{row:?}"))
    });
    assert!(
        calls
            .ami()
            .channel(&call.uniqueid)
            .expect("a list")
            .is_some()
    );
}

/// A channel that was hung up but has not noticed is refused by a transfer.
const STUBBORN: &str = "[default](+)\nexten => 990,1,Answer()\n same => n,System(sleep 30)";

fn a_hang_up_asks_once_and_ends_the_channel(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let (call, other) = conversation(&mut calls);
    stage.page().await_agreement(calls.ami());
    stage.page().open_hang_up(&other.uniqueid);
    let still_there = calls.ami().channel(&other.uniqueid).expect("a list");
    assert!(
        still_there.is_some(),
        "it was hung up before it was confirmed"
    );
    stage
        .browser()
        .press(Control::Button, "Hang up", Scope::Dialog);
    await_gone(calls.ami(), &other.uniqueid);
    await_gone(calls.ami(), &call.uniqueid);
    until("the rows are gone", PATIENCE, || {
        let count = stage.page().board()?.count;
        if count == 0 {
            Ok(())
        } else {
            Err(format!("{count} rows"))
        }
    });
}

fn a_hang_up_that_is_called_off_leaves_the_channel_alone(release: Release) {
    let stage = Stage::logged_in(release);
    let mut calls = stage.calls();
    let call = calls.ring("Ben Carter", "+12125550101").expect("a call");
    stage.page().await_agreement(calls.ami());
    stage.page().open_hang_up(&call.uniqueid);
    stage
        .browser()
        .press(Control::Button, "Cancel", Scope::Dialog);
    until("the question is gone", PATIENCE, || {
        let open = stage.browser().has_any(Control::Dialog);
        if open {
            Err("it is there".to_owned())
        } else {
            Ok(())
        }
    });
    assert!(
        calls
            .ami()
            .channel(&call.uniqueid)
            .expect("a list")
            .is_some()
    );
}

/// A call that has been answered: the caller's channel, and the one that the caller talks with.
fn conversation(calls: &mut Calls) -> (Call, Channel) {
    let call = calls
        .call("Дарья Соколова", "+74950000123", "304")
        .expect("a call");
    let caller = calls
        .until(&call.uniqueid, PATIENCE, |channel| {
            !channel.bridge.is_empty()
        })
        .expect("the call is answered");
    let other = calls
        .ami()
        .channels()
        .expect("a list")
        .into_iter()
        .find(|one| one.bridge == caller.bridge && one.uniqueid != caller.uniqueid)
        .expect("two are in the bridge");
    (call, other)
}

/// Klingler rings 205, whose phone rings for as long as the test takes.
fn ringing(calls: &mut Calls) -> (Call, Channel) {
    let ring = [("__RING", "600")];
    let call = calls
        .call_with("Klingler", "0301234567", "205", &ring)
        .expect("a call");
    let mut phone = None;
    until("a phone rings", PATIENCE, || {
        let channels = calls.ami().channels().map_err(|error| error.to_string())?;
        phone = channels.into_iter().find(|one| one.state == "Ringing");
        phone.as_ref().map(drop).ok_or_else(|| "none".to_owned())
    });
    (call, phone.expect("it rings"))
}

fn await_place(calls: &mut Calls, uniqueid: &str) {
    calls
        .until(uniqueid, PATIENCE, |channel| {
            channel.exten == TARGET.exten && channel.context == TARGET.context
        })
        .expect("the channel is where it was sent");
}

fn await_gone(ami: &mut Ami, uniqueid: &str) {
    until("the channel has ended", PATIENCE, || {
        match ami.channel(uniqueid).map_err(|error| error.to_string())? {
            None => Ok(()),
            Some(channel) => Err(format!("{channel:?}")),
        }
    });
}
