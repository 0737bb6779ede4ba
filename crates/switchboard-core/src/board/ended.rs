//! The table of calls that are over: what became of each, kept since log-in.

use std::borrow::Cow;

use ajam::time::Moment;
use serde::{Deserialize, Serialize};

use super::order::{Columns, Sort};
use super::record::Record;
use super::story::{Story, Unanswered, Who, millis, people};
use super::table::Table;
use crate::live::past::Did;
use crate::live::{Gone, Over, Party};
use crate::trunks::{Direction, Trunks};

/// So many calls that are over are kept: the last ones.
pub const KEPT: usize = 1000;

/// So many more are let come before the oldest go.
const SLACK: usize = 8;

/// So many of those are kept over a reload: browsers keep a few megabytes for a page.
pub const KEPT_OVER_RELOAD: usize = 300;

/// A call that is over, ready to be put into words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// Its name, and when it ended: a name may be used again.
    id: String,
    /// Who called.
    pub from: Who,
    /// Whom they talked with, or whose phones rang: in that order.
    pub to: Vec<Who>,
    /// The context in which the caller's channel came to be; may be empty.
    pub came: String,
    /// The number that was dialled first; empty if none was, or none is known.
    pub dialled: String,
    /// What became of it.
    pub result: EndedAs,
    /// When it began.
    #[serde(with = "millis")]
    pub began: Moment,
    /// When it ended.
    #[serde(with = "millis")]
    pub ended: Moment,
    /// How long people talked, in milliseconds; 0 if they did not.
    pub talked: u64,
    /// What happened.
    pub story: Story,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndedAs {
    /// People talked.
    Talked,
    /// They were in this conference.
    Conference(String),
    /// The caller was in the mailbox.
    Mailbox,
    /// The caller gave up waiting in this queue.
    LeftQueue(String),
    /// Nobody answered.
    Unanswered(Unanswered),
    /// Nobody was called: this application of the dial plan had the caller; empty if it is not known.
    Alone(String),
    /// It was gone when everything was listed: its end was not seen.
    Unseen,
}

/// What they can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// When they ended.
    Time,
    /// What became of them.
    State,
    /// Who called.
    From,
    /// Whom.
    To,
    /// How long they were.
    Duration,
}

impl Columns for Column {
    const ALL: &'static [Self] = &[
        Self::Time,
        Self::State,
        Self::From,
        Self::To,
        Self::Duration,
    ];
    const FIRST: Sort<Self> = Sort {
        column: Self::Time,
        descending: true,
    };

    fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::State => "state",
            Self::From => "from",
            Self::To => "to",
            Self::Duration => "duration",
        }
    }
}

impl EndedAs {
    /// Whether somebody called and talked with nobody.
    pub fn is_missed(&self) -> bool {
        matches!(self, Self::LeftQueue(_) | Self::Unanswered(_))
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Unanswered(_) => 0,
            Self::LeftQueue(_) => 1,
            Self::Mailbox => 2,
            Self::Talked => 3,
            Self::Conference(_) => 4,
            Self::Alone(_) => 5,
            Self::Unseen => 6,
        }
    }
}

impl Record for Ended {
    type Id = String;
    type Column = Column;

    fn id(&self) -> &String {
        &self.id
    }

    fn text(&self, column: Column) -> Cow<'_, str> {
        match column {
            Column::Time => format!("{:020}", self.ended.millis().abs_diff(i64::MIN)).into(),
            Column::State => self.result.rank().to_string().into(),
            Column::From => self.from.text().into(),
            Column::To => {
                let all: Vec<_> = self.to.iter().map(Who::text).collect();
                format!("{} {}", all.join(" "), self.dialled).into()
            }
            Column::Duration => format!("{:020}", self.duration()).into(),
        }
    }

    fn found_by(&self) -> String {
        let people = [&self.from].into_iter().chain(&self.to);
        let people = people.flat_map(|who| [&*who.party.name, &who.party.num, &who.channel]);
        let place = match &self.result {
            EndedAs::Conference(place) | EndedAs::LeftQueue(place) | EndedAs::Alone(place) => place,
            _ => "",
        };
        let all: Vec<_> = people.chain([&*self.dialled, place]).collect();
        all.join("\n")
    }

    fn numbers(&self) -> Vec<&str> {
        let people = [&self.from].into_iter().chain(&self.to);
        people
            .map(|who| &*who.party.num)
            .chain([&*self.dialled])
            .collect()
    }

    fn began(&self) -> Option<Moment> {
        Some(self.ended)
    }
}

