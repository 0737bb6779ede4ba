//! Several pages of one browser, with one scripted Asterisk whose session they share.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use ajam::ami::Secret;
use ajam::session::{
    Credentials, Failure, Input, LogOff, Phase, Reply, RequestId, Scope, SignedOut, Topic,
};
use ajam::time::Moment;
use proptest::prelude::*;
use support::talk::{DENIED, SUCCESS, action, answering, body, event, happened, listed, shown};
use switchboard_core::console::{Console, Output};
use switchboard_core::tabs::{self, Message, Tabs};

/// Asterisk, as far as the pages meet it.
#[derive(Default)]
struct Server {
    down: bool,
    session: bool,
    /// Channels, and the extension where each is.
    channels: BTreeMap<String, u32>,
    queue: Vec<String>,
    /// Whether class `dialplan` was asked for.
    dialplan: bool,
    /// Whether an event that was not asked for when it happened is never told: so does the queue of
    /// a session of its own. Before, what counts is the moment when it is told.
    strict: bool,
    /// Who waits for events: a page and its request.
    wait: Option<(usize, RequestId)>,
    /// When that ends by itself.
    wait_ends: Moment,
    /// How many `WaitEvent`s of some length were begun.
    waits: usize,
    logins: usize,
    /// The account may look only.
    looks_only: bool,
}

impl Server {
    /// What is queued and asked for.
    fn take_events(&mut self) -> Vec<String> {
        let mut events = std::mem::take(&mut self.queue);
        events.retain(|event| self.dialplan || self.strict || !event.contains("'Newexten'"));
        events
    }
}

struct Page {
    console: Console,
    open: BTreeMap<RequestId, String>,
    frozen: bool,
    inbox: VecDeque<Message>,
    locked: bool,
    /// Shows where the channels are.
    looks: bool,
}

/// One browser.
struct World {
    now: Moment,
    server: Server,
    pages: Vec<Option<Page>>,
    holder: Option<usize>,
    line: VecDeque<usize>,
    /// Whether the browser has locks.
    locks: bool,
    next: u32,
}

impl World {
    fn new(locks: bool) -> Self {
        Self {
            now: Moment::from_millis(0),
            server: Server::default(),
            pages: Vec::new(),
            holder: None,
            line: VecDeque::new(),
            locks,
            next: 0,
        }
    }

    fn open(&mut self) -> usize {
        let at = self.pages.len();
        let me = (at as u32).wrapping_mul(2_654_435_761) | 1;
        let tabs = Tabs::new("a", at as i64, me);
        self.pages.push(Some(Page {
            console: Console::among(tabs, u64::from(me)),
            open: BTreeMap::new(),
            frozen: false,
            inbox: VecDeque::new(),
            locked: false,
            looks: true,
        }));
        self.tabs(at, tabs::Input::Open);
        self.input(at, Input::Start { account: None });
        at
    }

    fn page(&mut self, at: usize) -> Option<&mut Page> {
        self.pages.get_mut(at)?.as_mut()
    }

    fn input(&mut self, at: usize, input: Input) {
        let now = self.now;
        if let Some(page) = self.page(at) {
            page.console.handle(input, now);
        }
        self.settle();
    }

    fn tabs(&mut self, at: usize, input: tabs::Input) {
        let now = self.now;
        if let Some(page) = self.page(at) {
            page.console.handle_tabs(input, now);
        }
        self.settle();
    }

    fn sign_in(&mut self, at: usize) {
        let credentials = Credentials {
            username: "demo".into(),
            secret: Secret::new("hunter2"),
        };
        self.input(at, Input::SignIn(credentials, Scope::Browser));
    }

    /// Without a word, as a crash is. Its `WaitEvent` hangs on at the server.
    fn crash(&mut self, at: usize) {
        if let Some(page) = self.pages.get_mut(at) {
            *page = None;
        }
        self.line.retain(|other| *other != at);
        if self.holder == Some(at) {
            self.holder = None;
        }
        self.settle();
    }

    fn close(&mut self, at: usize) {
        self.tabs(at, tabs::Input::Close);
        self.crash(at);
    }

    fn freeze(&mut self, at: usize, frozen: bool) {
        if let Some(page) = self.page(at) {
            page.frozen = frozen;
        }
        self.settle();
    }

    /// A channel comes or goes.
    fn channel(&mut self, id: &str, lives: bool) {
        let name = if lives {
            self.server.channels.insert(id.to_owned(), 0);
            "Newchannel"
        } else {
            self.server.channels.remove(id);
            "Hangup"
        };
        if self.server.session && !self.server.down {
            self.server.queue.push(event(name, id));
            self.deliver();
        }
        self.settle();
    }

