//! The life of the demo's company: what its telephones do when nobody tells them.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Result, bail};
use switchboard_lab::{CallState, Phones, SUBSCRIBERS, Settings};

/// The telephones that do nothing by themselves, for a person to play with.
pub(crate) const FREE: [&str; 2] = ["204", "205"];

/// What the company has besides the numbers of its telephones.
pub(crate) const NUMBERS: [(&str, &str); 14] = [
    ("200", "reception: a queue that rings 201, 202 and 203"),
    ("220", "a group: rings 205, 206 and 207"),
    ("310", "hotline: a queue without agents"),
    ("320", "service: a queue that rings 206 and 211"),
    ("500", "a menu; key 1 calls 201"),
    ("650", "a conference"),
    ("700", "parks a call in one of the spaces 701 to 720"),
    ("730", "parks for five seconds, then rings who has parked"),
    (
        "*204",
        "the mailbox of 204; likewise for all from 201 to 212",
    ),
    ("*97", "one's own messages: 1 plays, 7 deletes"),
    ("*8204", "takes the call that rings on 204"),
    ("*5204", "listens to the call of 204"),
    (
        "0…",
        "a number outside, over the trunk: 00301234567 rings at Müller GmbH",
    ),
    (
        "008005550100",
        "the same: music; …101 is not answered, …102 is busy",
    ),
];

/// What those outside dial.
pub(crate) const NUMBERS_OUTSIDE: [(&str, &str); 4] = [
    ("0405550200", "reception"),
    ("0405550320", "service"),
    ("0405550650", "the conference"),
    ("0405550204", "204; likewise for all from 201 to 212"),
];

/// For how long a telephone rings until the caller is sent to its mailbox.
const RING_SECONDS: u16 = 20;

/// A house with a trunk; and what the lab's telephones do not have: the number of the reception,
/// and hints for whatever can have one.
pub(crate) fn settings(settings: Settings) -> Settings {
    let mut extensions = "\n[internal](+)\nexten => 200,1,Goto(300,1)\n\
                          exten => 200,hint,Queue:reception\n\
                          exten => 320,hint,Queue:service\n\
                          exten => 650,hint,confbridge:650\n"
        .to_owned();
    for space in 701..=703 {
        let _ = writeln!(extensions, "exten => {space},hint,park:{space}@parkedcalls");
    }
    for one in SUBSCRIBERS.iter().filter(|one| one.is_inside()) {
        let number = one.number;
        let _ = writeln!(extensions, "exten => *{number},hint,MWI:{number}@default");
    }
    settings
        .trunk()
        .ring_seconds(RING_SECONDS)
        .add("extensions.conf", &extensions)
}

/// A part of what goes on, with telephones that no other part tells anything.
type Part = fn(&Phones, &Receiver<()>) -> Result<()>;

const PARTS: [Part; 4] = [reception, conference, asking_first, no_answer];

/// Calls of the company until this is dropped.
#[derive(Debug)]
pub(crate) struct Company {
    phones: Arc<Phones>,
    parts: Vec<(Sender<()>, JoinHandle<()>)>,
}

impl Company {
    /// Begins.
    pub(crate) fn start(phones: &Arc<Phones>) -> Self {
        let parts = PARTS.iter().map(|part| {
            let phones = Arc::clone(phones);
            let (stop, stopped) = mpsc::channel();
            let thread = thread::spawn(move || {
                loop {
                    // A person may have meddled with a call, from the page for example: then the
                    // part begins anew.
                    let _ = part(&phones, &stopped);
                    let next = stopped.recv_timeout(Duration::from_secs(3));
                    if next == Err(RecvTimeoutError::Disconnected) {
                        return;
                    }
                }
            });
            (stop, thread)
        });
        Self {
            phones: Arc::clone(phones),
            parts: parts.collect(),
        }
    }
}

impl Company {
    /// Has every part begin anew: the server has restarted, and knows of no call.
    pub(crate) fn begin_anew(&self) {
        for (stop, _) in &self.parts {
            let _ = stop.send(());
        }
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        // Whoever waits for a telephone waits no longer.
        self.phones.unplug();
        for (stop, thread) in self.parts.drain(..) {
            drop(stop);
            let _ = thread.join();
        }
    }
}

/// How long people take for something. An error ends the part, for good or to begin anew.
fn pause(stopped: &Receiver<()>, seconds: u64) -> Result<()> {
    match stopped.recv_timeout(Duration::from_secs(seconds)) {
        Err(RecvTimeoutError::Timeout) => Ok(()),
        _ => bail!("this part is over"),
    }
}

/// Hangs up and refuses whatever these have, so that a part begins with none of it.
fn tidy(phones: &Phones, who: &[&str]) {
    for phone in who.iter().filter_map(|one| phones.find(one)) {
        for state in phone.states() {
            let _ = match state {
                CallState::Ringing => phone.busy(),
                _ => phone.hang_up(),
            };
        }
    }
}

/// Somebody answers in the reception, puts the caller on hold, and transfers without asking.
fn reception(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["mueller", "202", "208"]);
    phones.get("mueller").call("0405550200")?;
    pause(stopped, 6)?;
    phones.get("202").answer()?;
    pause(stopped, 10)?;
    phones.get("202").hold()?;
    pause(stopped, 8)?;
    phones.get("202").resume()?;
    pause(stopped, 4)?;
    phones.get("202").transfer("208")?;
    pause(stopped, 4)?;
    phones.get("208").answer()?;
    pause(stopped, 15)?;
    phones.get("208").transfer("700")?;
    pause(stopped, 20)?;
    phones.get("mueller").hang_up()
}

/// One declines; then two are in the conference.
fn conference(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["klingler", "unnamed", "209", "211"]);
    phones.get("klingler").call("0405550209")?;
    pause(stopped, 5)?;
    phones.get("209").decline()?;
    phones.get("unnamed").call("0405550650")?;
    pause(stopped, 4)?;
    phones.get("211").call("650")?;
    pause(stopped, 5)?;
    phones.get("209").call("650")?;
    pause(stopped, 40)
}

/// One is busy; another answers, asks a third, and transfers.
fn asking_first(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["schmidt", "207", "210", "212"]);
    phones.get("schmidt").call("0405550210")?;
    pause(stopped, 3)?;
    phones.get("210").busy()?;
    pause(stopped, 3)?;
    phones.get("schmidt").call("0405550207")?;
    pause(stopped, 5)?;
    phones.get("207").answer()?;
    pause(stopped, 10)?;
    phones.get("207").attend("212")?;
    pause(stopped, 5)?;
    phones.get("212").answer()?;
    pause(stopped, 6)?;
    phones.get("207").complete()?;
    pause(stopped, 20)
}

/// Somebody is not answered and leaves a message, which is listened to and deleted; somebody calls
/// out; somebody waits for an agent.
fn no_answer(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["okafor", "206", "203"]);
    phones.get("okafor").call("0405550206")?;
    pause(stopped, u64::from(RING_SECONDS) + 15)?;
    phones.get("okafor").hang_up()?;
    pause(stopped, 5)?;
    phones.get("206").call("*97")?;
    pause(stopped, 8)?;
    phones.get("206").press("1")?;
    pause(stopped, 8)?;
    phones.get("206").press("7")?;
    pause(stopped, 3)?;
    phones.get("206").hang_up()?;
    phones.get("203").call("008005550100")?;
    pause(stopped, 15)?;
    phones.get("203").hang_up()?;
    pause(stopped, 3)?;
    phones.get("okafor").call("0405550320")?;
    pause(stopped, 8)?;
    phones.get("206").answer()?;
    pause(stopped, 25)
}
