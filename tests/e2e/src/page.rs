//! What a person does with the page.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{Board, Browser, Control, PATIENCE, Row, Scope, lab::Ami, until};

/// The page in a browser.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a>(&'a Browser);

/// Where to send a channel.
#[derive(Clone, Copy, Debug)]
pub struct Transfer<'a> {
    /// The extension.
    pub exten: &'a str,
    /// The context.
    pub context: &'a str,
    /// Whether the channel at the other end goes along.
    pub both: bool,
}

impl<'a> Page<'a> {
    /// The page that this browser has open.
    pub fn of(browser: &'a Browser) -> Self {
        Self(browser)
    }

    /// The browser.
    pub fn browser(&self) -> &'a Browser {
        self.0
    }

    /// Types name and secret and presses the button.
    #[track_caller]
    pub fn log_in(&self, (username, secret): (&str, &str)) {
        self.0.fill("Username", Scope::Page, username);
        self.0.fill("Password", Scope::Page, secret);
        self.0.press(Control::Button, "Log in", Scope::Page);
    }

    /// Presses `Log off`.
    #[track_caller]
    pub fn log_off(&self) {
        self.0.press(Control::Button, "Log off", Scope::Page);
    }

    /// Waits until the log-in form is there.
    #[track_caller]
    pub fn await_log_in(&self) {
        until("the log-in form is there", PATIENCE, || {
            let there = self.0.try_script::<bool>(
                "return controls(...arguments).length > 0;",
                vec![
                    json!(Control::Button.selector()),
                    json!("Log in"),
                    json!("body"),
                ],
            )?;
            there.then_some(()).ok_or_else(|| self.text())
        });
    }

    /// What the connection's lamp says.
    pub fn connection(&self) -> Result<String, String> {
        self.0.try_script(
            "const lamp = controls(...arguments)[0];\
             if (!lamp) throw new Error('there is no status named Connection');\
             return words(lamp);",
            vec![
                json!(Control::Status.selector()),
                json!("Connection"),
                json!("body"),
            ],
        )
    }

    /// Whether the board is there and says that it is live.
    pub fn is_live(&self) -> Result<(), String> {
        let lamp = self.connection()?;
        if lamp.starts_with("Live") {
            self.board().map(drop)
        } else {
            Err(lamp)
        }
    }

    /// Waits until the board is there and live.
    #[track_caller]
    pub fn await_board(&self) {
        until("the board is live", PATIENCE, || self.is_live());
    }

    /// The table.
    pub fn board(&self) -> Result<Board, String> {
        self.0
            .try_script::<Option<Board>>("return board();", vec![])?
            .ok_or_else(|| "there is no table named Channels".to_owned())
    }

    /// The row of a channel.
    pub fn row(&self, uniqueid: &str) -> Result<Row, String> {
        let board = self.board()?;
        board
            .row(uniqueid)
            .cloned()
            .ok_or_else(|| format!("no row {uniqueid} in {:?}", board.rows))
    }

    /// The calls that live, on the Calls place: who, whom and in which state, as one reads it.
    pub fn calls(&self) -> Result<Vec<[String; 3]>, String> {
        let rows: Vec<[String; 3]> = self.0.try_script(
            "const grid = controls('[role=grid]', 'Calls', 'body')[0];\
             if (!grid) throw new Error('there is no table named Calls');\
             return [...grid.querySelectorAll('tbody [role=row]')].map((row) => {\
                 const cells = [...row.querySelectorAll('[role=gridcell]')].map(words);\
                 const state = cells[0].replace(/ [0-9]+:[0-9:]+$/, '');\
                 return [cells[1], cells[2], state].map((text) => text.replace(/[\\u2068\\u2069]/g, ''));\
             });",
            vec![],
        )?;
        // Under a hand these keep their places.
        let is_over = |state: &str| matches!(state, "Ended" | "Joined with another call");
        Ok(rows
            .into_iter()
            .filter(|[.., state]| !is_over(state))
            .collect())
    }

    /// Waits until the calls are just these, in any order.
    #[track_caller]
    pub fn await_calls(&self, expected: &[[&str; 3]]) {
        let mut expected: Vec<_> = expected.iter().map(|row| row.map(str::to_owned)).collect();
        expected.sort();
        until(&format!("the calls are {expected:?}"), PATIENCE, || {
            let mut calls = self.calls()?;
            calls.sort();
            (calls == expected)
                .then_some(())
                .ok_or_else(|| format!("{calls:?}"))
        });
    }

    /// Waits until the rows are what the server lists.
    #[track_caller]
    pub fn await_agreement(&self, ami: &mut Ami) {
        until("the rows are the channels of the server", PATIENCE, || {
            let board = self.board()?;
            let channels = ami.channels().map_err(|error| error.to_string())?;
            board.agrees(&channels)
        });
    }

    /// The `Uniqueid`s of all rows, also of those that are in the page only while they are in
    /// sight.
    #[track_caller]
    pub fn all_uniqueids(&self) -> BTreeSet<String> {
        self.0.slow_script(include_str!("scroll.js"), vec![])
    }

    /// Asks for a transfer.
    #[track_caller]
    pub fn transfer(&self, uniqueid: &str, to: Transfer<'_>) {
        self.open_transfer(uniqueid);
        self.0.fill("Extension", Scope::Dialog, to.exten);
        self.0.fill("Context", Scope::Dialog, to.context);
        if to.both {
            self.0.press(Control::Radio, "Both", Scope::Dialog);
        }
        self.0.press(Control::Button, "Transfer", Scope::Dialog);
    }

    /// Opens the form for a transfer.
    #[track_caller]
    pub fn open_transfer(&self, uniqueid: &str) {
        self.0
            .press(Control::Button, "Transfer", Scope::Row(uniqueid));
        until("the form for a transfer opens", PATIENCE, || {
            self.dialog("Transfer ")
        });
    }

    /// Hangs a channel up and says yes when asked.
    #[track_caller]
    pub fn hang_up(&self, uniqueid: &str) {
        self.open_hang_up(uniqueid);
        self.0.press(Control::Button, "Hang up", Scope::Dialog);
    }

    /// Presses a row's `Hang up`, and waits for the question.
    #[track_caller]
    pub fn open_hang_up(&self, uniqueid: &str) {
        self.0
            .press(Control::Button, "Hang up", Scope::Row(uniqueid));
        until("it is asked whether to hang up", PATIENCE, || {
            self.dialog("Hang up ")
        });
    }

    /// What stands in what has opened.
    #[track_caller]
    pub fn form(&self) -> String {
        self.0.script(
            "return squeeze(controls(arguments[0], null, 'body').map((one) => one.innerText).join(' '));",
            vec![json!(Control::Dialog.selector())],
        )
    }

    /// The one thing that has opened, if its name begins like this.
    fn dialog(&self, begin: &str) -> Result<(), String> {
        let names: Vec<String> = self.0.try_script(
            "return controls(arguments[0], null, 'body').map(named);",
            vec![json!(Control::Dialog.selector())],
        )?;
        match names.as_slice() {
            [name] if name.starts_with(begin) => Ok(()),
            names => Err(format!("open are {names:?}")),
        }
    }

    /// All words of the page that can be seen.
    #[track_caller]
    pub fn text(&self) -> String {
        self.0
            .try_script("return squeeze(document.body.innerText);", vec![])
            .unwrap_or_else(|error| error)
    }

    /// Waits until the page says something.
    #[track_caller]
    pub fn await_words(&self, words: &str) {
        until(&format!("the page says “{words}”"), PATIENCE, || {
            let text = self.text();
            if text.contains(words) {
                Ok(())
            } else {
                Err(text)
            }
        });
    }
}
