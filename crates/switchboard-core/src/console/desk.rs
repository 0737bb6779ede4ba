//! What a person has asked for, from the click to what the events show.
//!
//! One wish goes through a few requests, one behind the other: is the channel still who it was, where
//! that is in doubt; does it stand in the dial plan, where that is in doubt, and is the number there,
//! where this account may ask; and the act itself. From then on its channels are followed.
//!
//! What the server does not say in time is not taken for a yes: a transfer that was not checked is not
//! sent, unless somebody has been told so and [asked for it all the same](Console::ask_unchecked).
//! Asterisk would hang everybody up whose number is not there, while a transfer that was not sent
//! leaves them talking, and can be asked for again.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use ajam::ami::action::{Context, Exten, Park, Redirect};
use ajam::ami::{
    Action, Argument, CallerId, ChannelName, Event, EventKind, Originate, Then, Uniqueid,
};
use ajam::session::{Handle, Input, Learned, Lot, Notice, Outcome, Phase, Question};
use ajam::time::Moment;

use super::Console;
use crate::acts::errand::{Errand, RINGS, TRIED};
use crate::acts::parking::{DEFAULT_LOT, Parking};
use crate::acts::people::{self, Parties, Prospect};
use crate::acts::pursuit::Pursuit;
use crate::acts::{Command, Course, Fate, Note, Orphan, Phone, Subject, Target, Wish};
use crate::board::Board;
use crate::live::{Channel, Party, Pbx};

/// How long an act waits for the answer to what is asked before it: a server that takes longer would
/// not be soon with the act either.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long where it need not be there: it was given a moment ago, and is asked for once more.
const MOMENT: Duration = Duration::from_secs(1);

/// How long the answer to that is believed.
const FRESH: Duration = Duration::from_secs(10);

/// How many such answers are kept.
const NUMBERS: usize = 16;

/// How often the channels of one wish are looked at before it is sent.
const LOOKS: usize = 4;

/// How much of what was told beside rows is kept until somebody takes it.
const TOLD: usize = 16;

/// `Cause` of a phone that is busy (Q.931).
const BUSY: u8 = 17;

/// What is known of a number in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Nobody has asked yet, or the answer is on its way.
    Open,
    /// It can be dialled.
    There,
    /// It can't be dialled.
    Missing,
    /// This account may not ask, or the server does not say.
    CannotTell,
}

/// Wishes, and what is told of them.
#[derive(Debug, Default)]
pub(super) struct Desk {
    asked: HashMap<Handle, Asked>,
    /// What came for them and is still to be taken in.
    news: Vec<(Handle, News)>,
    notes: HashMap<Target, Note>,
    /// What was asked and may or may not have been done, until the model shows it.
    doubtful: HashMap<Uniqueid, Asked>,
    orphans: Vec<Orphan>,
    /// What has been told beside rows, and was not taken yet: the newest [`TOLD`].
    told: VecDeque<(Uniqueid, Orphan)>,
    /// What Asterisk may do or has taken, until the events show it.
    followed: Vec<Followed>,
    numbers: Vec<(Exten, Context, Number, Moment)>,
    /// The number that is asked for while somebody types, and the one to ask for next.
    typing: Option<(Handle, Exten, Context)>,
    typed: Option<(Exten, Context)>,
    /// The channel that is looked at because nothing has shown what came of it.
    looking: Option<(Handle, Uniqueid)>,
    /// The parking lots, once they have been told, and who asks for them.
    lots: Option<Vec<Lot>>,
    asking_for_lots: Option<Handle>,
}

/// What came for a wish.
#[derive(Debug)]
pub(super) enum News {
    Outcome(Outcome),
    Learned(Learned),
}

/// A wish on its way.
#[derive(Clone, Debug)]
struct Asked {
    command: Command,
    /// Whom it was said to hit.
    shown: Option<Prospect>,
    /// Whom it is about, as it was when that was asked.
    about: Subject,
    step: Step,
    /// Names that Asterisk has said belong to these ids.
    verified: Vec<(Uniqueid, ChannelName)>,
    /// Whether it was tried to look the number up.
    looked_up: bool,
    /// It was there when somebody asked for this: a second answer is not waited for long.
    was_there: bool,
    /// Places of its channels that it was tried to look up.
    places: Vec<(Exten, Context)>,
    /// Somebody knows that the server has not said whether the number is there, and wants it sent.
    unchecked: bool,
    /// Whether it was anywhere else when that was asked.
    would_move: bool,
    /// Whether it was tried to learn which parking lots there are.
    lots: bool,
    /// Nobody has asked for it, and nobody is told.
    quiet: bool,
}

/// What a wish waits for.
#[derive(Clone, Debug)]
enum Step {
    /// Whether this name is still this channel's.
    Look(Uniqueid, ChannelName),
    /// Whether a channel's place is in the dial plan; not for longer than until then.
    Place(Exten, Context, Moment),
    /// Whether the number is there; not for longer than until then.
    Number(Moment),
    /// Which parking lots there are; not for longer than until then.
    Lots(Moment),
    /// What Asterisk says to it.
    Act,
}

