//! What always holds of the model, and of the board that shows it.

use switchboard_core::board::{Board, Row};
use switchboard_core::live::Pbx;

/// The most ended ids that may be remembered, of channels and bridges each.
const REMEMBERED: usize = switchboard_core::live::tomb::REMEMBERED;

/// Both sides of everything that has two sides agree; nothing names what is not there.
pub fn in_step(pbx: &Pbx, about: &str) {
    for (id, bridge) in pbx.bridges() {
        for member in &bridge.members {
            let there = pbx.channel(member).and_then(|c| c.bridge.as_ref());
            assert_eq!(there, Some(id), "{about}: {member} in {id}");
        }
    }
    for channel in pbx.channels() {
        let id = &channel.uniqueid;
        if let Some(bridge) = &channel.bridge {
            let members = pbx.bridge(bridge).map(|b| &b.members);
            assert!(
                members.is_some_and(|m| m.contains(id)),
                "{about}: {channel:?}"
            );
        }
        for dest in &channel.dialling {
            let by = pbx.channel(dest).and_then(|c| c.dialled_by.as_ref());
            assert_eq!(by, Some(id), "{about}: who dials {dest}");
        }
        if let Some(caller) = &channel.dialled_by {
            let dialling = pbx.channel(caller).map(|c| &c.dialling);
            assert!(
                dialling.is_some_and(|d| d.contains(id)),
                "{about}: {caller} does not dial {id}"
            );
        }
        if let Some(half) = &channel.other_half {
            let back = pbx.channel(half).and_then(|c| c.other_half.as_ref());
            assert_eq!(back, Some(id), "{about}: the half of {half}");
        }
    }
    assert!(
        pbx.calls() <= pbx.len(),
        "{about}: more calls than channels"
    );
    assert_eq!(pbx.calls() == 0, pbx.is_empty(), "{about}: calls");
}

/// What is kept is bounded by what lives and by a fixed memory of the past.
pub fn bounded(pbx: &Pbx, packets: usize) {
    assert!(pbx.remembered() <= 2 * REMEMBERED);
    // An event tells of two channels at most, and of one bridge.
    assert!(pbx.len() <= 2 * packets, "{} channels", pbx.len());
    assert!(pbx.bridges().count() <= 2 * packets);
}

/// The board shows each living channel once, as it is.
pub fn shown(board: &Board, pbx: &Pbx) {
    assert_eq!(board.living(), pbx.len());
    for channel in pbx.channels() {
        let row = board.find(&channel.uniqueid);
        assert_eq!(row, Some(&Row::of(channel, pbx)), "a stale row");
    }
}
