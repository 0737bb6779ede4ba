//! The set-up doctor: what is checked, what was found, and what to write where.

use super::{cells, connection, say};
use crate::ami::Secret;
use crate::ami::action::Unfit;
use crate::doctor::writer::{self, Name, Profile};
use crate::doctor::{Check, Entry, Finding, Fix, Section, State};
use crate::session::Trouble;

/// What a check is about.
pub fn title(check: Check) -> String {
    match check {
        Check::Page => say!("doctor.title.page"),
        Check::Transport => say!("doctor.title.transport"),
        Check::Worker => say!("doctor.title.worker"),
        Check::Root => say!("doctor.title.root"),
        Check::StatusPage => say!("doctor.title.status_page"),
        Check::Manager => say!("doctor.title.manager"),
        Check::Digest => say!("doctor.title.digest"),
        Check::Clock => say!("doctor.title.clock"),
        Check::Login => say!("doctor.title.login"),
        Check::Cookie => say!("doctor.title.cookie"),
        Check::Version => say!("doctor.title.version"),
        Check::Connections => say!("doctor.title.connections"),
        Check::May("Redirect") => say!("doctor.title.transfer"),
        Check::May("Hangup") => say!("doctor.title.hang_up"),
        Check::May(_) => say!("doctor.title.list"),
        Check::Hears(class) => say!("doctor.title.events", class = class),
    }
}

/// How a check stands, in a word.
pub fn state(state: State) -> String {
    match state {
        State::Waiting => say!("doctor.state.waiting"),
        State::Trying => say!("doctor.state.trying"),
        State::Passed => say!("doctor.state.passed"),
        State::Advice => say!("doctor.state.advice"),
        State::Failed => say!("doctor.state.failed"),
        State::Unknown => say!("doctor.state.unknown"),
        State::Skipped => say!("doctor.state.skipped"),
    }
}

/// What was found, in a sentence or two. Nothing where the state says it all.
pub fn detail(entry: &Entry) -> String {
    let class = match entry.check {
        Check::Hears(class) => class,
        _ => "",
    };
    let words = sentence(&entry.finding, class);
    // Filled in here, once for all: each place where that is done costs code.
    let (names, values): (Vec<_>, Vec<_>) = values(&entry.finding, class).into_iter().unzip();
    rust_i18n::replace_patterns(&words, &names, &values)
}

fn sentence(finding: &Finding, class: &str) -> String {
    match finding {
        Finding::Waiting | Finding::Trying => String::new(),
        Finding::WaitingForAccount => say!("doctor.needs_account"),
        Finding::Skipped => say!("doctor.skipped"),
        Finding::Trouble(why) => trouble(why),
        Finding::Served { .. } => say!("doctor.served"),
        Finding::ServedElsewhere { .. } => say!("doctor.served_elsewhere"),
        Finding::Encrypted => say!("doctor.encrypted"),
        Finding::Loopback => say!("doctor.loopback"),
        Finding::Plain => say!("doctor.plain"),
        Finding::LogsOff => say!("doctor.logs_off"),
        Finding::StaysLoggedIn => say!("doctor.stays_logged_in"),
        Finding::RootLeadsHere => say!("doctor.root_leads_here"),
        Finding::RootEmpty => say!("doctor.root_empty"),
        Finding::RootTaken => say!("doctor.root_taken"),
        Finding::StatusClosed => say!("doctor.status_closed"),
        Finding::StatusOpen => say!("doctor.status_open"),
        Finding::Answers(_) => say!("doctor.answers"),
        Finding::AnswersGet => say!("doctor.answers_get"),
        Finding::DigestOffered => say!("doctor.digest_offered"),
        Finding::DigestMissing => say!("doctor.digest_missing"),
        Finding::InStep => say!("doctor.in_step"),
        Finding::OutOfStep(seconds) if *seconds < 0 => say!("doctor.server_behind"),
        Finding::OutOfStep(_) => say!("doctor.server_ahead"),
        Finding::NoDate => say!("doctor.no_date"),
        Finding::Accepted => say!("doctor.accepted"),
        Finding::Refused(_) => say!("doctor.refused"),
        Finding::InUse(_) => say!("doctor.in_use"),
        Finding::OtherSession => say!("doctor.other_session"),
        Finding::Kept => say!("doctor.kept"),
        Finding::NotKept { digest: true } => say!("doctor.not_kept_digest"),
        Finding::NotKept { digest: false } => say!("doctor.not_kept"),
        Finding::Version(_) => say!("doctor.version"),
        Finding::OldVersion(_) => say!("doctor.old_version"),
        Finding::VersionHidden => say!("doctor.version_hidden"),
        Finding::Enough(_) => say!("doctor.enough"),
        Finding::TooFew { .. } => say!("doctor.too_few"),
        Finding::Allowed => say!("doctor.allowed"),
        Finding::Lacks(_) => say!("doctor.lacks"),
        Finding::Listening if class == "agent" => say!("doctor.listening_queue"),
        Finding::Listening => say!("doctor.listening"),
        Finding::Heard(_) => say!("doctor.heard"),
        Finding::Deaf if class == "system" => say!("doctor.deaf_system"),
        Finding::Deaf if class == "dialplan" => say!("doctor.deaf_dialplan"),
        Finding::Deaf => say!("doctor.deaf"),
        Finding::Silence if class == "agent" => say!("doctor.silence_queue"),
        Finding::Silence => say!("doctor.silence"),
        Finding::NotListened => say!("doctor.not_listened"),
        Finding::InClassCall => say!("doctor.in_class_call"),
    }
}

