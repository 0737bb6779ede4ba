//! The console: joins the conversation, the model and the board, still without a browser.
//!
//! The browser's shell feeds it (an answer, a failure, the time, a click), does what it asks for
//! ([`Console::poll`], [`Console::wake_at`]), and draws what it holds.

mod consult;
mod desk;

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::session::{self, Input, Keep, Notice, Post, RequestId, Session, Topic, Topics};
use ajam::time::Moment;

pub use self::consult::ConsultId;
use self::consult::Consults;
pub use self::desk::Number;
use self::desk::{Desk, News};
pub use crate::acts::{
    Act, Command, DONE_SHOWN, Note, ORPHAN_SHOWN, Orphan, Subject, Target, WhyNot,
};
use crate::board::{Board, Story, Tables};
use crate::budget::{self, Advice, Budget, Report, Work};
use crate::live::calls::Changes;
use crate::live::{Adoption, Calls, Comparison, Over, Pbx, Snapshot, Stories};
use crate::tabs::{self, Message, Tabs};

/// How many channels and bridges may have changed without being drawn: what nobody draws, because
/// the page is not in sight, is then brought up to date all the same.
pub const UNDRAWN: usize = 8192;

/// How many channels may have ended without a look at whose call they were.
const UNTOLD: usize = 32;

/// To take over a listed channel takes about as long as to read so many bytes.
const LISTED: usize = 500;

/// What to do outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Post this form.
    Post(Post),
    /// Give this POST up; nothing more is wanted of it.
    Abort(RequestId),
    /// Say this to the other pages of this browser.
    Say(Message),
    /// Line up for the browser's lock of the page that waits for events.
    AwaitLock,
    /// Take that lock, whoever has it.
    StealLock,
    /// Give it back, or leave its line.
    LetGo,
}

/// What has changed and was not drawn.
#[derive(Debug, Default)]
struct Undrawn {
    channels: HashSet<Uniqueid>,
    calls: Changes,
    over: Vec<Over>,
}

/// Everything but the browser.
#[derive(Debug)]
pub struct Console {
    session: Session,
    /// None for a page that knows no others.
    tabs: Option<Tabs>,
    outbox: VecDeque<Output>,
    pbx: Pbx,
    calls: Calls,
    stories: Stories,
    /// What has changed since the tables were last brought up to date.
    undrawn: Undrawn,
    tables: Tables,
    /// Whether nobody sees the table of the calls: it may wait, and costs nothing meanwhile.
    calls_away: bool,
    /// Whether rows say where in the dial plan channels are.
    located: bool,
    snapshot: Option<Snapshot>,
    comparison: Comparison,
    /// A list that is being put in place of everything. Nothing is applied meanwhile.
    adoption: Option<Adoption>,
    desk: Desk,
    consults: Consults,
    budget: Budget,
}

impl Console {
    /// A console that has said nothing yet. The seed is for the delays between retries.
    pub fn new(seed: u64) -> Self {
        Self {
            session: Session::new(seed),
            tabs: None,
            outbox: VecDeque::new(),
            pbx: Pbx::default(),
            calls: Calls::default(),
            stories: Stories::default(),
            undrawn: Undrawn::default(),
            tables: Tables::default(),
            calls_away: false,
            located: true,
            snapshot: None,
            comparison: Comparison::default(),
            adoption: None,
            desk: Desk::default(),
            consults: Consults::default(),
            budget: Budget::default(),
        }
    }

    /// The same among other pages of one browser.
    pub fn among(tabs: Tabs, seed: u64) -> Self {
        Self {
            tabs: Some(tabs),
            ..Self::new(seed)
        }
    }

    /// After how long without a key or a pointer the page logs off; never if none.
    pub fn set_idle_limit(&mut self, limit: Option<Duration>) {
        self.session.set_idle_limit(limit);
    }

    /// The conversation.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The model.
    pub fn pbx(&self) -> &Pbx {
        &self.pbx
    }

