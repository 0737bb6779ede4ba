//! Running other programs with their output kept in a file.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// How many of a log's last lines an error message carries.
const TAIL: usize = 15;

/// The programs that run now, each the leader of a process group.
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Ends all programs that were started by [`Tool::run`] and still run.
///
/// They run in process groups of their own, out of reach of Ctrl-C: whoever is asked to end calls
/// this, and nothing is left running, whichever way it was asked.
pub fn end_tools() {
    for pid in running().iter() {
        let _ = kill_process_group(*pid, Signal::TERM);
    }
}

fn running() -> std::sync::MutexGuard<'static, Vec<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program to run, its output going to a log file or to the terminal.
#[derive(Debug)]
pub struct Tool {
    command: Command,
    log: Option<PathBuf>,
}

impl Tool {
    /// A program whose output is appended to `log`.
    pub fn new(program: impl AsRef<OsStr>, log: impl Into<PathBuf>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self {
            command,
            log: Some(log.into()),
        }
    }

    /// A program whose output is shown as it comes.
    pub fn shown(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self { command, log: None }
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the folder to run in.
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the program; an error carries the last lines of its output and the log's path.
    pub fn run(mut self) -> Result<()> {
        let words = words(&self.command);
        if let Some(log) = &self.log {
            let file = open(log, &words)?;
            let same = file.try_clone().context("cannot share the log")?;
            self.command.stdout(same).stderr(file);
        }
        let status = self
            .command
            .process_group(0)
            .spawn()
            .and_then(wait)
            .with_context(|| format!("cannot run `{words}`"))?;
        if status.success() {
            return Ok(());
        }
        match &self.log {
            Some(log) => bail!(
                "`{words}` failed ({status}). Its last lines were:\n{}All of it is in {}",
                tail(log),
                log.display()
            ),
            None => bail!("`{words}` failed ({status})"),
        }
    }
}

fn wait(mut child: Child) -> io::Result<ExitStatus> {
    let pid = Pid::from_child(&child);
    running().push(pid);
    let status = child.wait();
    running().retain(|other| *other != pid);
    status
}

fn open(log: &Path, words: &str) -> Result<File> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .and_then(|mut file| writeln!(file, "$ {words}").map(|()| file))
        .with_context(|| format!("cannot write the log {}", log.display()))
}

fn words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL);
    lines[from..]
        .iter()
        .map(|line| format!("    {line}\n"))
        .collect()
}

/// Where a program is on `PATH`, if it is there.
pub fn program_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
    // The folders of a system's own programs are not on every account's PATH, yet debootstrap
    // and chroot are there.
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