impl Asked {
    /// Nothing has been done for it yet.
    fn of(command: Command) -> Self {
        Self {
            command,
            shown: None,
            about: Subject::default(),
            step: Step::Act,
            verified: Vec::new(),
            looked_up: false,
            was_there: false,
            places: Vec::new(),
            unchecked: false,
            would_move: false,
            lots: false,
            quiet: false,
        }
    }

    /// Whether it is not sent unless the server says that its number is there.
    fn must_be_there(&self) -> bool {
        self.shown.is_some() && !self.was_there
    }
}

impl Step {
    /// Until when it is waited for.
    fn until(&self) -> Option<Moment> {
        match self {
            Self::Place(_, _, until) | Self::Number(until) | Self::Lots(until) => Some(*until),
            Self::Look(..) | Self::Act => None,
        }
    }
}

#[derive(Debug)]
struct Followed {
    /// The act, until Asterisk has answered.
    handle: Option<Handle>,
    /// The same, to know its late answer by.
    sent: Handle,
    command: Command,
    pursuit: Box<dyn Course>,
    note: Note,
    about: Subject,
}

impl Followed {
    /// What tells of it.
    fn target(&self) -> Target {
        match self.command.target() {
            Target::Phone => Target::Phone,
            Target::Channel(_) => Target::Channel(self.pursuit.channel().clone()),
        }
    }
}

impl Desk {
    /// When something is to be done though nothing happens; `live` if the model can be believed.
    pub(super) fn wake_at(&self, live: bool) -> Option<Moment> {
        let notes = self.notes.values().filter_map(Note::until);
        let numbers = self.asked.values().filter_map(|asked| asked.step.until());
        let followed = self.followed.iter().filter(|_| live);
        let followed = followed.filter_map(|one| one.pursuit.wake_at());
        notes.chain(numbers).chain(followed).min()
    }

    pub(super) fn hear(&mut self, event: &Event<'_>) {
        for one in &mut self.followed {
            one.pursuit.hear(event);
            let late = matches!(event.kind, EventKind::OriginateResponse { .. });
            if late && one.sent.is_answered_by(event) {
                one.pursuit.responded(event);
            }
        }
    }

    pub(super) fn came(&mut self, handle: &Handle, news: News) {
        self.news.push((handle.clone(), news));
    }

    pub(super) fn forget(&mut self) {
        self.notes.clear();
        self.told.clear();
        self.doubtful.clear();
        self.followed.clear();
        self.numbers.clear();
        self.typing = None;
        self.typed = None;
        self.looking = None;
        self.lots = None;
        self.asking_for_lots = None;
    }

    /// Notes whose rows are gone go with them.
    pub(super) fn tidy(&mut self, board: &Board) {
        self.notes.retain(|target, _| match target {
            Target::Channel(id) => board.find(id).is_some(),
            Target::Phone => true,
        });
    }

    fn tell(&mut self, target: Target, about: Subject, note: Note, board: &Board, pbx: &Pbx) {
        let Target::Channel(id) = target else {
            self.notes.insert(target, note);
            return;
        };
        // A channel that has just come has no row before the next drawing.
        let row = board.find(&id);
        let lives = row.is_none_or(|row| row.ended.is_none()) && pbx.channel(&id).is_some();
        let done = note
            .reached
            .as_ref()
            .is_some_and(|reached| reached.is_done());
        if lives || done && row.is_some() {
            if self.told.len() == TOLD {
                self.told.pop_front();
            }
            let news = Orphan {
                about,
                note: note.clone(),
            };
            self.told.push_back((id.clone(), news));
            self.notes.insert(Target::Channel(id), note);
            return;
        }
        self.notes.remove(&Target::Channel(id));
        let over = note
            .reached
            .as_ref()
            .is_none_or(|reached| !reached.is_under_way());
        if over {
            self.orphans.push(Orphan { about, note });
        }
    }

    fn know(&mut self, exten: Exten, context: Context, number: Number, now: Moment) {
        self.numbers
            .retain(|(e, c, ..)| (e, c) != (&exten, &context));
        if self.numbers.len() == NUMBERS {
            self.numbers.remove(0);
        }
        self.numbers.push((exten, context, number, now));
    }

    fn number(&self, exten: &Exten, context: &Context, now: Moment) -> Number {
        let known = self
            .numbers
            .iter()
            .find(|(e, c, _, at)| (e, c) == (exten, context) && now.since(*at) < FRESH);
        known.map_or(Number::Open, |(_, _, number, _)| *number)
    }
}

impl Console {
    /// What is said beside this of the last thing that was asked of it.
    pub fn note(&self, of: &Target) -> Option<&Note> {
        self.desk.notes.get(of)
    }

    /// Outcomes whose rows are gone, each once.
    pub fn take_orphans(&mut self) -> Vec<Orphan> {
        std::mem::take(&mut self.desk.orphans)
    }

