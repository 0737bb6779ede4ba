//! What is wrong with `config.json`, and what follows from it.

use super::{cells, say};
use crate::config::{Config, Missed, Parents, Position, Setting, Wrong};
use crate::directory::NoContacts;

/// Said to whoever opens the page: somebody of theirs looks after it.
pub fn wrong(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Missed(why) => missed(why),
        Wrong::Unreadable(words, at) => {
            at_position(at, say!("settings.unreadable", words = cells::shown(words)))
        }
        Wrong::Unknown(name, at) => {
            at_position(at, say!("settings.unknown", name = cells::shown(name)))
        }
        Wrong::Unfit(setting, text, at) => {
            let text = cells::shown(text);
            at_position(
                at,
                match setting {
                    Setting::Frames => say!("settings.origin", text = text),
                    Setting::Idle => say!("settings.idle", text = text),
                    Setting::TransferContext => say!("settings.context", text = text),
                    Setting::Trunks => say!("settings.trunk", text = text),
                    Setting::Contacts => say!("settings.contacts_path", text = text),
                },
            )
        }
    }
}

/// What is wrong with the file of contacts.
pub fn contacts(file: &str, wrong: &NoContacts) -> String {
    match wrong {
        NoContacts::Missed(why) => say!(
            "settings.contacts_missed",
            file = file,
            why = reason(why).trim_end_matches('.')
        ),
        NoContacts::Unreadable(wrong) => say!(
            "settings.contacts",
            file = file,
            line = wrong.line,
            column = wrong.column,
            words = cells::shown(&wrong.words)
        ),
    }
}

fn at_position(at: &Position, wrong: String) -> String {
    say!(
        "settings.at",
        line = at.line,
        column = at.column,
        wrong = wrong
    )
}

fn missed(why: &Missed) -> String {
    say!("settings.missed", why = reason(why).trim_end_matches('.'))
}

fn reason(why: &Missed) -> String {
    match why {
        Missed::Broken(words) => cells::shown(words),
        Missed::Status(status) => say!("settings.status", status = status),
        Missed::Redirected => say!("settings.redirected"),
        Missed::TooLong => say!("settings.too_long"),
        Missed::Late => say!("settings.late"),
    }
}

/// Why a page that frames this one may not.
pub fn refused(config: &Config, parents: &Parents, own: &str) -> String {
    let unlisted = config.unlisted(parents, own);
    if unlisted.is_empty() {
        return say!("gate.unknown");
    }
    let named: Vec<String> = unlisted.into_iter().map(cells::quoted).collect();
    say!("gate.why", pages = named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_page_and_where_to_add_it() {
        let parents = Parents::Known(vec!["https://crm.example".to_owned()]);
        let words = refused(&Config::default(), &parents, "https://pbx");
        assert!(words.contains("https://crm.example"), "{words}");
        assert!(words.contains("“frames” in config.json"), "{words}");
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_place() {
        let text = "{\n  \"frames\": [\"crm.example\"]\n}";
        let words = wrong(&Config::read(text).expect_err("no origin"));
        assert!(
            words.starts_with("config.json, line 2, column 26: “crm.example” in frames is no"),
            "{words}"
        );
    }

    #[test]
    fn settings_that_did_not_arrive_are_not_called_wrong() {
        let words = wrong(&Wrong::Missed(Missed::Status(503)));
        assert_eq!(
            words,
            "The settings of this page (config.json) did not arrive: the server answered 503. Trying \
             again until they do."
        );
    }
}
