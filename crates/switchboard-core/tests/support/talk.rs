//! A conversation between a console and a scripted Asterisk, on a virtual clock.
//!
//! The script knows no AMI: it looks at the `Action` of what is posted, and says what it is told.

use std::collections::BTreeMap;
use std::time::Duration;

use ajam::ami::Secret;
use ajam::session::{Credentials, Failure, Input, Phase, Reply, RequestId, Scope, Way};
use ajam::time::Moment;
use switchboard_core::console::Console;
use switchboard_core::console::Output;

#[allow(clippy::duplicate_mod)] // some take `talk` alone, others `fuzz` alone
#[path = "answering.rs"]
mod answering;

#[allow(unused_imports)] // each test takes what it needs
pub use answering::{action, answering, shown, whole};

/// A console and what it waits for.
pub struct Talk {
    pub console: Console,
    pub now: Moment,
    /// Posts without an answer, in the order they were made.
    pub open: BTreeMap<RequestId, String>,
    /// Every body that was posted.
    pub posted: Vec<String>,
    /// How each was posted.
    pub ways: Vec<Way>,
    /// What was given up.
    pub aborted: Vec<RequestId>,
    /// Whether the server answers a comparison by itself, and finds what the page shows.
    pub agrees: bool,
    /// How often it has.
    agreed: usize,
}

pub const SUCCESS: &str = "response='Success'";
pub const DENIED: &str = "response='Error' message='Permission denied'";

/// A body with these packets.
pub fn body(packets: &[&str]) -> String {
    let packets: String = packets
        .iter()
        .map(|p| format!("<response type='object' id='unknown'><generic {p} /></response>\n"))
        .collect();
    format!("<ajax-response>\n{packets}</ajax-response>\n")
}

/// The answer to a WaitEvent with these events.
pub fn happened(events: &[&str]) -> String {
    let events: Vec<String> = events.iter().map(|event| whole(event)).collect();
    let mut packets = vec!["response='Success' message='Waiting for Event completed.'"];
    packets.extend(events.iter().map(String::as_str));
    packets.push("event='WaitEventComplete'");
    body(&packets)
}

/// An event of a channel that is up.
pub fn event(name: &str, id: &str) -> String {
    format!("event='{name}' {}", block(id))
}

/// An item of the list of channels.
pub fn listed(id: &str) -> String {
    format!(
        "event='CoreShowChannel' {} duration='00:00:05' bridgeid=''",
        block(id)
    )
}

fn block(id: &str) -> String {
    format!(
        "channel='PJSIP/{id}' channelstate='6' channelstatedesc='Up' calleridnum='1' \
         calleridname='A' connectedlinenum='' connectedlinename='' context='default' exten='s' \
         priority='1' uniqueid='{id}' linkedid='{id}'"
    )
}

impl Talk {
    /// A page that was just opened; it has asked whether a session lives.
    pub fn begin() -> Self {
        Self::begin_as(None)
    }

    /// The same, where the page knows who was logged in before it was reloaded.
    pub fn begin_as(account: Option<&str>) -> Self {
        let mut talk = Self {
            console: Console::new(1),
            now: Moment::from_millis(0),
            open: BTreeMap::new(),
            posted: Vec::new(),
            ways: Vec::new(),
            aborted: Vec::new(),
            agrees: true,
            agreed: 0,
        };
        talk.input(Input::Start {
            account: account.map(str::to_owned),
        });
        talk
    }

    /// A page on which nobody is logged in.
    pub fn signed_out() -> Self {
        let mut talk = Self::begin();
        talk.answer("Ping", &body(&[DENIED]));
        talk
    }

    /// A live board with these channels, waiting for events.
    pub fn live(channels: &[&str]) -> Self {
        let mut talk = Self::signed_out();
        talk.sign_in();
        talk.challenge_and_login();
        talk.list(channels);
        talk
    }

    pub fn sign_in(&mut self) {
        let secret = Secret::new("hunter2");
        let credentials = Credentials {
            username: "demo".into(),
            secret,
        };
        self.input(Input::SignIn(credentials, Scope::Browser));
    }

