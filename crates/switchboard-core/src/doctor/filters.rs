//! Does a line `eventfilter` keep back events that the page stands on? The account may not read that
//! line, and nothing that it may do makes an event of its own. But what began or ended while events
//! were listened for is told by lists, which no filter touches (16 and 22; `main/manager.c`,
//! `astman_append`): where the events of that are missing, they are kept back.

use std::collections::BTreeMap;

use ajam::ami::{Event, EventKind};

/// Of more channels than this nothing is compared: what a check asks for is to cost little.
const MOST: usize = 500;

/// What was heard of a channel, and what lists say.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    began: bool,
    ended: bool,
    joined: bool,
    /// In how many lists it was that came behind the first, where it was not.
    came: usize,
    /// In how many of them in a bridge.
    bridged: usize,
    /// It was in a list, and since then in so many not.
    listed: bool,
    gone: usize,
}

/// What is known of the channels that were there while events were listened for.
#[derive(Debug, Default)]
pub(super) struct Filters {
    channels: BTreeMap<String, Known>,
    lists: usize,
    many: bool,
}

impl Filters {
    /// An event came.
    pub(super) fn heard(&mut self, event: &Event<'_>) {
        let id = match &event.kind {
            EventKind::Newchannel(block) => &block.uniqueid,
            EventKind::Hangup { channel, .. } | EventKind::BridgeEnter { channel, .. } => {
                &channel.uniqueid
            }
            _ => return,
        };
        let Some(known) = self.known(id) else { return };
        match &event.kind {
            EventKind::Newchannel(_) => known.began = true,
            EventKind::Hangup { .. } => known.ended = true,
            _ => known.joined = true,
        }
    }

    fn known(&mut self, id: &str) -> Option<&mut Known> {
        if self.channels.len() >= MOST && !self.channels.contains_key(id) {
            self.many = true;
            return None;
        }
        Some(self.channels.entry(id.to_owned()).or_default())
    }

    /// All channels were listed, each with whether it is in a bridge.
    pub(super) fn listed(&mut self, now: &BTreeMap<String, bool>) {
        self.lists += 1;
        let first = self.lists == 1;
        for (id, bridged) in now {
            let Some(known) = self.known(id) else { return };
            // Who was there before was joined before, perhaps.
            let was_there = first || known.listed && known.came == 0;
            let new = !was_there;
            known.came += usize::from(new);
            known.bridged += usize::from(new && *bridged);
            known.listed = true;
        }
        for (id, known) in &mut self.channels {
            known.gone = match now.contains_key(id) {
                true => 0,
                false => known.gone + usize::from(known.listed),
            };
        }
    }

    /// Whether there is more to find out by lists.
    pub(super) fn looks_on(&self) -> bool {
        !self.many && !self.is_whole()
    }

    /// Whether a call was heard from its beginning to its end.
    pub(super) fn is_whole(&self) -> bool {
        let mut channels = self.channels.values();
        self.kept_back().is_empty() && channels.any(|known| known.began && known.ended)
    }

    /// The names of events that do not come. What is on its way when a list is asked for is here
    /// before the next: two lists must say so.
    pub(super) fn kept_back(&self) -> Vec<&'static str> {
        let any = |is: fn(&Known) -> bool| self.channels.values().any(is);
        let names = [
            ("Newchannel", any(|known| known.came > 1 && !known.began)),
            (
                "BridgeEnter",
                any(|known| known.bridged > 1 && !known.joined),
            ),
            ("Hangup", any(|known| known.gone > 1 && !known.ended)),
        ];
        let missing = names.into_iter().filter(|(_, missing)| *missing);
        missing.map(|(name, _)| name).collect()
    }
}
