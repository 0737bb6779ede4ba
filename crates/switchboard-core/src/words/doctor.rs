//! The set-up doctor: what is checked, what was found, and what to write where.

use ajam::ami::Secret;
use ajam::ami::action::Unfit;
use ajam::session::Trouble;

use super::{cells, connection};
use crate::doctor::writer::{self, Name, Profile, System};
use crate::doctor::{Check, Entry, Finding, Fix, More, Section, State};
use crate::recipe::{self, Gives, Right};

/// As [`say`](super::say), of the catalogue that only the set-up check carries.
#[macro_export]
macro_rules! tell {
    ($key:literal) => {
        $crate::words::doctor::text($key)
    };
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::filled(
            &$crate::words::doctor::text($key),
            &[$(stringify!($name)),+],
            &[$(($value).to_string()),+],
        )
    };
}
pub use crate::tell;

/// The sentences of the set-up check. In a module: a crate has one catalogue at its root.
mod catalogue {
    rust_i18n::i18n!("../../locales/doctor", fallback = "en");
}

#[cfg(test)]
pub(super) use catalogue::_rust_i18n_backend as backend;

/// The text of a key, as it stands in the catalogue of the set-up check.
#[inline(never)]
pub fn text(key: &str) -> String {
    catalogue::_rust_i18n_translate(&rust_i18n::locale(), key).into_owned()
}

/// What a check is about.
pub fn title(check: Check) -> String {
    match check {
        Check::Page => tell!("doctor.title.page"),
        Check::Transport => tell!("doctor.title.transport"),
        Check::Worker => tell!("doctor.title.worker"),
        Check::Root => tell!("doctor.title.root"),
        Check::StatusPage => tell!("doctor.title.status_page"),
        Check::Manager => tell!("doctor.title.manager"),
        Check::Digest => tell!("doctor.title.digest"),
        Check::Clock => tell!("doctor.title.clock"),
        Check::Login => tell!("doctor.title.login"),
        Check::Cookie => tell!("doctor.title.cookie"),
        Check::Version => tell!("doctor.title.version"),
        Check::Connections => tell!("doctor.title.connections"),
        Check::May("Redirect") => tell!("doctor.title.transfer"),
        Check::May("Hangup") => tell!("doctor.title.hang_up"),
        Check::May(_) => tell!("doctor.title.list"),
        Check::Modest => tell!("doctor.title.modest"),
        Check::Secrets => tell!("doctor.title.secrets"),
        Check::Hears(class) => tell!("doctor.title.events", class = class),
    }
}

/// How a check stands, in a word.
pub fn state(state: State) -> String {
    match state {
        State::Waiting => tell!("doctor.state.waiting"),
        State::Trying => tell!("doctor.state.trying"),
        State::Passed => tell!("doctor.state.passed"),
        State::Advice => tell!("doctor.state.advice"),
        State::Optional => tell!("doctor.state.optional"),
        State::NotGiven => tell!("doctor.state.not_given"),
        State::Failed => tell!("doctor.state.failed"),
        State::Unknown => tell!("doctor.state.unknown"),
        State::Skipped => tell!("doctor.state.skipped"),
    }
}

/// What was found, in a sentence or two. Nothing where the state says it all.
pub fn detail(entry: &Entry) -> String {
    let class = match entry.check {
        Check::Hears(class) => class,
        _ => "",
    };
    let words = sentence(&entry.finding, class);
    // Above the lines that would allow it.
    let words = match &entry.finding {
        Finding::Without { act, .. } if entry.fix.is_some() => format!("{words} {}", wish(act)),
        _ => words,
    };
    let words = match entry.more {
        Some(More::Whole) => format!("{words} {}", tell!("doctor.heard_whole")),
        Some(More::Untold) => format!("{words} {}", tell!("doctor.heard_part")),
        None => words,
    };
    // Filled in here, once for all: each place where that is done costs code.
    let (names, values): (Vec<_>, Vec<_>) = values(&entry.finding, class).into_iter().unzip();
    rust_i18n::replace_patterns(&words, &names, &values)
}

/// Under which condition an account is to be given the right to an act.
fn wish(act: &str) -> String {
    match act {
        "Redirect" => tell!("doctor.wish.transfer"),
        _ => tell!("doctor.wish.hang_up"),
    }
}

