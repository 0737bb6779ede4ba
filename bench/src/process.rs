//! What processes cost, as the kernel counts it.

use std::{collections::HashSet, fs, net::SocketAddr};

use nix::{time::clock_getcpuclockid, unistd::Pid};

/// Seconds of processor time that a process has taken so far, its ended threads included; to the
/// nanosecond, where `/proc/PID/stat` counts in hundredths of a second.
pub(crate) fn cpu(process: u32) -> f64 {
    let time = i32::try_from(process)
        .ok()
        .and_then(|process| clock_getcpuclockid(Pid::from_raw(process)).ok())
        .and_then(|clock| clock.now().ok());
    time.map_or(f64::NAN, |time| {
        time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9
    })
}

/// The threads that a process has now.
pub(crate) fn threads(process: u32) -> Vec<u32> {
    fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// Seconds of processor time that all threads of a process but these have taken so far, ended ones
/// included.
pub(crate) fn cpu_without(process: u32, threads: &[u32]) -> f64 {
    let known = threads.iter().map(|one| thread(process, *one));
    cpu(process) - known.filter(|time| !time.is_nan()).sum::<f64>()
}

/// Those threads of a server that were started to serve a page, and the connections that they hold
/// with it: as long as there come no new ones, all that the server does for the page is theirs.
#[derive(Debug)]
pub(crate) struct Serving {
    process: u32,
    address: SocketAddr,
    threads: Vec<u32>,
    connections: HashSet<String>,
}

impl Serving {
    /// All threads but these: those that were there before the page.
    pub(crate) fn since(process: u32, before: &[u32], address: SocketAddr) -> Self {
        let mut threads = threads(process);
        threads.retain(|one| !before.contains(one));
        Self {
            process,
            address,
            threads,
            connections: connections(address),
        }
    }

    /// Seconds of processor time that each of them has taken so far; not a number for one that has
    /// ended.
    pub(crate) fn cpu(&self) -> Vec<f64> {
        let of = |one: &u32| thread(self.process, *one);
        self.threads.iter().map(of).collect()
    }

    /// What they have taken since they had taken that much. Not a number if another connection has
    /// been made meanwhile. One that has ended had nothing to do: Asterisk lets go of connections on
    /// which nothing is asked.
    pub(crate) fn cpu_since(&self, before: &[f64]) -> f64 {
        if !connections(self.address).is_subset(&self.connections) {
            return f64::NAN;
        }
        let spent = self
            .cpu()
            .into_iter()
            .zip(before)
            .map(|(now, before)| now - before);
        spent.filter(|spent| !spent.is_nan()).sum()
    }
}

/// The other ends of the connections that somebody holds with a port of this machine, as the kernel
/// writes them.
fn connections(address: SocketAddr) -> HashSet<String> {
    let port = format!(":{:04X}", address.port());
    let text = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let (here, there, state) = (fields.next()?, fields.next()?, fields.next()?);
            (here.ends_with(&port) && state == ESTABLISHED).then(|| there.to_owned())
        })
        .collect()
}

/// `TCP_ESTABLISHED` in the kernel's table.
const ESTABLISHED: &str = "01";

/// Seconds of processor time that the first thread of a process has taken.
fn main_thread(process: u32) -> f64 {
    thread(process, process)
}

/// Seconds of processor time that a thread has taken; not a number once it has ended.
fn thread(process: u32, thread: u32) -> f64 {
    fs::read_to_string(format!("/proc/{process}/task/{thread}/schedstat"))
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or(f64::NAN, |nanoseconds| nanoseconds / 1e9)
}

/// Bytes of memory that a process has for itself.
pub(crate) fn private(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with("Private_"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok())
        .sum::<f64>()
        * 1024.0
}

/// The renderer of the page that is open in a browser: the one of its driver's processes that does
/// most while the page is kept busy. (Chromium keeps spare ones.)
pub(crate) fn renderer(driver: u32, keep_busy: impl FnOnce()) -> Option<u32> {
    let before: Vec<(u32, f64)> = descendants(driver)
        .into_iter()
        .filter(|process| is_renderer(*process))
        .map(|process| (process, main_thread(process)))
        .collect();
    keep_busy();
    before
        .into_iter()
        .map(|(process, time)| (process, main_thread(process) - time))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(process, _)| process)
}

fn is_renderer(process: u32) -> bool {
    // Chromium writes its processes' lines anew, with blanks between the words.
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| {
        line.split(|byte| *byte == 0 || *byte == b' ')
            .any(|word| word == b"--type=renderer")
    })
}

fn descendants(ancestor: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, parent(process)?)))
        .collect();
    let mut family = HashSet::from([ancestor]);
    // Until nobody is found any more.
    loop {
        let before = family.len();
        for (process, parent) in &parents {
            if family.contains(parent) {
                family.insert(*process);
            }
        }
        if family.len() == before {
            return family.into_iter().collect();
        }
    }
}

fn parent(process: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before it may hold anything.
    let (_, fields) = text.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}
