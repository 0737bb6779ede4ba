//! The line to the console: feeds it, and does what it asks for.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use ajam::session::{Failure, Input, LogOff, Phase, Post, RequestId, SignedOut, Topics, endpoint};
use ajam::time::Moment;
use gloo_timers::callback::Timeout;
use js_sys::{Date, JsString};
use switchboard_core::board::Fold;
use switchboard_core::budget::Work;
use switchboard_core::console::{Command, Console, Output};
use switchboard_core::tabs::{self, Tabs};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use super::alarm::Alarm;
use super::clock::precise;
use super::http::NoReply;
use super::pages::Pages;
use super::turns::Turns;
use super::{farewell, fault, http, memory, resent, surroundings};

/// How often it is told that somebody is there, in ms.
const ACTIVE: f64 = 5000.0;
/// How often it is told that more of an answer arrived, in ms.
const PROGRESS: f64 = 500.0;

/// How long the page's thread is held for at a time, in ms: drawing comes on top of it.
pub const SLICE: f64 = 4.0;
/// How many bytes are read between two looks at the clock: well below a millisecond.
pub const STEP: usize = 32 * 1024;

/// The browser's own way to make letters small, and to take them apart from their accents.
fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().normalize("NFD").into()
}

fn chance() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

/// What nobody can guess.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    match crypto.map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes)) {
        Some(Ok(_)) => u64::from_le_bytes(bytes),
        _ => u64::from(chance()) << 32 | u64::from(chance()),
    }
}

/// A handle to the one console of the page.
#[derive(Clone)]
pub struct Link(Rc<Inner>);

struct Inner {
    console: RefCell<Console>,
    changed: Box<dyn Fn()>,
    /// Where to post; nowhere for a console that is only looked at.
    mxml: Option<String>,
    /// The other pages of this browser.
    pages: RefCell<Option<Pages>>,
    alarm: Alarm,
    active: Cell<Option<f64>>,
    aborts: RefCell<HashMap<RequestId, AbortController>>,
    begun: resent::Begun,
    turns: Turns,
    unsent: RefCell<Vec<Post>>,
    remembered: RefCell<Option<String>>,
    cookie_dropped: Cell<bool>,
    topics: Cell<Topics>,
}

impl Link {
    /// Opens the line: asks whether this browser still has a session. `changed` is called after
    /// everything that happened, never while the console is being changed.
    pub fn open(changed: impl Fn() + 'static) -> Self {
        let window = web_sys::window();
        let page = window
            .as_ref()
            .and_then(|w| w.location().pathname().ok())
            .unwrap_or_default();
        let mxml = endpoint::mxml(&page);
        let build = window.as_ref().map(surroundings::build).unwrap_or_default();
        let tabs = Tabs::new(&build, Date::now() as i64, chance());
        let console = Console::among(tabs, seed());
        let link = Self::new(console, Some(mxml.clone()), changed);
        if let Some(window) = window {
            link.join(&window, &mxml);
            let again = link.clone();
            let begun = link.0.begun.clone();
            resent::watch(&mxml, begun, move || again.input(Input::EventsLost));
            farewell::watch(&window, mxml, link.clone());
        }
        link.input(Input::Start {
            account: memory::account(),
        });
        link
    }

    /// Meets the other pages of this browser.
    fn join(&self, window: &web_sys::Window, mxml: &str) {
        let (heard, locked) = (self.clone(), self.clone());
        let pages = Pages::open(
            window,
            format!("switchboard {mxml}"),
            move |message| heard.tabs(tabs::Input::Heard(message)),
            move || locked.tabs(tabs::Input::Locked),
        );
        *self.0.pages.borrow_mut() = Some(pages);
        self.tabs(tabs::Input::Open);
    }

    /// Something happened among the pages of this browser.
    pub(super) fn tabs(&self, input: tabs::Input) {
        if fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.0.console.borrow_mut().feed_tabs(input, now);
        self.run();
    }

    /// A line that posts nothing: for a console that somebody else feeds.
    pub fn offline(console: Console, changed: impl Fn() + 'static) -> Self {
        Self::new(console, None, changed)
    }

    fn new(mut console: Console, mxml: Option<String>, changed: impl Fn() + 'static) -> Self {
        console.tables_mut().set_fold(Fold(lower));
        Self(Rc::new(Inner {
            console: RefCell::new(console),
            changed: Box::new(changed),
            mxml,
            pages: RefCell::new(None),
            alarm: Alarm::begin(),
            active: Cell::new(None),
            aborts: RefCell::default(),
            begun: Rc::default(),
            turns: Turns::default(),
            unsent: RefCell::default(),
            remembered: RefCell::new(memory::account()),
            cookie_dropped: Cell::new(false),
            topics: Cell::new(Topics::CALLS),
        }))
    }