fn sentence(finding: &Finding, class: &str) -> String {
    match finding {
        Finding::Waiting | Finding::Trying => String::new(),
        Finding::WaitingForAccount => tell!("doctor.needs_account"),
        Finding::Skipped => tell!("doctor.skipped"),
        Finding::Trouble(why) => trouble(why),
        Finding::Served { .. } => tell!("doctor.served"),
        Finding::ServedElsewhere { .. } => tell!("doctor.served_elsewhere"),
        Finding::Encrypted => tell!("doctor.encrypted"),
        Finding::Loopback => tell!("doctor.loopback"),
        Finding::Plain => tell!("doctor.plain"),
        Finding::LogsOff => tell!("doctor.logs_off"),
        Finding::StaysLoggedIn => tell!("doctor.stays_logged_in"),
        Finding::RootLeadsHere => tell!("doctor.root_leads_here"),
        Finding::RootEmpty => tell!("doctor.root_empty"),
        Finding::RootTaken => tell!("doctor.root_taken"),
        Finding::StatusClosed => tell!("doctor.status_closed"),
        Finding::StatusOpen => tell!("doctor.status_open"),
        Finding::Answers(_) => tell!("doctor.answers"),
        Finding::AnswersGet => tell!("doctor.answers_get"),
        Finding::DigestOffered => tell!("doctor.digest_offered"),
        Finding::DigestMissing => tell!("doctor.digest_missing"),
        Finding::InStep => tell!("doctor.in_step"),
        Finding::OutOfStep(seconds) if *seconds < 0 => tell!("doctor.server_behind"),
        Finding::OutOfStep(_) => tell!("doctor.server_ahead"),
        Finding::NoDate => tell!("doctor.no_date"),
        Finding::Accepted => tell!("doctor.accepted"),
        Finding::Refused { .. } => tell!("doctor.refused"),
        Finding::InUse(_) => tell!("doctor.in_use"),
        Finding::OtherSession => tell!("doctor.other_session"),
        Finding::Kept => tell!("doctor.kept"),
        Finding::NotKept { digest: true } => tell!("doctor.not_kept_digest"),
        Finding::NotKept { digest: false } => tell!("doctor.not_kept"),
        Finding::Version(_) => tell!("doctor.version"),
        Finding::OldVersion(_) => tell!("doctor.old_version"),
        Finding::VersionHidden => tell!("doctor.version_hidden"),
        Finding::Enough(_) => tell!("doctor.enough"),
        Finding::TooFew { .. } => tell!("doctor.too_few"),
        Finding::Allowed => tell!("doctor.allowed"),
        Finding::Lacks(_) => tell!("doctor.lacks"),
        Finding::Without { act, watches } => match (*act, watches) {
            ("Redirect", true) => tell!("doctor.watches.transfer"),
            ("Redirect", false) => tell!("doctor.without.transfer"),
            (_, true) => tell!("doctor.watches.hang_up"),
            (_, false) => tell!("doctor.without.hang_up"),
        },
        Finding::Modest => tell!("doctor.modest"),
        Finding::TooMuch(_) => tell!("doctor.too_much"),
        Finding::RightsHidden => tell!("doctor.rights_hidden"),
        Finding::SecretsOpen => tell!("doctor.secrets_open"),
        Finding::SecretsGuarded => tell!("doctor.secrets_guarded"),
        Finding::SecretsClosed => tell!("doctor.secrets_closed"),
        Finding::SecretsUnknown => tell!("doctor.secrets_unknown"),
        Finding::Listening if class == "agent" => tell!("doctor.listening_queue"),
        Finding::Listening => tell!("doctor.listening"),
        Finding::Heard(_) => tell!("doctor.heard"),
        Finding::Deaf if class == "system" => tell!("doctor.deaf_system"),
        Finding::Deaf if class == "dialplan" => tell!("doctor.deaf_dialplan"),
        Finding::Deaf => tell!("doctor.deaf"),
        Finding::HeldBack => tell!("doctor.held_back"),
        Finding::Filtered(_) => tell!("doctor.filtered"),
        Finding::Quiet => tell!("doctor.quiet"),
        Finding::Silence if class == "agent" => tell!("doctor.silence_queue"),
        Finding::Silence => tell!("doctor.silence"),
        Finding::NotListened => tell!("doctor.not_listened"),
        Finding::InClassCall => tell!("doctor.in_class_call"),
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
        Finding::Refused { words, account } => {
            vec![("words", said(words)), ("account", cells::shown(account))]
        }
        Finding::InUse(words) => vec![("words", said(words))],
        Finding::TooMuch(classes) => vec![("classes", classes.join(", "))],
        Finding::Version(name) | Finding::OldVersion(name) => vec![("name", cells::shown(name))],
        Finding::Enough(count) | Finding::Heard(count) => vec![("count", count.to_string())],
        Finding::TooFew { answered, sent } => vec![
            ("answered", answered.to_string()),
            ("sent", sent.to_string()),
        ],
        Finding::Lacks(action) => vec![("rights", connection::rights(action))],
        Finding::VersionHidden => vec![("rights", connection::rights("CoreSettings"))],
        Finding::Filtered(names) => vec![("names", names.join(", "))],
        Finding::Silence | Finding::HeldBack | Finding::Quiet => vec![("class", class.to_owned())],
        _ => Vec::new(),
    }
}