    /// Which channels make up one call, as of the last [`commit`](Self::commit) or
    /// [`glance`](Self::glance).
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// What happened in a call so far; none if there is no such call.
    pub fn story(&self, call: &str) -> Option<Story> {
        let members = self.calls.members(call)?;
        let living: Vec<_> = members
            .channels
            .iter()
            .filter_map(|id| self.pbx.as_gone(id))
            .collect();
        Some(Story::of(self.stories.left(call), &living))
    }

    /// The board. Bring it up to date with [`commit`](Self::commit) first.
    pub fn board(&self) -> &Board {
        &self.tables.channels
    }

    /// All tables. Bring them up to date with [`commit`](Self::commit) first.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables, to sort, filter or hold them.
    pub fn tables_mut(&mut self) -> &mut Tables {
        &mut self.tables
    }

    /// Counts time that was spent on this console.
    pub fn spent(&mut self, work: Work, time: Duration, now: Moment) {
        self.budget.spent(work, time, now);
    }

    /// What the conversation came to lately, and what would make it less.
    pub fn traffic(&mut self, seconds: usize, now: Moment) -> (Report, Advice) {
        let report = self.budget.report(seconds, now);
        let heeded = self.session.apart().is_none();
        let version = &self.session.abilities().version;
        let advice = budget::advise(&report, version, heeded, |name| {
            self.session.filtered().any(|kept| kept == name)
        });
        (report, advice)
    }

