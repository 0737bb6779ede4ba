//! Which lines lead out of the house, as an installation says, and so which way a call goes.

use crate::live::resource;

/// The lines that lead out of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trunks(Vec<String>);

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Somebody outside calls.
    In,
    /// Somebody of the house calls out.
    Out,
    /// It stays in the house.
    Within,
}

impl Trunks {
    /// Those of these names: what stands before the last dash of a channel's name (`PJSIP/provider`,
    /// or `DAHDI/i1` for all that follows behind a slash), or a context in which calls come in.
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Which way a call goes; none if no line is known, or if nobody is called. `came` is the context
    /// in which the caller's channel came to be.
    pub fn direction<'c>(
        &self,
        caller: &str,
        came: &str,
        called: impl IntoIterator<Item = &'c str>,
    ) -> Option<Direction> {
        if self.0.is_empty() {
            return None;
        }
        let is_context = self.0.iter().any(|name| name == came);
        if is_context || self.has(caller) {
            return Some(Direction::In);
        }
        let mut nobody = true;
        for channel in called {
            nobody = false;
            if self.has(channel) {
                return Some(Direction::Out);
            }
        }
        (!nobody).then_some(Direction::Within)
    }

    fn has(&self, channel: &str) -> bool {
        let line = resource(channel);
        self.0.iter().any(|name| {
            let rest = line.get(..name.len());
            let same = rest.is_some_and(|begin| begin.eq_ignore_ascii_case(name));
            same && matches!(line.as_bytes().get(name.len()), None | Some(b'/'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_over_a_trunk_comes_in_or_goes_out() {
        let trunks = ["PJSIP/provider", "DAHDI/i1", "from-pstn"].map(str::to_owned);
        let trunks = Trunks::new(trunks.to_vec());
        let way = |caller, came, called: &[&'static str]| {
            trunks.direction(caller, came, called.iter().copied())
        };
        let desk = "PJSIP/201-00000001";
        assert_eq!(
            way("PJSIP/provider-0000000a", "x", &[desk]),
            Some(Direction::In)
        );
        assert_eq!(way("SIP/box-1", "from-pstn", &[]), Some(Direction::In));
        assert_eq!(way("DAHDI/i1/030123-4", "x", &[desk]), Some(Direction::In));
        assert_eq!(
            way(desk, "phones", &["pjsip/PROVIDER-1"]),
            Some(Direction::Out)
        );
        assert_eq!(
            way(desk, "phones", &["PJSIP/204-1"]),
            Some(Direction::Within)
        );
        assert_eq!(
            way(desk, "phones", &["PJSIP/provider2-1"]),
            Some(Direction::Within)
        );
        assert_eq!(way(desk, "phones", &[]), None);
        assert_eq!(Trunks::default().direction(desk, "x", [desk]), None);
    }
}
