//! The live model on recorded streams: whole, repeated, cut and begun again.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use std::collections::HashSet;
use std::sync::LazyLock;

use ajam::ami::event::{Event, EventKind, ListedChannel};
use ajam::ami::{BridgeBlock, ChannelBlock, ChannelState};
use ajam::session::Keep;
use ajam::time::Moment;
use proptest::prelude::*;
use support::{ALL, MODERN, events, everywhere, model, recording};
use switchboard_core::live::{Channel, Pbx, Snapshot};

const T0: Moment = Moment::from_millis(0);

#[test]
fn every_recorded_call_leaves_no_row_behind() {
    for recording in everywhere() {
        let events = events(&recording.body);
        let pbx = model(&events);
        let born: HashSet<_> = ids(&events, |kind| match kind {
            EventKind::Newchannel(block) => Some(block),
            _ => None,
        });
        let dead: HashSet<_> = ids(&events, |kind| match kind {
            EventKind::Hangup { channel, .. } => Some(channel),
            _ => None,
        });
        let left: HashSet<_> = pbx.channels().map(|c| c.uniqueid.to_string()).collect();
        let (version, name) = (&recording.version, &recording.name);
        if born.is_subset(&dead) {
            assert!(left.is_disjoint(&born), "{version} {name}: {left:?}");
        }
        assert!(left.is_disjoint(&dead), "{version} {name}");
        assert_in_step(&pbx, &format!("{version} {name}"));
    }
}

fn ids<'e>(
    events: &'e [Event<'_>],
    pick: impl for<'k> Fn(&'k EventKind<'e>) -> Option<&'k ChannelBlock<'e>>,
) -> HashSet<String>
where
{
    events
        .iter()
        .filter_map(|e| pick(&e.kind))
        .map(|block| block.uniqueid.to_string())
        .collect()
}

#[test]
fn a_simple_call_is_seen_from_ring_to_hang_up() {
    for version in ALL {
        let body = recording(version, "call-simple");
        let mut pbx = Pbx::default();
        let mut seen = Vec::new();
        for event in &events(&body) {
            pbx.apply(event, T0);
            for channel in pbx.channels() {
                seen.push((
                    channel.state,
                    channel.bridge.is_some(),
                    !channel.dialling.is_empty(),
                ));
            }
        }
        let has = |wanted: (ChannelState, bool, bool)| seen.contains(&wanted);
        assert!(
            seen.iter().any(|(s, _, _)| *s == ChannelState::Ringing),
            "{version}: rings"
        );
        assert!(has((ChannelState::Up, false, true)), "{version}: dials");
        assert!(has((ChannelState::Up, true, false)), "{version}: talks");
        assert!(pbx.is_empty(), "{version}: gone");
        assert_eq!(pbx.calls(), 0, "{version}");
    }
}

#[test]
fn the_channels_of_one_call_count_as_one() {
    for version in ALL {
        let body = recording(version, "call-simple");
        let mut pbx = Pbx::default();
        let mut at_most = (0, 0);
        for event in &events(&body) {
            pbx.apply(event, T0);
            at_most = at_most.max((pbx.len(), pbx.calls()));
        }
        // Up to 12 nothing but a Dial tells that the fourth channel belongs to the call.
        let calls = if MODERN.contains(&version) { 1 } else { 2 };
        assert!(at_most <= (4, calls), "{version}: {at_most:?}");
    }
}

#[test]
fn the_caller_of_a_call_is_told_from_the_called_while_it_rings_and_while_they_talk() {
    for version in MODERN {
        let body = recording(version, "call-simple");
        let mut pbx = Pbx::default();
        let mut seen = HashSet::new();
        for event in &events(&body) {
            pbx.apply(event, T0);
            // A page that is opened at this moment tells them apart as well: by the applications,
            // which this list has from Newexten.
            let mut opened = Pbx::default();
            opened.adopt(list(&pbx), Keep::ListedOnly);
            for (page, pbx) in [("this", &pbx), ("opened", &opened)] {
                for channel in pbx.channels() {
                    let short =
                        |c: &Channel| c.name.as_deref().unwrap_or_default()[6..9].to_owned();
                    if let Some(caller) = pbx.caller_of(&channel.uniqueid) {
                        let talks = channel.bridge.is_some();
                        seen.insert((page, short(channel), short(caller), talks));
                    }
                }
            }
        }
        let mut seen: Vec<_> = seen.into_iter().collect();
        seen.sort();
        let called = |page, talks| (page, "805".to_owned(), "900".to_owned(), talks);
        if !body.contains("event='Newexten'") {
            assert_eq!(
                seen,
                [
                    called("opened", true),
                    called("this", false),
                    called("this", true)
                ]
            );
            continue;
        }
        assert_eq!(
            seen,
            [
                called("opened", false),
                called("opened", true),
                called("this", false),
                called("this", true)
            ],
            "{version}"
        );
    }
}

