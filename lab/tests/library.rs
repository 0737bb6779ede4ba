//! The example programs of `ajam` on real servers of both releases. Runs through `cargo xtask test`.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use switchboard_lab::{Asterisk, Calls, Home, Release, Settings};

fn example(name: &str, server: &Asterisk, more: &[&str]) -> Command {
    let account = &server.settings().users[0];
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "ajam",
            "--example",
            name,
            "--",
        ])
        .arg(server.url("/mxml"))
        .arg(&account.name)
        .args(more)
        .env("AJAM_SECRET", &account.secret)
        .current_dir(Home::workspace());
    command
}

/// Ends the program with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn one_prints_the_calls_there_are_and_what_happens_to_them_and_another_ends_one() -> Result<()> {
    if env::var_os("SWITCHBOARD_E2E").is_none() {
        return Ok(());
    }
    for release in Release::ALL {
        let server = Asterisk::start(Settings::new(release))?;
        follows_and_ends_calls(&server).with_context(|| {
            format!("on Asterisk {release}. The server said:\n{}", server.log())
        })?;
    }
    Ok(())
}

fn follows_and_ends_calls(server: &Asterisk) -> Result<()> {
    let mut calls = Calls::on(server)?;
    let [one, other] = [("Anna", "1001"), ("Bob", "1002")].map(|(name, number)| {
        let call = calls.ring(name, number)?;
        let channel = calls.until(&call.uniqueid, SOON, |channel| channel.state == "Ringing")?;
        anyhow::Ok(channel.name)
    });
    let (one, other) = (one?, other?);
    let mut printing = example("calls", server, &[])
        .stdout(Stdio::piped())
        .spawn()?;
    let printed = printing.stdout.take().context("no output")?;
    let _printing = Running(printing);
    let mut lines = BufReader::new(printed).lines();
    let mut await_line = |wanted: &str| -> Result<()> {
        let mut seen = Vec::new();
        for line in lines.by_ref() {
            let line = line?;
            if line.starts_with(wanted) {
                return Ok(());
            }
            seen.push(line);
        }
        anyhow::bail!("no line {wanted:?} among {seen:?}")
    };
    await_line(&format!("{one} is there"))?;
    let told = example("hang_up", server, &[&one]).output()?;
    let words = String::from_utf8_lossy(&told.stdout);
    ensure!(words.contains("Asterisk said: Channel Hungup"), "{told:?}");
    await_line(&format!("{one} ends"))?;
    let names: Vec<_> = calls
        .ami()
        .channels()?
        .into_iter()
        .map(|c| c.name)
        .collect();
    ensure!(!names.contains(&one) && names.contains(&other), "{names:?}");
    // What is not there is not asked for, and a wrong secret is told in Asterisk's words.
    let told = example("hang_up", server, &[&one]).output()?;
    let words = String::from_utf8_lossy(&told.stderr);
    ensure!(words.contains("there is no such channel"), "{words}");
    let told = example("calls", server, &[])
        .env("AJAM_SECRET", "wrong")
        .output()?;
    let words = String::from_utf8_lossy(&told.stderr);
    ensure!(
        words.contains("Asterisk refused: Authentication failed"),
        "{words}"
    );
    Ok(())
}

const SOON: std::time::Duration = std::time::Duration::from_secs(20);
