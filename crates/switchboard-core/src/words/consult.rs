//! Somebody is asked first: where everybody is, what each button does, and how it ended.

use ajam::ami::action::Exten;
use ajam::session::Outcome;

use super::outcome::Tone;
use super::{cells, connection, say, target};
use crate::acts::Person;
use crate::acts::consult::{Consult, End, NotNow, Stage, Why, Wish};

/// What is told of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where everybody is.
    pub words: String,
    /// What becomes of whom by a button, or when somebody hangs up.
    pub hint: String,
    /// How it looks.
    pub tone: Tone,
    /// What can be wanted, and what the button for that says.
    pub buttons: Vec<(Wish, String)>,
    /// Whether it is over.
    pub over: bool,
}

/// Who is on it, as they are called.
struct Names {
    customer: String,
    colleague: String,
    third: String,
    space: String,
}

/// What is told of this one.
pub fn told(consult: &Consult) -> Told {
    let names = Names::of(consult);
    let buttons = consult.offers().iter();
    let buttons = buttons.map(|wish| (*wish, button(*wish, consult.stage())));
    let (words, tone) = match consult.stage() {
        Stage::Over(end) => (ended(end, consult, &names), tone(end)),
        stage => {
            let tone = match stage {
                Stage::Waiting | Stage::ComingBack | Stage::Together => Tone::Doubt,
                _ => Tone::Asked,
            };
            (under_way(stage, &names), tone)
        }
    };
    Told {
        words,
        hint: hint(consult, &names),
        tone,
        buttons: buttons.collect(),
        over: matches!(consult.stage(), Stage::Over(_)),
    }
}

impl Names {
    fn of(consult: &Consult) -> Self {
        let number = cells::quoted(consult.number().0.as_str());
        let third = consult.third().filter(|third| !third.party.is_empty());
        let space = consult.parked().map(|parked| cells::quoted(&parked.space));
        Self {
            customer: target::called(consult.customer()),
            colleague: target::called(consult.colleague()),
            third: third.map_or(number, target::called),
            space: space.unwrap_or_default(),
        }
    }
}

fn button(wish: Wish, stage: &Stage) -> String {
    match (wish, stage) {
        (Wish::Connect, _) => say!("consult.connect"),
        (Wish::TakeBack, Stage::Calling { .. }) => say!("consult.stop"),
        (Wish::TakeBack, _) => say!("consult.take_back"),
        (Wish::CallAgain, _) => say!("consult.call_again"),
    }
}

fn tone(end: &End) -> Tone {
    match end {
        _ if end.is_done() => Tone::Done,
        _ if end.is_harmless() => Tone::Doubt,
        _ => Tone::Wrong,
    }
}

/// Where everybody is.
fn under_way(stage: &Stage, names: &Names) -> String {
    let Names {
        customer,
        colleague,
        third,
        space,
    } = names;
    match stage {
        Stage::Calling { stops: true, .. } => say!("consult.stopping", third = third),
        Stage::Calling { rings: true, .. } => say!(
            "consult.ringing",
            third = third,
            customer = customer,
            colleague = colleague
        ),
        Stage::Checking | Stage::Calling { .. } => say!(
            "consult.calling",
            third = third,
            customer = customer,
            colleague = colleague
        ),
        Stage::Joining => say!("consult.joining", third = third, customer = customer),
        Stage::Asking => say!(
            "consult.asking",
            colleague = colleague,
            third = third,
            customer = customer,
            space = space
        ),
        Stage::Together => say!(
            "consult.together",
            customer = customer,
            colleague = colleague,
            third = third
        ),
        Stage::Connecting => say!("consult.connecting", customer = customer, third = third),
        Stage::Returning => say!(
            "consult.returning",
            customer = customer,
            colleague = colleague
        ),
        Stage::Recalling => say!(
            "consult.recalling",
            customer = customer,
            space = space,
            colleague = colleague
        ),
        Stage::Waiting => say!("consult.waiting", customer = customer, space = space),
        Stage::ComingBack => say!(
            "consult.coming_back",
            customer = customer,
            colleague = colleague
        ),
        Stage::Over(_) => String::new(),
    }
}

