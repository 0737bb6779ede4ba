//! Eight hours of calls: whatever is kept of the past is bounded.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/day.rs"]
mod day;
#[path = "support/talk.rs"]
#[allow(dead_code)]
mod talk;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use ajam::ami::Secret;
use ajam::ami::action::{Context, Exten};
use ajam::session::{Credentials, Failure, Input, Reply, RequestId, Scope, Share, UNREAD};
use ajam::time::Moment;
use day::Day;
use peak_alloc::PeakAlloc;
use switchboard_core::console::{Command, Console, Output, UNDRAWN};
use switchboard_core::live::tomb::REMEMBERED;
use switchboard_core::tabs::{self, Message, Tabs};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The heap is one for all tests.
static ALONE: Mutex<()> = Mutex::new(());

const HOURS: usize = 8;
const STEP: Duration = Duration::from_secs(1);
/// For so many seconds before the end of an hour nobody calls any more, and the last calls end: what
/// is kept then is kept of the past.
const QUIET: u64 = 90;
/// What may be left of chance: where buffers grew to, and hash maps.
const TOLERANCE: usize = 64 * 1024;

struct Page {
    console: Console,
    me: u32,
    open: Vec<(RequestId, String)>,
    heard: VecDeque<Message>,
    /// Whether anybody looks at it.
    seen: bool,
}

/// A browser, and what it speaks with.
struct Browser {
    day: Day,
    pages: Vec<Page>,
    opened: u32,
    /// Events that wait to be asked for.
    queue: Vec<String>,
    /// Whether the session lives on the server.
    session: bool,
    /// Until when the open `WaitEvent` waits.
    waits: Option<Moment>,
}

impl Browser {
    fn new(pages: &[bool]) -> Self {
        let mut browser = Self {
            day: Day::default(),
            pages: Vec::new(),
            opened: 0,
            queue: Vec::new(),
            session: false,
            waits: None,
        };
        for seen in pages {
            browser.open(*seen);
        }
        let credentials = Credentials {
            username: "demo".into(),
            secret: Secret::new("hunter2"),
        };
        browser.input(0, Input::SignIn(credentials, Scope::Browser));
        browser
    }

    fn open(&mut self, seen: bool) {
        self.opened += 1;
        let me = self.opened;
        let tabs = Tabs::new("a", i64::from(me), me);
        self.pages.push(Page {
            console: Console::among(tabs, u64::from(me)),
            me,
            open: Vec::new(),
            heard: VecDeque::new(),
            seen,
        });
        let at = self.pages.len() - 1;
        let now = self.day.now;
        let console = &mut self.pages[at].console;
        console.handle_tabs(tabs::Input::Open, now);
        self.input(at, Input::Start { account: None });
        self.run(2);
    }

    fn input(&mut self, at: usize, input: Input) {
        self.pages[at].console.handle(input, self.day.now);
        self.settle();
    }

