//! The one recipe: which lines Asterisk needs for this page, and which rights an account of
//! `manager.conf`, each with what it is for.
//!
//! The set-up check, the account that it writes and `cargo xtask install` follow it; README,
//! `docs/INSTALL.txt` and the page's words are held to it (`tests/recipe.rs`). It knows nothing of
//! the rest, so that the commands can take it in without the page.

/// A line of an account's section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Classes of events that the account hears.
    Read,
    /// Classes of actions that it may use.
    Write,
}

impl Line {
    /// As it is called in `manager.conf`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What a right is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Calls as they happen.
    Calls,
    /// Where in the dial plan each of them is (a class of its own from 16 on).
    Locations,
    /// When Asterisk stops and is back.
    Restarts,
    /// Who waits in a queue.
    Queues,
    /// The calls that stood before, and the version.
    List,
    /// To transfer and to hang up.
    Acts,
    /// To have one's own phone called.
    Phone,
}

/// A right that the page can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// In which line it stands.
    pub line: Line,
    /// The class, as it is called there.
    pub class: &'static str,
    /// What it is for.
    pub gives: Gives,
}

const fn right(line: Line, class: &'static str, gives: Gives) -> Right {
    Right { line, class, gives }
}

/// All of them, the most needed first in each line.
pub const RIGHTS: [Right; 6] = [
    right(Line::Read, "call", Gives::Calls),
    right(Line::Read, "dialplan", Gives::Locations),
    right(Line::Read, "system", Gives::Restarts),
    right(Line::Read, "agent", Gives::Queues),
    right(Line::Write, "call", Gives::Acts),
    right(Line::Write, "reporting", Gives::List),
];

/// Those that an account is given only where people shall call, pick up and take parked calls with
/// their own phones: it can then do far more than that, and is [`FAR_TOO_MUCH`] without it.
pub const OPTIONAL: [Right; 1] = [right(Line::Write, "originate", Gives::Phone)];

/// What stands behind `read =`.
pub const READ: &str = "call,dialplan,system,agent";
/// What stands behind `write =`.
pub const WRITE: &str = "call,reporting";
/// What stands behind `write =` of an account that is to watch only.
pub const WATCH: &str = "reporting";

/// Below `[general]` in `http.conf`. The address is this machine's: others are a choice.
pub const HTTP: [&str; 3] = [
    "enabled = yes",
    "enablestatic = yes",
    "bindaddr = 127.0.0.1",
];
/// Below `[general]` in `manager.conf`.
pub const MANAGER: [&str; 2] = ["enabled = yes", "webenabled = yes"];

/// Below `[modules]` in `modules.conf`. Without these modules no account reads the `.conf` files
/// (`AST_CONFIG`), the settings of PJSIP (`AST_SORCERY`) or the environment (`ENV`) by `Getvar`, or
/// has the server fetch an address (`CURL`). Tried on 16 and 22.
pub const GUARD: [&str; 4] = [
    "noload => func_config.so",
    "noload => func_sorcery.so",
    "noload => func_curl.so",
    "noload => func_env.so",
];

/// Write classes that the page does without, but for what is [`OPTIONAL`], and with which an account
/// can do anything.
pub const FAR_TOO_MUCH: [&str; 5] = ["originate", "command", "config", "system", "agi"];

/// Where FreePBX, which writes `manager.conf` anew, leaves room for lines of one's own.
pub const FREEPBX_MANAGER: &str = "manager_custom.conf";
/// Where FreePBX leaves room for lines of `http.conf`.
pub const FREEPBX_HTTP: &str = "http_custom.conf";
/// The context of FreePBX from which every extension can be reached.
pub const FREEPBX_CONTEXT: &str = "from-internal";

#[cfg(test)]
mod tests {
    use super::{FAR_TOO_MUCH, Line, OPTIONAL, READ, RIGHTS, WATCH, WRITE};

    #[test]
    fn the_lines_are_the_rights_of_the_table() {
        let classes = |line: Line| {
            let rights = RIGHTS.iter().filter(|right| right.line == line);
            rights
                .map(|right| right.class)
                .collect::<Vec<_>>()
                .join(",")
        };
        assert_eq!(classes(Line::Read), READ);
        assert_eq!(classes(Line::Write), WRITE);
        assert!(WRITE.split(',').any(|class| class == WATCH));
    }

    #[test]
    fn what_is_optional_is_in_no_line_and_is_warned_of() {
        for right in OPTIONAL {
            assert!(!WRITE.split(',').any(|class| class == right.class));
            assert!(FAR_TOO_MUCH.contains(&right.class));
        }
    }
}
