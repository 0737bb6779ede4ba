//! Ports for programs that are told which one to take.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    ops::Range,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context as _, Result};

/// Below those that Linux gives to connections and to who asks for any port (32768 and up), which
/// would take one between the moment it is found free and the moment the program takes it.
const PORTS: Range<u16> = 21_000..32_000;

/// Where the search goes on: so nobody in this process is told a port that another was told just now.
static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
    let anywhere = RandomState::new().build_hasher().finish();
    AtomicU64::new(anywhere % PORTS.len() as u64)
});

/// A port of the loopback interface that is free for TCP and for UDP.
pub fn free_port() -> Result<u16> {
    free_ports(Ipv4Addr::LOCALHOST.into(), 1)
}

/// The first of so many ports in a row that are free for both at this address.
pub(crate) fn free_ports(at: IpAddr, count: u16) -> Result<u16> {
    let firsts = PORTS.len() as u64 - u64::from(count);
    // Any step that is as long as the run leads to another run.
    (0..firsts)
        .map(|_| NEXT.fetch_add(u64::from(count), Ordering::Relaxed) % firsts)
        .filter_map(|step| Some(PORTS.start + u16::try_from(step).ok()?))
        .find(|first| (*first..first + count).all(|port| is_free(SocketAddr::new(at, port))))
        .context("there is no free port")
}

fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, thread};

    use super::*;

    #[test]
    fn nobody_is_told_a_port_that_another_was_told_just_now() {
        let ask = || (0..50).map(|_| free_port().expect("one is free"));
        let all: Vec<u16> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(move || ask().collect::<Vec<_>>()))
                .collect();
            let told = threads.into_iter().map(|one| one.join().expect("it asks"));
            told.flatten().collect()
        });
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 400);
        assert!(all.iter().all(|port| PORTS.contains(port)));
    }
}
