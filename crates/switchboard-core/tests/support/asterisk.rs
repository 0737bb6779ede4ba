//! A small Asterisk, told as a story: channels, bridges, dials, queues, parking lots and
//! conferences, what each event says of them, and what a list would. Of the vocabulary of 16 and
//! later. It knows nothing of the product: it is the truth that rows are held against.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Numbers that look random and are the same for the same seed (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides.max(1)
    }

    pub fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.below(from.len())].clone())
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    pub name: String,
    pub linkedid: String,
    pub state: u8,
    pub caller: (String, String),
    pub connected: (String, String),
    pub place: (String, String, usize),
    pub application: String,
    pub data: String,
    pub bridge: Option<String>,
    pub dialled_by: Option<String>,
    pub called: bool,
    pub holding: bool,
    pub music: bool,
    /// Nothing has told of its hold since events were lost.
    pub hold_unknown: bool,
    /// What it runs at the place where it was sent is not told before its next step.
    pub step_untold: bool,
    /// Events were lost since somebody dialled it, and it still rings.
    pub dial_unknown: bool,
    pub parked: Option<usize>,
    pub queue: Option<String>,
    /// In seconds since the beginning.
    pub born: i64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bridge {
    pub kind: &'static str,
    pub technology: &'static str,
    pub creator: &'static str,
    pub name: String,
}

/// The server.
pub struct Asterisk {
    pub dice: Dice,
    pub channels: BTreeMap<String, Channel>,
    pub bridges: BTreeMap<String, Bridge>,
    /// What it has told and nobody has fetched.
    pub told: Vec<String>,
    /// Ids and names of channels that have ended lately.
    ended: Vec<(String, String)>,
    count: usize,
    pub now: i64,
    /// Whether the page may hear of queues.
    agents: bool,
}

const STATES: [&str; 7] = [
    "Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up",
];
const NAMES: [&str; 6] = ["Anna", "Bob &amp; Co", "", "Zoë", "O\\'Brien", "9"];
const APPLICATIONS: [(&str, &str); 6] = [
    ("Playback", "hello"),
    ("Wait", "5"),
    ("Background", "menu"),
    ("MusicOnHold", "default"),
    ("VoiceMail", "1234@default,u"),
    ("Answer", ""),
];
const QUEUES: [&str; 2] = ["sales", "support"];
const UP: u8 = 6;

/// At most so many channels: where there are few, they meet.
const MOST: usize = 48;