#[test]
fn hold_shows_from_hold_to_unhold() {
    for version in MODERN {
        let body = recording(version, "sip-hold");
        let mut pbx = Pbx::default();
        let mut holding = Vec::new();
        for event in &events(&body) {
            pbx.apply(event, T0);
            let now = pbx.channels().any(|c| c.holding);
            if holding.last() != Some(&now) {
                holding.push(now);
            }
        }
        assert_eq!(holding, [false, true, false], "{version}");
    }
}

#[test]
fn a_parked_call_names_its_space_until_it_is_taken() {
    for version in ALL {
        let body = recording(version, "park-retrieve");
        let mut pbx = Pbx::default();
        let mut spaces = Vec::new();
        for event in &events(&body) {
            pbx.apply(event, T0);
            let parked = pbx.channels().find_map(|c| c.parked.as_ref());
            let now = parked.map(|p| (p.lot.clone(), p.space.clone()));
            if spaces.last() != Some(&now) {
                spaces.push(now);
            }
        }
        let space = events(&body)
            .iter()
            .filter(|event| event.name == "ParkedCall")
            .find_map(|e| {
                e.packet
                    .text("parkingspace")
                    .or_else(|| e.packet.text("exten"))
            })
            // 1.4 has one lot, and no name for it.
            .map(|space| {
                let lot = if version == "1.4.44" { "" } else { "default" };
                (lot.to_owned(), space.into_owned())
            });
        assert!(space.is_some(), "{version}");
        assert_eq!(spaces, [None, space, None], "{version}");
    }
}

#[test]
fn an_attended_transfer_leaves_two_channels_in_one_bridge() {
    for version in MODERN {
        let body = recording(version, "transfer-attended");
        let events = events(&body);
        assert!(
            events.iter().any(|event| event.name == "AttendedTransfer"),
            "{version}"
        );
        let pbx = model(&events);
        let members: Vec<_> = pbx
            .bridges()
            .map(|(_, bridge)| bridge.members.len())
            .collect();
        assert_eq!(members, [2], "{version}");
    }
}

#[test]
fn an_id_that_is_given_again_makes_a_new_row() {
    let packet = |event: &str, name: &str| {
        support::talk::body(&[&format!("event='{event}' channel='{name}' uniqueid='mine'")])
    };
    let story = [
        packet("Newchannel", "PJSIP/a-1"),
        packet("Hangup", "PJSIP/a-1"),
        packet("Newchannel", "PJSIP/a-1"),
        packet("Newchannel", "PJSIP/a-2"),
    ];
    let mut pbx = Pbx::default();
    let mut rows = Vec::new();
    for body in &story {
        events(body).iter().for_each(|event| pbx.apply(event, T0));
        rows.push(pbx.len());
    }
    assert_eq!(
        rows,
        [1, 0, 1, 1],
        "behind its Hangup it is another channel, of whatever name"
    );
}

#[test]
fn a_storm_of_eight_hundred_channels_ends_with_none() {
    for version in ALL {
        let body = recording(version, "burst-200");
        let mut pbx = Pbx::default();
        let mut most = 0;
        for event in &events(&body) {
            pbx.apply(event, T0);
            most = most.max(pbx.len());
        }
        assert!(most > 400, "{version}: {most}");
        assert_eq!(
            (pbx.len(), pbx.calls(), pbx.bridges().count()),
            (0, 0, 0),
            "{version}"
        );
    }
}

/// Streams worth cutting, with their names: whatever makes channels.
static STREAMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    everywhere()
        .filter(|r| r.events.contains_key("Newchannel") && !r.name.starts_with("burst"))
        .map(|r| (format!("{} {}", r.version, r.name), r.body))
        .collect()
});