    /// The next thing to do outside, if there is any.
    pub fn poll(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to come back with [`Input::Tick`] at the latest.
    pub fn wake_at(&self) -> Option<Moment> {
        let times = self
            .session
            .wake_at()
            .into_iter()
            .chain(self.tabs.as_ref().and_then(Tabs::wake_at))
            .chain(self.tables.next_expiry())
            .chain(self.pbx.alone_at())
            .chain(self.desk.wake_at(self.session.phase().may_ask()))
            .chain(self.consults.wake_at(self.session.phase().may_ask()));
        times.min()
    }

    /// Takes in what happened at `now`. Draw after [`commit`](Self::commit), not before.
    pub fn handle(&mut self, input: Input, now: Moment) {
        self.feed(input, now);
        while self.work(usize::MAX, now) {}
    }

    /// Takes in what happened among the pages of this browser.
    pub fn handle_tabs(&mut self, input: tabs::Input, now: Moment) {
        self.feed_tabs(input, now);
        while self.work(usize::MAX, now) {}
    }

    /// Notes what happened at `now`, to be worked off by [`work`](Self::work).
    pub fn feed(&mut self, input: Input, now: Moment) {
        if let (Input::Tick, Some(tabs)) = (&input, &mut self.tabs) {
            tabs.handle(tabs::Input::Tick, now);
        }
        if let Input::Replied(_, reply) = &input {
            self.budget.body(reply.body.len(), now);
        }
        self.session.feed(input, now);
    }

    /// Notes what happened among the pages of this browser, to be worked off like the rest.
    pub fn feed_tabs(&mut self, input: tabs::Input, now: Moment) {
        if let Some(tabs) = &mut self.tabs {
            tabs.handle(input, now);
        }
        self.route(now);
    }

    /// Whether something is to be worked off.
    pub fn has_work(&self) -> bool {
        self.adoption.is_some() || self.session.has_work()
    }

    /// Works off what happened: about so many bytes of it. Whether there is more to do. What is
    /// committed in between is what Asterisk said up to there.
    pub fn work(&mut self, bytes: usize, now: Moment) -> bool {
        match &mut self.adoption {
            Some(adoption) => {
                if self.pbx.adopt_some(adoption, bytes / LISTED + 1) {
                    self.adoption = None;
                }
            }
            None => self.with_sink(now, |session, sink| {
                session.work(bytes, sink);
            }),
        }
        if self.pbx.touched() + self.undrawn.channels.len() > UNDRAWN {
            self.commit(now);
        }
        if self.pbx.gone() > UNTOLD {
            self.glance();
            let over = std::mem::take(&mut self.undrawn.over);
            self.tables.ended.add(over, now);
        }
        self.route(now);
        if self.has_work() {
            return true;
        }
        if self.pbx.take_alone(now) {
            self.session.feed(Input::Unlikely, now);
        }
        // Without this, a Tick that nobody draws after would leave `wake_at` in the past.
        self.tables.expire(now);
        self.attend(now);
        self.attend_consults(now);
        self.route(now);
        self.has_work()
    }

    /// Takes what conversation and pages want to where it is done; some of it they want of each
    /// other.
    fn route(&mut self, now: Moment) {
        loop {
            if let Some(output) = self.session.poll() {
                match (output, &mut self.tabs) {
                    (session::Output::Post(post), _) => {
                        self.budget.request(now);
                        self.outbox.push_back(Output::Post(post));
                    }
                    (session::Output::Abort(id), _) => self.outbox.push_back(Output::Abort(id)),
                    (session::Output::Share(share), Some(tabs)) => tabs.share(share),
                    (session::Output::Show(topics), Some(tabs)) => tabs.show(topics, now),
                    (session::Output::Claim, Some(tabs)) => tabs.claim(now),
                    (session::Output::Leave, Some(tabs)) => tabs.leave_for_good(),
                    (_, None) => {}
                }
                continue;
            }
            let Some(output) = self.tabs.as_mut().and_then(Tabs::poll) else {
                break;
            };
            let input = match output {
                tabs::Output::Role(role) => Input::Role(role),
                tabs::Output::Others(topics) => Input::Others(topics),
                tabs::Output::Shared(share) => Input::Shared(share),
                tabs::Output::Outdated => Input::Outdated,
                tabs::Output::Contested => Input::EventsLost,
                tabs::Output::Say(message) => {
                    self.outbox.push_back(Output::Say(message));
                    continue;
                }
                tabs::Output::AwaitLock => {
                    self.outbox.push_back(Output::AwaitLock);
                    continue;
                }
                tabs::Output::StealLock => {
                    self.outbox.push_back(Output::StealLock);
                    continue;
                }
                tabs::Output::LetGo => {
                    self.outbox.push_back(Output::LetGo);
                    continue;
                }
            };
            self.session.feed(input, now);
        }
    }

    /// Brings the calls up to date, and no table: enough for a page that nobody looks at.
    pub fn glance(&mut self) {
        let (touched, gone) = (self.pbx.take_touched(), self.pbx.take_gone());
        let (changes, over) = self
            .stories
            .follow(&self.pbx, gone, &mut self.calls, &touched);
        self.undrawn.channels.extend(touched);
        self.undrawn.calls.extend(changes);
        self.undrawn.over.extend(over);
    }

    /// Whether the table of the calls is out of sight: from now on [`commit`](Self::commit) leaves it
    /// as it is until it is in sight again, or [wanted](Self::catch_up) all the same.
    pub fn set_calls_away(&mut self, away: bool, now: Moment) {
        self.calls_away = away;
        if !away {
            self.catch_up(now);
        }
    }

    /// Brings the table of the calls up to date, in sight or not.
    pub fn catch_up(&mut self, now: Moment) {
        let changes = std::mem::take(&mut self.undrawn.calls);
        let calls = &mut self.tables.calls;
        calls.update(&self.pbx, &self.calls, changes, self.located, now);
    }

    /// Brings the tables up to date: once a frame is enough, however much happened.
    pub fn commit(&mut self, now: Moment) {
        self.glance();
        let mut touched = std::mem::take(&mut self.undrawn.channels);
        let over = std::mem::take(&mut self.undrawn.over);
        let located = self.session.knows(Topic::Locations);
        if std::mem::replace(&mut self.located, located) != located {
            let every = self.pbx.channels().map(|channel| channel.uniqueid.clone());
            touched.extend(every);
            self.undrawn.calls.calls.extend(self.calls.iter().cloned());
        }
        self.tables.ended.add(over, now);
        if !self.calls_away || self.undrawn.calls.calls.len() > UNDRAWN {
            self.catch_up(now);
        }
        let board = &mut self.tables.channels;
        match located {
            true => board.update(&self.pbx, touched, now),
            false => board.update_unlocated(&self.pbx, touched, now),
        }
        self.tables.follow(now);
        self.follow(now);
        self.desk.tidy(&self.tables.channels);
    }

    fn with_sink(
        &mut self,
        now: Moment,
        run: impl FnOnce(&mut Session, &mut dyn FnMut(Notice<'_, '_>)),
    ) {
        let Self {
            session,
            pbx,
            calls,
            stories,
            undrawn,
            tables,
            snapshot,
            comparison,
            adoption,
            desk,
            consults,
            budget,
            ..
        } = self;
        let shown = session.topics().unwrap_or(Topics::NONE);
        run(session, &mut |notice| match notice {
            Notice::Counted(name, bytes, read) => budget.event(name, read, bytes, now),
            Notice::Happened(event) => {
                desk.hear(event);
                consults.hear(event);
                let rows = pbx.len();
                pbx.apply(event, now);
                comparison.heard(event, pbx.len().saturating_sub(rows));
                tables.apply(shown, event);
            }
            Notice::ListBegun(topics) => {
                tables.list_begins(topics);
                if topics.has(Topic::Channels) {
                    pbx.ask_for_list();
                    *snapshot = Some(Snapshot::default());
                }
            }
            Notice::ListedChannel(item, asked) => {
                if let Some(snapshot) = snapshot {
                    snapshot.asked_at(asked);
                    snapshot.channel(item, now);
                }
            }
            Notice::TopicBegun(topic) => {
                tables.can_be_listed(topic);
                if let (Topic::Parking, Some(snapshot)) = (topic, snapshot.as_mut()) {
                    snapshot.parked_calls();
                }
            }
            Notice::Listed(topic, item) => {
                tables.listed(topic, item);
                if let Some(snapshot) = snapshot {
                    snapshot.item(topic, item);
                }
            }
            Notice::ListDone(topics, keep) => {
                tables.list_done(topics);
                if topics.has(Topic::Channels) {
                    let list = snapshot.take().unwrap_or_default();
                    *adoption = Some(pbx.begin_to_adopt(list, keep));
                    comparison.listed_anew();
                }
            }
            // Where events may have been lost, what is known may be wrong, and nobody can tell.
            Notice::ListRefused(keep) => {
                *snapshot = None;
                if keep == Keep::ListedOnly {
                    *adoption = Some(pbx.begin_to_adopt(Snapshot::default(), keep));
                }
            }
            Notice::CompareBegun => comparison.begin(now),
            Notice::Compared(item) => {
                comparison.item(item, pbx);
                pbx.prove(&item.channel);
            }
            Notice::CompareDone(found) => *found = comparison.end(pbx),
            Notice::CompareAgain(found) => {
                *found = comparison.again(pbx);
                comparison.mend(pbx);
            }
            Notice::Outcome(handle, outcome) => desk.came(handle, News::Outcome(outcome.clone())),
            Notice::Learned(handle, learned) => desk.came(handle, News::Learned(learned.clone())),
            Notice::Forget => {
                *pbx = Pbx::default();
                calls.clear();
                stories.clear();
                *undrawn = Undrawn::default();
                *snapshot = None;
                *adoption = None;
                tables.clear();
                desk.forget();
                consults.forget();
            }
        });
        self.take_news(now);
        if self.pbx.take_doubt() {
            self.session.feed(Input::Doubtful, now);
        }
    }
}
