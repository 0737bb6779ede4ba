//! The console: joins the conversation, the model and the board, still without a browser.
//!
//! The browser's shell feeds it (an answer, a failure, the time, a click), does what it asks for
//! ([`Console::poll`], [`Console::wake_at`]), and draws what it holds.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::ami::action::{Context, Exten, Redirect};
use crate::ami::{Action, ChannelName, Uniqueid};
use crate::board::Board;
use crate::budget::{self, Advice, Budget, Report, Work};
use crate::live::{Adoption, Channel, Pbx, Snapshot};
use crate::session::{self, Handle, Input, Notice, Outcome, Post, RequestId, Session};
use crate::tabs::{self, Message, Tabs};
use crate::time::Moment;

/// How long a row says that an action was done.
pub const DONE_SHOWN: Duration = Duration::from_secs(6);

/// How long an outcome whose row is gone is shown.
pub const ORPHAN_SHOWN: Duration = Duration::from_secs(12);

/// How many channels and bridges may have changed without being drawn: what nobody draws, because
/// the page is not in sight, is then brought up to date all the same.
pub const UNDRAWN: usize = 8192;

/// To take over a listed channel takes about as long as to read so many bytes.
const LISTED: usize = 500;

/// What a person can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hang a channel up.
    HangUp(Uniqueid),
    /// Send a channel elsewhere, alone or with the channel at its other end.
    Transfer {
        /// Which channel.
        channel: Uniqueid,
        /// Where to.
        exten: Exten,
        /// Where to.
        context: Context,
        /// Whether the other leg goes along.
        both: bool,
    },
}

/// What was asked, for the words beside the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Hang up.
    HangUp,
    /// Transfer.
    Transfer,
}

/// What a row says of the last thing that was asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What was asked.
    pub verb: Verb,
    /// What came of it; none while Asterisk has not answered.
    pub outcome: Option<Outcome>,
    /// When it was asked, or when its outcome was told.
    pub at: Moment,
}

/// An outcome whose row is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The channel's name, as it last was.
    pub channel: String,
    /// What was asked, and what came of it.
    pub note: Note,
}

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

/// Everything but the browser.
#[derive(Debug)]
pub struct Console {
    session: Session,
    /// None for a page that knows no others.
    tabs: Option<Tabs>,
    outbox: VecDeque<Output>,
    pbx: Pbx,
    board: Board,
    snapshot: Option<Snapshot>,
    /// A list that is being put in place of everything. Nothing is applied meanwhile.
    adoption: Option<Adoption>,
    asked: HashMap<Handle, Asked>,
    notes: HashMap<Uniqueid, Note>,
    /// What was asked and may or may not have been done, until the model shows it.
    doubtful: HashMap<Uniqueid, Asked>,
    orphans: Vec<Orphan>,
    budget: Budget,
}

#[derive(Clone, Debug)]
struct Asked {
    channel: Uniqueid,
    name: String,
    verb: Verb,
    /// Where to, for a transfer.
    target: Option<(Exten, Context)>,
    /// Whether it was anywhere else when that was asked.
    would_move: bool,
}

