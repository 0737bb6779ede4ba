//! The lab's telephones on real servers of both releases. Runs through `cargo xtask test`.

use std::{env, time::Duration};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{
    Ami, Asterisk, CallState, Channel, Packet, Phones, Release, SUBSCRIBERS, Settings,
};

const SOON: Duration = Duration::from_secs(20);

fn servers_are_wanted() -> bool {
    env::var_os("SWITCHBOARD_E2E").is_some()
}

/// Does the same with telephones on both releases.
fn with_phones(work: impl Fn(&Phones, &mut Ami) -> Result<()>) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    for release in Release::ALL {
        let server = Asterisk::start(Settings::new(release).phones())?;
        let phones = Phones::start(&server)?;
        work(&phones, &mut server.ami()?).with_context(|| {
            format!(
                "on Asterisk {release}. The telephones said:\n{}\nThe server said:\n{}",
                phones.log(),
                server.log()
            )
        })?;
    }
    Ok(())
}

/// The channel of a telephone.
fn channel(ami: &mut Ami, endpoint: &str) -> Result<Channel> {
    let begin = format!("PJSIP/{endpoint}-");
    let all = ami.channels()?;
    let own = all.iter().find(|one| one.name.starts_with(&begin));
    own.cloned()
        .with_context(|| format!("{endpoint} has no channel in {all:?}"))
}

fn of<'a>(event: &'a Packet, name: &str, endpoint: &str) -> Option<&'a Packet> {
    let own = format!("PJSIP/{endpoint}-");
    let its = ["Channel", "DestChannel"]
        .iter()
        .any(|header| event.text(header).starts_with(&own));
    (event.event() == Some(name) && its).then_some(event)
}

fn await_event(ami: &mut Ami, name: &str, endpoint: &str) -> Result<Packet> {
    ami.wait_for(SOON, |event| of(event, name, endpoint).is_some())
        .with_context(|| format!("no {name} of {endpoint}"))
}

#[test]
fn everybody_is_registered_and_has_a_hint() -> Result<()> {
    with_phones(|_, ami| {
        for one in &SUBSCRIBERS {
            let contacts = ami.command(&format!("pjsip show aor {}", one.endpoint))?;
            ensure!(
                contacts.iter().any(|line| line.contains("Contact:  ")),
                "{}: {contacts:?}",
                one.endpoint
            );
        }
        let state = ami.action(
            "ExtensionState",
            &[("Exten", "204"), ("Context", "internal")],
        )?;
        ensure!(state.text("StatusText") == "Idle", "{state:?}");
        Ok(())
    })
}

#[test]
fn a_call_rings_is_answered_held_taken_back_and_hung_up() -> Result<()> {
    with_phones(|phones, ami| {
        let (mueller, anna) = (phones.get("mueller"), phones.get("201"));
        mueller.call("201")?;
        anna.until_ringing()?;
        mueller.until_ringing_there()?;
        let shown = anna.shows().unwrap_or_default();
        ensure!(shown.contains("Müller GmbH"), "{shown}");
        let ringing = channel(ami, "201")?;
        ensure!(ringing.state == "Ringing", "{ringing:?}");
        ensure!(ringing.connected_number == "0301234567", "{ringing:?}");
        ensure!(ringing.context == "internal", "{ringing:?}");

        anna.answer()?;
        mueller.until_talking()?;
        await_event(ami, "BridgeEnter", "201")?;
        await_event(ami, "BridgeEnter", "mueller")?;
        let caller = channel(ami, "mueller")?;
        ensure!(caller.state == "Up", "{caller:?}");
        ensure!(caller.caller_name == "Müller GmbH", "{caller:?}");

        anna.hold()?;
        await_event(ami, "Hold", "201")?;
        await_event(ami, "MusicOnHoldStart", "mueller")?;
        anna.resume()?;
        await_event(ami, "Unhold", "201")?;
        await_event(ami, "MusicOnHoldStop", "mueller")?;

        mueller.hang_up()?;
        anna.until_idle()?;
        await_event(ami, "Hangup", "mueller")?;
        ensure!(mueller.states().is_empty());
        Ok(())
    })
}

