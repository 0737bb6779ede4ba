//! One channel.

use std::borrow::Cow;

use ajam::ami::{
    BridgeUniqueid, ChannelBlock, ChannelName, ChannelState, Linkedid, Parked, Uniqueid,
};
use ajam::time::Moment;
use serde::{Deserialize, Serialize};

use super::Ids;
use super::pbx::queue_of;

/// A channel, as Asterisk last described it.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Its id, for life.
    pub uniqueid: Uniqueid,
    /// Its name of this moment; actions take it.
    pub name: Option<ChannelName>,
    /// The call it belongs to.
    pub linkedid: Option<Linkedid>,
    /// Its state.
    pub state: ChannelState,
    /// Who this channel says it is.
    pub caller: Party,
    /// Whom it is told it talks to.
    pub connected: Party,
    /// Account code; empty if none.
    pub account: String,
    /// Where in the dial plan it is.
    pub location: Location,
    /// The step of the dial plan that was last told as one, by `Newexten` or by a list; other events
    /// tell a location that may be younger.
    pub step: Location,
    /// The application that it still ran, with its arguments, when somebody else's doing sent it to
    /// that step: that is told there, and is not what it runs.
    pub came_with: Option<(String, String)>,
    /// The dial plan application that runs on it; empty if none or not told.
    pub application: String,
    /// The application's arguments.
    pub data: String,
    /// When it was made, by the page's clock.
    pub started: Moment,
    /// The bridge it is in.
    pub bridge: Option<BridgeUniqueid>,
    /// Channels that it dials at this moment.
    pub dialling: Ids,
    /// The channel that dials it at this moment.
    pub dialled_by: Option<Uniqueid>,
    /// The channel that called it: while it is dialled, and on from its answer for as long as it
    /// runs nothing of its own. That one may have ended meanwhile. Lists do not tell.
    pub called_by: Option<Uniqueid>,
    /// It has put its peer on hold.
    pub holding: bool,
    /// It hears music on hold.
    pub music: bool,
    /// It is parked.
    pub parked: Option<Parked>,
    /// The queue it waits in.
    pub queue: Option<String>,
    /// The other half, if it is half of a Local channel.
    pub other_half: Option<Uniqueid>,
}

/// A number and a name; either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The number, as text.
    pub num: String,
    /// The name.
    pub name: String,
}

/// A place in the dial plan; any part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Context.
    pub context: String,
    /// Extension.
    pub exten: String,
    /// Priority, a number as text.
    pub priority: String,
}

impl Channel {
    /// A channel of which nothing is known but its id.
    pub fn new(uniqueid: Uniqueid, started: Moment) -> Self {
        Self {
            uniqueid,
            name: None,
            linkedid: None,
            state: ChannelState::default(),
            caller: Party::default(),
            connected: Party::default(),
            account: String::new(),
            location: Location::default(),
            step: Location::default(),
            came_with: None,
            application: String::new(),
            data: String::new(),
            started,
            bridge: None,
            dialling: Ids::default(),
            dialled_by: None,
            called_by: None,
            holding: false,
            music: false,
            parked: None,
            queue: None,
            other_half: None,
        }
    }

    /// It has entered a bridge that this application makes: what it was thought to have come with is
    /// what it runs. Whether that is news.
    pub(super) fn enters_bridge_of(&mut self, creator: Option<&str>) -> bool {
        let runs = self
            .came_with
            .take_if(|(application, _)| Some(application.as_str()) == creator);
        let Some((application, data)) = runs else {
            return false;
        };
        (self.application, self.data) = (application, data);
        true
    }

    /// Whether somebody called it, as opposed to a channel that calls: its place in the dial plan is
    /// another channel's.
    pub fn is_called(&self) -> bool {
        self.called_by.is_some() || is_of_the_called(&self.application)
    }

    /// The application that runs on it, as far as that is known of the place where it is: from 13 on,
    /// who is taken out of an application by somebody else's doing is told at a step that was never
    /// told as one.
    pub fn runs(&self) -> &str {
        let told = self.linkedid.is_none()
            || self.step == Location::default()
            || self.step == self.location;
        if told { &self.application } else { "" }
    }

    /// Takes over what an event that is not about this channel's own doing says of it: only what
    /// no event of its own tells. 12 to 16 describe a channel there as it was a moment ago: a phone
    /// that rings already would be idle again until it is answered, seen on 13.
    pub fn overhear(&mut self, block: &ChannelBlock<'_>) -> bool {
        self.update(&ChannelBlock {
            uniqueid: block.uniqueid.clone(),
            linkedid: block.linkedid.clone(),
            // NewConnectedLine came with 13, and so did Linkedid.
            connected_num: block
                .connected_num
                .clone()
                .filter(|_| block.linkedid.is_none()),
            connected_name: block
                .connected_name
                .clone()
                .filter(|_| block.linkedid.is_none()),
            // From 16 on, Newexten is of another class of events, which may not be granted.
            context: block.context.clone(),
            exten: block.exten.clone(),
            priority: block.priority.clone(),
            ..ChannelBlock::default()
        })
    }

