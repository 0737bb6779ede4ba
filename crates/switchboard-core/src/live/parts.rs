//! The parts of the model that stand beside the calls, one for each topic.

use ajam::ami::Event;
use ajam::session::{Topic, Topics};

use super::extensions::Extension;
use super::shelf::{Part, Shelf};

/// All of them.
#[derive(Debug, Default)]
pub struct Parts {
    /// The extensions that have a hint.
    pub extensions: Shelf<Extension>,
}

impl Parts {
    fn of(&mut self, topic: Topic) -> Option<&mut dyn Part> {
        match topic {
            Topic::Extensions => Some(&mut self.extensions),
            Topic::Channels | Topic::Bridges | Topic::Locations | Topic::Parking => None,
        }
    }

    /// A list of these begins.
    pub fn list_begins(&mut self, topics: Topics) {
        for topic in topics.iter() {
            self.of(topic).into_iter().for_each(Part::list_begins);
        }
    }

    /// This topic can be listed.
    pub fn can_be_listed(&mut self, topic: Topic) {
        self.of(topic).into_iter().for_each(Part::can_be_listed);
    }

    /// Takes in an item of it.
    pub fn listed(&mut self, topic: Topic, item: &Event<'_>) {
        self.of(topic)
            .into_iter()
            .for_each(|part| part.listed(item));
    }

    /// It is whole, and put in place of all that was known of these.
    pub fn list_done(&mut self, topics: Topics) {
        for topic in topics.iter() {
            self.of(topic).into_iter().for_each(Part::list_done);
        }
    }

    /// Takes in an event, for those that somebody shows: the others are listed before they are.
    pub fn apply(&mut self, shown: Topics, event: &Event<'_>) {
        for topic in shown.iter() {
            self.of(topic)
                .into_iter()
                .for_each(|part| part.apply(event));
        }
    }
}