impl Who {
    fn text(&self) -> String {
        let Party { name, num } = &self.party;
        match self.party.is_empty() {
            true => self.channel.clone(),
            false => format!("{name} {num}").trim().to_owned(),
        }
    }
}

impl Ended {
    /// How long it was, in milliseconds.
    pub fn duration(&self) -> u64 {
        self.ended
            .millis()
            .saturating_sub(self.began.millis())
            .max(0)
            .unsigned_abs()
    }

    /// What is to be kept of a call that is over; none of one that nobody was on. `now` is when it was
    /// found to be over.
    pub fn of(over: &Over, now: Moment) -> Option<Self> {
        let people = people(over.legs.iter());
        let caller = *people.first()?;
        let began = people.iter().map(|leg| leg.started).min().unwrap_or(now);
        let ended = over.ended().unwrap_or(now);
        let joined = |leg: &Gone| leg.past.steps.iter().any(|step| is_joined(&step.did));
        let mut others: Vec<&Gone> = people.iter().skip(1).copied().collect();
        others.sort_by_key(|leg| !joined(leg));
        // Only one that was seen whole is known not to have talked.
        let answered = |leg: &Gone| joined(leg) || !leg.past.whole;
        let talked = people.iter().filter(|leg| answered(leg)).count() > 1;
        let result = match room(&people) {
            Some(room) => EndedAs::Conference(room),
            None if talked => EndedAs::Talked,
            None => of_nobody(caller, &others),
        };
        if matches!(result, EndedAs::Talked) {
            others.retain(|leg| joined(leg) || !leg.past.whole);
        }
        let dialled = caller.past.steps.iter().find_map(|step| match &step.did {
            Did::Dialled(number) => Some(number.clone()),
            _ => None,
        });
        Some(Self {
            id: format!("{} {}", over.call, ended.millis()),
            from: Who::of(caller),
            to: others.into_iter().map(Who::of).collect(),
            came: caller.past.came.clone(),
            dialled: dialled.unwrap_or_else(|| caller.past.dialled.clone()),
            result,
            began,
            ended,
            talked: time_talked(&people, ended),
            story: Story::of(&over.legs, &[]),
        })
    }

    /// Which way it went, by the lines that lead out of the house.
    pub fn direction(&self, trunks: &Trunks) -> Option<Direction> {
        let called = self.to.iter().map(|who| &*who.channel);
        match self.result {
            EndedAs::Conference(_) => None,
            _ => trunks.direction(&self.from.channel, &self.came, called),
        }
    }

    /// Whether somebody called the house, as far as that is known, and talked with nobody.
    pub fn is_missed(&self, trunks: &Trunks) -> bool {
        self.result.is_missed() && self.direction(trunks) != Some(Direction::Out)
    }

    fn shifted(mut self, millis: i64) -> Self {
        let shift = |at: &mut Moment| *at = Moment::from_millis(at.millis().saturating_add(millis));
        shift(&mut self.began);
        shift(&mut self.ended);
        self.story
            .lines
            .iter_mut()
            .for_each(|line| shift(&mut line.at));
        self
    }
}

/// For how long at least two of them were together, as far as it was seen.
fn time_talked(people: &[&Gone], ended: Moment) -> u64 {
    let mut changes: Vec<(Moment, i32)> = Vec::new();
    for leg in people {
        let mut with = false;
        for step in &leg.past.steps {
            match (&step.did, with) {
                (did, false) if is_joined(did) => changes.push((step.at, 1)),
                (Did::Left, true) => changes.push((step.at, -1)),
                _ => continue,
            }
            with = !with;
        }
        if with {
            let end = leg.end.as_ref().map_or(ended, |end| end.at);
            changes.push((end, -1));
        }
    }
    changes.sort_by_key(|(at, change)| (*at, -change));
    let (mut there, mut since, mut all) = (0, None, 0);
    for (at, change) in changes {
        there += change;
        match (there > 0, since) {
            (true, None) => since = Some(at),
            (false, Some(begun)) => {
                all += at.since(begun).as_millis();
                since = None;
            }
            _ => {}
        }
    }
    u64::try_from(all).unwrap_or(u64::MAX)
}

