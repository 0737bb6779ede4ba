//! Ends an instance when the process that started it dies without doing so.

use std::{
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

/// A shell that waits on a pipe: when the pipe closes without a word, its owner has died, and the
/// shell kills the instance's process group. (A death signal would not do: it is sent when the
/// *thread* that started the instance ends.)
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    pub(crate) fn watch(group: u32) -> io::Result<Self> {
        Command::new("sh")
            .args(["-c", "read -r word || kill -s KILL -- \"-$1\"", "guard"])
            .arg(group.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Out of reach of Ctrl-C, which must not end the guard before what it guards.
            .process_group(0)
            .spawn()
            .map(Self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.0.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.0.wait();
    }
}