    /// What has been told beside rows since this was asked last, each stage once, with the channel
    /// whose row it is: for those who do not see that row.
    pub fn take_told(&mut self) -> Vec<(Uniqueid, Orphan)> {
        std::mem::take(&mut self.desk.told).into()
    }

    /// Who can be sent elsewhere from the row of this channel; none if it is gone.
    pub fn parties(&self, row: &str) -> Option<Parties> {
        people::parties(&self.pbx, row)
    }

    /// Whom this would hit; none if one of its channels is gone.
    pub fn prospect(&self, command: &Command) -> Option<Prospect> {
        match command {
            Command::HangUp(id) => people::hang_up(&self.pbx, id),
            Command::Transfer { channel, with, .. } => {
                people::transfer(&self.pbx, channel, with.as_deref())
            }
            Command::Park {
                channel, back_to, ..
            } => people::park(&self.pbx, channel, back_to),
            Command::Phone { wish, .. } => self.prospect_of_wish(wish),
        }
    }

    /// Whom a call to one's own phone would hit; none if there is nothing of the kind any more.
    pub fn prospect_of_wish(&self, wish: &Wish) -> Option<Prospect> {
        match wish {
            Wish::Ring | Wish::Call(..) => Some(Prospect::default()),
            Wish::Retrieve(channel) => people::retrieve(&self.pbx, channel),
            Wish::PickUp { ringing, caller } => people::pick_up(&self.pbx, ringing, caller),
        }
    }

    /// An id for the channel of a call to one's own phone.
    pub fn next_channel(&mut self) -> Uniqueid {
        self.session.next_channel()
    }

    /// The parking lots, if Asterisk has told; [ask](Self::look_at_lots) for them first.
    pub fn lots(&self) -> Option<&[Lot]> {
        self.desk.lots.as_deref()
    }

    /// How many calls more this parking lot has room for.
    pub fn room(&self, lot: &Lot) -> usize {
        let parked = self.pbx.channels().filter_map(|it| it.parked.as_ref());
        let taken = parked.filter(|parked| parked.lot == lot.name).count();
        lot.spaces.saturating_sub(taken)
    }

    /// Asks which parking lots there are.
    pub fn look_at_lots(&mut self, now: Moment) {
        if self.desk.asking_for_lots.is_some() || !self.may_tell_lots() {
            return;
        }
        let (handle, learned) = self.inquire(Question::Lots, now);
        if learned.is_none() {
            self.desk.asking_for_lots = Some(handle);
        }
        self.route(now);
    }

    fn may_tell_lots(&self) -> bool {
        let abilities = self.session.abilities();
        abilities.are_known() && abilities.may("Parkinglots")
    }

    /// Whether the lot that this parks in is known to be full.
    fn is_full(&self, command: &Command) -> bool {
        let Command::Park { channel, lot, .. } = command else {
            return false;
        };
        let is_there = self.pbx.channel(channel);
        if is_there.is_some_and(|it| it.parked.is_some()) {
            return false;
        }
        let name = lot.as_deref().unwrap_or(DEFAULT_LOT);
        let mut lots = self.desk.lots.iter().flatten();
        lots.find(|lot| lot.name == name)
            .is_some_and(|lot| self.room(lot) == 0)
    }

    /// What is known of a number, as far as it was [looked up](Self::look_up).
    pub fn number(&self, exten: &Exten, context: &Context, now: Moment) -> Number {
        if !self.may_look_up() {
            return Number::CannotTell;
        }
        self.desk.number(exten, context, now)
    }

    /// Asks whether a number can be dialled, unless that is known. One at a time: of what is typed
    /// meanwhile, only the last is asked for.
    pub fn look_up(&mut self, exten: Exten, context: Context, now: Moment) {
        if self.number(&exten, &context, now) != Number::Open {
            return;
        }
        if self.desk.typing.is_some() {
            self.desk.typed = Some((exten, context));
            return;
        }
        let question = Question::Extension(exten.clone(), context.clone());
        let (handle, learned) = self.inquire(question, now);
        match learned {
            Some(learned) => self.desk.know(exten, context, number(&learned), now),
            None => self.desk.typing = Some((handle, exten, context)),
        }
        self.route(now);
    }

    /// Where this channel is, if it should be looked up whether there is such a place: what runs on a
    /// channel at `s` may stand there in the dial plan, or come from an Originate, and no list tells.
    pub fn place_in_doubt(&self, id: &str) -> Option<(Exten, Context)> {
        let channel = self.pbx.channel(id)?;
        people::is_place_in_doubt(channel).then_some(())?;
        let at = &channel.location;
        Some((Exten::new(&at.exten).ok()?, Context::new(&at.context).ok()?))
    }

    fn may_look_up(&self) -> bool {
        let abilities = self.session.abilities();
        abilities.are_known() && abilities.may("Getvar")
    }

