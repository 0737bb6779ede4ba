//! Real SIP telephones, to make calls of every shape with.
//!
//! [`Phones::start`] registers a telephone for each of the [`SUBSCRIBERS`] at a server that was
//! started with [`Settings::phones`](crate::Settings::phones), or with
//! [`Settings::trunk`](crate::Settings::trunk), where those outside come over a trunk. A
//! [`Phone`] does what it is told, with its newest call that fits. [`number`] has what can be
//! dialled. What a telephone knows of its own calls can be awaited here, such as
//! [`Phone::until_talking`]; what the server makes of them with [`Ami::wait_for`](crate::Ami).
//! A shape takes a few lines, and [`Phones::hang_up_all`] makes room for the next one:
//!
//! ```no_run
//! use switchboard_lab::{Asterisk, Phones, Release, Settings, phones::number};
//!
//! # fn main() -> anyhow::Result<()> {
//! let server = Asterisk::start(Settings::new(Release::V22).phones())?;
//! let phones = Phones::start(&server)?;
//! let [anna, mueller] = ["201", "mueller"].map(|one| phones.get(one));
//!
//! // A ringing group, whose call somebody else picks up.
//! phones.ring("mueller", number::GROUP, &["205", "206", "207"])?;
//! anna.call(&number::pick_up("206"))?;
//! anna.until_talking()?;
//! phones.hang_up_all()?;
//!
//! // A queue with two agents.
//! phones.ring("mueller", number::SERVICE, &["206", "211"])?;
//! phones.get("211").answer()?;
//! phones.hang_up_all()?;
//!
//! // Forwarded by the telephone (302).
//! mueller.call("201")?;
//! anna.forward("204")?;
//! phones.get("204").answer()?;
//! phones.hang_up_all()?;
//!
//! // Transferred by the telephone without asking, and after asking.
//! phones.talk("mueller", "201")?;
//! anna.transfer("204")?;
//! phones.get("204").answer()?;
//! phones.get("204").attend("205")?;
//! phones.get("205").answer()?;
//! phones.get("204").until_both_talk()?;
//! phones.get("204").complete()?;
//! phones.hang_up_all()?;
//!
//! // Parked, and back after five seconds; with `number::PARK` it stays there.
//! phones.talk("mueller", "201")?;
//! anna.transfer(number::PARK_SHORTLY)?;
//! anna.until_ringing()?;
//! phones.hang_up_all()?;
//!
//! // A conference of four.
//! phones.confer(number::CONFERENCE, &["mueller", "201", "202", "203"])?;
//! phones.hang_up_all()?;
//!
//! // To a mailbox, by its own number; with `Settings::ring_seconds(2)` also whoever is not
//! // answered. The message is left when the caller hangs up.
//! mueller.call(&number::mailbox_of("204"))?;
//! mueller.until_talking()?;
//! phones.hang_up_all()?;
//!
//! // Somebody listens.
//! phones.talk("mueller", "201")?;
//! phones.get("202").call(&number::spy_on("201"))?;
//! phones.get("202").until_talking()?;
//! # Ok(())
//! # }
//! ```
//!
//! With `Settings::trunk`, callers from outside dial [`Subscriber::did`], and those of the house
//! [`number::outside`]; the channels at the house are `PJSIP/trunk-…`, with the caller's name and
//! number.
//!
//! The telephones are Debian's baresip, a process for everybody. (One process could hold many
//! accounts, but takes them for lines of one telephone: whoever takes a call from hold would put
//! somebody else's on hold.)

mod calls;
mod control;
mod directory;
mod line;
pub mod number;

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use self::{
    calls::PhoneCall,
    control::Control,
    directory::secret,
    line::{Line, Refusal},
};
use crate::{
    Asterisk, Home, has_phones,
    own_folder::{OwnFolder, PHONES_PID},
    ports::free_ports,
    process::Running,
    provision::{ADDITIONS_RELEASE, added_program},
};

pub use calls::CallState;
pub use directory::{SUBSCRIBERS, Subscriber};
pub(crate) use directory::{house, provider};

/// How long the telephones may take to start and to register, on a machine that is busy.
const START: Duration = Duration::from_secs(30);

/// How long anything else that is awaited may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How soon a refused connection is tried again: nothing tells when a port opens.
const RETRY: Duration = Duration::from_millis(10);