    /// The same for this tab only.
    pub fn sign_in_apart(&mut self) {
        let credentials = Credentials {
            username: "demo".into(),
            secret: Secret::new("hunter2"),
        };
        self.input(Input::SignIn(credentials, Scope::Tab));
    }

    /// 401 with a nonce.
    pub fn demand(&mut self, name: &str, nonce: &str, stale: bool) {
        let id = self.take(name);
        let stale = if stale { ", stale=true" } else { "" };
        let header = format!(
            "Digest algorithm=MD5, realm=\"asterisk\", nonce=\"{nonce}\", qop=\"auth\", \
             opaque=\"{nonce}\"{stale}"
        );
        self.input(Input::Replied(
            id,
            Reply {
                status: 401,
                authenticate: Some(header),
                ..Reply::default()
            },
        ));
    }

    /// `Authorization` of the newest post; empty if it has none.
    pub fn signed(&self) -> String {
        match self.ways.last() {
            Some(Way::Digest(Some(header))) => header.expose().to_owned(),
            _ => String::new(),
        }
    }

    /// The same session gives the same challenge, each time.
    pub fn challenge(&mut self) {
        for _ in 0..2 {
            self.answer("Challenge", &body(&["response='Success' challenge='123'"]));
        }
    }

    pub fn challenge_and_login(&mut self) {
        self.challenge();
        self.answer(
            "Login",
            &body(&["response='Success' message='Authentication accepted'"]),
        );
    }

    /// Answers everything that a listing asks.
    pub fn list(&mut self, channels: &[&str]) {
        if self.waiting().contains(&"ListCommands") {
            let commands = "response='Success' redirect='x' hangup='x' coreshowchannels='x'";
            self.answer("ListCommands", &body(&[commands]));
        }
        if self.waiting().contains(&"CoreSettings") {
            let settings = "response='Success' amiversion='11.0.0' asteriskversion='22.10.1'";
            self.answer("CoreSettings", &body(&[settings]));
        }
        self.list_channels(channels);
        self.answer(
            "BridgeList",
            &body(&["response='Success' eventlist='start'"]),
        );
        if self.waiting().contains(&"ParkedCalls") {
            self.answer(
                "ParkedCalls",
                &body(&["response='Success' eventlist='start'"]),
            );
        }
    }

    /// The same where one request follows the answer to another.
    pub fn list_one_by_one(&mut self, channels: &[&str]) {
        self.list_channels(channels);
        let start = body(&["response='Success' eventlist='start'"]);
        self.answer("BridgeList", &start);
        self.answer("ParkedCalls", &start);
        if self.waiting().contains(&"ListCommands") {
            let commands = "response='Success' redirect='x' hangup='x' coreshowchannels='x'";
            self.answer("ListCommands", &body(&[commands]));
            self.answer("CoreSettings", &body(&[SUCCESS]));
        }
    }

    pub fn list_channels(&mut self, channels: &[&str]) {
        let list = self.lister();
        self.list_channels_by(list, channels);
    }

