//! Which page of this browser waits for events, for all of them.
//!
//! Pages of one browser share Asterisk's session, and each event goes to one `WaitEvent` only. So
//! one page leads: it waits, and passes on what it hears. Pages speak over a channel that reaches
//! all of them; the one with the highest term leads, and of two with the same term the one with
//! the lower id. A leader is missed when it says goodbye, when the browser hands on the lock that
//! it held (at once, also after a crash; not everywhere there are locks), or when it is silent.
//!
//! Nothing here is trusted with more than that: a leader that is none costs a listing, no event.

mod wire;

use std::collections::VecDeque;
use std::time::Duration;

use ajam::session::{Role, Share, Topics};
use ajam::time::Moment;
use serde::{Deserialize, Serialize};

/// How often a leader shows that it is there.
const BEAT: Duration = Duration::from_secs(1);
/// How long a page in sight puts up with a silent leader.
const SILENCE: Duration = Duration::from_millis(2500);
/// The same for a page that is not in sight: browsers let its timers run slowly, and a leader's.
const SILENCE_HIDDEN: Duration = Duration::from_secs(20);
/// How long a new page listens before it takes the lead.
const LISTEN: Duration = Duration::from_millis(150);
/// How often a page says again what it shows.
const SHOW: Duration = Duration::from_secs(60);
/// How long that is believed, and a silent page is reckoned with at all: a page that crashed says
/// nothing, and timers of hidden pages may run once a minute only.
pub const SHOWN: Duration = Duration::from_secs(180);

/// What one page says to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which build of the page: others are not understood.
    pub build: String,
    /// When the page was opened, in ms of the wall clock.
    pub opened: i64,
    /// Who says it; chosen by chance.
    pub from: u32,
    /// Grows whenever somebody takes the lead.
    pub term: u32,
    /// What is said.
    pub said: Said,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// A page has come.
    Hello,
    /// A page is there, and does not lead.
    Here,
    /// A page leads.
    Lead,
    /// A page goes.
    Bye,
    /// What the page shows.
    Shows(Topics),
    /// Something about the conversation with Asterisk.
    Share(Share),
}

/// What happened outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The page was opened, and can hear the others.
    Open,
    /// Another page said something.
    Heard(Message),
    /// The browser gave this page the lock.
    Locked,
    /// This page came into sight, or went out of it.
    Seen(bool),
    /// The page goes.
    Close,
    /// Time passed.
    Tick,
}

/// What to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Say this to the other pages.
    Say(Message),
    /// Line up for the lock; the browser gives it when nobody else has it.
    AwaitLock,
    /// Take the lock, whoever has it.
    StealLock,
    /// Give the lock back, or leave its line.
    LetGo,
    /// This page's part from now on.
    Role(Role),
    /// What the other pages show, all together, has changed.
    Others(Topics),
    /// Another page said this.
    Shared(Share),
    /// Another page led beside this one, and may have taken events.
    Contested,
    /// There is a newer page: stop.
    Outdated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not open yet, or apart from the others.
    Out,
    Listening {
        until: Moment,
    },
    Leading {
        next_beat: Moment,
    },
    Following {
        leader: u32,
        heard: Moment,
        /// When to say again what this page shows.
        show_at: Moment,
    },
    /// A newer page is there.
    Outdated,
}

/// One page's view of all of them.
#[derive(Debug)]
pub struct Tabs {
    build: String,
    opened: i64,
    me: u32,
    term: u32,
    state: State,
    seen: bool,
    /// The others, each with how long it is reckoned with.
    peers: Vec<(u32, Moment)>,
    /// What this page shows.
    own: Topics,
    /// What others show, and until when that is believed.
    shown: Vec<(u32, Topics, Moment)>,
    others: Topics,
    outbox: VecDeque<Output>,
}

impl Tabs {
    /// A page that has not said anything. `opened` is in ms of the wall clock, `me` by chance.
    pub fn new(build: &str, opened: i64, me: u32) -> Self {
        Self {
            build: build.to_owned(),
            opened,
            me,
            term: 0,
            state: State::Out,
            seen: true,
            peers: Vec::new(),
            own: Topics::CALLS,
            shown: Vec::new(),
            others: Topics::NONE,
            outbox: VecDeque::new(),
        }
    }

