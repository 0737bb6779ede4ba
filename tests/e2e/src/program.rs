//! Programs that end with their owner, and all that they started with them.

use std::{
    fs::File,
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::until;

/// How long an orderly end may take before it is enforced.
const END: Duration = Duration::from_secs(5);

/// A running program in a process group and with a home folder of its own. Dropping it ends the
/// whole group and removes the folder.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    guard: Child,
    home: TempDir,
}

impl Program {
    /// Starts a program whose output goes to `output` in its home folder.
    pub(crate) fn start(program: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let home = tempfile::Builder::new()
            .prefix("switchboard-e2e-")
            .tempdir()
            .expect("a temporary folder can be made");
        let output = File::create(home.path().join("output")).expect("it can be written to");
        let errors = output.try_clone().expect("a file can be shared");
        let child = Command::new(program)
            .args(args)
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", program.display()));
        let guard = guard(child.id(), home.path());
        Self { child, guard, home }
    }

    /// The number of its process, and of the group of all that it started.
    pub(crate) fn number(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read(self.home.path().join("output"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Whether it has ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        let _ = kill_process_group(group, Signal::TERM);
        let deadline = std::time::Instant::now() + END;
        while !self.ended() && std::time::Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        // What it started may have outlived it.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
        if let Some(mut pipe) = self.guard.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.guard.wait();
    }
}

/// Ends the group and removes the folder when this process dies without doing so: then the pipe
/// closes without a word.
fn guard(group: u32, home: &Path) -> Child {
    Command::new("sh")
        .args([
            "-c",
            "read -r word || { kill -s KILL -- \"-$1\"; rm -rf -- \"$2\"; }",
            "guard",
        ])
        .arg(group.to_string())
        .arg(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh can be run")
}

/// Waits until a program has said something that `find` finds.
#[track_caller]
pub(crate) fn said<T>(program: &mut Program, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
    until(what, crate::PATIENCE, || {
        let output = program.output();
        find(&output).ok_or_else(|| format!("ended: {}; it said: {output}", program.ended()))
    })
}
