//! Ctrl-C and SIGTERM.

use std::{
    process,
    sync::{
        Mutex, OnceLock, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
};

use anyhow::{Context, Result};
use switchboard_lab::end_tools;

use crate::say::complain;

/// Where an interruption is told, once somebody waits for it.
static LISTENER: OnceLock<Mutex<Sender<()>>> = OnceLock::new();

/// From here on an interruption ends the programs that were started, and then this one.
pub(crate) fn prepare() -> Result<()> {
    ctrlc::set_handler(|| match LISTENER.get() {
        Some(listener) => {
            let listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = listener.send(());
        }
        None => {
            complain("\ninterrupted");
            end_tools();
            process::exit(130);
        }
    })
    .context("cannot listen for Ctrl-C")
}

/// From here on an interruption is told to the receiver instead.
pub(crate) fn listen() -> Receiver<()> {
    let (sender, receiver) = mpsc::channel();
    let _ = LISTENER.set(Mutex::new(sender));
    receiver
}
