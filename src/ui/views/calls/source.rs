//! The calls as rows of a table.

use ajam::ami::Uniqueid;
use switchboard_core::board::Tables;
use switchboard_core::board::calls::{Call, CallTable, Column};
use switchboard_core::console::{Act, Console, Note, Target, WhyNot};
use switchboard_core::route::Place;
use switchboard_core::words::calls as words;

use super::cells::{Line, Parts};
use crate::ui::store::Store;
use crate::ui::views::acts::Offers;
use crate::ui::views::listing::Listing;
use crate::ui::views::rings;

/// The calls, in the order of their table.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Calls(Store);

impl Listing for Calls {
    const PLACE: Place = Place::Calls;
    const ATTRIBUTE: &'static str = "data-call";
    const ACTS: &'static [Act] = &Act::ON_CHANNEL;
    const FURTHER: bool = true;
    const WORDS: Option<fn(&Call) -> String> = Some(|call| words::state(&call.state));

    type Record = Call;
    type Line = Line;
    type Act = Act;
    type Cells = Parts;

    fn of(store: Store) -> Self {
        Self(store)
    }

    fn store(self) -> Store {
        self.0
    }

    fn rows(tables: &Tables) -> &CallTable {
        &tables.calls
    }

    fn rows_mut(tables: &mut Tables) -> &mut CallTable {
        &mut tables.calls
    }

    fn line(self, console: &Console, call: &Call) -> Line {
        Line {
            call: call.clone(),
            way: call.direction(&self.0.trunks()),
            note: note(console, call).cloned(),
            offers: Offers::of(self.0, call.is_shared().then_some(WhyNot::Several)),
        }
    }

    fn header(by: Column) -> String {
        words::header(by)
    }

    fn why_not(line: &Line, act: Act) -> Option<WhyNot> {
        line.offers.why_not(act)
    }

    fn act(self, id: &Uniqueid, act: Act) {
        if let Some(leg) = self.leg(id) {
            self.0.popovers.open(self.0, &leg, act, (Self::PLACE, id));
        }
    }

    fn further(self, id: &Uniqueid) {
        if let Some(leg) = self.leg(id) {
            self.0.popovers.open_menu(self.0, &leg, (Self::PLACE, id));
        }
    }

    fn further_by_key(self, id: &Uniqueid, key: &str) -> bool {
        let leg = self.leg(id);
        leg.is_some_and(|leg| {
            self.0
                .popovers
                .pressed(self.0, &leg, key, (Self::PLACE, id))
        })
    }

    fn enter(self, id: &Uniqueid) -> bool {
        self.0.popovers.open_call(self.0, id);
        true
    }

    fn open(self) -> Option<Uniqueid> {
        let row = self.0.popovers.at(Self::PLACE)?;
        Uniqueid::new(&row)
    }

    fn drawn(self) {
        rings::listen(self.0);
        self.0.popovers.follow(self.0);
    }

    fn left(self) {
        self.0.popovers.close(self.0);
        rings::listen(self.0);
    }
}

impl Calls {
    /// The channel of a call that an act is about: the first of its people.
    fn leg(self, id: &Uniqueid) -> Option<Uniqueid> {
        let leg = self.0.look(|c| {
            let call = c.tables().calls.find(id)?;
            Some(call.people().next()?.leg.clone())
        });
        leg.flatten()
    }
}

/// What is said of the last thing that was asked of any of its channels.
fn note<'c>(console: &'c Console, call: &Call) -> Option<&'c Note> {
    let channels = call.channels.iter();
    let notes = channels.filter_map(|id| console.note(&Target::from(id)));
    notes.max_by_key(|note| note.at)
}