    /// Lets so many steps of time pass.
    fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            let events = self.day.pass(STEP);
            if self.session {
                self.queue.extend(events);
            }
            let now = self.day.now;
            for page in &mut self.pages {
                if page.console.wake_at().is_some_and(|at| at <= now) {
                    page.console.handle(Input::Tick, now);
                }
            }
            self.settle();
            self.deliver();
            for page in self.pages.iter_mut().filter(|page| page.seen) {
                page.console.commit(now);
                page.console.take_orphans();
            }
        }
    }

    fn deliver(&mut self) {
        let Some(until) = self.waits else { return };
        if self.queue.is_empty() && until > self.day.now {
            return;
        }
        self.waits = None;
        let events = std::mem::take(&mut self.queue);
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        self.answer("WaitEvent", &talk::happened(&events));
    }

    /// Answers the open post of this action, whosever it is.
    fn answer(&mut self, name: &str, body: &str) {
        let Some((at, id)) = self.take(name) else {
            return;
        };
        self.reply(at, id, body);
    }

    fn take(&mut self, name: &str) -> Option<(usize, RequestId)> {
        self.pages.iter_mut().enumerate().find_map(|(at, page)| {
            let found = page
                .open
                .iter()
                .position(|(_, body)| action(body) == name)?;
            Some((at, page.open.swap_remove(found).0))
        })
    }

    fn reply(&mut self, at: usize, id: RequestId, body: &str) {
        let body = body.as_bytes().to_vec();
        let reply = Reply {
            status: 200,
            body,
            ..Reply::default()
        };
        self.input(at, Input::Replied(id, reply));
    }

    fn settle(&mut self) {
        while (0..self.pages.len()).any(|at| self.moves(at)) {}
    }

    /// Lets one page do one thing, if there is one to do.
    fn moves(&mut self, at: usize) -> bool {
        let now = self.day.now;
        let page = &mut self.pages[at];
        if let Some(message) = page.heard.pop_front() {
            page.console.handle_tabs(tabs::Input::Heard(message), now);
            return true;
        }
        let Some(output) = page.console.poll() else {
            return false;
        };
        match output {
            Output::Post(post) => self.serve(at, post.id, post.body),
            Output::Abort(id) => page.open.retain(|(other, _)| *other != id),
            Output::Say(message) => {
                for other in self
                    .pages
                    .iter_mut()
                    .filter(|other| other.me != message.from)
                {
                    other.heard.push_back(message.clone());
                }
            }
            // A browser without locks.
            Output::AwaitLock | Output::StealLock | Output::LetGo => {}
        }
        true
    }

    fn serve(&mut self, at: usize, id: RequestId, form: String) {
        let list = |items: &[String]| {
            let mut packets = vec!["response='Success' eventlist='start'"];
            packets.extend(items.iter().map(String::as_str));
            talk::body(&packets)
        };
        let denied = !self.session && !matches!(action(&form), "Challenge" | "Login");
        let body = match action(&form) {
            _ if denied => talk::body(&[talk::DENIED]),
            "WaitEvent" if form.ends_with("Timeout=0") => {
                let events = std::mem::take(&mut self.queue);
                let events: Vec<&str> = events.iter().map(String::as_str).collect();
                talk::happened(&events)
            }
            "WaitEvent" => {
                self.waits = Some(self.day.now + Duration::from_secs(10));
                return self.pages[at].open.push((id, form));
            }
            "Challenge" => talk::body(&["response='Success' challenge='123'"]),
            "Login" => {
                self.session = true;
                talk::body(&["response='Success' message='Authentication accepted'"])
            }
            "ListCommands" => talk::body(&["response='Success' redirect='x' hangup='x' \
                                            filter='x' coreshowchannels='x'"]),
            "CoreSettings" => talk::body(&["response='Success' amiversion='11.0.0' \
                                            asteriskversion='22.10.1'"]),
            "CoreShowChannels" | "Status" => {
                let blocks = self.day.standing.values();
                let item = |block| format!("event='CoreShowChannel' {block} duration='00:00:05'");
                list(&blocks.map(item).collect::<Vec<_>>())
            }
            "BridgeList" | "ParkedCalls" => list(&[]),
            // What is asked of a channel: refused, done, or without an answer.
            "Hangup" | "Redirect" => match self.day.calls % 3 {
                0 => talk::body(&["response='Error' message='No such channel'"]),
                1 => talk::body(&["response='Success' message='Done'"]),
                _ => return self.input(at, Input::Failed(id, Failure("reset".into()))),
            },
            _ => talk::body(&[talk::SUCCESS]),
        };
        self.reply(at, id, &talk::answering(&form, &body));
    }

    /// What people do, and what goes wrong, in the seconds of an hour.
    fn disturb(&mut self, second: u64) {
        let seen = self.pages.iter().position(|page| page.seen);
        if let Some(at) = seen.filter(|_| second.is_multiple_of(20)) {
            self.ask(at, second.is_multiple_of(40));
        }
        let at = second as usize % self.pages.len();
        match second {
            s if s % 300 == 120 => self.input(at, Input::Refresh),
            s if s % 600 == 70 => {
                let location = s % 1200 == 70;
                self.input(at, Input::Topics(talk::shown(location)));
            }
            // The connection breaks.
            s if s % 900 == 450 => {
                self.waits = None;
                if let Some((at, id)) = self.take("WaitEvent") {
                    self.input(at, Input::Failed(id, Failure("reset".into())));
                }
            }
            // The session ends on the server, and is begun anew.
            2000 => {
                self.session = false;
                self.queue.clear();
                self.waits = None;
                self.answer("WaitEvent", &talk::body(&[talk::DENIED]));
            }
            // A page crashes, and another is opened. The first one stays: it has the secret.
            s if s % 600 == 300 && self.pages.len() > 1 => {
                let gone = self.pages.remove(1);
                self.open(gone.seen);
            }
            _ => {}
        }
    }

    fn ask(&mut self, at: usize, hang_up: bool) {
        let console = &mut self.pages[at].console;
        let Some(id) = console.pbx().channels().next().map(|c| c.uniqueid.clone()) else {
            return;
        };
        let (exten, context) = (Exten::new("600"), Context::new("default"));
        let command = match (hang_up, exten, context) {
            (false, Ok(exten), Ok(context)) => Command::Transfer {
                channel: id,
                exten,
                context,
                with: None,
            },
            _ => Command::HangUp(id),
        };
        console.ask(command, self.day.now);
        self.settle();
    }

    /// An hour with so many calls in ten seconds, and a rest at its end. Bytes on the heap then.
    fn hour(&mut self, calls: u64) -> usize {
        let mut most = 0;
        for second in 0..3600 {
            if second < 3600 - QUIET {
                let before = second * calls / 10;
                for _ in before..(second + 1) * calls / 10 {
                    self.day.call();
                }
                self.disturb(second);
            }
            self.run(1);
            most = most.max(self.pages[0].console.pbx().len());
        }
        assert!(most > 10, "at most {most} channels stood");
        for page in &self.pages {
            assert!(page.console.session().phase().is_live());
            let pbx = page.console.pbx();
            assert_eq!((pbx.len(), pbx.bridges().count()), (0, 0));
            assert!(pbx.touched() <= UNDRAWN);
        }
        HEAP.current_usage()
    }
}

