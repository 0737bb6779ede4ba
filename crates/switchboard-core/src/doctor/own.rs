//! What is known of the account that is checked, and lines that give it more and take nothing away.

use std::collections::BTreeSet;

use ajam::ami::Packet;

use super::finding::{Fix, MANAGER, Section};
use super::writer::Name;
use crate::recipe::{FAR_TOO_MUCH, Line};

/// The account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// Its name, if it logged in here.
    pub(super) name: Option<String>,
    /// What stands behind `read =` and `write =`, where the server tells.
    read: Option<String>,
    write: Option<String>,
}

impl Own {
    /// An account of which only the name is known.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// What `Getvar` is to be asked for a line. The last of its name counts, as it does for the
    /// manager: others come from a template. None where the name could be more than a name.
    pub(super) fn variable(&self, line: Line) -> Option<String> {
        let name = self.name.as_deref()?;
        Name::new(name).ok()?;
        Some(format!("AST_CONFIG({MANAGER},{name},{},-1)", line.name()))
    }

    /// Takes in what stands there.
    pub(super) fn learn(&mut self, line: Line, value: &str) {
        let known = match line {
            Line::Read => &mut self.read,
            Line::Write => &mut self.write,
        };
        *known = Some(value.to_owned());
    }

    fn line(&self, line: Line) -> Option<&str> {
        match line {
            Line::Read => self.read.as_deref(),
            Line::Write => self.write.as_deref(),
        }
    }

    /// Whether the line is known to have a class.
    pub(super) fn has(&self, line: Line, class: &str) -> bool {
        self.line(line).is_some_and(|old| has(old, class))
    }

    /// How to give it these classes: the whole line where the old one is known, else what to add.
    /// None if it has them all.
    pub(super) fn grant(&self, line: Line, classes: &str) -> Option<Fix> {
        let old = self.line(line);
        let missing: Vec<String> = classes
            .split(',')
            .filter(|class| !self.has(line, class))
            .map(str::to_owned)
            .collect();
        if missing.is_empty() {
            return None;
        }
        let named = self.name.clone().map(Section::Named);
        let whole = old.map(|old| {
            let old = Some(old.trim()).filter(|old| !old.is_empty());
            let all: Vec<&str> = old
                .into_iter()
                .chain(missing.iter().map(String::as_str))
                .collect();
            format!("{} = {}", line.name(), all.join(","))
        });
        Some(Fix {
            file: MANAGER,
            section: named.unwrap_or(Section::Account),
            add: whole.is_none().then_some((line, missing)),
            lines: whole.into_iter().collect(),
        })
    }
}

fn has(line: &str, class: &str) -> bool {
    line.split(',')
        .map(str::trim)
        .any(|one| one.eq_ignore_ascii_case("all") || one.eq_ignore_ascii_case(class))
}

/// Which of the rights that are [`FAR_TOO_MUCH`] an account has, by the answer to `ListCommands`:
/// behind each action it may use stands `(Priv: system,reporting,all)`. Where there is but one class,
/// it has that. None if the server does not say (`main/manager.c`; 1.4 to 22 do).
pub(super) fn too_much(commands: &Packet<'_>) -> Option<Vec<&'static str>> {
    let mut told = false;
    let mut held = BTreeSet::new();
    for (_, text) in commands.headers() {
        let Some((_, classes)) = text.rsplit_once("(Priv: ") else {
            continue;
        };
        told = true;
        let mut classes = classes.trim_end_matches(')').split(',').map(str::trim);
        if let (Some(only), Some("all") | None, None) =
            (classes.next(), classes.next(), classes.next())
        {
            held.insert(only.to_owned());
        }
    }
    let too_much = FAR_TOO_MUCH
        .into_iter()
        .filter(|class| held.contains(*class));
    told.then(|| too_much.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(read: Option<&str>, write: Option<&str>) -> Own {
        Own {
            name: Some("desk".to_owned()),
            read: read.map(str::to_owned),
            write: write.map(str::to_owned),
        }
    }

    fn lines(fix: Option<Fix>) -> Vec<String> {
        fix.map(|fix| fix.lines).unwrap_or_default()
    }

    #[test]
    fn a_line_for_an_account_keeps_every_class_that_it_has() {
        let own = desk(Some("user, cdr"), Some("log"));
        assert_eq!(
            lines(own.grant(Line::Read, "call,dialplan")),
            ["read = user, cdr,call,dialplan"]
        );
        assert_eq!(
            lines(own.grant(Line::Write, "reporting")),
            ["write = log,reporting"]
        );
        let none = desk(None, Some(""));
        assert_eq!(
            lines(none.grant(Line::Write, "reporting")),
            ["write = reporting"]
        );
    }

    #[test]
    fn where_the_old_line_is_not_known_there_is_none_to_paste() {
        let fix = desk(None, None).grant(Line::Write, "call,reporting");
        let fix = fix.unwrap_or_else(|| unreachable!());
        assert_eq!(fix.lines, Vec::<String>::new());
        let add = vec!["call".to_owned(), "reporting".to_owned()];
        assert_eq!(fix.add, Some((Line::Write, add)));
    }

    #[test]
    fn who_has_all_needs_no_line() {
        assert_eq!(desk(Some("all"), None).grant(Line::Read, "call"), None);
        assert_eq!(desk(None, Some("Call")).grant(Line::Write, "call"), None);
    }

    #[test]
    fn only_a_plain_name_is_asked_for() {
        let asked = |name: &str| Own::named(name).variable(Line::Read);
        assert_eq!(
            asked("desk").as_deref(),
            Some("AST_CONFIG(manager.conf,desk,read,-1)")
        );
        assert_eq!(asked("admin,secret)"), None);
        assert_eq!(asked("general"), None);
        assert_eq!(Own::default().variable(Line::Read), None);
    }

    #[test]
    fn a_right_is_had_where_an_action_takes_that_one_alone() {
        let packet =
            |texts: &[(&'static str, &'static str)]| too_much(&Packet::from_raw(texts.to_vec()));
        assert_eq!(packet(&[("ping", "x")]), None);
        assert_eq!(
            packet(&[
                ("ping", "Keepalive. (Priv: <none>)"),
                ("getconfig", "Retrieve. (Priv: system,config,all)"),
                ("status", "List. (Priv: system,call,reporting,all)"),
                ("redirect", "Redirect. (Priv: call,all)"),
            ]),
            Some(vec![])
        );
        assert_eq!(
            packet(&[
                ("command", "Execute. (Priv: command,all)"),
                ("originate", "Originate. (Priv: originate,all)"),
            ]),
            Some(vec!["originate", "command"])
        );
    }
}