    /// How letters are made small.
    pub fn fold(&self) -> Fold {
        Fold(lower)
    }

    /// Looks at the console.
    pub fn look<R>(&self, look: impl FnOnce(&Console) -> R) -> R {
        look(&self.0.console.borrow())
    }

    /// Changes what is only the page's: the order of the board, what has been drawn.
    pub fn touch<R>(&self, touch: impl FnOnce(&mut Console) -> R) -> R {
        let done = touch(&mut self.0.console.borrow_mut());
        self.set_timer();
        done
    }

    /// Something happened.
    pub fn input(&self, input: Input) {
        if fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.0.console.borrow_mut().feed(input, now);
        self.run();
    }

    /// Works off what happened, unless that is under way.
    fn run(&self) {
        if !self.reads() {
            self.turn();
        }
    }

    /// Works for a few milliseconds, and goes on behind whatever else the page has to do.
    fn turn(&self) {
        if fault::is_stopped() {
            return;
        }
        let (now, begun) = (self.now(), precise());
        let more = loop {
            let more = self.0.console.borrow_mut().work(STEP, now);
            if !more || precise() - begun >= SLICE {
                break more;
            }
        };
        self.spent(Work::Take, begun);
        if more {
            let link = self.clone();
            self.0.turns.next(move || link.turn());
        }
        self.follow();
    }

    /// Whether what has come is not worked off yet: there will be a turn for the rest of it.
    pub fn reads(&self) -> bool {
        self.0.turns.under_way()
    }

    /// Works off everything: there will be no other turn.
    fn finish(&self) {
        let now = self.now();
        while self.0.console.borrow_mut().work(usize::MAX, now) {}
        self.follow();
    }

    /// Counts the time since a moment of [`precise`].
    pub fn spent(&self, work: Work, begun: f64) {
        let time = Duration::from_micros(((precise() - begun) * 1000.0) as u64);
        let now = self.now();
        self.0.console.borrow_mut().spent(work, time, now);
    }

    /// What somebody sees of the board.
    pub fn shows(&self, topics: Topics) {
        if self.0.topics.replace(topics) != topics {
            self.input(Input::Topics(topics));
        }
    }

    /// Somebody is there.
    pub(super) fn active(&self) {
        let now = precise();
        if self.0.active.get().is_none_or(|at| now - at >= ACTIVE) {
            self.0.active.set(Some(now));
            self.input(Input::Active);
        }
    }

    /// Whether the browser's session is one that this page logged in to, as far as is known: there
    /// is none to log off from after a log-in by Digest.
    pub(super) fn has_session(&self) -> bool {
        fault::is_stopped()
            || self.look(|c| c.session().account().is_some() && c.session().apart().is_none())
    }

    /// Takes back what was known of calls that are over before a reload: after the tables know in which
    /// words their rows are found.
    pub fn recall(&self) {
        if self.0.mxml.is_none() {
            return;
        }
        let ended = memory::take_ended().filter(|_| memory::account().is_some());
        if let Some(text) = ended {
            let (wall, now) = (self.wall(), self.now());
            self.touch(|console| console.tables_mut().ended.take_text(&text, wall, now));
        }
    }

    /// What the wall clock is ahead of the page's, in milliseconds.
    fn wall(&self) -> i64 {
        let start = Moment::default();
        self.clock(start).get_time() as i64
    }

    /// The page goes. A log-in of its own goes with it: nothing could take it up again.
    pub(super) fn leave(&self) {
        if fault::is_stopped() {
            return;
        }
        let keeps = self.has_session() && self.look(|c| c.session().phase().has_board());
        let ended = keeps.then(|| {
            let (wall, now) = (self.wall(), self.now());
            self.touch(|console| console.commit(now));
            self.look(|c| c.tables().ended.to_text(wall))
        });
        memory::remember_ended(ended.as_deref());
        if self.look(|c| c.session().apart().is_some() && c.session().phase().has_board()) {
            self.input(Input::SignOut);
        }
        self.tabs(tabs::Input::Close);
        self.finish();
    }

    /// Somebody asks for something.
    pub fn ask(&self, command: Command) {
        if fault::is_stopped() {
            return;
        }
        let now = self.now();
        self.0.console.borrow_mut().ask(command, now);
        self.follow();
    }

