//! What is under “Live” is so, whatever the account may see, and nobody is said to be connected to
//! somebody they are not connected to.

use std::{collections::BTreeSet, time::Duration};

use switchboard_e2e::{
    Control, House, PATIENCE, Scope, Stage,
    lab::{Originate, Release, User},
    on_every_server, stays, until,
};

on_every_server!(
    an_account_without_the_class_call_is_told_so_and_shows_no_ghosts,
    an_account_that_reads_nothing_is_told_so_and_shows_no_ghosts,
    a_filter_that_eats_hangup_leaves_no_ghosts,
    a_filter_that_eats_newchannel_hides_nobody,
    a_spy_keeps_nobody_on_the_board_who_is_gone,
    who_hears_music_is_connected_to_nobody,
    who_is_in_a_menu_after_a_failed_transfer_is_connected_to_nobody,
    who_was_parked_out_of_a_queue_does_not_wait_in_it,
    who_waits_while_the_other_holds_is_told_to_be_on_hold,
);

/// Within which the page has noticed by itself, whatever it is.
const MINUTE: Duration = Duration::from_secs(60);

const ACCOUNT: (&str, &str) = ("short", "the-secret-of-short-4711");

/// A house whose page is used by an account like this.
fn house(release: Release, read: &str, more: &str) -> House {
    let mut settings = Stage::settings(release);
    let (name, secret) = ACCOUNT;
    settings.users.push(User::new(
        name,
        secret,
        read,
        "system,call,originate,reporting",
    ));
    let settings = settings.add("manager.conf", &format!("[{name}](+)\n{more}"));
    let house = House::with(settings);
    house.page().log_in(ACCOUNT);
    house.page().await_words("Log off");
    house
}

/// Calls come and go and are answered; each time the page has a minute to show what `Status` has,
/// and to say these words.
#[track_caller]
fn keeps_up(mut house: House, missing: &[&str]) {
    house.talk("mueller", "201");
    house.ring("klingler", "202");
    await_status(&mut house, PATIENCE);
    house.phone("mueller").hang_up().expect("mueller hangs up");
    house.phone("202").answer().expect("202 answers");
    house.ring("schmidt", "203");
    await_status(&mut house, MINUTE);
    let answered = house.channel("202");
    until("who has answered is up", MINUTE, || {
        let row = house.page().row(&answered.uniqueid)?;
        row.says_state("Up")
            .then_some(())
            .ok_or_else(|| format!("{row:?}"))
    });
    until("the page says what is missing", MINUTE, || {
        let text = house.page().text();
        let said = missing.iter().all(|word| text.contains(word));
        said.then_some(()).ok_or(text)
    });
    house.phone("schmidt").hang_up().expect("schmidt hangs up");
    house
        .phone("klingler")
        .hang_up()
        .expect("klingler hangs up");
    await_status(&mut house, MINUTE);
}

/// Waits until the rows are the channels that `Status` has.
#[track_caller]
fn await_status(house: &mut House, time: Duration) {
    until("the rows are what Status has", time, || {
        let status = house.status();
        let board = house.page().board()?;
        let shown: BTreeSet<String> = board.rows.iter().map(|row| row.uniqueid.clone()).collect();
        if shown == status && board.count == status.len() {
            return Ok(());
        }
        Err(format!(
            "ghosts {:?}; missing {:?}; the page says {}",
            shown.difference(&status).collect::<Vec<_>>(),
            status.difference(&shown).collect::<Vec<_>>(),
            house.page().text()
        ))
    });
}

fn an_account_without_the_class_call_is_told_so_and_shows_no_ghosts(release: Release) {
    keeps_up(
        house(release, "system,agent,dialplan", ""),
        &["“call” in read"],
    );
}

fn an_account_that_reads_nothing_is_told_so_and_shows_no_ghosts(release: Release) {
    keeps_up(house(release, "", ""), &["“call” in read"]);
}

fn a_filter_that_eats_hangup_leaves_no_ghosts(release: Release) {
    let filter = "eventfilter = !Event: Hangup";
    keeps_up(
        house(release, "all", filter),
        &["eventfilter", "keeps back Hangup"],
    );
}

fn a_filter_that_eats_newchannel_hides_nobody(release: Release) {
    let filter = "eventfilter = !Event: Newchannel";
    keeps_up(
        house(release, "all", filter),
        &["eventfilter", "keeps back Newchannel"],
    );
}

/// While a spy with a prefix runs, matching channels that end have no Hangup event and stay in the
/// list of channels (22.10.1 and 16.28.0). `Status` leaves them out.
fn a_spy_keeps_nobody_on_the_board_who_is_gone(release: Release) {
    let mut house = House::open(release);
    let mut ids = Vec::new();
    for number in ["801", "802", "803"] {
        let id = format!("spied-{number}");
        let call = Originate::to_application(&format!("Local/{number}@default/n"), "Wait", "7200")
            .caller("Spied on", number)
            .id(&id);
        house.ami.originate(&call).expect("a call is made");
        ids.push(id);
    }
    house.stage.page().await_agreement(&mut house.ami);
    let spy = Originate::to_application("Local/901@default/n", "ChanSpy", "Local/8,q").id("spy-1");
    house.ami.originate(&spy).expect("a spy is there");
    let spies = house
        .ami
        .wait_for(PATIENCE, |event| event.event() == Some("ChanSpyStart"))
        .expect("it spies");
    // Those that it will come to later; it stays with the one that it hears.
    let heard = spies.text("SpyeeUniqueid");
    ids.retain(|id| !heard.starts_with(id.as_str()));
    for id in &ids {
        house.ami.hangup(id).expect("it is hung up");
    }
    until("Status has let them go", PATIENCE, || {
        let status = house.status();
        let gone = ids.iter().all(|id| !status.contains(id));
        gone.then_some(()).ok_or_else(|| format!("{status:?}"))
    });
    let listed = house.ami.channels().expect("a list");
    assert!(
        listed.iter().any(|one| ids.contains(&one.uniqueid)),
        "there are no ghosts: {listed:?}"
    );
    await_status(&mut house, MINUTE);
}