fn action(form: &str) -> &str {
    let form = form.strip_prefix("Action=").unwrap_or_default();
    form.split('&').next().unwrap_or_default()
}

/// What a page may hold of changes that nobody has looked at, for each channel that changed.
const UNDRAWN_EACH: usize = 64;

/// Lives through the day. The first hour is busy: what is remembered of calls is full after it.
fn holds_steady(pages: &[bool]) {
    let _alone = ALONE.lock().unwrap_or_else(|broken| broken.into_inner());
    let mut browser = Browser::new(pages);
    let first = browser.hour(50);
    let calls = browser.day.calls as usize;
    assert!(calls > REMEMBERED, "{calls} calls fill nothing");
    let later: Vec<usize> = (1..HOURS).map(|_| browser.hour(5)).collect();
    let unseen = pages.iter().filter(|seen| !**seen).count();
    let most = first + TOLERANCE + unseen * UNDRAWN * UNDRAWN_EACH;
    assert!(
        later.iter().all(|bytes| *bytes <= most),
        "{first} bytes after the first hour, then {later:?}"
    );
}

#[test]
fn a_page_that_is_told_more_than_it_can_read_lists_everything_instead() {
    let _alone = ALONE.lock().unwrap_or_else(|broken| broken.into_inner());
    let mut browser = Browser::new(&[true, true]);
    browser.run(5);
    let now = browser.day.now;
    let page = &mut browser.pages[1].console;
    assert!(page.session().phase().is_live());
    let before = HEAP.current_usage();
    let many: Vec<_> = (0..5000).map(|_| "event='Other' much='more'").collect();
    for _ in 0..4 * UNREAD / talk::happened(&many).len() {
        let body = Share::Body(talk::happened(&many));
        page.feed(Input::Shared(body), now);
    }
    assert!(HEAP.current_usage() < before + 2 * UNREAD);
    page.handle(Input::Tick, now);
    assert!(page.session().is_listing());
    browser.run(5);
    assert!(browser.pages[1].console.session().phase().is_live());
}

#[test]
fn a_page_is_no_larger_after_eight_hours_of_calls_than_after_one() {
    holds_steady(&[true]);
}

#[test]
fn nor_is_one_that_nobody_ever_looks_at() {
    holds_steady(&[false]);
}

#[test]
fn nor_are_pages_of_one_browser_that_come_and_go() {
    holds_steady(&[true, false]);
}