fn said(words: &str) -> String {
    cells::shown(words).trim_end_matches('.').to_owned()
}

fn trouble(why: &Trouble) -> String {
    if *why == Trouble::Http(403) {
        return tell!("doctor.forbidden");
    }
    let sentence = connection::trouble(why);
    let technical = connection::technical(why);
    format!("{sentence}. {technical}.")
}

/// Lines, and above them, as a comment, in which file and section they belong.
pub fn lines(fix: &Fix) -> String {
    let place = match &fix.section {
        Section::Named(name) => tell!("doctor.fix", file = fix.file, section = cells::shown(name)),
        Section::Account => tell!("doctor.fix_account", file = fix.file),
    };
    let Some((line, classes)) = &fix.add else {
        return format!("; {place}\n{}", fix.lines.join("\n"));
    };
    // A comment throughout: a line without what stands there now would take rights away.
    let add = tell!(
        "doctor.add",
        line = line.name(),
        classes = classes.join(",")
    );
    format!("; {place}\n; {add}")
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
            tell!("doctor.sum.failed", count = n)
        }),
        part(count(State::Advice), |n| {
            tell!("doctor.sum.advice", count = n)
        }),
        part(count(State::Optional), |n| {
            tell!("doctor.sum.optional", count = n)
        }),
        part(count(State::Unknown), |n| {
            tell!("doctor.sum.unknown", count = n)
        }),
        part(count(State::NotGiven), |n| {
            tell!("doctor.sum.not_given", count = n)
        }),
        part(count(State::Passed), |n| {
            tell!("doctor.sum.passed", count = n)
        }),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What an account is for.
pub fn profile(profile: Profile) -> String {
    match profile {
        Profile::Watch => tell!("doctor.profile.watch"),
        Profile::Act => tell!("doctor.profile.act"),
        Profile::Everything => tell!("doctor.profile.everything"),
    }
}

/// What a right of the recipe is for.
pub fn gives(gives: Gives) -> String {
    match gives {
        Gives::Calls => tell!("doctor.gives.calls"),
        Gives::Locations => tell!("doctor.gives.locations"),
        Gives::Restarts => tell!("doctor.gives.restarts"),
        Gives::Queues => tell!("doctor.gives.queues"),
        Gives::List => tell!("doctor.gives.list"),
        Gives::Acts => tell!("doctor.gives.acts"),
        Gives::Phone => tell!("doctor.gives.phone"),
    }
}

/// A right of the recipe: the line that it stands in, and the class.
pub fn right(right: Right) -> String {
    format!("{} = {}", right.line.name(), right.class)
}

/// What else an account of the page can do, for Asterisk's rights are coarse.
pub fn beyond() -> [String; 4] {
    [
        tell!("doctor.beyond.any"),
        tell!("doctor.beyond.call"),
        tell!("doctor.beyond.values"),
        tell!("doctor.beyond.guard", lines = recipe::GUARD.join(", ")),
    ]
}

/// Said where an account gets no more than the one before it.
pub fn no_more(profile: Profile) -> String {
    let same = profile == Profile::Everything
        && writer::write_classes(profile) == writer::write_classes(Profile::Act);
    if same {
        tell!("doctor.profile.same")
    } else {
        String::new()
    }
}