    fn call(&mut self) {
        self.next += 1;
        let id = format!("1.{}", self.next);
        self.channel(&id, true);
    }

    fn hang_up(&mut self) {
        if let Some(id) = self.server.channels.keys().next().cloned() {
            self.channel(&id, false);
        }
    }

    /// The newest channel goes on in the dial plan.
    fn step_on(&mut self) {
        self.next += 1;
        let next = self.next;
        let Some((id, at)) = self.server.channels.iter_mut().next_back() else {
            return;
        };
        *at = next;
        let event = format!(
            "{} application='Wait' appdata='1'",
            event("Newexten", id).replace("exten='s'", &format!("exten='{next}'"))
        );
        let server = &mut self.server;
        if server.session && !server.down && (server.dialplan || !server.strict) {
            server.queue.push(event);
            self.deliver();
        }
        self.settle();
    }

    fn look(&mut self, at: usize, looks: bool) {
        if let Some(page) = self.page(at) {
            page.looks = looks;
            self.input(at, Input::Topics(shown(looks)));
        }
    }

    fn set_down(&mut self, down: bool) {
        self.server.down = down;
        if down {
            // A restart forgets everything but the calls that come after it.
            self.server.session = false;
            self.server.queue.clear();
            self.server.wait = None;
            self.server.channels.clear();
            for at in 0..self.pages.len() {
                let Some(page) = self.page(at) else { continue };
                let open: Vec<_> = std::mem::take(&mut page.open).into_keys().collect();
                for id in open {
                    self.input(at, Input::Failed(id, Failure("reset".into())));
                }
            }
        }
        self.settle();
    }

    fn expire(&mut self) {
        self.server.session = false;
        self.server.queue.clear();
        if let Some((at, id)) = self.server.wait.take() {
            self.reply(at, id, &happened(&[]));
        }
    }

    /// What is queued goes to whoever waits, even to one that is no more.
    fn deliver(&mut self) {
        if self.server.queue.is_empty() {
            return;
        }
        if let Some((at, id)) = self.server.wait.take() {
            let events = self.server.take_events();
            let events: Vec<_> = events.iter().map(String::as_str).collect();
            if events.is_empty() {
                self.server.wait = Some((at, id));
                return;
            }
            self.reply(at, id, &happened(&events));
        }
    }

    fn reply(&mut self, at: usize, id: RequestId, body: &str) {
        let known = self.page(at).and_then(|page| page.open.remove(&id));
        if let Some(form) = known {
            let body = answering(&form, body);
            let reply = Reply {
                status: 200,
                body: body.into_bytes(),
                authenticate: None,
            };
            self.input(at, Input::Replied(id, reply));
        }
    }

