//! What else fits a call than to send it elsewhere and to end it, and who of it is meant; and who calls
//! one's own phone.

use ajam::ami::Uniqueid;
use ajam::time::Moment;

use super::people::{Person, parties};
use super::{Act, Phone};
use crate::live::{Channel, Pbx, Tie, Ties, is_ringing};

/// Somebody who can be parked, and who gets the call back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parks {
    /// Who is parked.
    pub who: Person,
    /// Whose phone rings when nobody takes it.
    pub back_to: Person,
}

/// A call that rings, and can be taken elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rings {
    /// Who calls.
    pub caller: Person,
    /// Whose phone rings.
    pub ringing: Person,
}

/// Somebody who calls one's own phone, which rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who calls.
    pub caller: Person,
    /// The channel of one's own phone.
    pub leg: Uniqueid,
    /// Since when that is there.
    pub since: Moment,
}

/// Whether this channel is one of this phone's and rings because it was asked for here, or by another
/// program: nobody dials it.
pub fn is_asked_for(pbx: &Pbx, leg: &str, phone: &Phone) -> bool {
    let ties = Ties { pbx };
    pbx.channel(leg).is_some_and(|leg| {
        let name = leg.name.as_deref();
        let dialled = || ties.facing(leg).iter().any(|(_, tie)| *tie == Tie::RungBy);
        is_ringing(leg) && name.is_some_and(|name| phone.has(name)) && !dialled()
    })
}

/// Who calls this phone: of several the one who has waited longest. A call that nobody dialled, as one
/// that was asked for here, is none.
pub fn arrival(pbx: &Pbx, phone: &Phone) -> Option<Arrival> {
    let ties = Ties { pbx };
    let has = |leg: &&Channel| {
        let name = leg.name.as_deref();
        is_ringing(leg) && name.is_some_and(|name| phone.has(name))
    };
    let arrival = |leg: &Channel| {
        let facing = ties.facing(leg);
        let (by, _) = facing.iter().find(|(_, tie)| *tie == Tie::RungBy)?;
        let caller = ties.ends(by, leg).into_iter().next()?;
        Some(Arrival {
            caller: ties.person(caller, None),
            leg: leg.uniqueid.clone(),
            since: leg.started,
        })
    };
    let all = pbx.channels().filter(has).filter_map(arrival);
    all.min_by(|one, other| (one.since, &one.leg).cmp(&(other.since, &other.leg)))
}

/// What fits the call of this channel, in the order in which it is offered.
pub fn fitting(pbx: &Pbx, row: &str, phone: Option<&Phone>) -> Vec<Act> {
    let fits = |act: &Act| match act {
        Act::Park => !parks(pbx, row, phone).is_empty(),
        Act::PickUp => rings(pbx, row, phone).is_some(),
        Act::Retrieve => parked(pbx, row).is_some(),
        _ => false,
    };
    Act::FURTHER.into_iter().filter(fits).collect()
}

/// Who can be parked from the row of this channel, the one first who is meant unless somebody says
/// otherwise: the caller's side, as with a transfer; of a call of one's own phone the other side.
pub fn parks(pbx: &Pbx, row: &str, phone: Option<&Phone>) -> Vec<Parks> {
    let Some(parties) = parties(pbx, row) else {
        return Vec::new();
    };
    let ties = Ties { pbx };
    let own = |person: &Person| phone.is_some_and(|phone| phone.has(&person.channel));
    let talks = |person: &Person| {
        let leg = pbx.channel(&person.leg).filter(|leg| !is_ringing(leg))?;
        let bridge = pbx.bridge(leg.bridge.as_ref()?)?;
        // Out of a conference nobody is parked.
        (leg.parked.is_none() && bridge.creator.is_empty()).then_some(leg)
    };
    let mut all: Vec<Parks> = match &parties.people[..] {
        [one, two] => [(one, two), (two, one)]
            .into_iter()
            .filter(|(who, _)| talks(who).is_some())
            .map(|(who, back_to)| Parks {
                who: who.clone(),
                back_to: back_to.clone(),
            })
            .collect(),
        [who] => {
            let Some(leg) = talks(who) else {
                return Vec::new();
            };
            let others = ties.peers(leg).flat_map(|peer| ties.ends(peer, leg));
            let others = others.map(|end| ties.person(end, Some(leg)));
            let mut others: Vec<Person> = others.collect();
            others.sort_by_key(|person| !own(person));
            let back_to = others.into_iter().next();
            let parks = |back_to| Parks {
                who: who.clone(),
                back_to,
            };
            back_to.map(parks).into_iter().collect()
        }
        _ => Vec::new(),
    };
    let chosen = parties.people.get(parties.chosen).map(|one| &one.leg);
    all.sort_by_key(|parks| (own(&parks.who), Some(&parks.who.leg) != chosen));
    all
}

/// Who is parked, of this row.
pub fn parked(pbx: &Pbx, row: &str) -> Option<Person> {
    let row = pbx.channel(row)?;
    let ties = Ties { pbx };
    let legs = [Some(row), ties.half(row)].into_iter().flatten();
    let mut parked = legs.filter(|leg| leg.parked.is_some());
    parked.next().map(|leg| ties.person(leg, None))
}

/// The call that rings in this row, or that is called from there: of several phones the first that is
/// not one's own.
pub fn rings(pbx: &Pbx, row: &str, phone: Option<&Phone>) -> Option<Rings> {
    let row = pbx.channel(row)?;
    let ties = Ties { pbx };
    let own = ties.stands_for(row);
    let facing = ties.facing(own);
    let rung_by = facing.iter().find(|(_, tie)| *tie == Tie::RungBy);
    let (caller, ringing): (&Channel, Vec<&Channel>) = match rung_by {
        Some((caller, _)) => (ties.ends(caller, own).into_iter().next()?, vec![own]),
        None => {
            let rung = facing.iter().filter(|(_, tie)| *tie == Tie::Rings);
            (
                own,
                rung.flat_map(|(next, _)| ties.ends(next, own)).collect(),
            )
        }
    };
    let is_own = |leg: &Channel| {
        let name = leg.name.as_deref().unwrap_or_default();
        phone.is_some_and(|phone| phone.has(name))
    };
    let mut ringing = ringing.into_iter();
    let ringing = ringing.find(|leg| is_ringing(leg) && !is_own(leg))?;
    Some(Rings {
        caller: ties.person(caller, None),
        ringing: ties.person(ringing, Some(caller)),
    })
}