#[test]
fn a_stream_cut_anywhere_with_a_list_in_between_ends_in_the_same_model() {
    for (name, body) in &*STREAMS {
        let events = events(body);
        let whole = listed(&model(&events));
        let mut before = Pbx::default();
        for (cut, event) in events.iter().enumerate() {
            // The same page, in no doubt: nothing is forgotten.
            let mut same = before.clone();
            same.adopt(list(&before), Keep::Unlisted);
            assert_eq!(
                same, before,
                "{name} at {cut}: a list that tells nothing new"
            );

            // A new page: what lists tell is the same at once, and in the end.
            let mut fresh = Pbx::default();
            fresh.adopt(list(&before), Keep::ListedOnly);
            assert_eq!(listed(&fresh), listed(&before), "{name} at {cut}");
            for event in &events[cut..] {
                fresh.apply(event, T0);
            }
            assert_eq!(listed(&fresh), whole, "{name} cut at {cut}");
            assert_in_step(&fresh, name);
            before.apply(event, T0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// The server goes on while the list is on its way, and the queue tells again what the list
    /// already knew.
    #[test]
    fn events_told_again_behind_a_list_end_in_the_same_model(
        pick in any::<prop::sample::Index>(),
        points in prop::array::uniform3(any::<prop::sample::Index>()),
    ) {
        let (name, body) = pick.get(&STREAMS);
        let events = events(body);
        let mut points = points.map(|p| p.index(events.len() + 1));
        points.sort_unstable();
        let [asked, listed_at, told] = points;

        // Asked for at `asked`, made by the server at `listed_at`, here when all up to `told` has
        // been seen.
        let mut pbx = model(&events[..asked]);
        pbx.ask_for_list();
        for event in &events[asked..told] {
            pbx.apply(event, T0);
        }
        pbx.adopt(list(&model(&events[..listed_at])), Keep::Unlisted);
        for event in &events[asked..told] {
            pbx.apply(event, T0);
        }
        prop_assert_eq!(listed(&pbx), listed(&model(&events[..told])), "{} {:?}", name, points);
        for event in &events[told..] {
            pbx.apply(event, T0);
        }
        prop_assert_eq!(listed(&pbx), listed(&model(&events)), "{} {:?}", name, points);
    }

    #[test]
    fn repeated_and_late_events_never_bring_a_row_back(
        pick in any::<prop::sample::Index>(),
        late in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let (name, body) = pick.get(&STREAMS);
        let events = events(body);
        let whole = model(&events);
        let mut pbx = whole.clone();
        for index in late {
            // Behind a Hangup, a Newchannel is no late event but another channel.
            let event = index.get(&events);
            if !matches!(event.kind, EventKind::Newchannel(_)) {
                pbx.apply(event, T0);
            }
        }
        let ids = |pbx: &Pbx| pbx.channels().map(|c| c.uniqueid.clone()).collect::<HashSet<_>>();
        prop_assert_eq!(ids(&pbx), ids(&whole), "{}", name);
    }
}

/// What lists tell of a model, for comparing.
fn listed(pbx: &Pbx) -> Vec<Channel> {
    let mut channels: Vec<_> = pbx
        .channels()
        .map(|channel| Channel {
            dialling: Default::default(),
            dialled_by: None,
            called_by: None,
            step: Default::default(),
            came_with: None,
            holding: false,
            music: false,
            other_half: None,
            queue: None,
            ..channel.clone()
        })
        .collect();
    channels.sort_by(|a, b| a.uniqueid.cmp(&b.uniqueid));
    channels
}

/// The list that a server in this state would send.
fn list(pbx: &Pbx) -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.parked_calls();
    for (id, bridge) in pbx.bridges() {
        snapshot.bridge(&BridgeBlock {
            uniqueid: id.as_str().into(),
            kind: bridge.kind.as_str().into(),
            technology: bridge.technology.as_str().into(),
            creator: bridge.creator.as_str().into(),
            name: bridge.name.as_str().into(),
        });
    }
    for c in pbx.channels() {
        let item = ListedChannel {
            channel: ChannelBlock {
                uniqueid: c.uniqueid.as_str().into(),
                linkedid: c.linkedid.as_ref().map(|id| id.as_str().into()),
                channel: c.name.as_ref().map(|name| name.as_str().into()),
                state: Some(c.state),
                caller_num: Some(c.caller.num.as_str().into()),
                caller_name: Some(c.caller.name.as_str().into()),
                connected_num: Some(c.connected.num.as_str().into()),
                connected_name: Some(c.connected.name.as_str().into()),
                account: Some(c.account.as_str().into()),
                context: Some(c.location.context.as_str().into()),
                exten: Some(c.location.exten.as_str().into()),
                priority: Some(c.location.priority.as_str().into()),
            },
            application: Some(c.application.as_str().into()),
            data: c.data.as_str().into(),
            seconds: Some(0),
            joined: "".into(),
            link: "".into(),
            knows_bridges: true,
            bridge: c
                .bridge
                .as_ref()
                .map(|id| id.as_str().into())
                .unwrap_or_default(),
        };
        snapshot.channel(&item, T0);
        if let Some(parked) = c.parked.clone() {
            snapshot.parked(&item.channel, parked);
        }
    }
    snapshot
}

/// Channels and bridges name each other, and so do dials.
fn assert_in_step(pbx: &Pbx, name: &str) {
    for (id, bridge) in pbx.bridges() {
        for member in &bridge.members {
            let there = pbx.channel(member).and_then(|c| c.bridge.as_ref());
            assert_eq!(there, Some(id), "{name}: {member} in {id}");
        }
    }
    for channel in pbx.channels() {
        if let Some(id) = &channel.bridge {
            let members = pbx.bridge(id).map(|b| &b.members);
            assert!(
                members.is_some_and(|m| m.contains(&channel.uniqueid)),
                "{name}: {channel:?}"
            );
        }
        for dest in &channel.dialling {
            let by = pbx.channel(dest).and_then(|c| c.dialled_by.as_ref());
            assert_eq!(by, Some(&channel.uniqueid), "{name}");
        }
    }
}
