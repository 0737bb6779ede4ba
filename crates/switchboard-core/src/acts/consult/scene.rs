//! Where the three of a consultation are, by the model.

use ajam::ami::{BridgeUniqueid, ChannelState, Uniqueid};

use crate::acts::people;
use crate::live::{Channel, Pbx, Person, Ties, is_ringing};

/// Why nobody can be asked first on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// The account lacks the right to this action.
    Right(&'static str),
    /// This server is too old: `BridgeAdd` came with 14.
    Version,
    /// It is not a call of two people who talk.
    NotTwo,
    /// Somebody is asked on it already.
    Asked,
    /// The model may not be what is so.
    NotLive,
}

/// The one who waits and the one who asks, if this one talks with just one other.
///
/// # Errors
/// Why they are no such two.
pub fn pair(pbx: &Pbx, customer: &str) -> Result<(Person, Person), NotNow> {
    let people = people::parties(pbx, customer).map(|parties| parties.people);
    let Some([one, two]) = people.as_deref() else {
        return Err(NotNow::NotTwo);
    };
    let (customer, colleague) = match *one.leg == *customer {
        true => (one, two),
        false => (two, one),
    };
    let scene = Scene::of(pbx, &customer.leg, &colleague.leg, None);
    match scene.two_talk() {
        true => Ok((customer.clone(), colleague.clone())),
        false => Err(NotNow::NotTwo),
    }
}

/// Those of the three who are there.
pub(super) struct Scene<'p> {
    pub pbx: &'p Pbx,
    pub customer: Option<&'p Channel>,
    pub colleague: Option<&'p Channel>,
    pub third: Option<&'p Channel>,
}

impl<'p> Scene<'p> {
    pub fn of(pbx: &'p Pbx, customer: &str, colleague: &str, third: Option<&str>) -> Self {
        Self {
            pbx,
            customer: pbx.channel(customer),
            colleague: pbx.channel(colleague),
            third: third.and_then(|third| pbx.channel(third)),
        }
    }

    pub fn ties(&self) -> Ties<'p> {
        Ties { pbx: self.pbx }
    }

    /// Whether the customer and the colleague hear each other.
    pub fn two_talk(&self) -> bool {
        self.talk(self.customer, self.colleague)
    }

    /// Whether the third and the customer hear each other.
    pub fn third_is_with_customer(&self) -> bool {
        self.talk(self.third, self.customer)
    }

    /// Whether the third is in the colleague's bridge.
    pub fn third_is_with_colleague(&self) -> bool {
        let both = self.third.zip(self.colleague);
        both.is_some_and(|(one, two)| one.bridge == two.bridge && self.in_a_call(one))
    }

    /// Whether two hear each other, perhaps through Local channels.
    fn talk(&self, one: Option<&'p Channel>, two: Option<&Channel>) -> bool {
        let (Some(one), Some(two)) = (one, two) else {
            return false;
        };
        let both = self.in_a_call(one) && self.in_a_call(two);
        both && self.ends(one).any(|end| end.uniqueid == two.uniqueid)
    }

    /// Whether it is in a bridge where people hear each other.
    fn in_a_call(&self, one: &Channel) -> bool {
        let bridge = one.bridge.as_ref().and_then(|id| self.pbx.bridge(id));
        one.parked.is_none() && bridge.is_some_and(|bridge| bridge.joins())
    }

    /// Whom it hears.
    fn ends(&self, one: &'p Channel) -> impl Iterator<Item = &'p Channel> {
        let ties = self.ties();
        let peers = self.pbx.peers(one);
        peers.flat_map(move |peer| ties.ends(peer, one))
    }

    /// Somebody else whom the customer hears.
    pub fn another(&self) -> Option<&'p Channel> {
        let known = |id: &Uniqueid| {
            let three = [self.customer, self.colleague, self.third];
            three.iter().flatten().any(|one| one.uniqueid == *id)
        };
        let customer = self.customer.filter(|one| self.in_a_call(one))?;
        self.ends(customer).find(|end| !known(&end.uniqueid))
    }

    /// Who is in the colleague's bridge.
    pub fn with_colleague(&self) -> Vec<Uniqueid> {
        let bridge: Option<&BridgeUniqueid> = self.colleague.and_then(|one| one.bridge.as_ref());
        let bridge = bridge.and_then(|id| self.pbx.bridge(id));
        bridge.map_or_else(Vec::new, |bridge| bridge.members.to_vec())
    }

    /// Whether a phone rings for this half of a Local channel.
    pub fn rings(&self, half: Option<&str>) -> bool {
        let half = half.and_then(|half| self.pbx.channel(half));
        let mut rung = half
            .into_iter()
            .flat_map(|half| &half.dialling)
            .filter_map(|id| self.pbx.channel(id));
        rung.any(is_ringing)
    }
}

pub(super) fn is_up(channel: &Channel) -> bool {
    channel.state == ChannelState::Up
}