    /// Asks Asterisk for something. Its outcome comes beside the row, or as an [`Orphan`]. Nobody was
    /// told what it does: a number that the server does not tell of within a second is taken for there.
    pub fn ask(&mut self, command: Command, now: Moment) {
        self.begin(command, None, false, now);
    }

    /// The same if it hits whom it was said to: if the call changes before it is sent, it is not.
    pub fn ask_as_shown(&mut self, command: Command, shown: Prospect, now: Moment) {
        self.begin(command, Some(shown), false, now);
    }

    /// The same without asking whether the number is there: somebody was told that the server has not
    /// said so, and what comes of it if it is not.
    pub fn ask_unchecked(&mut self, command: Command, shown: Prospect, now: Moment) {
        self.begin(command, Some(shown), true, now);
    }

    fn begin(&mut self, command: Command, shown: Option<Prospect>, unchecked: bool, now: Moment) {
        // Pressed twice: the first is on its way.
        let mut asked = self.desk.asked.values();
        let mut called = self.desk.followed.iter();
        let rings = |one: &Followed| {
            one.pursuit.reached().is_under_way() && one.command.is_a_call_to_a_phone()
        };
        if asked.any(|asked| asked.command.is_like(&command))
            || called.any(|one| rings(one) && one.command.is_like(&command))
        {
            return;
        }
        let id = command.channel().clone();
        let channel = self.pbx.channel(&id);
        let about = self.about(&command);
        let would_move = match (channel, command.destination()) {
            (Some(channel), Some((exten, context))) => !is_at(channel, exten, context),
            (Some(channel), None) => channel.parked.is_none(),
            _ => true,
        };
        let number = command
            .destination()
            .map(|(exten, context)| self.number(exten, context, now));
        self.desk.doubtful.remove(&id);
        // A call to a phone is followed to its end: that may have to be seen to.
        self.desk
            .followed
            .retain(|one| one.command.is_a_call_to_a_phone() || *one.pursuit.channel() != id);
        let note = note(&command, now);
        let target = command.target();
        if channel.is_some() || target == Target::Phone {
            self.desk.notes.insert(target, note);
        }
        let asked = Asked {
            shown,
            about,
            was_there: number == Some(Number::There),
            unchecked,
            would_move,
            ..Asked::of(command)
        };
        match number {
            Some(Number::Missing) if unchecked => self.settle(asked, Outcome::NoExtension, now),
            _ => self.advance(asked, now),
        }
        self.route(now);
    }

    /// Takes a wish as far as it goes without another answer.
    fn advance(&mut self, mut asked: Asked, now: Moment) {
        loop {
            let Some(legs) = self.legs(&asked.command) else {
                // The channel ended between the look and the click.
                return self.settle(asked, Outcome::NoChannel, now);
            };
            if let Some(shown) = &asked.shown
                && !self
                    .prospect(&asked.command)
                    .is_some_and(|now| now.is_like(shown))
            {
                return self.settle(asked, Outcome::Changed, now);
            }
            let unsure = legs.iter().find(|leg| {
                !asked.verified.contains(leg) && (self.is_late() || self.is_doubtful(&leg.0))
            });
            let question = if let Some((id, name)) = unsure {
                // Renamed again and again while it is looked at.
                if asked.verified.len() >= LOOKS {
                    return self.settle(asked, Outcome::NoChannel, now);
                }
                asked.step = Step::Look(id.clone(), name.clone());
                Question::Channel(name.clone())
            } else if let Some((exten, context)) = self.unknown_place(&asked, now) {
                asked.step = Step::Place(exten.clone(), context.clone(), now + PATIENCE);
                Question::Extension(exten, context)
            } else if let Some((exten, context)) = self.unknown_number(&asked, now) {
                let patience = if asked.must_be_there() {
                    PATIENCE
                } else {
                    MOMENT
                };
                asked.step = Step::Number(now + patience);
                Question::Extension(exten, context)
            } else if !asked.lots && self.wants_lots(&asked.command) {
                asked.step = Step::Lots(now + MOMENT);
                Question::Lots
            } else if self.is_full(&asked.command) {
                return self.settle(asked, Outcome::Full, now);
            } else {
                return self.send(asked, &legs, now);
            };
            match self.inquire(question, now) {
                (_, Some(learned)) => {
                    let Some(on) = self.learn(asked, &learned, now) else {
                        return;
                    };
                    asked = on;
                }
                (handle, None) => {
                    self.desk.asked.insert(handle, asked);
                    return;
                }
            }
        }
    }

    /// The place of a channel that has to be looked up first: whether whoever moves would be lost hangs
    /// on it. What is hung up is hung up wherever it is.
    fn unknown_place(&self, asked: &Asked, now: Moment) -> Option<(Exten, Context)> {
        if asked.unchecked || !matches!(asked.command, Command::Transfer { .. }) {
            return None;
        }
        let mut places = asked
            .command
            .channels()
            .filter_map(|id| self.place_in_doubt(id));
        places.find(|place| {
            let known = self.number(&place.0, &place.1, now);
            known == Number::Open && !asked.places.contains(place)
        })
    }

