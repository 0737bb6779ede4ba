//! Which channels belong together, where no Linkedid says so.

use std::collections::HashMap;

use super::channel::Channel;

/// How many groups these channels make: two are in one group if they are in one bridge, if one
/// dials the other, or if they are the halves of one Local channel.
pub(super) fn count<'c>(channels: impl Iterator<Item = &'c Channel>) -> usize {
    let channels: Vec<_> = channels.collect();
    let places: HashMap<&str, usize> = channels
        .iter()
        .enumerate()
        .map(|(place, channel)| (channel.uniqueid.as_str(), place))
        .collect();
    let mut groups = Groups((0..channels.len()).collect());
    let mut bridges = HashMap::new();
    let mut locals = HashMap::new();
    for (place, channel) in channels.iter().enumerate() {
        if let Some(bridge) = &channel.bridge {
            groups.join(place, *bridges.entry(bridge).or_insert(place));
        }
        if let Some(local) = channel.name.as_deref().and_then(local) {
            groups.join(place, *locals.entry(local).or_insert(place));
        }
        for other in channel.dialling.iter().chain(&channel.other_half) {
            if let Some(other) = places.get(other.as_str()) {
                groups.join(place, *other);
            }
        }
    }
    (0..channels.len())
        .filter(|place| groups.first(*place) == *place)
        .count()
}

/// What the names of both halves of a Local channel have in common: they end in `;1` and `;2`, in
/// 1.4 in `,1` and `,2`.
pub(crate) fn local(name: &str) -> Option<&str> {
    let common = [";1", ";2", ",1", ",2"]
        .iter()
        .find_map(|end| name.strip_suffix(end))?;
    common.starts_with("Local/").then_some(common)
}

/// For each place, one that is earlier in the same group, or itself.
struct Groups(Vec<usize>);

impl Groups {
    fn first(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.first(one), self.first(two));
        self.0[one.max(two)] = one.min(two);
    }
}
