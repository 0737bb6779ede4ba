//! An act in words: whom it hits, and what is wrong with what was typed.

use std::time::Duration;

use ajam::ami::Uniqueid;
use ajam::ami::action::{Context, Exten, Unfit};

use super::{cells, say, time};
use crate::acts::{Elsewhere, Fate, Person, Phone, Prospect};
use crate::directory::Suggestion;
use crate::live::{self, Extension, ExtensionState};

/// What is wrong with an extension.
pub fn unfit_exten(unfit: Unfit) -> String {
    match unfit {
        Unfit::Empty => say!("unfit.extension_empty"),
        Unfit::TooLong => say!("unfit.too_long"),
        Unfit::Character(c) => say!("unfit.extension_character", char = seen(c)),
    }
}

/// What is wrong with a context.
pub fn unfit_context(unfit: Unfit) -> String {
    match unfit {
        Unfit::Empty => say!("unfit.context_empty"),
        Unfit::TooLong => say!("unfit.too_long"),
        Unfit::Character(c) => say!("unfit.context_character", char = seen(c)),
    }
}

pub(super) fn seen(c: char) -> String {
    ajam::ami::text::visible(c.encode_utf8(&mut [0; 4])).into_owned()
}

/// A number that is not there.
pub fn missing(exten: &Exten, context: &Context) -> String {
    say!(
        "unfit.missing",
        exten = exten.as_str(),
        context = context.as_str()
    )
}

/// Whether somebody can be reached at an extension; nothing where that is not known.
pub fn extension(extension: &Extension) -> Option<String> {
    let exten = cells::quoted(&extension.exten);
    Some(match extension.state {
        ExtensionState::Free => say!("extension.free", exten = exten),
        ExtensionState::Ringing => say!("extension.ringing", exten = exten),
        ExtensionState::InUse => say!("extension.in_use", exten = exten),
        ExtensionState::InUseAndRinging => say!("extension.in_use_ringing", exten = exten),
        ExtensionState::Busy => say!("extension.busy", exten = exten),
        ExtensionState::OnHold => say!("extension.on_hold", exten = exten),
        ExtensionState::Unavailable => say!("extension.unavailable", exten = exten),
        ExtensionState::Unknown(_) => return None,
    })
}

/// What somebody is called who can be called.
pub fn suggested(one: &Suggestion) -> String {
    let party = live::Party {
        num: one.number.clone(),
        name: one.name.clone(),
    };
    cells::Who::of(&party).whole()
}

/// What their phones do, and with whom they talk, as far as that is known.
pub fn doing(one: &Suggestion) -> String {
    let state = one.state.map(super::extension::state).unwrap_or_default();
    match &one.with {
        Some(with) if !with.is_empty() => {
            let name = cells::quoted(&cells::Who::of(with).name);
            say!("transfer.talks_with", state = state, name = name)
        }
        _ => state,
    }
}

/// What to call somebody in a sentence: by name and number, else by what the channel leads to.
pub fn called(person: &Person) -> String {
    let who = cells::Who::of(&person.party);
    if !who.is_empty() {
        return who.whole();
    }
    let resource = live::resource(&person.channel);
    let what = resource.split_once('/').map_or(resource, |(_, what)| what);
    let what = match resource.strip_prefix("Local/") {
        Some(local) => local.split_once('@').map_or(local, |(exten, _)| exten),
        None => what,
    };
    match what.is_empty() {
        true => cells::named(&person.channel),
        false => cells::quoted(what),
    }
}

/// So many people are named, each.
const NAMED: usize = 6;

/// Several people: all by name if they are few.
pub(super) fn all(people: &[&Person]) -> String {
    match people {
        [] => String::new(),
        [one] => called(one),
        [one, two] => say!("people.two", one = called(one), two = called(two)),
        [few @ .., last] if people.len() <= NAMED => {
            let few: Vec<String> = few.iter().map(|one| called(one)).collect();
            say!("people.two", one = few.join(", "), two = called(last))
        }
        [one, two, rest @ ..] => say!(
            "people.more",
            one = called(one),
            two = called(two),
            count = rest.len()
        ),
    }
}

