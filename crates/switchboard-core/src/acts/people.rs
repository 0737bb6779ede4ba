//! The people on a call, and what an act would do to each of them.
//!
//! A person stands behind a channel: a telephone, a trunk, or the end of a chain of Local channels.
//! Whom an act hits follows from the bridge that a channel leaves and from the phones that it rings;
//! each of these was tried on 16 and 22.

use ajam::ami::Uniqueid;

pub use crate::live::Person;
use crate::live::{Channel, End, Party, Pbx, Tie, Ties, is_ringing, resource};

/// What an act does to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Goes to the number.
    Goes,
    /// Goes to the number, while the phone goes on ringing: nobody has answered it yet.
    GoesRinging,
    /// Is parked no more, and goes to the number.
    GoesUnparked,
    /// Waits in this queue no more, and goes to the number.
    GoesFromQueue(String),
    /// Is lost: the call was begun by an application, which ends when it is left (16 and 22).
    Lost,
    /// Is hung up.
    HungUp,
    /// Goes on in the dial plan, which called the other side and has more for it behind that.
    GoesOn,
    /// Stays in the call with the others.
    Stays,
    /// Its phone stops ringing.
    StopsRinging,
    /// Its phone goes on ringing.
    KeepsRinging,
    /// Its call is turned down: it hears busy, or goes on as the dial plan says.
    TurnedDown,
    /// It goes on calling the other phones.
    KeepsCalling,
    /// It goes on waiting in this queue.
    KeepsWaiting(String),
    /// Is parked.
    IsParked,
    /// Hears where the other is parked, and is hung up then.
    HearsSpace,
    /// Comes to one's own phone.
    Comes,
}

/// Whom an act would hit, and how; the ones it names to Asterisk first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prospect {
    /// Everybody on the call, with what comes of them.
    pub fates: Vec<(Person, Fate)>,
    /// The channel that is hung up is a single ringing phone: it is told to be busy, or its caller
    /// would hear of a fault.
    pub as_busy: bool,
    /// Those who are hung up on this call alone, for all that is known.
    pub elsewhere: Vec<Elsewhere>,
}

/// Somebody who is hung up and has another call, which goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Their channel on the call that ends.
    pub leg: Uniqueid,
    /// Who is on that call with them.
    pub here: Vec<Person>,
    /// Who is on the others with them; nobody where no one is known to be.
    pub there: Vec<Person>,
}

impl Prospect {
    /// Whether it hits the same people in the same way, whatever they are called, and whatever other
    /// calls they have.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |(one, two): (&(Person, Fate), &(Person, Fate))| {
            one.0.leg == two.0.leg && one.1 == two.1
        };
        self.fates.len() == other.fates.len() && self.fates.iter().zip(&other.fates).all(same)
    }

    /// The people of this fate.
    pub fn of(&self, is: impl Fn(&Fate) -> bool) -> Vec<&Person> {
        let fates = self.fates.iter().filter(|(_, fate)| is(fate));
        fates.map(|(person, _)| person).collect()
    }
}

/// Who can be sent elsewhere from a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The caller first, where there are two.
    pub people: Vec<Person>,
    /// Which of them moves unless somebody says otherwise.
    pub chosen: usize,
    /// Whether both can go along, each on a call of its own.
    pub both: bool,
}

/// How far a number of a house reaches, in digits. A longer one, or one with a plus, is outside.
const HOUSE: usize = 6;

/// The people who can be sent elsewhere from the row of this channel; none if it is gone.
///
/// Of two who talk, the caller is chosen, whichever of them the row is of: the one who called from
/// outside. If the caller has a number of the house (up to six digits) and the other side has not,
/// somebody of the house called out, and the other side is chosen. A caller whose call an
/// application began can't be moved, and is not chosen. Of a phone that rings only the caller can be
/// sent on, and of a conference only the row's own.
pub fn parties(pbx: &Pbx, row: &str) -> Option<Parties> {
    let row = pbx.channel(row)?;
    let graph = Graph::of(pbx);
    let own = graph.ties.stands_for(row);
    let alone = |leg: &Channel| Parties {
        people: vec![graph.ties.person(leg, None)],
        chosen: 0,
        both: false,
    };
    let facing = graph.ties.facing(own);
    if let Some((caller, _)) = facing.iter().find(|(_, tie)| *tie == Tie::RungBy) {
        let callers = graph.ties.ends(caller, own);
        return Some(alone(callers.first().copied().unwrap_or(own)));
    }
    if facing.iter().any(|(_, tie)| *tie == Tie::Rings) || graph.ties.is_shared(own) {
        return Some(alone(own));
    }
    let others: Vec<End<'_>> = facing
        .iter()
        .flat_map(|(next, _)| graph.ties.ends_of(next, own))
        .collect();
    let [
        End {
            leg: other,
            shared: false,
        },
    ] = others[..]
    else {
        return Some(alone(own));
    };
    // Behind a chain of Local channels somebody may still ring.
    if is_ringing(other) {
        return Some(alone(own));
    }
    if is_ringing(own) {
        return Some(alone(other));
    }
    let (caller, called) = match graph.ties.calls(own, other) {
        true => (own, other),
        false => (other, own),
    };
    let people = vec![
        graph.ties.person(caller, Some(called)),
        graph.ties.person(called, Some(caller)),
    ];
    let called_out = is_of_house(&people[0].party) && is_outside(&people[1].party);
    Some(Parties {
        people,
        chosen: usize::from(called_out || graph.is_bound(caller)),
        both: !graph.is_bound(caller) && !graph.is_bound(called),
    })
}

