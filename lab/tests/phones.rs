//! The lab's telephones on real servers of both releases. Runs through `cargo xtask test`.

use std::{env, time::Duration};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{
    Ami, Asterisk, CallState, Channel, Packet, Phones, Release, SUBSCRIBERS, Settings,
    phones::number,
};

const SOON: Duration = Duration::from_secs(20);

fn servers_are_wanted() -> bool {
    env::var_os("SWITCHBOARD_E2E").is_some()
}

/// Does the same with telephones on both releases.
fn with_phones(work: impl Fn(&Phones, &mut Ami) -> Result<()>) -> Result<()> {
    with(|settings| settings, work)
}

/// The same with servers of these settings.
fn with(
    settings: impl Fn(Settings) -> Settings,
    work: impl Fn(&Phones, &mut Ami) -> Result<()>,
) -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    for release in Release::ALL {
        let server = Asterisk::start(settings(Settings::new(release)).phones())?;
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
        ensure!(SUBSCRIBERS.iter().filter(|one| one.is_inside()).count() >= 12);
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
fn calls_have_every_shape() -> Result<()> {
    with_phones(|phones, ami| {
        let [anna, ben, dmitri] = ["201", "202", "204"].map(|one| phones.get(one));
        let mueller = phones.get("mueller");

        // A group rings, and somebody else takes the call: by a telephone's number, and by none.
        for pick_up in [number::pick_up("206").as_str(), number::PICKUP] {
            phones.ring("mueller", number::GROUP, &["205", "206", "207"])?;
            anna.call(pick_up)?;
            await_event(ami, "Pickup", "201")?;
            anna.until_talking()?;
            mueller.until_talking()?;
            phones.get("205").until_idle()?;
            phones.hang_up_all()?;
        }

        // Two agents, of whom one answers.
        phones.ring("mueller", number::SERVICE, &["206", "211"])?;
        phones.get("211").answer()?;
        await_event(ami, "AgentConnect", "mueller")?;
        phones.get("206").until_idle()?;
        phones.hang_up_all()?;

        // Forwarded.
        mueller.call("201")?;
        anna.forward("204")?;
        dmitri.answer()?;
        mueller.until_talking()?;
        ensure!(anna.states().is_empty());
        phones.hang_up_all()?;

        // Parked, and back.
        phones.talk("mueller", "201")?;
        anna.transfer(number::PARK_SHORTLY)?;
        parked(ami, "ParkedCall")?;
        anna.until_ringing()?;
        anna.answer()?;
        phones.hang_up_all()?;

        // Parked, and fetched by another.
        phones.talk("mueller", "201")?;
        anna.transfer(number::PARK)?;
        let space = parked(ami, "ParkedCall")?;
        ben.call(space.text("ParkingSpace"))?;
        ben.until_talking()?;
        parked(ami, "UnParkedCall")?;
        phones.hang_up_all()?;

        // A conference of four.
        let members = ["mueller", "201", "202", "204"];
        phones.confer(number::CONFERENCE, &members)?;
        for member in members {
            await_event(ami, "ConfbridgeJoin", member)?;
        }
        let list = ami.list("ConfbridgeList", &[("Conference", number::CONFERENCE)])?;
        ensure!(list.len() == members.len(), "{list:?}");
        phones.hang_up_all()?;

        // Somebody listens.
        phones.talk("mueller", "201")?;
        ben.call(&number::spy_on("201"))?;
        let spied = ami.wait_for(SOON, |event| event.event() == Some("ChanSpyStart"))?;
        ensure!(
            spied.text("SpyeeChannel").starts_with("PJSIP/201-"),
            "{spied:?}"
        );
        phones.hang_up_all()
    })
}

fn parked(ami: &mut Ami, event: &str) -> Result<Packet> {
    ami.wait_for(SOON, |packet| packet.event() == Some(event))
        .with_context(|| format!("no {event}"))
}

#[test]
fn who_is_not_answered_leaves_a_message() -> Result<()> {
    with(
        |settings| settings.ring_seconds(2),
        |phones, ami| {
            let (mueller, dmitri) = (phones.get("mueller"), phones.get("204"));
            phones.ring("mueller", "204", &["204"])?;
            leave_message(phones, ami, 1)?;
            dmitri.until_messages(1)?;
            ensure!(dmitri.states().is_empty());
            // At once.
            mueller.call(&number::mailbox_of("204"))?;
            leave_message(phones, ami, 2)?;
            dmitri.until_messages(2)?;
            ensure!(phones.get("205").messages() == 0);
            let endpoint = ami.list("PJSIPShowEndpoint", &[("Endpoint", "204")])?;
            let mailboxes = endpoint.iter().find_map(|item| item.get("Mailboxes"));
            ensure!(mailboxes == Some("204@default"), "{endpoint:?}");
            Ok(())
        },
    )
}

/// Müller, whom a mailbox answers, speaks and ends the message with a key. Nothing tells when it
/// is recorded, so the key is pressed again and again: it also ends the greeting.
fn leave_message(phones: &Phones, ami: &mut Ami, count: u32) -> Result<()> {
    let mueller = phones.get("mueller");
    mueller.until_talking()?;
    let count = count.to_string();
    for _ in 0..30 {
        let told = ami.wait_for(Duration::from_secs(1), |event| {
            event.event() == Some("MessageWaiting") && event.text("New") == count
        });
        if let Ok(told) = told {
            ensure!(told.text("Mailbox") == "204@default", "{told:?}");
            return mueller.until_idle();
        }
        // The call may have ended just now.
        let _ = mueller.press("#");
    }
    anyhow::bail!("no message was left")
}

#[test]
fn calls_come_and_go_over_the_trunk() -> Result<()> {
    with(Settings::trunk, |phones, ami| {
        // In, with name and number.
        let (mueller, anna) = (phones.get("mueller"), phones.get("201"));
        mueller.call("0405550201")?;
        anna.answer()?;
        mueller.until_talking()?;
        let shown = anna.shows().unwrap_or_default();
        ensure!(shown.contains("Müller GmbH"), "{shown}");
        let caller = channel(ami, "trunk")?;
        ensure!(caller.caller_name == "Müller GmbH", "{caller:?}");
        ensure!(caller.caller_number == "0301234567", "{caller:?}");
        ensure!(caller.context == "from-trunk", "{caller:?}");
        ensure!(caller.exten == "0405550201", "{caller:?}");
        phones.hang_up_all()?;

        // Out: to a telephone, also by the number that a caller has shown, and to nobody's.
        for number in [number::outside("0301234567").as_str(), "0301234567"] {
            anna.call(number)?;
            mueller.until_ringing()?;
            let shown = mueller.shows().unwrap_or_default();
            ensure!(shown.contains("Anna Berger"), "{shown}");
            ensure!(shown.contains("0405550201"), "{shown}");
            mueller.answer()?;
            anna.until_talking()?;
            phones.hang_up_all()?;
        }
        phones.get("unnamed").until_idle()?;
        anna.call("+34935550142")?;
        phones.get("unnamed").until_ringing()?;
        phones.hang_up_all()?;
        anna.call(&number::outside(number::OUTSIDE_MUSIC))?;
        anna.until_talking()?;
        phones.hang_up_all()?;
        anna.call(&number::outside(number::OUTSIDE_UNANSWERED))?;
        anna.until_ringing_there()?;
        phones.hang_up_all()?;
        // Busy, and nobody's.
        for (number, cause) in [(number::OUTSIDE_BUSY, "17"), ("0999", "1")] {
            ami.forget_events();
            anna.call(&number::outside(number))?;
            let end = await_event(ami, "Hangup", "trunk")?;
            ensure!(end.text("Cause") == cause, "{end:?}");
            anna.until_idle()?;
        }
        // It takes a while until the trunk is registered.
        loop {
            let list = ami.list("PJSIPShowRegistrationsOutbound", &[])?;
            if list
                .iter()
                .any(|item| item.get("Status") == Some("Registered"))
            {
                return Ok(());
            }
            ami.wait_for(SOON, |event| event.event() == Some("Registry"))
                .with_context(|| format!("the trunk is not registered: {list:?}"))?;
        }
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
