//! The channel table as a person sees it, and how it compares with what the server lists.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::lab::Channel;

/// The table as it was when it was looked at.
#[derive(Clone, Debug, Deserialize)]
pub struct Board {
    /// The column headers from left to right.
    pub heads: Vec<String>,
    /// The rows that are in the page, in the order of the page.
    pub rows: Vec<Row>,
    /// How many rows the table has, in the page or not.
    pub count: usize,
}

/// A row.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// `data-uniqueid`.
    pub uniqueid: String,
    /// Whether its location can be seen: nobody is told of it otherwise.
    located: bool,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// The words in a column.
    #[track_caller]
    pub fn cell(&self, column: &str) -> &str {
        match self.cells.get(column) {
            Some(text) => text,
            None => panic!("there is no column {column} in {:?}", self.cells),
        }
    }

    /// What this row shows otherwise than the server lists.
    fn differences(&self, channel: &Channel) -> Vec<String> {
        let Channel {
            exten,
            context,
            priority,
            ..
        } = channel;
        let name = known(&channel.caller_name);
        let number = known(&channel.caller_number);
        let checks = [
            (
                "Channel",
                self.cell("Channel") == channel.name,
                channel.name.clone(),
            ),
            (
                "State",
                self.says_state(&channel.state),
                channel.state.clone(),
            ),
            (
                "Location",
                !self.located || self.cell("Location") == format!("{exten}@{context}:{priority}"),
                format!("{exten}@{context}:{priority}"),
            ),
            ("Caller", self.cell("Caller").contains(&name), name),
            ("Caller", self.cell("Caller").contains(&number), number),
        ];
        checks
            .into_iter()
            .filter(|(_, agrees, _)| !agrees)
            .map(|(column, _, wanted)| {
                format!(
                    "{}: {column} is “{}”, not “{wanted}”",
                    channel.name,
                    self.cell(column)
                )
            })
            .collect()
    }

    /// Whether the state is this one, whatever else is said of it (“Up, on hold”).
    pub fn says_state(&self, state: &str) -> bool {
        self.cell("State").split(", ").next() == Some(state)
    }
}

impl Board {
    /// The row of a channel.
    pub fn row(&self, uniqueid: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.uniqueid == uniqueid)
    }

    /// Whether it shows exactly the channels that the server lists, as it lists them.
    pub fn agrees(&self, server: &[Channel]) -> Result<(), String> {
        let shown: BTreeSet<&str> = self.rows.iter().map(|row| row.uniqueid.as_str()).collect();
        let listed: BTreeSet<&str> = server.iter().map(|one| one.uniqueid.as_str()).collect();
        if shown != listed || self.count != server.len() {
            return Err(format!(
                "{} rows of {} are in the page; only shown: {:?}; only listed: {:?}",
                self.rows.len(),
                self.count,
                shown.difference(&listed).collect::<Vec<_>>(),
                listed.difference(&shown).collect::<Vec<_>>(),
            ));
        }
        let wrong: Vec<String> = server
            .iter()
            .filter_map(|channel| Some(self.row(&channel.uniqueid)?.differences(channel)))
            .flatten()
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("; "))
        }
    }
}

/// What a value of the list means: `<unknown>` is nothing, and names have C's escapes.
fn known(text: &str) -> String {
    if text == "<unknown>" {
        return String::new();
    }
    let mut meant = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        meant.push(match c {
            '\\' => chars.next().unwrap_or(c),
            c => c,
        });
    }
    meant
}