/// Both legs are sent away from each other; nothing is left of it, also after a reload.
fn who_hears_music_is_connected_to_nobody(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let (caller, leg) = (house.channel("mueller"), house.channel("201"));
    await_connected(&house, &caller.uniqueid, "Anna Berger");
    house
        .ami
        .redirect(&caller.name, Some(&leg.name), "901", "internal")
        .expect("both go");
    for name in [&caller.name, &leg.name] {
        await_application(&mut house, name, "MusicOnHold");
    }
    for _ in 0..2 {
        await_unconnected(&house, &caller.uniqueid, &["Anna Berger", "201"]);
        await_unconnected(&house, &leg.uniqueid, &["Müller", "0301234567"]);
        house.stage.browser().reload();
        house.page().await_board();
    }
}

/// Its caller went back into a menu because the one it was sent to was busy.
fn who_is_in_a_menu_after_a_failed_transfer_is_connected_to_nobody(release: Release) {
    let settings = Stage::settings(release).add(
        "extensions.conf",
        "[internal](+)\nexten => 399,1,Dial(PJSIP/204,60)\n same => n,Goto(menu,s,1)",
    );
    let mut house = House::with(settings).logged_in(switchboard_e2e::DEMO);
    house.talk("mueller", "201");
    let caller = house.channel("mueller");
    house
        .ami
        .redirect(&caller.name, None, "399", "internal")
        .expect("it goes");
    house.phone("204").busy().expect("204 is busy");
    await_application(&mut house, &caller.name, "WaitExten");
    for _ in 0..2 {
        await_unconnected(&house, &caller.uniqueid, &["Anna Berger", "201", "204"]);
        house.stage.browser().reload();
        house.page().await_board();
    }
}

fn who_was_parked_out_of_a_queue_does_not_wait_in_it(release: Release) {
    let mut house = House::open(release);
    house.phone("schmidt").call("310").expect("a call is made");
    let caller = house.channel("schmidt");
    await_connected(&house, &caller.uniqueid, "hotline");
    house
        .ami
        .action("Park", &[("Channel", &caller.name)])
        .expect("it is parked");
    house
        .ami
        .wait_for(PATIENCE, |event| event.event() == Some("ParkedCall"))
        .expect("it is parked");
    for _ in 0..2 {
        await_unconnected(&house, &caller.uniqueid, &["hotline"]);
        until("it is said to be parked", PATIENCE, || {
            let row = house.page().row(&caller.uniqueid)?;
            let said = row.cell("State").contains("parked");
            said.then_some(()).ok_or_else(|| format!("{row:?}"))
        });
        house
            .stage
            .browser()
            .press(Control::Button, "Refresh", Scope::Page);
        stays("it is not in the queue", Duration::from_secs(2), || {
            unconnected(&house, &caller.uniqueid, &["hotline"])
        });
    }
}

fn who_waits_while_the_other_holds_is_told_to_be_on_hold(release: Release) {
    let mut house = House::open(release);
    house.talk("mueller", "201");
    let (caller, leg) = (house.channel("mueller"), house.channel("201"));
    house.phone("201").hold().expect("201 holds");
    let hold = |uniqueid: &str, wanted: bool| {
        until(&format!("on hold: {wanted}"), PATIENCE, || {
            let row = house.page().row(uniqueid)?;
            let said = row.cell("State").contains("hold");
            (said == wanted)
                .then_some(())
                .ok_or_else(|| format!("{row:?}"))
        });
    };
    hold(&caller.uniqueid, true);
    hold(&leg.uniqueid, true);
    house.phone("201").resume().expect("201 takes it back");
    hold(&caller.uniqueid, false);
    hold(&leg.uniqueid, false);
}

/// Waits until a channel runs an application.
#[track_caller]
fn await_application(house: &mut House, name: &str, application: &str) {
    until(&format!("{name} runs {application}"), PATIENCE, || {
        let all = house.ami.channels().map_err(|error| error.to_string())?;
        let there = all
            .iter()
            .any(|one| one.name == name && one.application == application);
        there.then_some(()).ok_or_else(|| format!("{all:?}"))
    });
}

#[track_caller]
fn await_connected(house: &House, uniqueid: &str, words: &str) {
    until(&format!("it is connected to {words}"), PATIENCE, || {
        let row = house.page().row(uniqueid)?;
        let said = row.cell("Connected to").contains(words);
        said.then_some(()).ok_or_else(|| format!("{row:?}"))
    });
}

#[track_caller]
fn await_unconnected(house: &House, uniqueid: &str, names: &[&str]) {
    until(
        &format!("it is not connected to {names:?}"),
        PATIENCE,
        || unconnected(house, uniqueid, names),
    );
}

fn unconnected(house: &House, uniqueid: &str, names: &[&str]) -> Result<(), String> {
    let row = house.page().row(uniqueid)?;
    let cell = row.cell("Connected to");
    let said = names.iter().any(|name| cell.contains(name));
    (!said).then_some(()).ok_or_else(|| format!("{row:?}"))
}