#[test]
fn a_busy_telephone_is_told_from_one_that_declines_and_from_one_that_is_not_answered() -> Result<()>
{
    with_phones(|phones, ami| {
        let (mueller, anna) = (phones.get("mueller"), phones.get("201"));
        mueller.call("201")?;
        anna.busy()?;
        let end = await_event(ami, "DialEnd", "201")?;
        ensure!(end.text("DialStatus") == "BUSY", "{end:?}");
        let end = await_event(ami, "Hangup", "201")?;
        ensure!(end.text("Cause") == "17", "{end:?}");
        mueller.until_idle()?;

        mueller.call("201")?;
        anna.decline()?;
        let end = await_event(ami, "Hangup", "201")?;
        ensure!(end.text("Cause") == "21", "{end:?}");
        mueller.until_idle()?;

        mueller.call("201")?;
        anna.until_ringing()?;
        mueller.hang_up()?;
        anna.until_idle()?;
        let end = await_event(ami, "DialEnd", "201")?;
        ensure!(end.text("DialStatus") == "CANCEL", "{end:?}");
        Ok(())
    })
}

#[test]
fn a_telephone_transfers_and_takes_a_second_call() -> Result<()> {
    with_phones(|phones, ami| {
        let (mueller, anna) = (phones.get("mueller"), phones.get("201"));
        mueller.call("201")?;
        anna.answer()?;
        let klingler = phones.get("klingler");
        klingler.call("201")?;
        anna.until_ringing()?;
        ensure!(anna.states() == [CallState::Talking, CallState::Ringing]);
        klingler.hang_up()?;

        anna.transfer("204")?;
        let transfer = ami.wait_for(SOON, |event| event.event() == Some("BlindTransfer"))?;
        ensure!(transfer.text("Result") == "Success", "{transfer:?}");
        phones.get("204").answer()?;
        anna.until_idle()?;
        ensure!(mueller.states() == [CallState::Talking]);
        Ok(())
    })
}

#[test]
fn a_telephone_asks_first_and_then_transfers() -> Result<()> {
    with_phones(|phones, ami| {
        let (mueller, anna, dmitri) = (phones.get("mueller"), phones.get("201"), phones.get("204"));
        mueller.call("201")?;
        anna.answer()?;
        anna.attend("204")?;
        await_event(ami, "Hold", "201")?;
        dmitri.answer()?;
        anna.until_both_talk()?;
        anna.complete()?;
        let transfer = ami.wait_for(SOON, |event| event.event() == Some("AttendedTransfer"))?;
        ensure!(transfer.text("Result") == "Success", "{transfer:?}");
        anna.until_idle()?;
        ensure!(mueller.states() == [CallState::Talking]);
        ensure!(dmitri.states() == [CallState::Talking]);
        Ok(())
    })
}

#[test]
fn a_key_that_is_pressed_reaches_the_menu() -> Result<()> {
    with_phones(|phones, ami| {
        let mueller = phones.get("mueller");
        mueller.call("500")?;
        mueller.until_talking()?;
        mueller.press("1")?;
        let key = await_event(ami, "DTMFEnd", "mueller")?;
        ensure!(key.text("Digit") == "1", "{key:?}");
        phones.get("201").until_ringing()
    })
}

#[test]
fn who_waits_in_the_queue_rings_its_members() -> Result<()> {
    with_phones(|phones, ami| {
        phones.get("schmidt").call("300")?;
        for member in ["201", "202", "203"] {
            phones.get(member).until_ringing()?;
        }
        phones.get("202").answer()?;
        let answered = ami.wait_for(SOON, |event| event.event() == Some("AgentConnect"))?;
        ensure!(answered.text("MemberName") == "Ben Carter", "{answered:?}");
        phones.get("201").until_idle()?;
        phones.get("203").until_idle()?;
        Ok(())
    })
}

#[test]
fn telephones_go_when_their_owner_does() -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let server = Asterisk::start(Settings::new(Release::V22).phones())?;
    let first = Phones::start(&server)?;
    drop(first);
    // Nothing is in the way of others.
    let second = Phones::start(&server)?;
    second.get("201").call("202")?;
    second.get("202").answer()?;
    Ok(())
}