/// What goes into which place of the sentence.
fn values(finding: &Finding, class: &str) -> Vec<(&'static str, String)> {
    match finding {
        Finding::Served { page, manager } | Finding::ServedElsewhere { page, manager } => vec![
            ("page", cells::shown(page)),
            ("manager", cells::shown(manager)),
        ],
        Finding::Answers(millis) => vec![("millis", millis.to_string())],
        Finding::OutOfStep(seconds) => vec![("seconds", seconds.unsigned_abs().to_string())],
        Finding::Refused(words) | Finding::InUse(words) => vec![("words", said(words))],
        Finding::Version(name) | Finding::OldVersion(name) => vec![("name", cells::shown(name))],
        Finding::Enough(count) | Finding::Heard(count) => vec![("count", count.to_string())],
        Finding::TooFew { answered, sent } => vec![
            ("answered", answered.to_string()),
            ("sent", sent.to_string()),
        ],
        Finding::Lacks(action) => vec![("rights", connection::rights(action))],
        Finding::Silence => vec![("class", class.to_owned())],
        _ => Vec::new(),
    }
}

fn said(words: &str) -> String {
    cells::shown(words).trim_end_matches('.').to_owned()
}

fn trouble(why: &Trouble) -> String {
    if *why == Trouble::Http(403) {
        return say!("doctor.forbidden");
    }
    let sentence = connection::trouble(why);
    let technical = connection::technical(why);
    format!("{sentence}. {technical}.")
}

/// Lines, and above them, as a comment, in which file and section they belong.
pub fn lines(fix: &Fix) -> String {
    let place = match &fix.section {
        Section::Named(name) => say!("doctor.fix", file = fix.file, section = cells::shown(name)),
        Section::Account => say!("doctor.fix_account", file = fix.file),
    };
    format!("; {place}\n{}", fix.lines.join("\n"))
}

/// All checks in a sentence.
pub fn summary(entries: &[Entry]) -> String {
    let count = |state: State| {
        let alike = entries.iter().filter(|e| e.finding.state() == state);
        alike.count()
    };
    let part = |number: usize, words: fn(usize) -> String| (number > 0).then(|| words(number));
    let parts = [
        part(count(State::Failed), |n| {
            say!("doctor.sum.failed", count = n)
        }),
        part(count(State::Advice), |n| {
            say!("doctor.sum.advice", count = n)
        }),
        part(count(State::Unknown), |n| {
            say!("doctor.sum.unknown", count = n)
        }),
        part(count(State::Passed), |n| {
            say!("doctor.sum.passed", count = n)
        }),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What an account is for.
pub fn profile(profile: Profile) -> String {
    match profile {
        Profile::Watch => say!("doctor.profile.watch"),
        Profile::Act => say!("doctor.profile.act"),
        Profile::Everything => say!("doctor.profile.everything"),
    }
}

/// Said where an account gets no more than the one before it.
pub fn no_more(profile: Profile) -> String {
    let same = profile == Profile::Everything
        && writer::write_classes(profile) == writer::write_classes(Profile::Act);
    if same {
        say!("doctor.profile.same")
    } else {
        String::new()
    }
}

/// The lines of an account for `manager.conf`.
pub fn account(name: &Name, secret: &Secret, profile: Profile) -> String {
    format!(
        "{}; {}\n;deny = 0.0.0.0/0.0.0.0\n;permit = 192.0.2.0/255.255.255.0\n",
        writer::section(name, secret, profile),
        say!("doctor.conf.permit")
    )
}

/// Why a name cannot be an account's; nothing for one that Asterisk has taken itself.
pub fn unfit_name(why: Option<Unfit>) -> String {
    match why {
        Some(Unfit::Empty) => say!("doctor.unfit.empty"),
        Some(Unfit::TooLong) => say!("doctor.unfit.long", count = writer::LONGEST),
        Some(Unfit::Character(c)) => say!(
            "doctor.unfit.character",
            char = crate::ami::text::visible(&c.to_string())
        ),
        None => say!("doctor.unfit.general"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(check: Check, finding: Finding) -> Entry {
        Entry {
            check,
            finding,
            fix: None,
        }
    }

    #[test]
    fn asterisks_words_are_shown_and_cannot_break_a_line() {
        let refused = Finding::Refused("Authentication\r\nfailed.".to_owned());
        let words = detail(&entry(Check::Login, refused));
        assert!(words.contains("Authentication␍␊failed"), "{words}");
    }

    #[test]
    fn the_summary_counts_what_needs_a_hand_first() {
        let entries = [
            entry(Check::Page, Finding::Encrypted),
            entry(Check::Cookie, Finding::NotKept { digest: false }),
            entry(Check::Clock, Finding::Waiting),
        ];
        assert_eq!(summary(&entries), "1 failed, 1 passed");
    }

    #[test]
    fn every_class_that_is_asked_for_has_words_for_whatever_is_found() {
        for check in Check::all() {
            for finding in [Finding::Listening, Finding::Deaf, Finding::Silence] {
                assert!(!detail(&entry(check, finding)).is_empty());
            }
            assert!(!title(check).is_empty());
        }
    }

    #[test]
    fn everything_below_an_account_is_a_comment() {
        let name = Name::new("desk").unwrap_or_else(|_| unreachable!());
        let text = account(&name, &Secret::new("s"), Profile::Act);
        let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with(';')).collect();
        assert_eq!(
            lines,
            [
                "[desk]",
                "secret = s",
                "read = call,dialplan,system,agent",
                "write = call,reporting"
            ]
        );
    }
}
