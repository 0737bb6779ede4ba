//! `cargo xtask phone`: has a telephone of the demo that runs do something. The demo listens on a
//! socket in the project's own folder, and does with its telephones what it is told there.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    sync::Arc,
    thread,
};

use anyhow::{Context, Result, bail};
use switchboard_lab::{CallState, Home, Phone, Phones};

use crate::say::say;

/// Pressing keys.
const KEYS: &str = "dtmf";

/// What a telephone can be told to do.
pub(crate) fn acts() -> [&'static str; 13] {
    [
        "status", "call", "answer", "hang-up", "decline", "busy", "forward", "hold", "resume",
        "transfer", "attended", "complete", KEYS,
    ]
}

/// What may be chosen.
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) phone: Option<String>,
    pub(crate) act: String,
    pub(crate) target: Option<String>,
}

/// Tells the demo, and prints what the telephone says then.
pub(crate) fn run(options: &Options) -> Result<()> {
    let nobody = || {
        format!(
            "no demo runs on port {}: start one with `cargo xtask demo`",
            options.port
        )
    };
    let mut stream = UnixStream::connect(socket(options.port)).with_context(nobody)?;
    let words = [
        options.phone.as_deref().unwrap_or_default(),
        &options.act,
        options.target.as_deref().unwrap_or_default(),
    ];
    writeln!(stream, "{}", words.join("\t")).context("the demo has gone")?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .context("the demo has gone")?;
    match answer.split_once('\n') {
        Some(("done", text)) => say(text.trim_end()),
        Some((_, text)) => bail!("{}", text.trim_end()),
        None => bail!("the demo has ended"),
    }
    Ok(())
}

/// Where a demo on this port listens.
fn socket(port: u16) -> PathBuf {
    Home::find().path().join(format!("demo-{port}.sock"))
}

/// A demo that listens. Dropping it takes the socket away.
#[derive(Debug)]
pub(crate) struct Listening(PathBuf);

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Does from now on with these telephones what it is told.
pub(crate) fn listen(port: u16, phones: &Arc<Phones>) -> Result<Listening> {
    let path = socket(port);
    // One that a demo left behind that was killed: the port is this demo's now.
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("cannot listen at {}", path.display()))?;
    let phones = Arc::downgrade(phones);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(phones) = phones.upgrade() else {
                return;
            };
            thread::spawn(move || serve(stream, &phones));
        }
    });
    Ok(Listening(path))
}

fn serve(mut stream: UnixStream, phones: &Phones) {
    let mut line = String::new();
    if BufReader::new(&stream).read_line(&mut line).is_err() {
        return;
    }
    let words: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
    let [phone, act, target] = words.as_slice() else {
        return;
    };
    let answer = match act_on(phones, phone, act, target) {
        Ok(text) => format!("done\n{text}\n"),
        Err(error) => format!("failed\n{error:#}\n"),
    };
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.shutdown(Shutdown::Both);
}

fn act_on(phones: &Phones, phone: &str, act: &str, target: &str) -> Result<String> {
    if phone.is_empty() {
        return Ok(list(phones));
    }
    let Some(phone) = phones.find(phone) else {
        bail!(
            "nobody has the telephone {phone}. These are there:\n{}",
            list(phones)
        );
    };
    let rings = phone.states().contains(&CallState::Ringing);
    let talks = phone.states().contains(&CallState::Talking);
    let number = phone.subscriber().endpoint;
    let wants = |is_so: bool, what: &str| match is_so {
        true => Ok(()),
        false => bail!("{number} {what}"),
    };
    if ["call", "forward", "transfer", "attended", KEYS].contains(&act) {
        let of = if act == KEYS { "keys" } else { "a number" };
        let fits = |c: char| c.is_ascii_digit() || "*#+".contains(c);
        if target.is_empty() || !target.chars().all(fits) {
            bail!("{act} needs {of}, such as `cargo xtask phone {number} {act} 206`");
        }
    }
    if ["answer", "decline", "busy", "forward"].contains(&act) {
        wants(rings, "does not ring")?;
    }
    if ["hold", "resume", "transfer", "attended", "complete", KEYS].contains(&act) {
        wants(talks, "talks to nobody")?;
    }
    match act {
        "status" => {}
        "call" => phone.call(target)?,
        "answer" => phone.answer()?,
        "decline" => phone.decline()?,
        "busy" => phone.busy()?,
        "forward" => phone.forward(target)?,
        "hang-up" => {
            wants(
                phone.states().iter().any(|one| *one != CallState::Ringing),
                "has no call to hang up; `decline` is for one that rings",
            )?;
            phone.hang_up()?;
        }
        "hold" => phone.hold()?,
        "resume" => phone.resume()?,
        "transfer" => phone.transfer(target)?,
        "attended" => phone.attend(target)?,
        "complete" => phone.complete()?,
        KEYS => phone.press(target)?,
        _ => bail!("no telephone can do {act}"),
    }
    Ok(describe(&phone))
}

fn list(phones: &Phones) -> String {
    let lines: Vec<String> = phones.all().map(|phone| describe(&phone)).collect();
    lines.join("\n")
}

fn describe(phone: &Phone<'_>) -> String {
    let one = phone.subscriber();
    let states: Vec<&str> = phone
        .states()
        .iter()
        .map(|state| match state {
            CallState::Calling => "calls",
            CallState::RingingThere => "hears it ring there",
            CallState::Ringing => "rings",
            CallState::Talking => "talks",
        })
        .collect();
    let does = match states.is_empty() {
        true => "has no call".to_owned(),
        false => states.join(", "),
    };
    let shows = phone.shows().map(|peer| format!(": {}", peer.trim()));
    let messages = match phone.messages() {
        0 => "",
        1 => " (a new message)",
        _ => " (new messages)",
    };
    format!(
        "{:9} {} {does}{}{messages}",
        one.endpoint,
        one.name,
        shows.unwrap_or_default()
    )
}
