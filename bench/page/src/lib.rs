//! The console without its page, for the bench: it is logged in and waits for events, and is then
//! handed the body of an answer as the page would hand it over.

#![cfg(target_arch = "wasm32")]

mod waiting;

use ajam::session::{Input, Reply, RequestId};
use ajam::time::Moment;
use switchboard::shell::{SLICE, STEP};
use switchboard_core::console::Console;
use wasm_bindgen::prelude::wasm_bindgen;

/// A console with a `WaitEvent` on its way.
#[wasm_bindgen]
pub struct Waiting {
    console: Console,
    wait: RequestId,
    now: Moment,
}

#[wasm_bindgen]
impl Waiting {
    /// Logs in at an Asterisk that has no channels and agrees to everything.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, String> {
        let (console, wait, now) = waiting::console()?;
        Ok(Self { console, wait, now })
    }

    /// How long the page works at a time, in ms.
    pub fn slice() -> f64 {
        SLICE
    }

    /// The answer to the `WaitEvent` has come. It is to be worked off.
    pub fn reply(&mut self, body: Vec<u8>) {
        let reply = Reply {
            status: 200,
            body,
            ..Reply::default()
        };
        self.console
            .feed(Input::Replied(self.wait, reply), self.now);
    }

    /// Works off as much as the page does between two looks at the clock; false if nothing is left.
    pub fn work(&mut self) -> bool {
        self.console.work(STEP, self.now)
    }

    /// How many channels the model has.
    pub fn channels(&self) -> usize {
        self.console.pbx().channels().count()
    }

    /// Makes the rows of the board anew, as the page does once a frame. Returns how many there are.
    pub fn commit(&mut self) -> usize {
        self.console.commit(self.now);
        self.console.board().len()
    }
}