    /// Whether it has to be learned first which parking lots there are.
    fn wants_lots(&self, command: &Command) -> bool {
        matches!(command, Command::Park { .. }) && self.may_tell_lots()
    }

    /// The number that has to be looked up first.
    fn unknown_number(&self, asked: &Asked, now: Moment) -> Option<(Exten, Context)> {
        let (exten, context) = asked.command.destination()?;
        let tell = self.number(exten, context, now) != Number::CannotTell;
        let open = tell && !asked.looked_up && !asked.unchecked;
        // What was learned while it was typed counts only if it is bad: it is asked once more.
        open.then(|| (exten.clone(), context.clone()))
    }

    /// Takes in what was learned; none if that was the end of it.
    fn learn(&mut self, mut asked: Asked, learned: &Learned, now: Moment) -> Option<Asked> {
        match (&asked.step, learned) {
            (Step::Look(id, name), learned) => {
                let leg = (id.clone(), name.clone());
                if let Err(outcome) = self.is_it(&leg, learned, now) {
                    self.settle(asked, outcome, now);
                    return None;
                }
                asked.verified.push(leg);
            }
            (Step::Place(exten, context, _), learned) => {
                let (exten, context) = (exten.clone(), context.clone());
                if let Learned::Exists(exists) = learned {
                    self.pbx
                        .learn_place(exten.as_str(), context.as_str(), *exists);
                }
                asked.places.push((exten.clone(), context.clone()));
                self.desk.know(exten, context, number(learned), now);
                if *learned == Learned::Unanswered && self.session.phase().may_ask() {
                    self.settle(asked, Outcome::NotChecked, now);
                    return None;
                }
            }
            (Step::Lots(_), learned) => {
                asked.lots = true;
                if let Learned::Lots(lots) = learned {
                    self.desk.lots = Some(lots.clone());
                }
            }
            (_, learned) => {
                asked.looked_up = true;
                if let Some((exten, context)) = asked.command.destination() {
                    let (exten, context) = (exten.clone(), context.clone());
                    self.desk.know(exten, context, number(learned), now);
                }
                // Where the line is down, that is what is said.
                let silent = *learned == Learned::Unanswered && self.session.phase().may_ask();
                let outcome = match learned {
                    Learned::Exists(false) => Outcome::NoExtension,
                    _ if silent && asked.must_be_there() => Outcome::NotChecked,
                    _ => return Some(asked),
                };
                self.settle(asked, outcome, now);
                return None;
            }
        }
        Some(asked)
    }

    /// Whether what was learned of a channel says that this name is still its own.
    ///
    /// # Errors
    /// What is said of an act on it, which is not to be sent.
    pub(super) fn is_it(
        &mut self,
        (id, name): &(Uniqueid, ChannelName),
        learned: &Learned,
        now: Moment,
    ) -> Result<(), Outcome> {
        match learned {
            Learned::Channels(seen) => {
                let is_it = |one: &ajam::session::Seen| {
                    *one.uniqueid == **id && one.channel.eq_ignore_ascii_case(name)
                };
                if !seen.is_empty() && seen.iter().all(is_it) {
                    return Ok(());
                }
                // Its row is not true, and the next would be none the wiser.
                self.session.feed(Input::Doubtful, now);
                Err(Outcome::NoChannel)
            }
            Learned::Refused(words) => Err(Outcome::Refused(words.clone())),
            // Who may not look may still act on what is only late: the server is heard, and judges
            // for itself.
            Learned::Denied if !self.is_doubtful(id) => Ok(()),
            Learned::Denied => Err(Outcome::NoChannel),
            _ => Err(Outcome::NotConnected),
        }
    }

    fn send(&mut self, mut asked: Asked, legs: &[(Uniqueid, ChannelName)], now: Moment) {
        asked.step = Step::Act;
        let Some(action) = self.action(&asked.command, legs) else {
            return self.settle(asked, Outcome::NoChannel, now);
        };
        let mut refused = None;
        let pursuits = match asked.quiet {
            true => Vec::new(),
            false => self.courses(&asked.command, now),
        };
        let handle = self.session.submit(action, now, &mut |notice| {
            if let Notice::Outcome(_, outcome) = notice {
                refused = Some(outcome.clone());
            }
        });
        if let Some(outcome) = refused {
            return self.settle(asked, outcome, now);
        }
        let followed = pursuits.into_iter().map(|pursuit| Followed {
            handle: Some(handle.clone()),
            sent: handle.clone(),
            about: match asked.command.is_a_call_to_a_phone() {
                true => self.about(&asked.command),
                false => self.subject(pursuit.channel()),
            },
            note: note(&asked.command, now),
            command: asked.command.clone(),
            pursuit,
        });
        let followed: Vec<_> = followed.collect();
        self.desk.followed.extend(followed);
        self.desk.asked.insert(handle, asked);
    }

