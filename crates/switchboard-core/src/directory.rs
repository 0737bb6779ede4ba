//! Who can be called: what is offered while somebody types a name or a number.
//!
//! It is made of what this installation writes down (the file that the setting `contacts` names), of the
//! extensions that have a hint, and of the names that their phones were seen with. A caller's own word for
//! a number is worth nothing here: a name is an extension's only where the phone that its hint watches
//! bears it.

use std::collections::HashMap;

use ajam::ami::action::Exten;
use serde::Deserialize;

use crate::board::Tables;
use crate::board::find::{Filter, Fold};
use crate::config::Missed;
use crate::live::{Extension, ExtensionState, Party, resource};

/// Somebody in the file of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Contact {
    /// What they are called.
    pub name: String,
    /// What is dialled.
    pub number: String,
}

/// So many contacts are read.
pub const MOST: usize = 20_000;

/// Why the file of contacts can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// In the reader's words.
    pub words: String,
    /// Where, as editors count: from 1.
    pub line: usize,
    /// The column, in bytes.
    pub column: usize,
}

/// Why there are no contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoContacts {
    /// The file did not arrive.
    Missed(Missed),
    /// It is no list of contacts.
    Unreadable(Unreadable),
}

/// Somebody who can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is dialled.
    pub number: String,
    /// In which context, where that is known.
    pub context: Option<String>,
    /// What they are called; may be empty.
    pub name: String,
    /// What their phones do, if their extension has a hint.
    pub state: Option<ExtensionState>,
    /// With whom they are on a call, as far as that is known.
    pub with: Option<Party>,
}

/// Who can be called.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    contacts: Vec<Contact>,
}

impl Directory {
    /// Reads the file of contacts: a list of objects with `name` and `number`. What else they hold is
    /// left; contacts without a number that can be dialled are, too.
    ///
    /// # Errors
    /// [`Unreadable`], where it is no such list.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let contacts: Vec<Contact> = serde_json::from_str(text).map_err(|wrong| Unreadable {
            words: wrong.to_string(),
            line: wrong.line(),
            column: wrong.column(),
        })?;
        let fit = contacts.into_iter().take(MOST);
        let fit = fit.filter(|contact| Exten::dialled(&contact.number).is_ok());
        Ok(Self {
            contacts: fit.collect(),
        })
    }

    /// How many contacts there are.
    pub fn len(&self) -> usize {
        self.contacts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// Up to `most` of those who are meant by what is typed, those who are meant most first: whose
    /// number it is, then whose number or name begins so. Nothing typed means nobody.
    pub fn suggest(
        &self,
        typed: &str,
        tables: &Tables,
        fold: Fold,
        most: usize,
    ) -> Vec<Suggestion> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Vec::new();
        }
        let phones = Phones::of(tables);
        let known: HashMap<&str, &Contact> = self
            .contacts
            .iter()
            .map(|contact| (contact.number.trim(), contact))
            .collect();
        let of_house = tables.extensions.living_rows().map(|extension| {
            let contact = known.get(extension.exten.as_str());
            let name = contact.map(|contact| &contact.name);
            Suggestion {
                number: extension.exten.clone(),
                context: Some(extension.context.clone()),
                name: name
                    .or_else(|| phones.name(extension))
                    .cloned()
                    .unwrap_or_default(),
                state: Some(extension.state),
                with: phones.with(extension).cloned(),
            }
        });
        let others = self.contacts.iter().map(|contact| Suggestion {
            number: contact.number.trim().to_owned(),
            context: None,
            name: contact.name.clone(),
            state: None,
            with: None,
        });
        let filter = Filter::new(typed, fold);
        let plain = fold.plain(typed);
        let mut found: Vec<(u8, Suggestion)> = of_house
            .chain(others)
            .filter(|one| {
                filter.has(&format!("{}\n{}", one.name, one.number), &|| {
                    vec![&one.number]
                })
            })
            .map(|one| (rank(&one, &plain, fold), one))
            .collect();
        found.sort_by(|(a, one), (b, two)| {
            let by = |one: &Suggestion| {
                (
                    one.state.is_none(),
                    fold.plain(&one.name),
                    one.number.clone(),
                )
            };
            a.cmp(b).then_with(|| by(one).cmp(&by(two)))
        });
        let mut numbers: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for (_, one) in found {
            if !numbers.contains(&one.number) {
                numbers.push(one.number.clone());
                all.push(one);
            }
            if all.len() == most {
                break;
            }
        }
        all
    }
}

/// How much somebody is meant: the less, the more.
fn rank(one: &Suggestion, typed: &str, fold: Fold) -> u8 {
    let name = fold.plain(&one.name);
    if one.number == typed {
        0
    } else if one.number.starts_with(typed) {
        1
    } else if name.starts_with(typed) {
        2
    } else if name
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.starts_with(typed))
    {
        3
    } else {
        4
    }
}

/// What the calls tell of the phones of the house, by their devices.
struct Phones {
    names: HashMap<String, String>,
    with: HashMap<String, Party>,
}

impl Phones {
    fn of(tables: &Tables) -> Self {
        let (mut names, mut with) = (HashMap::new(), HashMap::new());
        for row in tables.ended.living_rows() {
            for who in [&row.from].into_iter().chain(&row.to) {
                if !who.party.name.is_empty() {
                    names.insert(device(&who.channel), who.party.name.clone());
                }
            }
        }
        for call in tables.calls.living_rows() {
            for person in call.people() {
                let device = device(&person.channel);
                if !person.party.name.is_empty() {
                    names.insert(device.clone(), person.party.name.clone());
                }
                let mut others = call.people().filter(|other| other.leg != person.leg);
                if let Some(other) = others.next() {
                    with.insert(device, other.party.clone());
                }
            }
        }
        Self { names, with }
    }

    fn name(&self, extension: &Extension) -> Option<&String> {
        extension
            .devices()
            .find_map(|name| self.names.get(&name.to_ascii_lowercase()))
    }

    fn with(&self, extension: &Extension) -> Option<&Party> {
        extension
            .devices()
            .find_map(|name| self.with.get(&name.to_ascii_lowercase()))
    }
}

/// The device that a channel is of.
fn device(channel: &str) -> String {
    resource(channel).to_ascii_lowercase()
}