fn is_joined(did: &Did) -> bool {
    matches!(did, Did::Joined(_))
}

fn room(people: &[&Gone]) -> Option<String> {
    let steps = people.iter().flat_map(|leg| &leg.past.steps);
    let mut rooms = steps.filter_map(|step| match &step.did {
        Did::Entered(room) => Some(room.clone()),
        _ => None,
    });
    rooms.next()
}

/// What became of a call in which nobody talked.
fn of_nobody(caller: &Gone, others: &[&Gone]) -> EndedAs {
    let ran = caller
        .past
        .steps
        .iter()
        .rev()
        .find_map(|step| match &step.did {
            Did::Ran(application) => Some(application.clone()),
            _ => None,
        });
    let ran = ran.or_else(|| Some(caller.ran.clone()).filter(|ran| !ran.is_empty()));
    let waited = caller
        .past
        .steps
        .iter()
        .rev()
        .find_map(|step| match &step.did {
            Did::Waited(queue) => Some(queue.clone()),
            _ => None,
        });
    let unanswered = others.iter().rev().find_map(|leg| {
        let cause = leg.end.as_ref().map(|end| end.cause);
        leg.past.steps.iter().find_map(|step| match &step.did {
            Did::Unanswered(status) => Some(Unanswered::of(status, cause)),
            _ => None,
        })
    });
    match ran {
        Some(ran) if ran.eq_ignore_ascii_case("voicemail") => return EndedAs::Mailbox,
        _ => {}
    }
    if let Some(queue) = waited {
        return EndedAs::LeftQueue(queue);
    }
    if let Some(why) = unanswered {
        return EndedAs::Unanswered(why);
    }
    if !others.is_empty() {
        return EndedAs::Unanswered(Unanswered::Stopped);
    }
    match (ran, &caller.end) {
        (Some(ran), _) => EndedAs::Alone(ran),
        (None, None) => EndedAs::Unseen,
        (None, Some(_)) => EndedAs::Alone(String::new()),
    }
}

/// What is kept over a reload: times are the wall clock's.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    calls: Vec<Ended>,
}

const VERSION: u32 = 1;

impl Table<Ended> {
    /// Takes in calls that are over.
    pub fn add(&mut self, over: Vec<Over>, now: Moment) {
        let rows = over.iter().filter_map(|over| Ended::of(over, now));
        self.put_all(rows.collect(), now);
    }

    fn put_all(&mut self, rows: Vec<Ended>, now: Moment) {
        if rows.is_empty() {
            return;
        }
        let find = |id: &String| rows.iter().find(|row| row.id == *id).cloned();
        self.refresh(rows.iter().map(|row| row.id.clone()), find, now);
        // Seldom: the oldest have to be looked for.
        if self.living() > KEPT + SLACK {
            let over = self.living() - KEPT;
            let mut all: Vec<_> = self
                .living_rows()
                .map(|row| (row.ended, row.id.clone()))
                .collect();
            all.sort();
            let oldest = all.into_iter().take(over).map(|(_, id)| id);
            self.refresh(oldest, |_| None, now);
        }
    }

    /// All of them as a text, to be kept over a reload. `wall` is what the wall clock is ahead of
    /// the page's, in milliseconds.
    pub fn to_text(&self, wall: i64) -> String {
        let mut calls: Vec<Ended> = self.living_rows().cloned().collect();
        calls.sort_by_key(|row| std::cmp::Reverse(row.ended));
        calls.truncate(KEPT_OVER_RELOAD);
        let calls = calls.into_iter().map(|row| row.shifted(wall)).collect();
        let kept = Kept {
            version: VERSION,
            calls,
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Takes in what [`to_text`](Self::to_text) has made. What cannot be read is left out.
    pub fn take_text(&mut self, text: &str, wall: i64, now: Moment) {
        let kept: Option<Kept> = serde_json::from_str(text).ok();
        let Some(kept) = kept.filter(|kept| kept.version == VERSION) else {
            return;
        };
        let rows = kept.calls.into_iter().take(KEPT);
        let rows = rows.map(|row| row.shifted(wall.saturating_neg()));
        self.put_all(rows.collect(), now);
    }
}
