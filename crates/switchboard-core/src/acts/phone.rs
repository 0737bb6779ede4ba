//! One's own phone: what Asterisk is to call when somebody wants a call there.

use ajam::ami::Endpoint;
use ajam::ami::action::{Context, Exten, Unfit};

use crate::live::{Extension, resource};

/// A phone, and how it is reached. It is set once for a browser, and is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    endpoint: Endpoint,
    /// The number by which the dial plan reaches it, where that is known.
    number: Option<String>,
    /// The context in which its calls begin, where that is known.
    context: Option<String>,
}

/// Why what was typed is no phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPhone {
    /// It is no endpoint.
    Endpoint(Unfit),
    /// It is no number.
    Number(Unfit),
    /// The context is none.
    Context(Unfit),
    /// It is a number of which no hint tells the device: it takes a context to be called in.
    NoContext,
}

impl Phone {
    /// What somebody typed: an endpoint (`PJSIP/desk1`), or a number of which an extension's hint tells
    /// the device; any other number is called in the context.
    ///
    /// # Errors
    /// [`NoPhone`], which names what is wrong.
    pub fn typed(typed: &str, context: &str, known: &[Extension]) -> Result<Self, NoPhone> {
        let typed = typed.trim();
        let context = match context.trim() {
            "" => None,
            text => Some(Context::new(text).map_err(NoPhone::Context)?),
        };
        let (endpoint, number) = if typed.contains('/') {
            let endpoint = Endpoint::new(typed).map_err(NoPhone::Endpoint)?;
            let own = |extension: &&Extension| phones(extension).any(|one| one == endpoint);
            let number = known.iter().find(own).map(|own| own.exten.clone());
            (endpoint, number)
        } else {
            let exten = Exten::dialled(typed).map_err(NoPhone::Number)?;
            let mut meant = known.iter().filter(|one| one.exten == exten.as_str());
            let endpoint = match meant.find_map(|one| phones(one).next()) {
                Some(endpoint) => endpoint,
                None => Endpoint::number(&exten, context.as_ref().ok_or(NoPhone::NoContext)?),
            };
            (endpoint, Some(exten.as_str().to_owned()))
        };
        let context = context.map(|context| context.as_str().to_owned());
        Ok(Self {
            endpoint,
            number,
            context,
        })
    }

    /// Every phone that a hint tells of, with its number and the context of the hint; each once.
    pub fn found(known: &[Extension]) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for extension in known {
            if let Some(endpoint) = phones(extension).next()
                && !found.iter().any(|one| one.endpoint == endpoint)
                && Exten::new(&extension.exten).is_ok()
            {
                found.push(Self {
                    endpoint,
                    number: Some(extension.exten.clone()),
                    context: Some(extension.context.clone()),
                });
            }
        }
        found
    }

    /// What Asterisk calls.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The number by which the dial plan reaches it, where that is known.
    pub fn number(&self) -> Option<Exten> {
        Exten::new(self.number.as_deref()?).ok()
    }

    /// The context in which its calls begin, where that is known.
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    /// Whether a channel of this name is one of its calls.
    pub fn has(&self, channel: &str) -> bool {
        let line = resource(channel);
        line != channel && line.eq_ignore_ascii_case(self.endpoint.as_str())
    }

    /// A line of text from which [`read`](Self::read) makes it again.
    pub fn write(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (number, context) = (part(&self.number), part(&self.context));
        format!("{} {number} {context}", self.endpoint.as_str())
    }

    /// What [`write`](Self::write) wrote; none if it is anything else.
    pub fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [endpoint, number, context] = parts[..] else {
            return None;
        };
        let part = |text: &str, fit: bool| match text {
            "" => Some(None),
            text => fit.then(|| Some(text.to_owned())),
        };
        Some(Self {
            endpoint: Endpoint::new(endpoint).ok()?,
            number: part(number, Exten::new(number).is_ok())?,
            context: part(context, Context::new(context).is_ok())?,
        })
    }
}

/// The phones that a hint watches: `PJSIP/201&Custom:desk,CustomPresence:desk` watches one.
fn phones(extension: &Extension) -> impl Iterator<Item = Endpoint> {
    let devices = extension.devices();
    devices.filter_map(|one| Endpoint::new(one).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::ExtensionState;

    fn hint(exten: &str, hint: &str) -> Extension {
        Extension {
            id: format!("{exten}@phones"),
            exten: exten.to_owned(),
            context: "phones".to_owned(),
            hint: hint.to_owned(),
            state: ExtensionState::Free,
        }
    }

    fn known() -> Vec<Extension> {
        vec![
            hint("201", "PJSIP/desk1&Custom:desk-201,CustomPresence:desk-201"),
            hint("299", "Custom:night"),
        ]
    }

    #[test]
    fn a_phone_is_found_by_its_number_and_by_its_name() {
        for typed in [" 201 ", "PJSIP/desk1"] {
            let phone = Phone::typed(typed, "internal", &known());
            let phone = phone.unwrap_or_else(|wrong| unreachable!("{wrong:?}"));
            assert_eq!(phone.endpoint().as_str(), "PJSIP/desk1");
            assert_eq!(phone.number().as_ref().map(Exten::as_str), Some("201"));
            assert_eq!(phone.context(), Some("internal"));
            assert!(phone.has("PJSIP/desk1-0000001f"));
            assert!(!phone.has("PJSIP/desk12-0000001f"));
            assert_eq!(Phone::read(&phone.write()), Some(phone));
        }
        let found = Phone::found(&known());
        let found: Vec<_> = found.iter().map(|one| one.endpoint().as_str()).collect();
        assert_eq!(found, ["PJSIP/desk1"]);
    }

    #[test]
    fn a_number_without_a_device_is_called_in_its_context() {
        let phone = Phone::typed("299", "internal", &known());
        let endpoint = phone.as_ref().map(|phone| phone.endpoint().as_str());
        assert_eq!(endpoint, Ok("Local/299@internal"));
        assert_eq!(Phone::typed("299", "", &known()), Err(NoPhone::NoContext));
    }

    #[test]
    fn what_is_no_phone_is_refused_with_the_reason() {
        let typed = |typed: &str, context: &str| Phone::typed(typed, context, &[]);
        assert_eq!(typed("", "x"), Err(NoPhone::Number(Unfit::Empty)));
        assert_eq!(
            typed("PJSIP/a&PJSIP/b", "x"),
            Err(NoPhone::Endpoint(Unfit::Character('&')))
        );
        assert_eq!(
            typed("20${X}", "x"),
            Err(NoPhone::Number(Unfit::Character('$')))
        );
        assert_eq!(
            typed("PJSIP/a", "a b"),
            Err(NoPhone::Context(Unfit::Character(' ')))
        );
        assert_eq!(
            typed(&"1".repeat(5000), "x"),
            Err(NoPhone::Number(Unfit::TooLong))
        );
    }

    #[test]
    fn nothing_but_a_phone_is_read_again() {
        for text in [
            "",
            "PJSIP/a",
            "PJSIP/a 1 b c",
            "PJSIP/a 1;2 b",
            "a  ",
            "PJSIP/a  b,c",
        ] {
            assert_eq!(Phone::read(text), None, "{text}");
        }
        assert!(Phone::read("PJSIP/a  ").is_some());
    }
}
