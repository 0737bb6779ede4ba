//! The life of the demo's company: what its telephones do when nobody tells them.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Result, bail};
use switchboard_lab::{CallState, Phones, Settings};

/// The telephones that do nothing by themselves, for a person to play with.
pub(crate) const FREE: [&str; 2] = ["204", "205"];

/// What the company has besides the numbers of its telephones.
pub(crate) const NUMBERS: [(&str, &str); 6] = [
    ("200", "reception: a queue that rings 201, 202 and 203"),
    ("310", "hotline: a queue that rings 206"),
    ("500", "a menu; key 1 calls 201"),
    ("650", "a conference"),
    ("700", "parks a call in one of the spaces 701 to 720"),
    (
        "0…",
        "a number outside: it rings the telephone called trunk",
    ),
];

/// Adds those of them that the lab's telephones do not have.
pub(crate) fn settings(settings: Settings) -> Settings {
    settings
        .phones()
        .add(
            "extensions.conf",
            "\n[internal](+)\nexten => 200,1,Goto(300,1)\n\
             exten => _0X.,1,Dial(PJSIP/trunk,60)\n same => n,Hangup()\n",
        )
        .add(
            "queues.conf",
            "\n[hotline](+)\nmember => PJSIP/206,0,Faruk Yıldız\n",
        )
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
    phones.get("mueller").call("200")?;
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
    phones.get("klingler").call("209")?;
    pause(stopped, 5)?;
    phones.get("209").decline()?;
    phones.get("unnamed").call("650")?;
    pause(stopped, 4)?;
    phones.get("211").call("650")?;
    pause(stopped, 5)?;
    phones.get("209").call("650")?;
    pause(stopped, 40)
}

/// One is busy; another answers, asks a third, and transfers.
fn asking_first(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["schmidt", "207", "210", "212"]);
    phones.get("schmidt").call("210")?;
    pause(stopped, 3)?;
    phones.get("210").busy()?;
    pause(stopped, 3)?;
    phones.get("schmidt").call("207")?;
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

/// A call through the trunk that nobody answers, and one that waits for an agent of the hotline.
fn no_answer(phones: &Phones, stopped: &Receiver<()>) -> Result<()> {
    tidy(phones, &["trunk", "206", "203"]);
    phones.get("trunk").call("0405550206")?;
    pause(stopped, 15)?;
    phones.get("trunk").hang_up()?;
    pause(stopped, 3)?;
    phones.get("203").call("310")?;
    pause(stopped, 8)?;
    phones.get("206").answer()?;
    pause(stopped, 25)
}