/// Whom it would hit if this channel were hung up; none if it is gone.
pub fn hang_up(pbx: &Pbx, row: &str) -> Option<Prospect> {
    let row = pbx.channel(row)?;
    let graph = Graph::of(pbx);
    let half = graph.ties.half(row);
    let mut leaving = vec![row];
    leaving.extend(half);
    let mut fates = graph.parting(&leaving);
    // A half between others is nobody, and takes whoever is on either side along. Of an end, it is
    // the half that is joined that stands for the person.
    let own = graph.ties.stands_for(row);
    let between = half.is_some() && own != row && Some(own) != half;
    if !between {
        let other = fates.first().map(|(person, _)| person.leg.clone());
        let other = other.and_then(|leg| pbx.channel(&leg));
        fates.insert(0, (graph.ties.person(own, other), Fate::HungUp));
        if is_ringing(own) && !graph.ties.facing(own).is_empty() {
            fates[0].1 = Fate::StopsRinging;
        }
    }
    let turned_down = fates.iter().any(|(_, fate)| *fate == Fate::TurnedDown);
    Some(Prospect {
        elsewhere: graph.elsewhere(&fates),
        fates,
        as_busy: turned_down,
    })
}

/// Whom it would hit if these channels were sent elsewhere; none if one of them is gone.
pub fn transfer(pbx: &Pbx, mover: &str, with: Option<&str>) -> Option<Prospect> {
    let graph = Graph::of(pbx);
    let mut movers = vec![pbx.channel(mover)?];
    if let Some(with) = with {
        movers.push(pbx.channel(with)?);
    }
    let parting = graph.parting(&movers);
    let first = parting
        .first()
        .and_then(|(person, _)| pbx.channel(&person.leg));
    let other = |own: &Channel| movers.iter().copied().find(|leg| *leg != own).or(first);
    let going = movers.iter().map(|leg| {
        let fate = if graph.is_bound(leg) {
            Fate::Lost
        } else if leg.parked.is_some() {
            Fate::GoesUnparked
        } else if let Some(queue) = graph.queue(leg) {
            Fate::GoesFromQueue(queue)
        } else if is_ringing(leg) {
            Fate::GoesRinging
        } else {
            Fate::Goes
        };
        (graph.ties.person(leg, other(leg)), fate)
    });
    let fates: Vec<_> = going.chain(parting.clone()).collect();
    Some(Prospect {
        elsewhere: graph.elsewhere(&fates),
        fates,
        as_busy: false,
    })
}

/// Whom it would hit if this channel were parked, to go back to that one; none if one of them is gone,
/// or if nobody talks with it.
pub fn park(pbx: &Pbx, mover: &str, back_to: &str) -> Option<Prospect> {
    let (mover, back) = (pbx.channel(mover)?, pbx.channel(back_to)?);
    let graph = Graph::of(pbx);
    if mover.parked.is_some() || graph.ties.peers(mover).next().is_none() {
        return None;
    }
    let direct = graph.ties.peers(mover).any(|peer| peer == back);
    let parting = graph.parting(&[mover]);
    let others = parting.into_iter().map(|(person, fate)| match fate {
        Fate::HungUp if direct && person.leg == back.uniqueid => (person, Fate::HearsSpace),
        fate => (person, fate),
    });
    let own = (graph.ties.person(mover, Some(back)), Fate::IsParked);
    let fates: Vec<_> = [own].into_iter().chain(others).collect();
    Some(Prospect {
        elsewhere: graph.elsewhere(&fates),
        fates,
        as_busy: false,
    })
}