    /// What is followed of it: what it moves, or the call to one's own phone.
    fn courses(&self, command: &Command, now: Moment) -> Vec<Box<dyn Course>> {
        match command {
            Command::Phone { leg, wish, .. } => {
                vec![Box::new(Errand::of(leg.clone(), wish.clone(), now))]
            }
            Command::Park { channel, .. } => {
                let parking = self.pbx.channel(channel).map(|it| Parking::of(it, now));
                let course = |it| Box::new(it) as Box<dyn Course>;
                parking.into_iter().map(course).collect()
            }
            Command::HangUp(_) | Command::Transfer { .. } => {
                let target = command.destination();
                let target = target.map(|(exten, context)| (exten.clone(), context.clone()));
                let prospect = self.prospect(command).unwrap_or_default();
                let lost = prospect.of(|fate| *fate == Fate::Lost);
                let channels = command.channels().filter_map(|id| self.pbx.channel(id));
                let pursuit = |channel: &Channel| {
                    let doomed = lost.iter().any(|person| person.leg == channel.uniqueid);
                    let pursuit = Pursuit::of(channel, target.clone(), now).doomed(doomed);
                    Box::new(pursuit) as Box<dyn Course>
                };
                channels.map(pursuit).collect()
            }
        }
    }

    /// Whom it is about: of a call that has no channel yet, one's own phone.
    fn about(&self, command: &Command) -> Subject {
        match command {
            Command::Phone {
                phone,
                wish: Wish::Ring | Wish::Call(..),
                ..
            } => Subject {
                channel: phone.endpoint().as_str().to_owned(),
                caller: Party {
                    num: phone
                        .number()
                        .map_or_else(String::new, |it| it.as_str().to_owned()),
                    ..Party::default()
                },
            },
            command => self.subject(command.channel()),
        }
    }

    /// Hangs up a channel that was made for something that is not to be done any more.
    fn hang_up_quietly(&mut self, leg: Uniqueid, now: Moment) {
        let asked = Asked {
            quiet: true,
            ..Asked::of(Command::HangUp(leg))
        };
        self.advance(asked, now);
        self.route(now);
    }

    /// Whom an outcome is about: as the model knows the channel, or as its row does that has ended.
    fn subject(&self, id: &str) -> Subject {
        if let Some(channel) = self.pbx.channel(id) {
            let name = channel.name.as_ref();
            return Subject {
                channel: name.map(ToString::to_string).unwrap_or_default(),
                caller: channel.caller.clone(),
            };
        }
        let row = self.tables.channels.find(id);
        row.map_or_else(Subject::default, |row| Subject {
            channel: row.channel.clone(),
            caller: row.caller.clone(),
        })
    }

    /// The names that Asterisk wants, as they are now: a channel may have been renamed since the
    /// row was drawn. None if one is gone, or if its name would reach others.
    fn legs(&self, command: &Command) -> Option<Vec<(Uniqueid, ChannelName)>> {
        command.channels().map(|id| self.leg(id)).collect()
    }

    /// A channel with its name of this moment; none if it is gone, or if its name would reach others.
    pub(super) fn leg(&self, id: &Uniqueid) -> Option<(Uniqueid, ChannelName)> {
        let name = self.pbx.channel(id)?.name.clone();
        Some((id.clone(), name.filter(ChannelName::names_one)?))
    }

    /// Whether this channel may not be the one that bears its name: another has it, too, or no list
    /// has named it so, and an event that somebody made up may have given it somebody else's.
    pub(super) fn is_doubtful(&self, id: &Uniqueid) -> bool {
        let Some(name) = self
            .pbx
            .channel(id)
            .and_then(|channel| channel.name.as_ref())
        else {
            return true;
        };
        // Asterisk compares names without regard to case.
        let same = |other: &Channel| {
            let other_name = other.name.as_ref();
            other_name.is_some_and(|other| other.eq_ignore_ascii_case(name))
                && other.uniqueid != *id
        };
        self.pbx.is_doubtful(id) || !self.pbx.is_name_proven(id) || self.pbx.channels().any(same)
    }

    pub(super) fn is_late(&self) -> bool {
        matches!(self.session.phase(), Phase::Late { .. })
    }

    /// What is sent; none if one of the names is none that an application takes for one.
    fn action(&self, command: &Command, legs: &[(Uniqueid, ChannelName)]) -> Option<Action> {
        let mut names = legs.iter().map(|(_, name)| name.clone());
        if let Command::Phone { leg, phone, wish } = command {
            return call(leg, phone, wish, names.next().as_ref());
        }
        let channel = names.next().unwrap_or_else(|| unreachable!("one at least"));
        Some(match command {
            Command::HangUp(id) => {
                let busy = people::hang_up(&self.pbx, id).is_some_and(|it| it.as_busy);
                Action::Hangup {
                    channel,
                    cause: busy.then_some(BUSY),
                }
            }
            Command::Transfer { exten, context, .. } => Action::Redirect(Redirect {
                channel,
                extra: names.next(),
                exten: exten.clone(),
                context: context.clone(),
            }),
            Command::Park { lot, .. } => Action::Park(Park {
                channel,
                back_to: names.next(),
                timeout: None,
                lot: lot.as_deref().and_then(|lot| Argument::new(lot).ok()),
            }),
            Command::Phone { .. } => unreachable!("a call, above"),
        })
    }

