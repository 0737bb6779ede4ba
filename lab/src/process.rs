//! A program that runs until its owner ends it, or dies.

use std::{
    os::unix::process::CommandExt as _,
    process::{Command, ExitStatus},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::guard::Guard;

/// How long an orderly end may take before it is enforced.
const STOP: Duration = Duration::from_secs(10);

/// A process and all that it has started, watched by a thread that waits for its end.
#[derive(Debug)]
pub(crate) struct Running {
    name: &'static str,
    pid: Pid,
    end: Mutex<Receiver<ExitStatus>>,
    guard: Option<Guard>,
}

impl Running {
    /// Starts a program in a process group of its own. `name` is for error messages.
    pub(crate) fn spawn(name: &'static str, mut command: Command) -> Result<Self> {
        let mut child = command
            .process_group(0)
            .spawn()
            .context("cannot run chroot")?;
        let pid = Pid::from_child(&child);
        let guard = Guard::watch(child.id());
        let (sender, end) = mpsc::channel();
        thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = sender.send(status);
            }
        });
        let mut running = Self {
            name,
            pid,
            end: Mutex::new(end),
            guard: None,
        };
        running.guard = Some(guard.context("cannot run sh")?);
        Ok(running)
    }

    pub(crate) fn number(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        if self.ended() {
            bail!("{} has ended", self.name);
        }
        kill_process_group(self.pid, signal)
            .with_context(|| format!("cannot reach the processes of {}", self.name))
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended_within(Duration::ZERO)
    }

    /// Waits for the end, at most this long. Once it has ended, it stays so: the thread is gone,
    /// and its side of the channel with it.
    pub(crate) fn ended_within(&self, time: Duration) -> bool {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        match end.recv_timeout(time) {
            Ok(_) | Err(RecvTimeoutError::Disconnected) => true,
            Err(RecvTimeoutError::Timeout) => false,
        }
    }

    /// Ends it with this signal, or by force if it does not end soon.
    pub(crate) fn end(self, signal: Signal) -> Result<()> {
        if self.ended() {
            return Ok(());
        }
        self.signal(signal)?;
        if signal != Signal::KILL {
            // A stopped process would not see the signal.
            let _ = self.signal(Signal::CONT);
        }
        if self.ended_within(STOP) {
            return Ok(());
        }
        let _ = self.signal(Signal::KILL);
        if self.ended_within(STOP) {
            return Ok(());
        }
        bail!("process {} does not end", self.pid.as_raw_nonzero())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended() {
            let _ = self.signal(Signal::KILL);
            self.ended_within(STOP);
        }
        // Only now: the guard would otherwise be gone while there is something to guard.
        self.guard.take();
    }
}