/// Whom it would hit if this channel came to one's own phone; none if it is not parked.
pub fn retrieve(pbx: &Pbx, parked: &str) -> Option<Prospect> {
    let parked = pbx.channel(parked).filter(|it| it.parked.is_some())?;
    let ties = Ties { pbx };
    Some(Prospect {
        fates: vec![(ties.person(parked, None), Fate::Comes)],
        ..Prospect::default()
    })
}

/// Whom it would hit if this caller came to one's own phone from where it rings; none if it does not
/// ring there.
pub fn pick_up(pbx: &Pbx, ringing: &str, caller: &str) -> Option<Prospect> {
    let rings = pbx.channel(ringing).filter(|leg| is_ringing(leg))?;
    let caller = pbx.channel(caller)?;
    let ties = Ties { pbx };
    let mut fates = vec![(ties.person(caller, None), Fate::Comes)];
    let facing = ties.facing(caller);
    let ends = facing.iter().flat_map(|(next, _)| ties.ends(next, caller));
    let mut ends: Vec<_> = ends.filter(|leg| is_ringing(leg)).collect();
    if !ends.contains(&rings) {
        ends.push(rings);
    }
    let stop = |leg: &Channel| (ties.person(leg, Some(caller)), Fate::StopsRinging);
    fates.extend(ends.into_iter().map(stop));
    Some(Prospect {
        fates,
        ..Prospect::default()
    })
}

/// The channels, how they are tied, and what runs on them.
struct Graph<'p> {
    pbx: &'p Pbx,
    ties: Ties<'p>,
}

impl<'p> Graph<'p> {
    fn of(pbx: &'p Pbx) -> Self {
        let ties = Ties { pbx };
        Self { pbx, ties }
    }

