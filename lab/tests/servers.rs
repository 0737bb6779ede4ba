//! The lab on real servers of both releases. Runs through `cargo xtask test`, which sets them up.

use std::{env, fs, net::TcpStream, time::Duration};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{Asterisk, Calls, Release, Settings, http};

const SOON: Duration = Duration::from_secs(10);

fn servers_are_wanted() -> bool {
    env::var_os("SWITCHBOARD_E2E").is_some()
}

fn start(release: Release) -> Result<Asterisk> {
    Asterisk::start(Settings::new(release))
}

#[test]
fn every_number_does_what_the_table_says() -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    for release in Release::ALL {
        let asterisk = start(release)?;
        let mut calls = Calls::on(&asterisk)?;

        let ringing = calls.call("Zoë \"Z\" O'Brien", "+4930", "101")?;
        let caller = calls.until(&ringing.uniqueid, SOON, |c| c.application == "Dial")?;
        // The manager interface shows quotes and apostrophes with a backslash.
        ensure!(
            caller.caller_name == "Zoë \\\"Z\\\" O\\'Brien",
            "{caller:?}"
        );
        ensure!(caller.caller_number == "+4930", "{caller:?}");

        let answered = calls.call_with("B", "2", "201", &[("__RING", "0")])?;
        calls.until(&answered.uniqueid, SOON, |c| !c.bridge.is_empty())?;

        let queued = calls.call("C", "3", "600")?;
        calls.until(&queued.uniqueid, SOON, |c| c.application == "Queue")?;

        let parked = calls.call("D", "4", "700")?;
        calls.until(&parked.uniqueid, SOON, |c| c.application == "Park")?;

        let conference = calls.call("E", "5", "650")?;
        calls.until(&conference.uniqueid, SOON, |c| {
            c.application == "ConfBridge" && !c.bridge.is_empty()
        })?;

        calls
            .ami()
            .redirect(&answered.uniqueid, None, "801", "target")?;
        let moved = calls.until(&answered.uniqueid, SOON, |c| c.context == "target")?;
        ensure!(moved.exten == "801", "{moved:?}");

        calls.ami().forget_events();
        let busy = calls.call("F", "6", "401")?;
        let end = calls.ami().wait_for(SOON, |event| {
            event.event() == Some("DialEnd") && event.get("Uniqueid") == Some(&busy.uniqueid)
        })?;
        ensure!(end.get("DialStatus") == Some("BUSY"), "{end:?}");

        calls.hang_up_all()?;
        ensure!(
            asterisk
                .cli("core show channels concise")?
                .trim()
                .is_empty()
        );
    }
    Ok(())
}

#[test]
fn an_instance_stops_pauses_and_comes_back() -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let mut asterisk = start(Release::V22)?;
    let second = start(Release::V22)?;
    ensure!(asterisk.http_address() != second.http_address());
    let path = "/mxml?action=ping";
    ensure!(http::get(asterisk.http_address(), path)?.status == 200);
    let address = asterisk.http_address();

    asterisk.pause()?;
    asterisk.resume()?;
    ensure!(http::get(address, path)?.status == 200);
    asterisk.kill()?;
    ensure!(TcpStream::connect(address).is_err());
    ensure!(!asterisk.is_running());
    asterisk.restart()?;
    ensure!(asterisk.http_address() == address);
    ensure!(http::get(address, path)?.status == 200);
    ensure!(http::get(second.http_address(), path)?.status == 200);

    let folder = asterisk.static_folder();
    drop(asterisk);
    ensure!(!folder.exists());
    ensure!(TcpStream::connect(address).is_err());
    Ok(())
}

#[test]
fn a_prefix_a_page_and_a_redirect_are_served() -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let page = env::temp_dir().join(format!("switchboard-page-{}", std::process::id()));
    fs::create_dir_all(&page)?;
    fs::write(page.join("index.html"), "<!doctype html>")?;
    for release in Release::ALL {
        let mut settings = Settings::new(release).page(&page);
        settings.prefix = "pbx".to_owned();
        let asterisk = Asterisk::start(settings)?;
        let reply = http::get(
            asterisk.http_address(),
            "/pbx/static/switchboard/index.html",
        )?;
        ensure!(reply.body == b"<!doctype html>", "{reply:?}");
        let reply = http::get(asterisk.http_address(), "/pbx/")?;
        let place = reply.header("Location").context("no Location")?;
        ensure!(
            place.ends_with("/pbx/static/switchboard/index.html"),
            "{place}"
        );
        ensure!(asterisk.version()?.starts_with(release.name()));
    }
    fs::remove_dir_all(&page)?;
    Ok(())
}

#[test]
fn a_storm_of_calls_comes_and_goes() -> Result<()> {
    if !servers_are_wanted() {
        return Ok(());
    }
    let asterisk = start(Release::V22)?;
    let mut calls = Calls::on(&asterisk)?;
    calls
        .storm(500)
        .with_context(|| format!("the server said:\n{}", asterisk.log()))?;
    ensure!(calls.ami().channels()?.len() == 1000);
    calls.hang_up_all()?;
    ensure!(calls.ami().channels()?.is_empty());
    Ok(())
}