/// Telephones for all [`SUBSCRIBERS`], registered at a server that was started with
/// [`Settings::phones`](crate::Settings::phones), or those outside at its provider
/// ([`Settings::trunk`](crate::Settings::trunk)).
///
/// Dropping them ends them at once, as if they were unplugged, and so does the end of this process,
/// however it comes.
#[derive(Debug)]
pub struct Phones {
    // The order matters: the processes end before their folder goes.
    sets: Vec<Set>,
    running: Running,
    folder: OwnFolder,
}

/// Where the telephones register.
#[derive(Clone, Copy, Debug)]
struct Servers {
    inside: SocketAddr,
    outside: SocketAddr,
}

/// One telephone: its process is among those of [`Phones`].
#[derive(Debug)]
struct Set {
    control: Control,
    line: Line,
}

impl Phones {
    /// Starts the telephones, and waits until all are registered.
    ///
    /// They must have been set up by [`provision_phones`](crate::provision_phones).
    pub fn start(server: &Asterisk) -> Result<Self> {
        Self::start_in(&Home::find(), server)
    }

    /// The same with what was set up in another home.
    pub fn start_in(home: &Home, server: &Asterisk) -> Result<Self> {
        let Some(asterisk) = server.sip_address() else {
            bail!("this server knows no telephones: start it with Settings::phones");
        };
        let provider = server.provider().and_then(Asterisk::sip_address);
        let servers = Servers {
            inside: asterisk,
            outside: provider.unwrap_or(asterisk),
        };
        if !has_phones(home) {
            bail!("the telephones are not set up: run `cargo xtask setup --tests` first");
        }
        // A free port is free only until somebody takes it: try again with others.
        let mut tries = 3;
        loop {
            tries -= 1;
            match Self::run(home, servers) {
                Ok(phones) => return Ok(phones),
                Err(error) if tries == 0 => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// The telephone of a subscriber, by the name of its endpoint, such as `201` or `mueller`.
    #[track_caller]
    pub fn get(&self, endpoint: &str) -> Phone<'_> {
        match self.find(endpoint) {
            Some(phone) => phone,
            None => panic!("nobody has the telephone {endpoint}"),
        }
    }

    /// The telephone with this endpoint, if somebody has it.
    pub fn find(&self, endpoint: &str) -> Option<Phone<'_>> {
        self.all()
            .find(|phone| phone.subscriber.endpoint == endpoint)
    }

    /// All telephones, in the order of [`SUBSCRIBERS`].
    pub fn all(&self) -> impl Iterator<Item = Phone<'_>> {
        let all = SUBSCRIBERS.iter().zip(&self.sets);
        all.map(|(subscriber, set)| Phone { set, subscriber })
    }

    /// One calls a number, and these ring.
    pub fn ring(&self, caller: &str, number: &str, ringing: &[&str]) -> Result<()> {
        self.named(caller)?.call(number)?;
        for called in ringing {
            self.named(called)?.until_ringing()?;
        }
        Ok(())
    }

    /// One calls another telephone of the same server, which is answered.
    pub fn talk(&self, caller: &str, called: &str) -> Result<()> {
        self.named(caller)?.call(called)?;
        self.named(called)?.answer()?;
        self.named(caller)?.until_talking()
    }

    /// These call a conference, one after the other.
    pub fn confer(&self, conference: &str, members: &[&str]) -> Result<()> {
        for member in members {
            self.named(member)?.call(conference)?;
            self.named(member)?.until_talking()?;
        }
        Ok(())
    }

    /// Ends all calls of all telephones, and waits until none has one.
    pub fn hang_up_all(&self) -> Result<()> {
        // Callers first: a queue would ring others for as long as they wait.
        for rings in [false, true] {
            for phone in self.all() {
                let ids: Vec<String> = phone.set.control.look(|calls| {
                    let calls = calls.standing.iter();
                    let those = calls.filter(|call| (call.state == CallState::Ringing) == rings);
                    those.map(|call| call.id.clone()).collect()
                });
                for id in ids {
                    // The other side's end may have been the end of this call, too.
                    if let Err(error) = phone.refuse(&id)
                        && phone.has(&id)
                    {
                        return Err(error);
                    }
                }
            }
        }
        self.all().try_for_each(|phone| phone.until_idle())
    }

