//! Any browser is meant: the same walk in three engines.

use switchboard_e2e::{DEMO, Engine, PATIENCE, Ping, Stage, Transfer, lab::Release, until};

#[test]
fn the_walk_works_in_chromium() {
    walk(Engine::Chromium);
}

#[test]
fn the_walk_works_in_firefox() {
    walk(Engine::Firefox);
}

#[test]
fn the_walk_works_in_webkit() {
    walk(Engine::WebKit);
}

/// Log in, a call from ring to answer, transfer, hang up, log off.
fn walk(engine: Engine) {
    let stage = Stage::with(Stage::settings(Release::V22), engine);
    let (page, mut calls) = (stage.page(), stage.calls());
    page.log_in(DEMO);
    page.await_board();
    let session = stage.session();

    let call = calls
        .call("Çağla Yıldız", "+902125550166", "104")
        .expect("a call");
    let rings = until("somebody rings", PATIENCE, || {
        let all = calls.ami().channels().map_err(|error| error.to_string())?;
        let rings = all.iter().find(|one| one.state == "Ringing").cloned();
        rings.ok_or_else(|| format!("{all:?}"))
    });
    page.await_agreement(calls.ami());
    let row = page.row(&rings.uniqueid).expect("the called one's row");
    assert!(row.says_state("Ringing"), "{row:?}");
    let telephone = rings.name.replace(";1", ";2");
    calls
        .ami()
        .redirect(&telephone, None, "801", "target")
        .expect("the telephone answers");
    until("the called one has answered", PATIENCE, || {
        let row = page.row(&rings.uniqueid)?;
        if row.says_state("Up") {
            Ok(())
        } else {
            Err(format!("{row:?}"))
        }
    });
    page.await_agreement(calls.ami());

    page.transfer(
        &call.uniqueid,
        Transfer {
            exten: "802",
            context: "target",
            both: false,
        },
    );
    calls
        .until(&call.uniqueid, PATIENCE, |one| {
            one.exten == "802" && one.context == "target"
        })
        .expect("the caller is where it was sent");
    page.await_agreement(calls.ami());

    page.hang_up(&call.uniqueid);
    page.await_words("No calls at the moment.");
    assert_eq!(calls.ami().channels().expect("a list"), []);

    page.log_off();
    page.await_words("The server has ended the session.");
    assert_eq!(stage.ping(&session), Ping::Denied);
}
