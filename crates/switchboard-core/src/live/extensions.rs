//! The extensions that have a hint: who is free, and who is not.

use ajam::ami::{Event, text};

use super::shelf::{Item, Shelf};

/// An extension with a hint in the dial plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// What names it: `exten@context`.
    pub id: String,
    /// What is dialled.
    pub exten: String,
    /// Where its hint stands.
    pub context: String,
    /// The devices that the hint watches, as the dial plan names them; empty if that is not told.
    pub hint: String,
    /// What they do, all together.
    pub state: ExtensionState,
}

/// What the devices of an extension do (`include/asterisk/pbx.h`, `enum ast_extension_states`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExtensionState {
    /// Somebody may call it.
    Free,
    /// It rings.
    Ringing,
    /// Somebody talks.
    InUse,
    /// Somebody talks, and another call rings.
    InUseAndRinging,
    /// Nothing more can be done with it.
    Busy,
    /// Somebody is kept waiting.
    OnHold,
    /// No phone is there.
    Unavailable,
    /// A number that is not known here.
    Unknown(i32),
}

impl ExtensionState {
    /// From `Status`, which is made of bits; none where the hint is gone.
    #[must_use]
    pub fn of(status: i32) -> Option<Self> {
        Some(match status {
            ..0 => return None,
            0 => Self::Free,
            1 | 3 => Self::InUse,
            2 => Self::Busy,
            4 => Self::Unavailable,
            8 => Self::Ringing,
            9 => Self::InUseAndRinging,
            16 | 17 => Self::OnHold,
            other => Self::Unknown(other),
        })
    }
}

impl Extension {
    /// The devices that its hint watches; behind a comma stands whose presence it watches, too.
    pub fn devices(&self) -> impl Iterator<Item = &str> {
        let devices = self.hint.split(',').next().unwrap_or_default();
        devices.split('&').map(str::trim)
    }
}

impl Shelf<Extension> {
    /// The extension that this number means in this context: the one there, or the only one of that
    /// number anywhere. A context may include the one in which the hints stand.
    #[must_use]
    pub fn meant(&self, exten: &str, context: &str) -> Option<&Extension> {
        let there = self.get(&format!("{exten}@{context}"));
        there.or_else(|| {
            let mut all = self.beginning(exten).filter(|one| one.exten == exten);
            let only = all.next()?;
            all.next().is_none().then_some(only)
        })
    }
}

impl Item for Extension {
    fn read(event: &Event<'_>) -> Option<(String, Option<Self>)> {
        if event.name != "ExtensionStatus" {
            return None;
        }
        let value = |name| {
            event
                .packet
                .get(name)
                .map(text::present)
                .unwrap_or_default()
        };
        let (exten, context) = (value("exten"), value("context"));
        let state = ExtensionState::of(value("status").trim().parse().ok()?);
        let id = format!("{exten}@{context}");
        let item = state.map(|state| Self {
            id: id.clone(),
            exten: exten.to_string(),
            context: context.to_string(),
            hint: value("hint").to_string(),
            state,
        });
        Some((id, item))
    }
}