    /// What becomes of the others when these channels leave their places.
    fn parting(&self, leaving: &[&'p Channel]) -> Vec<(Person, Fate)> {
        let mut fates: Vec<(Person, Fate)> = Vec::new();
        let leaves = |channel: &Channel| leaving.iter().any(|one| one.uniqueid == channel.uniqueid);
        for from in leaving {
            let facing = self.ties.facing(from);
            let joined = facing.iter().filter(|(next, _)| !leaves(next)).count();
            for (next, tie) in &facing {
                if leaves(next) {
                    continue;
                }
                let fate = match tie {
                    Tie::Joined if self.ends_all(from) => Fate::HungUp,
                    Tie::Joined if joined > 1 || self.outlasts(from) => Fate::Stays,
                    Tie::Joined if self.goes_on(next, from) => Fate::GoesOn,
                    Tie::Joined => Fate::HungUp,
                    Tie::Rings => Fate::StopsRinging,
                    Tie::RungBy => self.turned_down(next, from),
                };
                for End { leg: end, shared } in self.ties.ends_of(next, from) {
                    let known = fates.iter().any(|(person, _)| person.leg == end.uniqueid);
                    if !known && !leaves(end) {
                        let fate = match fate {
                            // The chain goes, and the conference behind it stays.
                            Fate::HungUp | Fate::GoesOn if shared => Fate::Stays,
                            // Behind a chain it may not have answered yet.
                            Fate::HungUp if is_ringing(end) => Fate::StopsRinging,
                            ref fate => fate.clone(),
                        };
                        fates.push((self.ties.person(end, Some(from)), fate));
                    }
                }
                if *tie == Tie::RungBy {
                    for (other, _) in self
                        .ties
                        .facing(next)
                        .iter()
                        .filter(|(one, _)| !leaves(one))
                    {
                        for end in self.ties.ends(other, next) {
                            fates.push((self.ties.person(end, Some(next)), Fate::KeepsRinging));
                        }
                    }
                }
            }
        }
        fates
    }

    /// Whether whoever is behind `next` goes on in the dial plan when `from` leaves the bridge that
    /// both are in alone: by what runs on `next`, or on who is beyond it through Local channels.
    fn goes_on(&self, next: &'p Channel, from: &Channel) -> bool {
        let mut seen = vec![from.uniqueid.clone()];
        let mut at = next;
        loop {
            let more = continues(&at.application, &at.data);
            // One that an application began has no dial plan to go on in.
            if more && at.bridge.is_some() && !self.is_begun_by_application(at) {
                return true;
            }
            seen.push(at.uniqueid.clone());
            let Some(half) = self
                .ties
                .half(at)
                .filter(|half| !seen.contains(&half.uniqueid))
            else {
                return false;
            };
            seen.push(half.uniqueid.clone());
            let beyond = self.ties.facing(half);
            let [(leg, Tie::Joined)] = beyond[..] else {
                return false;
            };
            if seen.contains(&leg.uniqueid) {
                return false;
            }
            at = leg;
        }
    }

    /// Which of those who are hung up have another call, which goes on.
    fn elsewhere(&self, fates: &[(Person, Fate)]) -> Vec<Elsewhere> {
        let hung_up = fates.iter().filter(|(_, fate)| *fate == Fate::HungUp);
        let elsewhere = hung_up.filter_map(|(person, _)| {
            let leg = self.pbx.channel(&person.leg)?;
            let is_hit = |id: &Uniqueid| fates.iter().any(|(hit, _)| hit.leg == *id);
            let others = self.pbx.channels().filter(|other| {
                !is_hit(&other.uniqueid) && !is_ringing(other) && self.is_same_phone(leg, other)
            });
            let mut others: Vec<_> = others.collect();
            others.sort_by_key(|other| (other.started, &other.uniqueid));
            let there = others.iter().flat_map(|other| self.others_on_call(other));
            (!others.is_empty()).then(|| Elsewhere {
                leg: person.leg.clone(),
                here: self.others_on_call(leg),
                there: there.collect(),
            })
        });
        elsewhere.collect()
    }

    /// Those whom this one talks to, calls, or is called by.
    fn others_on_call(&self, of: &Channel) -> Vec<Person> {
        let facing = self.ties.facing(of);
        let ends = facing.iter().flat_map(|(next, _)| self.ties.ends(next, of));
        ends.map(|end| self.ties.person(end, Some(of))).collect()
    }

    /// Whether these are two calls of one phone of the house. On a line to elsewhere there are as many
    /// people as channels; a phone is told by its own number: the line is named by it, or both
    /// channels bear it, of which one was not only called by it.
    fn is_same_phone(&self, one: &Channel, two: &Channel) -> bool {
        fn line(channel: &Channel) -> Option<&str> {
            let name = channel.name.as_deref()?;
            let line = resource(name);
            (line != name && !line.starts_with("Local/")).then_some(line)
        }
        let (Some(line), Some(other_line)) = (line(one), line(two)) else {
            return false;
        };
        if !line.eq_ignore_ascii_case(other_line) {
            return false;
        }
        let party = |of: &Channel| {
            let facing = self.ties.facing(of);
            let other = facing.first().map(|(next, _)| *next);
            self.ties.person(of, other).party
        };
        let (own, others) = (party(one), party(two));
        let named = line.rsplit('/').next();
        let is_named = |party: &Party| is_of_house(party) && Some(&*party.num) == named;
        if is_named(&own) || is_named(&others) {
            return true;
        }
        let same_name = !own.name.is_empty() && own.name == others.name;
        let no_name = own.name.is_empty() || others.name.is_empty();
        is_of_house(&own)
            && own.num == others.num
            && (same_name || no_name && !(one.is_called() && two.is_called()))
    }

    /// Whether everybody in the bridge is hung up when this channel leaves: it pages them (16 and 22;
    /// `apps/app_page.c`). Where only an Originate has told of it, nobody in there has a dial plan.
    fn ends_all(&self, leg: &Channel) -> bool {
        let by_application = |one: &Channel| self.is_begun_by_application(one);
        let mut others = self.ties.peers(leg).peekable();
        leg.application == "Page"
            || self.outlasts(leg)
                && leg.application == "AppDial2"
                && by_application(leg)
                && others.peek().is_some()
                && others.all(by_application)
    }

    /// A bridge with an owner (ConfBridge, Parking …) stays for whoever is left.
    fn outlasts(&self, leg: &Channel) -> bool {
        let bridge = leg.bridge.as_ref().and_then(|id| self.pbx.bridge(id));
        bridge.is_some_and(|bridge| !bridge.creator.is_empty())
    }

    /// What the caller hears whose phone is taken away.
    fn turned_down(&self, caller: &Channel, phone: &Channel) -> Fate {
        if let Some(queue) = self.queue(caller) {
            return Fate::KeepsWaiting(queue);
        }
        let facing = self.ties.facing(caller);
        let others = facing
            .iter()
            .any(|(one, tie)| *tie == Tie::Rings && one.uniqueid != phone.uniqueid);
        match others {
            true => Fate::KeepsCalling,
            // There is no dial plan for it to go on in.
            false if self.is_begun_by_application(caller) => Fate::HungUp,
            false => Fate::TurnedDown,
        }
    }

    fn queue(&self, leg: &Channel) -> Option<String> {
        if leg.bridge.is_some() {
            return None;
        }
        let of_application = || {
            let name = leg.data.split([',', '|']).next().unwrap_or_default();
            (leg.application == "Queue" && !name.is_empty()).then(|| name.to_owned())
        };
        leg.queue.clone().or_else(of_application)
    }

    /// Whether it would be lost if it were sent elsewhere: out of a bridge its application returns,
    /// and it is hung up (16 and 22; tried with `Originate … Application: Dial`, `ConfBridge` and
    /// `BridgeWait`). Where it runs in no bridge (`MusicOnHold`, `Wait`, `Echo`), or was parked since,
    /// it gets there.
    fn is_bound(&self, leg: &Channel) -> bool {
        leg.bridge.is_some() && leg.parked.is_none() && self.is_begun_by_application(leg)
    }

    /// Whether the channel's call was begun by an application and has no place in the dial plan.
    ///
    /// Events tell no step of such a channel: `AppDial2`, by which Originate had it called, is the
    /// last. A list tells the application itself, at a place where no dial plan ever runs: none, the
    /// own number of a Local channel's first half, or `s` where there is no such place.
    fn is_begun_by_application(&self, leg: &Channel) -> bool {
        let at = &leg.location;
        let name = leg.name.as_deref().unwrap_or_default();
        let own = format!("Local/{}@{}-", at.exten, at.context);
        let of_local = name.starts_with(&own) && name.ends_with(";1") && at.priority == "1";
        match leg.application.as_str() {
            "AppDial2" => of_local || matches!(at.exten.as_str(), "" | "s"),
            "" | "AppDial" | "AppQueue" => false,
            // `s` is also where the calls of a plain line begin.
            _ => {
                of_local
                    || at.exten.is_empty()
                    || is_place_in_doubt(leg) && self.pbx.is_no_place(&at.exten, &at.context)
            }
        }
    }
}

/// Whether only Asterisk can tell if the channel's place is in the dial plan: see
/// [`Console::place_in_doubt`](crate::console::Console::place_in_doubt).
pub fn is_place_in_doubt(leg: &Channel) -> bool {
    let at = &leg.location;
    let runs = !matches!(
        leg.application.as_str(),
        "" | "AppDial" | "AppDial2" | "AppQueue"
    );
    runs && leg.bridge.is_some() && at.exten == "s" && at.priority == "1"
}

/// Whether the dial plan goes on for the caller when whom it called is gone: `g` of Dial, `c` of Queue
/// (`apps/app_dial.c`, `OPT_GO_ON`; `apps/app_queue.c`, `QUEUE_OPT_CONTINUE`).
fn continues(application: &str, data: &str) -> bool {
    let (place, option) = match application {
        "Dial" => (2, 'g'),
        "Queue" => (1, 'c'),
        _ => return false,
    };
    arguments(data)
        .nth(place)
        .is_some_and(|options| has_option(options, option))
}

/// The arguments of an application, as far as they are told apart by commas; up to 1.4 by bars.
fn arguments(data: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let bars = !data.contains(',');
    data.split(move |c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c == ',' || bars && c == '|')
    })
}

