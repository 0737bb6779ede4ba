//! What it was measured on.

use std::{fs, process::Command, thread};

use switchboard_e2e::lab::{Asterisk, Home};

/// The machine, the programs and the day, as lines of Markdown.
pub(crate) fn description(server: &Asterisk) -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let memory: f64 = line("/proc/meminfo", "MemTotal")
        .split_whitespace()
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0);
    let asterisk = server.version().unwrap_or_default();
    format!(
        "- {}, {cores} cores, {:.0} GB of memory\n\
         - {}, Linux {}\n\
         - {}\n\
         - Asterisk {asterisk} (Debian {})\n\
         - Switchboard {} of {}\n",
        line("/proc/cpuinfo", "model name"),
        memory / 1e6,
        line_of("/etc/os-release", "PRETTY_NAME", '=').trim_matches('"'),
        said("uname", &["-r"]),
        said("chromium", &["--version"]),
        server.release().suite(),
        said("git", &["describe", "--always", "--dirty"]),
        said("date", &["--utc", "+%F"]),
    )
}

fn line(file: &str, name: &str) -> String {
    line_of(file, name, ':')
}

/// What stands behind a name in a file of names and values.
fn line_of(file: &str, name: &str, between: char) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(between))
        .find(|(other, _)| other.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .current_dir(Home::workspace())
        .output();
    output.map_or_else(
        |_| format!("(no {program})"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