/// What becomes of whom by a button, or when somebody hangs up.
fn hint(consult: &Consult, names: &Names) -> String {
    let Names {
        customer,
        colleague,
        third,
        ..
    } = names;
    let mut said = Vec::new();
    if let Some(refused) = consult.refused() {
        said.push(not_done(refused));
    }
    let leaving = || {
        say!(
            "consult.who_leaves",
            colleague = colleague,
            third = third,
            customer = customer
        )
    };
    match consult.stage() {
        Stage::Calling { stops: false, .. } | Stage::Checking => {
            said.push(say!(
                "consult.if_colleague_leaves",
                colleague = colleague,
                customer = customer
            ));
        }
        Stage::Asking => {
            if consult.is_silent() {
                said.push(say!("consult.silent", customer = customer));
            }
            said.push(leaving());
            let caught = |who: Option<&Person>| who.is_some_and(|who| consult.is_caught(who));
            let both = caught(Some(consult.colleague())) && caught(consult.third());
            said.push(match both {
                true => say!("consult.caught", customer = customer),
                false => say!(
                    "consult.not_caught",
                    colleague = colleague,
                    third = third,
                    customer = customer
                ),
            });
        }
        Stage::Together => said.push(leaving()),
        _ => {}
    }
    said.join(" ")
}

/// Why Asterisk did not do something.
fn not_done(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused(words) => say!("consult.refused", words = cells::quoted(words)),
        Outcome::NotConnected | Outcome::Unknown(_) => say!("why_not.not_live"),
        _ => say!("consult.not_there"),
    }
}

fn ended(end: &End, consult: &Consult, names: &Names) -> String {
    let Names {
        customer,
        colleague,
        third,
        ..
    } = names;
    let on = || say!("consult.go_on", customer = customer, colleague = colleague);
    let and_on = |words: String| format!("{words} {}", on());
    let (exten, context) = consult.number();
    match end {
        End::Connected => say!(
            "consult.connected",
            customer = customer,
            third = third,
            colleague = colleague
        ),
        End::Returned => say!(
            "consult.returned",
            customer = customer,
            colleague = colleague,
            third = third
        ),
        End::Stopped => and_on(say!("consult.stopped", third = third)),
        End::NotReached(Why::Busy) => and_on(say!("consult.busy", third = third)),
        End::NotReached(Why::Declined) => and_on(say!("consult.declined", third = third)),
        End::NotReached(Why::NoAnswer) => and_on(say!("consult.no_answer", third = third)),
        End::NotReached(Why::Unreachable) => and_on(say!("consult.unreachable", third = third)),
        End::NotReached(Why::Machine) => and_on(say!("consult.machine", third = third)),
        End::ThirdLeft => and_on(say!("consult.third_left", third = third)),
        End::CustomerLeft { others_talk: true } => say!(
            "consult.customer_left",
            customer = customer,
            colleague = colleague,
            third = third
        ),
        End::CustomerLeft { others_talk: false } => {
            say!("consult.customer_left_alone", customer = customer)
        }
        End::ColleagueLeft => say!(
            "consult.colleague_left",
            colleague = colleague,
            customer = customer,
            third = third
        ),
        End::BackAgain => say!(
            "consult.back_again",
            colleague = colleague,
            customer = customer
        ),
        End::Lost => say!("consult.lost", customer = customer),
        End::Elsewhere => say!("consult.elsewhere", customer = customer),
        End::NoExtension => and_on(target::missing(exten, context)),
        End::NotChecked => and_on(say!("consult.not_checked", third = third)),
        End::Refused(outcome) => and_on(not_done(outcome)),
        End::Unknown => say!("consult.unknown", customer = customer),
    }
}

/// What happens if somebody is asked first.
pub fn will((customer, colleague): (&Person, &Person), exten: &Exten) -> String {
    say!(
        "consult.will",
        exten = exten.as_str(),
        colleague = target::called(colleague),
        customer = target::called(customer)
    )
}

/// Why nobody can be asked first.
pub fn not_now(why: NotNow) -> String {
    match why {
        NotNow::Right(action) => say!("consult.no_right", rights = connection::rights(action)),
        NotNow::Version => say!("consult.version"),
        NotNow::NotTwo => say!("consult.not_two"),
        NotNow::Asked => say!("consult.asked"),
        NotNow::NotLive => say!("why_not.not_live"),
    }
}