    fn settle(&mut self) {
        loop {
            let mut moved = self.grant();
            for at in 0..self.pages.len() {
                moved |= self.step(at);
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
        let Some(at) = self.holder else { return false };
        if let Some(page) = self.page(at) {
            page.locked = true;
        }
        true
    }

    /// Lets one page do one thing; a frozen one does nothing.
    fn step(&mut self, at: usize) -> bool {
        let now = self.now;
        let Some(page) = self.page(at).filter(|page| !page.frozen) else {
            return false;
        };
        if std::mem::take(&mut page.locked) {
            page.console.handle_tabs(tabs::Input::Locked, now);
            return true;
        }
        if let Some(message) = page.inbox.pop_front() {
            page.console.handle_tabs(tabs::Input::Heard(message), now);
            return true;
        }
        let Some(output) = page.console.poll() else {
            page.console.commit(now);
            return false;
        };
        match output {
            Output::Post(post) => {
                page.open.insert(post.id, post.body.clone());
                self.serve(at, post.id, &post.body);
            }
            Output::Abort(id) => {
                page.open.remove(&id);
            }
            Output::Say(message) => {
                for other in (0..self.pages.len()).filter(|other| *other != at) {
                    if let Some(page) = self.page(other) {
                        page.inbox.push_back(message.clone());
                    }
                }
            }
            Output::AwaitLock => self.line.push_back(at),
            Output::StealLock => {
                self.line.retain(|other| *other != at);
                self.holder = Some(at);
            }
            Output::LetGo => {
                self.line.retain(|other| *other != at);
                if self.holder == Some(at) {
                    self.holder = None;
                }
            }
        }
        true
    }

    fn serve(&mut self, at: usize, id: RequestId, form: &str) {
        let now = self.now;
        let server = &mut self.server;
        if server.down {
            if let Some(page) = self.page(at) {
                page.open.remove(&id);
            }
            return self.input(at, Input::Failed(id, Failure("refused".into())));
        }
        let answer = match action(form) {
            "Challenge" => body(&["response='Success' challenge='123'"]),
            "Login" => {
                server.session = true;
                server.logins += 1;
                server.dialplan = form.contains("dialplan");
                body(&["response='Success' message='Authentication accepted'"])
            }
            _ if !server.session => body(&[DENIED]),
            "Logoff" => {
                server.session = false;
                body(&["response='Goodbye'"])
            }
            "ListCommands" if server.looks_only => body(&["response='Success' ping='x'"]),
            "ListCommands" => body(&["response='Success' redirect='x' hangup='x'"]),
            "Events" => {
                server.dialplan = form.contains("dialplan");
                body(&["response='Success' events='On'"])
            }
            "CoreShowChannels" | "Status" => {
                let item = |(id, at): (&String, &u32)| match at {
                    0 => listed(id),
                    at => listed(id).replace("exten='s'", &format!("exten='{at}'")),
                };
                let items: Vec<_> = server.channels.iter().map(item).collect();
                let mut packets = vec![SUCCESS];
                packets.extend(items.iter().map(String::as_str));
                body(&packets)
            }
            "WaitEvent" => {
                let old = server.wait.take();
                if form.ends_with("Timeout=0") {
                    let events = server.take_events();
                    let events: Vec<_> = events.iter().map(String::as_str).collect();
                    let answer = happened(&events);
                    self.displace(old);
                    return self.reply(at, id, &answer);
                }
                server.waits += 1;
                server.wait = Some((at, id));
                server.wait_ends = now + Duration::from_secs(10);
                self.displace(old);
                return self.deliver();
            }
            _ => body(&[SUCCESS]),
        };
        self.reply(at, id, &answer);
    }

    fn displace(&mut self, old: Option<(usize, RequestId)>) {
        if let Some((at, id)) = old {
            self.reply(at, id, &body(&[]));
        }
    }

    fn pass(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        loop {
            let pages = self.pages.iter().flatten().filter(|page| !page.frozen);
            let next = pages
                .filter_map(|page| page.console.wake_at())
                .min()
                .filter(|at| *at <= end);
            let wait_ends = self.server.wait.map(|_| self.server.wait_ends);
            let Some(at) = [next, wait_ends].into_iter().flatten().min() else {
                break;
            };
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            for at in 0..self.pages.len() {
                if self.page(at).is_some_and(|page| !page.frozen) {
                    self.input(at, Input::Tick);
                }
            }
            if self.server.wait_ends <= self.now
                && let Some((at, id)) = self.server.wait.take()
            {
                self.reply(at, id, &happened(&[]));
            }
        }
        self.now = end;
    }

    fn rows(&mut self, at: usize) -> Vec<String> {
        let Some(page) = self.page(at) else {
            return Vec::new();
        };
        let mut rows: Vec<_> = page
            .console
            .pbx()
            .channels()
            .map(|channel| channel.uniqueid.to_string())
            .collect();
        rows.sort();
        rows
    }

    fn phase(&mut self, at: usize) -> Phase {
        self.page(at).map_or(Phase::Starting, |page| {
            page.console.session().phase().clone()
        })
    }

    /// Whoever looks sees where each channel is.
    fn assert_located(&mut self, at: usize) {
        let channels = self.server.channels.clone();
        let Some(page) = self.page(at).filter(|page| page.looks) else {
            return;
        };
        let console = &page.console;
        assert!(console.session().knows(Topic::Locations), "page {at}");
        for (id, exten) in channels {
            let channel = console.pbx().channel(&id).expect("a channel");
            // Where it came to be, until it went on.
            let wanted = if exten == 0 {
                channel.location.exten.clone()
            } else {
                exten.to_string()
            };
            assert_eq!(channel.location.exten, wanted, "page {at}: {id}");
        }
    }

    /// Every page is live and shows what the server has.
    fn assert_right(&mut self) {
        let channels: Vec<_> = self.server.channels.keys().cloned().collect();
        for at in 0..self.pages.len() {
            if self.pages[at].is_some() {
                assert!(self.phase(at).is_live(), "page {at}: {:?}", self.phase(at));
                assert_eq!(self.rows(at), channels, "page {at}");
                self.assert_located(at);
            }
        }
    }
}

#[test]
fn of_ten_pages_one_waits_and_all_see_every_event() {
    for locks in [true, false] {
        let mut world = World::new(locks);
        let first = world.open();
        world.pass(1000);
        world.sign_in(first);
        for _ in 1..10 {
            world.open();
            world.pass(300);
        }
        world.assert_right();
        let before = world.server.waits;
        for _ in 0..50 {
            world.call();
        }
        world.assert_right();
        assert_eq!(world.server.waits - before, 50);
        assert_eq!(world.server.logins, 1);
    }
}

#[test]
fn a_log_in_and_a_log_off_in_one_page_reach_all() {
    let mut world = World::new(true);
    let pages = [world.open(), world.open(), world.open()];
    world.pass(1000);
    world.sign_in(pages[1]);
    world.pass(1000);
    world.call();
    world.assert_right();
    world.input(pages[2], Input::SignOut);
    world.pass(1000);
    let off = SignedOut::LoggedOff(LogOff::Confirmed);
    assert_eq!(world.phase(pages[2]), Phase::SignedOut(off));
    for page in [pages[0], pages[1]] {
        assert_eq!(world.phase(page), Phase::SignedOut(SignedOut::Elsewhere));
        assert!(world.rows(page).is_empty());
    }
}

#[test]
fn the_secret_in_any_page_is_enough_to_log_in_again() {
    let mut world = World::new(true);
    let (first, second) = (world.open(), world.open());
    world.pass(1000);
    world.sign_in(first);
    world.pass(1000);
    // The second leads and has no secret.
    let now = world.now;
    if let Some(page) = world.page(second) {
        page.console.handle(Input::Tick, now);
    }
    world.holder = Some(second);
    world.tabs(second, tabs::Input::Locked);
    world.pass(3000);
    world.call();
    world.expire();
    world.pass(5000);
    world.call();
    world.assert_right();
    assert_eq!(world.server.logins, 2);
}

#[test]
fn what_the_account_may_do_is_learned_anew_by_every_page_when_one_has_logged_in_again() {
    let mut world = World::new(true);
    let pages = [world.open(), world.open(), world.open()];
    world.sign_in(pages[0]);
    world.call();
    let may = |world: &mut World| {
        let may = |at| {
            world
                .page(at)
                .expect("open")
                .console
                .session()
                .abilities()
                .may("Hangup")
        };
        pages.map(may)
    };
    assert_eq!(may(&mut world), [true; 3]);
    world.server.looks_only = true;
    world.expire();
    world.pass(60_000);
    assert_eq!(world.server.logins, 2);
    world.assert_right();
    assert_eq!(may(&mut world), [false; 3]);
}

#[test]
fn without_a_secret_anywhere_all_pages_say_that_the_session_has_ended() {
    let mut world = World::new(true);
    world.server.session = true;
    let pages = [world.open(), world.open()];
    world.pass(1000);
    world.assert_right();
    world.expire();
    world.pass(10_000);
    for page in pages {
        assert_eq!(world.phase(page), Phase::SignedOut(SignedOut::Expired));
    }
}

#[test]
fn a_leader_that_crashes_twenty_times_in_a_storm_loses_nothing_and_costs_no_log_in() {
    for locks in [true, false] {
        let mut world = World::new(locks);
        let first = world.open();
        world.pass(500);
        world.sign_in(first);
        for _ in 0..9 {
            world.open();
        }
        world.pass(500);
        for _ in 0..20 {
            for _ in 0..5 {
                world.call();
            }
            let leader = world.server.wait.map(|(at, _)| at).expect("somebody waits");
            world.crash(leader);
            // These go into its dead connection.
            world.call();
            world.call();
            world.hang_up();
            world.pass(2_900);
            world.assert_right();
            world.open();
            world.pass(400);
        }
        assert_eq!(world.server.logins, 1);
    }
}

#[test]
fn what_one_page_shows_is_asked_for_as_long_as_it_is_shown() {
    for strict in [false, true] {
        let mut world = World::new(true);
        world.server.strict = strict;
        let (first, second) = (world.open(), world.open());
        world.pass(1000);
        world.sign_in(first);
        world.call();
        world.look(first, false);
        world.pass(10_000);
        world.step_on();
        assert!(world.server.dialplan);
        world.assert_right();
        world.look(second, false);
        world.pass(10_000);
        assert!(!world.server.dialplan);
        world.step_on();
        world.look(second, true);
        assert!(world.server.dialplan);
        world.step_on();
        world.assert_right();
        world.look(first, true);
        world.assert_right();
        // One that is no more shows nothing; one that crashed is not believed for ever.
        world.look(first, false);
        world.close(second);
        world.pass(10_000);
        assert!(!world.server.dialplan);
        let third = world.open();
        world.pass(1000);
        assert!(world.server.dialplan);
        world.step_on();
        world.assert_right();
        world.crash(third);
        world.pass(400_000);
        assert!(!world.server.dialplan);
    }
}

#[test]
fn a_page_that_was_frozen_and_led_takes_nothing_from_those_who_look() {
    let mut world = World::new(false);
    let (first, second) = (world.open(), world.open());
    world.pass(1000);
    world.sign_in(first);
    world.call();
    world.pass(1000);
    // It is about to ask for less when it is frozen.
    world.look(second, false);
    world.pass(100);
    world.look(first, false);
    world.pass(100);
    world.freeze(first, true);
    world.look(second, true);
    world.pass(10_000);
    world.step_on();
    world.freeze(first, false);
    world.pass(10_000);
    world.step_on();
    world.pass(600);
    assert!(world.server.dialplan);
    world.assert_right();
}

/// What may happen to a browser full of pages.
#[derive(Clone, Debug)]
enum Fate {
    Open,
    Close(usize),
    Crash(usize),
    Freeze(usize),
    Thaw(usize),
    Call,
    HangUp,
    Down,
    Up,
    Expire,
    SignIn(usize),
    Refresh(usize),
    StepOn,
    Look(usize, bool),
    Pass(u64),
}

fn fate() -> impl Strategy<Value = Fate> {
    let page = 0..8usize;
    prop_oneof![
        2 => Just(Fate::Open),
        1 => page.clone().prop_map(Fate::Close),
        1 => page.clone().prop_map(Fate::Crash),
        1 => page.clone().prop_map(Fate::Freeze),
        1 => page.clone().prop_map(Fate::Thaw),
        4 => Just(Fate::Call),
        3 => Just(Fate::HangUp),
        1 => Just(Fate::Down),
        2 => Just(Fate::Up),
        1 => Just(Fate::Expire),
        2 => page.clone().prop_map(Fate::SignIn),
        1 => page.clone().prop_map(Fate::Refresh),
        3 => Just(Fate::StepOn),
        2 => (page, any::<bool>()).prop_map(|(at, looks)| Fate::Look(at, looks)),
        4 => (1..8000u64).prop_map(Fate::Pass),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_all_pages_are_right_in_the_end(
        locks: bool,
        strict: bool,
        looks in prop::collection::vec((0..8usize, any::<bool>()), 0..6),
        fates in prop::collection::vec(fate(), 1..60),
    ) {
        let mut world = World::new(locks);
        world.server.strict = strict;
        world.open();
        for fate in fates {
            match fate {
                Fate::Open if world.pages.iter().flatten().count() < 6 => {
                    world.open();
                }
                Fate::Open => {}
                Fate::Close(at) => world.close(at),
                Fate::Crash(at) => world.crash(at),
                Fate::Freeze(at) => world.freeze(at, true),
                Fate::Thaw(at) => world.freeze(at, false),
                Fate::Call => world.call(),
                Fate::HangUp => world.hang_up(),
                Fate::Down => world.set_down(true),
                Fate::Up => world.set_down(false),
                Fate::Expire => world.expire(),
                Fate::SignIn(at) => world.sign_in(at),
                Fate::Refresh(at) => world.input(at, Input::Refresh),
                Fate::StepOn => world.step_on(),
                Fate::Look(at, looks) => world.look(at, looks),
                Fate::Pass(millis) => world.pass(millis),
            }
        }
        // Peace.
        world.set_down(false);
        for at in 0..world.pages.len() {
            world.freeze(at, false);
        }
        world.open();
        world.pass(60_000);
        let out = (0..world.pages.len())
            .filter(|at| world.pages[*at].is_some())
            .find(|at| matches!(world.pages[*at].as_ref().map(|p| p.console.session().phase()), Some(Phase::SignedOut(_))));
        if let Some(at) = out {
            world.sign_in(at);
        }
        world.pass(10_000);
        world.call();
        world.hang_up();
        world.call();
        // A pause after hasty empty answers is the longest that an event may wait.
        world.pass(600);
        world.assert_right();
        for (at, looks) in looks {
            world.look(at, looks);
            world.step_on();
            world.pass(600);
            world.assert_right();
            world.pass(4_000);
            world.step_on();
            world.pass(600);
            world.assert_right();
        }
    }
}