    /// Asks; what was learned at once, if the question could not be sent.
    pub(super) fn inquire(&mut self, question: Question, now: Moment) -> (Handle, Option<Learned>) {
        let mut at_once = None;
        let handle = self.session.inquire(question, now, &mut |notice| {
            if let Notice::Learned(_, learned) = notice {
                at_once = Some(learned.clone());
            }
        });
        (handle, at_once)
    }

    /// Takes in what came for wishes, and for what was looked up and looked at.
    pub(super) fn take_news(&mut self, now: Moment) {
        for (handle, news) in std::mem::take(&mut self.desk.news) {
            let Some(news) = self.consult_hears(&handle, news, now) else {
                continue;
            };
            match (self.desk.asked.remove(&handle), news) {
                (Some(asked), News::Outcome(outcome)) => {
                    self.answered(&handle, asked, outcome, now)
                }
                (Some(asked), News::Learned(learned)) => {
                    if let Some(asked) = self.learn(asked, &learned, now) {
                        self.advance(asked, now);
                    }
                }
                (None, News::Learned(learned)) => self.learned(&handle, &learned, now),
                (None, News::Outcome(_)) => {}
            }
        }
    }

    fn learned(&mut self, handle: &Handle, learned: &Learned, now: Moment) {
        if let Some((_, exten, context)) = self.desk.typing.take_if(|(typing, ..)| typing == handle)
        {
            if let Learned::Exists(exists) = learned {
                self.pbx
                    .learn_place(exten.as_str(), context.as_str(), *exists);
            }
            self.desk.know(exten, context, number(learned), now);
            if let Some((exten, context)) = self.desk.typed.take() {
                self.look_up(exten, context, now);
            }
        }
        if self
            .desk
            .asking_for_lots
            .take_if(|asking| asking == handle)
            .is_some()
            && let Learned::Lots(lots) = learned
        {
            self.desk.lots = Some(lots.clone());
        }
        if let Some((_, id)) = self.desk.looking.take_if(|(looking, _)| looking == handle) {
            let seen = match learned {
                Learned::Channels(seen) => seen.iter().find(|one| *one.uniqueid == *id),
                _ => None,
            };
            let followed = self.desk.followed.iter_mut();
            for one in followed.filter(|one| *one.pursuit.channel() == id) {
                one.pursuit.seen(seen, now);
            }
        }
    }

    fn answered(&mut self, handle: &Handle, asked: Asked, outcome: Outcome, now: Moment) {
        let taken = matches!(outcome, Outcome::Done(_));
        if !taken {
            let other = |one: &Followed| one.handle.as_ref() != Some(handle);
            self.desk.followed.retain(other);
            return self.settle(asked, outcome, now);
        }
        let mut told = Vec::new();
        for one in &mut self.desk.followed {
            if one.handle.as_ref() == Some(handle) {
                one.handle = None;
                one.pursuit.taken(now);
                one.note.outcome = Some(outcome.clone());
                one.note.reached = Some(one.pursuit.reached().clone());
                one.note.at = now;
                told.push((one.target(), one.about.clone(), one.note.clone()));
            }
        }
        for (target, about, note) in told {
            self.desk
                .tell(target, about, note, &self.tables.channels, &self.pbx);
        }
        self.follow(now);
    }

    fn settle(&mut self, asked: Asked, outcome: Outcome, now: Moment) {
        let note = Note {
            outcome: Some(outcome),
            ..note(&asked.command, now)
        };
        if asked.quiet {
            return;
        }
        let target = asked.command.target();
        let about = asked.about.clone();
        if matches!(note.outcome, Some(Outcome::Unknown(_))) {
            let id = asked.command.channel().clone();
            self.desk.doubtful.insert(id, asked);
        }
        self.desk
            .tell(target, about, note, &self.tables.channels, &self.pbx);
    }

    /// What time does to wishes: what is told long enough goes, and nothing is waited for too long.
    pub(super) fn attend(&mut self, now: Moment) {
        self.desk
            .notes
            .retain(|_, note| note.until().is_none_or(|until| until > now));
        let late = self
            .desk
            .asked
            .iter()
            .filter(|(_, asked)| asked.step.until().is_some_and(|until| until <= now));
        let late: Vec<Handle> = late.map(|(handle, _)| handle.clone()).collect();
        for handle in late {
            if let Some(asked) = self.desk.asked.remove(&handle)
                && let Some(asked) = self.learn(asked, &Learned::Unanswered, now)
            {
                self.advance(asked, now);
            }
        }
        self.follow(now);
        self.look_at_one(now);
        self.route(now);
    }

