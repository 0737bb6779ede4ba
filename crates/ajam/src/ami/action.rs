//! Actions as types: what may be asked, with fields that have been checked.

use std::time::Duration;

use super::form::Form;
use super::id::{ActionId, ChannelName};
use super::originate::{Argument, Originate};
use super::version::Filtering;

/// What may be asked of Asterisk. Each names the write class it needs (1.6 and later: any one).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Asks for a challenge to log in with.
    Challenge,
    /// Logs in with the answer to the challenge.
    Login {
        /// The account's name in `manager.conf`.
        username: String,
        /// See [`challenge::key`](super::challenge::key).
        key: String,
        /// Classes of events this session wants.
        events: String,
    },
    /// Ends the session on the server.
    Logoff,
    /// Succeeds on every session that is logged in; needs no right.
    Ping,
    /// Names the actions this account may use on this server; needs no right.
    ListCommands,
    /// The value of a variable, or of a function of the dial plan; call or reporting.
    Getvar {
        /// Which. It must not come from outside.
        variable: String,
    },
    /// Version and name of the server; system or reporting.
    CoreSettings,
    /// Every channel; system or reporting (1.6 and later).
    CoreShowChannels,
    /// One channel, or every one; system, call or reporting.
    Status {
        /// Which; all if none.
        channel: Option<ChannelName>,
    },
    /// Sets the classes of events this session wants; needs no right. A log-in by Digest cannot
    /// carry them.
    Events {
        /// Classes, with commas.
        mask: String,
    },
    /// Keeps events out of this session for as long as it lives; system (10 and later).
    Filter {
        /// How this server is told.
        how: Filtering,
        /// The events' names: no more than it takes [at once](Filtering::at_once).
        names: Vec<&'static str>,
    },
    /// What needs no fields, and answers with a list; which rights that needs stands where the
    /// [list](crate::session::List) is described.
    List(&'static str),
    /// Waits for events; needs no right.
    WaitEvent {
        /// Seconds; 0 gives what is queued at once. Asterisk cuts it to `httptimeout` − 10.
        timeout: u32,
    },
    /// Sends a channel elsewhere in the dial plan; call.
    Redirect(Redirect),
    /// Hangs a channel up; system or call.
    Hangup {
        /// The channel.
        channel: ChannelName,
        /// What its far side is told, as a Q.931 cause; Asterisk's own choice if none.
        cause: Option<u8>,
    },
    /// Whether a number can be dialled in a context; call or reporting.
    ///
    /// A Redirect to a number that is not there succeeds, and everybody on the call is hung up
    /// (16 and 22).
    ExtensionExists {
        /// The number.
        exten: Exten,
        /// The context.
        context: Context,
    },
    /// Makes a call; originate.
    Originate(Originate),
    /// Parks a channel; call.
    Park(Park),
    /// Joins two channels, wherever they are; call. Whoever else was with them is hung up. Two that
    /// are together already, and one that has not answered, must not be named: Asterisk hangs them all
    /// up, or leaves them in silence (16 and 22).
    Bridge {
        /// One of them.
        one: ChannelName,
        /// The other.
        two: ChannelName,
    },
    /// Sets a variable, or a function of the dial plan, of a channel; call.
    Setvar {
        /// Whose.
        channel: ChannelName,
        /// Which, and to what.
        variable: Variable,
    },
}

/// A variable of a channel, or a function of the dial plan that can be written, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Where the channel goes on when its bridge is no more and nobody has sent it elsewhere, from
    /// priority 1 on; nowhere if none: it is hung up (`CHANNEL(after_bridge_goto)`, 12 and later).
    AfterBridge(Option<(Exten, Context)>),
}

impl Variable {
    fn name(&self) -> &'static str {
        match self {
            Self::AfterBridge(_) => "CHANNEL(after_bridge_goto)",
        }
    }

    fn value(&self) -> String {
        match self {
            Self::AfterBridge(None) => String::new(),
            Self::AfterBridge(Some((exten, context))) => format!("{},{},1", context.0, exten.0),
        }
    }
}