/// Whom a transfer hits, and how: a sentence for each kind of fate.
pub fn transfer(prospect: &Prospect, exten: &Exten) -> String {
    let exten = exten.as_str();
    let lost = prospect.of(|fate| *fate == Fate::Lost);
    if !lost.is_empty() {
        let mut said = vec![say!("will.lost", name = all(&lost), exten = exten)];
        said.extend(others(prospect));
        return said.join(" ");
    }
    let going = prospect.of(|fate| {
        matches!(
            fate,
            Fate::Goes | Fate::GoesRinging | Fate::GoesUnparked | Fate::GoesFromQueue(_)
        )
    });
    let mut said = Vec::new();
    if let [one, two] = going[..] {
        said.push(say!(
            "will.both",
            one = called(one),
            two = called(two),
            exten = exten
        ));
    }
    for (person, fate) in &prospect.fates {
        let name = called(person);
        match fate {
            _ if going.len() > 1 => {}
            Fate::Goes => said.push(say!("will.goes", name = name, exten = exten)),
            Fate::GoesRinging => said.push(say!("will.goes_ringing", name = name, exten = exten)),
            Fate::GoesUnparked => said.push(say!("will.goes_unparked", name = name, exten = exten)),
            Fate::GoesFromQueue(queue) => said.push(say!(
                "will.goes_from_queue",
                name = name,
                exten = exten,
                queue = cells::quoted(queue)
            )),
            _ => {}
        }
    }
    said.extend(others(prospect));
    said.join(" ")
}

/// Whom a hang-up hits, and how.
pub fn hang_up(prospect: &Prospect) -> String {
    others(prospect).join(" ")
}

/// Whom parking hits, and how, and whose phone rings when nobody takes the call: after this time,
/// where that is known.
pub fn park(prospect: &Prospect, back_to: &Uniqueid, after: Option<Duration>) -> String {
    let mut said = Vec::new();
    for (person, fate) in &prospect.fates {
        match fate {
            Fate::IsParked => said.push(say!("will.is_parked", name = called(person))),
            Fate::HearsSpace => said.push(say!("will.hears_space", name = called(person))),
            _ => {}
        }
    }
    said.extend(others(prospect));
    let back = prospect.fates.iter().find(|(one, _)| one.leg == *back_to);
    if let Some((back, _)) = back {
        let name = called(back);
        said.push(match after {
            Some(Duration::ZERO) => say!("will.never_comes_back"),
            Some(after) => say!("will.comes_back", name = name, span = time::span(after)),
            None => say!("will.comes_back_some_time", name = name),
        });
    }
    said.join(" ")
}

/// Who comes to one's own phone, from where, and what becomes of the others.
pub fn comes(prospect: &Prospect, phone: &Phone) -> String {
    let phone = super::phone::name(phone);
    let names = |fate: Fate| all(&prospect.of(|one| *one == fate));
    let name = names(Fate::Comes);
    let ringing = prospect.of(|fate| *fate == Fate::StopsRinging);
    match ringing[..] {
        [] => say!("will.comes_parked", phone = phone, name = name),
        [_] => say!(
            "will.comes_ringing",
            phone = phone,
            name = name,
            other = all(&ringing)
        ),
        _ => say!(
            "will.comes_ringing_many",
            phone = phone,
            name = name,
            others = all(&ringing)
        ),
    }
}

/// What comes of those who go nowhere.
fn others(prospect: &Prospect) -> Vec<String> {
    let mut said = Vec::new();
    let ringing = prospect.of(|fate| *fate == Fate::StopsRinging);
    for (person, fate) in &prospect.fates {
        if *fate == Fate::TurnedDown {
            said.push(say!(
                "will.turned_down",
                name = called(person),
                other = all(&ringing)
            ));
        }
    }
    let turned_down = !said.is_empty();
    let many = |people: &[&Person]| people.len() > 1;
    let on = |person: &Person| prospect.elsewhere.iter().find(|one| one.leg == person.leg);
    let hung_up = prospect.of(|fate| *fate == Fate::HungUp);
    let (here, hung_up): (Vec<_>, Vec<_>) = hung_up.iter().partition(|one| on(one).is_some());
    if !hung_up.is_empty() {
        said.push(say!("will.hung_up", names = all(&hung_up)));
    }
    said.extend(
        here.into_iter()
            .filter_map(|one| Some(ends_here(one, on(one)?))),
    );
    match ringing[..] {
        _ if turned_down => {}
        [] => {}
        _ if many(&ringing) => said.push(say!("will.stop_ringing", names = all(&ringing))),
        _ => said.push(say!("will.stops_ringing", name = all(&ringing))),
    }
    let on = prospect.of(|fate| *fate == Fate::KeepsRinging);
    let caller = prospect.of(|fate| *fate == Fate::KeepsCalling);
    match on[..] {
        [] => {}
        _ if many(&on) => said.push(say!("will.go_on_ringing", names = all(&on))),
        _ => said.push(say!("will.goes_on_ringing", name = all(&on))),
    }
    if !caller.is_empty() {
        said.push(say!("will.keeps_calling", name = all(&caller)));
    }
    for (person, fate) in &prospect.fates {
        if let Fate::KeepsWaiting(queue) = fate {
            said.push(say!(
                "will.keeps_waiting",
                name = called(person),
                queue = cells::quoted(queue)
            ));
        }
    }
    for person in prospect.of(|fate| *fate == Fate::GoesOn) {
        said.push(say!("will.goes_on", name = called(person)));
    }
    let staying = prospect.of(|fate| *fate == Fate::Stays);
    match staying[..] {
        [] => {}
        _ if many(&staying) => said.push(say!("will.stay", names = all(&staying))),
        _ => said.push(say!("will.stays", name = all(&staying))),
    }
    said
}