    /// Tells how far what was asked for has come.
    pub(super) fn follow(&mut self, now: Moment) {
        self.resolve(now);
        if !self.session.phase().may_ask() {
            for one in &mut self.desk.followed {
                one.pursuit.lost_sight();
            }
            self.desk.looking = None;
            return;
        }
        let (mut told, mut spare) = (Vec::new(), Vec::new());
        let pbx = &self.pbx;
        self.desk.followed.retain_mut(|one| {
            let over = one.pursuit.look(pbx, now);
            spare.extend(one.pursuit.spare());
            let reached = Some(one.pursuit.reached().clone());
            if one.pursuit.is_taken() && one.note.reached != reached {
                one.note.reached = reached;
                one.note.at = now;
                told.push((one.target(), one.about.clone(), one.note.clone()));
            }
            !over
        });
        for (target, about, note) in told {
            self.desk
                .tell(target, about, note, &self.tables.channels, &self.pbx);
        }
        for leg in spare {
            self.hang_up_quietly(leg, now);
        }
    }

    /// Looks at a channel that was sent somewhere and of which nothing has come since: not every
    /// account is told of every step. One at a time.
    fn look_at_one(&mut self, now: Moment) {
        if self.desk.looking.is_some() || !self.session.phase().may_ask() {
            return;
        }
        let mut due = self.desk.followed.iter_mut();
        let Some(one) = due.find_map(|one| one.pursuit.wants_look(now).then_some(one)) else {
            return;
        };
        let id = one.pursuit.channel().clone();
        let name = self
            .pbx
            .channel(&id)
            .and_then(|channel| channel.name.clone());
        let Some(name) = name.filter(ChannelName::names_one) else {
            return one.pursuit.seen(None, now);
        };
        let (handle, learned) = self.inquire(Question::Channel(name), now);
        self.desk.looking = Some((handle.clone(), id));
        if let Some(learned) = learned {
            self.learned(&handle, &learned, now);
        }
    }

    /// Says of what may or may not have been done that it was, as soon as the model shows it.
    fn resolve(&mut self, now: Moment) {
        if self.desk.doubtful.is_empty() || !self.session.phase().is_live() {
            return;
        }
        let doubtful = self.desk.doubtful.values();
        let shown: Vec<_> = doubtful
            .filter(|asked| self.is_shown(asked))
            .cloned()
            .collect();
        for asked in shown {
            self.desk.doubtful.remove(asked.command.channel());
            self.settle(asked, Outcome::Shown, now);
        }
        let pbx = &self.pbx;
        self.desk.doubtful.retain(|id, _| pbx.channel(id).is_some());
    }

    fn is_shown(&self, asked: &Asked) -> bool {
        let channel = self.pbx.channel(asked.command.channel());
        let moved = |has: &dyn Fn(&Channel) -> bool| asked.would_move && channel.is_some_and(has);
        match &asked.command {
            Command::HangUp(_) => channel.is_none(),
            Command::Transfer { exten, context, .. } => {
                moved(&|channel| is_at(channel, exten, context))
            }
            Command::Park { .. } => moved(&|channel| channel.parked.is_some()),
            Command::Phone { leg, .. } => self.pbx.channel(leg).is_some(),
        }
    }
}

fn note(command: &Command, now: Moment) -> Note {
    Note {
        act: command.act(),
        to: command.destination().map(|(exten, _)| exten.clone()),
        outcome: None,
        reached: None,
        at: now,
    }
}

/// The call to one's own phone; none without the name that it takes.
fn call(leg: &Uniqueid, phone: &Phone, wish: &Wish, name: Option<&ChannelName>) -> Option<Action> {
    let of_channel = |application| {
        let name = Argument::channel(name?).ok()?;
        Some(Then::Runs(application, vec![name]))
    };
    let (then, timeout) = match wish {
        Wish::Ring => (Then::Runs("Wait", vec![Argument::new("1").ok()?]), TRIED),
        Wish::Call(exten, context) => (Then::Dials(exten.clone(), context.clone()), RINGS),
        Wish::Retrieve(_) => (of_channel("Bridge")?, RINGS),
        Wish::PickUp { .. } => (of_channel("PickupChan")?, RINGS),
    };
    let own = |num| CallerId {
        name: String::new(),
        num,
    };
    Some(Action::Originate(Originate {
        endpoint: phone.endpoint().clone(),
        then,
        // Whoever is called sees whose phone it is.
        caller: phone.number().map(own),
        timeout,
        id: leg.clone(),
    }))
}

fn number(learned: &Learned) -> Number {
    match learned {
        Learned::Exists(true) => Number::There,
        Learned::Exists(false) => Number::Missing,
        Learned::Unanswered => Number::Open,
        _ => Number::CannotTell,
    }
}

fn is_at(channel: &Channel, exten: &Exten, context: &Context) -> bool {
    channel.location.exten == exten.as_str() && channel.location.context == context.as_str()
}