impl Asterisk {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        Self {
            agents: !dice.one_in(3),
            dice,
            channels: BTreeMap::new(),
            bridges: BTreeMap::new(),
            told: Vec::new(),
            ended: Vec::new(),
            count: 0,
            now: 0,
        }
    }

    // What it says.

    fn block(&self, prefix: &str, id: &str) -> String {
        block(prefix, id, &self.channels[id])
    }

    fn tell(&mut self, event: &str, rest: &str) {
        if event.starts_with("Queue") && !self.agents {
            return;
        }
        self.told
            .push(format!("event='{event}' privilege='call,all' {rest}"));
    }

    fn tell_of(&mut self, event: &str, id: &str) {
        let block = self.block("", id);
        self.tell(event, &block);
    }

    fn bridge_block(&self, prefix: &str, id: &str) -> String {
        let bridge = &self.bridges[id];
        format!(
            "{prefix}bridgeuniqueid='{id}' {prefix}bridgetype='{}' {prefix}bridgetechnology='{}' \
             {prefix}bridgecreator='{}' {prefix}bridgename='{}' {prefix}bridgenumchannels='{}' ",
            bridge.kind,
            bridge.technology,
            bridge.creator,
            bridge.name,
            self.members(id).len()
        )
    }

    /// `CoreShowChannels`, `BridgeList` and `ParkedCalls` of this moment.
    pub fn list(&self) -> [Vec<String>; 3] {
        let channels = self.channels.iter().map(|(id, c)| {
            format!(
                "event='CoreShowChannel' {} application='{}' applicationdata='{}' \
                 duration='{}' bridgeid='{}'",
                block("", id, c),
                c.application,
                c.data,
                duration(self.now - c.born),
                c.bridge.as_deref().unwrap_or_default()
            )
        });
        let bridges = self
            .bridges
            .keys()
            .map(|id| format!("event='BridgeListItem' {}", self.bridge_block("", id)));
        let parked = self.channels.iter().filter_map(|(id, c)| {
            Some(format!(
                "event='ParkedCall' {} parkinglot='default' parkingspace='{}'",
                block("parkee", id, c),
                c.parked?
            ))
        });
        [channels.collect(), bridges.collect(), parked.collect()]
    }

    // What there is.

    pub fn members(&self, bridge: &str) -> Vec<String> {
        self.those(|c| c.bridge.as_deref() == Some(bridge))
    }

    fn those(&self, which: impl Fn(&Channel) -> bool) -> Vec<String> {
        let found = self.channels.iter().filter(|(_, c)| which(c));
        found.map(|(id, _)| id.clone()).collect()
    }

    fn dialled(&self, caller: &str) -> Vec<String> {
        self.those(|c| c.dialled_by.as_deref() == Some(caller))
    }

    fn of(&mut self, id: &str) -> &mut Channel {
        self.channels.get_mut(id).expect("a channel")
    }

    /// Up, in no bridge, and nothing else goes on.
    fn free(&self) -> Vec<String> {
        let free = self.those(|c| {
            c.bridge.is_none()
                && c.dialled_by.is_none()
                && c.queue.is_none()
                && !c.called
                && matches!(c.state, 4 | UP)
        });
        free.into_iter()
            .filter(|id| self.dialled(id).is_empty())
            .collect()
    }

    /// Pairs that talk.
    fn pairs(&self) -> Vec<(String, [String; 2])> {
        let basic = self.bridges.iter().filter(|(_, b)| b.kind == "basic");
        basic
            .filter_map(|(id, _)| {
                let pair: [String; 2] = self.members(id).try_into().ok()?;
                Some((id.clone(), pair))
            })
            .collect()
    }

    // What happens.

    /// One random thing.
    pub fn step(&mut self) {
        self.now += i64::try_from(self.dice.below(2)).unwrap_or_default();
        let full = self.channels.len() >= MOST;
        match self.dice.below(26) {
            0..=2 if !full => self.incoming(),
            3 if !full => self.local_pair(),
            0..=3 => self.ends(),
            4 | 5 => self.runs_on(),
            6..=8 if !full => self.dials(),
            6 | 9 => self.rings(),
            7 | 10 => self.is_answered(),
            8 | 11 => self.refuses(),
            12 => self.holds(),
            13 => self.redirects_one(),
            14 => self.redirects_both(),
            15 => self.parks(),
            16 => self.leaves_the_lot(),
            17 => self.queues(),
            18 if !full => self.queue_rings(),
            18 => self.ends(),
            19 => self.enters_a_conference(),
            20 => self.leaves_a_conference(),
            21 => self.is_named_anew(),
            22 => self.masquerades(),
            23 => self.merges(),
            24 => self.is_put_in_place_of_another(),
            _ => self.ends(),
        }
    }

    fn next_id(&mut self) -> String {
        loop {
            self.count += 1;
            let id = format!("lab-17.{:05}", self.count);
            if !self.channels.contains_key(&id) {
                return id;
            }
        }
    }

    /// A name by the number of channels so far. Behind a restart that begins anew, and a channel may
    /// bear the name of one from before.
    fn new_name(&mut self, name: impl Fn(usize) -> String) -> String {
        loop {
            let new = name(self.count);
            let mut names = self.channels.values().map(|c| &*c.name);
            if !names.any(|taken| taken.starts_with(&new)) {
                return new;
            }
            self.count += 1;
        }
    }

    fn party(&mut self) -> (String, String) {
        let name = self.dice.pick(&NAMES).unwrap_or_default();
        let number = match self.dice.below(4) {
            0 => String::new(),
            other => format!("{other}0{}", self.dice.below(9)),
        };
        (number, name.to_owned())
    }

    fn make(&mut self, id: &str, name: String, linkedid: &str, state: u8) {
        let place = ("default".to_owned(), "s".to_owned(), 1);
        let channel = Channel {
            name,
            linkedid: linkedid.to_owned(),
            state,
            place,
            born: self.now,
            ..Channel::default()
        };
        let taken = self.channels.values().any(|c| c.name == channel.name);
        assert!(!taken, "{} is taken", channel.name);
        assert!(self.channels.insert(id.to_owned(), channel).is_none());
        self.tell_of("Newchannel", id);
    }

    /// A new channel's id and name: mostly new ones, sometimes both of one that has ended.
    fn id_and_name(&mut self) -> (String, String) {
        if self.dice.one_in(6)
            && let Some((id, name)) = self.dice.pick(&self.ended.clone())
            && !self.channels.contains_key(&id)
            && self.channels.values().all(|c| c.name != name)
            // No server gives anything that is new the name that is passed on in a masquerade.
            && !name.starts_with("AsyncGoto/")
        {
            return (id, name);
        }
        let id = self.next_id();
        let name = match self.dice.below(3) {
            0 => {
                let free = (1..).map(|n| format!("DAHDI/{n}-1"));
                let mut free = free.filter(|n| self.channels.values().all(|c| c.name != *n));
                free.next().unwrap_or_default()
            }
            _ => {
                let line = self.dice.below(9);
                self.new_name(|at| format!("PJSIP/p{line}-{at:08x}"))
            }
        };
        (id, name)
    }

    fn incoming(&mut self) {
        let (id, name) = self.id_and_name();
        let state = if self.dice.one_in(3) { 0 } else { 4 };
        self.make(&id, name, &id.clone(), state);
        self.of(&id).caller = self.party();
        self.tell_of("NewCallerid", &id);
        if state == 0 {
            self.comes_up(&id);
        }
        self.goes_to(&id, ("Playback", "hello"));
    }

    fn local_pair(&mut self) {
        let (one, two) = (self.next_id(), self.next_id());
        let line = self.dice.below(9);
        let name = self.new_name(|at| format!("Local/8{line}@default-{at:08x}"));
        self.make(&one, format!("{name};1"), &one.clone(), 0);
        self.make(&two, format!("{name};2"), &one.clone(), 4);
        let blocks = self.block("localone", &one) + &self.block("localtwo", &two);
        self.tell("LocalBridge", &blocks);
        self.of(&one).application = "AppDial2".to_owned();
        self.of(&one).data = "(Outgoing Line)".to_owned();
        self.tells_of_a_step(&one);
        // Originate tells it that it talks to itself.
        let who = self.party();
        self.of(&one).caller = who.clone();
        self.tell_of("NewCallerid", &one);
        self.of(&one).connected = who;
        self.tell_of("NewConnectedLine", &one);
        let dest = self.block("dest", &one);
        self.tell("DialBegin", &dest);
        self.goes_to(&two, ("Answer", ""));
        self.comes_up(&two);
        self.comes_up(&one);
        let dest = self.block("dest", &one);
        self.tell("DialEnd", &format!("{dest} dialstatus='ANSWER'"));
        self.goes_to(&one, ("Wait", "5"));
    }

    fn comes_up(&mut self, id: &str) {
        if self.channels[id].state != UP {
            self.of(id).state = UP;
            self.tell_of("Newstate", id);
        }
    }

    fn goes_to(&mut self, id: &str, (application, data): (&str, &str)) {
        // A step is told only if it is another place (`main/manager_channels.c`).
        let place = loop {
            let exten = format!("6{}", self.dice.below(9));
            let place = ("default".to_owned(), exten, 1 + self.dice.below(4));
            if place != self.channels[id].place {
                break place;
            }
        };
        let channel = self.of(id);
        channel.place = place;
        // The same again looks as if it were sent.
        channel.step_untold = (&*channel.application, &*channel.data) == (application, data);
        channel.application = application.to_owned();
        channel.data = data.to_owned();
        channel.called = false;
        channel.queue = None;
        self.tells_of_a_step(id);
    }

    /// It is sent elsewhere while it is in a call: at the new place it is told with what it ran
    /// before, and what it runs there is told by nothing but lists.
    fn is_sent(&mut self, id: &str) {
        let exten = loop {
            let exten = format!("5{}", self.dice.below(9));
            if exten != self.channels[id].place.1 {
                break exten;
            }
        };
        self.of(id).place = ("target".to_owned(), exten, 1);
        self.tells_of_a_step(id);
    }

    /// It is there.
    fn runs_untold(&mut self, id: &str, (application, data): (&str, &str)) {
        let channel = self.of(id);
        channel.application = application.to_owned();
        channel.data = data.to_owned();
        channel.called = false;
        channel.step_untold = true;
    }

    fn tells_of_a_step(&mut self, id: &str) {
        let channel = &self.channels[id];
        let rest = format!(
            "{} application='{}' appdata='{}'",
            block("", id, channel),
            channel.application,
            channel.data
        );
        self.tell("Newexten", &rest);
    }

    fn runs_on(&mut self) {
        if let Some(id) = self.dice.pick(&self.free()) {
            let application = self.dice.pick(&APPLICATIONS).unwrap_or_default();
            if application.0 == "Answer" {
                self.comes_up(&id);
            }
            self.goes_to(&id, application);
            if application.0 == "MusicOnHold" {
                self.music(&id, true);
            } else {
                self.music(&id, false);
            }
        }
    }

    fn music(&mut self, id: &str, on: bool) {
        if self.channels[id].music != on || self.channels[id].hold_unknown {
            self.of(id).music = on;
            let name = if on {
                "MusicOnHoldStart"
            } else {
                "MusicOnHoldStop"
            };
            self.tell_of(name, id);
        }
    }

    fn dials(&mut self) {
        let Some(caller) = self.dice.pick(&self.free()) else {
            return;
        };
        self.music(&caller, false);
        let count = 1 + self.dice.below(3);
        let line = self.dice.below(9);
        self.goes_to(
            &caller,
            ("Dial", &format!("PJSIP/p{line}&amp;PJSIP/q{line},30")),
        );
        for number in 0..count {
            let id = self.next_id();
            let tech = if number == 0 { "p" } else { "q" };
            let name = self.new_name(|at| format!("PJSIP/{tech}{line}-{at:08x}"));
            self.is_dialled(&caller, &id, name, "AppDial");
        }
    }

    fn is_dialled(&mut self, caller: &str, id: &str, name: String, application: &str) {
        let linkedid = self.channels[caller].linkedid.clone();
        self.make(id, name, &linkedid, 0);
        let from = self.channels[caller].caller.clone();
        let number = format!("2{}", self.dice.below(99));
        let channel = self.of(id);
        channel.application = application.to_owned();
        channel.data = "(Outgoing Line)".to_owned();
        channel.called = true;
        channel.caller = (number, String::new());
        self.tells_of_a_step(id);
        self.tell_of("NewCallerid", id);
        self.of(id).connected = from;
        self.tell_of("NewConnectedLine", id);
        self.of(id).dialled_by = Some(caller.to_owned());
        let blocks = self.block("", caller) + &self.block("dest", id);
        self.tell("DialBegin", &blocks);
    }

    fn rung(&self) -> Vec<String> {
        self.those(|c| c.dialled_by.is_some())
    }

    fn rings(&mut self) {
        let Some(id) = self.dice.pick(&self.rung()) else {
            return;
        };
        if self.channels[&id].state == 0 {
            self.of(&id).state = 5;
            self.tell_of("Newstate", &id);
            let caller = self.channels[&id].dialled_by.clone().unwrap_or_default();
            let blocks = self.block("", &caller) + &self.block("dest", &id);
            self.tell("DialState", &format!("{blocks} dialstatus='RINGING'"));
        }
    }

    fn dial_ends(&mut self, id: &str, status: &str) {
        let Some(caller) = self.of(id).dialled_by.take() else {
            return;
        };
        let blocks = self.block("", &caller) + &self.block("dest", id);
        self.tell("DialEnd", &format!("{blocks} dialstatus='{status}'"));
    }

    fn refuses(&mut self) {
        let Some(id) = self.dice.pick(&self.rung()) else {
            return;
        };
        let caller = self.channels[&id].dialled_by.clone().unwrap_or_default();
        let status = ["BUSY", "NOANSWER", "CHANUNAVAIL"][self.dice.below(3)];
        self.dial_ends(&id, status);
        self.hangs_up(&id);
        if self.dialled(&caller).is_empty() && self.channels[&caller].queue.is_none() {
            self.goes_to(&caller, ("Playback", "sorry"));
        }
    }

    fn is_answered(&mut self) {
        let Some(id) = self.dice.pick(&self.rung()) else {
            return;
        };
        let caller = self.channels[&id].dialled_by.clone().unwrap_or_default();
        self.comes_up(&id);
        self.dial_ends(&id, "ANSWER");
        for other in self.dialled(&caller) {
            self.dial_ends(&other, "CANCEL");
            self.hangs_up(&other);
        }
        self.music(&caller, false);
        if let Some(queue) = self.of(&caller).queue.take() {
            let block = self.block("", &caller);
            self.tell(
                "QueueCallerLeave",
                &format!("{block} queue='{queue}' count='0'"),
            );
        }
        self.comes_up(&caller);
        let bridge = self.new_bridge(Bridge {
            kind: "basic",
            technology: "simple_bridge",
            ..Bridge::default()
        });
        for member in [&id, &caller] {
            self.enters(member, &bridge);
        }
        if self.dice.one_in(2) {
            self.of(&caller).connected = self.channels[&id].caller.clone();
            self.tell_of("NewConnectedLine", &caller);
        }
    }

    fn new_bridge(&mut self, bridge: Bridge) -> String {
        self.count += 1;
        let id = format!("bridge-{}", self.count);
        self.bridges.insert(id.clone(), bridge);
        let block = self.bridge_block("", &id);
        self.tell("BridgeCreate", &block);
        id
    }

    fn enters(&mut self, id: &str, bridge: &str) {
        self.of(id).bridge = Some(bridge.to_owned());
        let blocks = self.bridge_block("", bridge) + &self.block("", id);
        self.tell("BridgeEnter", &blocks);
    }

    /// Out of its bridge, whatever becomes of it.
    fn leaves(&mut self, id: &str) {
        if let Some(bridge) = self.of(id).bridge.take() {
            let blocks = self.bridge_block("", &bridge) + &self.block("", id);
            self.tell("BridgeLeave", &blocks);
            if self.of(id).holding || self.channels[id].hold_unknown {
                self.of(id).holding = false;
                self.tell_of("Unhold", id);
            }
        }
    }

    fn is_destroyed_if_empty(&mut self, bridge: &str) {
        if self.bridges.contains_key(bridge) && self.members(bridge).is_empty() {
            let block = self.bridge_block("", bridge);
            self.tell("BridgeDestroy", &block);
            self.bridges.remove(bridge);
        }
    }

    /// Takes it out of its bridge; who is left alone in a call is hung up with it, or goes on.
    fn parts(&mut self, id: &str) {
        let Some(bridge) = self.channels[id].bridge.clone() else {
            return;
        };
        self.leaves(id);
        let rest = self.members(&bridge);
        if self.bridges[&bridge].kind == "basic" && rest.len() == 1 {
            let other = &rest[0];
            self.leaves(other);
            self.is_destroyed_if_empty(&bridge);
            self.music(other, false);
            if self.dice.one_in(3) && !self.channels[other].called {
                self.goes_to(other, ("Playback", "goodbye"));
            } else {
                self.hangs_up(other);
            }
        }
        self.is_destroyed_if_empty(&bridge);
    }

    fn hangs_up(&mut self, id: &str) {
        let last = self.block("", id);
        self.tell("Hangup", &format!("{last} cause='16' cause-txt='Normal'"));
        let gone = self.channels.remove(id).expect("it was there");
        // Seen on 13 to 22.
        if self.dice.one_in(3) {
            let late = block("", id, &gone);
            let event = self
                .dice
                .pick(&["NewCallerid", "NewConnectedLine", "MusicOnHoldStop"])
                .unwrap_or_default();
            self.tell(event, &late);
        }
        self.ended.push((id.to_owned(), gone.name));
        if self.ended.len() > 40 {
            self.ended.remove(0);
        }
    }

    /// Somebody hangs up.
    fn ends(&mut self) {
        let all: Vec<_> = self.channels.keys().cloned().collect();
        let Some(id) = self.dice.pick(&all) else {
            return;
        };
        for rung in self.dialled(&id) {
            self.dial_ends(&rung, "CANCEL");
            self.hangs_up(&rung);
        }
        self.dial_ends(&id, "NOANSWER");
        if self.of(&id).parked.take().is_some() {
            let block = self.block("parkee", &id);
            self.tell("ParkedCallGiveUp", &block);
        }
        if let Some(queue) = self.of(&id).queue.take() {
            let block = self.block("", &id);
            self.tell("QueueCallerAbandon", &format!("{block} queue='{queue}'"));
            self.tell("QueueCallerLeave", &format!("{block} queue='{queue}'"));
        }
        self.parts(&id);
        if self.channels.contains_key(&id) {
            self.hangs_up(&id);
        }
    }

    fn holds(&mut self) {
        let Some((_, pair)) = self.dice.pick(&self.pairs()) else {
            return;
        };
        let one = self.dice.below(2);
        let (id, other) = (&pair[one], &pair[1 - one]);
        let holds = !self.channels[id].holding;
        self.of(id).holding = holds;
        self.tell_of(if holds { "Hold" } else { "Unhold" }, id);
        if !holds || self.dice.one_in(2) {
            self.music(other, holds);
        }
    }

    fn redirects_one(&mut self) {
        let Some((bridge, pair)) = self.dice.pick(&self.pairs()) else {
            return;
        };
        let one = self.dice.below(2);
        let (id, other) = (&pair[one], &pair[1 - one]);
        self.is_sent(id);
        self.leaves(id);
        self.leaves(other);
        self.is_destroyed_if_empty(&bridge);
        self.hangs_up(other);
        self.music(id, false);
        let application = self.dice.pick(&APPLICATIONS).unwrap_or_default();
        self.runs_untold(id, application);
        if self.dice.one_in(2) {
            self.goes_to(id, application);
        }
    }

    fn redirects_both(&mut self) {
        let Some((bridge, pair)) = self.dice.pick(&self.pairs()) else {
            return;
        };
        for id in &pair {
            self.is_sent(id);
            self.leaves(id);
        }
        self.is_destroyed_if_empty(&bridge);
        for id in &pair {
            self.music(id, false);
            self.runs_untold(id, ("Background", "menu"));
        }
    }

    fn parks(&mut self) {
        let Some((bridge, pair)) = self.dice.pick(&self.pairs()) else {
            return;
        };
        let one = self.dice.below(2);
        let (id, other) = (&pair[one], &pair[1 - one]);
        self.leaves(id);
        let taken: BTreeSet<_> = self.channels.values().filter_map(|c| c.parked).collect();
        let space = (701..)
            .find(|space| !taken.contains(space))
            .unwrap_or_default();
        self.of(id).parked = Some(space);
        let block = self.block("parkee", id);
        self.tell(
            "ParkedCall",
            &format!("{block} parkinglot='default' parkingspace='{space}'"),
        );
        let lot = self.bridges.iter().find(|(_, b)| b.kind == "parking");
        let lot = match lot.map(|(id, _)| id.clone()) {
            Some(lot) => lot,
            None => self.new_bridge(Bridge {
                kind: "parking",
                technology: "holding_bridge",
                creator: "Parking",
                name: "default".to_owned(),
            }),
        };
        self.enters(id, &lot);
        self.music(id, true);
        self.leaves(other);
        self.is_destroyed_if_empty(&bridge);
        self.hangs_up(other);
    }

    fn leaves_the_lot(&mut self) {
        let Some(id) = self.dice.pick(&self.those(|c| c.parked.is_some())) else {
            return;
        };
        let event = ["ParkedCallTimeOut", "UnParkedCall", "ParkedCallGiveUp"][self.dice.below(3)];
        // It tells of a step that is older than the last, or of one that is not there yet.
        let mut then = self.channels[&id].clone();
        then.place = ("park-dial".to_owned(), "s".to_owned(), 1);
        let lot = self.channels[&id].bridge.clone().unwrap_or_default();
        self.music(&id, false);
        self.of(&id).parked = None;
        let late = event == "ParkedCallTimeOut" && self.dice.one_in(2);
        if !late {
            self.tell(event, &block("parkee", &id, &then));
        }
        if event == "ParkedCallGiveUp" {
            self.leaves(&id);
            self.is_destroyed_if_empty(&lot);
            return self.hangs_up(&id);
        }
        self.leaves(&id);
        self.is_destroyed_if_empty(&lot);
        let taker = self.free().into_iter().find(|other| *other != id);
        match taker.filter(|_| event == "UnParkedCall") {
            Some(taker) => {
                self.music(&taker, false);
                self.comes_up(&taker);
                let bridge = self.new_bridge(Bridge {
                    kind: "basic",
                    technology: "simple_bridge",
                    ..Bridge::default()
                });
                self.enters(&id, &bridge);
                self.enters(&taker, &bridge);
            }
            None => {
                self.goes_to(&id, ("Playback", "back"));
                if late {
                    self.tell(event, &block("parkee", &id, &then));
                }
            }
        }
    }

    fn queues(&mut self) {
        let Some(id) = self.dice.pick(&self.free()) else {
            return;
        };
        let queue = self.dice.pick(&QUEUES).unwrap_or_default();
        self.comes_up(&id);
        self.goes_to(&id, ("Queue", &format!("{queue},t")));
        self.of(&id).queue = Some(queue.to_owned());
        let block = self.block("", &id);
        self.tell("QueueCallerJoin", &format!("{block} queue='{queue}'"));
        self.music(&id, true);
    }

    fn queue_rings(&mut self) {
        let waiting = self.those(|c| c.queue.is_some());
        let Some(caller) = self.dice.pick(&waiting) else {
            return;
        };
        if !self.dialled(&caller).is_empty() {
            return;
        }
        let id = self.next_id();
        let name = format!("PJSIP/agent{}-{:08x}", self.dice.below(9), self.count);
        self.is_dialled(&caller, &id, name, "AppQueue");
        // The member's leg bears the caller's number.
        self.of(&id).caller = self.channels[&caller].caller.clone();
        self.tell_of("NewCallerid", &id);
    }

    fn enters_a_conference(&mut self) {
        let Some(id) = self.dice.pick(&self.free()) else {
            return;
        };
        self.comes_up(&id);
        self.music(&id, false);
        let name = format!("90{}", self.dice.below(2));
        self.goes_to(&id, ("ConfBridge", &name));
        let found = self
            .bridges
            .iter()
            .find(|(_, b)| b.creator == "ConfBridge" && b.name == name);
        let bridge = match found.map(|(id, _)| id.clone()) {
            Some(bridge) => bridge,
            None => self.new_bridge(Bridge {
                kind: "base",
                technology: "softmix",
                creator: "ConfBridge",
                name,
            }),
        };
        self.enters(&id, &bridge);
    }

    fn leaves_a_conference(&mut self) {
        let conferences: BTreeSet<_> = self
            .bridges
            .iter()
            .filter(|(_, b)| b.creator == "ConfBridge")
            .map(|(id, _)| id.clone())
            .collect();
        let inside = self.those(|c| c.bridge.as_ref().is_some_and(|b| conferences.contains(b)));
        if let Some(id) = self.dice.pick(&inside) {
            let bridge = self.channels[&id].bridge.clone().unwrap_or_default();
            self.leaves(&id);
            self.is_destroyed_if_empty(&bridge);
            self.goes_to(&id, ("Playback", "goodbye"));
        }
    }

    fn is_named_anew(&mut self) {
        let all: Vec<_> = self.channels.keys().cloned().collect();
        if let Some(id) = self.dice.pick(&all) {
            let who = self.party();
            if self.dice.one_in(2) {
                self.of(&id).caller = who;
                self.tell_of("NewCallerid", &id);
            } else {
                self.of(&id).connected = who;
                self.tell_of("NewConnectedLine", &id);
            }
        }
    }

    fn rename(&mut self, id: &str, name: &str) {
        let channel = self.of(id);
        let before = std::mem::replace(&mut channel.name, name.to_owned());
        self.tell(
            "Rename",
            &format!(
                "channel='{}' newname='{}' uniqueid='{id}'",
                escaped(&before),
                escaped(name)
            ),
        );
    }

    /// A helper takes the place of a channel that runs no dial plan: a `Redirect` of a leg whose
    /// thread is another's (`main/channel.c`, `ast_do_masquerade`).
    fn masquerades(&mut self) {
        let free: Vec<_> = self
            .free()
            .into_iter()
            .filter(|id| self.channels[id].state == UP)
            .collect();
        let Some(id) = self.dice.pick(&free) else {
            return;
        };
        let place = self.channels[&id].name.clone();
        let passed_on = format!("AsyncGoto/{place}");
        if self
            .channels
            .values()
            .any(|c| c.name.starts_with(&passed_on))
        {
            return;
        }
        let heir = self.next_id();
        let linkedid = self.channels[&id].linkedid.clone();
        self.make(&heir, format!("AsyncGoto/{place}"), &linkedid, 0);
        self.rename(&id, &format!("{place}<MASQ>"));
        self.rename(&heir, &place);
        self.rename(&id, &format!("AsyncGoto/{place}<ZOMBIE>"));
        let gone = self.channels[&id].clone();
        let channel = self.of(&heir);
        channel.state = gone.state;
        channel.connected = gone.connected;
        channel.caller = gone.caller;
        self.tell_of("Newstate", &heir);
        self.music(&id, false);
        self.hangs_up(&id);
        let application = self.dice.pick(&APPLICATIONS).unwrap_or_default();
        self.goes_to(&heir, application);
    }

    /// Two calls become one: the last step of an attended transfer.
    fn merges(&mut self) {
        let pairs = self.pairs();
        let (Some(to), Some(from)) = (self.dice.pick(&pairs), self.dice.pick(&pairs)) else {
            return;
        };
        if to.0 == from.0 {
            return;
        }
        let blocks = self.bridge_block("to", &to.0) + &self.bridge_block("from", &from.0);
        self.tell("BridgeMerge", &blocks);
        let (stays, goes) = (&from.1[0], &from.1[1]);
        self.leaves(stays);
        self.enters(stays, &to.0);
        self.leaves(goes);
        self.is_destroyed_if_empty(&from.0);
        self.hangs_up(goes);
        // Mostly the one who transfers leaves; else they are three.
        if !self.dice.one_in(3) {
            let left = &to.1[1];
            self.leaves(left);
            self.hangs_up(left);
        }
    }

    /// A Local channel takes itself out of a call.
    fn is_put_in_place_of_another(&mut self) {
        let Some((bridge, pair)) = self.dice.pick(&self.pairs()) else {
            return;
        };
        let Some(id) = self
            .free()
            .into_iter()
            .find(|id| self.channels[id].state == UP)
        else {
            return;
        };
        let swapped = &pair[self.dice.below(2)];
        self.music(&id, false);
        let blocks = {
            self.of(&id).bridge = Some(bridge.clone());
            self.of(swapped).bridge = None;
            self.bridge_block("", &bridge) + &self.block("", &id)
        };
        self.tell("BridgeEnter", &format!("{blocks} swapuniqueid='{swapped}'"));
        let blocks = self.bridge_block("", &bridge) + &self.block("", swapped);
        self.tell("BridgeLeave", &blocks);
        self.hangs_up(swapped);
    }

    /// An event that the server never meant to send, written by a caller, of the kinds that can be
    /// seen to be no truth: it mixes up names and ids. Nothing has happened.
    pub fn is_made_to_lie(&mut self) {
        let all: Vec<_> = self.channels.keys().cloned().collect();
        let (Some(one), Some(two)) = (self.dice.pick(&all), self.dice.pick(&all)) else {
            return;
        };
        if one == two {
            return;
        }
        let lie = Channel {
            name: self.channels[&one].name.clone(),
            ..self.channels[&two].clone()
        };
        match self.dice.below(4) {
            0 => self.tell("Newstate", &block("", &two, &lie)),
            1 => self.tell("Newchannel", &block("", "invented", &lie)),
            2 => {
                let (two_is, new) = (escaped(&self.channels[&two].name), escaped(&lie.name));
                self.tell(
                    "Rename",
                    &format!("channel='{two_is}' newname='{new}' uniqueid='{two}'"),
                );
            }
            _ => self.tell("Hangup", &format!("{} cause='16'", block("", &two, &lie))),
        }
    }

    /// The server goes down and comes again; its ids begin anew.
    pub fn restarts(&mut self, says_so: bool) {
        self.told.clear();
        if says_so {
            self.told
                .push("event='Shutdown' privilege='system,all' shutdown='Cleanly'".to_owned());
        }
        self.channels.clear();
        self.bridges.clear();
        self.count = 0;
    }

    /// Events were lost, and a list does not tell who is on hold, nor always who dials whom.
    pub fn loses_events(&mut self) {
        self.told.clear();
        for channel in self.channels.values_mut() {
            channel.hold_unknown = true;
            channel.dial_unknown = channel.dialled_by.is_some();
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;")
}

pub fn block(prefix: &str, id: &str, c: &Channel) -> String {
    let mut text = String::new();
    let or_unknown = |text: &str| match text {
        "" => "&lt;unknown&gt;".to_owned(),
        other => other.replace('\'', "&apos;"),
    };
    let state = usize::from(c.state);
    let _ = write!(
        text,
        "{prefix}channel='{}' {prefix}channelstate='{state}' {prefix}channelstatedesc='{}' \
         {prefix}calleridnum='{}' {prefix}calleridname='{}' {prefix}connectedlinenum='{}' \
         {prefix}connectedlinename='{}' {prefix}language='en' {prefix}accountcode='' \
         {prefix}context='{}' {prefix}exten='{}' {prefix}priority='{}' {prefix}uniqueid='{id}' \
         {prefix}linkedid='{}' ",
        escaped(&c.name),
        STATES[state],
        or_unknown(&c.caller.0),
        or_unknown(&c.caller.1),
        or_unknown(&c.connected.0),
        or_unknown(&c.connected.1),
        c.place.0,
        c.place.1,
        c.place.2,
        c.linkedid
    );
    text
}

fn duration(seconds: i64) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}