    /// Takes over a step in the dial plan. From 13 on a step is told only when the place changes
    /// (`main/manager_channels.c`, `channel_newexten`). Who is sent elsewhere is at the new place
    /// first, with the application that it still runs; what it runs there next is not told.
    pub fn steps(&mut self, block: &ChannelBlock<'_>, application: &str, data: &str) -> bool {
        let nothing = Cow::Borrowed("");
        let [context, exten, priority] = [&block.context, &block.exten, &block.priority]
            .map(|text| text.as_ref().unwrap_or(&nothing));
        let at = &self.step;
        let here = (&*at.context, &*at.exten, &*at.priority) == (&**context, &**exten, &**priority);
        let (mut application, mut data) = (application, data);
        let same = self.application == application && self.data == data;
        let mut known = same;
        let mut came_with = None;
        if block.linkedid.is_some() {
            let again = self.came_with.as_ref();
            let again = again.is_some_and(|(of, with)| of == application && with == data);
            // Older than what a list has told of this step, or told once more.
            if here && (again || !self.application.is_empty()) {
                return false;
            }
            let moved = match is_of_the_called(application) {
                // An answer is a step, too, to no extension at all.
                true => same && self.state == ChannelState::Up && !exten.is_empty(),
                false => {
                    let unknown = self.application.is_empty() && self.step != Location::default();
                    same || unknown && self.bridge.is_some()
                }
            };
            if moved {
                came_with = Some((application.to_owned(), data.to_owned()));
                (application, data) = ("", "");
                known = false;
            }
        }
        self.came_with = came_with;
        set(&mut self.step.context, Some(context));
        set(&mut self.step.exten, Some(exten));
        set(&mut self.step.priority, Some(priority));
        // Who may not read class `agent` is not told otherwise that it waits, or no more.
        let queue = queue_of(application, data);
        let waits = match known && queue.is_some() {
            true => self.queue.clone(),
            false => queue.map(str::to_owned),
        };
        let left = self.queue != waits;
        self.queue = waits;
        if !is_of_the_called(application) {
            self.called_by = None;
        }
        let application = set(&mut self.application, Some(&Cow::Borrowed(application)));
        left | application | set(&mut self.data, Some(&Cow::Borrowed(data)))
    }

    /// Takes over what a block says, but for the name, which must be nobody else's
    /// ([`Pbx`](super::Pbx) sees to that); what it does not say stays. Whether anything changed.
    pub fn update(&mut self, block: &ChannelBlock<'_>) -> bool {
        let mut changed = false;
        if let Some(id) = block.linkedid.as_deref()
            && self
                .linkedid
                .as_ref()
                .is_none_or(|have| have.as_str() != id)
            && let Some(id) = Linkedid::new(id)
        {
            self.linkedid = Some(id);
            changed = true;
        }
        if let Some(state) = block.state
            && self.state != state
        {
            self.state = state;
            changed = true;
        }
        // Up to 12, a helper that takes a channel's place says there is nobody, and is not told
        // otherwise; and no channel there goes back to being told of nobody.
        let empty = |text: &Option<Cow<'_, str>>| text.as_deref().is_none_or(str::is_empty);
        let nobody = empty(&block.connected_num) && empty(&block.connected_name);
        let untold = block.linkedid.is_none() && nobody;
        for (slot, new) in [
            (&mut self.connected.num, &block.connected_num),
            (&mut self.connected.name, &block.connected_name),
        ] {
            changed |= set(slot, new.as_ref().filter(|_| !untold));
        }
        for (slot, new) in [
            (&mut self.caller.num, &block.caller_num),
            (&mut self.caller.name, &block.caller_name),
            (&mut self.account, &block.account),
            (&mut self.location.context, &block.context),
            (&mut self.location.exten, &block.exten),
            (&mut self.location.priority, &block.priority),
        ] {
            changed |= set(slot, new.as_ref());
        }
        changed
    }
}

/// What stands for the application of a channel that was called and runs nothing of its own: by
/// Dial (`apps/app_dial.c`) or by a queue (`apps/app_queue.c`). Not `AppDial2`: whom `Originate`
/// calls is the caller of what follows (`main/dial.c`).
pub(super) fn is_of_the_called(application: &str) -> bool {
    matches!(application, "AppDial" | "AppQueue")
}

impl Party {
    /// Whether there is neither number nor name.
    pub fn is_empty(&self) -> bool {
        self.num.is_empty() && self.name.is_empty()
    }
}

/// Writes only what differs: most blocks repeat what is known.
pub(super) fn set(slot: &mut String, new: Option<&Cow<'_, str>>) -> bool {
    match new {
        Some(new) if slot != new => {
            slot.clear();
            slot.push_str(new);
            true
        }
        _ => false,
    }
}