    fn named(&self, endpoint: &str) -> Result<Phone<'_>> {
        self.find(endpoint)
            .with_context(|| format!("nobody has the telephone {endpoint}"))
    }

    /// Ends all of them at once, as dropping does: whoever waits for one of them gets an error.
    pub fn unplug(&self) {
        let _ = self.running.signal(rustix::process::Signal::KILL);
    }

    /// What the telephones have said.
    pub fn log(&self) -> String {
        log(&self.folder)
    }

    fn run(home: &Home, servers: Servers) -> Result<Self> {
        let folder = OwnFolder::create(&home.asterisk(ADDITIONS_RELEASE), &["run", "sounds"])?;
        let inside = folder.inside();
        let ports = addresses()?;
        let mut lines = Vec::new();
        for (one, (sip, tcp)) in SUBSCRIBERS.iter().zip(&ports) {
            folder.make(&format!("{SETS}/{}", one.endpoint))?;
            let name = format!("{SETS}/{}/config", one.endpoint);
            folder.write(&name, config(&inside, *sip, *tcp))?;
            let server = match one.is_inside() {
                true => servers.inside,
                false => servers.outside,
            };
            lines.push(Line::open(server, *sip)?);
        }
        let mut command = added_program(home, "/bin/sh")?;
        command
            .args(["-c", START_ALL, "telephones"])
            .arg(format!("{inside}/{SETS}"))
            .env("HOME", &inside)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let running = Running::spawn("the telephones", command)?;
        folder.write(PHONES_PID, running.number().to_string())?;
        let deadline = Instant::now() + START;
        let mut sets = Vec::new();
        for ((_, tcp), line) in ports.iter().zip(lines) {
            let control = loop {
                match Control::connect(*tcp) {
                    Ok(control) => break control,
                    Err(error) if Instant::now() > deadline => {
                        return Err(error.context(log(&folder)));
                    }
                    Err(_) => {}
                }
                if running.ended_within(RETRY) {
                    bail!("the telephones ended at once: {}", log(&folder));
                }
            };
            sets.push(Set { control, line });
        }
        let phones = Self {
            sets,
            running,
            folder,
        };
        phones
            .register()
            .with_context(|| format!("the telephones said: {}", phones.log()))?;
        Ok(phones)
    }

    fn register(&self) -> Result<()> {
        for (Subscriber { endpoint, .. }, set) in SUBSCRIBERS.iter().zip(&self.sets) {
            let line = set.line.address();
            let secret = secret(endpoint);
            let account = format!(
                "<sip:{endpoint}@{line};transport=udp>;auth_user={endpoint};auth_pass={secret};\
                 regint=600;mwi=no"
            );
            set.control.run(&[("uanew", &account)])?;
        }
        for set in &self.sets {
            set.control
                .wait(START, |calls| calls.registered.then_some(()))?;
        }
        Ok(())
    }
}