    /// The next thing to do outside, if there is any.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn wake_at(&self) -> Option<Moment> {
        match self.state {
            State::Out | State::Outdated => None,
            State::Listening { until } => Some(until),
            // Alone in the browser there is nobody to show it to.
            State::Leading { next_beat } => {
                let beat = (!self.peers.is_empty()).then_some(next_beat);
                let gone = self.shown.iter().map(|(_, _, until)| *until).min();
                beat.into_iter().chain(gone).min()
            }
            State::Following { heard, show_at, .. } => Some(show_at.min(heard + self.patience())),
        }
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, input: Input, now: Moment) {
        match input {
            Input::Open => {
                self.state = State::Listening {
                    until: now + LISTEN,
                };
                self.outbox.push_back(Output::Role(Role::Undecided));
                self.outbox.push_back(Output::AwaitLock);
                self.say(Said::Hello);
            }
            Input::Heard(message) => self.heard(message, now),
            Input::Locked => match self.state {
                State::Listening { .. } | State::Following { .. } => self.lead(now),
                State::Leading { .. } => {}
                State::Out | State::Outdated => self.outbox.push_back(Output::LetGo),
            },
            Input::Seen(seen) => self.seen = seen,
            Input::Close => self.leave(State::Out),
            Input::Tick => self.tick(now),
        }
    }

    /// This page takes the lead: somebody logs in here, or wants the events here.
    pub fn claim(&mut self, now: Moment) {
        if !matches!(self.state, State::Out | State::Outdated) {
            self.outbox.push_back(Output::StealLock);
            self.lead(now);
        }
    }

    /// This page goes its own way.
    pub fn leave_for_good(&mut self) {
        self.leave(State::Out);
        self.outbox.push_back(Output::Role(Role::Alone));
    }

    /// Tells the other pages what this one shows, now and whenever it must be said again.
    pub fn show(&mut self, topics: Topics, now: Moment) {
        self.own = topics;
        if let State::Following { show_at, .. } = &mut self.state {
            *show_at = now + SHOW;
        }
        if !matches!(self.state, State::Out | State::Outdated) {
            self.say(Said::Shows(topics));
        }
    }

    /// Takes in what another page shows; none if it is gone.
    fn shows(&mut self, from: u32, topics: Option<Topics>, now: Moment) {
        self.shown
            .retain(|(page, _, until)| *page != from && *until > now);
        if let Some(topics) = topics.filter(|topics| *topics != Topics::NONE) {
            self.shown.push((from, topics, now + SHOWN));
        }
        let all = self.shown.iter().map(|(_, topics, _)| *topics);
        let others = all.fold(Topics::NONE, Topics::and);
        if std::mem::replace(&mut self.others, others) != others {
            self.outbox.push_back(Output::Others(others));
        }
    }

    /// Tells the other pages.
    pub fn share(&mut self, share: Share) {
        if !matches!(self.state, State::Out | State::Outdated) {
            self.say(Said::Share(share));
        }
    }

    fn leave(&mut self, to: State) {
        if matches!(self.state, State::Out | State::Outdated) {
            return;
        }
        self.say(Said::Bye);
        self.outbox.push_back(Output::LetGo);
        // A page that goes must not take the events from the one that comes after it.
        if to == State::Out {
            self.outbox.push_back(Output::Role(Role::Undecided));
        }
        self.state = to;
    }

    fn patience(&self) -> Duration {
        if self.seen { SILENCE } else { SILENCE_HIDDEN }
    }

    fn tick(&mut self, now: Moment) {
        match self.state {
            State::Listening { until } if until <= now => self.lead(now),
            State::Leading { next_beat } if next_beat <= now => {
                self.state = State::Leading {
                    next_beat: now + BEAT,
                };
                if !self.peers.is_empty() {
                    self.say(Said::Lead);
                    self.forget_silent(now);
                }
                self.shows(self.me, None, now);
            }
            State::Leading { .. } => self.shows(self.me, None, now),
            State::Following { heard, .. } if heard + self.patience() <= now => {
                self.outbox.push_back(Output::StealLock);
                self.lead(now);
            }
            State::Following { show_at, .. } if show_at <= now => self.show(self.own, now),
            _ => {}
        }
    }

    fn lead(&mut self, now: Moment) {
        self.term = self.term.saturating_add(1);
        self.state = State::Leading {
            next_beat: now + BEAT,
        };
        self.say(Said::Lead);
        self.tell_role();
    }

    fn follow(&mut self, leader: u32, now: Moment) {
        if matches!(self.state, State::Leading { .. }) {
            self.outbox.push_back(Output::LetGo);
            self.outbox.push_back(Output::AwaitLock);
        }
        let new = !matches!(self.state, State::Following { leader: old, .. } if old == leader);
        let show_at = match self.state {
            State::Following { show_at, .. } if !new => show_at,
            _ => now + SHOW,
        };
        self.state = State::Following {
            leader,
            heard: now,
            show_at,
        };
        if new {
            // A leader that knows of nobody passes nothing on.
            self.say(Said::Here);
            self.say(Said::Shows(self.own));
            self.tell_role();
        }
    }

    fn tell_role(&mut self) {
        let role = match self.state {
            State::Leading { .. } if self.peers.is_empty() => Role::Alone,
            State::Leading { .. } => Role::Lead,
            State::Following { .. } => Role::Follow,
            _ => return,
        };
        self.outbox.push_back(Output::Role(role));
    }

    fn heard(&mut self, message: Message, now: Moment) {
        if message.from == self.me || matches!(self.state, State::Out | State::Outdated) {
            return;
        }
        if message.build != self.build {
            // Files only ever get newer, so the page that was opened later is the newer one.
            if (message.opened, message.from) > (self.opened, self.me) {
                self.leave(State::Outdated);
                self.outbox.push_back(Output::Outdated);
            } else if message.said == Said::Lead {
                self.say(Said::Hello);
            }
            return;
        }
        if message.said == Said::Bye {
            self.peers.retain(|(peer, _)| *peer != message.from);
            self.shows(message.from, None, now);
            return self.gone(message.from, now);
        }
        if self.reckon_with(message.from, now) && matches!(self.state, State::Leading { .. }) {
            self.tell_role();
        }
        if message.term > self.term && message.said != Said::Lead {
            self.term = message.term;
            // This page leads without having known of a leader that fell silent: the others still
            // follow that one.
            if matches!(self.state, State::Leading { .. }) {
                self.lead(now);
            }
        }
        match message.said {
            Said::Hello => {
                let said = match self.state {
                    State::Leading { .. } => Said::Lead,
                    _ => Said::Here,
                };
                self.say(said);
                self.outbox.push_back(Output::Shared(Share::Hello));
            }
            Said::Lead => self.another_leads(message.from, message.term, now),
            // A leader that was frozen tells old news when it thaws: whoever took its place has
            // had everything listed since.
            Said::Share(share) if share.is_leaders() && message.term < self.term => {}
            Said::Share(share) => {
                if let State::Following { leader, heard, .. } = &mut self.state
                    && *leader == message.from
                {
                    *heard = now;
                }
                self.outbox.push_back(Output::Shared(share));
            }
            Said::Shows(topics) => self.shows(message.from, Some(topics), now),
            Said::Here | Said::Bye => {}
        }
    }

    /// Another page was heard. Whether it is news that there is one.
    fn reckon_with(&mut self, peer: u32, now: Moment) -> bool {
        let news = self.peers.iter().all(|(other, _)| *other != peer);
        self.peers
            .retain(|(other, until)| *other != peer && *until > now);
        self.peers.push((peer, now + SHOWN));
        news
    }

    /// Pages that crashed did not say goodbye.
    fn forget_silent(&mut self, now: Moment) {
        self.peers.retain(|(_, until)| *until > now);
        if self.peers.is_empty() {
            self.tell_role();
        }
    }

    fn another_leads(&mut self, from: u32, term: u32, now: Moment) {
        let stronger = match self.state {
            State::Leading { .. } => (term, self.me) > (self.term, from),
            _ => term >= self.term,
        };
        if stronger {
            self.term = term;
            self.follow(from, now);
        } else if matches!(self.state, State::Leading { .. }) {
            self.say(Said::Lead);
            self.outbox.push_back(Output::Contested);
        }
    }

    /// A page has gone. Whoever follows it does not wait for the lock: not all browsers have
    /// locks. Each pauses a little differently, so that few come forward at once.
    fn gone(&mut self, from: u32, now: Moment) {
        match self.state {
            State::Following { leader, .. } if leader == from => {
                let pause = Duration::from_millis(20 * u64::from(1 + self.me % 8));
                self.state = State::Listening { until: now + pause };
            }
            State::Leading { .. } if self.peers.is_empty() => self.tell_role(),
            _ => {}
        }
    }

    fn say(&mut self, said: Said) {
        self.outbox.push_back(Output::Say(Message {
            build: self.build.clone(),
            opened: self.opened,
            from: self.me,
            term: self.term,
            said,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of one browser, and a lock that is given to whoever waited longest.
    struct Browser {
        now: Moment,
        pages: Vec<Option<Tabs>>,
        roles: Vec<Option<Role>>,
        locks: bool,
        holder: Option<usize>,
        line: VecDeque<usize>,
        outdated: Vec<usize>,
    }

    impl Browser {
        fn new(locks: bool) -> Self {
            Self {
                now: Moment::from_millis(0),
                pages: Vec::new(),
                roles: Vec::new(),
                locks,
                holder: None,
                line: VecDeque::new(),
                outdated: Vec::new(),
            }
        }

        fn open(&mut self) -> usize {
            self.open_as("a")
        }

        fn open_as(&mut self, build: &str) -> usize {
            let at = self.pages.len();
            // Ids fall, so that the last page wins a tie.
            let me = 100 - at as u32;
            self.pages.push(Some(Tabs::new(build, at as i64, me)));
            self.roles.push(None);
            self.input(at, Input::Open);
            at
        }

        fn input(&mut self, at: usize, input: Input) {
            let now = self.now;
            if let Some(page) = &mut self.pages[at] {
                page.handle(input, now);
            }
            self.settle();
        }

        fn crash(&mut self, at: usize) {
            self.pages[at] = None;
            self.line.retain(|other| *other != at);
            if self.holder == Some(at) {
                self.holder = None;
            }
            self.settle();
        }

        fn settle(&mut self) {
            loop {
                let mut moved = self.grant();
                for at in 0..self.pages.len() {
                    while let Some(output) = self.pages[at].as_mut().and_then(Tabs::poll) {
                        moved = true;
                        self.obey(at, output);
                    }
                }
                if !moved {
                    return;
                }
            }
        }

        fn grant(&mut self) -> bool {
            if self.holder.is_some() || !self.locks {
                return false;
            }
            self.holder = self.line.pop_front();
            let (Some(at), now) = (self.holder, self.now) else {
                return false;
            };
            if let Some(page) = &mut self.pages[at] {
                page.handle(Input::Locked, now);
            }
            true
        }

        fn obey(&mut self, at: usize, output: Output) {
            match output {
                Output::Say(message) => {
                    let now = self.now;
                    for other in (0..self.pages.len()).filter(|other| *other != at) {
                        if let Some(page) = &mut self.pages[other] {
                            page.handle(Input::Heard(message.clone()), now);
                        }
                    }
                }
                Output::AwaitLock => self.line.push_back(at),
                Output::StealLock => self.holder = Some(at),
                Output::LetGo => {
                    self.line.retain(|other| *other != at);
                    if self.holder == Some(at) {
                        self.holder = None;
                    }
                }
                Output::Role(role) => self.roles[at] = Some(role),
                Output::Outdated => self.outdated.push(at),
                Output::Shared(_) | Output::Others(_) | Output::Contested => {}
            }
        }

        fn pass(&mut self, millis: u64) {
            let end = self.now + Duration::from_millis(millis);
            loop {
                let next = self
                    .pages
                    .iter()
                    .flatten()
                    .filter_map(Tabs::wake_at)
                    .min()
                    .filter(|at| *at <= end);
                let Some(at) = next else { break };
                self.now = self.now.max(at);
                for at in 0..self.pages.len() {
                    self.input(at, Input::Tick);
                }
            }
            self.now = end;
        }

        fn leaders(&self) -> Vec<usize> {
            let leads = |at: &usize| {
                self.pages[*at]
                    .as_ref()
                    .is_some_and(|page| matches!(page.state, State::Leading { .. }))
            };
            (0..self.pages.len()).filter(leads).collect()
        }
    }

    #[test]
    fn the_first_page_leads_at_once_where_there_are_locks_and_soon_where_there_are_none() {
        let mut browser = Browser::new(true);
        browser.open();
        assert_eq!(browser.roles, [Some(Role::Alone)]);
        let mut browser = Browser::new(false);
        browser.open();
        assert_eq!(browser.roles, [Some(Role::Undecided)]);
        browser.pass(200);
        assert_eq!(browser.roles, [Some(Role::Alone)]);
    }

    #[test]
    fn of_ten_pages_one_leads_and_its_crash_or_farewell_makes_another_lead() {
        for locks in [true, false] {
            let mut browser = Browser::new(locks);
            for _ in 0..10 {
                browser.open();
                browser.pass(50);
            }
            browser.pass(10_000);
            for round in 0..9 {
                let leaders = browser.leaders();
                assert_eq!(leaders.len(), 1, "{locks}, {round}: {leaders:?}");
                let leader = leaders[0];
                assert_eq!(browser.roles[leader], Some(Role::Lead));
                let others = (0..10).filter(|at| browser.pages[*at].is_some() && *at != leader);
                for other in others {
                    assert_eq!(browser.roles[other], Some(Role::Follow));
                }
                if round % 2 == 0 {
                    browser.crash(leader);
                } else {
                    browser.input(leader, Input::Close);
                    browser.crash(leader);
                }
                browser.pass(2_800);
            }
        }
    }

    #[test]
    fn a_page_where_somebody_logs_in_takes_the_lead_and_keeps_it() {
        let mut browser = Browser::new(true);
        let first = browser.open();
        let second = browser.open();
        assert_eq!(browser.leaders(), [first]);
        let now = browser.now;
        browser.pages[second].as_mut().expect("open").claim(now);
        browser.settle();
        browser.pass(10_000);
        assert_eq!(browser.leaders(), [second]);
        assert_eq!(browser.roles, [Some(Role::Follow), Some(Role::Lead)]);
    }

    #[test]
    fn a_page_that_crashed_is_forgotten_after_a_while() {
        let mut browser = Browser::new(true);
        let leader = browser.open();
        let other = browser.open();
        browser.pass(1000);
        assert_eq!(browser.roles[leader], Some(Role::Lead));
        browser.pass(300_000);
        assert_eq!(browser.roles[leader], Some(Role::Lead));
        browser.crash(other);
        browser.pass(200_000);
        assert_eq!(browser.roles[leader], Some(Role::Alone));
    }

    #[test]
    fn a_leader_that_was_frozen_yields_when_it_thaws() {
        let mut browser = Browser::new(false);
        let frozen = browser.open();
        browser.pass(1000);
        let other = browser.open();
        browser.pass(1000);
        let page = browser.pages[frozen].take();
        browser.pass(5_000);
        assert_eq!(browser.leaders(), [other]);
        browser.pages[frozen] = page;
        browser.input(frozen, Input::Tick);
        browser.pass(1_000);
        assert_eq!(browser.leaders(), [other]);
    }

    #[test]
    fn a_page_of_an_older_build_is_told_and_stops() {
        let mut browser = Browser::new(true);
        let old = browser.open_as("a");
        browser.pass(500);
        let new = browser.open_as("b");
        browser.pass(500);
        assert_eq!(browser.outdated, [old]);
        assert_eq!(browser.leaders(), [new]);
    }

    #[test]
    fn a_page_that_stands_apart_leads_nobody() {
        let mut browser = Browser::new(true);
        let apart = browser.open();
        let other = browser.open();
        browser.pages[apart]
            .as_mut()
            .expect("open")
            .leave_for_good();
        browser.settle();
        browser.pass(500);
        assert_eq!(browser.leaders(), [other]);
        assert_eq!(browser.roles[other], Some(Role::Alone));
    }
}