/// Whether a letter stands among options, some of which have arguments behind them: `tM(macro)g`.
fn has_option(options: &str, letter: char) -> bool {
    let mut depth = 0_usize;
    options.chars().any(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c == letter
    })
}

fn digits(num: &str) -> usize {
    num.chars().filter(char::is_ascii_digit).count()
}

fn is_of_house(party: &Party) -> bool {
    !party.num.starts_with('+') && (1..=HOUSE).contains(&digits(&party.num))
}

fn is_outside(party: &Party) -> bool {
    party.num.starts_with('+') || digits(&party.num) > HOUSE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_a_call_goes_on_behind_it_is_read_in_the_options_alone() {
        for (application, data, goes_on) in [
            ("Dial", "PJSIP/x,20,g", true),
            ("Dial", "PJSIP/x&PJSIP/y,,tgK", true),
            ("Dial", "PJSIP/x,20,M(greet^g)", false),
            ("Dial", "PJSIP/x,20,M(greet)g", true),
            ("Dial", "PJSIP/x,20,U(a,b)g", true),
            ("Dial", "PJSIP/g,20", false),
            ("Dial", "PJSIP/x,20,t,g", false),
            ("Dial", "SIP/x|20|g", true),
            ("Dial", "", false),
            ("Queue", "sales,c", true),
            ("Queue", "sales,t", false),
            ("Wait", "1,2,g", false),
        ] {
            assert_eq!(
                continues(application, data),
                goes_on,
                "{application} {data}"
            );
        }
    }
}
