//! Calls that Asterisk makes itself, and what whoever answers gets.

use std::time::Duration;

use super::action::{Context, Exten, LONGEST, Unfit};
use super::form::Form;
use super::id::{ChannelName, Uniqueid};

/// A call that Asterisk makes, without waiting for it: `Async`; originate.
///
/// That it was taken says nothing: whoever is called may be busy, or not there at all. What came of it
/// is told by `OriginateResponse`, which bears the action's id, and by the events of the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Originate {
    /// Whom it calls.
    pub endpoint: Endpoint,
    /// What whoever answers gets.
    pub then: Then,
    /// Who is said to call; nobody if none.
    pub caller: Option<CallerId>,
    /// For how long it rings.
    pub timeout: Duration,
    /// The Uniqueid of its channel, which must be nobody else's; of a Local channel, that of its first
    /// half (12 and later; older ones choose their own).
    pub id: Uniqueid,
}

/// What whoever answers gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// A number is called for them.
    Dials(Exten, Context),
    /// An application runs, with these arguments.
    Runs(&'static str, Vec<Argument>),
}

/// Whom Asterisk calls: `PJSIP/desk1`, or `Local/204@phones`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint(String);

/// A name and a number, as `CallerID` takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerId {
    /// The name; may be empty.
    pub name: String,
    /// The number.
    pub num: Exten,
}

/// One argument of an application, or a value, that can't be taken for two, or for more than text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument(String);

impl Endpoint {
    /// Checks what somebody typed, or what Asterisk told; blanks at both ends do not count. Before its
    /// first slash stands a technology, and behind it what that takes.
    ///
    /// # Errors
    /// [`Unfit`], which names what is wrong. Without a technology or anything behind it, it is empty.
    pub fn new(typed: &str) -> Result<Self, Unfit> {
        let text = typed.trim();
        let (technology, resource) = text.split_once('/').ok_or(Unfit::Empty)?;
        if technology.is_empty() || resource.is_empty() {
            return Err(Unfit::Empty);
        }
        let odd = technology.chars().find(|c| !c.is_ascii_alphanumeric());
        let fits = |c: &char| c.is_ascii_alphanumeric() || "*#+._@-/:".contains(*c);
        if let Some(odd) = odd.or_else(|| resource.chars().find(|c| !fits(c))) {
            return Err(Unfit::Character(odd));
        }
        if text.len() > LONGEST {
            return Err(Unfit::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// Whoever the dial plan reaches by this number.
    pub fn number(exten: &Exten, context: &Context) -> Self {
        Self(format!("Local/{}@{}", exten.as_str(), context.as_str()))
    }

    /// As Asterisk takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Argument {
    /// The text, unless it could be taken for more than one argument, or for more than text.
    ///
    /// # Errors
    /// [`Unfit`], which names what is wrong.
    pub fn new(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() {
            return Err(Unfit::Empty);
        }
        let odd = |c: &char| c.is_control() || ",|&\"\\$`(){}".contains(*c);
        match text.chars().find(odd) {
            Some(odd) => Err(Unfit::Character(odd)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name of this channel: of an application, too, it must be the whole name, for part of one
    /// may be that of several.
    ///
    /// # Errors
    /// [`Unfit`], if it is no name that an application takes for one.
    pub fn channel(name: &ChannelName) -> Result<Self, Unfit> {
        match name.names_one() {
            true => Self::new(name),
            false => Err(Unfit::Empty),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Originate {
    pub(super) fn form(&self, form: Form) -> Form {
        let form = form.with("Channel", &self.endpoint.0);
        let form = match &self.then {
            Then::Dials(exten, context) => form
                .with("Exten", exten.as_str())
                .with("Context", context.as_str())
                .with("Priority", "1"),
            Then::Runs(application, arguments) => {
                let arguments = arguments.iter().map(Argument::as_str);
                let data = arguments.collect::<Vec<_>>().join(",");
                form.with("Application", *application).with("Data", data)
            }
        };
        let caller = self.caller.as_ref().map(|caller| {
            let name = caller.name.replace(['"', '\\', '<', '>'], "");
            format!("\"{name}\" <{}>", caller.num.as_str())
        });
        form.with_some("CallerID", caller)
            .with("Timeout", self.timeout.as_millis().to_string())
            .with("Async", "true")
            .with("ChannelId", self.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ami::{Action, ActionId};

    fn body(originate: Originate) -> String {
        let id = ActionId::new("sb-1").unwrap_or_else(|| unreachable!());
        let form = Action::Originate(originate).form(&id);
        form.encode(1024).unwrap_or_default()
    }

    #[test]
    fn a_call_from_ones_own_phone_says_who_is_called_and_what_then() -> Result<(), Unfit> {
        let call = Originate {
            endpoint: Endpoint::new(" PJSIP/desk1 ")?,
            then: Then::Dials(Exten::new("204")?, Context::new("phones")?),
            caller: Some(CallerId {
                name: "Front \"desk\"".to_owned(),
                num: Exten::new("201")?,
            }),
            timeout: Duration::from_secs(30),
            id: Uniqueid::new("sb-2").unwrap_or_else(|| unreachable!()),
        };
        assert_eq!(
            body(call.clone()),
            "Action=Originate&ActionID=sb-1&Channel=PJSIP%2Fdesk1&Exten=204&Context=phones\
             &Priority=1&CallerID=%22Front%20desk%22%20%3C201%3E&Timeout=30000&Async=true\
             &ChannelId=sb-2"
        );
        let leg = ChannelName::new("PJSIP/tess-00000001").unwrap_or_else(|| unreachable!());
        let listen = Originate {
            then: Then::Runs(
                "ChanSpy",
                vec![Argument::channel(&leg)?, Argument::new("qE")?],
            ),
            caller: None,
            ..call
        };
        assert_eq!(
            body(listen),
            "Action=Originate&ActionID=sb-1&Channel=PJSIP%2Fdesk1&Application=ChanSpy\
             &Data=PJSIP%2Ftess-00000001%2CqE&Timeout=30000&Async=true&ChannelId=sb-2"
        );
        Ok(())
    }

    #[test]
    fn no_argument_is_taken_for_two() {
        for text in ["a,b", "a&b", "a|b", "${X}", "a\"", "a\n", "f(x)", ""] {
            assert!(Argument::new(text).is_err(), "{text:?}");
            let name = ChannelName::new(text);
            let channel = name.as_ref().map(Argument::channel);
            assert!(channel.is_none_or(|it| it.is_err()), "{text:?}");
        }
        let local = ChannelName::new("Local/204@phones-00000001;2");
        assert!(local.is_some_and(|name| Argument::channel(&name).is_ok()));
    }

    #[test]
    fn what_is_called_is_a_technology_and_what_it_takes() {
        for text in [
            "PJSIP/desk1",
            "Local/204@phones",
            "DAHDI/g1/0301234",
            "SIP/a-b",
        ] {
            assert!(Endpoint::new(text).is_ok(), "{text}");
        }
        assert_eq!(Endpoint::new("desk1"), Err(Unfit::Empty));
        assert_eq!(Endpoint::new("PJSIP/"), Err(Unfit::Empty));
        assert_eq!(Endpoint::new("PJSIP/a&PJSIP/b"), Err(Unfit::Character('&')));
        assert_eq!(Endpoint::new("P SIP/a"), Err(Unfit::Character(' ')));
    }
}