/// Where a channel is parked, and for whom.
///
/// That Asterisk took it says nothing: only `ParkedCall` shows that it is parked, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Park {
    /// The channel to park.
    pub channel: ChannelName,
    /// Whose phone rings when nobody has taken it in time. Without one it is the channel's own.
    pub back_to: Option<ChannelName>,
    /// After how long; the lot's own time if none, and never if it is zero.
    pub timeout: Option<Duration>,
    /// In which lot; the default one if none.
    pub lot: Option<Argument>,
}

/// A transfer: one leg, or both legs of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The channel to send.
    pub channel: ChannelName,
    /// The other leg, if it is to go along; else it drops out of the bridge.
    pub extra: Option<ChannelName>,
    /// Where to.
    pub exten: Exten,
    /// Where to.
    pub context: Context,
}

impl Action {
    /// AMI's name for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Challenge => "Challenge",
            Self::Login { .. } => "Login",
            Self::Logoff => "Logoff",
            Self::Ping => "Ping",
            Self::ListCommands => "ListCommands",
            Self::Getvar { .. } => "Getvar",
            Self::CoreSettings => "CoreSettings",
            Self::CoreShowChannels => "CoreShowChannels",
            Self::Status { .. } => "Status",
            Self::Events { .. } => "Events",
            Self::Filter { .. } => "Filter",
            Self::List(name) => name,
            Self::WaitEvent { .. } => "WaitEvent",
            Self::Redirect(_) => "Redirect",
            Self::Hangup { .. } => "Hangup",
            Self::ExtensionExists { .. } => "Getvar",
            Self::Originate(_) => "Originate",
            Self::Park(_) => "Park",
            Self::Bridge { .. } => "Bridge",
            Self::Setvar { .. } => "Setvar",
        }
    }

    /// The channel that it is about, if it is about one.
    pub fn channel(&self) -> Option<&ChannelName> {
        match self {
            Self::Redirect(to) => Some(&to.channel),
            Self::Park(to) => Some(&to.channel),
            Self::Hangup { channel, .. } | Self::Setvar { channel, .. } => Some(channel),
            Self::Bridge { one, .. } => Some(one),
            Self::Status { channel } => channel.as_ref(),
            _ => None,
        }
    }

    /// The form to post.
    pub fn form(&self, id: &ActionId) -> Form {
        let form = Form::action(self.name()).with("ActionID", id.as_str());
        match self {
            Self::Challenge => form.with("AuthType", "MD5"),
            Self::Login {
                username,
                key,
                events,
            } => form
                .with("AuthType", "MD5")
                .with("Username", username)
                .with("Key", key)
                .with("Events", events),
            Self::Getvar { variable } => form.with("Variable", variable),
            Self::Status { channel } => {
                form.with_some("Channel", channel.as_ref().map(ChannelName::as_str))
            }
            // Anchored: what is matched holds what callers call themselves.
            Self::Filter {
                how: Filtering::Pattern,
                names,
            } => form.with("Operation", "Add").with(
                "Filter",
                format!("!^Event: ({})[[:space:]]", names.join("|")),
            ),
            Self::Filter {
                how: Filtering::Name,
                names,
            } => form.with("Operation", "Add").with(
                "MatchCriteria",
                format!("action(exclude),name({})", names.join(",")),
            ),
            Self::Events { mask } => form.with("EventMask", mask),
            Self::WaitEvent { timeout } => form.with("Timeout", timeout.to_string()),
            Self::Redirect(to) => form
                .with("Channel", to.channel.as_str())
                .with_some("ExtraChannel", to.extra.as_ref().map(ChannelName::as_str))
                .with("Exten", &to.exten.0)
                .with("Context", &to.context.0)
                .with("Priority", "1"),
            Self::Hangup { channel, cause } => form
                .with("Channel", channel.as_str())
                .with_some("Cause", cause.map(|cause| cause.to_string())),
            // Neither can hold what would end the argument: see `ALSO`.
            Self::ExtensionExists { exten, context } => form.with(
                "Variable",
                format!("DIALPLAN_EXISTS({},{},1)", context.0, exten.0),
            ),
            Self::Originate(call) => call.form(form),
            Self::Park(to) => form
                .with("Channel", to.channel.as_str())
                .with_some(
                    "TimeoutChannel",
                    to.back_to.as_ref().map(ChannelName::as_str),
                )
                .with_some(
                    "Timeout",
                    to.timeout.map(|time| time.as_millis().to_string()),
                )
                .with_some("Parkinglot", to.lot.as_ref().map(Argument::as_str)),
            Self::Bridge { one, two } => form
                .with("Channel1", one.as_str())
                .with("Channel2", two.as_str())
                .with("Tone", "no"),
            Self::Setvar { channel, variable } => form
                .with("Channel", channel.as_str())
                .with("Variable", variable.name())
                .with("Value", variable.value()),
            Self::Logoff
            | Self::Ping
            | Self::ListCommands
            | Self::CoreSettings
            | Self::CoreShowChannels
            | Self::List(_) => form,
        }
    }
}

