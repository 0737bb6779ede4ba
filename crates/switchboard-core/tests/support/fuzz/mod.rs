//! What is claimed of any input whatever. The fuzz targets run these functions on what a fuzzer
//! makes up (`fuzz/`), `tests/fuzz.rs` on what it has found worth keeping.
//!
//! They know nothing but the product, so that the targets can take them as they are.

#![allow(dead_code)] // each target takes what it needs

#[allow(clippy::duplicate_mod)] // some take `talk` alone, others `fuzz` alone
#[path = "../answering.rs"]
mod answering;
pub mod body;
pub mod model;
pub mod session;

/// A packet that nothing is wrong with, and the id of the channel that it tells of.
pub fn canary() -> (String, &'static str) {
    let id = "canary-8f2c.1";
    let packet = format!(
        "<response type='object' id='unknown'><generic event='Newchannel' privilege='call,all' \
         channel='Canary/1' channelstate='6' channelstatedesc='Up' calleridnum='1' \
         calleridname='A &amp; B' uniqueid='{id}' linkedid='{id}' /></response>\n"
    );
    (packet, id)
}

/// A number that looks random and is the same for the same bytes (FNV-1a): where to put the canary.
pub fn dice(bytes: &[u8]) -> usize {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(hash >> 33).unwrap_or_default()
}