    /// Has the console do something that it may have to ask Asterisk for.
    pub fn act(&self, act: impl FnOnce(&mut Console, Moment)) {
        let now = self.now();
        act(&mut self.0.console.borrow_mut(), now);
        self.follow();
    }

    /// The time.
    pub fn now(&self) -> Moment {
        let look = self.0.alarm.look();
        if look.leapt {
            // Timers go by the clock that stood still: what is due by now would be late.
            let link = self.clone();
            Timeout::new(0, move || link.input(Input::Tick)).forget();
        }
        look.now
    }

    /// A moment on the wall clock, as it goes now.
    pub fn clock(&self, at: Moment) -> Date {
        self.0.alarm.date(at)
    }

    /// What a line that posts nothing was asked to post.
    pub fn unsent(&self) -> Vec<Post> {
        std::mem::take(&mut self.0.unsent.borrow_mut())
    }

    fn follow(&self) {
        loop {
            let output = self.0.console.borrow_mut().poll();
            match output {
                Some(Output::Post(post)) => self.post(post),
                Some(Output::Abort(id)) => self.abort(id),
                Some(other) => self.meet(&other),
                None => break,
            }
        }
        self.set_timer();
        self.remember();
        (self.0.changed)();
    }

    /// What concerns the other pages.
    fn meet(&self, output: &Output) {
        if let Some(pages) = &*self.0.pages.borrow() {
            match output {
                Output::Say(message) => pages.say(message),
                Output::AwaitLock => pages.await_lock(),
                Output::StealLock => pages.steal_lock(),
                Output::LetGo => pages.let_go(),
                Output::Post(_) | Output::Abort(_) => {}
            }
        }
    }

    fn post(&self, post: Post) {
        let (Some(url), Ok(abort)) = (self.0.mxml.clone(), AbortController::new()) else {
            return self.0.unsent.borrow_mut().push(post);
        };
        self.0.aborts.borrow_mut().insert(post.id, abort.clone());
        if post.waits {
            resent::begin(&self.0.begun);
        }
        let link = self.clone();
        spawn_local(async move {
            let answer = {
                let told = Cell::new(precise());
                let progress = || {
                    let now = precise();
                    if now - told.get() >= PROGRESS {
                        told.set(now);
                        link.input(Input::Progress(post.id));
                    }
                };
                let closes = |closes| resent::answered(&link.0.begun, closes);
                http::post(&url, &post, &abort.signal(), closes, progress).await
            };
            // Given up meanwhile: nobody waits for it.
            if link.0.aborts.borrow_mut().remove(&post.id).is_some() {
                link.input(match answer {
                    Ok(reply) => Input::Replied(post.id, reply),
                    Err(NoReply::Failed(words)) => Input::Failed(post.id, Failure(words)),
                    Err(NoReply::TooLarge) => Input::TooLarge(post.id),
                });
            }
        });
    }

    fn abort(&self, id: RequestId) {
        let abort = self.0.aborts.borrow_mut().remove(&id);
        if let Some(abort) = abort {
            abort.abort();
        }
    }

    fn set_timer(&self) {
        let wake_at = self.0.console.borrow().wake_at();
        let link = self.clone();
        self.0
            .alarm
            .set(wake_at, self.now(), move || link.input(Input::Tick));
    }

    /// Only when it says something else: storage is slow.
    fn remember(&self) {
        let Some(mxml) = &self.0.mxml else { return };
        let console = self.0.console.borrow();
        // A log-in of this tab only does not survive a reload, and has no cookie.
        if console.session().apart().is_some() {
            return;
        }
        let account = match console.session().phase() {
            Phase::Live { .. } => console.session().account(),
            Phase::SignedOut(_) => None,
            _ => return,
        };
        if self.0.remembered.borrow().as_deref() != account {
            memory::remember(account);
            *self.0.remembered.borrow_mut() = account.map(str::to_owned);
        }
        // Not before the answer: the log-off itself is known by its cookie.
        let ended = matches!(
            console.session().phase(),
            Phase::SignedOut(
                SignedOut::LoggedOff(LogOff::Confirmed) | SignedOut::Idle(LogOff::Confirmed)
            )
        );
        if ended && !self.0.cookie_dropped.replace(true) {
            memory::drop_cookie(mxml);
        }
        if !ended {
            self.0.cookie_dropped.set(false);
        }
    }
}