/// The lines of an account for `manager.conf`, or for where FreePBX keeps such lines.
pub fn account(name: &Name, secret: &Secret, profile: Profile, on: System) -> String {
    let before = match on {
        System::Asterisk => String::new(),
        // It is included at the end of `manager.conf`, in which FreePBX does not set this.
        System::FreePbx => "[general](+)\nwebenabled = yes\n\n".to_owned(),
    };
    format!(
        "{before}{}; {}\n;deny = 0.0.0.0/0.0.0.0\n;permit = 192.0.2.0/255.255.255.0\n",
        writer::section(name, secret, profile),
        tell!("doctor.conf.permit")
    )
}

/// Where to put those lines, and what else there is to do.
pub fn put(on: System) -> String {
    match on {
        System::Asterisk => tell!("doctor.put.asterisk"),
        System::FreePbx => tell!(
            "doctor.put.freepbx",
            manager = recipe::FREEPBX_MANAGER,
            context = recipe::FREEPBX_CONTEXT
        ),
    }
}

/// What writes Asterisk's files.
pub fn system(on: System) -> String {
    match on {
        System::Asterisk => tell!("doctor.on.asterisk"),
        System::FreePbx => tell!("doctor.on.freepbx"),
    }
}

/// Why a name cannot be an account's; nothing for one that Asterisk has taken itself.
pub fn unfit_name(why: Option<Unfit>) -> String {
    match why {
        Some(Unfit::Empty) => tell!("doctor.unfit.empty"),
        Some(Unfit::TooLong) => tell!("doctor.unfit.long", count = writer::LONGEST),
        Some(Unfit::Character(c)) => tell!(
            "doctor.unfit.character",
            char = ajam::ami::text::visible(&c.to_string())
        ),
        None => tell!("doctor.unfit.general"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Line;

    fn entry(check: Check, finding: Finding) -> Entry {
        Entry {
            check,
            finding,
            fix: None,
            more: None,
        }
    }

    #[test]
    fn asterisks_words_are_shown_and_cannot_break_a_line() {
        let refused = Finding::Refused {
            words: "Authentication\r\nfailed.".to_owned(),
            account: "desk".to_owned(),
        };
        let words = detail(&entry(Check::Login, refused));
        assert!(words.contains("Authentication␍␊failed"), "{words}");
    }

    #[test]
    fn a_class_to_add_is_said_in_comments_alone() {
        let fix = Fix {
            file: "manager.conf",
            section: Section::Named("desk".to_owned()),
            lines: Vec::new(),
            add: Some((Line::Write, vec!["call".to_owned()])),
        };
        let text = lines(&fix);
        assert!(text.lines().all(|line| line.starts_with("; ")), "{text}");
        assert!(
            text.contains("section [desk]") && text.contains("call"),
            "{text}"
        );
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
    fn what_an_account_is_not_given_counts_apart_and_its_line_is_offered_as_a_choice() {
        let fix = Fix {
            file: "manager.conf",
            section: Section::Named("desk".to_owned()),
            lines: vec!["write = reporting,call".to_owned()],
            add: None,
        };
        let without = |act, fix: Option<&Fix>| Entry {
            check: Check::May(act),
            finding: Finding::Without { act, watches: true },
            fix: fix.cloned(),
            more: None,
        };
        let offered = ["Redirect", "Hangup"].map(|act| without(act, Some(&fix)));
        assert_eq!(summary(&offered), "2 not given");
        for entry in &offered {
            let words = detail(entry);
            assert!(
                words.starts_with("This account only watches: it may not"),
                "{words}"
            );
            assert!(words.contains(". If this account shall "), "{words}");
            assert!(words.ends_with(':'), "{words}");
        }
        let words = detail(&without("Hangup", None));
        assert!(words.ends_with('.') && !words.contains("If"), "{words}");
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
        let lines = |on| {
            let text = account(&name, &Secret::new("s"), Profile::Act, on);
            let lines = text
                .lines()
                .filter(|l| !l.is_empty() && !l.starts_with(';'));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let section = [
            "[desk]",
            "secret = s",
            "read = call,dialplan,system,agent",
            "write = call,reporting",
        ];
        assert_eq!(lines(System::Asterisk), section);
        let more = ["[general](+)", "webenabled = yes"];
        assert_eq!(lines(System::FreePbx), [&more[..], &section].concat());
    }
}
