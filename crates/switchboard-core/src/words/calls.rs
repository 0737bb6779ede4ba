//! The table of calls.

use super::{cells, say, target};
use crate::board::calls::{Call, CallState, Column, Kind, Section};
use crate::live::Person;
use crate::trunks::Direction;

/// So many people are named in a cell.
const NAMED: usize = 3;

/// A column's header.
pub fn header(column: Column) -> String {
    match column {
        Column::State => say!("column.state"),
        Column::From => say!("column.from"),
        Column::To => say!("column.to"),
        Column::Duration => say!("column.duration"),
    }
}

/// Which way a call goes.
pub fn direction(way: Direction) -> String {
    match way {
        Direction::In => say!("calls.incoming"),
        Direction::Out => say!("calls.outgoing"),
        Direction::Within => say!("calls.internal"),
    }
}

/// Who calls, and which way, if that is known.
pub fn on_its_way(who: String, way: Option<Direction>) -> String {
    match way {
        Some(way) if who.is_empty() => direction(way),
        Some(way) => say!("calls.both", one = who, two = direction(way)),
        None => who,
    }
}

/// What goes on in a call.
pub fn state(state: &CallState) -> String {
    match state {
        CallState::Ringing => say!("calls.ringing"),
        CallState::Calling => say!("calls.calling"),
        CallState::Queue(queue) => say!("calls.queue", queue = cells::quoted(queue)),
        CallState::Parked(parked) if parked.space.is_empty() => say!("calls.parked_somewhere"),
        CallState::Parked(parked) => say!("calls.parked", space = cells::quoted(&parked.space)),
        CallState::Held => say!("calls.held"),
        CallState::Talking => say!("calls.talking"),
        CallState::Conference(_) => say!("calls.conference"),
        CallState::Alone(application) => alone(application),
        CallState::Idle => say!("calls.idle"),
        CallState::Joined => say!("calls.joined"),
        CallState::Ended => say!("calls.ended"),
    }
}

/// What somebody does who is alone with an application of the dial plan.
pub fn alone(application: &str) -> String {
    match application {
        "" => say!("calls.connected"),
        "BackGround" | "Background" | "Read" | "WaitExten" | "AGI" | "FastAGI" | "Directory" => {
            say!("calls.menu")
        }
        "Playback" | "ControlPlayback" | "SayDigits" | "SayNumber" | "SayAlpha" | "SayUnixTime"
        | "SayPhonetic" | "Playtones" => say!("calls.announcement"),
        "MusicOnHold" | "StartMusicOnHold" => say!("calls.music"),
        "VoiceMail" | "Voicemail" => say!("calls.message"),
        "VoiceMailMain" | "VoicemailMain" => say!("calls.mailbox"),
        "ChanSpy" | "ExtenSpy" => say!("calls.listens"),
        "Busy" | "Congestion" => say!("calls.busy"),
        "Page" => say!("calls.pages"),
        "Echo" => say!("calls.echo"),
        "Record" => say!("calls.records"),
        "Wait" | "BridgeWait" | "Ringing" | "Answer" => say!("calls.waits"),
        "ConfBridge" | "MeetMe" => say!("calls.joins_conference"),
        other => say!("calls.runs", application = cells::quoted(other)),
    }
}

/// What calls of a section are called, and how many there are.
pub fn section(section: &Section) -> String {
    let count = section.count;
    match section.kind {
        Kind::Ringing => say!("sections.ringing", count = count),
        Kind::Waiting => say!("sections.waiting", count = count),
        Kind::Talking => say!("sections.talking", count = count),
        Kind::Alone => say!("sections.alone", count = count),
    }
}

/// Who calls, in two parts that look different.
pub fn from(call: &Call) -> cells::Who {
    people(&call.from)
}

/// Whom they talk with, or who rings, and below that the number and what was dialled.
pub fn to(call: &Call) -> cells::Who {
    if let CallState::Conference(name) = &call.state {
        let count = call.from.len();
        return cells::Who {
            name: say!("calls.room", name = cells::quoted(name)),
            num: match count {
                1 => say!("calls.one_person"),
                _ => say!("calls.people", count = count),
            },
        };
    }
    let dialled = cells::shown(&call.dialled);
    if call.to.is_empty() {
        return alone_as(dialled);
    }
    let mut who = people(&call.to);
    let known = call
        .to
        .iter()
        .any(|person| person.party.num == call.dialled);
    if !dialled.is_empty() && !known && who.name != dialled {
        let by = say!("calls.dialled", number = cells::quoted(&call.dialled));
        who.num = match who.num.is_empty() {
            true => by,
            false => say!("calls.both", one = who.num, two = by),
        };
    }
    who
}

fn alone_as(name: String) -> cells::Who {
    let num = String::new();
    cells::Who { name, num }
}

/// One by name and number, several by name.
fn people(people: &[Person]) -> cells::Who {
    match people {
        [] => cells::Who::default(),
        [one] => {
            let who = cells::Who::of(&one.party);
            match who.is_empty() {
                true => alone_as(target::called(one)),
                false => who,
            }
        }
        several => {
            let short = |person: &Person| {
                let who = cells::Who::of(&person.party);
                match who.is_empty() {
                    true => target::called(person),
                    false => cells::quoted(&who.name),
                }
            };
            let named: Vec<_> = several.iter().take(NAMED).map(short).collect();
            let named = named.join(", ");
            alone_as(match several.len().saturating_sub(NAMED) {
                0 => named,
                more => say!("calls.more", names = named, count = more),
            })
        }
    }
}

/// What to call a call in a sentence: by who calls.
pub fn called(call: &Call) -> String {
    let from = from(call);
    match call.from.len() {
        1 => from.whole(),
        _ => from.name,
    }
}