impl Console {
    /// A console that has said nothing yet. The seed is for the delays between retries.
    pub fn new(seed: u64) -> Self {
        Self {
            session: Session::new(seed),
            tabs: None,
            outbox: VecDeque::new(),
            pbx: Pbx::default(),
            board: Board::default(),
            snapshot: None,
            adoption: None,
            asked: HashMap::new(),
            notes: HashMap::new(),
            doubtful: HashMap::new(),
            orphans: Vec::new(),
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

    /// The board. Bring it up to date with [`commit`](Self::commit) first.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The board, to sort, filter or hold it.
    pub fn board_mut(&mut self) -> &mut Board {
        &mut self.board
    }

    /// What the row of this channel says of the last thing that was asked of it.
    pub fn note(&self, id: &str) -> Option<&Note> {
        self.notes.get(id)
    }

    /// Outcomes whose rows are gone, each once.
    pub fn take_orphans(&mut self) -> Vec<Orphan> {
        std::mem::take(&mut self.orphans)
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
        let notes = self.notes.values().filter_map(Note::until);
        let times = self
            .session
            .wake_at()
            .into_iter()
            .chain(self.tabs.as_ref().and_then(Tabs::wake_at))
            .chain(self.board.next_expiry())
            .chain(notes);
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
        if self.pbx.touched() > UNDRAWN {
            self.commit(now);
        }
        self.route(now);
        if self.has_work() {
            return true;
        }
        // Without this, a Tick that nobody draws after would leave `wake_at` in the past.
        self.board.expire(now);
        self.notes
            .retain(|_, note| note.until().is_none_or(|until| until > now));
        false
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
                    (session::Output::Show(views), Some(tabs)) => tabs.show(views, now),
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
                tabs::Output::Others(views) => Input::Others(views),
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

    /// Brings the board up to date: once a frame is enough, however much happened.
    pub fn commit(&mut self, now: Moment) {
        let mut touched = self.pbx.take_touched();
        if self.board.set_located(self.session.knows_locations()) {
            let every = self.pbx.channels().map(|channel| channel.uniqueid.clone());
            touched.extend(every);
        }
        self.board.update(&self.pbx, touched, now);
        self.resolve(now);
        let gone: Vec<_> = self
            .notes
            .keys()
            .filter(|id| self.board.find(id).is_none())
            .cloned()
            .collect();
        for id in gone {
            self.notes.remove(&id);
        }
    }

    /// Asks Asterisk for something. Its outcome comes beside the row, or as an [`Orphan`].
    pub fn ask(&mut self, command: Command, now: Moment) {
        let (id, verb) = match &command {
            Command::HangUp(id) => (id.clone(), Verb::HangUp),
            Command::Transfer { channel, .. } => (channel.clone(), Verb::Transfer),
        };
        let target = match &command {
            Command::Transfer { exten, context, .. } => Some((exten.clone(), context.clone())),
            Command::HangUp(_) => None,
        };
        let Some(action) = self.action(command) else {
            // The channel ended between the look and the click.
            let note = Note {
                verb,
                outcome: Some(Outcome::NoChannel),
                at: now,
            };
            let channel = self
                .board
                .find(&id)
                .map(|row| row.channel.clone())
                .unwrap_or_default();
            return self.tell(id, channel, note);
        };
        let channel = self.pbx.channel(&id);
        let name = channel
            .and_then(|c| c.name.as_ref())
            .map(ToString::to_string);
        let would_move = match (channel, &target) {
            (Some(channel), Some((exten, context))) => !is_at(channel, exten, context),
            _ => true,
        };
        let asked = Asked {
            channel: id.clone(),
            name: name.unwrap_or_default(),
            verb,
            target,
            would_move,
        };
        self.doubtful.remove(&asked.channel);
        self.notes.insert(
            id,
            Note {
                verb,
                outcome: None,
                at: now,
            },
        );
        let mut refused = None;
        let handle = self.session.submit(action, now, &mut |notice| {
            if let Notice::Outcome(_, outcome) = notice {
                refused = Some(outcome.clone());
            }
        });
        match refused {
            Some(outcome) => self.settle(asked, outcome, now),
            None => {
                self.asked.insert(handle, asked);
            }
        }
        self.route(now);
    }

    /// Says of what may or may not have been done that it was, as soon as the model shows it.
    fn resolve(&mut self, now: Moment) {
        if self.doubtful.is_empty() || !self.session.phase().is_live() {
            return;
        }
        let shown: Vec<_> = self
            .doubtful
            .values()
            .filter(|asked| self.is_shown(asked))
            .cloned()
            .collect();
        for asked in shown {
            self.doubtful.remove(&asked.channel);
            self.settle(asked, Outcome::Shown, now);
        }
        let pbx = &self.pbx;
        self.doubtful.retain(|id, _| pbx.channel(id).is_some());
    }

    fn is_shown(&self, asked: &Asked) -> bool {
        match (self.pbx.channel(&asked.channel), &asked.target) {
            (None, None) => true,
            (Some(channel), Some((exten, context))) => {
                asked.would_move && is_at(channel, exten, context)
            }
            _ => false,
        }
    }

    /// The names that Asterisk wants, as they are now: a channel may have been renamed since the
    /// row was drawn.
    fn action(&self, command: Command) -> Option<Action> {
        let name = |id: &str| self.pbx.channel(id)?.name.clone().filter(is_one_channel);
        Some(match command {
            Command::HangUp(id) => Action::Hangup {
                channel: name(&id)?,
            },
            Command::Transfer {
                channel,
                exten,
                context,
                both,
            } => {
                let extra = match both {
                    true => Some(
                        self.pbx
                            .only_peer(&channel)?
                            .name
                            .clone()
                            .filter(is_one_channel)?,
                    ),
                    false => None,
                };
                Action::Redirect(Redirect {
                    channel: name(&channel)?,
                    extra,
                    exten,
                    context,
                })
            }
        })
    }

    fn settle(&mut self, asked: Asked, outcome: Outcome, now: Moment) {
        if matches!(outcome, Outcome::Unknown(_)) {
            self.doubtful.insert(asked.channel.clone(), asked.clone());
        }
        let note = Note {
            verb: asked.verb,
            outcome: Some(outcome),
            at: now,
        };
        self.tell(asked.channel, asked.name, note);
    }

    fn tell(&mut self, id: Uniqueid, channel: String, note: Note) {
        let done = matches!(note.outcome, Some(Outcome::Done(_)));
        if self.board.find(&id).is_some_and(|row| row.ended.is_none()) || done {
            self.notes.insert(id, note);
        } else {
            self.notes.remove(&id);
            self.orphans.push(Orphan { channel, note });
        }
    }

    fn with_sink(
        &mut self,
        now: Moment,
        run: impl FnOnce(&mut Session, &mut dyn FnMut(Notice<'_, '_>)),
    ) {
        let Self {
            session,
            pbx,
            board,
            snapshot,
            adoption,
            asked,
            notes,
            doubtful,
            budget,
            ..
        } = self;
        let mut settled = Vec::new();
        run(session, &mut |notice| match notice {
            Notice::Counted(name, bytes, read) => budget.event(name, read, bytes, now),
            Notice::Happened(event) => pbx.apply(event, now),
            Notice::ListBegun => {
                pbx.ask_for_list();
                *snapshot = Some(Snapshot::default());
            }
            Notice::ListedChannel(item, asked) => {
                if let Some(snapshot) = snapshot {
                    snapshot.asked_at(asked);
                    snapshot.channel(item, now);
                }
            }
            Notice::ListedBridge(block) => {
                if let Some(snapshot) = snapshot {
                    snapshot.bridge(block);
                }
            }
            Notice::ParkedBegun => {
                if let Some(snapshot) = snapshot {
                    snapshot.parked_calls();
                }
            }
            Notice::ListedParked(parkee, place) => {
                if let Some(snapshot) = snapshot {
                    snapshot.parked(parkee, place);
                }
            }
            Notice::ListDone(keep) => {
                let list = snapshot.take().unwrap_or_default();
                *adoption = Some(pbx.begin_to_adopt(list, keep));
            }
            Notice::Outcome(handle, outcome) => {
                if let Some(asked) = asked.remove(handle) {
                    settled.push((asked, outcome.clone()));
                }
            }
            Notice::Forget => {
                *pbx = Pbx::default();
                *snapshot = None;
                *adoption = None;
                board.clear();
                notes.clear();
                doubtful.clear();
            }
        });
        for (asked, outcome) in settled {
            self.settle(asked, outcome, now);
        }
    }
}

impl Note {
    /// A refusal stays as long as its row; that something was done is soon said.
    fn until(&self) -> Option<Moment> {
        matches!(self.outcome, Some(Outcome::Done(_) | Outcome::Shown))
            .then(|| self.at + DONE_SHOWN)
    }
}

fn is_at(channel: &Channel, exten: &Exten, context: &Context) -> bool {
    channel.location.exten == exten.as_str() && channel.location.context == context.as_str()
}

/// `Hangup` takes a name that begins with a slash for a pattern of many channels (11 and later).
fn is_one_channel(name: &ChannelName) -> bool {
    !name.starts_with('/')
}