/// Which call of somebody ends, and which does not.
fn ends_here(person: &Person, elsewhere: &Elsewhere) -> String {
    let name = called(person);
    let names = |people: &[Person]| all(&people.iter().collect::<Vec<_>>());
    let (here, there) = (names(&elsewhere.here), names(&elsewhere.there));
    match (here.is_empty(), there.is_empty()) {
        (false, false) => say!("will.ends_here", name = name, here = here, there = there),
        (true, false) => say!("will.ends_here_alone", name = name, there = there),
        (_, true) => say!("will.another_goes_on", name = name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Party;
    use ajam::ami::Uniqueid;

    fn person(id: &str, name: &str, num: &str, channel: &str) -> Person {
        Person {
            leg: Uniqueid::new(id).unwrap_or_else(|| unreachable!()),
            channel: channel.to_owned(),
            party: Party {
                name: name.to_owned(),
                num: num.to_owned(),
            },
        }
    }

    #[test]
    fn what_cannot_stand_in_an_extension_is_named() {
        assert!(unfit_exten(Unfit::Character('$')).contains("“$”"));
        assert!(unfit_exten(Unfit::Character('\r')).contains("“␍”"));
    }

    #[test]
    fn somebody_without_a_name_goes_by_where_the_channel_leads() {
        let called = |channel| called(&person("1", "", "", channel));
        assert_eq!(called("PJSIP/anna-0000001f"), "anna");
        assert_eq!(called("Local/101@phones-00000001;1"), "101");
        assert_eq!(called(""), "unnamed channel");
        assert_eq!(
            super::called(&person("1", "Müller", "", "x")),
            "\u{2068}Müller\u{2069}"
        );
    }

    #[test]
    fn everybody_is_named_with_what_comes_of_them() {
        let exten = Exten::new("204").unwrap_or_else(|_| unreachable!());
        let customer = || person("1", "Mueller GmbH", "", "");
        let desk = |num| person(num, "", num, "");
        let of = |fates| Prospect {
            fates,
            ..Prospect::default()
        };
        let talking = of(vec![(customer(), Fate::Goes), (desk("201"), Fate::HungUp)]);
        assert_eq!(
            transfer(&talking, &exten),
            "Mueller GmbH goes to 204. 201 will be hung up."
        );
        let both = of(vec![(customer(), Fate::Goes), (desk("201"), Fate::Goes)]);
        assert_eq!(
            transfer(&both, &exten),
            "Mueller GmbH and 201 both go to 204 separately. They will no longer be connected, unless \
             204 is a conference."
        );
        let ringing = of(vec![
            (customer(), Fate::Goes),
            (desk("205"), Fate::StopsRinging),
            (desk("206"), Fate::StopsRinging),
        ]);
        assert_eq!(
            transfer(&ringing, &exten),
            "Mueller GmbH goes to 204. 205 and 206 stop ringing."
        );
        let turned_down = of(vec![
            (desk("200"), Fate::StopsRinging),
            (customer(), Fate::TurnedDown),
        ]);
        assert_eq!(
            hang_up(&turned_down),
            "Mueller GmbH is calling 200 and will hear busy, or go on as the dial plan says."
        );
        let lost = of(vec![(customer(), Fate::Lost), (desk("201"), Fate::HungUp)]);
        assert!(transfer(&lost, &exten).contains("will be lost"));
    }
}