/// The actions that not every account may use, each with the write classes of `manager.conf` of
/// which an account needs one.
pub const RIGHTS: [(&str, &[&str]); 9] = [
    ("Redirect", &["call"]),
    ("Hangup", &["system", "call"]),
    ("Park", &["call"]),
    ("Bridge", &["call"]),
    ("Setvar", &["call"]),
    ("Originate", &["originate"]),
    ("Status", &["system", "call", "reporting"]),
    ("CoreShowChannels", &["system", "reporting"]),
    ("CoreSettings", &["system", "reporting"]),
];

/// The write classes of `manager.conf` of which an account needs one for this action; none where
/// every account may use it.
pub fn rights_for(action: &str) -> &'static [&'static str] {
    RIGHTS
        .iter()
        .find(|(name, _)| *name == action)
        .map_or(&[], |(_, classes)| *classes)
}

/// Why a text cannot be an extension or a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing was typed.
    Empty,
    /// Longer than Asterisk keeps (`include/asterisk/channel.h`, 79 characters).
    TooLong,
    /// A character that no dial plan should be given from outside.
    Character(char),
}

/// Longest extension or context, in bytes (`AST_MAX_EXTENSION`, `AST_MAX_CONTEXT` less one).
pub const LONGEST: usize = 79;

macro_rules! dialplan_word {
    ($(#[$doc:meta])* $name:ident, $allowed:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Characters that may stand beside ASCII letters and digits.
            pub const ALSO: &'static str = $allowed;

            /// Checks what somebody typed; blanks at both ends do not count.
            ///
            /// # Errors
            /// [`Unfit`], which names what is wrong.
            pub fn new(typed: &str) -> Result<Self, Unfit> {
                let text = typed.trim();
                if text.is_empty() {
                    return Err(Unfit::Empty);
                }
                if let Some(odd) =
                    text.chars().find(|c| !c.is_ascii_alphanumeric() && !$allowed.contains(*c))
                {
                    return Err(Unfit::Character(odd));
                }
                if text.len() > LONGEST {
                    return Err(Unfit::TooLong);
                }
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

dialplan_word! {
    /// An extension that a person may dial.
    Exten, "*#+._@-"
}
impl Exten {
    /// A number as people write it: `0171 234 567`, `(030) 12-34`, `+49 (0)30/12.34`. What parts
    /// its digits is dropped; of anything that is no number only the blanks at both ends are.
    ///
    /// # Errors
    /// [`Unfit`], which names what is wrong.
    pub fn dialled(typed: &str) -> Result<Self, Unfit> {
        let parts =
            |c: char| c.is_whitespace() || "()[]-/.\u{2010}\u{2011}\u{2012}\u{2013}".contains(c);
        let is_number = typed.chars().any(|c| c.is_ascii_digit())
            && typed
                .chars()
                .all(|c| c.is_ascii_digit() || "*#+".contains(c) || parts(c));
        if !is_number {
            return Self::new(typed);
        }
        // With the country before it, the nought of the trunk is not dialled.
        let abroad = typed.trim_start().starts_with(['+']);
        let typed = match abroad {
            true => typed.replacen("(0)", "", 1),
            false => typed.to_owned(),
        };
        let digits: String = typed.chars().filter(|c| !parts(*c)).collect();
        Self::new(&digits)
    }
}

dialplan_word! {
    /// A dial plan context.
    Context, "._@-"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ActionId {
        ActionId::new("sb-1").unwrap_or_else(|| unreachable!())
    }

    fn body(action: &Action) -> String {
        action.form(&id()).encode(1024).unwrap_or_default()
    }

    #[test]
    fn a_transfer_of_both_legs_names_both() -> Result<(), Unfit> {
        let redirect = Action::Redirect(Redirect {
            channel: ChannelName::new("PJSIP/a-1").unwrap_or_else(|| unreachable!()),
            extra: ChannelName::new("Local/9@x-1;2"),
            exten: Exten::new(" *801 ")?,
            context: Context::new("target")?,
        });
        assert_eq!(
            body(&redirect),
            "Action=Redirect&ActionID=sb-1&Channel=PJSIP%2Fa-1&ExtraChannel=Local%2F9%40x-1%3B2\
             &Exten=%2A801&Context=target&Priority=1"
        );
        Ok(())
    }

    #[test]
    fn a_look_up_is_one_function_with_one_argument_each() -> Result<(), Unfit> {
        let look_up = Action::ExtensionExists {
            exten: Exten::new("*9#")?,
            context: Context::new("from-internal")?,
        };
        assert_eq!(
            body(&look_up),
            "Action=Getvar&ActionID=sb-1&Variable=DIALPLAN_EXISTS%28from-internal%2C%2A9%23%2C1%29"
        );
        for typed in ["1,1)", "1)", "${X}", "a(b", "1 , 1"] {
            assert!(
                Exten::new(typed).is_err() && Context::new(typed).is_err(),
                "{typed}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_number_is_taken_as_people_write_it() {
        for (typed, sent) in [
            ("0171 234 567", "0171234567"),
            ("(030) 12-34", "0301234"),
            ("030/12.34", "0301234"),
            ("+49 (0)30 1234", "+49301234"),
            ("\u{a0}*8 \u{2013} 204#", "*8204#"),
            (" front-desk ", "front-desk"),
            ("park.701", "park.701"),
        ] {
            let exten = Exten::dialled(typed);
            assert_eq!(exten.as_ref().map(Exten::as_str), Ok(sent), "{typed}");
        }
        assert_eq!(Exten::dialled("12$"), Err(Unfit::Character('$')));
        assert_eq!(Exten::dialled("1\u{7f}2"), Err(Unfit::Character('\u{7f}')));
        assert_eq!(Exten::dialled("( )"), Err(Unfit::Character('(')));
    }

    #[test]
    fn a_target_is_refused_with_the_reason() {
        assert_eq!(Exten::new(" "), Err(Unfit::Empty));
        assert_eq!(Exten::new("80${X}"), Err(Unfit::Character('$')));
        assert_eq!(Exten::new("1\r\nX: 1"), Err(Unfit::Character('\r')));
        assert_eq!(Exten::new(&"1".repeat(80)), Err(Unfit::TooLong));
        assert_eq!(Context::new("a b"), Err(Unfit::Character(' ')));
        assert!(Exten::new("+49.30_x*#@-").is_ok());
    }
}