    /// The action that lists the channels: `Status`, where it is known to tell all.
    pub fn lister(&self) -> &'static str {
        match self.waiting().contains(&"CoreShowChannels") {
            true => "CoreShowChannels",
            false => "Status",
        }
    }

    /// Answers a list, or a comparison.
    pub fn list_channels_by(&mut self, list: &str, channels: &[&str]) {
        let item = list.trim_end_matches('s').replace("Statu", "Status");
        let items: Vec<_> = channels
            .iter()
            .map(|id| listed(id).replace("CoreShowChannel", &item))
            .collect();
        let mut packets = vec!["response='Success' eventlist='start'"];
        packets.extend(items.iter().map(String::as_str));
        packets.push("event='CoreShowChannelsComplete' eventlist='Complete' listitems='0'");
        self.answer(list, &body(&packets));
    }

    /// Whether nothing was sent that would move or end a channel.
    pub fn has_not_acted(&self) -> bool {
        let acts = ["Hangup", "Redirect"];
        !self.posted.iter().any(|form| acts.contains(&action(form)))
    }

    pub fn input(&mut self, input: Input) {
        self.console.handle(input, self.now);
        self.drain();
    }

    pub fn drain(&mut self) {
        while let Some(output) = self.console.poll() {
            match output {
                Output::Post(post) => {
                    self.posted.push(post.body.clone());
                    self.ways.push(post.way);
                    self.open.insert(post.id, post.body);
                }
                Output::Abort(id) => {
                    self.aborted.push(id);
                    self.open.remove(&id);
                }
                _ => {}
            }
        }
        self.console.commit(self.now);
        if self.agrees && self.compares() {
            self.agree();
        }
    }

    /// Whether the channels were asked for to be compared, not for a list.
    pub fn compares(&self) -> bool {
        let mut forms = self.open.values();
        !self.console.session().is_listing()
            && forms.any(|form| {
                action(form) == "CoreShowChannels"
                    || (action(form) == "Status" && !form.contains("Channel="))
            })
    }

    /// Answers a comparison with what the page shows.
    fn agree(&mut self) {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let items: Vec<String> = self
            .console
            .pbx()
            .channels()
            .map(|c| {
                let (place, name) = (&c.location, c.name.as_deref());
                format!(
                    "event='Status' channel='{}' channelstate='{}' calleridnum='{}' calleridname='{}' \
                     connectedlinenum='' connectedlinename='' context='{}' exten='{}' \
                     priority='{}' uniqueid='{}' linkedid='{}' bridgeid='{}' application=''",
                    text(name),
                    c.state.number(),
                    c.caller.num,
                    c.caller.name,
                    place.context,
                    place.exten,
                    place.priority,
                    c.uniqueid,
                    c.uniqueid,
                    text(c.bridge.as_deref()),
                )
            })
            .collect();
        let mut packets = vec![SUCCESS];
        packets.extend(items.iter().map(String::as_str));
        self.agreed += 1;
        self.answer(self.lister(), &body(&packets));
    }

    /// The actions that wait for an answer, in the order they were posted.
    pub fn waiting(&self) -> Vec<&str> {
        self.open.values().map(|body| action(body)).collect()
    }

    /// The first open post of this action.
    pub fn form(&self, name: &str) -> String {
        let found = self.open.values().find(|form| action(form) == name);
        found
            .unwrap_or_else(|| panic!("no {name} among {:?}", self.waiting()))
            .clone()
    }

    /// Takes the first open post of this action.
    pub fn take(&mut self, name: &str) -> RequestId {
        let found = self
            .open
            .iter()
            .find(|(_, body)| action(body) == name)
            .map(|(id, _)| *id);
        let id = found.unwrap_or_else(|| panic!("no {name} among {:?}", self.waiting()));
        self.open.remove(&id);
        id
    }

    pub fn answer(&mut self, name: &str, body: &str) {
        let body = answering(&self.form(name), body);
        self.answer_with(name, 200, body.as_bytes());
    }

    pub fn answer_with(&mut self, name: &str, status: u16, body: &[u8]) {
        let id = self.take(name);
        self.input(Input::Replied(
            id,
            Reply {
                status,
                body: body.to_vec(),
                ..Reply::default()
            },
        ));
    }

    pub fn fail(&mut self, name: &str) {
        let id = self.take(name);
        self.input(Input::Failed(id, Failure("connection reset".into())));
    }

    /// Lets time pass up to the next moment the console wants to be woken at for something else
    /// than a comparison that finds nothing.
    pub fn sleep(&mut self) -> Duration {
        let begun = self.now;
        loop {
            let agreed = self.agreed;
            let at = self.console.wake_at().expect("nothing to wake for");
            self.now = self.now.max(at);
            self.input(Input::Tick);
            if self.agreed == agreed {
                return self.now.since(begun);
            }
        }
    }

    pub fn phase(&self) -> &Phase {
        self.console.session().phase()
    }

    /// Uniqueids on the board that live, sorted.
    pub fn rows(&self) -> Vec<String> {
        let mut ids: Vec<_> = self
            .console
            .pbx()
            .channels()
            .map(|channel| channel.uniqueid.to_string())
            .collect();
        ids.sort();
        ids
    }
}