/// Each telephone has a folder with its settings, and its own log in it.
const SETS: &str = "sets";
const START_ALL: &str = r#"
for set in "$1"/*; do
    /usr/bin/baresip -4 -f "$set" > "$set/log" 2>&1 &
done
wait
"#;

fn log(folder: &OwnFolder) -> String {
    SUBSCRIBERS
        .iter()
        .map(|Subscriber { endpoint, .. }| {
            let said = folder.read(&format!("{SETS}/{endpoint}/log"));
            let lines = said.lines().map(|line| format!("{endpoint}: {line}\n"));
            lines.collect::<String>()
        })
        .collect()
}

impl Drop for Phones {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// The telephone of one subscriber. What it is told, it does with its newest call that fits.
#[derive(Clone, Copy, Debug)]
pub struct Phone<'a> {
    set: &'a Set,
    subscriber: &'static Subscriber,
}

impl Phone<'_> {
    /// Who has it.
    pub fn subscriber(&self) -> &'static Subscriber {
        self.subscriber
    }

    /// Calls a number, without waiting for anything.
    pub fn call(&self, number: &str) -> Result<()> {
        let uri = format!("sip:{number}@{}", self.set.line.address());
        // With its first account, which is the only one.
        let said = self.set.control.run(&[("dial", &format!("{uri} 0"))])?;
        let id = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("call id: "))
            .with_context(|| format!("no call was made: {said}"))?;
        self.set.control.look(|calls| calls.made(id, &uri));
        Ok(())
    }

    fn has(&self, id: &str) -> bool {
        let is = |call: &PhoneCall| call.id == id;
        self.set.control.look(|calls| calls.standing.iter().any(is))
    }

    /// Waits until it rings, and answers.
    pub fn answer(&self) -> Result<()> {
        let id = self.until(CallState::Ringing)?;
        self.set.control.run(&[("accept", &id)])?;
        self.set
            .control
            .wait(PATIENCE, |calls| {
                let talks = |call: &PhoneCall| call.id == id && call.state == CallState::Talking;
                let gone = !calls.standing.iter().any(|call| call.id == id);
                (gone || calls.standing.iter().any(talks)).then_some(gone)
            })
            .and_then(|gone| match gone {
                true => bail!("{}: the call ended while it was answered", self.endpoint()),
                false => Ok(()),
            })
    }

    /// Waits until it rings, and says that it is busy (486).
    pub fn busy(&self) -> Result<()> {
        let id = self.until(CallState::Ringing)?;
        self.refuse(&id)
    }

    /// Waits until it rings, and declines (603).
    pub fn decline(&self) -> Result<()> {
        let id = self.until(CallState::Ringing)?;
        self.set.line.refuse(&id, Refusal::Decline);
        self.refuse(&id)
    }

    /// Waits until it rings, and sends the caller on to another number (302).
    pub fn forward(&self, number: &str) -> Result<()> {
        let id = self.until(CallState::Ringing)?;
        let forward = Refusal::Forward(number.to_owned());
        self.set.line.refuse(&id, forward);
        self.refuse(&id)
    }

    /// Ends its newest call that does not ring.
    pub fn hang_up(&self) -> Result<()> {
        let id = self.newest(|call| call.state != CallState::Ringing)?;
        self.refuse(&id)
    }

    /// Puts its call on hold: the other side hears what Asterisk plays.
    pub fn hold(&self) -> Result<()> {
        self.tell("hold")
    }

    /// Takes its call from hold; another one that it has goes on hold.
    pub fn resume(&self) -> Result<()> {
        match self.tell("resume") {
            // Said of the other call that it would have put on hold, when there is none.
            Err(error) if error.to_string().ends_with("Invalid argument") => Ok(()),
            result => result,
        }
    }

    /// Transfers its call to a number, without asking there first (REFER).
    pub fn transfer(&self, number: &str) -> Result<()> {
        let id = self.newest(talks)?;
        let uri = format!("sip:{number}@{}", self.set.line.address());
        // `transfer` is said to the call that was chosen last.
        self.set
            .control
            .run(&[("callfind", &id), ("transfer", &uri)])
            .map(drop)
    }

    /// Puts its call on hold and calls a number, to ask there before a transfer.
    pub fn attend(&self, number: &str) -> Result<()> {
        self.hold()?;
        self.call(number)
    }

    /// Brings together the two it talks to, after [`attend`](Self::attend): a REFER whose target
    /// is to take the place of its newer call. baresip 1.1 has no command of its own for that.
    pub fn complete(&self) -> Result<()> {
        let talking = self.set.control.look(|calls| {
            let both = calls.standing.iter().rev().filter(|call| talks(call));
            both.map(|call| call.id.clone()).take(2).collect::<Vec<_>>()
        });
        let [asked, held] = talking.as_slice() else {
            bail!("{} does not talk to two", self.endpoint());
        };
        let Some((to, from)) = self.set.line.tags(asked) else {
            bail!("{}: nobody has answered that call", self.endpoint());
        };
        let uri = format!(
            "sip:{}@{}?Replaces={}%3Bto-tag%3D{}%3Bfrom-tag%3D{}",
            self.endpoint(),
            self.set.line.address(),
            escaped(asked),
            escaped(&to),
            escaped(&from)
        );
        self.set
            .control
            .run(&[("callfind", held), ("transfer", &uri)])
            .map(drop)
    }

    /// Presses keys.
    pub fn press(&self, keys: &str) -> Result<()> {
        let id = self.newest(talks)?;
        self.set
            .control
            .run(&[("callfind", &id), ("sndcode", keys)])
            .map(drop)
    }

    /// Waits until it rings.
    pub fn until_ringing(&self) -> Result<()> {
        self.until(CallState::Ringing).map(drop)
    }

    /// Waits until it hears that the other side rings.
    pub fn until_ringing_there(&self) -> Result<()> {
        self.until(CallState::RingingThere).map(drop)
    }

    /// Waits until somebody has answered.
    pub fn until_talking(&self) -> Result<()> {
        self.until(CallState::Talking).map(drop)
    }

    /// Waits until it talks on two calls, as between [`attend`](Self::attend) and
    /// [`complete`](Self::complete).
    pub fn until_both_talk(&self) -> Result<()> {
        self.set
            .control
            .wait(PATIENCE, |calls| {
                let talking = calls.standing.iter().filter(|call| talks(call)).count();
                (talking >= 2).then_some(())
            })
            .with_context(|| format!("{} does not talk to two", self.endpoint()))
    }

    /// Waits until it has no call.
    pub fn until_idle(&self) -> Result<()> {
        self.set
            .control
            .wait(PATIENCE, |calls| {
                calls.newest(|_| true).is_none().then_some(())
            })
            .with_context(|| format!("{} has a call still", self.endpoint()))
    }

    /// How many new messages are in its mailbox, as its lamp shows.
    pub fn messages(&self) -> u32 {
        self.set.line.messages()
    }

    /// Waits until so many new messages are in its mailbox.
    pub fn until_messages(&self, count: u32) -> Result<()> {
        let waited = self.set.line.until_messages(count, PATIENCE);
        waited.with_context(|| format!("the mailbox of {}", self.endpoint()))
    }

    /// What its calls are, the oldest first.
    pub fn states(&self) -> Vec<CallState> {
        self.set
            .control
            .look(|calls| calls.standing.iter().map(|call| call.state).collect())
    }

    /// Name and address of the other side of its newest call, as it shows them.
    pub fn shows(&self) -> Option<String> {
        self.set.control.look(|calls| {
            let newest = calls.newest(|_| true);
            newest.map(|call| call.peer.clone())
        })
    }

    /// How its last call ended, as it was told: empty where the other side just hung up.
    pub fn last_end(&self) -> Option<String> {
        self.set.control.look(|calls| calls.last_end.clone())
    }

    fn endpoint(&self) -> &'static str {
        self.subscriber.endpoint
    }

    fn until(&self, state: CallState) -> Result<String> {
        self.set
            .control
            .wait(PATIENCE, |calls| {
                calls
                    .newest(|call| call.state == state)
                    .map(|call| call.id.clone())
            })
            .with_context(|| format!("{} is not {state:?}", self.endpoint()))
    }

    fn newest(&self, is_it: impl Fn(&PhoneCall) -> bool) -> Result<String> {
        self.set
            .control
            .look(|calls| calls.newest(is_it).map(|call| call.id.clone()))
            .with_context(|| format!("{} has no such call", self.endpoint()))
    }

    fn tell(&self, command: &str) -> Result<()> {
        let id = self.newest(talks)?;
        self.set.control.run(&[(command, &id)]).map(drop)
    }

    /// Ends a call of this telephone, and waits until it has ended.
    fn refuse(&self, id: &str) -> Result<()> {
        match self.set.control.run(&[("hangup", id)]) {
            // It has gone without a word, as after a transfer that failed.
            Err(error) if error.to_string().ends_with("not found") => {
                self.set.control.look(|calls| calls.forget(id));
                return Ok(());
            }
            result => result?,
        };
        self.set.control.wait(PATIENCE, |calls| {
            let there = calls.standing.iter().any(|call| call.id == id);
            (!there).then_some(())
        })
    }
}

/// As it may stand in a header of an address.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn talks(call: &PhoneCall) -> bool {
    call.state == CallState::Talking
}

/// A free port for SIP and one for the commands, for everybody.
fn addresses() -> Result<Vec<(SocketAddr, SocketAddr)>> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // baresip takes SIP's port for TCP as well, and the next one for TLS.
    let one = |_| free_ports(Ipv4Addr::LOCALHOST.into(), 3).map(|sip| (at(sip), at(sip + 2)));
    SUBSCRIBERS.iter().map(one).collect()
}

/// No sound card: what a telephone says is a tone, and what it hears goes nowhere.
fn config(folder: &str, sip: SocketAddr, tcp: SocketAddr) -> String {
    format!(
        "poll_method epoll\n\
         sip_listen {sip}\n\
         sip_trans_def udp\n\
         net_interface 127.0.0.1\n\
         call_local_timeout 0\n\
         call_max_calls 1000\n\
         call_hold_other_calls no\n\
         audio_path {folder}/sounds\n\
         audio_source ausine,440\n\
         ausrc_srate 48000\n\
         ausrc_channels 1\n\
         module_path /usr/lib/baresip/modules\n\
         module ausine.so\n\
         module g711.so\n\
         module_app menu.so\n\
         module_app ctrl_tcp.so\n\
         ctrl_tcp_listen {tcp}\n"
    )
}
