//! The table of channels: what there is to sort, to find and to tell of them.

use std::borrow::Cow;
use std::collections::HashSet;

use ajam::ami::Uniqueid;
use ajam::time::Moment;

use super::order::{Columns, Sort};
use super::record::Record;
use super::ringing::{self, Ring};
use super::row::{Lamp, Row};
use super::table::Table;
use super::window::Viewport;
use crate::live::Pbx;

/// The rows of the channels, in order.
pub type Board = Table<Row>;

/// A column of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The channel's name.
    Channel,
    /// Its state.
    State,
    /// The caller's name, then number.
    Caller,
    /// Where in the dial plan.
    Location,
    /// The other party.
    Connected,
    /// How long it has been there.
    Duration,
}

impl Columns for Column {
    const ALL: &'static [Self] = &[
        Self::Channel,
        Self::State,
        Self::Caller,
        Self::Location,
        Self::Connected,
        Self::Duration,
    ];

    /// The newest channel first: what has just begun to ring is what needs a hand.
    const FIRST: Sort<Self> = Sort {
        column: Self::Duration,
        descending: false,
    };

    fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::State => "state",
            Self::Caller => "caller",
            Self::Location => "location",
            Self::Connected => "connected",
            Self::Duration => "duration",
        }
    }

    fn is_age(self) -> bool {
        self == Self::Duration
    }
}

impl Record for Row {
    type Id = Uniqueid;
    type Column = Column;

    fn id(&self) -> &Uniqueid {
        &self.uniqueid
    }

    fn text(&self, column: Column) -> Cow<'_, str> {
        match column {
            Column::Channel => (&self.channel).into(),
            Column::State => {
                format!("{:?}{:02}", self.status.lamp, self.status.state.number()).into()
            }
            Column::Caller => format!("{} {}", self.caller.name, self.caller.num).into(),
            Column::Location => (&self.location).into(),
            Column::Connected => self.connected.text().into(),
            Column::Duration => Cow::default(),
        }
    }

    fn found_by(&self) -> String {
        [
            self.channel.as_str(),
            self.status.state.words(),
            &self.caller.name,
            &self.caller.num,
            &self.location,
            &self.application,
            &self.connected.text(),
            &self.account,
            &self.uniqueid,
        ]
        .join("\n")
    }

    fn numbers(&self) -> Vec<&str> {
        let connected = self.connected.party().map(|party| &*party.num);
        [Some(&*self.caller.num), connected]
            .into_iter()
            .flatten()
            .collect()
    }

    fn began(&self) -> Option<Moment> {
        Some(self.started)
    }

    fn end(&mut self, at: Moment) {
        self.ended = Some(at);
        self.status.lamp = Lamp::Ended;
    }

    fn is_urgent(&self) -> bool {
        self.status.lamp == Lamp::Ringing
    }
}

impl Board {
    /// Takes in the channels that the model says were touched, at `now`.
    pub fn update(&mut self, pbx: &Pbx, touched: HashSet<Uniqueid>, now: Moment) {
        let row = |id: &Uniqueid| Some(Row::of(pbx.channel(id)?, pbx));
        self.refresh(touched, row, now);
    }

    /// The same while it is not known where in the dial plan channels are.
    pub fn update_unlocated(&mut self, pbx: &Pbx, touched: HashSet<Uniqueid>, now: Moment) {
        let row = |id: &Uniqueid| {
            let channel = pbx.channel(id)?;
            Some(Row::of(channel, pbx).without_location(channel))
        };
        self.refresh(touched, row, now);
    }

    /// The calls that ring and have no row in this part of the board, under a head of this height:
    /// scrolled away, filtered out, or at the end while the board is held.
    pub fn ringing_unseen(&self, seen: &Viewport, head: f64) -> Vec<Ring> {
        if self.rows_ringing() == 0 {
            return Vec::new();
        }
        let places = seen.in_sight(self.len(), head);
        let in_sight: HashSet<&str> = self.ids(places).collect();
        let mut calls = self.ringing();
        calls.retain(|call| !call.rows.iter().any(|id| in_sight.contains(&**id)));
        calls
    }

    /// The calls that ring, in sight or not: who has waited longest first.
    pub fn ringing(&self) -> Vec<Ring> {
        ringing::calls(self.urgent())
    }

    /// How many rows ring.
    pub fn rows_ringing(&self) -> usize {
        self.count_urgent()
    }
}
